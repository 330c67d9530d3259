from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as oracle

from annostd.tables.geometry import masks

MASKS = hnp.arrays(
    np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 1)
)
NO_BOUNDS = (None, None, None, None)


def runs_of(pixels: np.ndarray) -> list[int]:
    flat = pixels.flatten(order="F")
    cuts = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate(([0], cuts, [len(flat)]))).tolist()
    return [0, *runs] if flat[0] else runs


def measured(*rows: tuple[int | None, int | None, list[int] | None]) -> list[tuple[object, ...]]:
    height, width, runs = (list(values) for values in zip(*rows, strict=True))
    return masks.measure(
        pl.Series(height, dtype=pl.Int64),
        pl.Series(width, dtype=pl.Int64),
        pl.Series(runs, dtype=pl.List(pl.Int64)),
    ).rows()


@given(st.lists(MASKS, min_size=1, max_size=5))
def test_area_and_bounds_are_those_of_pycocotools(pixels: list[np.ndarray]) -> None:
    found = measured(*((*mask.shape, runs_of(mask)) for mask in pixels))
    for mask, (area, *bounds, total) in zip(pixels, found, strict=True):
        encoded = oracle.encode(np.asfortranarray(mask))
        assert (area, total) == (int(oracle.area(encoded)), mask.size)
        x, y, w, h = oracle.toBbox(encoded).tolist()
        assert bounds == ([x, y, x + w, y + h] if area else [None] * 4)


@given(MASKS)
def test_bounds_are_those_of_the_pixels_that_are_set(mask: np.ndarray) -> None:
    ys, xs = np.nonzero(mask)
    expected = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) if len(xs) else NO_BOUNDS
    assert measured((*mask.shape, runs_of(mask)))[0][1:5] == expected


def test_runs_of_length_zero_set_nothing() -> None:
    assert measured((2, 2, [0, 0, 1, 0, 0, 1, 2, 0]))[0] == (1, 0, 1, 1, 2, 4)


def test_a_mask_without_set_pixels_has_area_zero_and_no_bounds() -> None:
    assert measured((2, 3, [6]))[0] == (0, *NO_BOUNDS, 6)
    assert measured((0, 0, []))[0] == (0, *NO_BOUNDS, 0)


@pytest.mark.parametrize("size", [(3, 3), (None, 2), (2, None), (-2, -2)])
def test_runs_that_do_not_fill_the_mask_have_no_bounds(
    size: tuple[int | None, int | None],
) -> None:
    assert measured((*size, [1, 2, 1]))[0] == (2, *NO_BOUNDS, 4)


def test_a_row_without_runs_is_null() -> None:
    assert measured((2, 2, None), (2, 2, [0, 4])) == [(None,) * 6, (4, 0, 0, 2, 2, 4)]


def test_a_negative_run_leaves_only_the_total() -> None:
    assert measured((2, 2, [5, -3, 2]))[0] == (None, *NO_BOUNDS, 4)


def test_a_sum_beyond_int64_is_null_and_fills_nothing() -> None:
    assert measured((2, 2, [2**62, 2**62, 2**62, 2**62, 4]))[0] == (None,) * 6


def test_a_size_beyond_int64_is_not_taken_for_a_small_one() -> None:
    assert measured((2**62 + 1, 4, [0, 4]))[0] == (4, *NO_BOUNDS, 4)


def test_the_swapped_size_of_a_mask_gives_other_bounds_than_the_right_one() -> None:
    runs = [0, 2, 46, 2, 3022]
    assert measured((48, 64, runs))[0] == (4, 0, 0, 2, 2, 3072)
    assert measured((64, 48, runs))[0] == (4, 0, 0, 1, 50, 3072)
