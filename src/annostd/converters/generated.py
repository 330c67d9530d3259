"""Values that a writer makes where a source has none: counted, or taken from other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Rows
from annostd.converters.keys import generate
from annostd.converters.supplied import named_rows
from annostd.expressions import Need
from annostd.templates import fields, parse

if TYPE_CHECKING:
    from annostd.converters.values import Making
    from annostd.converters.work import TableMap
    from annostd.plan.model import ColumnPlan

_COUNTERS = frozenset({"n", "n0"})


def generated(
    making: Making, plan: ColumnPlan, values: pl.Series, result: TableMap
) -> pl.Series | None:
    """Make values by a `generate` template; None where the column has none.

    `{a.b}` is the value of the row that the reference `a` names; where `a` is no column but a
    table, the greatest value among those of its rows that name this one.
    """
    template = plan.column.generate
    if template is None:
        return None
    named = [name for name in fields(parse(template)) if name not in _COUNTERS]
    if not named:
        return generate(template, len(values), values.dtype)
    path = tuple(named[0].split("."))
    if path[0] in making.work.source_plan.types.get(making.table, {}):
        flat = making.environment.flatten(Rows(making.table, making.frame), [Need(path)])
        made = flat.to_series()
    else:
        made = _greatest(making, path)
    if plan.refers is not None:
        made = named_rows(making.work, plan, made.cast(pl.String).filter(values.is_null()))
        made = _put(made, values.is_null())
    made = made.cast(values.dtype, strict=False)
    count = int((values.is_null() & made.is_not_null()).sum())
    if count:
        result.derived[f"{plan.name} by {'.'.join(path)}"] = count
    return made


def _put(made: pl.Series, where: pl.Series) -> pl.Series:
    """Put values in the rows that they were made for."""
    nothing = pl.repeat(None, len(where), dtype=made.dtype, eager=True)
    return nothing.scatter(where.arg_true(), made)


def _greatest(making: Making, path: tuple[str, ...]) -> pl.Series:
    """Give each row the greatest value of the rows of the source that name it."""
    work, table, column = making.work, path[0], ".".join(path[1:])
    frame = work.source.frames.get(table)
    types = work.source_plan.types.get(table, {})
    naming = [name for name, kind in types.items() if kind.table == making.table]
    known = [name for name in naming if frame is not None and name in frame.columns]
    if frame is None or not known or column not in frame.columns:
        return pl.repeat(None, making.frame.height, dtype=pl.Null, eager=True)
    most = frame.group_by(pl.col(known[0]).cast(pl.UInt32).alias("@from")).agg(
        pl.col(column).max().alias("@most")
    )
    own = making.frame.select(pl.col("@from").cast(pl.UInt32))
    return own.join(most, on="@from", how="left", maintain_order="left")["@most"]
