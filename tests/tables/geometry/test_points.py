"""Points: what is said of each, and what is measured of all."""

from __future__ import annotations

import polars as pl

from annostd.tables.geometry import parse_form, points, polygons

SEEN = parse_form("x y visibility", "keypoints")
PLAIN = parse_form("flat", "keypoints")
LINE = parse_form("pairs", "polyline")
ROWS = pl.Series([[[5, 6, 2, 0, 0, 0, 3, 9, 1]], None, [[]], [[0, 0, 0]]], dtype=polygons.DTYPE)


def test_each_slot_is_a_list_with_an_item_for_each_point() -> None:
    assert points.slot(ROWS, SEEN, "x").to_list() == [[5, 0, 3], None, [], [0]]
    assert points.slot(ROWS, SEEN, "visibility").to_list() == [
        ["visible", "absent", "hidden"],
        None,
        [],
        ["absent"],
    ]
    rings = pl.Series([[[1, 2, 3, 4], [5, 6]]], dtype=polygons.DTYPE)
    assert points.slot(rings, parse_form("flat"), "y").to_list() == [[2, 4, 6]]


def test_an_absent_point_is_not_within_the_bounds() -> None:
    found = points.measure(ROWS, SEEN)
    assert found.row(0) == (3.0, 6.0, 5.0, 9.0, 3, False)
    assert found["x1"].to_list() == [3, None, None, None]
    assert found["length"].to_list() == [3, None, 0, 1]


def test_numbers_left_over_are_told() -> None:
    rows = pl.Series([[[1, 2, 2, 3]], [[1, 2, 2]]], dtype=polygons.DTYPE)
    assert points.measure(rows, SEEN)["odd"].to_list() == [True, False]
    assert points.measure(rows, LINE)["points"].to_list() == [2, 1]


def test_other_numbers_may_be_written_for_visibility() -> None:
    rows = pl.Series([[[1, 2, 7]], [[1, 2, 9]]], dtype=polygons.DTYPE)
    made, unknown = points.recoded(rows, SEEN, [7.0], [2.0])
    assert made.to_list() == [[[1, 2, 2]], [[1, 2, None]]]
    assert unknown.to_list() == [False, True]


def test_visibility_is_carried_to_another_unit_and_never_invented() -> None:
    sides = pl.Series([10.0]), pl.Series([20.0])
    whole = parse_form("x y visibility", "keypoints", unit="fraction")
    rows = ROWS.head(1)
    found = polygons.convert(rows, SEEN, whole, *sides)
    assert found.polygons.to_list() == [[[0.5, 0.3, 2, 0, 0, 0, 0.3, 0.45, 1]]]
    assert polygons.convert(rows, SEEN, PLAIN, *sides).polygons.to_list() == [None]
