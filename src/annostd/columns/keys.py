"""Keys to row numbers: references are resolved once, by look-up in sorted keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class KeyIndex:
    """The rows of a table by one key column, in the scope of a column (None: the whole dataset).

    `frame` holds `key`, `scope` (where there is one) and `row`, the first row of each key.
    """

    frame: pl.DataFrame
    scope: str | None
    sorted_keys: np.ndarray | None
    sorted_rows: np.ndarray | None


def index_keys(rows: pl.DataFrame, key: str, scope: str | None) -> KeyIndex:
    """Index rows (with `@row`) by a key column; of equal keys the first row counts."""
    columns = [pl.col(key).alias("key"), pl.col("@row").alias("row")]
    by = ["key"]
    if scope is not None:
        columns.append(pl.col(scope).alias("scope"))
        by.append("scope")
    frame = rows.select(columns).drop_nulls().unique(by, keep="first", maintain_order=True)
    if scope is not None or frame["key"].dtype != pl.Int64:
        return KeyIndex(frame, scope, None, None)
    keys = frame["key"].to_numpy()
    order = np.argsort(keys, kind="stable")
    return KeyIndex(frame, None, keys[order], frame["row"].to_numpy()[order])


def find_rows(index: KeyIndex, values: pl.Series, scopes: pl.Series | None) -> pl.Series:
    """Look up the row of each value (UInt32; null: missing or no such row)."""
    if index.scope is not None and scopes is not None:
        return _find_scoped(index, values, scopes)
    if index.sorted_keys is None or values.dtype != pl.Int64:
        return _find_joined(index, values)
    return _find_sorted(index.sorted_keys, index.sorted_rows, values)


def _find_scoped(index: KeyIndex, values: pl.Series, scopes: pl.Series) -> pl.Series:
    """Look up within scopes; a batch of one scope, the usual case, needs no join."""
    only = scopes.unique()
    if len(only) == 1 and values.dtype == pl.Int64 and index.frame["key"].dtype == pl.Int64:
        part = index.frame.filter(pl.col("scope") == only[0])
        keys = part["key"].to_numpy()
        order = np.argsort(keys, kind="stable")
        return _find_sorted(keys[order], part["row"].to_numpy()[order], values)
    wanted = pl.DataFrame({"key": values, "scope": scopes})
    if wanted["key"].dtype != index.frame["key"].dtype:
        return _nothing(len(values))
    joined = wanted.join(index.frame, on=["key", "scope"], how="left", maintain_order="left")
    return joined["row"].cast(pl.UInt32)


def _find_joined(index: KeyIndex, values: pl.Series) -> pl.Series:
    if values.dtype != index.frame["key"].dtype:
        return _nothing(len(values))
    wanted = values.alias("key").to_frame()
    frame = index.frame.select("key", "row")
    joined = wanted.join(frame, on="key", how="left", maintain_order="left")
    return joined["row"].cast(pl.UInt32)


def _find_sorted(keys: np.ndarray, rows: np.ndarray | None, values: pl.Series) -> pl.Series:
    if rows is None or len(keys) == 0:
        return _nothing(len(values))
    wanted = values.fill_null(0).to_numpy()
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = pl.Series("row", rows[at], dtype=pl.UInt32)
    hit = pl.Series("hit", keys[at] == wanted) & values.is_not_null()
    return pl.select(pl.when(hit).then(found)).to_series()


def _nothing(length: int) -> pl.Series:
    return pl.repeat(None, length, dtype=pl.UInt32, eager=True)


class Created:
    """Rows that exist because they are named: each new name is the next row."""

    def __init__(self) -> None:
        self.rows: dict[object, int] = {}

    def add(self, names: pl.Series) -> list[object]:
        """Give rows to names not met before, in order; return those."""
        new = [name for name in names.drop_nulls() if name not in self.rows]
        for name in new:
            self.rows[name] = len(self.rows)
        return new

    def find(self, names: pl.Series) -> pl.Series:
        """Look up the row of each name (UInt32; null where the name is missing)."""
        if not self.rows:
            return _nothing(len(names))
        mapping: Mapping[object, int] = self.rows
        return names.replace_strict(
            pl.Series(list(mapping.keys()), dtype=names.dtype),
            pl.Series(list(mapping.values()), dtype=pl.UInt32),
            default=None,
            return_dtype=pl.UInt32,
        )
