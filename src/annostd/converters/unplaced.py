"""Rows that no file can take, in words: two of one path, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.converters.model import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from annostd.bindings.targets import Unplaced
    from annostd.plan.model import Plan, Source


def shared_paths(plan: Plan, source: Source, rows: pl.DataFrame, paths: pl.Series) -> Iterator[str]:
    """Say which rows would be written to one path that can hold one of them."""
    known = paths.is_not_null() & paths.is_duplicated()
    for path in paths.filter(known).unique(maintain_order=True).head(SHOWN):
        first, second, *_ = (paths == path).arg_true()
        names = " and ".join(_called(plan, source, rows, row) for row in (first, second))
        yield f"{source.table} {names} cannot both be written to {path}"


def unplaced(
    plan: Plan, source: Source, rows: pl.DataFrame, faults: Sequence[Unplaced]
) -> Iterator[str]:
    """Say which rows no path can hold, the first ones by name."""
    for fault in faults[:SHOWN]:
        which = _called(plan, source, rows, fault.row)
        yield f"{source.table} {which} has no place: {fault.message}"
    if len(faults) > SHOWN:
        yield f"{len(faults) - SHOWN} more rows of {source.table} have no place"


def _called(plan: Plan, source: Source, rows: pl.DataFrame, row: int) -> str:
    """Name a row by its path, its name or its key, else by its number."""
    keys = [n for n, column in plan.tables[source.table].columns.items() if column.column.key]
    for name in ("path", "name", *keys):
        if name in rows.columns and rows[name][row] not in {None, ""}:
            return str(rows[name][row])
    return f"#{row + 1}"
