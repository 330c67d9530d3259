"""Rows inside rows of their own source: the outermost of each, and how deep it stands."""

from __future__ import annotations

import polars as pl
import pytest

from annostd.columns.nesting import depths, outermost


@pytest.mark.parametrize(
    ("within", "roots", "deep"),
    [
        ([], [], []),
        ([None, None], [0, 1], [0, 0]),
        ([None, 0, 1, 2, 3], [0, 0, 0, 0, 0], [0, 1, 2, 3, 4]),
        ([None, 0, None, 1, 2, 0], [0, 0, 2, 0, 2, 0], [0, 1, 0, 2, 1, 1]),
    ],
)
def test_each_row_knows_its_outermost_one_and_its_depth(
    within: list[int | None], roots: list[int], deep: list[int]
) -> None:
    series = pl.Series(within, dtype=pl.UInt32)
    assert outermost(series).to_list() == roots
    assert depths(series).tolist() == deep
