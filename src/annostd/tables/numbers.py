"""Numbers rounded to decimals and printed, at array speed and to the last digit.

Missing values, NaN and infinities have no text: they print as null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from annostd.tables.lists import Flags, Floats

PLAIN_SMALLEST = 1e-4
PLAIN_INTEGER = 1e15
# up to here the scaled number, its half and the cast to a decimal are exact
EXACT = 2.0**50
DECIMALS = 15
HALF = 0.5


def shortest(series: pl.Series) -> pl.Series:
    """Print the shortest text that reads back as the same float64, legal as a JSON number.

    It is Python's `repr`, without the `.0` of integral values below 1e15: 4, 0.1, 5e-05, 1e+16.
    Negative zero keeps its sign: -0.0.
    """
    numbers = series.cast(pl.Float64)
    finite = pl.col("number").is_finite()
    size = pl.col("number").abs()
    integral = (size < PLAIN_INTEGER) & (pl.col("number") == pl.col("number").floor())
    negative_zero = pl.col("text") == "-0.0"
    frame = pl.DataFrame({"number": numbers, "text": numbers.cast(pl.String)}).select(
        pl.when(finite & integral & ~negative_zero)
        .then(pl.col("text").str.strip_suffix(".0"))
        .when(finite)
        .then(pl.col("text"))
        .alias("text"),
        (finite & (size > 0) & (size < PLAIN_SMALLEST)).fill_null(value=False).alias("small"),
    )
    rows = frame["small"].arg_true()
    if rows.is_empty():
        return frame["text"].alias(series.name)
    texts = [repr(number) for number in numbers.gather(rows).to_list()]
    return frame["text"].scatter(rows, texts).alias(series.name)


def rounded(series: pl.Series, decimals: int) -> pl.Series:
    """Round to `decimals` as C's printf does: by the exact binary value, ties to even.

    The result is the float64 nearest to the decimal number; null, NaN and infinities stay.
    """
    numbers = series.cast(pl.Float64)
    values = numbers.to_numpy()
    result, coarse = _rounded(values, decimals)
    for row in np.flatnonzero(coarse & np.isfinite(values)):
        result[row] = float(f"{values[row]:.{decimals}f}")
    kept = pl.Series(series.name, result, dtype=pl.Float64)
    return kept if numbers.null_count() == 0 else kept.zip_with(numbers.is_not_null(), numbers)


def trimmed(series: pl.Series, size: pl.Series) -> pl.Series:
    """Round computed numbers to the 15th digit of `size`, the largest number that they are made of.

    Where that is below 1 it is the 15th decimal.
    A float64 carries 15 decimal digits, so that sums and differences of decimal numbers come out as
    these: 511.72 - 473.07 is 38.65, not 38.650000000000034. Null, NaN and infinities stay, and so
    does what is made of numbers from 1e15 on.
    """
    values, sizes = series.cast(pl.Float64).to_numpy(), np.abs(size.cast(pl.Float64).to_numpy())
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = DECIMALS - 1 - np.floor(np.log10(sizes))
        scale = 10.0 ** np.clip(places, 0, DECIMALS)
        near = np.rint(values * scale) / scale
        plain = np.isfinite(near) & (sizes < PLAIN_INTEGER)
    result = pl.Series(series.name, np.where(plain, near, values), dtype=pl.Float64)
    return result if series.null_count() == 0 else result.zip_with(series.is_not_null(), series)


def fixed(series: pl.Series, decimals: int) -> pl.Series:
    """Print with `decimals` digits behind the point exactly as C's printf("%.{decimals}f").

    Trailing zeros are kept, and so is the sign of what rounds to zero: -0.00.
    """
    values = series.cast(pl.Float64).to_numpy()
    result, coarse = _rounded(values, decimals)
    finite = np.isfinite(values)
    plain = finite & ~coarse
    scale = decimals if decimals <= DECIMALS else 0
    cut = pl.Series(series.name, np.where(plain, result, 0.0), dtype=pl.Float64)
    texts = cut.cast(pl.Decimal(38, scale)).cast(pl.String)
    negative = np.flatnonzero(plain & (result == 0) & np.signbit(result))
    if len(negative):
        texts = texts.scatter(pl.Series(negative), f"{-0.0:.{decimals}f}")
    rows = np.flatnonzero(finite & coarse)
    if len(rows):
        printed = [f"{value:.{decimals}f}" for value in values[rows].tolist()]
        texts = texts.scatter(pl.Series(rows), printed)
    if finite.all():
        return texts
    return texts.zip_with(pl.Series(finite), pl.Series([None], dtype=pl.String))


def _rounded(values: Floats, decimals: int) -> tuple[Floats, Flags]:
    """Round what array arithmetic rounds exactly, and tell the rows that are too large for it."""
    if decimals > DECIMALS:
        return values.copy(), np.ones(len(values), dtype=np.bool_)
    scale = 10.0**decimals
    with np.errstate(invalid="ignore", over="ignore"):
        product = values * scale
        whole = np.rint(product)
        ties = np.flatnonzero(np.abs(product - whole) == HALF)
        coarse = ~(np.abs(product) < EXACT)
    if len(ties):
        # a tie only after the product's own rounding: the part lost says to which side it falls
        lost = _product_error(values[ties], scale, product[ties])
        beside = np.floor(product[ties]) + (lost > 0)
        whole[ties] = np.where(lost == 0, whole[ties], beside)
        whole[ties] = np.copysign(whole[ties], values[ties])
    return whole / scale, coarse


def _product_error(values: Floats, scale: float, product: Floats) -> Floats:
    """Give `values * scale - product` exactly (Dekker's product)."""
    high, low = _split(values)
    scale_high, scale_low = _split(np.float64(scale))
    result: Floats = (
        ((high * scale_high - product) + high * scale_low) + low * scale_high
    ) + low * scale_low
    return result


def _split(value: Floats | np.float64) -> tuple[Floats | np.float64, Floats | np.float64]:
    """Split into two halves of 26 bits each (Veltkamp)."""
    shifted = value * 134217729.0
    high = shifted - (shifted - value)
    return high, value - high
