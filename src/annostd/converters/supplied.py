"""Values that the caller supplies for what the source lacks: texts, as their column reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import DTYPES
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
    raise UsageError(f"{name} is {key!r}, expected the {column} of a {table}")
