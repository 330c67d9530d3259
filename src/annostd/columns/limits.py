"""Values outside the declared range, pattern or length of their column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import CellFault
from annostd.columns.variants import count_items
from annostd.tables.lists import filled
from annostd.tables.numbers import shortest
from annostd.tables.times import UNITS, exact, render_times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from annostd.plan.model import ColumnPlan


def find_outside(plan: ColumnPlan, values: pl.Series) -> Iterator[CellFault]:
    """Find typed values of a scalar column that its declaration does not allow."""
    column = plan.column
    if values.dtype.is_numeric():
        outside = out_of_range(plan, values)
        if outside is not None:
            yield from _some("range", outside, expected_range(plan))
    if column.pattern is not None:
        texts = _texts(plan, values)
        fits = texts.str.contains(f"^(?:{column.pattern})$")
        yield from _some("pattern", ~fits, f"text of the pattern {column.pattern}")
    if column.length is not None:
        yield from _out_of_length(plan, values, column.length)


def is_ranged(plan: ColumnPlan) -> bool:
    """Tell whether a range is declared for the numbers of a column."""
    return plan.column.minimum is not None or plan.column.maximum is not None


def _texts(plan: ColumnPlan, values: pl.Series) -> pl.Series:
    if values.dtype.is_decimal():
        return render_times(values, _time_unit(plan))
    return shortest(values) if values.dtype == pl.Float64 else values.cast(pl.String)


def out_of_range(plan: ColumnPlan, values: pl.Series) -> pl.Series | None:
    """Tell which numbers are outside the declared range; None where none is declared."""
    if not is_ranged(plan):
        return None
    least, most = (_limit(plan, values, end) for end in (plan.column.minimum, plan.column.maximum))
    outside = filled(value=False, height=len(values), dtype=pl.Boolean)
    if least is not None:
        outside = outside | (values < least).fill_null(value=False)
    if most is not None:
        outside = outside | (values > most).fill_null(value=False)
    return outside


def _limit(plan: ColumnPlan, values: pl.Series, limit: float | None) -> float | Decimal | None:
    """Give a limit as the values are held: those of times are seconds."""
    if limit is None or not values.dtype.is_decimal():
        return limit
    return exact(limit).scaleb(-UNITS[_time_unit(plan)])


def _time_unit(plan: ColumnPlan) -> str:
    unit = plan.form.unit if plan.form is not None else plan.unit
    return unit or "second"


def expected_range(plan: ColumnPlan) -> str:
    """Say which numbers a column may hold; a fraction says what it is a fraction of."""
    least, most = plan.column.minimum, plan.column.maximum
    ends = [f"at least {least:g}"] if least is not None else []
    ends += [f"at most {most:g}"] if most is not None else []
    text = " and ".join(ends)
    if plan.form is not None and plan.form.unit == "fraction":
        return f"{text}, a fraction of the medium (are these pixels?)"
    return text


def _out_of_length(
    plan: ColumnPlan, values: pl.Series, length: tuple[int | None, int | None]
) -> Iterator[CellFault]:
    """Find texts with too few or too many characters, lists with too few or too many items."""
    is_json = plan.type == "json"
    count = count_items(values) if is_json else values.str.len_chars()
    what = "items" if is_json else "characters"
    least, most = length
    if least is not None:
        yield from _some("length", count < least, f"at least {least} {what}")
    if most is not None:
        yield from _some("length", count > most, f"at most {most} {what}")


def _some(fault: str, rows: pl.Series, expected: str) -> Iterator[CellFault]:
    rows = rows.fill_null(value=False)
    if rows.any():
        yield CellFault(fault, rows, expected)
