"""Rows written in YAML to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from annostd.api.choice import compiled
from annostd.converters.examples import example_tables
from annostd.standard import Library, load

if TYPE_CHECKING:
    from annostd.standard.model import Json

Row: TypeAlias = "dict[str, Json]"
PLAN = compiled(load("coco-instances", Library.of()), {}).plan


def test_references_are_found_by_key_by_name_and_by_position() -> None:
    media: list[Row] = [{"id": 7, "path": "a.png"}, {"id": 9, "path": "b.png"}]
    rows: dict[str, list[Row]] = {
        "media": media,
        "annotation": [{"media": 9}, {"media": "a.png"}, {"media": 1}],
    }
    frames = example_tables(PLAN, rows).frames
    assert frames["annotation"]["media"].to_list() == [1, 0, 1]


def test_geometries_stand_in_the_form_of_the_standard() -> None:
    mask: Row = {"height": 1, "width": 2, "runs": [0, 2]}
    rows: list[Row] = [{"box": [1, 2, 3, 4], "polygons": [[1, 2, 3, 4, 5, 6]]}, {"mask": mask}]
    frame = example_tables(PLAN, {"annotation": rows}).frames["annotation"]
    assert frame["box.w"].to_list() == [3.0, None]
    assert frame["polygons"].to_list() == [[[1, 2, 3, 4, 5, 6]], None]
    assert frame["mask.runs"].to_list() == [None, [0, 2]]
    assert frame["present(mask)"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"pictures": []}, "there is no table 'pictures'"),
        ({"media": [{"colour": "red"}]}, "media has no column 'colour'"),
        ({"media": [], "annotation": [{"media": 3}]}, "there is no media 3"),
    ],
)
def test_what_does_not_exist_is_refused(rows: dict[str, list[Row]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        example_tables(PLAN, rows)
