"""Rows that a standard fixes: they stand in no file, and are there whatever the files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import DTYPES

if TYPE_CHECKING:
    from annostd.plan.model import Plan


def fixed_rows(plan: Plan) -> dict[str, pl.DataFrame]:
    """Make the fixed rows of each table that has them, numbered in the order of the standard."""
    return {
        table.name: pl.DataFrame(
            [
                pl.Series(
                    column.name,
                    [row.get(column.name) for row in table.fixed],
                    dtype=DTYPES.get(column.type, pl.String()),
                )
                for column in table.columns.values()
            ]
        ).with_columns(pl.int_range(len(table.fixed), dtype=pl.UInt32, eager=True).alias("@row"))
        for table in plan.tables.values()
        if table.fixed
    }
