"""Keys to row numbers: sorted, joined, scoped; rows made by being named."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.columns.keys import Created, find_rows, index_keys

KEYS = st.integers(-3, 3)
ROWS = st.lists(st.none() | KEYS)


def rows_of(
    keys: list[object], dtype: pl.DataType, scopes: list[int] | None = None
) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "key": pl.Series(keys, dtype=dtype),
            "@row": pl.Series(range(len(keys)), dtype=pl.UInt32),
        }
    )
    return frame if scopes is None else frame.with_columns(pl.Series("@file", scopes, pl.UInt32))


def first(keys: list[object], wanted: object) -> int | None:
    return keys.index(wanted) if wanted is not None and wanted in keys else None


@pytest.mark.parametrize("kind", ["integer", "string"])
@given(ROWS, ROWS)
def test_the_row_of_a_key_is_the_first_that_bears_it(
    kind: str, keys: list[int | None], wanted: list[int | None]
) -> None:
    spell = (lambda k: k) if kind == "integer" else (lambda k: None if k is None else str(k))
    dtype = pl.Int64() if kind == "integer" else pl.String()
    known, asked = [spell(key) for key in keys], [spell(key) for key in wanted]
    index = index_keys(rows_of(known, dtype), "key", None)
    found = find_rows(index, pl.Series("w", asked, dtype=dtype), None)
    assert found.dtype == pl.UInt32
    assert found.to_list() == [first(known, key) for key in asked]


@pytest.mark.parametrize("kind", ["integer", "string"])
@given(st.lists(st.tuples(KEYS, st.integers(0, 1))), st.lists(st.tuples(KEYS, st.integers(0, 1))))
def test_in_a_scope_the_row_of_a_key_is_the_first_of_that_scope(
    kind: str, known: list[tuple[int, int]], wanted: list[tuple[int, int]]
) -> None:
    dtype = pl.Int64() if kind == "integer" else pl.String()
    spell = int if kind == "integer" else str
    keys, scopes = [spell(key) for key, _ in known], [scope for _, scope in known]
    index = index_keys(rows_of([*keys], dtype, scopes), "key", "@file")
    asked = pl.Series([spell(key) for key, _ in wanted], dtype=dtype)
    found = find_rows(index, asked, pl.Series([scope for _, scope in wanted], dtype=pl.UInt32))
    assert found.to_list() == [known.index(pair) if pair in known else None for pair in wanted]


def test_keys_of_another_type_are_compared_as_the_key_is_written() -> None:
    index = index_keys(rows_of([5, 7], pl.Int64()), "key", None)
    assert find_rows(index, pl.Series(["7", "x", None]), None).to_list() == [1, None, None]
    index = index_keys(rows_of(["5", "7"], pl.String()), "key", None)
    assert find_rows(index, pl.Series([7, 8]), None).to_list() == [1, None]


def test_a_created_row_is_the_place_of_its_name_among_the_new_ones() -> None:
    created = Created()
    assert created.find(pl.Series(["a"])).to_list() == [None]
    assert created.add(pl.Series(["b", None, "a"])) == ["b", "a"]
    assert created.add(pl.Series(["a", "c"])) == ["c"]
    assert created.find(pl.Series(["c", "b", "x", None])).to_list() == [2, 0, None, None]
