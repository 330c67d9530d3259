"""Rows that are made to be named: a row of the target that must name one, and names none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.converters.values import was_read
from annostd.expressions import vectorise

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.converters.values import Making
    from annostd.converters.work import TableMap, Work
    from annostd.plan.model import ColumnPlan


def name_made(
    making: Making,
    plan: ColumnPlan,
    values: pl.Series,
    bound: pl.Series | None,
    map_table: Callable[[Work, str, Environment], TableMap],
) -> pl.Series:
    """Give each row that names none a row of its own to name, made as the column says.

    `values` are the references known, `bound` the rows that hold the column (None: all). The rows
    made stand behind those that the source has; `map_table` maps their table anew.
    """
    lacking = values.is_null() & ~was_read(making)
    lacking = lacking if bound is None else lacking & bound
    if not lacking.any() or plan.refers is None:
        return values
    work, table = making.work, plan.refers[0]
    known = work.source.frames.get(table, pl.DataFrame())
    new = _made(making, plan, making.frame["@from"].filter(lacking))
    frame = pl.concat([known, new], how="diagonal_relaxed")
    work.source = replace(work.source, frames={**work.source.frames, table: frame})
    work.mapped[table] = map_table(work, table, _reach(work))
    origins = pl.int_range(known.height, frame.height, dtype=pl.UInt32, eager=True)
    places = _places(work.mapped[table].frame["@from"], origins)
    return values.clone().scatter(lacking.arg_true(), places)


def _made(making: Making, plan: ColumnPlan, rows: pl.Series) -> pl.DataFrame:
    """Compute the columns of the rows to be made from the source's rows that are to name them."""
    work = making.work
    naming = Rows(making.table, work.source.frames[making.table][rows])
    environment = _reach(work)
    made: dict[str, pl.Series] = {}
    for name, typed in (plan.made or {}).items():
        flat = environment.flatten(naming, typed.needs)
        made[name] = flat.with_columns(vectorise(typed, {}).alias("@value"))["@value"]
    return pl.DataFrame(made)


def _reach(work: Work) -> Environment:
    """Give what expressions over the source's tables reach, the rows made among them."""

    def rows(table: str) -> Rows | None:
        frame = work.source.frames.get(table)
        return Rows(table, frame) if frame is not None else None

    counts = {table: mapped.frame.height for table, mapped in work.mapped.items()}
    return Environment(work.source_plan, work.source.forms, rows, counts)


def _places(numbers: pl.Series, wanted: pl.Series) -> pl.Series:
    """Tell where the rows of some numbers stand now (null: they are gone)."""
    at = pl.int_range(len(numbers), dtype=pl.UInt32, eager=True)
    pairs = pl.DataFrame({"from": numbers.cast(pl.UInt32), "to": at}).drop_nulls()
    found = wanted.to_frame("from").join(pairs, on="from", how="left", maintain_order="left")
    return found["to"]
