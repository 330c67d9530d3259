"""Ten ways to spoil a record, five of its structure and five of its meaning, one finding each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, object]
OWN: Final = (0,)
"""The record itself has the finding."""


def _without_category(record: Record, _before: int) -> tuple[int, ...]:
    del record["category_id"]
    return OWN


def _three_numbers(record: Record, _before: int) -> tuple[int, ...]:
    x, y, width, _ = _box(record)
    record["bbox"] = [x, y, width]
    return OWN


def _half_a_crowd(record: Record, _before: int) -> tuple[int, ...]:
    record["iscrowd"] = 2
    return OWN


def _area_as_text(record: Record, _before: int) -> tuple[int, ...]:
    record["area"] = str(record["area"])
    return OWN


def _odd_coordinates(record: Record, _before: int) -> tuple[int, ...]:
    x, y, width, height = _box(record)
    record["segmentation"] = [[x, y, x + width, y, x + width, y + height, x]]
    return OWN


def _unknown_category(record: Record, _before: int) -> tuple[int, ...]:
    record["category_id"] = 9_999
    return OWN


def _unknown_image(record: Record, _before: int) -> tuple[int, ...]:
    record["image_id"] = 999_999_999
    return OWN


def _id_of_another(record: Record, before: int) -> tuple[int, ...]:
    record["id"] = before
    return (-1, 0)


def _no_width(record: Record, _before: int) -> tuple[int, ...]:
    x, y, _, height = _box(record)
    record |= {"bbox": [x, y, 0.0, height], "area": 0.0, "segmentation": []}
    return OWN


def _two_points(record: Record, _before: int) -> tuple[int, ...]:
    x, y, width, height = _box(record)
    record |= {"area": 0.0, "segmentation": [[x, y, x + width, y + height]]}
    return OWN


def _box(record: Record) -> list[float]:
    box = record["bbox"]
    assert isinstance(box, list)
    return box


FAULTS: Final[tuple[tuple[str, Callable[[Record, int], tuple[int, ...]]], ...]] = (
    ("annotation.category.missing", _without_category),
    ("annotation.category.dangling", _unknown_category),
    ("annotation.box.length", _three_numbers),
    ("annotation.media.dangling", _unknown_image),
    ("annotation.crowd.value", _half_a_crowd),
    ("annotation.id.duplicate", _id_of_another),
    ("annotation.area.type", _area_as_text),
    ("box-degenerate", _no_width),
    ("annotation.polygons.length", _odd_coordinates),
    ("polygon-too-few-points", _two_points),
)
"""The rule that is broken, and what breaks it.

Each changes a record, given the id of the record before it, and says which records have a finding,
counted from this one.
"""
