from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables import lists

ROWS = st.lists(st.none() | st.lists(st.integers(0, 99), max_size=4), max_size=8)


@given(ROWS)
def test_nesting_the_leaves_by_their_lengths_gives_the_lists_back(
    rows: list[list[int] | None],
) -> None:
    series = pl.Series(rows, dtype=pl.List(pl.Int64))
    missing = series.is_null().to_numpy()
    back = lists.nested(lists.leaves(series), lists.lengths(series), missing)
    assert back.to_list() == rows


@given(ROWS)
def test_reducing_gives_a_sum_per_row_and_the_given_value_for_empty_rows(
    rows: list[list[int] | None],
) -> None:
    series = pl.Series(rows, dtype=pl.List(pl.Int64))
    values = lists.leaves(series).to_numpy()
    sums = lists.reduced(np.add.reduceat, values, lists.lengths(series), -1)
    assert sums.tolist() == [sum(row) if row else -1 for row in rows]


def test_a_sliced_column_has_only_the_leaves_of_its_rows() -> None:
    series = pl.Series([[1, 2], [3], [4, 5]])[1:]
    assert lists.leaves(series).to_list() == [3, 4, 5]
    assert lists.lengths(series).tolist() == [1, 2]


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 12))
def test_pieces_put_together_are_the_column_and_none_weighs_much_more(
    weights: list[int], weight: int
) -> None:
    series = pl.Series(range(len(weights)), dtype=pl.Int64)
    found = lists.pieces(series, np.array(weights, dtype=np.int64), weight)
    assert [row for piece in found for row in piece] == series.to_list()
    for piece in found:
        assert len(piece) > 0
        assert sum(weights[row] for row in piece) < weight + max(weights)
