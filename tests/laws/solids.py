"""Cuboids as their corners, x forward, y left, z up, said without the engine."""

from __future__ import annotations

from itertools import product
from math import cos, dist, sin, sqrt
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.tables.geometry.forms import Form

Point: TypeAlias = tuple[float, float, float]
SIGNS = (0.5, -0.5)


def corners(row: Mapping[str, object], column: str, form: Form) -> list[Point] | None:
    """Give the eight corners of a cuboid; None where the row has none."""
    given = {slot: cast("float | None", row.get(f"{column}.{slot}")) for slot in form.slots}
    known = {slot: value for slot, value in given.items() if value is not None}
    if len(known) < len(given):
        return None
    return _seen(known) if form.axes == "right-down-forward" else _levelled(known)


def apart(one: list[Point], other: list[Point]) -> float:
    """Tell how far the corner that moved most did."""
    return max(dist(a, b) for a, b in zip(one, other, strict=True))


def _seen(known: Mapping[str, float]) -> list[Point]:
    """Draw as the camera sees: x right, y down, z forward, from the middle of the bottom."""
    c, s = cos(known["yaw"]), sin(known["yaw"])
    found: list[Point] = []
    for a, b, up in product(SIGNS, SIGNS, (1, 0)):
        along, across = a * known["l"], b * known["w"]
        right, forward = c * along + s * across, -s * along + c * across
        point = known["x"] + right, known["y"] - up * known["h"], known["z"] + forward
        found.append((point[2], -point[0], -point[1]))
    return found


def _levelled(known: Mapping[str, float]) -> list[Point]:
    """Draw about the centre, turned by a quaternion, by three angles or by one."""
    centre = known["x"], known["y"], known["z"]
    found: list[Point] = []
    for signs in product(SIGNS, SIGNS, SIGNS):
        offset = [sign * known[side] for sign, side in zip(signs, "lwh", strict=True)]
        turned = _turned(known, (offset[0], offset[1], offset[2]))
        found.append((centre[0] + turned[0], centre[1] + turned[1], centre[2] + turned[2]))
    return found


def _turned(known: Mapping[str, float], point: Point) -> Point:
    if "qw" in known:
        axis, w = (known["qx"], known["qy"], known["qz"]), known["qw"]
        size = sqrt(sum(part**2 for part in axis) + w**2)
        unit = (axis[0] / size, axis[1] / size, axis[2] / size)
        once = _cross(unit, point)
        twice = _cross(unit, once)
        w /= size
        return cast(
            "Point", tuple(p + 2 * (w * a + b) for p, a, b in zip(point, once, twice, strict=True))
        )
    x, y, z = point
    roll, pitch, yaw = (
        known.get("rx", 0.0),
        known.get("ry", 0.0),
        known.get("rz", known.get("yaw", 0.0)),
    )
    y, z = y * cos(roll) - z * sin(roll), y * sin(roll) + z * cos(roll)
    x, z = x * cos(pitch) + z * sin(pitch), z * cos(pitch) - x * sin(pitch)
    return x * cos(yaw) - y * sin(yaw), x * sin(yaw) + y * cos(yaw), z


def _cross(one: Point, other: Point) -> Point:
    (a, b, c), (x, y, z) = one, other
    return b * z - c * y, c * x - a * z, a * y - b * x
