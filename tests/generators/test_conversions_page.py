"""The page of what travels: derived from the plans alone, one row for each pair."""

from __future__ import annotations

import pytest

from annostd.generators import conversions_page
from annostd.plan import Plan, compile_plan
from annostd.standard import Library, load

LIBRARY = Library.of()
NAMES = ("coco-instances", "pascal-voc", "yolo-detect")


@pytest.fixture(scope="module")
def page() -> str:
    return conversions_page([plan(name) for name in reversed(NAMES)])


def plan(name: str) -> Plan:
    return compile_plan(load(name, LIBRARY))


def section(page: str, heading: str) -> dict[str, str]:
    """Read a table of two columns below a heading."""
    _, below = page.split(f"### {heading}\n\n", maxsplit=1)
    rows = below.split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return dict(row.strip("| ").split(" | ", maxsplit=1) for row in rows)


@pytest.mark.parametrize("source", NAMES)
def test_each_standard_stands_against_each_other_one_in_order(page: str, source: str) -> None:
    rows = section(page, f"From `{source}`")
    assert list(rows) == [f"`{name}`" for name in NAMES if name != source]


def test_a_table_that_the_target_lacks_is_told_once_and_a_column_by_name(page: str) -> None:
    told = section(page, "From `pascal-voc`")["`yolo-detect`"]
    assert told.startswith("all of `attribute`; ")
    assert "`annotation.difficult`" in told
    assert "`attribute.name`" not in told


def test_a_column_that_changes_the_meaning_of_a_row_is_marked(page: str) -> None:
    assert "`annotation.crowd` †" in section(page, "From `coco-instances`")["`yolo-detect`"]


def test_a_geometry_says_the_form_of_its_numbers(page: str) -> None:
    assert "| `box` | `x y w h` | `x1 y1 x2 y2` | `cx cy w h` |" in page


def test_columns_of_a_standard_of_its_own_do_not_travel(page: str) -> None:
    assert "flickr_url" not in page
    assert "pose" not in page
