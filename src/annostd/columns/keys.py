"""Keys to row numbers: references are resolved once, by look-up in sorted keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables.lists import filled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Int64 keys in order, and the row of each."""

    keys: NDArray[np.int64]
    rows: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class KeyIndex:
    """The rows of a table by one key column, in the scope of a column (None: the whole dataset).

    `frame` holds `key`, `scope` (where there is one) and `row`, the first row of each key;
    `in_order` the same where keys are integers and have no scope.
    """

    frame: pl.DataFrame
    scope: str | None
    in_order: _Sorted | None


def index_keys(rows: pl.DataFrame, key: str, scope: str | None) -> KeyIndex:
    """Index rows (with `@row`) by a key column; of equal keys the first row counts."""
    columns = [pl.col(key).alias("key"), pl.col("@row").alias("row")]
    by = ["key"]
    if scope is not None:
        columns.append(pl.col(scope).alias("scope"))
        by.append("scope")
    frame = rows.select(columns).drop_nulls().unique(by, keep="first", maintain_order=True)
    is_plain = scope is None and frame["key"].dtype == pl.Int64
    return KeyIndex(frame, scope, _in_order(frame) if is_plain else None)


def find_rows(index: KeyIndex, values: pl.Series, scopes: pl.Series | None) -> pl.Series:
    """Look up the row of each value (UInt32; null: missing or no such row)."""
    if values.dtype != index.frame["key"].dtype:
        values = values.cast(index.frame["key"].dtype, strict=False)
    if index.in_order is not None:
        return _find_sorted(index.in_order, values)
    if index.scope is None or scopes is None:
        return _find_joined(index.frame, pl.DataFrame({"key": values}))
    only = scopes.unique()
    if len(only) == 1 and values.dtype == pl.Int64:
        # a batch of one scope, the usual case, needs no join
        part = index.frame.filter(pl.col("scope") == only[0])
        return _find_sorted(_in_order(part), values)
    return _find_joined(index.frame, pl.DataFrame({"key": values, "scope": scopes}))


def _in_order(frame: pl.DataFrame) -> _Sorted:
    keys = frame["key"].to_numpy()
    order = np.argsort(keys, kind="stable")
    return _Sorted(keys[order], frame["row"].to_numpy()[order])


def _find_joined(frame: pl.DataFrame, wanted: pl.DataFrame) -> pl.Series:
    joined = wanted.join(frame, on=wanted.columns, how="left", maintain_order="left")
    return joined["row"].cast(pl.UInt32)


def _find_sorted(index: _Sorted, values: pl.Series) -> pl.Series:
    if len(index.keys) == 0:
        return _nothing(len(values))
    wanted = values.fill_null(0).to_numpy()
    at = np.minimum(np.searchsorted(index.keys, wanted), len(index.keys) - 1)
    found = pl.Series("row", index.rows[at], dtype=pl.UInt32)
    hit = pl.Series("hit", index.keys[at] == wanted) & values.is_not_null()
    return pl.select(pl.when(hit).then(found)).to_series()


def _nothing(length: int) -> pl.Series:
    return filled(None, length, pl.UInt32)


class Created:
    """Rows that exist because they are named: each new name is the next row."""

    def __init__(self) -> None:
        self.rows: dict[object, int] = {}

    def branch(self) -> Created:
        """Give the same rows, to which others can be added apart."""
        apart = Created()
        apart.rows = dict(self.rows)
        return apart

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
        return names.replace_strict(
            pl.Series(list(self.rows), dtype=names.dtype),
            pl.Series(list(self.rows.values()), dtype=pl.UInt32),
            default=None,
            return_dtype=pl.UInt32,
        )
