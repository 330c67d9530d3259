"""Outlines stay where they are read; what is made of them is the same in pieces of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd import api
from annostd.codecs import number_lists
from annostd.converters import outlines
from annostd.converters.work import Work
from annostd.plan import compile_plan
from annostd.standard import Library, load
from annostd.tables.dataset import Tables
from benchmarks.coco import write_coco
from benchmarks.scene import Scene
from tests.converters.test_slices import contents

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.plan import Plan

WHOLE = pl.Series(
    "polygons",
    [[[0.0, 0, 1, 0, 1, 1]], None, [], [[2.0, 2, 3, 2, 3, 3], [4.0, 4, 5, 4, 5, 5]]],
    dtype=pl.List(pl.List(pl.Float64)),
)


@pytest.fixture(scope="module")
def coco() -> Plan:
    return compile_plan(load("coco-instances", Library.of()))


@pytest.fixture
def work(coco: Plan) -> Work:
    """Make a conversion of four rows with outlines."""
    frame = pl.DataFrame([WHOLE, pl.Series("id", [1, 2, 3, 4])])
    return Work(Tables({"annotation": frame}), coco, coco, {})


def light(rows: list[int | None]) -> pl.DataFrame:
    """Make rows without their outlines."""
    return pl.DataFrame({"@from": rows}, schema={"@from": pl.UInt32})


def listed(work: Work, frame: pl.DataFrame) -> list[object]:
    """List the outlines of rows."""
    found = [piece.to_list() for piece in outlines.pieces(work, "annotation", frame)]
    return [row for piece in found for row in piece]


@pytest.mark.parametrize("length", [1, 3, 1000])
@pytest.mark.parametrize("rows", [[0, 1, 2, 3], [3, 0], [None, 1, 3, None], [3, 3, 2, 1, 0]])
def test_rows_have_the_outlines_of_the_rows_that_they_are_from(
    work: Work, rows: list[int | None], length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlines, "ROWS", length)
    whole = WHOLE.to_list()
    assert listed(work, light(rows)) == [None if row is None else whole[row] for row in rows]


def test_without_rows_there_are_no_outlines(work: Work) -> None:
    assert listed(work, light([])) == []
    form = work.plan.tables["annotation"].columns["polygons"].form
    assert form is not None
    assert outlines.measure(work, "annotation", light([]), form).height == 0


def test_each_part_has_a_row_and_what_has_none_stays_one(work: Work) -> None:
    frame = light([0, 1, 2, 3])
    counts = outlines.part_counts(work, "annotation", frame)
    kept = pl.Series([True] * 4)
    split = outlines.split(frame, counts, kept, ())
    assert split["@from"].to_list() == [0, 1, 2, 3, 3]
    first, last = WHOLE.to_list()[3]
    assert listed(work, split) == [[[0, 0, 1, 0, 1, 1]], None, [], [first], [last]]


def test_rows_that_are_not_kept_are_not_split(work: Work) -> None:
    frame = light([0, 3]).with_columns(pl.Series("area(polygons)", [0.5, 1.0]))
    counts = outlines.part_counts(work, "annotation", frame)
    split = outlines.split(frame, counts, pl.Series([True, False]), ("area(polygons)",))
    assert split.columns == ["@from", outlines.PART]
    assert split["@from"].to_list() == [0]


def test_outlines_are_taken_out_and_their_presence_stays(work: Work) -> None:
    source = work.source.frames["annotation"]
    frame = outlines.aside(work, source)
    assert "polygons" not in frame.columns
    assert frame["present(polygons)"].to_list() == [True, False, True, True]
    assert outlines.are_aside(work, "annotation", frame)
    assert not outlines.are_aside(work, "annotation", source)


@pytest.mark.parametrize("to", ["yolo-segment", "labelme", "coco-instances"])
def test_files_are_the_same_with_pieces_of_any_length(
    to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_coco(Scene(20), tmp_path / "in")
    api.convert(tmp_path / "in", tmp_path / "whole", to=to, allow_loss=True)
    monkeypatch.setattr(outlines, "ROWS", 3)
    monkeypatch.setattr(number_lists, "NUMBERS", 10)
    api.convert(tmp_path / "in", tmp_path / "pieces", to=to, allow_loss=True)
    assert contents(tmp_path / "whole") == contents(tmp_path / "pieces")
