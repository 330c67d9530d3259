"""Polygons: measured, converted and made at array speed.

A polygons column is List(List(Float64)): parts, each one ring x0 y0 x1 y1 … in the source's form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables import lists, numbers
from annostd.tables.geometry.forms import Form, is_same

if TYPE_CHECKING:
    from annostd.tables.lists import Flags, Floats, Integers

DTYPE = pl.List(pl.List(pl.Float64))
MEASURES = {
    "area": pl.Float64(),
    "x1": pl.Float64(),
    "y1": pl.Float64(),
    "x2": pl.Float64(),
    "y2": pl.Float64(),
    "points": pl.List(pl.UInt32()),
    "parts": pl.UInt32(),
    "odd": pl.Boolean(),
}
# arrays of this many numbers stay in the processor's cache while they are worked on
SLICE = 1 << 17


@dataclass(frozen=True, slots=True)
class Conversion:
    """Polygons in another form; `error` is each row's largest move by rounding, in pixels."""

    polygons: pl.Series
    error: pl.Series


def measure(polygons: pl.Series) -> pl.DataFrame:
    """Measure each row: area, bounds, points per part, parts, and whether a part's count is odd.

    The area is the sum over parts of the area that the ring encloses, whatever its direction. A
    last odd number is no point. A null row gives nulls; a row without points has area 0 and null
    bounds; a row with a number that is missing or not finite has neither area nor bounds.
    """
    pieces = [_measured(chunk) for chunk in polygons.get_chunks() if len(chunk)]
    # cut otherwise than its table's other columns, a column makes whatever joins them copy all
    return pl.concat(pieces, rechunk=True) if pieces else pl.DataFrame(schema=MEASURES)


def convert(
    polygons: pl.Series,
    source: Form,
    target: Form,
    width: pl.Series,
    height: pl.Series,
) -> Conversion:
    """Express polygons in another form, given each row's medium's width and height in pixels.

    The same form passes the numbers as they stand. Decimals round as C's printf. Where a size that
    is needed is missing or not above 0 the row becomes null. What else is said of each point is
    carried; where the target asks for it and the source has it not, the row becomes null.
    """
    if is_same(source, target):
        return Conversion(
            polygons, pl.select(pl.when(polygons.is_not_null()).then(0.0)).to_series()
        )
    if source.slots != target.slots:
        nothing = polygons.clear().extend_constant(None, len(polygons))
        return Conversion(nothing, pl.Series([None] * len(polygons), dtype=pl.Float64))
    pieces = []
    start = 0
    for piece in slices(polygons):
        sizes = [size.slice(start, len(piece)) for size in (width, height)]
        pieces.append(_converted(piece, (source, target), *sizes))
        start += len(piece)
    if not pieces:
        return Conversion(polygons.cast(DTYPE), pl.Series([], dtype=pl.Float64))
    return Conversion(
        pl.concat([piece.polygons for piece in pieces]),
        pl.concat([piece.error for piece in pieces], rechunk=True),
    )


def outline(x1: pl.Series, y1: pl.Series, x2: pl.Series, y2: pl.Series) -> pl.Series:
    """Draw boxes as polygons of one ring, clockwise from x1, y1; null where an edge is null."""
    frame = pl.DataFrame({"x1": x1, "y1": y1, "x2": x2, "y2": y2}).cast(pl.Float64)
    edges = ("x1", "y1", "x2", "y1", "x2", "y2", "x1", "y2")
    return ring(frame.select(pl.col(edge).alias(str(n)) for n, edge in enumerate(edges)))


def ring(frame: pl.DataFrame) -> pl.Series:
    """Draw polygons of one ring of columns of numbers, in order; null where one is null."""
    rings = frame.select(pl.concat_list(pl.all())).to_series()
    missing = frame.select(pl.any_horizontal(pl.all().is_null())).to_series().to_numpy()
    return lists.nested(rings.filter(pl.Series(~missing)), (~missing).astype(np.int64), missing)


def _converted(
    polygons: pl.Series, forms: tuple[Form, Form], width: pl.Series, height: pl.Series
) -> Conversion:
    source, target = forms
    parts = lists.leaves(polygons)
    rows, counts = lists.lengths(polygons), lists.lengths(parts)
    per_row = lists.reduced(np.add.reduceat, counts, rows, 0)
    place = _places(counts, len(source.slots))
    side, known = _sides(width, height, per_row, place == 1)
    missing = polygons.is_null().to_numpy()
    if source.unit != target.unit:
        missing = missing | ~known
    values = lists.floats(parts)
    exact = np.where(place > 1, values, _rescaled(values, source, target, side))
    near = exact if target.decimals is None else _rounded(exact, target.decimals)
    near = np.where(place > 1, values, near)
    with np.errstate(invalid="ignore"):
        moved = np.abs(near - exact) * (side if target.unit == "fraction" else 1.0)
    error = pl.Series(lists.reduced(np.fmax.reduceat, moved, per_row, 0.0), nan_to_null=True)
    inner = lists.nested(pl.Series(near, nan_to_null=True), counts)
    return Conversion(
        lists.without(lists.nested(inner, rows), missing),
        lists.without(error, missing),
    )


def slices(polygons: pl.Series) -> list[pl.Series]:
    """Cut a column into runs of rows with about `SLICE` numbers each, none of them copied."""
    return [piece for chunk in polygons.get_chunks() for piece in _slices(chunk)]


def _slices(chunk: pl.Series) -> list[pl.Series]:
    counts = lists.lengths(lists.leaves(chunk))
    per_row = lists.reduced(np.add.reduceat, counts, lists.lengths(chunk), 0)
    # a row weighs something even without numbers
    return lists.pieces(chunk, per_row + 1, SLICE)


def _measured(polygons: pl.Series) -> pl.DataFrame:
    parts = lists.leaves(polygons)
    rows, counts = lists.lengths(polygons), lists.lengths(parts)
    points = counts // 2
    odd = lists.reduced(np.add.reduceat, counts % 2, rows, 0) > 0
    area, columns = _numbers(_Rings(lists.floats(parts), counts, rows))
    finite = np.isfinite(columns).all(axis=0) & np.isfinite(area)
    numbers_of = {
        name: pl.Series(name, np.where(finite, values, np.nan), nan_to_null=True)
        for name, values in zip(("x1", "y1", "x2", "y2"), columns, strict=True)
    }
    per_row = lists.reduced(np.add.reduceat, points, rows, 0)
    area = np.where(finite | (per_row == 0), area, np.nan)
    frame = pl.DataFrame(
        {
            "area": pl.Series(area, nan_to_null=True),
            **numbers_of,
            "points": lists.nested(pl.Series(points.astype(np.uint32)), rows),
            "parts": pl.Series(rows.astype(np.uint32)),
            "odd": pl.Series(odd),
        },
        schema=MEASURES,
    )
    present = polygons.is_not_null()
    if present.all():
        return frame
    return frame.select(pl.when(present).then(pl.all()))


@dataclass(frozen=True, slots=True)
class _Rings:
    """Flat numbers, how many each ring has, and how many rings each row has."""

    values: Floats
    counts: Integers
    rows: Integers


def _numbers(rings: _Rings) -> tuple[Floats, Floats]:
    """Compute the area of each row and its x1, y1, x2 and y2, some rows at a time."""
    per_row = lists.reduced(np.add.reduceat, rings.counts, rings.rows, 0)
    ring_at, value_at = (np.concatenate(([0], np.cumsum(n))) for n in (rings.rows, per_row))
    # a row weighs something even without numbers
    spans = lists.spans(per_row + 1, SLICE)
    found = [
        _slice_numbers(
            _Rings(
                rings.values[value_at[start] : value_at[end]],
                rings.counts[ring_at[start] : ring_at[end]],
                rings.rows[start:end],
            )
        )
        for start, end in spans
    ]
    area, edges = zip(*found, strict=True)
    return np.concatenate(area), np.concatenate(edges, axis=1)


def _slice_numbers(rings: _Rings) -> tuple[Floats, Floats]:
    points = rings.counts // 2
    x, y = _points(rings.values, rings.counts)
    per_row = lists.reduced(np.add.reduceat, points, rings.rows, 0)
    with np.errstate(invalid="ignore", over="ignore"):
        areas = _ring_areas(x, y, points)
        area = lists.reduced(np.add.reduceat, areas, rings.rows, 0.0)
        low = [lists.reduced(np.minimum.reduceat, axis, per_row, np.nan) for axis in (x, y)]
        high = [lists.reduced(np.maximum.reduceat, axis, per_row, np.nan) for axis in (x, y)]
    return area, np.stack([*low, *high])


def _points(values: Floats, counts: Integers) -> tuple[Floats, Floats]:
    """Take rings apart into x and y; the last number of an odd ring is left out."""
    odd = counts % 2 == 1
    if odd.any():
        values = np.delete(values, (np.cumsum(counts) - 1)[odd])
    return np.ascontiguousarray(values[0::2]), np.ascontiguousarray(values[1::2])


def _ring_areas(x: Floats, y: Floats, points: Integers) -> Floats:
    """Compute the area inside each ring (trapezoids over the edges, the last one closing it)."""
    first = lists.starts(points)
    ends = (first + points - 1)[points > 0]
    begins = first[points > 0]
    twice = np.empty_like(x)
    twice[:-1] = (x[:-1] + x[1:]) * (y[1:] - y[:-1])
    twice[ends] = (x[ends] + x[begins]) * (y[begins] - y[ends])
    result: Floats = np.abs(lists.reduced(np.add.reduceat, twice, points, 0.0)) / 2
    return result


def _places(counts: Integers, stride: int) -> Integers:
    """Tell which slot of its point each of the flat numbers is: 0 for x, 1 for y."""
    place = np.arange(counts.sum())
    if (counts % stride).any():
        place -= np.repeat(lists.starts(counts), counts)
    result: Integers = place % stride
    return result


def _sides(
    width: pl.Series,
    height: pl.Series,
    per_row: Integers,
    is_y: Flags,
) -> tuple[Floats, Flags]:
    """Give each number the side of its medium (NaN: unknown), and tell the rows with both sides."""
    given = (side.cast(pl.Float64).to_numpy() for side in (width, height))
    wide, high = (np.where(side > 0, side, np.nan) for side in given)
    known: Flags = ~np.isnan(wide) & ~np.isnan(high)
    return np.where(is_y, np.repeat(high, per_row), np.repeat(wide, per_row)), known


def _rescaled(values: Floats, source: Form, target: Form, side: Floats) -> Floats:
    if source.unit == target.unit:
        return values + float(target.origin - source.origin)
    if target.unit == "fraction":
        return (values - source.origin) / side
    return values * side + target.origin


def _rounded(values: Floats, decimals: int) -> Floats:
    return numbers.rounded(pl.Series(values), decimals).to_numpy()
