"""Geometries in half-open pixels from the first pixel's corner, said without the engine."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO
from math import cos, hypot, pi, radians, sin
from typing import TYPE_CHECKING, cast

from PIL import Image

from annostd.tables.geometry.forms import ANGLE, CORNERS, PLACED, SLOTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.tables.geometry.forms import Form

Row = dict[str, object]
AXES = 2


@dataclass(frozen=True, slots=True)
class Outline:
    """One or more rings of x, y, …; `pixels` is the area where it is not that of the rings."""

    rings: list[list[float]]
    pixels: float | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        xs = [x for ring in self.rings for x in ring[0::2]]
        ys = [y for ring in self.rings for y in ring[1::2]]
        if not xs:
            return 0.0, 0.0, 0.0, 0.0
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def area(self) -> float:
        return self.pixels if self.pixels is not None else sum(map(_area, self.rings))

    def near(self, other: Outline, far: float) -> bool:
        """Tell whether no edge is further away than `far`."""
        return all(abs(a - b) <= far for a, b in zip(self.bounds, other.bounds, strict=True))

    def apart(self, other: Outline) -> float:
        """Measure how far the point that moved most has moved."""
        old = [value for ring in self.rings for value in ring]
        new = [value for ring in other.rings for value in ring]
        return max((abs(a - b) for a, b in zip(old, new, strict=True)), default=0.0)


def outline_of(row: Row, column: str, form: Form, size: tuple[int, int]) -> Outline | None:
    """Give a geometry of a row as an outline; None where it has none."""
    wide, high = size if form.unit == "fraction" else (1, 1)
    if form.kind == "box":
        return _box(row, column, form, (wide, high))
    if form.codec == PLACED:
        return _picture(row, column)
    if form.kind == "mask":
        return _mask(row, column)
    if form.kind in {"rotated_box", "ellipse"}:
        return _slotted(row, column, form)
    rings = cast("list[list[float]] | None", row.get(column))
    if not rings:
        return None
    stride = len(form.slots)
    absent = 0.0 if stride > AXES else None  # in the last slot: such a point is nowhere
    points = [[ring[n : n + stride] for n in range(0, len(ring), stride)] for ring in rings]
    flat = [
        [v for p in ring if p[-1] != absent or absent is None for v in p[:AXES]] for ring in points
    ]
    scaled = [
        [v * (high if n % 2 else wide) - form.origin for n, v in enumerate(ring)] for ring in flat
    ]
    return Outline(scaled)


def _box(row: Row, column: str, form: Form, scale: tuple[int, int]) -> Outline | None:
    if form.slots == tuple(CORNERS):
        return _corners(row, column)
    values = {SLOTS[s]: cast("float | None", row.get(f"{column}.{s}")) for s in form.slots}
    if any(value is None for value in values.values()):
        return None
    spans = []
    for axis, factor in zip(("x", "y"), scale, strict=True):
        known = {role: cast("float", v) for (a, role), v in values.items() if a == axis}
        last = 1 if form.ends == "inclusive" else 0
        if "centre" in known:
            half = known["extent"] / 2
            low, high = known["centre"] - half - form.origin, known["centre"] + half - form.origin
        else:
            low = known["first"] - form.origin
            high = (
                low + known["extent"] if "extent" in known else known["last"] - form.origin + last
            )
        spans.append((low * factor, high * factor))
    (x1, x2), (y1, y2) = spans
    return Outline([[x1, y1, x2, y2]], (x2 - x1) * (y2 - y1))


def _corners(row: Row, column: str) -> Outline | None:
    """Give the box between two opposite corners, whichever they are."""
    values = [cast("float | None", row.get(f"{column}.{slot}")) for slot in CORNERS]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    (x1, x2), (y1, y2) = sorted(known[0::2]), sorted(known[1::2])
    return Outline([[x1, y1, x2, y2]], (x2 - x1) * (y2 - y1))


def _slotted(row: Row, column: str, form: Form) -> Outline | None:
    """Give the corners of a turned box, or the box around a circle."""
    values = [cast("float | None", row.get(f"{column}.{slot}")) for slot in form.slots]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    said = dict(zip(form.slots, known, strict=True))
    if form.kind == "rotated_box":
        return Outline([known if ANGLE not in said else _turned(said, form)])
    x, y = said["cx"], said["cy"]
    radius = hypot(said["px"] - x, said["py"] - y) if "px" in said else 0.0
    right, down = said.get("rx", radius), said.get("ry", radius)
    return Outline([[x - right, y - down, x + right, y + down]], pi * right * down)


def _turned(said: Mapping[str, float], form: Form) -> list[float]:
    """Turn the corners of a box that is written by its edges, or its sides, about its centre."""
    if "cx" in said:
        x, y, half, high = said["cx"], said["cy"], said["w"] / 2, said["h"] / 2
        x1, y1, x2, y2 = x - half, y - high, x + half, y + high
    else:
        x1, y1, x2, y2 = (said[slot] for slot in ("x1", "y1", "x2", "y2"))
    angle = radians(said[ANGLE]) if form.angle == "degree" else said[ANGLE]
    turn = complex(cos(angle), sin(angle) if form.turn == "clockwise" else -sin(angle))
    centre = complex(x1 + x2, y1 + y2) / 2
    corners = [complex(x1, y1), complex(x2, y1), complex(x2, y2), complex(x1, y2)]
    turned = [centre + (corner - centre) * turn for corner in corners]
    return [axis for point in turned for axis in (point.real, point.imag)]


def _picture(row: Row, column: str) -> Outline | None:
    """Give the bounds of the pixels that are painted in a picture, where it lies."""
    text = cast("str | None", row.get(f"{column}.text"))
    if text is None:
        return None
    picture = Image.open(BytesIO(b64decode(text)))
    left, top, right, bottom = cast("tuple[int, int, int, int]", picture.getbbox())
    x, y = (cast("float", row[f"{column}.{slot}"]) for slot in ("ax", "ay"))
    painted = sum(picture.point(bool).histogram()[1:])
    return Outline([[left + x, top + y, right + x, bottom + y]], float(painted))


def _mask(row: Row, column: str) -> Outline | None:
    runs = cast("list[int] | None", row.get(f"{column}.runs"))
    height = cast("int", row.get(f"{column}.height"))
    if runs is None:
        return None
    painted: list[int] = []
    at = 0
    for number, length in enumerate(runs):
        if number % 2:
            painted.extend(range(at, at + length))
        at += length
    xs, ys = [p // height for p in painted], [p % height for p in painted]
    return Outline([[min(xs), min(ys), max(xs) + 1, max(ys) + 1]], float(len(painted)))


def _area(ring: list[float]) -> float:
    xs, ys = ring[0::2], ring[1::2]
    turns = zip(xs, ys, [*xs[1:], xs[0]], [*ys[1:], ys[0]], strict=True)
    return abs(sum(x * b - a * y for x, y, a, b in turns)) / 2
