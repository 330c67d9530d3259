"""Rows that are made to be named: a row of the target that must name one, and names none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Rows
from annostd.converters.rows import renumbered
from annostd.converters.values import was_read
from annostd.converters.work import environment_of
from annostd.expressions import vectorise

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.columns.environment import Environment
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
    work.mapped[table] = map_table(work, table, environment_of(work))
    origins = pl.int_range(known.height, frame.height, dtype=pl.UInt32, eager=True)
    places = renumbered(origins, work.mapped[table].frame["@from"])
    return values.clone().scatter(lacking.arg_true(), places)


def _made(making: Making, plan: ColumnPlan, rows: pl.Series) -> pl.DataFrame:
    """Compute the columns of the rows to be made from the source's rows that are to name them."""
    work = making.work
    naming = Rows(making.table, work.source.frames[making.table][rows])
    environment = environment_of(work)
    made: dict[str, pl.Series] = {}
    for name, typed in (plan.made or {}).items():
        flat = environment.flatten(naming, typed.needs)
        made[name] = flat.with_columns(vectorise(typed, {}).alias("@value"))["@value"]
    return pl.DataFrame(made)
