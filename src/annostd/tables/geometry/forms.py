"""Forms: how the numbers of a geometry are written down.

The form of a slotted geometry (a box, a rotated box, an ellipse, a cuboid) is the list of its
slots, in order, and the way back is solved from the slots. Points are written flat or in pairs,
with what else is said of each; masks have codecs. The conventions (unit, origin, ends, decimals,
angle, axes, point) say what the numbers mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypedDict, Unpack, cast

from annostd.tables.geometry.worlds import FORWARD_LEFT_UP, Point, frame_of
from annostd.tables.schema import POINTED, SLOTTED, ColumnType

Unit: TypeAlias = Literal[
    "pixel", "fraction", "metre", "second", "millisecond", "microsecond", "nanosecond"
]
Ends: TypeAlias = Literal["exclusive", "inclusive"]
Angle: TypeAlias = Literal["radian", "degree"]
Turn: TypeAlias = Literal["clockwise", "anticlockwise"]
Axis: TypeAlias = Literal["x", "y"]
Role: TypeAlias = Literal["first", "last", "centre", "extent", "one", "other"]
Slots: TypeAlias = tuple[str, ...]

SLOTS: dict[str, tuple[Axis, Role]] = {
    "x": ("x", "first"),
    "x1": ("x", "first"),
    "x2": ("x", "last"),
    "cx": ("x", "centre"),
    "w": ("x", "extent"),
    "y": ("y", "first"),
    "y1": ("y", "first"),
    "y2": ("y", "last"),
    "cy": ("y", "centre"),
    "h": ("y", "extent"),
}
"""The slots of a box: on which axis, and what of it."""
CORNERS: dict[str, tuple[Axis, Role]] = {
    "ax": ("x", "one"),
    "ay": ("y", "one"),
    "bx": ("x", "other"),
    "by": ("y", "other"),
}
"""The slots of two opposite corners: either may be the first edge of an axis."""
QUAD: Slots = ("x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4")
"""The slots of four corners: from the first along the width, clockwise."""
ANGLE = "angle"
RADII: Slots = ("cx", "cy", "rx", "ry")
RIM: Slots = ("cx", "cy", "px", "py")
ELLIPSES: tuple[Slots, ...] = (RADII, (*RADII, ANGLE), RIM)
"""What determines an ellipse: its half axes, or for a circle the centre and a point on it."""
YAW = "yaw"
QUATERNION: Slots = ("qx", "qy", "qz", "qw")
EULER: Slots = ("rx", "ry", "rz")
TURNS: tuple[Slots, ...] = ((YAW,), QUATERNION, EULER)
"""How the turn of a cuboid may be written: about the vertical axis, or about any.

The angles of Euler turn about z first, then about the turned y, then about the turned x.
"""
SOLID: Slots = ("x", "y", "z", "l", "w", "h")
"""The slots of a cuboid besides its turn: a point of it, and length, width and height."""
CENTRE: Point = "centre"
POSITION: Slots = ("x", "y")
STRIDES: dict[ColumnType, tuple[Slots, ...]] = {
    "polygons": (POSITION,),
    "polyline": (POSITION,),
    "keypoints": (POSITION, (*POSITION, "visibility")),
}
"""What may be said of each point of a geometry."""
UNITS: dict[ColumnType, Unit] = {"cuboid": "metre"}
"""The unit of geometries that are not in pixels unless another is said."""
AXES: dict[Axis, str] = {"x": "horizontal", "y": "vertical"}
AXIS_SLOTS = 2
PLACED = "png-at"
"""The codec of a mask that is a picture beside the corners of the box that it fills."""


@dataclass(frozen=True, slots=True)
class Form:
    """How one geometry column is written down.

    `slots` are the numbers of a slotted geometry, in order, of points those of each point, of a
    placed mask those of its place. `layout` says of points, and of slots in one list, whether two
    numbers stand in a list of their own; `parts` is of points, `codec` of masks. `unit` is pixel,
    or fraction of the medium's width and height; `origin` is the number of the first pixel's outer
    corner (its index where ends are inclusive); with `ends` inclusive the last pixel belongs to the
    box. An extent is half-open whatever the ends; a centre is the mean of first and last as they
    are written. `angle` is the unit of an angle and `turn` its sense on the screen. `decimals`
    apply to numbers computed from another form. Of a cuboid `axes` says where the axes of its world
    point, and `point` what the position names: its centre, or that of its bottom.
    """

    kind: ColumnType
    slots: Slots = ()
    unit: Unit = "pixel"
    origin: int = 0
    ends: Ends = "exclusive"
    decimals: int | None = None
    layout: Literal["flat", "pairs"] | None = None
    parts: Literal["one", "many"] = "many"
    codec: str | None = None
    angle: Angle = "radian"
    turn: Turn = "clockwise"
    axes: str = FORWARD_LEFT_UP
    point: Point = CENTRE

    def slot(self, axis: Axis, role: Role) -> str | None:
        """Name the slot that holds this role on this axis; None where the form has none."""
        known = SLOTS | CORNERS
        return next((slot for slot in self.slots if known.get(slot) == (axis, role)), None)

    @property
    def places(self) -> int:
        """In how many places the geometry may stand, besides all of it in one."""
        if self.codec == PLACED:
            return 2
        return len(self.slots) if self.kind in SLOTTED | {"interval"} else 1


class Conventions(TypedDict, total=False):
    """What the numbers of a form mean, as a standard spells it."""

    unit: str
    origin: int
    ends: str
    decimals: int | None
    angle: str
    turn: str
    axes: str
    point: str


NAMED: dict[str, Form] = {
    "flat": Form("polygons", POSITION, layout="flat"),
    "pairs": Form("polygons", POSITION, layout="pairs"),
    "corners": Form("box", tuple(CORNERS), layout="pairs"),
    "quad": Form("rotated_box", QUAD, layout="pairs"),
    "coco-rle": Form("mask", codec="coco-rle"),
    PLACED: Form("mask", tuple(CORNERS), layout="pairs", codec=PLACED),
}


def parse_form(
    text: str, kind: ColumnType | None = None, **conventions: Unpack[Conventions]
) -> Form:
    """Read a form: a list of slots, in any order, or a name (flat, pairs, corners, quad, …).

    `kind` is the geometry written; left out, the form tells it, slots being those of a box. Raises
    ValueError with the reason where the slots do not determine the geometry, or the conventions
    contradict each other. `parts` of polygons is `many`; set another one with
    `dataclasses.replace`.
    """
    shape = _shape(text, kind)
    _check_conventions(conventions, shape.kind)
    form = replace(
        shape,
        unit=cast("Unit", conventions.get("unit", UNITS.get(shape.kind, "pixel"))),
        origin=conventions.get("origin", 0),
        ends=cast("Ends", conventions.get("ends", "exclusive")),
        decimals=conventions.get("decimals"),
        angle=cast("Angle", conventions.get("angle", "radian")),
        turn=cast("Turn", conventions.get("turn", "clockwise")),
        axes=conventions.get("axes", FORWARD_LEFT_UP),
        point=cast("Point", conventions.get("point", CENTRE)),
    )
    if form.kind == "cuboid":
        _check_world(form)
        return form
    _check_turned(form)
    return form


def is_same(source: Form, target: Form) -> bool:
    """Say whether numbers of one form are numbers of the other as they stand.

    The order of slots and the spellings `x` and `x1` make no difference; decimals do where the
    target declares others than the source.
    """
    return (
        (source.kind, source.codec) == (target.kind, target.codec)
        and {_meaning(source, slot) for slot in source.slots}
        == {_meaning(target, slot) for slot in target.slots}
        and (source.unit, source.origin, source.ends) == (target.unit, target.origin, target.ends)
        and (source.angle, source.turn) == (target.angle, target.turn)
        and (source.axes, source.point) == (target.axes, target.point)
        and target.decimals in {None, source.decimals}
    )


def _meaning(form: Form, slot: str) -> object:
    """Say what a slot means, whichever way it is spelled."""
    is_spelled = form.kind == "box" or (form.kind == "rotated_box" and ANGLE in form.slots)
    return SLOTS.get(slot, slot) if is_spelled else slot


def _shape(text: str, kind: ColumnType | None) -> Form:
    named = NAMED.get(text.strip())
    if named is not None:
        return _named(named, text.strip(), kind)
    slots = tuple(text.split())
    if kind in POINTED:
        return _points(slots, kind)
    if kind == "ellipse":
        return _ellipse(slots)
    if kind == "rotated_box":
        return _rotated(slots)
    if kind == "cuboid":
        return _cuboid(slots)
    _check_box(slots)
    return Form("box", slots=slots)


def _named(named: Form, text: str, kind: ColumnType | None) -> Form:
    if kind is None or named.kind == kind:
        return named
    if named.kind in POINTED and kind in POINTED:
        return replace(named, kind=kind, parts="one")
    raise ValueError(f"the form {text!r} is of {named.kind}, expected {kind}")


def _points(slots: Slots, kind: ColumnType) -> Form:
    if slots not in STRIDES[kind]:
        legal = " or ".join(" ".join(stride) for stride in STRIDES[kind])
        raise ValueError(
            f"each point of {kind} has the slots {' '.join(slots) or 'none'}, expected {legal}"
        )
    return Form(kind, slots, layout="flat", parts="many" if kind == "polygons" else "one")


def _ellipse(slots: Slots) -> Form:
    if not any(sorted(slots) == sorted(known) for known in ELLIPSES):
        legal = ", or ".join(" ".join(known) for known in ELLIPSES)
        raise ValueError(f"the slots {' '.join(slots)} make no ellipse, expected {legal}")
    return Form("ellipse", slots, layout="pairs" if slots == RIM else None)


def _rotated(slots: Slots) -> Form:
    if ANGLE not in slots:
        raise ValueError("a rotated box has no angle, expected the slots of a box and 'angle'")
    _check_box(tuple(slot for slot in slots if slot != ANGLE))
    if slots.count(ANGLE) > 1:
        raise ValueError(f"the slot 'angle' stands {slots.count(ANGLE)} times, expected once")
    return Form("rotated_box", slots)


def _cuboid(slots: Slots) -> Form:
    if not any(sorted(slots) == sorted((*SOLID, *turn)) for turn in TURNS):
        legal = ", or ".join(" ".join(turn) for turn in TURNS)
        raise ValueError(
            f"the slots {' '.join(slots)} make no cuboid, expected {' '.join(SOLID)} and {legal}"
        )
    return Form("cuboid", slots)


def _check_world(form: Form) -> None:
    """A turn about any axis is told in a frame whose third axis points up, about the centre."""
    frame = frame_of(form.axes)
    if YAW in form.slots:
        return
    if not frame.is_upright:
        raise ValueError(f"the turn is about axes {form.axes}, expected a third one that is up")
    if form.point != CENTRE:
        raise ValueError(f"the turn is about the {form.point}, expected the centre")


def _check_turned(form: Form) -> None:
    """An angle, or a distance across both axes, has no measure in fractions of two sides."""
    if form.unit == "fraction" and (ANGLE in form.slots or set(form.slots) == set(RIM)):
        raise ValueError(f"the slots {' '.join(form.slots)} are in fractions, expected pixel")


def _check_box(slots: Slots) -> None:
    for slot in slots:
        if slot not in SLOTS:
            legal = f"{' '.join(SLOTS)}, or a name: {' '.join(NAMED)}"
            raise ValueError(f"the form has the slot {slot!r}, expected slots out of {legal}")
    _check_distinct(slots)
    for axis in AXES:
        _check_determined(axis, slots)


def _check_distinct(slots: Slots) -> None:
    seen: dict[tuple[Axis, Role], str] = {}
    for slot in slots:
        other = seen.setdefault(SLOTS[slot], slot)
        if slots.count(slot) > 1:
            raise ValueError(f"the slot {slot!r} stands {slots.count(slot)} times, expected once")
        if other != slot:
            raise ValueError(f"{other!r} and {slot!r} are the same edge, expected one of them")


def _check_determined(axis: Axis, slots: Slots) -> None:
    given = [slot for slot in slots if SLOTS[slot][0] == axis]
    if len(given) != AXIS_SLOTS:
        legal = " ".join(slot for slot, (other, _) in SLOTS.items() if other == axis)
        raise ValueError(
            f"the {AXES[axis]} axis has {len(given)} slots ({' '.join(given) or 'none'}), "
            f"expected {AXIS_SLOTS} out of {legal}"
        )


def _check_conventions(given: Conventions, kind: ColumnType) -> None:
    said = {
        "unit is": (given.get("unit"), ("metre",) if kind == "cuboid" else ("pixel", "fraction")),
        "ends are": (given.get("ends"), ("exclusive", "inclusive")),
        "angle is": (given.get("angle"), ("radian", "degree")),
        "turn is": (given.get("turn"), ("clockwise", "anticlockwise")),
    }
    for what, (value, legal) in said.items():
        if value is not None and value not in legal:
            expected = " or ".join(legal)
            raise ValueError(f"the {what} {value!r}, expected {expected}")
    is_fraction = given.get("unit") == "fraction"
    if is_fraction and given.get("origin", 0) != 0:
        raise ValueError(f"the origin of a fraction is {given.get('origin')}, expected 0")
    if is_fraction and given.get("ends") == "inclusive":
        raise ValueError("the ends of a fraction are inclusive, expected exclusive")
    decimals = given.get("decimals")
    if decimals is not None and decimals < 0:
        raise ValueError(f"the decimals are {decimals}, expected 0 or more")
