from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables.geometry import Form, boxes, parse_form

XYWH = parse_form("x y w h")
PIXELS = parse_form("x1 y1 x2 y2", origin=1, ends="inclusive", decimals=0)
FRACTIONS = parse_form("cx cy w h", unit="fraction", decimals=6)
TRUTH: list[tuple[Form, list[float]]] = [
    (XYWH, [4, 6, 20, 10]),
    (PIXELS, [5, 7, 24, 16]),
    (parse_form("x1 y1 x2 y2", ends="inclusive"), [4, 6, 23, 15]),
    (FRACTIONS, [0.21875, 0.229167, 0.3125, 0.208333]),
    (parse_form("cx cy w h"), [14, 11, 20, 10]),
    (parse_form("cx cy w h", origin=1, ends="inclusive"), [14.5, 11.5, 20, 10]),
    (parse_form("x y w h", origin=1), [5, 7, 20, 10]),
    (parse_form("x y w h", origin=1, ends="inclusive"), [5, 7, 20, 10]),
    (parse_form("x1 y1 x2 y2"), [4, 6, 24, 16]),
    (parse_form("x1 x2 y1 y2", unit="fraction", decimals=6), [0.0625, 0.375, 0.125, 0.333333]),
]
AXIS_PAIRS = [
    ("x", "w"), ("x1", "x2"), ("cx", "w"), ("x2", "w"), ("x1", "cx"), ("cx", "x2"),
]  # fmt: skip
CONVENTIONS = [
    Form("box"),
    Form("box", origin=1),
    Form("box", ends="inclusive"),
    Form("box", origin=1, ends="inclusive"),
    Form("box", unit="fraction"),
]
EVERY_FORM = [
    replace(more, slots=(a, b, a.replace("x", "y"), b.replace("x", "y").replace("w", "h")))
    for a, b in AXIS_PAIRS
    for more in CONVENTIONS
]
COORDINATE = st.floats(-1e4, 1e4, allow_nan=False)
BOX = st.lists(COORDINATE, min_size=4, max_size=4)


def frame(form: Form, *rows: list[float] | None, width: int = 64, height: int = 48) -> pl.DataFrame:
    slots = {
        f"box.{slot}": [None if row is None else row[place] for row in rows]
        for place, slot in enumerate(form.slots)
    }
    sides = {"width": [width] * len(rows), "height": [height] * len(rows)}
    return pl.DataFrame(slots | sides, schema_overrides=dict.fromkeys(slots, pl.Float64))


def converted(source: Form, target: Form, data: pl.DataFrame) -> pl.DataFrame:
    result = boxes.convert(source, target, "box", pl.col("width"), pl.col("height"))
    return data.select(**result.slots, collapsed=result.collapsed, error=result.error)


def one(source: Form, target: Form, *row: float) -> dict[str, float]:
    return converted(source, target, frame(source, list(row))).row(0, named=True)


@pytest.mark.parametrize(("target", "expected"), TRUTH)
@pytest.mark.parametrize(("source", "values"), [*TRUTH[:3], *TRUTH[4:9]])
def test_the_truth_table_holds_from_every_exact_form_to_every_form(
    source: Form, values: list[float], target: Form, expected: list[float]
) -> None:
    result = one(source, target, *values)
    assert [result[slot] for slot in target.slots] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("target", "expected"), [TRUTH[1], TRUTH[3]])
def test_the_truth_table_holds_from_fractions_back_to_rounded_forms(
    target: Form, expected: list[float]
) -> None:
    source, values = TRUTH[3]
    result = one(source, target, *values)
    assert [result[slot] for slot in target.slots] == expected


def test_edges_of_the_truth_table_are_half_open_from_zero() -> None:
    data = frame(PIXELS, [5, 7, 24, 16])
    parts = data.select(**boxes.edges(PIXELS, "box"))
    assert parts.columns == ["x1", "y1", "x2", "y2", "width", "height", "cx", "cy", "area"]
    assert parts.row(0) == (4, 6, 24, 16, 20, 10, 14, 11, 200)


@pytest.mark.parametrize("form", EVERY_FORM)
@given(BOX)
def test_slots_of_edges_are_what_was_written(form: Form, row: list[float]) -> None:
    data = frame(form, row)
    parts = boxes.edges(form, "box")
    back = data.select(**boxes.slots(form, parts)).row(0)
    assert back == pytest.approx(row, abs=1e-9)


@pytest.mark.parametrize("form", EVERY_FORM)
@given(BOX)
def test_edges_agree_with_each_other(form: Form, row: list[float]) -> None:
    part = frame(form, row).select(**boxes.edges(form, "box")).row(0, named=True)
    assert part["x1"] + part["width"] == pytest.approx(part["x2"], abs=1e-9)
    assert (part["y1"] + part["y2"]) / 2 == pytest.approx(part["cy"], abs=1e-9)
    assert part["area"] == part["width"] * part["height"]


@given(BOX, st.sampled_from(list(permutations(("x", "y", "w", "h")))))
def test_the_same_form_passes_the_very_same_floats(row: list[float], order: list[str]) -> None:
    result = one(XYWH, parse_form(" ".join(order)), *row)
    assert [result[slot].hex() for slot in ("x", "y", "w", "h")] == [value.hex() for value in row]
    assert (result["collapsed"], result["error"]) == (False, 0.0)


def test_numbers_read_with_more_decimals_than_declared_pass_unchanged() -> None:
    row = [0.123456789, 0.2, 0.3, 0.4]
    assert list(one(FRACTIONS, FRACTIONS, *row).values())[:4] == row


@given(BOX)
def test_pixels_and_fractions_convert_back_and_forth(row: list[float]) -> None:
    fraction = parse_form("x1 y1 x2 y2", unit="fraction")
    there = converted(XYWH, fraction, frame(XYWH, row)).row(0)[:4]
    back = one(fraction, XYWH, *there)
    assert [back[slot] for slot in XYWH.slots] == pytest.approx(row, abs=1e-9)


@pytest.mark.parametrize(
    ("edge", "pixel"),
    [(1.4, 2), (1.5, 3), (2.5, 4), (-1.5, -1), (-2.5, -2), (-1.4, 0)],
)
def test_whole_pixels_round_half_away_from_zero(edge: float, pixel: int) -> None:
    assert one(XYWH, PIXELS, edge, 0, 30, 30)["x1"] == pixel


@pytest.mark.parametrize(("x", "w", "pixel"), [(3.6, 0.3, 4), (3.6, 0.8, 5), (2.5, 0.9, 3)])
def test_a_box_that_rounding_closes_becomes_the_pixel_that_holds_its_centre(
    x: float, w: float, pixel: int
) -> None:
    result = one(XYWH, PIXELS, x, 10, w, 10)
    assert (result["x1"], result["x2"], result["collapsed"]) == (pixel, pixel, True)
    assert (result["y1"], result["y2"]) == (11, 20)


def test_a_box_that_stays_open_is_not_told_as_collapsed() -> None:
    result = one(XYWH, PIXELS, 3.2, 10, 0.6, 10)
    assert (result["x1"], result["x2"], result["collapsed"]) == (4, 4, False)


@given(st.floats(0, 64), st.floats(1e-6, 64))
def test_no_box_with_an_extent_is_inverted_by_whole_pixels(x: float, w: float) -> None:
    result = one(XYWH, PIXELS, x, 0, w, 10)
    assert result["x2"] >= result["x1"]
    assert abs(result["x1"] - 1 - x) <= 1


def test_a_box_that_is_degenerate_already_is_not_repaired() -> None:
    assert one(XYWH, PIXELS, 4, 6, 0, 10)["x2"] == 4
    result = one(XYWH, PIXELS, 4, 6, -3, 10)
    assert (result["x1"], result["x2"], result["collapsed"]) == (5, 1, False)


def test_the_error_is_the_largest_displacement_of_an_edge_in_pixels() -> None:
    assert one(XYWH, PIXELS, 4.25, 6, 20, 10.125)["error"] == 0.25
    rough = parse_form("x1 y1 x2 y2", unit="fraction", decimals=1)
    # 10 of 64 is 0.156, written 0.2: 12.8 pixels
    assert one(XYWH, rough, 0, 0, 10, 48)["error"] == pytest.approx(2.8)
    assert one(XYWH, parse_form("cx cy w h", unit="fraction"), 1, 2, 3, 4)["error"] == 0


@given(BOX)
def test_rounding_moves_no_edge_further_than_its_error(row: list[float]) -> None:
    result = one(XYWH, FRACTIONS, *row)
    back = one(FRACTIONS, parse_form("x1 y1 x2 y2"), *(result[slot] for slot in FRACTIONS.slots))
    x, y, w, h = row
    moves = [
        abs(back[edge] - value)
        for edge, value in zip(("x1", "y1", "x2", "y2"), (x, y, x + w, y + h), strict=True)
    ]
    assert max(moves) == pytest.approx(result["error"], abs=1e-8)
    assert result["error"] <= 64 * 0.75e-6 + 1e-8


def test_other_decimals_round_as_printf_does() -> None:
    whole = parse_form("x y w h", decimals=0)
    result = one(XYWH, whole, 0.5, 1.5, 2.5, 0.49)
    assert [result[slot] for slot in whole.slots] == [0, 2, 2, 0]


def test_missing_boxes_stay_missing_and_are_not_collapsed() -> None:
    data = frame(XYWH, None, [4, 6, 20, 10])
    for target in (PIXELS, FRACTIONS, XYWH, parse_form("cx cy w h")):
        result = converted(XYWH, target, data)
        assert result.row(0) == (None, None, None, None, False, None)
        assert result.row(1)[0] is not None


def test_a_size_that_is_unknown_or_zero_makes_the_conversion_missing() -> None:
    data = frame(XYWH, [4, 6, 20, 10], width=0)
    assert converted(XYWH, FRACTIONS, data)["cx"].item() is None
    unknown = data.with_columns(width=pl.lit(None, dtype=pl.Int64))
    assert converted(XYWH, FRACTIONS, unknown)["cx"].item() is None
    assert converted(XYWH, PIXELS, unknown)["x1"].item() == 5


def test_not_a_number_is_no_collapsed_box() -> None:
    result = one(XYWH, PIXELS, math.nan, 6, 1, 1)
    assert result["collapsed"] is False


def test_bounds_of_another_shape_are_placed_in_a_form() -> None:
    parts = boxes.corners(*(pl.col(name) for name in ("x1", "y1", "x2", "y2")))
    data = pl.DataFrame(
        {"x1": [0.0625], "y1": [0.125], "x2": [0.375], "y2": [1 / 3], "w": [64], "h": [48]}
    )
    placed = boxes.place(PIXELS, parts, "fraction", (pl.col("w"), pl.col("h")))
    assert data.select(**placed.slots).row(0) == (5, 7, 24, 16)


def test_computed_numbers_have_no_remains_of_arithmetic() -> None:
    corners = parse_form("x1 y1 x2 y2")
    result = one(corners, XYWH, 473.07, 100.1, 511.72, 99)
    assert (result["w"], result["h"]) == (38.65, -1.1)
    assert one(XYWH, corners, 0.1, 0.7, 0.2, 0.1)["x2"] == 0.3


def test_numbers_that_were_read_keep_their_last_digit() -> None:
    long = 10.123456789012345
    assert one(XYWH, parse_form("x1 y1 x2 y2"), long, 1, 1, 1)["x1"] == long
    assert one(XYWH, parse_form("cx cy w h"), 1, 1, long, 1)["w"] == long


def test_every_expression_gives_a_row_for_each_row() -> None:
    data = frame(XYWH, [4, 6, 20, 10], [1, 2, 3, 4])
    for target in (PIXELS, FRACTIONS, XYWH, parse_form("cx cy w h")):
        result = boxes.convert(XYWH, target, "box", pl.col("width"), pl.col("height"))
        for expression in (*result.slots.values(), result.collapsed, result.error):
            assert data.select(expression).height == 2
