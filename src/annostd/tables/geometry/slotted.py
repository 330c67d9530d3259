"""Geometries of slots, whichever they are: their parts, bounds, corners, and other forms.

A geometry `g` stands in a frame as one Float64 column per slot of its form, `g.cx`, `g.cy`, ….
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.tables.geometry import boxes, cuboids, ellipses, rotated_boxes
from annostd.tables.geometry.forms import ANGLE, Form, is_same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Exprs: TypeAlias = dict[str, pl.Expr]
Points: TypeAlias = list[tuple[pl.Expr, pl.Expr]]
EDGES = boxes.EDGES
CORNERED = frozenset({"box", "rotated_box"})
"""The kinds that have corners, and so an outline."""


def parts(form: Form, column: str) -> Exprs:
    """Compute what a geometry is made of, in the form's unit; angles in radians."""
    values = _values(form, column)
    if form.kind == "box":
        return boxes.solve(form, values)
    return _parts(form, values)


def bounds(form: Form, column: str) -> Exprs:
    """Compute x1 y1 x2 y2 of the box around a geometry, in the form's unit."""
    values = _values(form, column)
    if form.kind == "box":
        known = boxes.solve(form, values)
        return {edge: known[edge] for edge in EDGES}
    return _bounds(form, values)


def corners(form: Form, column: str) -> Points:
    """Give the four corners of a box, turned or not, clockwise from the first."""
    if form.kind == "box":
        edge = boxes.edges(form, column)
        names = (("x1", "y1"), ("x2", "y1"), ("x2", "y2"), ("x1", "y2"))
        return [(edge[x], edge[y]) for x, y in names]
    return rotated_boxes.corners(form, _values(form, column))


def is_sayable(source: Form, target: Form, column: str) -> pl.Expr:
    """Tell the geometries that another form has numbers for: of ellipses some hold circles only."""
    if source.kind != "ellipse" or source.unit != target.unit:
        return pl.lit(value=True)
    made = ellipses.slots(target, ellipses.parts(source, _values(source, column)))
    return made[target.slots[0]].is_not_null()


def convert(
    source: Form, target: Form, column: str, size: tuple[pl.Expr, pl.Expr]
) -> boxes.Conversion:
    """Express a geometry in another form, given the medium's width and height in pixels.

    Numbers of the same form pass as they stand; decimals round as C's printf. What the form cannot
    say has no numbers.
    """
    if source.kind == "box":
        return boxes.convert(source, target, column, *size)
    values = _values(source, column)
    never = pl.lit(value=False) & next(iter(values.values())).is_null()
    if is_same(source, target):
        same = {slot: values[slot] for slot in target.slots}
        return boxes.Conversion(same, never, values[target.slots[0]] * 0.0)
    exact = _expressed(source, target, values, size)
    if target.decimals is None:
        return boxes.Conversion(exact, never, exact[target.slots[0]] * 0.0)
    near = {slot: boxes.rounded(value, target.decimals) for slot, value in exact.items()}
    return boxes.Conversion(near, never, _displacement(target, (exact, near), size))


def _expressed(source: Form, target: Form, values: Exprs, size: tuple[pl.Expr, pl.Expr]) -> Exprs:
    """Go through parts in pixels, since a turned length is of both axes."""
    if source.unit == target.unit != "fraction":
        return _slots(target, _parts(source, values))
    sides = [pl.when(side > 0).then(side.cast(pl.Float64)) for side in size]
    if source.unit == "fraction":
        values = {
            slot: value * sides[at] if (at := _axis(slot)) is not None else value
            for slot, value in values.items()
        }
    known = _parts(replace(source, unit="pixel"), values)
    made = _slots(replace(target, unit="pixel"), known)
    if target.unit == "pixel":
        return made
    return {
        slot: value / sides[at] if (at := _axis(slot)) is not None else value
        for slot, value in made.items()
    }


def _axis(slot: str) -> int | None:
    """Tell the axis of a slot, 0 for x: its letter, or that of the side along it."""
    if slot == ANGLE:
        return None
    return 1 if "y" in slot or slot == "h" else 0


def _values(form: Form, column: str) -> Exprs:
    return {slot: pl.col(f"{column}.{slot}") for slot in form.slots}


def _parts(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    if form.kind == "cuboid":
        return cuboids.parts(form, values)
    if form.kind == "ellipse":
        return ellipses.parts(form, values)
    return rotated_boxes.parts(form, values)


def _slots(form: Form, known: Mapping[str, pl.Expr]) -> Exprs:
    if form.kind == "cuboid":
        return cuboids.slots(form, known)
    if form.kind == "ellipse":
        return ellipses.slots(form, known)
    return rotated_boxes.slots(form, known)


def _bounds(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    if form.kind == "ellipse":
        return ellipses.bounds(ellipses.parts(form, values))
    points = rotated_boxes.corners(form, values)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high = pl.min_horizontal, pl.max_horizontal
    return dict(zip(EDGES, (low(xs), low(ys), high(xs), high(ys)), strict=True))


def _displacement(form: Form, pair: Sequence[Exprs], size: tuple[pl.Expr, pl.Expr]) -> pl.Expr:
    """Measure the largest move of an edge of the bounds, in pixels; of a cuboid in metres."""
    if form.kind == "cuboid":
        return cuboids.displacement(form, *pair)
    exact, near = (_bounds(form, values) for values in pair)
    sides = (*size, *size) if form.unit == "fraction" else (pl.lit(1.0),) * len(EDGES)
    moves = [
        (exact[edge] - near[edge]).abs() * side for edge, side in zip(EDGES, sides, strict=True)
    ]
    return pl.max_horizontal(*moves)
