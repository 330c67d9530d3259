"""Points: what is said of each, and what is measured of all, at array speed.

A column of points is List(List(Float64)): parts, each point after point with the slots that its
form gives to each (x y, or x y visibility). Visibility is held as its position in `VISIBILITIES`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables import lists
from annostd.tables.geometry import polygons
from annostd.tables.schema import VISIBILITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.tables.geometry.forms import Form
    from annostd.tables.lists import Flags, Floats, Integers

VISIBILITY = "visibility"
BOUNDS = ("x1", "y1", "x2", "y2")


def measure(points: pl.Series, form: Form) -> pl.DataFrame:
    """Measure each row: its bounds, and what else its kind has; `odd` tells of numbers left over.

    Outlines have area, points (of each part) and parts, lines have points, keypoints length. A
    keypoint that is absent is not within the bounds.
    """
    if form.kind == "polygons":
        return polygons.measure(points)
    made = polygons.measure(planar(points, form))
    name = "points" if form.kind == "polyline" else "length"
    counts = pl.Series(_per_row(points, len(form.slots)), dtype=pl.Int64)
    return made.select(*BOUNDS).with_columns(
        lists.without(counts, points.is_null().to_numpy()).alias(name),
        _left_over(points, len(form.slots)).alias("odd"),
    )


def slot(points: pl.Series, form: Form, name: str) -> pl.Series:
    """List what one slot says of each point of a row, of all parts; visibility in words."""
    stride = len(form.slots)
    parts = lists.leaves(points)
    place = _places(lists.lengths(parts), stride)
    values = pl.Series(lists.floats(parts)[place == form.slots.index(name)], nan_to_null=True)
    if name == VISIBILITY:
        known = values.is_in([float(code) for code in range(len(VISIBILITIES))])
        number = pl.select(pl.when(known).then(values.cast(pl.UInt32, strict=False))).to_series()
        values = pl.Series(VISIBILITIES).gather(number)
    return lists.nested(values, _per_row(points, stride), points.is_null().to_numpy())


def planar(points: pl.Series, form: Form) -> pl.Series:
    """Give the x and y of each point that is not absent, one after another, by parts."""
    stride = len(form.slots)
    if VISIBILITY not in form.slots:
        return points
    parts = lists.leaves(points)
    counts = lists.lengths(parts)
    place, values = _places(counts, stride), lists.floats(parts)
    seen = values[place == form.slots.index(VISIBILITY)] != VISIBILITIES.index("absent")
    kept = (place >= 0) & (place != form.slots.index(VISIBILITY))
    kept[place >= 0] &= np.repeat(seen, stride)
    left = lists.reduced(np.add.reduceat, kept.astype(np.int64), counts, 0)
    inner = lists.nested(pl.Series(values[kept]), left)
    return lists.nested(inner, lists.lengths(points), points.is_null().to_numpy())


def with_unsaid(points: pl.Series, said: Form) -> pl.Series:
    """Add to each point that nothing is said of its visibility, as a missing number."""
    return _each_part(
        points,
        lambda numbers: np.insert(
            numbers.reshape(-1, len(said.slots)), len(said.slots), np.nan, axis=1
        ),
        (len(said.slots), len(said.slots) + 1),
    )


def without_visibility(points: pl.Series, form: Form) -> pl.Series:
    """Leave out what is said of the visibility of each point, its last slot."""
    stride = len(form.slots)
    return _each_part(
        points, lambda numbers: numbers.reshape(-1, stride)[:, :-1], (stride, stride - 1)
    )


def with_slots(points: pl.Series, own: Form, form: Form) -> tuple[pl.Series, Form]:
    """Give points the slots of a form that says more of each, or less; and their form then."""
    if own.slots == (*form.slots, VISIBILITY):
        return without_visibility(points, own), replace(own, slots=form.slots)
    if form.slots == (*own.slots, VISIBILITY):
        return with_unsaid(points, own), replace(own, slots=form.slots)
    return points, own


def recoded(
    points: pl.Series, form: Form, before: list[float], after: list[float]
) -> tuple[pl.Series, pl.Series]:
    """Write other numbers for visibility, and tell the rows with one that is not among `before`."""
    parts = lists.leaves(points)
    counts, rows = lists.lengths(parts), lists.lengths(points)
    values = lists.floats(parts).copy()
    here = _places(counts, len(form.slots)) == form.slots.index(VISIBILITY)
    told = pl.Series(values[here]).replace_strict(before, after, default=None)
    values[here] = told.cast(pl.Float64).fill_null(np.nan).to_numpy()
    per_row = lists.reduced(np.add.reduceat, counts, rows, 0)
    unknown = here & np.isnan(values)
    wrong = lists.reduced(np.logical_or.reduceat, unknown, per_row, empty=False)
    inner = lists.nested(pl.Series(values, nan_to_null=True), counts)
    made = lists.nested(inner, rows, points.is_null().to_numpy())
    return made, pl.Series(wrong, dtype=pl.Boolean)


def _each_part(
    points: pl.Series, change: Callable[[Floats], Floats], strides: tuple[int, int]
) -> pl.Series:
    """Change the numbers of whole points, by parts; `strides` are those before and after."""
    before, after = strides
    parts = lists.leaves(points)
    counts = lists.lengths(parts)
    whole = lists.floats(parts)[_places(counts, before) >= 0]
    values = pl.Series(change(whole).reshape(-1), nan_to_null=True)
    inner = lists.nested(values, counts // before * after)
    return lists.nested(inner, lists.lengths(points), points.is_null().to_numpy())


def _places(counts: Integers, stride: int) -> Integers:
    """Tell which slot each number is; -1 for what is left over of a last point."""
    place = np.arange(counts.sum()) - np.repeat(lists.starts(counts), counts)
    whole = np.repeat(counts // stride * stride, counts)
    result: Integers = np.where(place < whole, place % stride, -1)
    return result


def _per_row(points: pl.Series, stride: int) -> Integers:
    counts = lists.lengths(lists.leaves(points)) // stride
    return lists.reduced(np.add.reduceat, counts, lists.lengths(points), 0)


def _left_over(points: pl.Series, stride: int) -> pl.Series:
    left: Flags = lists.lengths(lists.leaves(points)) % stride != 0
    odd = lists.reduced(np.logical_or.reduceat, left, lists.lengths(points), empty=False)
    return pl.Series(odd, dtype=pl.Boolean)
