from __future__ import annotations

import json
import math
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annostd.tables import numbers

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20)
DECIMALS = st.integers(0, 20)


def as_printed(value: float) -> str:
    """Python's repr without the `.0` of integral values below 1e15."""
    text = repr(value)
    is_short = text.endswith(".0") and abs(value) < 1e15 and text != "-0.0"
    return text.removesuffix(".0") if is_short else text


@given(NUMBERS)
def test_shortest_is_repr_without_the_point_of_integral_values(values: list[float]) -> None:
    assert numbers.shortest(pl.Series(values)).to_list() == [as_printed(value) for value in values]


@given(NUMBERS)
def test_shortest_reads_back_from_json_as_the_same_float(values: list[float]) -> None:
    read = [float(json.loads(text)) for text in numbers.shortest(pl.Series(values))]
    assert [value.hex() for value in read] == [value.hex() for value in values]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.0, "4"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-1.5e-7, "-1.5e-07"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
    ],
)
def test_shortest_prints(value: float, text: str) -> None:
    assert numbers.shortest(pl.Series([value])).item() == text


@given(NUMBERS, DECIMALS)
def test_fixed_is_what_printf_prints(values: list[float], decimals: int) -> None:
    expected = [f"{value:.{decimals}f}" for value in values]
    assert numbers.fixed(pl.Series(values), decimals).to_list() == expected


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.integers(0, 9))
def test_fixed_is_what_printf_prints_at_ties_and_beside_them(
    odds: list[int], decimals: int
) -> None:
    ties = [(2 * odd + 1) / 2 / 10**decimals for odd in odds]
    values = [
        near for tie in ties for near in (tie, math.nextafter(tie, 0), math.nextafter(tie, 9e9))
    ]
    expected = [f"{value:.{decimals}f}" for value in values]
    assert numbers.fixed(pl.Series(values), decimals).to_list() == expected


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 0, "0"),
        (1.5, 0, "2"),
        (1.005, 2, "1.00"),
        (0.125, 2, "0.12"),
        (2.5e-7, 6, "0.000000"),
        (-0.001, 2, "-0.00"),
        (43992915317061.59, 2, "43992915317061.59"),
        (1e22, 1, "10000000000000000000000.0"),
        (0.1, 20, "0.10000000000000000555"),
    ],
)
def test_fixed_prints(value: float, decimals: int, text: str) -> None:
    assert numbers.fixed(pl.Series([value]), decimals).item() == text


@given(NUMBERS, DECIMALS)
def test_rounded_is_the_float_that_printf_prints(values: list[float], decimals: int) -> None:
    expected = [float(f"{value:.{decimals}f}").hex() for value in values]
    assert [value.hex() for value in numbers.rounded(pl.Series(values), decimals)] == expected


def test_what_is_no_finite_number_prints_as_null() -> None:
    series = pl.Series([None, math.nan, math.inf, -math.inf, 1.0])
    assert numbers.shortest(series).to_list() == [None, None, None, None, "1"]
    assert numbers.fixed(series, 2).to_list() == [None, None, None, None, "1.00"]


def test_rounded_keeps_null_and_infinities() -> None:
    assert numbers.rounded(pl.Series([None, math.inf, 0.26]), 1).to_list() == [None, math.inf, 0.3]


def test_no_numbers_print_as_no_texts() -> None:
    nothing = pl.Series([], dtype=pl.Float64)
    assert numbers.shortest(nothing).dtype == numbers.fixed(nothing, 2).dtype == pl.String
    assert len(numbers.rounded(nothing, 2)) == 0


DECIMAL = st.tuples(st.integers(-(10**12), 10**12), st.integers(0, 9))


@given(DECIMAL, DECIMAL)
def test_trimmed_differences_of_decimal_numbers_are_decimal(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    exact = [Decimal(digits).scaleb(-places) for digits, places in (one, two)]
    held = [float(value) for value in exact]
    size = max(map(abs, held))
    assume(len(str(int(size))) + max(one[1], two[1]) <= 15)
    made = numbers.trimmed(pl.Series([held[0] - held[1]]), pl.Series([size]))
    assert made.item() == float(exact[0] - exact[1])


@given(NUMBERS)
def test_trimmed_moves_a_number_by_no_more_than_the_remains_of_its_size(
    values: list[float],
) -> None:
    made = numbers.trimmed(pl.Series(values), pl.Series(values)).to_list()
    for value, near in zip(values, made, strict=True):
        assert abs(near - value) <= max(abs(value) * 5.1e-15, 5.1e-16)


def test_trimmed_leaves_what_is_no_number_and_what_is_too_large() -> None:
    values = pl.Series([None, math.nan, math.inf, 1.1e16, 0.1 + 0.2])
    made = numbers.trimmed(values, pl.Series([1.0, 1.0, 1.0, 1.1e16, None])).to_list()
    assert (made[0], made[2:]) == (None, [math.inf, 1.1e16, 0.1 + 0.2])
    assert math.isnan(made[1])
