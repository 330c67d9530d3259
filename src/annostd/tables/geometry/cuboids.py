"""Cuboids: from any form to centre, sides and turn, and back.

The frame is x forward, y left, z up, whatever the axes of the form; the position is the centre. A
yaw is in radians: a right-handed turn about the axis that points up, zero where the length runs
along the first axis. A quaternion turns the frame to the length, width and height of the cuboid.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.tables.geometry.forms import CENTRE, EULER, QUATERNION, YAW, Form
from annostd.tables.geometry.worlds import Frame, frame_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Exprs: TypeAlias = dict[str, pl.Expr]
AXES = ("x", "y", "z")
SIDES = {"length": "l", "width": "w", "height": "h"}
_LEVEL = 1e-9
"""How far from upright a cuboid may lean that a yaw alone describes."""


def parts(form: Form, values: Mapping[str, pl.Expr]) -> Exprs:
    """Compute x y z length width height yaw, the quaternion and the volume of a form's slots."""
    frame = frame_of(form.axes)
    known = {side: values[slot] for side, slot in SIDES.items()}
    known |= _turned(form, frame, values)
    place = [values[axis] for axis in AXES]
    known |= {axis: place[at] * sign for axis, (at, sign) in zip(AXES, frame.places, strict=True)}
    if form.point != CENTRE:
        known["z"] = known["z"] + known["height"] / 2
    return known | {"volume": known["length"] * known["width"] * known["height"]}


def slots(form: Form, known: Mapping[str, pl.Expr]) -> Exprs:
    """Compute the slots of a form from parts: the inverse of `parts`.

    A form of a yaw holds upright cuboids: of others it has no numbers.
    """
    frame = frame_of(form.axes)
    up = known["z"] if form.point == CENTRE else known["z"] - known["height"] / 2
    place = {"x": known["x"], "y": known["y"], "z": up}
    made = {slot: known[side] for side, slot in SIDES.items()}
    for axis, (at, sign) in zip(AXES, frame.places, strict=True):
        made[AXES[at]] = place[axis] * sign
    made |= _written(form, frame, known)
    if YAW not in form.slots:
        return {slot: made[slot] for slot in form.slots}
    upright = (known["qx"] ** 2 + known["qy"] ** 2).sqrt() <= _LEVEL
    return {slot: pl.when(upright).then(made[slot]) for slot in form.slots}


def displacement(form: Form, exact: Mapping[str, pl.Expr], near: Mapping[str, pl.Expr]) -> pl.Expr:
    """Measure the largest move of a corner between two sets of slots, in metres.

    The slots are computed once: eight corners of what they are made of would be a vast expression.
    """
    pairs = (("exact", exact), ("near", near))
    given = [value.alias(f"{name}.{slot}") for name, v in pairs for slot, value in v.items()]
    return pl.struct(given).map_batches(
        lambda slots: slots.struct.unnest().select(_moved(form)).to_series(),
        return_dtype=pl.Float64(),
        is_elementwise=True,
    )


def _moved(form: Form) -> pl.Expr:
    """Measure the largest move of a corner from the slots `exact.…` to the slots `near.…`."""
    exact, near = (
        _corners(parts(form, {slot: pl.col(f"{name}.{slot}") for slot in form.slots}))
        for name in ("exact", "near")
    )
    pairs = zip(exact, near, strict=True)
    moves = [
        sum(((a - b) ** 2 for a, b in zip(old, new, strict=True)), pl.lit(0.0)).sqrt()
        for old, new in pairs
    ]
    return pl.max_horizontal(moves)


def _corners(known: Mapping[str, pl.Expr]) -> list[list[pl.Expr]]:
    """Give x, y and z of the eight corners."""
    x, y, z, w = (known[slot] for slot in QUATERNION)
    along = {
        "length": (1 - (y**2 + z**2) * 2, (x * y + w * z) * 2, (x * z - w * y) * 2),
        "width": ((x * y - w * z) * 2, 1 - (x**2 + z**2) * 2, (y * z + w * x) * 2),
        "height": ((x * z + w * y) * 2, (y * z - w * x) * 2, 1 - (x**2 + y**2) * 2),
    }
    points = [[known[axis] for axis in AXES]]
    for side, way in along.items():
        half = known[side] / 2
        points = [
            [at + half * step * sign for at, step in zip(point, way, strict=True)]
            for point in points
            for sign in (1, -1)
        ]
    return points


def _turned(form: Form, frame: Frame, values: Mapping[str, pl.Expr]) -> Exprs:
    """Give the turn of a form as a yaw and as a quaternion of length 1, in the frame of parts."""
    if YAW in form.slots:
        yaw = _wrapped(_radians(form, values[YAW]) * frame.sense + frame.first)
        level = pl.when(yaw.is_not_null()).then(0.0)
        return {YAW: yaw, "qx": level, "qy": level, "qz": (yaw / 2).sin(), "qw": (yaw / 2).cos()}
    if QUATERNION[0] in form.slots:
        given = {slot: values[slot] for slot in QUATERNION}
        size = sum((given[slot] ** 2 for slot in QUATERNION[1:]), given["qx"] ** 2).sqrt()
        own: Exprs = {slot: pl.when(size > 0).then(v / size) for slot, v in given.items()}
    else:
        own = _of_angles([_radians(form, values[slot]) for slot in EULER])
    turned = _about_up(own, frame.first)
    return turned | {YAW: _heading(turned)}


def _written(form: Form, frame: Frame, known: Mapping[str, pl.Expr]) -> Exprs:
    if YAW in form.slots:
        return {YAW: _degrees(form, _wrapped((known[YAW] - frame.first) * frame.sense))}
    own = _about_up(known, -frame.first)
    if QUATERNION[0] in form.slots:
        return own
    angles = zip(EULER, _angles(own), strict=True)
    return {slot: _degrees(form, angle) for slot, angle in angles}


def _about_up(turn: Mapping[str, pl.Expr], angle: float) -> Exprs:
    """Turn a quaternion about the axis that points up."""
    if angle == 0:
        return {slot: turn[slot] for slot in QUATERNION}
    sin, cos = math.sin(angle / 2), math.cos(angle / 2)
    return {
        "qx": turn["qx"] * cos - turn["qy"] * sin,
        "qy": turn["qy"] * cos + turn["qx"] * sin,
        "qz": turn["qz"] * cos + turn["qw"] * sin,
        "qw": turn["qw"] * cos - turn["qz"] * sin,
    }


def _of_angles(angles: list[pl.Expr]) -> Exprs:
    """Give the quaternion of a yaw, then a pitch, then a roll, each about the axis turned so."""
    (sr, cr), (sp, cp), (sy, cy) = (((a / 2).sin(), (a / 2).cos()) for a in angles)
    return {
        "qx": sr * cp * cy - cr * sp * sy,
        "qy": cr * sp * cy + sr * cp * sy,
        "qz": cr * cp * sy - sr * sp * cy,
        "qw": cr * cp * cy + sr * sp * sy,
    }


def _angles(turn: Mapping[str, pl.Expr]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Give roll, pitch and yaw of a quaternion of length 1: the inverse of `_of_angles`."""
    x, y, z, w = (turn[slot] for slot in QUATERNION)
    roll = pl.arctan2((w * x + y * z) * 2, 1 - (x**2 + y**2) * 2)
    pitch = ((w * y - z * x) * 2).clip(-1, 1).arcsin()
    return roll, pitch, _heading(turn)


def _heading(turn: Mapping[str, pl.Expr]) -> pl.Expr:
    """Give the direction of the length, as seen from above."""
    x, y, z, w = (turn[slot] for slot in QUATERNION)
    return pl.arctan2((w * z + x * y) * 2, 1 - (y**2 + z**2) * 2)


def _radians(form: Form, angle: pl.Expr) -> pl.Expr:
    return angle * (math.pi / 180) if form.angle == "degree" else angle


def _degrees(form: Form, angle: pl.Expr) -> pl.Expr:
    return angle * (180 / math.pi) if form.angle == "degree" else angle


def _wrapped(angle: pl.Expr) -> pl.Expr:
    """Bring an angle between half a turn to either side; one that lies there stays as it is."""
    turns = ((angle + math.pi) / math.tau).floor()
    inside = (angle >= -math.pi) & (angle <= math.pi)
    return pl.when(inside).then(angle).otherwise(angle - turns * math.tau)
