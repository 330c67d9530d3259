"""Ellipses: from any form to centre, half axes and angle, and back.

An angle is in radians, clockwise on the screen, from the x axis to the first half axis.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.tables.geometry.forms import ANGLE, RADII, RIM, Form
from annostd.tables.geometry.rotated_boxes import radians

if TYPE_CHECKING:
    from collections.abc import Mapping

Exprs: TypeAlias = dict[str, pl.Expr]
_ROUND = 1e-9


def parts(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    """Compute cx cy rx ry angle area of the slots of a form, in its unit and radians."""
    centre = {slot: values[slot] - float(form.origin) for slot in RADII[:2]}
    if set(form.slots) == set(RIM):
        across, down = values["px"] - values["cx"], values["py"] - values["cy"]
        radius = (across**2 + down**2).sqrt()
        known = {**centre, "rx": radius, "ry": radius, ANGLE: radius * 0.0}
    else:
        angle = radians(form, values[ANGLE]) if ANGLE in values else values["rx"] * 0.0
        known = {**centre, "rx": values["rx"], "ry": values["ry"], ANGLE: angle}
    return known | {"area": known["rx"] * known["ry"] * math.pi}


def slots(form: Form, known: Mapping[str, pl.Expr]) -> Exprs:
    """Compute the slots of a form from parts in its unit: the inverse of `parts`.

    A form of a centre and a point on the rim holds circles: of other ellipses it has no numbers. A
    form without an angle has none of ellipses that are turned.
    """
    origin = float(form.origin)
    made = {slot: known[slot] + origin for slot in RADII[:2]}
    if set(form.slots) == set(RIM):
        made |= {"px": known["cx"] + known["rx"] + origin, "py": known["cy"] + origin}
        fits = (known["rx"] - known["ry"]).abs() <= _ROUND * known["rx"].abs()
    else:
        made |= {slot: known[slot] for slot in RADII[2:]}
        fits = known[ANGLE] == 0 if ANGLE not in form.slots else pl.lit(value=True)
    if ANGLE in form.slots:
        angle = known[ANGLE] * (180 / math.pi) if form.angle == "degree" else known[ANGLE]
        made[ANGLE] = -angle if form.turn == "anticlockwise" else angle
    return {slot: pl.when(fits).then(made[slot]) for slot in form.slots}


def bounds(known: Mapping[str, pl.Expr]) -> Exprs:
    """Compute x1 y1 x2 y2 of what an ellipse covers."""
    cos, sin = known[ANGLE].cos(), known[ANGLE].sin()
    right = ((known["rx"] * cos) ** 2 + (known["ry"] * sin) ** 2).sqrt()
    down = ((known["rx"] * sin) ** 2 + (known["ry"] * cos) ** 2).sqrt()
    return {
        "x1": known["cx"] - right,
        "y1": known["cy"] - down,
        "x2": known["cx"] + right,
        "y2": known["cy"] + down,
    }
