"""Rows made because others name them, in the order in which the files name them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.columns.keys import Created
    from annostd.plan.model import ColumnPlan, Plan, Source


def create_rows(
    plan: Plan,
    created: Mapping[str, Created],
    decoded: Sequence[tuple[Source, pl.DataFrame]],
) -> dict[str, pl.DataFrame]:
    """Make the rows that the references of a batch name for the first time, by table."""
    made: dict[str, pl.DataFrame] = {}
    for table, names in created.items():
        mentions = [
            frame.select(
                pl.col(column.name).alias("name"),
                pl.col("@file"),
                pl.col("@start"),
                pl.col("@index"),
            )
            for source, frame in decoded
            for column in _creating(source, table)
            if column.name in frame.columns
        ]
        if not mentions:
            continue
        ordered = pl.concat(mentions).sort("@file", "@start", "@index", maintain_order=True)
        new = created_rows(plan, table, names, ordered["name"].unique(maintain_order=True))
        if new is not None:
            made[table] = new
    return made


def created_rows(
    plan: Plan, table: str, names: Created, mentioned: pl.Series
) -> pl.DataFrame | None:
    """Make the rows of names that were not mentioned before; None where there are none."""
    start = len(names.rows)
    new = names.add(mentioned)
    return _rows(plan, table, pl.Series(new, dtype=mentioned.dtype), start) if new else None


def _creating(source: Source, table: str) -> list[ColumnPlan]:
    found: dict[str, ColumnPlan] = {}
    for variant in source.variants:
        for column in variant.columns:
            if column.column.create and column.refers is not None and column.refers[0] == table:
                found[column.name] = column
    return list(found.values())


def _rows(plan: Plan, table: str, names: pl.Series, start: int) -> pl.DataFrame:
    key = plan.tables[table].created or "name"
    rows = pl.int_range(start, start + len(names), dtype=pl.UInt32, eager=True)
    return pl.DataFrame({key: names, "@row": rows})
