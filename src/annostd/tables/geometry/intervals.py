"""Intervals of time: held as start and end, written in slots from which both follow exactly.

Since times are exact, the way from one form to another loses nothing: columns hold `start` and
`end` in seconds, whatever the form; the form says which slots are written, and in what unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import polars as pl

from annostd.tables.geometry.forms import Form
from annostd.tables.times import UNITS, round_times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.tables.geometry.forms import Unit

ENDS: Final = ("start", "end")
"""The parts that a column holds."""
POINT: Final = "time"
"""The one slot of a point in time, which ends where it starts."""
_SLOTS: Final = (*ENDS, "duration")
_PAIR: Final = 2


def parse_interval_form(text: str, unit: str | None, decimals: int | None) -> Form:
    """Read the form of an interval: two of `start`, `end`, `duration` in any order, or `time`.

    Raises ValueError where the slots do not determine an interval, or the unit is none of time.
    """
    slots = tuple(text.split())
    legal = f"two of {' '.join(_SLOTS)}, or {POINT}"
    for slot in slots:
        if slot not in {*_SLOTS, POINT}:
            raise ValueError(f"the form has the slot {slot!r}, expected {legal}")
    if slots != (POINT,) and (POINT in slots or len(slots) != _PAIR or len(set(slots)) != _PAIR):
        raise ValueError(f"the form of an interval is {text!r}, expected {legal}")
    if unit not in {None, *UNITS}:
        raise ValueError(f"the unit is {unit!r}, expected one of {', '.join(UNITS)}")
    return Form("interval", slots, unit=cast("Unit", unit or "second"), decimals=decimals)


def ends(slots: Mapping[str, pl.Series]) -> tuple[pl.Series, pl.Series]:
    """Compute start and end of the slots of a form."""
    if POINT in slots:
        return slots[POINT], slots[POINT]
    start, end, duration = (slots.get(slot) for slot in _SLOTS)
    if duration is not None:
        start = end - duration if start is None and end is not None else start
        end = start + duration if start is not None else end
    if start is None or end is None:
        raise ValueError(f"the slots {' '.join(slots)} determine no interval")
    return start, end


def part(column: str, name: str) -> pl.Expr:
    """Compute a part of a column: its start, its end, how long it is."""
    start, end = (pl.col(f"{column}.{end}") for end in ENDS)
    return {"start": start, POINT: start, "end": end}.get(name, end - start)


def written(frame: pl.DataFrame, column: str, form: Form) -> dict[str, pl.Series]:
    """Compute the slots of a form: the inverse of `ends`."""
    return {slot: frame.select(part(column, slot)).to_series() for slot in form.slots}


def rounded(frame: pl.DataFrame, column: str, form: Form) -> tuple[pl.Series, pl.Series]:
    """Give start and end as reading back what the form's decimals let be written."""
    slots = written(frame, column, form)
    return ends({s: round_times(times, form.unit, form.decimals) for s, times in slots.items()})
