"""Rotated boxes: from any form to centre, sides and angle, and back.

An angle is in radians, clockwise on the screen: it turns the x axis towards the y axis. The width
runs along the turned x axis; the corners go round clockwise from the turned first one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.tables.geometry import boxes
from annostd.tables.geometry.forms import ANGLE, QUAD, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

Exprs: TypeAlias = dict[str, pl.Expr]
Points: TypeAlias = list[tuple[pl.Expr, pl.Expr]]
CENTRE = ("cx", "cy", "width", "height")
_SIGNS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def parts(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    """Compute cx cy width height angle area of the slots of a form, in its unit and radians.

    Four corners that are no rectangle give the mean of opposite sides.
    """
    if form.slots == QUAD:
        return _with_area(_of_corners(_paired(values, float(form.origin))))
    box = boxes.solve(_box(form), {slot: values[slot] for slot in form.slots if slot != ANGLE})
    return _with_area({name: box[name] for name in CENTRE} | {ANGLE: radians(form, values[ANGLE])})


def slots(form: Form, known: Mapping[str, pl.Expr]) -> Exprs:
    """Compute the slots of a form from parts in its unit: the inverse of `parts`."""
    if form.slots == QUAD:
        flat = [axis + float(form.origin) for point in _turned(known) for axis in point]
        return dict(zip(form.slots, flat, strict=True))
    made = boxes.slots(_box(form), _straight(known))
    angle = known[ANGLE] * (180 / math.pi) if form.angle == "degree" else known[ANGLE]
    return made | {ANGLE: -angle if form.turn == "anticlockwise" else angle}


def corners(form: Form, values: Mapping[str, pl.Expr]) -> Points:
    """Give the four corners, clockwise from the first; written corners as they stand."""
    if form.slots == QUAD:
        return _paired(values, float(form.origin))
    return _turned(parts(form, values))


def radians(form: Form, angle: pl.Expr) -> pl.Expr:
    """Give an angle of a form in radians, clockwise on the screen."""
    turned = -angle if form.turn == "anticlockwise" else angle
    return turned * (math.pi / 180) if form.angle == "degree" else turned


def _straight(known: Mapping[str, pl.Expr]) -> Exprs:
    """Give the edges of a box before it is turned about its centre."""
    halves = known["width"] / 2, known["height"] / 2
    return {
        "x1": known["cx"] - halves[0],
        "y1": known["cy"] - halves[1],
        "x2": known["cx"] + halves[0],
        "y2": known["cy"] + halves[1],
        **{name: known[name] for name in CENTRE},
    }


def _box(form: Form) -> Form:
    return replace(form, kind="box", slots=tuple(slot for slot in form.slots if slot != ANGLE))


def _paired(values: Mapping[str, pl.Expr], origin: float) -> Points:
    flat = [values[slot] - origin if origin else values[slot] for slot in QUAD]
    return list(zip(flat[0::2], flat[1::2], strict=True))


def _of_corners(points: Points) -> Exprs:
    first, second, third, fourth = points
    return {
        "cx": (first[0] + second[0] + third[0] + fourth[0]) / 4,
        "cy": (first[1] + second[1] + third[1] + fourth[1]) / 4,
        "width": (_between(first, second) + _between(fourth, third)) / 2,
        "height": (_between(second, third) + _between(first, fourth)) / 2,
        ANGLE: pl.arctan2(second[1] - first[1], second[0] - first[0]),
    }


def _between(one: tuple[pl.Expr, pl.Expr], other: tuple[pl.Expr, pl.Expr]) -> pl.Expr:
    return ((other[0] - one[0]) ** 2 + (other[1] - one[1]) ** 2).sqrt()


def _turned(known: Mapping[str, pl.Expr]) -> Points:
    cos, sin = known[ANGLE].cos(), known[ANGLE].sin()
    made = []
    for right, down in _SIGNS:
        x, y = known["width"] * (right / 2), known["height"] * (down / 2)
        made.append((known["cx"] + x * cos - y * sin, known["cy"] + x * sin + y * cos))
    return made


def _with_area(known: Exprs) -> Exprs:
    return known | {"area": known["width"] * known["height"]}
