"""Boxes: from any form to edges and back, and from one form to another.

A box stands in a frame as one Float64 column per slot, `box.x`, `box.y`, …. Edges mean the same
whatever the form: x right, y down, 0 at the outer corner of the first pixel, half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.tables import numbers
from annostd.tables.geometry.forms import AXES, CORNERS, SLOTS, Axis, Form, Role, Unit, is_same

if TYPE_CHECKING:
    from collections.abc import Mapping

Exprs: TypeAlias = dict[str, pl.Expr]
EDGES = ("x1", "y1", "x2", "y2")
CORNER_SLOTS = tuple(CORNERS)
PARTS = (*EDGES, "width", "height", "cx", "cy", "area")
AXIS_PARTS: dict[Axis, dict[Role, str]] = {
    "x": {"first": "x1", "last": "x2", "centre": "cx", "extent": "width"},
    "y": {"first": "y1", "last": "y2", "centre": "cy", "extent": "height"},
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """The slots of a box in another form.

    `collapsed` is true where rounding closed a box and it became the pixel that holds its centre
    (never null); `error` is the largest displacement of an edge by rounding, in pixels (null: no
    box, or the medium's size is not known).
    """

    slots: Exprs
    collapsed: pl.Expr
    error: pl.Expr


def edges(form: Form, column: str) -> Exprs:
    """Compute x1 y1 x2 y2 width height cx cy area of a box column, in the form's unit.

    What stands in a slot is taken as it is, so that nothing is lost by computing it.
    """
    return _edges(form, {slot: pl.col(f"{column}.{slot}") for slot in form.slots})


def solve(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    """Compute what `edges` does of the slots given as `values`."""
    return _edges(form, values)


def corners(x1: pl.Expr, y1: pl.Expr, x2: pl.Expr, y2: pl.Expr) -> Exprs:
    """Complete the edges of a box known by its half-open corners, as bounds of a shape are."""
    return _edges(Form("box", EDGES), {"x1": x1, "y1": y1, "x2": x2, "y2": y2})


def slots(form: Form, parts: Mapping[str, pl.Expr]) -> Exprs:
    """Compute the slots of a form from edges in its unit: the inverse of `edges`."""
    moves = _moves(form)
    if form.slots == CORNER_SLOTS:
        made = slots(replace(form, slots=EDGES), parts)
        return dict(zip(form.slots, (made[edge] for edge in EDGES), strict=True))
    return {slot: _moved(parts[_part(slot)], moves[SLOTS[slot][1]]) for slot in form.slots}


def scale(
    parts: Mapping[str, pl.Expr],
    source: Unit,
    target: Unit,
    size: tuple[pl.Expr, pl.Expr],
) -> Exprs:
    """Bring edges from one unit to another, given the medium's width and height in pixels.

    Where the size is missing or not above 0 the result is null.
    """
    if source == target:
        return dict(parts)
    width, height = (pl.when(side > 0).then(side.cast(pl.Float64)) for side in size)
    result = {
        part: _scaled(parts[part], factor, target)
        for axis, factor in zip(AXES, (width, height), strict=True)
        for part in AXIS_PARTS[axis].values()
    }
    return result | {"area": result["width"] * result["height"]}


def convert(
    source: Form,
    target: Form,
    column: str,
    width: pl.Expr,
    height: pl.Expr,
) -> Conversion:
    """Express a box column in another form, given the medium's width and height in pixels.

    Numbers of the same form pass as they stand. Rounding follows the target: inclusive whole pixels
    half away from zero, other decimals as C's printf. A box whose extent is above 0 and that whole
    pixels would close becomes the pixel that holds its centre; a box that is degenerate already
    stays so.
    """
    if not is_same(source, target):
        roles = (SLOTS[slot][1] for slot in source.slots if slot in SLOTS)
        kept: frozenset[Role] = frozenset(() if any(_moves(source).values()) else roles)
        return place(target, edges(source, column), source.unit, (width, height), kept)
    known = SLOTS | CORNERS
    same = {slot: pl.col(f"{column}.{source.slot(*known[slot])}") for slot in target.slots}
    any_slot = next(iter(same.values()))
    return Conversion(same, pl.lit(value=False) & any_slot.is_null(), _nothing(any_slot))


def place(
    target: Form,
    parts: Mapping[str, pl.Expr],
    unit: Unit,
    size: tuple[pl.Expr, pl.Expr],
    kept: frozenset[Role] = frozenset({"first", "last"}),
) -> Conversion:
    """Express edges that are in `unit` in a form; rounding as in `convert`.

    `kept` are the roles whose numbers were read; where the target has no decimals, all others lose
    only what float64 arithmetic leaves behind their 15th digit.
    """
    exact = scale(parts, unit, target.unit, size)
    raw = slots(target, exact)
    collapsed = pl.lit(value=False) & exact["x1"].is_null()
    if target.decimals is None:
        as_read = kept if unit == target.unit and not any(_moves(target).values()) else frozenset()
        made = {slot: _trimmed(slot, raw, exact, as_read) for slot in raw}
        return Conversion(made, collapsed, _nothing(exact["x1"]))
    if _counts_pixels(target):
        whole, collapsed = _pixels(target, exact)
        near = slots(target, whole)
    else:
        near = {slot: rounded(value, target.decimals) for slot, value in raw.items()}
    error = _displacement(exact, _edges(target, near), target.unit, size)
    return Conversion(near, collapsed, error)


def rounded(value: pl.Expr, decimals: int) -> pl.Expr:
    """Round numbers to decimals as C's printf."""
    return value.map_batches(
        lambda series: numbers.rounded(series, decimals),
        return_dtype=pl.Float64,
        is_elementwise=True,
    )


def _trimmed(slot: str, raw: Exprs, exact: Exprs, kept: frozenset[Role]) -> pl.Expr:
    """Take the remains of arithmetic off a number, unless it was read."""
    axis, role = (SLOTS | CORNERS)[slot]
    if role in kept:
        return raw[slot]
    ends = (exact[AXIS_PARTS[axis][end]].abs() for end in ("first", "last"))
    return pl.struct(raw[slot].alias("value"), pl.max_horizontal(*ends).alias("size")).map_batches(
        lambda pair: numbers.trimmed(pair.struct.field("value"), pair.struct.field("size")),
        return_dtype=pl.Float64,
        is_elementwise=True,
    )


def _edges(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    result: Exprs = {}
    for axis in AXES:
        solved = _axis(form, values, axis)
        result |= dict(zip(AXIS_PARTS[axis].values(), solved, strict=True))
    result["area"] = result["width"] * result["height"]
    return {part: result[part] for part in PARTS}


def _axis(
    form: Form,
    values: Mapping[str, pl.Expr],
    axis: Axis,
) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """Solve first edge, last edge, centre and extent from the two slots that an axis has."""
    moves: dict[Role, float] = {role: -move for role, move in _moves(form).items()}
    if form.slots == CORNER_SLOTS:
        values = _sorted(values)
    known = {
        SLOTS[slot][1]: _moved(value, moves[SLOTS[slot][1]])
        for slot, value in values.items()
        if SLOTS[slot][0] == axis
    }
    match tuple(known.get(role) for role in ("first", "last", "centre", "extent")):
        case (pl.Expr() as first, pl.Expr() as last, _, _):
            return first, last, (first + last) / 2, last - first
        case (pl.Expr() as first, _, _, pl.Expr() as extent):
            return first, first + extent, first + extent / 2, extent
        case (_, pl.Expr() as last, _, pl.Expr() as extent):
            return last - extent, last, last - extent / 2, extent
        case (_, _, pl.Expr() as centre, pl.Expr() as extent):
            return centre - extent / 2, centre + extent / 2, centre, extent
        case (pl.Expr() as first, _, pl.Expr() as centre, _):
            return first, centre + (centre - first), centre, (centre - first) * 2
        case (_, pl.Expr() as last, pl.Expr() as centre, _):
            return centre - (last - centre), last, centre, (last - centre) * 2
    raise ValueError(f"the {AXES[axis]} axis of the slots {form.slots} cannot be solved")


def _sorted(values: Mapping[str, pl.Expr]) -> Exprs:
    """Give two corners as edges, whichever of them is which."""
    axes = (("ax", "bx"), ("ay", "by"))
    least, most = pl.min_horizontal, pl.max_horizontal
    low, high = ([of(values[a], values[b]) for a, b in axes] for of in (least, most))
    return dict(zip(EDGES, (*low, *high), strict=True))


def _moves(form: Form) -> dict[Role, float]:
    """Say how far what is written lies from the half-open edge with origin 0."""
    closed = 1.0 if form.ends == "inclusive" else 0.0
    shift = float(form.origin)
    return {"first": shift, "last": shift - closed, "centre": shift - closed / 2, "extent": 0.0}


def _part(slot: str) -> str:
    axis, role = SLOTS[slot]
    return AXIS_PARTS[axis][role]


def _moved(value: pl.Expr, distance: float) -> pl.Expr:
    return value if distance == 0 else value + distance


def _scaled(value: pl.Expr, factor: pl.Expr, target: Unit) -> pl.Expr:
    return value / factor if target == "fraction" else value * factor


def _counts_pixels(form: Form) -> bool:
    return form.unit == "pixel" and form.ends == "inclusive" and form.decimals == 0


def _pixels(form: Form, exact: Exprs) -> tuple[Exprs, pl.Expr]:
    """Round to first and last pixel, half away from zero; also tell which boxes that closed."""
    moves = _moves(form)
    result: Exprs = {}
    collapsed = []
    for axis in AXES:
        part = AXIS_PARTS[axis]
        first = _whole(exact[part["first"]] + moves["first"])
        last = _whole(exact[part["last"]] + moves["last"])
        is_box = (exact[part["extent"]] > 0) & first.is_finite() & last.is_finite()
        is_closed = (is_box & (last < first)).fill_null(value=False)
        pixel = exact[part["centre"]].floor()
        edge = pl.when(is_closed)
        result[part["first"]] = edge.then(pixel).otherwise(first - moves["first"])
        result[part["last"]] = edge.then(pixel + 1).otherwise(last - moves["last"])
        collapsed.append(is_closed)
    return corners(*(result[edge] for edge in EDGES)), pl.any_horizontal(*collapsed)


def _whole(value: pl.Expr) -> pl.Expr:
    return value.round(0, mode="half_away_from_zero")


def _displacement(
    exact: Exprs,
    near: Exprs,
    unit: Unit,
    size: tuple[pl.Expr, pl.Expr],
) -> pl.Expr:
    """Measure the largest move of an edge, in pixels."""
    moves = []
    for axis, side in zip(AXES, size, strict=True):
        for role in ("first", "last"):
            edge = AXIS_PARTS[axis][role]
            move = (exact[edge] - near[edge]).abs()
            moves.append(move * side if unit == "fraction" else move)
    return pl.max_horizontal(*moves)


def _nothing(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_not_null()).then(pl.lit(0.0))
