"""Values that the caller supplies for what the source lacks: texts, as their column reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import DTYPES
from annostd.converters.work import TableMap
from annostd.errors import UsageError

if TYPE_CHECKING:
    from annostd.converters.work import Work
    from annostd.plan.model import ColumnPlan

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def repeat_supplied(work: Work, name: str, height: int) -> pl.Series:
    """Give every row the value supplied for `table.column`.

    A reference is supplied as the key of the row that it names. Raises UsageError where the text is
    no value of the column, or names nothing.
    """
    table, _, column = name.partition(".")
    plan = work.plan.tables[table].columns[column]
    text = work.values[name]
    if plan.refers is not None:
        row = _row(work, name, plan, text)
        return pl.repeat(row, height, dtype=pl.UInt32, eager=True)
    dtype = DTYPES.get(plan.type, pl.String())
    if dtype == pl.List(pl.String):
        return pl.repeat(text, height, dtype=pl.String, eager=True).reshape((height, 1)).cast(dtype)
    value = (
        _TRUTH.get(text) if dtype == pl.Boolean else pl.Series([text]).cast(dtype, strict=False)[0]
    )
    if value is None:
        raise UsageError(f"{name} is {text!r}, expected a value of the type {plan.type}")
    return pl.repeat(value, height, dtype=dtype, eager=True)


def _row(work: Work, name: str, plan: ColumnPlan, key: str) -> int:
    """Find the row that a key names."""
    table, column = plan.refers or ("", "")
    mapped = work.mapped.get(table)
    if mapped is not None and column in mapped.frame.columns:
        rows = (mapped.frame[column].cast(pl.String) == key).arg_true()
        if len(rows):
            return int(rows[0])
    if plan.column.create and (mapped is None or mapped.frame.is_empty()):
        return _made(work, table, column, key)
    raise UsageError(f"{name} is {key!r}, expected the {column} of a {table}")


def named_rows(work: Work, plan: ColumnPlan, keys: pl.Series) -> pl.Series:
    """Give the rows that keys name; a column that creates them makes those that are not there."""
    table, column = plan.refers or ("", "")
    mapped = work.mapped.get(table)
    known: dict[str, int] = {}
    if mapped is not None and column in mapped.frame.columns:
        known = {str(key): row for row, key in enumerate(mapped.frame[column]) if key is not None}
    for key in keys.drop_nulls().unique(maintain_order=True):
        if key not in known and plan.column.create:
            known[key] = _made(work, table, column, key)
    if not known:
        return pl.repeat(None, len(keys), dtype=pl.UInt32, eager=True)
    names, rows = pl.Series(list(known)), pl.Series(list(known.values()), dtype=pl.UInt32)
    return keys.replace_strict(names, rows, default=None, return_dtype=pl.UInt32)


def _made(work: Work, table: str, column: str, key: str) -> int:
    """Make the row that a reference names, which exists because it is named."""
    nothing = pl.DataFrame(schema={"@from": pl.UInt32})
    mapped = work.mapped.setdefault(table, TableMap(nothing, nothing))
    row = pl.DataFrame({"@from": [None], column: [key]}, schema_overrides={"@from": pl.UInt32})
    mapped.frame = pl.concat([mapped.frame, row], how="diagonal_relaxed")
    mapped.rows = pl.concat([mapped.rows, row.select("@from")], how="diagonal_relaxed")
    return mapped.frame.height - 1
