"""Losses of whole tables: what a target has no rows for, and what it says of them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.losses import is_counted
from annostd.converters.model import SHOWN, Lost
from annostd.findings import Loss, LossKind
from annostd.plan.gathers import NAME, gathered
from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.converters.work import Work
    from annostd.plan.model import Gather


def untold_tables(work: Work) -> Iterator[Lost]:
    """Tell the tables that the target does not have at all."""
    for table, frame in work.source.frames.items():
        rows = _speaking(work, table, frame) if table not in work.mapped else []
        if rows and (whole := _gathering(work, table)) is not None:
            yield from _said_by_others(work, table, whole)
        elif rows:
            reason = f"{work.target} has no {table}"
            yield Lost(Loss(LossKind.LOST, table, reason, len(rows)), table, tuple(rows[:SHOWN]))


def _gathering(work: Work, table: str) -> tuple[str, str, Gather] | None:
    """Name the column, by table, that says what rows say of which it is gathered."""
    every = gathered(work.source_plan)
    return next(((owner, plan.name, g) for owner, plan, g in every if g.table == table), None)


def _said_by_others(work: Work, table: str, whole: tuple[str, str, Gather]) -> Iterator[Lost]:
    """Tell rows of which a value is gathered: it says the same, but for what is their own.

    Of rows by one name the first is gathered; one by no name that is listed was not read.
    """
    owner, column, gather = whole
    frame = work.source.frames[table]
    bound = work.plan.tables[owner].columns if owner in work.plan.tables else {}
    none = filled(value=False, height=frame.height, dtype=pl.Boolean)
    unread = f"{NAME}@bad"
    gone = frame[unread].fill_null(value=False) if unread in frame.columns else none
    first = ~none
    if gather.named:
        first = frame.select(pl.struct(gather.by, NAME).is_first_distinct().alias("first"))["first"]
    says = first if column in bound else none
    told = (
        (LossKind.DERIVABLE, f"the {column} of the {owner} say the same", says & ~gone),
        (LossKind.LOST, f"{work.target} has no {table}", ~says & ~gone),
    )
    for kind, reason, those in told:
        rows = those.arg_true().to_list()
        if rows:
            yield Lost(Loss(kind, table, reason, len(rows)), table, tuple(rows[:SHOWN]))
    yield from _own(work, table, frame, {gather.by, gather.column})


def _own(work: Work, table: str, frame: pl.DataFrame, told: set[str]) -> Iterator[Lost]:
    """Tell what only the rows themselves say: the standard's own columns, but for those `told`."""
    for name, plan in work.source_plan.tables[table].columns.items():
        if plan.canonical or plan.implied or name in told or name not in frame.columns:
            continue
        had = frame[name].is_not_null().arg_true().to_list()
        if had:
            reason = f"{work.target} does not hold it"
            loss = Loss(LossKind.LOST, f"{table}.{name}", reason, len(had))
            yield Lost(loss, table, tuple(had[:SHOWN]))


def _speaking(work: Work, table: str, frame: pl.DataFrame) -> list[int]:
    """List the rows that say anything: a default, or what is counted anew, says nothing."""
    columns = work.source_plan.tables[table].columns
    said = []
    for name in (name for name in frame.columns if not name.startswith("@")):
        plan = columns.get(name)
        value = pl.col(name)
        if plan is not None and plan.column.default is not None:
            said.append((value != pl.lit(plan.column.default)).fill_null(value=False))
        elif plan is None or not is_counted(plan):
            said.append(value.is_not_null())
    if not said or frame.is_empty():
        return []
    return frame.select(pl.any_horizontal(said).alias("said"))["said"].arg_true().to_list()
