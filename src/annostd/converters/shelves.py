"""Rows parted into files of so many each, where nothing says which file they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, Plan

_DIGITS: Final = 5


def shelf_of(plan: Plan, column: ColumnPlan) -> int | None:
    """Tell how many rows stand under one number of a column; None where it says more than that."""
    counts = (
        capture.rows
        for file in plan.files
        for name, capture in file.file.captures.items()
        if capture.rows is not None and column.fields == (f"{{{name}}}",)
    )
    return next(counts, None)


def shelved(plan: Plan, column: ColumnPlan, height: int) -> pl.Series | None:
    """Number the files of a table's rows, so many rows each; None where a capture asks for none.

    A number has five digits at least, so that names stand in the order of the rows.
    """
    rows = shelf_of(plan, column)
    if rows is None:
        return None
    return (pl.int_range(height, eager=True) // rows).cast(pl.String).str.zfill(_DIGITS)
