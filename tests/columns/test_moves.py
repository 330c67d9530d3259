"""Row numbers of a part go where its rows are in the whole, and no other number changes."""

from __future__ import annotations

import numpy as np
import polars as pl

from annostd.columns.moves import Move, moved, shift

FRAME = pl.DataFrame(
    {
        "@row": pl.Series([5, 6, 7], dtype=pl.UInt32),
        "media": pl.Series([1, None, 3], dtype=pl.UInt32),
        "value": [5, 6, 7],
    }
)
TABLES = {"@row": "annotation", "media": "media"}


def test_rows_of_a_part_are_shifted_and_known_ones_stay() -> None:
    found = moved(FRAME, TABLES, {"annotation": shift(5, 3, 40), "media": shift(2, 2, 10)})
    assert found["@row"].to_list() == [40, 41, 42]
    assert found["media"].to_list() == [1, None, 11]
    assert found["value"].to_list() == [5, 6, 7]
    assert found.schema == FRAME.schema


def test_rows_that_others_have_too_go_where_those_are() -> None:
    found = moved(FRAME, TABLES, {"annotation": Move(6, np.array([2, 0]))})
    assert found["@row"].to_list() == [5, 2, 0]


def test_a_part_without_rows_moves_nothing() -> None:
    assert moved(FRAME, TABLES, {"annotation": shift(8, 0, 90)}).equals(FRAME)
