"""Values that a writer makes where a source has none: counted, or taken from other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Rows
from annostd.converters.keys import generate
from annostd.converters.supplied import named_rows
from annostd.converters.work import bound_rows
from annostd.expressions import Need
from annostd.templates import Literal, Slot, fields, parse

if TYPE_CHECKING:
    from annostd.converters.values import Making
    from annostd.converters.work import TableMap
    from annostd.plan.model import ColumnPlan
    from annostd.templates import Template

_COUNTERS = {"n": 1, "n0": 0}


def generated(
    making: Making, plan: ColumnPlan, values: pl.Series, result: TableMap
) -> pl.Series | None:
    """Make values by a `generate` template; None where the column has none.

    `{a.b}` is the value of the row that the reference `a` names, `{a}` that of the row itself;
    where `a` is no column but a table, `{a.b}` is the greatest value among those of its rows that
    name this one. Where one of them is missing, so is the whole.
    """
    template = plan.column.generate
    if template is None:
        return None
    parsed = parse(template)
    named = [name for name in fields(parsed) if name not in _COUNTERS]
    if not named:
        return generate(template, len(values), values.dtype)
    is_one = len(parsed.pieces) == 1
    made = _value(making, named[0]) if is_one else _composed(making, parsed)
    if plan.refers is not None:
        made = named_rows(making.work, plan, made.cast(pl.String).filter(values.is_null()))
        made = _put(made, values.is_null())
    made = made.cast(values.dtype, strict=False)
    bound = bound_rows(making.work, making.table, plan.name, making.frame)
    new = values.is_null() & made.is_not_null()
    count = int((new if bound is None else new & bound).sum())
    if count:
        result.derived[f"{plan.name} by {' and '.join(named)}"] = count
    return made


def needs_others(plan: ColumnPlan) -> bool:
    """Tell whether a column's values may be made of others of the same row."""
    template = plan.column.generate
    return template is not None and any(n not in _COUNTERS for n in fields(parse(template)))


def _composed(making: Making, template: Template) -> pl.Series:
    """Put texts and numbers together, row by row."""
    height = making.frame.height
    parts = []
    for number, piece in enumerate(template.pieces):
        if isinstance(piece, Slot) and piece.name in _COUNTERS:
            first = _COUNTERS[piece.name]
            counts = pl.int_range(first, first + height, eager=True).cast(pl.String)
            part = counts.str.zfill(piece.width)
        elif isinstance(piece, Slot):
            part = _value(making, piece.name).cast(pl.String)
        else:
            text = piece.text if isinstance(piece, Literal) else ""
            part = pl.repeat(text, height, dtype=pl.String, eager=True)
        parts.append(part.alias(str(number)))
    return pl.DataFrame(parts).select(pl.concat_str(pl.all())).to_series()


def _value(making: Making, name: str) -> pl.Series:
    """Give each row the value that a field of a template names."""
    path = tuple(name.split("."))
    types = making.work.source_plan.types.get(making.table, {})
    if path[0] in types or path[0] in making.frame.columns:
        return making.environment.flatten(
            Rows(making.table, making.frame), [Need(path)]
        ).to_series()
    return _greatest(making, path)


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
