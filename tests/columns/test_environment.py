"""The flat environment of rules: needs with references, parts and measures; the extent; blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.columns.environment import Environment, Rows
from annostd.expressions import Need
from annostd.tables.geometry.forms import Form
from tests.plan.made import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

COCO, YOLO = shipped("coco"), shipped("yolo")
XYWH = Form("box", ("x", "y", "w", "h"))
FORMS: Mapping[str, Mapping[str, Form]] = {
    "annotation": {
        "box": XYWH,
        "polygons": Form("polygons", layout="flat"),
        "mask": Form("mask", codec="coco-rle"),
    }
}
MEDIA = pl.DataFrame(
    {
        "width": [64, 32],
        "height": [48, 24],
        "width@bad": [False, True],
        "@row": pl.Series([0, 1], dtype=pl.UInt32),
    }
)
ANNOTATION = pl.DataFrame(
    {
        "media": pl.Series([1, 0, None], dtype=pl.UInt32),
        "parent": pl.Series([None, 0, None], dtype=pl.UInt32),
        "shape": ["box", "polygon", "mask"],
        "box.x": [1.0, 2.0, None],
        "box.y": [1.0, 2.0, None],
        "box.w": [3.0, 4.0, None],
        "box.h": [5.0, 6.0, None],
        "present(box)": [True, True, None],
        "area(polygons)": [None, 7.0, None],
        "bounds(polygons).x1": [None, 0.5, None],
        "mask.width": [None, None, 9],
        "area(mask)": [None, None, 2.0],
        "polygons": [[[0.0, 1.0]], [[0.0, 1.0]], [[2.0]]],
        "box@bad": [True, None, False],
        "media@bad": [False, True, False],
    },
    strict=False,
)


def made(tables: Mapping[str, pl.DataFrame], start: int = 0) -> Environment:
    def rows(table: str) -> Rows | None:
        frame = tables.get(table)
        return Rows(table, frame, start) if frame is not None else None

    return Environment(COCO, FORMS, rows, {"media": 2})


def flat(need: Need, frame: pl.DataFrame = ANNOTATION) -> list[object]:
    environment = made({"media": MEDIA, "annotation": ANNOTATION})
    made_of = environment.flatten(Rows("annotation", frame), [need])
    assert made_of.columns == [need.key]
    return made_of[need.key].to_list()


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Need(("shape",)), ["box", "polygon", "mask"]),
        (Need(("media", "width")), [32, 64, None]),
        (Need(("parent", "media", "width")), [None, 32, None]),
        (Need(("parent", "box"), None, "x2"), [None, 4.0, None]),
        (Need(("box",), None, "x2"), [4.0, 6.0, None]),
        (Need(("box",), None, "width"), [3.0, 4.0, None]),
        (Need(("box",), "area"), [15.0, 24.0, None]),
        (Need(("box",), "bounds", "y2"), [6.0, 8.0, None]),
        (Need(("box",), "native", "w"), [3.0, 4.0, None]),
        (Need(("box",), "present"), [True, True, False]),
        (Need(("polygons",), "area"), [None, 7.0, None]),
        (Need(("polygons",), "bounds", "x1"), [None, 0.5, None]),
        (Need(("mask",), None, "width"), [None, None, 9]),
        (Need(("shape",), "area"), [15.0, 7.0, 2.0]),
        (Need(("shape",), "bounds", "x1"), [1.0, 0.5, None]),
        (Need(("media",), "count"), [2, 2, 2]),
        (Need(("category",), "count"), [0, 0, 0]),
        (Need(("extent",), None, "width"), [32.0, 64.0, None]),
        (Need(("extent",), None, "height"), [24.0, 48.0, None]),
    ],
)
def test_a_need_is_a_column_of_its_key(need: Need, expected: list[object]) -> None:
    assert flat(need) == expected


@pytest.mark.parametrize(
    ("need", "dtype"),
    [
        (Need(("score",)), pl.Float64()),
        (Need(("id",)), pl.Int64()),
        (Need(("crowd",)), pl.Boolean()),
        (Need(("category", "name")), pl.String()),
        (Need(("category", "number")), pl.Int64()),
        (Need(("media", "split")), pl.List(pl.String())),
        (Need(("category",)), pl.UInt32()),
        (Need(("polygons",), "points"), pl.List(pl.UInt32())),
        (Need(("mask",), "bounds", "x1"), pl.Float64()),
        (Need(("mask",), None, "total"), pl.Float64()),
        (Need(("mask",), "native", "x"), pl.Float64()),
    ],
)
def test_what_is_not_there_is_missing_in_the_type_of_its_column(
    need: Need, dtype: pl.DataType
) -> None:
    environment = made({"media": MEDIA})
    frame = environment.flatten(Rows("annotation", ANNOTATION), [need])
    assert frame.schema[need.key] == dtype
    assert frame[need.key].null_count() == 3


def test_a_geometry_that_is_not_there_is_not_present() -> None:
    assert flat(Need(("mask",), "present")) == [False, False, False]


def test_a_geometry_whose_slots_were_not_read_has_no_parts() -> None:
    frame = ANNOTATION.drop("box.x", "box.y", "box.w", "box.h")
    assert flat(Need(("box",), None, "x1"), frame) == [None, None, None]


def test_rows_without_a_shape_have_no_measure_of_it() -> None:
    assert flat(Need(("shape",), "area"), ANNOTATION.drop("shape")) == [None, None, None]


def test_equal_geometries_are_equal_as_they_stand() -> None:
    boxes = pl.DataFrame({slot: [1.0, 1.0, 2.0] for slot in ("box.x", "box.y", "box.w", "box.h")})
    first, second, third = flat(Need(("box",), "native"), boxes)
    assert first == second != third
    first, second, third = flat(Need(("polygons",), "native"))
    assert first == second != third


def test_a_fraction_is_of_a_medium_of_one_by_one() -> None:
    forms = {"annotation": {"box": Form("box", ("cx", "cy", "w", "h"), "fraction")}}
    environment = Environment(YOLO, forms, lambda _: None, {})
    frame = environment.flatten(Rows("annotation", ANNOTATION), [Need(("extent",), None, "width")])
    assert frame["extent.width"].to_list() == [1.0, 1.0, 1.0]


def test_the_extent_of_a_medium_whose_size_is_not_known_is_missing() -> None:
    environment = made({"media": MEDIA.drop("width")})
    frame = environment.flatten(Rows("annotation", ANNOTATION), [Need(("extent",), None, "width")])
    assert frame["extent.width"].to_list() == [None, None, None]


def test_rows_of_a_later_batch_are_counted_from_its_first() -> None:
    frame = pl.DataFrame({"media": pl.Series([11, 10], dtype=pl.UInt32)})
    made_of = made({"media": MEDIA}, start=10).flatten(
        Rows("annotation", frame), [Need(("media", "width"))]
    )
    assert made_of["media.width"].to_list() == [32, 64]


def test_no_need_at_all_still_has_a_row_for_each() -> None:
    assert made({}).flatten(Rows("annotation", ANNOTATION), []).height == 3


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ([Need(("box",), None, "x1")], [True, False, False]),
        ([Need(("shape",), "area")], [True, False, False]),
        ([Need(("media",))], [False, True, False]),
        ([Need(("media", "width"))], [True, True, False]),
        ([Need(("parent", "box"), None, "x1")], [False, True, False]),
        ([Need(("extent",), None, "width")], [True, True, False]),
        ([Need(("box",), None, "x1"), Need(("media",))], [True, True, False]),
        ([Need(("shape",))], None),
        ([Need(("media",), "count")], None),
    ],
)
def test_a_row_is_blocked_where_a_cell_that_is_needed_is_faulty(
    needs: list[Need], expected: list[bool] | None
) -> None:
    environment = made({"media": MEDIA, "annotation": ANNOTATION})
    blocked = environment.blocked(Rows("annotation", ANNOTATION), needs)
    assert (blocked.to_list() if blocked is not None else None) == expected


def test_a_reference_to_a_table_that_is_not_there_blocks_nothing_further() -> None:
    blocked = made({}).blocked(Rows("annotation", ANNOTATION), [Need(("media", "width"))])
    assert blocked is not None
    assert blocked.to_list() == [False, True, False]
