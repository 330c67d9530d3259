"""Geometries of rows, inside their medium, in the form in which a standard writes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from math import pi
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from annostd.tables.geometry.forms import (
    ANGLE,
    CORNERS,
    PLACED,
    QUAD,
    RADII,
    RIM,
    SLOTS,
    Form,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.plan.model import ColumnPlan
    from annostd.standard.model import Json

FINE = 1000
MARGIN = 1e-9


@dataclass(frozen=True, slots=True)
class Edges:
    """A box, half-open, from origin 0, in the unit of the form it is made for."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def area(self) -> float:
        return (self.x2 - self.x1) * (self.y2 - self.y1)


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of a medium in pixels."""

    width: int
    height: int


@st.composite
def edges(draw: st.DrawFn, form: Form | None, extent: Extent) -> Edges:
    """Draw a box within a medium: whole pixels where the form declares no decimals."""
    is_fraction = form is not None and form.unit == "fraction"
    width, height = (1, 1) if is_fraction else (extent.width, extent.height)
    if form is not None and (form.ends == "inclusive" or form.decimals == 0):
        left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
        return Edges(left, top, right, bottom)
    x1, x2 = draw(_span(width))
    y1, y2 = draw(_span(height))
    return Edges(x1, y1, x2, y2)


@st.composite
def _span(draw: st.DrawFn, size: int) -> tuple[float, float]:
    """Draw two numbers of an axis, apart by a thousandth at least."""
    first = draw(st.integers(0, FINE - 2))
    last = draw(st.integers(first + 1, FINE - 1))
    if draw(st.booleans()):
        return size * first / FINE, size * last / FINE
    fine = draw(st.floats(0, 0.5))
    return size * (first + fine) / FINE, size * (last + fine) / FINE


def written_box(form: Form, box: Edges) -> list[Json]:
    """Write a box in a form."""
    shift = 1 if form.ends == "inclusive" else 0
    axes = {"x": (box.x1, box.x2), "y": (box.y1, box.y2)}
    values: list[Json] = []
    if form.slots == tuple(CORNERS):
        return [box.x1, box.y1, box.x2, box.y2]
    for slot in form.slots:
        axis, role = SLOTS[slot]
        low, high = axes[axis]
        first, last = low + form.origin, high + form.origin - shift
        values.append(
            {"first": first, "last": last, "centre": (first + last) / 2, "extent": high - low}[role]
        )
    return values


@st.composite
def intervals(draw: st.DrawFn, form: tuple[Form, bool], number: int) -> list[Json]:
    """Draw an interval within one second, that of its number, so that no two overlap.

    The form is that of the table; a point ends where it starts.
    """
    written, is_point = form
    first, last = sorted(draw(st.tuples(*[st.integers(1, 10**12 - 1)] * 2)))
    start, end = (Decimal(number) + Decimal(ticks).scaleb(-12) for ticks in (first, last + 1))
    end = start if is_point else end
    parts = {"start": start, "end": end, "duration": end - start, "time": start}
    return [f"{parts[slot]:f}" for slot in written.slots]


@st.composite
def outlines(draw: st.DrawFn, plan: ColumnPlan, box: Edges) -> tuple[list[list[float]], float]:
    """Draw the parts of an outline that fill a box, and their area."""
    most = 1 if plan.form is not None and plan.form.parts == "one" else 3
    middle = box.x1 + (box.x2 - box.x1) / 2
    kind = draw(st.integers(1, most))
    if kind == 1 and draw(st.booleans()):
        triangle = [box.x1, box.y1, box.x2, box.y1, box.x2, box.y2]
        return [triangle], box.area / 2
    if kind == 1:
        return [_ring(box)], box.area
    halves = [Edges(box.x1, box.y1, middle, box.y2), Edges(middle, box.y1, box.x2, box.y2)]
    return [_ring(half) for half in halves], box.area


def _ring(box: Edges) -> list[float]:
    return [box.x1, box.y1, box.x2, box.y1, box.x2, box.y2, box.x1, box.y2]


@st.composite
def labelled(draw: st.DrawFn, count: int, box: Edges) -> Json:
    """Draw so many points within a box, each with its visibility, absent ones without a place."""
    points: list[Json] = []
    for _ in range(count):
        word = draw(st.sampled_from(["absent", "hidden", "visible"]))
        x, y = draw(st.sampled_from([box.x1, box.x2])), draw(st.sampled_from([box.y1, box.y2]))
        points.append([0, 0, word] if word == "absent" else [x, y, word])
    return points


def joints(names: Json) -> st.SearchStrategy[Json]:
    """Draw pairs of positions in a list of names."""
    count = len(names) if isinstance(names, list) else 0
    if not count:
        return st.just([])
    position = st.integers(0, count - 1)
    return st.lists(st.lists(position, min_size=2, max_size=2), max_size=3)


@st.composite
def _turned(draw: st.DrawFn, plan: ColumnPlan, box: Edges) -> Json:
    """Draw a box as four corners, from any of them, or as it stands before it is turned."""
    assert plan.form is not None
    if ANGLE in plan.form.slots:
        straight = tuple(slot for slot in plan.form.slots if slot != ANGLE)
        written = dict(
            zip(straight, written_box(replace(plan.form, slots=straight), box), strict=True)
        )
        written[ANGLE] = draw(_angles(plan.form))
        return [written[slot] for slot in plan.form.slots]
    assert plan.form.slots == QUAD
    points = [(box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2)]
    first = draw(st.integers(0, 3))
    return [axis for point in (*points[first:], *points[:first]) for axis in point]


def _angles(form: Form) -> st.SearchStrategy[float]:
    """Draw angles of less than a whole turn."""
    whole = 360.0 if form.angle == "degree" else 2 * pi
    return st.integers(0, 359).map(lambda part: whole * part / 360)


@st.composite
def _round(draw: st.DrawFn, plan: ColumnPlan, box: Edges) -> Json:
    """Draw an ellipse that fills a box, or a circle in it with a point on its rim."""
    assert plan.form is not None
    width, height = box.x2 - box.x1, box.y2 - box.y1
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    if plan.form.slots[: len(RADII)] == RADII:
        turn = [draw(_angles(plan.form))] if ANGLE in plan.form.slots else []
        return [x, y, width / 2, height / 2, *turn]
    assert plan.form.slots == RIM
    radius = min(width, height) / 2
    right, down = draw(st.sampled_from([(1, 0), (0, 1), (-1, 0)]))
    return [x, y, x + radius * right, y + radius * down]


@st.composite
def _lines(draw: st.DrawFn, plan: ColumnPlan, box: Edges) -> Json:
    """Draw points on the edges of a box, as many as the column may have."""
    assert plan.form is not None
    each = 1 if plan.form.layout == "pairs" else len(plan.form.slots)
    least, most = (n and n // each for n in plan.column.length or (each, None))
    points = [[box.x1, box.y1], [box.x2, box.y2], [box.x2, box.y1]]
    fewest = max(least or 1, 2 if plan.type == "polyline" else 1)
    count = draw(st.integers(fewest, min(most or 3, 3)))
    return [[*point] for point in points[:count]]


@st.composite
def _solids(draw: st.DrawFn, plan: ColumnPlan, box: Edges) -> Json:
    """Draw an upright or a leaning cuboid in whole hundredths."""
    del box
    form = plan.form
    assert form is not None
    fine = st.integers(-3000, 3000).map(lambda number: number / 100)
    sides = st.integers(1, 900).map(lambda number: number / 100)
    angles = st.integers(-314, 314).map(lambda number: number / 100)
    turns = {"qx": 0.5, "qy": -0.5, "qz": 0.5, "qw": 0.5}
    if draw(st.booleans()):
        turns = {"qx": 0.0, "qy": 0.0, "qz": 0.6, "qw": -0.8}
    drawn = {slot: draw(fine) for slot in "xyz"} | {slot: draw(sides) for slot in "lwh"} | turns
    return [drawn[slot] if slot in drawn else draw(angles) for slot in form.slots]


OTHERS: Mapping[str, Callable[[ColumnPlan, Edges], st.SearchStrategy[Json]]] = {
    "rotated_box": _turned,
    "ellipse": _round,
    "cuboid": _solids,
    "polyline": _lines,
    "keypoints": _lines,
}
"""How geometries are drawn in a box that are of no other."""


def placed(plan: ColumnPlan, mask: Mapping[str, Json], box: Edges) -> dict[str, Json]:
    """Give a mask of all of a box as its column holds it: whole, or cut out with its place."""
    if plan.form is None or plan.form.codec != PLACED:
        return dict(mask)
    height, width = round(box.y2 - box.y1), round(box.x2 - box.x1)
    corners = [box.x1, box.y1, box.x2 - 1, box.y2 - 1]
    return {"height": height, "width": width, "runs": [0, height * width], "place": [*corners]}


@st.composite
def masks(draw: st.DrawFn, extent: Extent) -> tuple[Mapping[str, Json], Edges]:
    """Draw a rectangle of pixels as run lengths by column, and its box."""
    x1 = draw(st.integers(0, extent.width - 1))
    x2 = draw(st.integers(x1 + 1, min(extent.width, x1 + 4)))
    y1 = draw(st.integers(0, extent.height - 1))
    y2 = draw(st.integers(y1 + 1, extent.height))
    painted = [
        x1 <= column < x2 and y1 <= row < y2
        for column in range(extent.width)
        for row in range(extent.height)
    ]
    runs: list[Json] = []
    last, length = False, 0
    for pixel in painted:
        if pixel != last:
            runs.append(length)
            last, length = pixel, 0
        length += 1
    runs.append(length)
    mask: dict[str, Json] = {"height": extent.height, "width": extent.width, "runs": runs}
    return mask, Edges(x1, y1, x2, y2)
