"""Times: exact decimals of a second, read from text and printed as text without a float between.

A column of times is Decimal(38, 18): multiples of 10⁻¹⁸ s, less than 10¹² s either way, so that
sums and differences of what files write are exact.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACES: Final = 18
TIME: Final = pl.Decimal(38, PLACES)
BEYOND: Final = Decimal(10) ** 12
"""Times are smaller than this many seconds, so that no sum of two of them overflows."""
UNITS: Final[Mapping[str, int]] = {
    "second": 0,
    "millisecond": 3,
    "microsecond": 6,
    "nanosecond": 9,
}
"""Unit → how many decimal places of a second it is."""
EXPECTED: Final = "a time of at most 12 digits before and 18 behind the point in seconds"

_PLAIN: Final = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$"
_POWER: Final = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]{1,4}$"
_DIGITS: Final = 80


def parse_times(texts: pl.Series, unit: str = "second") -> tuple[pl.Series, pl.Series]:
    """Read texts as times in `unit`: seconds (null: missing or none), and which are no times.

    A text with more places than a time can hold is none: it is never rounded.
    """
    places = PLACES - UNITS[unit]
    frame = texts.alias("text").to_frame()
    plain = pl.col("text").str.contains(_PLAIN)
    short = ~pl.col("text").str.contains(rf"\.[0-9]{{{places}}}[0-9]*[1-9]")
    number = pl.when(plain & short).then(pl.col("text")).cast(TIME, strict=False)
    values = frame.select((number / 10 ** UNITS[unit]).alias("time"))["time"]
    powers = frame.select(pl.col("text").str.contains(_POWER).fill_null(value=False))["text"]
    if powers.any():
        rows = powers.arg_true()
        values = values.scatter(
            rows, pl.Series([_power(text, unit) for text in texts.gather(rows)], dtype=TIME)
        )
    values = pl.select(pl.when(values.abs() < BEYOND).then(values)).to_series()
    return values.alias(texts.name), texts.is_not_null() & values.is_null()


def render_times(times: pl.Series, unit: str = "second") -> pl.Series:
    """Print times in `unit` with as many digits behind the point as they need, null as null."""
    scaled = (pl.col("t") * 10 ** UNITS[unit]).cast(pl.String)
    text = scaled.str.strip_chars_end("0").str.strip_suffix(".")
    return times.alias("t").to_frame().select(text)["t"].alias(times.name)


def round_times(times: pl.Series, unit: str, decimals: int | None) -> pl.Series:
    """Round to `decimals` of `unit`, half away from zero; None leaves times as they are."""
    if decimals is None or UNITS[unit] + decimals >= PLACES:
        return times
    places = UNITS[unit] + decimals
    return times.round(places, mode="half_away_from_zero").alias(times.name)


def exact(number: float | str) -> Decimal:
    """Give the decimal that a number of a standard or an example, or its text, is written as."""
    return Decimal(str(number))


def _power(text: str, unit: str) -> Decimal | None:
    with localcontext(prec=_DIGITS):
        value = Decimal(text).scaleb(-UNITS[unit])
        fits = abs(value) < BEYOND and value == round(value, PLACES)
        return round(value, PLACES) if fits else None
