"""Redundant values: what a column holds against what its `derive` expression gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.expressions import Need, vectorise
from annostd.findings import Tally
from annostd.tables.lists import filled
from annostd.validators.messages import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.columns.environment import Environment, Rows
    from annostd.plan.model import ColumnPlan

_CORNERS = ("x1", "y1", "x2", "y2")


def judge_derived(
    environment: Environment, rows: Rows, plan: ColumnPlan
) -> tuple[Tally, pl.Series, list[tuple[str, str]]]:
    """Compare a column with its derived value, within the tolerance declared.

    Gives the tally, the positions of rows that differ, and for each what stands there and what was
    expected. A row where either is missing is not judged.
    """
    pairs = list(_pairs(environment, rows, plan))
    differs = filled(value=False, height=rows.frame.height, dtype=pl.Boolean)
    known = filled(value=True, height=rows.frame.height, dtype=pl.Boolean)
    for actual, derived in pairs:
        known = known & actual.is_not_null() & derived.is_not_null()
        differs = differs | _apart(actual, derived, plan)
    differs = differs & known
    blocked = environment.blocked(rows, _needs(plan))
    stopped = int((blocked & ~known).sum()) if blocked is not None else 0
    if blocked is not None:
        differs = differs & ~blocked
        known = known & ~blocked
    failed, judged = int(differs.sum()), int(known.sum())
    tally = Tally(judged - failed, failed, stopped, rows.frame.height - judged - stopped)
    if not failed:
        return tally, pl.Series([], dtype=pl.UInt32), []
    shown = list(
        zip(
            _joined(actual.filter(differs) for actual, _ in pairs),
            _joined(derived.filter(differs) for _, derived in pairs),
            strict=True,
        )
    )
    return tally, differs.arg_true().cast(pl.UInt32), shown


def _needs(plan: ColumnPlan) -> list[Need]:
    derive = plan.derive
    return [Need((plan.name,)), *(derive.needs if derive is not None else ())]


def _pairs(
    environment: Environment, rows: Rows, plan: ColumnPlan
) -> Iterator[tuple[pl.Series, pl.Series]]:
    """Yield what stands in a column and what is derived for it; a box gives its four edges."""
    derive = plan.derive
    if derive is None:
        return
    if plan.type == "box":
        (made,) = derive.needs
        for corner in _CORNERS:
            here = Need((plan.name,), None, corner)
            there = replace(made, part=corner)
            flat = environment.flatten(rows, [here, there])
            yield flat[here.key], flat[there.key]
        return
    here = Need((plan.name,))
    flat = environment.flatten(rows, [here, *(need for need in derive.needs if need != here)])
    value = flat.select(vectorise(derive, {}).alias("@derived")).to_series()
    if len(value) != rows.frame.height:
        value = pl.Series("@derived", [value[0]] * rows.frame.height, dtype=value.dtype)
    yield flat[here.key], value


def _apart(actual: pl.Series, derived: pl.Series, plan: ColumnPlan) -> pl.Series:
    if not actual.dtype.is_numeric():
        return (actual != derived).fill_null(value=False)
    agrees = plan.column.agrees
    absolute = agrees.absolute if agrees else 0.0
    relative = agrees.relative if agrees else 0.0
    here, there = actual.cast(pl.Float64), derived.cast(pl.Float64)
    bound = pl.select(pl.max_horizontal(pl.lit(absolute), there.abs() * relative)).to_series()
    return ((here - there).abs() > bound).fill_null(value=False)


def _joined(values: Iterator[pl.Series]) -> list[str]:
    texts = [as_text(value) for value in values]
    if len(texts) == 1:
        return list(texts[0])
    return [", ".join(parts) for parts in zip(*texts, strict=True)]
