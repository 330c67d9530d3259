"""Intervals of time of one standard in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.geometry import Made
from annostd.tables.geometry import intervals
from annostd.tables.times import TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import ColumnPlan
    from annostd.tables.geometry.forms import Form


def make_interval(frame: pl.DataFrame, forms: Mapping[str, Form], plan: ColumnPlan) -> Made:
    """Carry the intervals of a table; they are rounded where the target declares other decimals."""
    own, form = forms.get(plan.name), plan.form
    columns = [f"{plan.name}.{end}" for end in intervals.ENDS]
    made = Made()
    if form is None or own is None or columns[0] not in frame.columns:
        nothing = pl.repeat(None, frame.height, dtype=TIME, eager=True)
        made.columns = dict.fromkeys(columns, nothing)
        made.present = nothing.is_not_null()
        return made
    before = [frame[column] for column in columns]
    is_rounded = form.decimals is not None and (own.decimals, own.unit) != (
        form.decimals,
        form.unit,
    )
    after = intervals.rounded(frame, plan.name, form) if is_rounded else before
    made.columns = dict(zip(columns, after, strict=True))
    made.present = before[0].is_not_null()
    moved = [(new - old).abs().cast(pl.Float64) for old, new in zip(before, after, strict=True)]
    made.error = pl.select(pl.max_horizontal(moved)).to_series()
    return made


def has_interval(frame: pl.DataFrame, plan: ColumnPlan) -> pl.Expr:
    """Tell the rows that have an interval which a column can write: a point has no duration."""
    start, end = (f"{plan.name}.{end}" for end in intervals.ENDS)
    if start not in frame.columns:
        return pl.lit(value=False)
    known = pl.col(start).is_not_null()
    is_point = plan.form is not None and plan.form.slots == (intervals.POINT,)
    return known & (pl.col(start) == pl.col(end)) if is_point else known
