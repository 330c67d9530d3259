"""Times and intervals of time: raw texts to exact seconds, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import CellFault, Cells
from annostd.columns.limits import expected_range, out_of_range
from annostd.columns.texts import without_null
from annostd.tables.geometry.intervals import ENDS, ends, written
from annostd.tables.times import EXPECTED, parse_times, render_times

if TYPE_CHECKING:
    from annostd.columns.geometry import Shapes
    from annostd.plan.model import ColumnPlan

_NUMBER = r"([+-]?[0-9.][0-9.eE+-]*)"
_JSON_BLANKS = " \t\r\n"


def cast_times(raw: pl.Series, unit: str | None, *, coded: bool) -> Cells:
    """Read texts as times; with `coded` they are the texts of JSON values, numbers among them."""
    texts = without_null(raw) if coded else raw.str.strip_chars(_JSON_BLANKS)
    values, faulty = parse_times(texts, unit or "second")
    faults = (CellFault("type", faulty, EXPECTED),) if faulty.any() else ()
    return Cells(values.alias(raw.name), faults)


def decode_intervals(frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, coded: bool) -> None:
    """Decode the slots of an interval, each in a place of its own or all in one list."""
    if plan.form is None:
        return
    one = len(plan.fields) == 1 and len(plan.form.slots) > 1
    raw = _listed(frame, plan, shapes, coded=coded) if one else [frame[n] for n in plan.fields]
    where = plan.fields * len(raw) if one else plan.fields
    times = []
    for name, texts in zip(where, raw, strict=True):
        cells = cast_times(texts, plan.form.unit, coded=coded and not one)
        times.append(cells.values)
        for fault in cells.faults:
            shapes.fault(name, fault.fault, fault.rows, fault.expected)
    found = dict(zip(ENDS, ends(dict(zip(plan.form.slots, times, strict=True))), strict=True))
    whole = pl.select(pl.all_horizontal([time.is_not_null() for time in times])).to_series()
    for name, time in found.items():
        shapes.columns[f"{plan.name}.{name}"] = pl.select(pl.when(whole).then(time)).to_series()
    shapes.columns[f"present({plan.name})"] = whole
    for name, time in zip(where, times, strict=True):
        outside = out_of_range(plan, time)
        if outside is not None:
            shapes.fault(name, "range", outside, expected_range(plan))


def encode_intervals(plan: ColumnPlan, frame: pl.DataFrame, *, coded: bool) -> dict[str, pl.Series]:
    """Print the slots of an interval in its unit, as texts or as the texts of JSON numbers."""
    form = plan.form
    if form is None or f"{plan.name}.{ENDS[0]}" not in frame.columns:
        return {}
    texts = [render_times(times, form.unit) for times in written(frame, plan.name, form).values()]
    if len(plan.fields) == len(texts):
        return dict(zip(plan.fields, texts, strict=True))
    between = "," if coded else (plan.column.separators or (" ",))[0]
    joined = pl.select(pl.concat_str(texts, separator=between)).to_series()
    return {plan.fields[0]: "[" + joined + "]" if coded else joined}


def _listed(
    frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, coded: bool
) -> list[pl.Series]:
    """Take the list of an interval's slots apart."""
    name, slots = plan.fields[0], plan.form.slots if plan.form is not None else ()
    raw = without_null(frame[name]) if coded else frame[name].str.strip_chars(_JSON_BLANKS)
    between = r"\s*,\s*" if coded else rf"[{_class(plan.column.separators or (' ',))}\s]+"
    opening, closing = (r"\[\s*", r"\s*\]") if coded else ("", "")
    any_count = f"^{opening}(?:{_NUMBER}(?:{between}{_NUMBER})*)?{closing}$"
    pattern = f"^{opening}{between.join([_NUMBER] * len(slots))}{closing}$"
    known = raw.is_not_null()
    faulty = known & ~raw.str.contains(any_count)
    shapes.fault(name, "type", faulty, f"a list of {len(slots)} times")
    wrong = known & ~faulty & ~raw.str.contains(pattern)
    shapes.fault(name, "length", wrong, f"{len(slots)} times: {' '.join(slots)}")
    return [raw.str.extract(pattern, index + 1) for index in range(len(slots))]


def _class(separators: tuple[str, ...]) -> str:
    return "".join(f"\\{mark}" if not mark.isalnum() else mark for mark in separators)
