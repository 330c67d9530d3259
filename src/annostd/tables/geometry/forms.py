"""Forms: how the numbers of a geometry are written down.

A box's form is the list of its slots, in order; the way back is solved from the slots. Polygons and
masks have named forms. The conventions (unit, origin, ends, decimals) say what the numbers mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

Kind: TypeAlias = Literal["box", "polygons", "mask"]
Unit: TypeAlias = Literal["pixel", "fraction"]
Ends: TypeAlias = Literal["exclusive", "inclusive"]
Axis: TypeAlias = Literal["x", "y"]
Role: TypeAlias = Literal["first", "last", "centre", "extent"]

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
AXES: dict[Axis, str] = {"x": "horizontal", "y": "vertical"}
AXIS_SLOTS = 2


@dataclass(frozen=True, slots=True)
class Form:
    """How one geometry column is written down.

    `slots` are those of a box, in order; `layout` and `parts` are of polygons, `codec` is of masks.
    `unit` is pixel, or fraction of the medium's width and height; `origin` is the number of the
    first pixel's outer corner (its index where ends are inclusive); with `ends` inclusive the last
    pixel belongs to the box. An extent is half-open whatever the ends; a centre is the mean of
    first and last as they are written. `decimals` apply to numbers computed from another form.
    """

    kind: Kind
    slots: tuple[str, ...] = ()
    unit: Unit = "pixel"
    origin: int = 0
    ends: Ends = "exclusive"
    decimals: int | None = None
    layout: Literal["flat", "pairs"] | None = None
    parts: Literal["one", "many"] = "many"
    codec: str | None = None

    def slot(self, axis: Axis, role: Role) -> str | None:
        """Name the slot that holds this role on this axis; None where the form has none."""
        return next((slot for slot in self.slots if SLOTS[slot] == (axis, role)), None)


NAMED: dict[str, Form] = {
    "flat": Form("polygons", layout="flat"),
    "pairs": Form("polygons", layout="pairs"),
    "coco-rle": Form("mask", codec="coco-rle"),
}


def parse_form(
    text: str,
    *,
    unit: str = "pixel",
    origin: int = 0,
    ends: str = "exclusive",
    decimals: int | None = None,
) -> Form:
    """Read a form: a list of slots in any order, or a name (flat, pairs, coco-rle).

    Raises ValueError with the reason where the slots do not determine a box, or the conventions
    contradict each other. `parts` is `many`; set another one with `dataclasses.replace`.
    """
    shape = _shape(text)
    _check_conventions(unit, origin, ends, decimals)
    return replace(
        shape,
        unit=cast("Unit", unit),
        origin=origin,
        ends=cast("Ends", ends),
        decimals=decimals,
    )


def is_same(source: Form, target: Form) -> bool:
    """Say whether numbers of one form are numbers of the other as they stand.

    The order of slots and the spellings `x` and `x1` make no difference; decimals do where the
    target declares others than the source.
    """
    return (
        source.kind == target.kind
        and {SLOTS[slot] for slot in source.slots} == {SLOTS[slot] for slot in target.slots}
        and (source.unit, source.origin, source.ends) == (target.unit, target.origin, target.ends)
        and target.decimals in {None, source.decimals}
    )


def _shape(text: str) -> Form:
    named = NAMED.get(text.strip())
    if named is not None:
        return named
    slots = tuple(text.split())
    for slot in slots:
        if slot not in SLOTS:
            legal = f"{' '.join(SLOTS)}, or a name: {' '.join(NAMED)}"
            raise ValueError(f"the form has the slot {slot!r}, expected slots out of {legal}")
    _check_distinct(slots)
    for axis in AXES:
        _check_determined(axis, slots)
    return Form("box", slots=slots)


def _check_distinct(slots: tuple[str, ...]) -> None:
    seen: dict[tuple[Axis, Role], str] = {}
    for slot in slots:
        other = seen.setdefault(SLOTS[slot], slot)
        if slots.count(slot) > 1:
            raise ValueError(f"the slot {slot!r} stands {slots.count(slot)} times, expected once")
        if other != slot:
            raise ValueError(f"{other!r} and {slot!r} are the same edge, expected one of them")


def _check_determined(axis: Axis, slots: tuple[str, ...]) -> None:
    given = [slot for slot in slots if SLOTS[slot][0] == axis]
    if len(given) != AXIS_SLOTS:
        legal = " ".join(slot for slot, (other, _) in SLOTS.items() if other == axis)
        raise ValueError(
            f"the {AXES[axis]} axis has {len(given)} slots ({' '.join(given) or 'none'}), "
            f"expected {AXIS_SLOTS} out of {legal}"
        )


def _check_conventions(unit: str, origin: int, ends: str, decimals: int | None) -> None:
    is_fraction = unit == "fraction"
    if unit not in {"pixel", "fraction"}:
        raise ValueError(f"the unit is {unit!r}, expected pixel or fraction")
    if ends not in {"exclusive", "inclusive"}:
        raise ValueError(f"the ends are {ends!r}, expected exclusive or inclusive")
    if is_fraction and origin != 0:
        raise ValueError(f"the origin of a fraction is {origin}, expected 0")
    if is_fraction and ends == "inclusive":
        raise ValueError("the ends of a fraction are inclusive, expected exclusive")
    if decimals is not None and decimals < 0:
        raise ValueError(f"the decimals are {decimals}, expected 0 or more")
