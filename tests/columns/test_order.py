"""Rows of several sources of a table stand in the order of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from annostd.columns.order import document_order
from annostd.plan.sources import walk
from tests.plan.made import shipped

if TYPE_CHECKING:
    from annostd.plan.model import Source

VOC = shipped("voc")
Row: TypeAlias = tuple[int, int, int, int | None]
OBJECT, PART = "annotation.point", "annotation.part"


def sources(*names: str) -> list[Source]:
    return [s for file in VOC.files for s in walk(file.sources) if s.name in names]


def rows(*places: Row) -> pl.DataFrame:
    """Make rows of file, line, index in the list, and enclosing row."""
    schema = {"@file": pl.UInt32, "@start": pl.Int64, "@index": pl.UInt32, "@parent": pl.UInt32}
    return pl.DataFrame(places, schema=schema, orient="row")


def test_rows_come_after_the_row_that_they_stand_in_and_before_the_next() -> None:
    frames = {
        "media": rows((0, 1, 0, None), (1, 1, 0, None)),
        OBJECT: rows((0, 2, 0, 0), (0, 9, 1, 0), (1, 2, 0, 1)),
        PART: rows((0, 3, 0, 0), (0, 4, 1, 0), (1, 3, 0, 2)),
    }
    ranks = document_order(sources("media", OBJECT, PART), frames)
    assert {name: series.to_list() for name, series in ranks.items()} == {
        OBJECT: [0, 3, 4],
        PART: [1, 2, 5],
    }


def test_rows_of_one_line_are_told_apart_by_what_they_stand_in() -> None:
    frames = {
        "media": rows((0, 1, 0, None)),
        OBJECT: rows((0, 1, 0, 0), (0, 1, 1, 0)),
        PART: rows((0, 1, 0, 1), (0, 1, 0, 0)),
    }
    ranks = document_order(sources("media", OBJECT, PART), frames)
    assert ranks[OBJECT].to_list() == [0, 2]
    assert ranks[PART].to_list() == [3, 1]


def test_rows_in_rows_of_their_own_kind_stand_with_others_in_these() -> None:
    within = pl.Series("@within", [None, 0, 1, None], dtype=pl.UInt32)
    frames = {
        "media": rows((0, 1, 0, None)),
        OBJECT: rows((0, 2, 0, 0), (0, 4, 0, None), (0, 6, 0, None), (0, 9, 1, 0)),
        PART: rows((0, 3, 0, 0), (0, 5, 0, 1), (0, 7, 1, 1), (0, 8, 1, 0)),
    }
    frames[OBJECT] = frames[OBJECT].with_columns(within)
    ranks = document_order(sources("media", OBJECT, PART), frames)
    assert ranks[OBJECT].to_list() == [0, 2, 4, 7]
    assert ranks[PART].to_list() == [1, 3, 5, 6]


def test_a_table_that_one_source_fills_is_in_order_already() -> None:
    frames = {"media": rows((0, 1, 0, None)), OBJECT: rows((0, 2, 0, 0)), PART: rows()}
    assert document_order(sources("media", OBJECT, PART), frames) == {}


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=5))
def test_ranks_are_a_walk_through_the_document(shape: list[list[int]]) -> None:
    """`shape` holds for each file the parts of each of its objects."""
    files: list[Row] = []
    objects: list[Row] = []
    parts: list[Row] = []
    wanted: list[tuple[str, int]] = []
    for file, counts in enumerate(shape):
        files.append((file, 1, 0, None))
        for number, count in enumerate(counts):
            wanted.append((OBJECT, len(objects)))
            for part in range(count):
                wanted.append((PART, len(parts)))
                parts.append((file, 1, part, len(objects)))
            objects.append((file, 1, number, file))
    frames = {"media": rows(*files), OBJECT: rows(*objects), PART: rows(*parts)}
    ranks = document_order(sources("media", OBJECT, PART), frames)
    if not objects or not parts:
        assert ranks == {}
        return
    assert [ranks[name][row] for name, row in wanted] == list(range(len(wanted)))
