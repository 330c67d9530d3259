from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables.geometry import parse_form, polygons

SQUARE = [4.0, 6.0, 24.0, 6.0, 24.0, 16.0, 4.0, 16.0]
PIXELS = parse_form("flat")
FRACTIONS = parse_form("flat", unit="fraction")
ROUNDED = parse_form("flat", unit="fraction", decimals=6)
NOTHING = {"area": None, "x1": None, "y1": None, "x2": None, "y2": None}
RING = st.lists(st.floats(-1e4, 1e4), max_size=9)
ROW = st.none() | st.lists(RING, max_size=3)
ROWS = st.lists(ROW, max_size=6)


def column(*rows: list[list[float]] | None) -> pl.Series:
    return pl.Series("polygons", rows, dtype=polygons.DTYPE)


def measured(row: list[list[float]] | None) -> dict[str, object]:
    return polygons.measure(column(row)).row(0, named=True)


def sides(width: int | None, height: int | None, rows: int = 1) -> tuple[pl.Series, pl.Series]:
    return (
        pl.Series([width] * rows, dtype=pl.Int64),
        pl.Series([height] * rows, dtype=pl.Int64),
    )


def shoelace(ring: list[float]) -> float:
    points = list(zip(ring[0::2], ring[1::2], strict=False))
    turned = [*points[1:], *points[:1]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, turned, strict=True))) / 2


def test_a_square_has_its_area_bounds_points_and_parts() -> None:
    assert measured([SQUARE]) == {
        "area": 200, "x1": 4, "y1": 6, "x2": 24, "y2": 16, "points": [4], "parts": 1, "odd": False,
    }  # fmt: skip


def test_parts_add_up_whatever_their_direction() -> None:
    backwards = [0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0]
    row = measured([SQUARE, backwards])
    assert (row["area"], row["points"], row["parts"]) == (204, [4, 4], 2)
    assert (row["x1"], row["y1"], row["x2"], row["y2"]) == (0, 0, 24, 16)


def test_a_null_row_is_null_in_every_measure() -> None:
    assert set(measured(None).values()) == {None}


def test_an_empty_list_has_no_area_no_bounds_and_no_points() -> None:
    assert measured([]) == NOTHING | {"area": 0, "points": [], "parts": 0, "odd": False}


def test_a_part_without_numbers_has_no_points() -> None:
    assert measured([[]]) == NOTHING | {"area": 0, "points": [0], "parts": 1, "odd": False}
    assert measured([[], SQUARE])["points"] == [0, 4]
    assert measured([[], SQUARE])["area"] == 200


def test_a_part_with_one_number_is_odd_and_has_no_points() -> None:
    assert measured([[7.0]]) == NOTHING | {"area": 0, "points": [0], "parts": 1, "odd": True}


def test_the_last_number_of_an_odd_part_is_no_point() -> None:
    row = measured([SQUARE, [*SQUARE, 999.0]])
    assert (row["area"], row["points"], row["odd"], row["x2"]) == (400, [4, 4], True, 24)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_leaves_neither_area_nor_bounds(bad: float) -> None:
    row = measured([[bad, *SQUARE[1:]]])
    assert row == NOTHING | {"points": [4], "parts": 1, "odd": False}


def test_rows_beside_one_that_is_not_finite_are_measured() -> None:
    frame = polygons.measure(column([SQUARE], [[math.nan, 1.0]], [SQUARE]))
    assert frame["area"].to_list() == [200, None, 200]


@given(ROWS)
def test_measures_are_what_a_plain_loop_finds(rows: list[list[list[float]] | None]) -> None:
    for row, found in zip(rows, polygons.measure(column(*rows)).to_dicts(), strict=True):
        if row is None:
            assert set(found.values()) == {None}
            continue
        xs = [x for ring in row for x in ring[: len(ring) // 2 * 2 : 2]]
        ys = [y for ring in row for y in ring[1::2]]
        assert found["area"] == pytest.approx(sum(map(shoelace, row)), rel=1e-9, abs=1e-6)
        assert (found["x1"], found["x2"]) == (min(xs, default=None), max(xs, default=None))
        assert (found["y1"], found["y2"]) == (min(ys, default=None), max(ys, default=None))
        assert found["points"] == [len(ring) // 2 for ring in row]
        assert (found["parts"], found["odd"]) == (len(row), any(len(ring) % 2 for ring in row))


def test_measures_do_not_depend_on_where_the_column_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = column(None, [SQUARE], [], [SQUARE, [1.0]], [[]], None, [SQUARE, SQUARE], [])
    whole = polygons.measure(rows)
    for size in (1, 7, 9, 20):
        monkeypatch.setattr(polygons, "SLICE", size)
        assert polygons.measure(rows).equals(whole)


def test_a_conversion_does_not_depend_on_where_the_column_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = column(None, [SQUARE], [], [SQUARE, [32.0, 12.0]], [[]], None, [SQUARE, SQUARE], [])
    width = pl.Series([64, 32, 64, 50, 64, 1, None, 64])
    height = pl.Series([48, 24, 48, 10, 48, 1, 48, 0])
    whole = polygons.convert(rows, PIXELS, FRACTIONS, width, height)
    for size in (1, 7, 9, 20):
        monkeypatch.setattr(polygons, "SLICE", size)
        found = polygons.convert(rows, PIXELS, FRACTIONS, width, height)
        assert found.polygons.equals(whole.polygons)
        assert found.error.equals(whole.error)


def test_no_rows_convert_to_no_rows() -> None:
    found = polygons.convert(column(), PIXELS, FRACTIONS, *sides(64, 48, 0))
    assert found.polygons.to_list() == []
    assert found.polygons.dtype == polygons.DTYPE
    assert found.error.to_list() == []


def test_no_rows_measure_to_no_rows_of_the_same_types() -> None:
    assert polygons.measure(column()).schema == polygons.measure(column([SQUARE])).schema


@given(ROWS)
def test_the_same_form_passes_the_very_same_numbers(rows: list[list[list[float]] | None]) -> None:
    result = polygons.convert(column(*rows), ROUNDED, ROUNDED, *sides(64, 48, len(rows)))
    assert result.polygons.to_list() == rows
    assert result.error.to_list() == [None if row is None else 0 for row in rows]


def test_pixels_become_fractions_of_the_width_and_the_height() -> None:
    result = polygons.convert(column([SQUARE, [32.0, 12.0]]), PIXELS, FRACTIONS, *sides(64, 48))
    ring = [0.0625, 0.125, 0.375, 0.125, 0.375, 16 / 48, 0.0625, 16 / 48]
    assert result.polygons.to_list() == [[ring, [0.5, 0.25]]]
    assert result.error.to_list() == [0]


def test_x_and_y_are_told_apart_behind_an_odd_ring() -> None:
    result = polygons.convert(
        column([[1.0], [32.0, 12.0]], [[64.0, 48.0]]), PIXELS, FRACTIONS, *sides(64, 48, 2)
    )
    assert result.polygons.to_list() == [[[1 / 64], [0.5, 0.25]], [[1.0, 1.0]]]


def test_each_row_is_scaled_by_its_own_medium() -> None:
    rows = column([[1.0, 1.0]], [[1.0, 1.0]])
    result = polygons.convert(rows, FRACTIONS, PIXELS, pl.Series([2, 4]), pl.Series([3, 5]))
    assert result.polygons.to_list() == [[[2.0, 3.0]], [[4.0, 5.0]]]


def test_another_origin_shifts_all_numbers() -> None:
    shifted = parse_form("flat", origin=1)
    result = polygons.convert(column([[1.0, 2.0]]), PIXELS, shifted, *sides(None, None))
    assert result.polygons.to_list() == [[[2.0, 3.0]]]
    back = polygons.convert(column([[33.0, 13.0]]), shifted, FRACTIONS, *sides(64, 48))
    assert back.polygons.to_list() == [[[0.5, 0.25]]]


def test_decimals_round_and_the_error_is_in_pixels() -> None:
    rough = parse_form("flat", unit="fraction", decimals=1)
    # 10 of 64 is 0.15625, written 0.2: 12.8 pixels
    result = polygons.convert(
        column([[10.0, 0.0], [0.0, 0.0]], []), PIXELS, rough, *sides(64, 48, 2)
    )
    assert result.polygons.to_list() == [[[0.2, 0.0], [0.0, 0.0]], []]
    assert result.error.to_list() == [pytest.approx(2.8), 0]


@pytest.mark.parametrize(("width", "height"), [(None, 48), (64, 0)])
def test_a_size_that_is_unknown_or_zero_makes_the_row_missing(
    width: int | None, height: int | None
) -> None:
    result = polygons.convert(column([SQUARE]), PIXELS, ROUNDED, *sides(width, height))
    assert (result.polygons.to_list(), result.error.to_list()) == ([None], [None])


def test_numbers_that_are_not_finite_convert_to_missing_or_infinite_ones() -> None:
    rows = column([[math.inf, 12.0], [math.nan, 12.0]])
    result = polygons.convert(rows, PIXELS, ROUNDED, *sides(64, 48))
    assert result.polygons.to_list() == [[[math.inf, 0.25], [None, 0.25]]]


@given(ROWS)
def test_pixels_and_fractions_convert_back_and_forth(rows: list[list[list[float]] | None]) -> None:
    there = polygons.convert(column(*rows), PIXELS, FRACTIONS, *sides(640, 480, len(rows))).polygons
    back = polygons.convert(there, FRACTIONS, PIXELS, *sides(640, 480, len(rows))).polygons
    for row, found in zip(rows, back.to_list(), strict=True):
        if row is None:
            assert found is None
        else:
            assert [len(ring) for ring in found] == [len(ring) for ring in row]
            flat = [number for ring in row for number in ring]
            assert [number for ring in found for number in ring] == pytest.approx(flat, abs=1e-9)


def test_an_outline_is_the_box_clockwise_from_its_first_corner() -> None:
    x1, y1, x2, y2 = (pl.Series([value, 0.0]) for value in (4.0, 6.0, 24.0, 16.0))
    assert polygons.outline(x1, y1, x2, y2)[0].to_list() == [SQUARE]


def test_the_outline_of_a_missing_box_is_missing() -> None:
    x1 = pl.Series([None, 4.0, None])
    other = pl.Series([1.0, 1.0, 1.0])
    outlines = polygons.outline(x1, other, other, other)
    assert outlines.to_list() == [None, [[4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0, 1.0]], None]
    assert outlines.dtype == polygons.DTYPE
