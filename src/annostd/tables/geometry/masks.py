"""Masks: run-length codes measured at array speed.

A mask column `m` stands as `m.height` and `m.width` (Int64, pixels) and `m.runs` (List(Int64)):
lengths of runs down the columns, from left to right, the first one of zeros (maskApi.c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables import lists

if TYPE_CHECKING:
    from annostd.tables.lists import Flags, Floats, Integers

BOUNDS = ("x1", "y1", "x2", "y2")
# sums below stay exact in int64
LARGEST = 2.0**62


def measure(height: pl.Series, width: pl.Series, runs: pl.Series) -> pl.DataFrame:
    """Measure each row: area (pixels set), bounds of the set pixels (half-open), total of the runs.

    Area and total are null where the runs are missing or their sum leaves int64, the area also
    where a run is negative. Bounds are null too where nothing is set, or where the runs do not fill
    height x width.
    """
    counts = lists.lengths(runs)
    values = lists.leaves(runs).fill_null(-1).cast(pl.Int64).to_numpy()
    with np.errstate(over="ignore"):
        total = lists.reduced(np.add.reduceat, values, counts, 0)
        is_set = _is_set(counts)
        area = lists.reduced(np.add.reduceat, np.where(is_set, values, 0), counts, 0)
    reach = lists.reduced(np.add.reduceat, np.abs(values.astype(np.float64)), counts, 0.0)
    summed: Flags = runs.is_not_null().to_numpy() & (reach < LARGEST)
    counted: Flags = summed & (lists.reduced(np.minimum.reduceat, values, counts, 0) >= 0)
    sides = [side.cast(pl.Int64).fill_null(-1).to_numpy() for side in (height, width)]
    filled = counted & _is_filled(sides[0], sides[1], total)
    bounds = _bounds(sides[0], values, counts, filled)
    return pl.DataFrame(
        {
            "area": lists.without(pl.Series(area), ~counted),
            **{
                name: pl.Series(side, nan_to_null=True)
                for name, side in zip(BOUNDS, bounds, strict=True)
            },
            "total": lists.without(pl.Series(total), ~summed),
        },
    )


def painted(height: int, width: int, runs: list[int]) -> Flags:
    """Paint a mask (width x height, column by column) whose runs fill it."""
    flat: Flags = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return flat.reshape(width, height)


def runs_of(columns: Flags) -> list[int]:
    """Count the runs of a mask painted column by column."""
    flat = columns.reshape(-1)
    changes = np.flatnonzero(np.diff(flat)) + 1
    lengths: list[int] = np.diff(np.concatenate(([0], changes, [flat.size]))).tolist()
    return [0, *lengths] if flat.size and flat[0] else lengths


def cropped(masks: pl.DataFrame) -> pl.Series:
    """Cut each mask to a box of whole pixels.

    `masks` has height, width, runs and the box as x1 y1 x2 y2; null where one is missing.
    """
    made = [_cut(*row) if None not in row else None for row in masks.rows()]
    return pl.Series(made, dtype=pl.List(pl.Int64))


def embedded(masks: pl.DataFrame) -> pl.Series:
    """Lay each mask into a larger one.

    `masks` has height, width, runs, the pixel x y that the first pixel falls on, and the larger
    height and width; null where one is missing, or the mask does not fit.
    """
    made = [_laid(row[:3], row[3:]) if None not in row else None for row in masks.rows()]
    return pl.Series(made, dtype=pl.List(pl.Int64))


def _cut(height: int, width: int, runs: list[int], *box: float) -> list[int]:
    x1, y1, x2, y2 = (int(edge) for edge in box)
    return runs_of(np.ascontiguousarray(painted(height, width, runs)[x1:x2, y1:y2]))


def _laid(mask: tuple[int, int, list[int]], place: tuple[int, ...]) -> list[int] | None:
    (height, width, runs), (x, y, high, wide) = mask, place
    if sum(runs) != height * width or min(x, y) < 0 or x + width > wide or y + height > high:
        return None
    whole: Flags = np.zeros((wide, high), dtype=np.bool_)
    whole[x : x + width, y : y + height] = painted(height, width, runs)
    return runs_of(whole)


def _is_set(counts: Integers) -> Flags:
    """Tell which runs are of ones: those at odd places of their row."""
    place = np.arange(counts.sum()) - np.repeat(lists.starts(counts), counts)
    result: Flags = place % 2 == 1
    return result


def _is_filled(height: Integers, width: Integers, total: Integers) -> Flags:
    fits = (height >= 0) & (width >= 0) & (height.astype(np.float64) * width < LARGEST)
    with np.errstate(over="ignore"):
        result: Flags = fits & (height * width == total)
    return result


def _bounds(height: Integers, values: Integers, counts: Integers, filled: Flags) -> list[Floats]:
    """Find the bounds of the set pixels in the rows that are `filled`; NaN where none is set."""
    kept = np.repeat(filled, counts)
    values, inside = values[kept], np.where(filled, counts, 0)
    with np.errstate(over="ignore"):
        end = np.cumsum(values)
        before = end - values
        row_first = lists.starts(inside)
        base = np.zeros(len(inside), dtype=np.int64)
        base[inside > 0] = before[row_first[inside > 0]]
        start = before - np.repeat(base, inside)
    drawn = _is_set(inside) & (values > 0)
    start, length = start[drawn], values[drawn]
    last = start + length - 1
    tall = np.repeat(height, inside)[drawn]
    rows = lists.reduced(np.add.reduceat, drawn.astype(np.int64), inside, 0)
    left, right = start // tall, last // tall
    spans = left != right
    top = np.where(spans, 0, start % tall)
    bottom = np.where(spans, tall - 1, last % tall)
    return [
        lists.reduced(np.minimum.reduceat, left.astype(np.float64), rows, np.nan),
        lists.reduced(np.minimum.reduceat, top.astype(np.float64), rows, np.nan),
        lists.reduced(np.maximum.reduceat, right.astype(np.float64) + 1, rows, np.nan),
        lists.reduced(np.maximum.reduceat, bottom.astype(np.float64) + 1, rows, np.nan),
    ]
