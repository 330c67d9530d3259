"""Intervals of time: the slots of any form give start and end exactly, and these the slots."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables.geometry.intervals import (
    ENDS,
    ends,
    parse_interval_form,
    part,
    rounded,
    written,
)
from annostd.tables.times import TIME

FORMS = ["start end", "start duration", "end duration", "duration start", "end start"]
TIMES = st.decimals(-(10**9), 10**9, places=18)


def interval(start: Decimal | str, end: Decimal | str) -> pl.DataFrame:
    values = (Decimal(start), Decimal(end))
    return pl.DataFrame(
        {
            f"i.{name}": pl.Series([value], dtype=TIME)
            for name, value in zip(ENDS, values, strict=True)
        }
    )


@given(st.sampled_from(FORMS), TIMES, TIMES)
def test_what_a_form_writes_reads_back_exactly(form: str, start: Decimal, end: Decimal) -> None:
    slots = written(interval(start, end), "i", parse_interval_form(form, None, None))
    assert list(slots) == form.split()
    assert [times.to_list() for times in ends(slots)] == [[start], [end]]


@given(TIMES)
def test_a_point_ends_where_it_starts(time: Decimal) -> None:
    slots = written(interval(time, time), "i", parse_interval_form("time", None, None))
    assert [times.to_list() for times in ends(slots)] == [[time], [time]]


def test_tenths_of_a_second_add_up() -> None:
    slots = {
        "start": pl.Series([Decimal("0.1")], dtype=TIME),
        "duration": pl.Series([Decimal("0.2")], dtype=TIME),
    }
    assert ends(slots)[1].to_list() == [Decimal("0.3")]


def test_the_parts_of_a_column() -> None:
    frame = interval("0.1", "0.3")
    found = [frame.select(part("i", name)).item() for name in ("start", "end", "duration")]
    assert found == [Decimal("0.1"), Decimal("0.3"), Decimal("0.2")]


@pytest.mark.parametrize(
    ("form", "unit", "decimals", "expected"),
    [
        ("start end", "second", None, ("0.0005", "1.0004")),
        ("start end", "second", 3, ("0.001", "1")),
        ("start end", "millisecond", 0, ("0.001", "1")),
        ("start duration", "millisecond", 0, ("0.001", "1.001")),
    ],
)
def test_only_decimals_round_and_they_round_the_slots_written(
    form: str, unit: str, decimals: int | None, expected: tuple[str, str]
) -> None:
    made = rounded(interval("0.0005", "1.0004"), "i", parse_interval_form(form, unit, decimals))
    assert [times.item() for times in made] == [Decimal(text) for text in expected]


@pytest.mark.parametrize(
    ("form", "unit", "message"),
    [
        ("start", None, "expected two of start end duration, or time"),
        ("start start", None, "expected two of start end duration, or time"),
        ("start end duration", None, "expected two of start end duration, or time"),
        ("time end", None, "expected two of start end duration, or time"),
        ("start x", None, "the slot 'x'"),
        ("start end", "pixel", "the unit is 'pixel', expected one of second"),
    ],
)
def test_a_form_that_determines_no_interval_is_refused(
    form: str, unit: str | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        parse_interval_form(form, unit, None)
