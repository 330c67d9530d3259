"""Spans written as texts: numbers of code points, pairs of them, to lists and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.columns.cells import DTYPES, CellFault, Cells

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan

DIGITS: Final = 15
"""A number has at most so many, so that none overflows when ends are counted in another way."""
BETWEEN: Final = (" ", ";")
"""What stands between start and end, and between two pieces, where a standard says nothing."""


def decode_spans(raw: pl.Series, plan: ColumnPlan) -> Cells:
    """Read texts as spans: start and end of each piece from 0, the end excluded.

    What tags mark are spans already.
    """
    if raw.dtype != pl.String:
        return Cells(raw)
    inner, outer = separators(plan)
    pair = rf"[0-9]{{1,{DIGITS}}}{re.escape(inner)}[0-9]{{1,{DIGITS}}}"
    sound = raw.str.contains(rf"^{pair}(?:{re.escape(outer)}{pair})*$").fill_null(value=False)
    wrong = raw.is_not_null() & ~sound
    pieces = pl.element().str.split(inner).list.eval(pl.element().cast(pl.Int64))
    kept = pl.select(pl.when(sound).then(raw)).to_series().alias(raw.name)
    values = _moved(kept.str.split(outer).list.eval(pieces), plan, 1).cast(DTYPES["spans"])
    expected = f"pairs of numbers such as 0{inner}5{outer}7{inner}9"
    return Cells(values, (CellFault("type", wrong, expected),) if wrong.any() else ())


def encode_spans(values: pl.Series, plan: ColumnPlan) -> pl.Series:
    """Print spans as texts, null as null."""
    inner, outer = separators(plan)
    pair = pl.element().cast(pl.List(pl.String)).list.join(inner)
    return _moved(values, plan, -1).list.eval(pair).list.join(outer)


def separators(plan: ColumnPlan) -> tuple[str, str]:
    """Give what stands between start and end of a piece, and between two pieces."""
    given = plan.column.separators
    return given if len(given) == len(BETWEEN) else BETWEEN  # type: ignore[return-value]


def _moved(values: pl.Series, plan: ColumnPlan, sign: int) -> pl.Series:
    """Count from 0 with the end excluded what is counted otherwise, or (`sign` -1) the reverse."""
    origin = plan.column.origin or 0
    last = 0 if plan.column.ends != "inclusive" else 1
    if not origin and not last:
        return values
    shift = pl.Series([-origin * sign, (last - origin) * sign]).implode()
    return values.list.eval(pl.element() + shift)
