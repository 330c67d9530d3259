from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.paths import Inside, confine
from annostd.bindings.patterns import fit, with_values
from annostd.bindings.targets import Clash, find_clashes, place_rows
from annostd.standard.model import Capture
from tests.bindings.roles import role

LABEL = role(
    "label",
    "{split}/{folder/}{stem}.{ext:jpg|png}",
    "{stem}.{ext}",
    captures={"split": Capture("train", (("train", "train"), ("valid", "val")))},
)


def rows(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame(columns)


def test_the_first_template_is_written_with_native_values_and_defaults() -> None:
    frame = rows(split=["val", None], folder=["x/", None], stem=["a.b", "c"], ext=["jpg", "png"])
    placed = place_rows(LABEL, frame)
    assert placed.paths.to_list() == ["valid/x/a.b.jpg", "train/c.png"]
    assert placed.faults == ()


def test_a_column_that_is_not_there_is_missing() -> None:
    placed = place_rows(LABEL, rows(stem=["a"], ext=["jpg"]))
    assert placed.paths.to_list() == ["train/a.jpg"]


def test_a_path_without_fields_is_the_same_for_all() -> None:
    assert place_rows(role("x", "a/b.json"), rows(n=[1, 2])).paths.to_list() == ["a/b.json"] * 2


def test_an_optional_part_is_left_out_where_its_values_are_missing() -> None:
    plan = role("x", "x_{split:[a-z]+}[{edition:[0-9]+}].json")
    placed = place_rows(plan, rows(split=["a", "b"], edition=["2017", None]))
    assert placed.paths.to_list() == ["x_a2017.json", "x_b.json"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"stem": "../x"}, "stem"),
        ({"stem": "a/b"}, "stem"),
        ({"stem": ""}, "stem"),
        ({"stem": None}, "stem is missing"),
        ({"stem": "a\0"}, "stem"),
        ({"stem": "a\\b"}, "is separated by backslashes"),
        ({"stem": ".a"}, "names a hidden file"),
        ({"stem": "a" * 300}, "is longer than a path can be"),
        ({"ext": "gif"}, "ext"),
        ({"folder": "../"}, "folder"),
        ({"folder": "x"}, "folder"),
        ({"split": "test"}, "split is test, for which there is no name"),
    ],
)
def test_values_that_make_no_path_are_told_by_row(
    values: dict[str, str | None], message: str
) -> None:
    good = {"split": "train", "folder": "", "stem": "a", "ext": "jpg"}
    placed = place_rows(LABEL, pl.DataFrame([good, good | values]))
    assert placed.paths.to_list() == ["train/a.jpg", None]
    (fault,) = placed.faults
    assert fault.row == 1
    assert message in fault.message


def test_a_path_that_would_be_read_otherwise_is_not_written() -> None:
    frame = rows(split=["val2017", "val"], edition=[None, "2017"])
    placed = place_rows(role("x", "x_{split}[{edition}].json"), frame)
    assert placed.paths.to_list() == ["x_val2017.json", None]
    assert "x_val2017.json" in placed.faults[0].message


def test_files_of_rows_are_not_read_back_from_their_names() -> None:
    plan = role("picture", "{split}[{edition}]/{media.path}", of="media")
    frame = rows(
        split=["val"] * 4,
        edition=["2017"] * 4,
        **{"media.path": ["a/b.jpg", "../b.jpg", "a/.b.jpg", None]},
    )
    placed = place_rows(plan, frame)
    assert placed.paths.to_list() == ["val2017/a/b.jpg", None, None, None]
    assert [fault.row for fault in placed.faults] == [1, 2, 3]


def test_a_dot_as_a_folder_cannot_be_written() -> None:
    plan = role("x", "{split}/a.json")
    placed = place_rows(plan, rows(split=["..", ".", "ok"]))
    assert placed.paths.to_list() == [None, None, "ok/a.json"]
    assert [fault.row for fault in placed.faults] == [0, 1]


TEXTS = st.lists(
    st.sampled_from(["a", ".", "..", "/", "\\", "C:", "~", "\0", "\n", " ", "jpg", "é", "_"]),
    max_size=5,
).map("".join)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1))
def test_what_is_placed_stays_inside_and_reads_back(values: list[tuple[str, str, str]]) -> None:
    plan = role("x", "x/{folder/}{stem}_{name}.txt")
    frame = pl.DataFrame(values, schema=["folder", "stem", "name"], orient="row")
    placed = place_rows(plan, frame)
    pattern = with_values(plan.paths[0], {})
    for row, path in enumerate(placed.paths):
        if path is not None:
            assert confine(path) == Inside(path)
            assert fit(pattern, path) == frame.row(row, named=True)
    assert [fault.row for fault in placed.faults] == placed.paths.is_null().arg_true().to_list()


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a/b", "a/c", "A/b2"], []),
        (["a/b", "a/b"], [Clash(0, 1)]),
        (["a/B", "x", "A/b"], [Clash(0, 2)]),
        (["é", "e\u0301"], [Clash(0, 1)]),
        (["a/b/c", "a/b"], [Clash(0, 1)]),
        (["A", "a/b/c"], [Clash(0, 1)]),
        (["a", "A", "a"], [Clash(0, 1), Clash(0, 2)]),
    ],
)
def test_names_that_cannot_stand_together_clash(paths: list[str], expected: list[Clash]) -> None:
    assert find_clashes(paths) == expected
