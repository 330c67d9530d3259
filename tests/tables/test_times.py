"""Times are exact: what was read is printed, and no digit is lost between."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables.times import TIME, UNITS, parse_times, render_times, round_times

SECONDS = st.decimals(-(10**12) + 1, 10**12 - 1, places=18)


def texts_of(values: list[Decimal]) -> pl.Series:
    return pl.Series([f"{value:f}" for value in values], dtype=pl.String)


@given(st.lists(SECONDS), st.sampled_from(sorted(UNITS)))
def test_what_is_printed_reads_back_exactly(values: list[Decimal], unit: str) -> None:
    times = pl.Series(values, dtype=TIME)
    back, faulty = parse_times(render_times(times, unit), unit)
    assert back.to_list() == values
    assert not faulty.any()


@given(st.lists(SECONDS))
def test_seconds_are_what_their_decimal_digits_say(values: list[Decimal]) -> None:
    times, faulty = parse_times(texts_of(values))
    assert times.to_list() == values
    assert not faulty.any()


@pytest.mark.parametrize(
    ("text", "unit", "printed"),
    [
        ("0.30000000000000004", "second", "0.30000000000000004"),
        ("0.500", "second", "0.5"),
        ("12.5", "millisecond", "0.0125"),
        ("1", "nanosecond", "0.000000001"),
        ("1.5e2", "second", "150"),
        ("1e-05", "second", "0.00001"),
        ("-0", "second", "0"),
        ("100", "second", "100"),
    ],
)
def test_a_text_becomes_seconds(text: str, unit: str, printed: str) -> None:
    times, _ = parse_times(pl.Series([text]), unit)
    assert render_times(times).to_list() == [printed]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("0.0000000000000000001", "second"),
        ("0.0000000000000001", "millisecond"),
        ("5.5e-17", "millisecond"),
        ("1000000000000", "second"),
        ("-1e12", "second"),
        ("1,5", "second"),
        ("nan", "second"),
        ("inf", "second"),
        ("", "second"),
        ("1.2.3", "second"),
    ],
)
def test_what_no_time_can_hold_is_told_and_never_rounded(text: str, unit: str) -> None:
    times, faulty = parse_times(pl.Series([text]), unit)
    assert times.to_list() == [None]
    assert faulty.to_list() == [True]


def test_missing_is_no_fault() -> None:
    times, faulty = parse_times(pl.Series([None], dtype=pl.String))
    assert times.to_list() == [None]
    assert faulty.to_list() == [False]


def test_a_sum_of_tenths_is_exact() -> None:
    times, _ = parse_times(pl.Series(["0.1", "0.2", "0.3"]))
    assert times[0] + times[1] == times[2]


@pytest.mark.parametrize(
    ("seconds", "unit", "decimals", "rounded"),
    [
        ("0.0125", "second", 3, "0.013"),
        ("-0.0125", "second", 3, "-0.013"),
        ("0.0005", "millisecond", 0, "0.001"),
        ("0.00049", "millisecond", 0, "0"),
        ("2.5", "second", 0, "3"),
        ("0.123456789", "second", None, "0.123456789"),
        ("0.123456789", "second", 18, "0.123456789"),
    ],
)
def test_rounding_goes_half_away_from_zero(
    seconds: str, unit: str, decimals: int | None, rounded: str
) -> None:
    times, _ = parse_times(pl.Series([seconds]))
    assert render_times(round_times(times, unit, decimals)).to_list() == [rounded]
