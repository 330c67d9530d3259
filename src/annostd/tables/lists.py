"""Columns of lists as flat values with a length per row, and back.

Array work wants one long buffer; a column wants a list per row. Both ways cost next to nothing: the
values are never copied row by row. A row without a list counts as one of length 0.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)


def filled(value: object, height: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Repeat one value in a column; many times cheaper than an expression that does."""
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def pieces(series: pl.Series, weights: Integers, weight: int) -> list[pl.Series]:
    """Cut a column into runs of rows, none empty, that weigh about `weight` together."""
    return [series.slice(start, end - start) for start, end in spans(weights, weight)]


def spans(weights: Integers, weight: int) -> list[tuple[int, int]]:
    """Cut rows into runs, none empty, of about `weight` together: where each begins and ends."""
    if not len(weights):
        return []
    reached = np.cumsum(weights) // weight
    cuts = [0, *(np.flatnonzero(np.diff(reached)) + 1).tolist(), len(weights)]
    return list(pairwise(cuts))


def lengths(lists: pl.Series) -> Integers:
    """Count the items of each row; a null row has none."""
    return lists.list.len().fill_null(0).cast(pl.Int64).to_numpy()


def leaves(lists: pl.Series) -> pl.Series:
    """Chain the items of all rows, one level down."""
    return lists.explode(empty_as_null=False, keep_nulls=False)


def floats(lists: pl.Series) -> Floats:
    """Chain the numbers of all rows of a List(Float64); a null number is NaN."""
    return leaves(lists).to_numpy()


def starts(counts: Integers) -> Integers:
    """Say where each row begins in the flat values."""
    return np.cumsum(counts) - counts


def nested(values: pl.Series, counts: Integers, missing: Flags | None = None) -> pl.Series:
    """Make one list per row of the flat `values`, `counts` items each; null where `missing`.

    Missing rows must have a count of 0.
    """
    first = starts(counts)
    places = pl.select(pl.int_ranges(pl.Series(first), pl.Series(first + counts))).to_series()
    # the places are the values' own order, so that a whole chunk of them is the values themselves
    taken = places.list.eval(
        pl.element().map_batches(
            lambda place: values if len(place) == len(values) else values.gather(place),
            return_dtype=values.dtype,
            is_elementwise=True,
        ),
    )
    return taken if missing is None else without(taken, missing)


def without(series: pl.Series, missing: Flags) -> pl.Series:
    """Set the rows told by `missing` to null."""
    if not missing.any():
        return series
    frame = pl.DataFrame({"value": series, "missing": pl.Series(missing)})
    return frame.select(pl.when(~pl.col("missing")).then(pl.col("value"))).to_series()


def reduced(
    reduce: Callable[[NDArray[Scalar], Integers], NDArray[Scalar]],
    values: NDArray[Scalar],
    counts: Integers,
    empty: float,
) -> NDArray[Scalar]:
    """Reduce the values of each row by a ufunc's `reduceat`; rows without values give `empty`."""
    out = np.full(len(counts), empty, dtype=values.dtype)
    filled = counts > 0
    if filled.any():
        out[filled] = reduce(values, starts(counts)[filled])
    return out
