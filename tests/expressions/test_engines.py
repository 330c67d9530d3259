"""The reference and the columns agree on whatever is well-typed; the columns are fast."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from annostd.expressions import (
    ExpressionFault,
    Typed,
    Value,
    check,
    interpret,
    interpret_group,
    parse,
    vectorise,
)
from tests.expressions.scopes import environment, frame, scope_from
from tests.expressions.strategies import (
    GROUP,
    PARAMETERS,
    ROW,
    group_expressions,
    row_expressions,
    rows,
)

KINDS = {"integer": int, "number": float, "string": str, "boolean": bool, "time": Fraction}


def agree(left: Value, right: Value) -> bool:
    if isinstance(left, float) and isinstance(right, float) and math.isfinite(left):
        return math.isclose(left, right, rel_tol=1e-12)
    if isinstance(left, Decimal):
        return isinstance(right, Fraction) and Fraction(left) == right
    return left == right and type(left) is type(right)


def grouped_expression(text: str) -> Typed:
    try:
        return check(parse(text), GROUP)
    except ExpressionFault as fault:
        assert "does not depend on a row" in fault.message  # noqa: PT017 - of a literal, discarded
        reject()


@given(row_expressions(), rows())
def test_both_engines_agree_on_every_row(text: str, given_rows: list[dict[str, Value]]) -> None:
    typed = check(parse(text), ROW)
    columns = frame(typed, given_rows).select(vectorise(typed, PARAMETERS)).to_series().to_list()
    expected = [interpret(typed, environment(typed, row), PARAMETERS) for row in given_rows]
    assert len(columns) == len(expected)
    assert all(map(agree, columns, expected)), (text, columns, expected)
    assert all(value is None or type(value) is KINDS[typed.type.kind] for value in expected)


@given(group_expressions(), rows())
def test_both_engines_agree_on_a_whole_frame(text: str, given_rows: list[dict[str, Value]]) -> None:
    typed = grouped_expression(text)
    columns = frame(typed, given_rows).select(vectorise(typed, PARAMETERS)).to_series().to_list()
    environments = [environment(typed, row) for row in given_rows]
    expected = interpret_group(typed, environments, PARAMETERS)
    assert len(columns) == 1
    assert agree(columns[0], expected), (text, columns, expected)


@given(group_expressions(), rows(least=1), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_both_engines_agree_on_each_group(
    text: str, given_rows: list[dict[str, Value]], numbers: list[int]
) -> None:
    typed = grouped_expression(text)
    numbers = numbers[: len(given_rows)]
    whole = frame(typed, given_rows).with_columns(group=pl.Series(numbers))
    grouped = whole.group_by("group", maintain_order=True)
    columns = grouped.agg(vectorise(typed, PARAMETERS).alias("result"))
    for number, value in columns.iter_rows():
        members = [row for row, other in zip(given_rows, numbers, strict=True) if other == number]
        environments = [environment(typed, row) for row in members]
        expected = interpret_group(typed, environments, PARAMETERS)
        assert agree(value, expected), (text, number, value, expected)


def test_numbers_are_judged_alike_whatever_the_column_s_width() -> None:
    scope = scope_from({"i": "integer", "x": "number", "ns": "list of integer"})
    typed = check(parse("i * 2 == x and least(ns) > 0"), scope)
    schema = pl.Schema({"i": pl.UInt32(), "x": pl.Int16(), "ns": pl.List(pl.UInt32())})
    table = pl.DataFrame({"i": [200], "x": [400], "ns": [[1, 2]]}, schema=schema)
    assert table.select(vectorise(typed)).to_series().to_list() == [True]


def test_a_text_that_is_stored_as_a_category_compares_by_code_point() -> None:
    typed = check(parse("s < 'b'"), scope_from({"s": "string"}))
    table = pl.DataFrame({"s": pl.Series(["c", "a"], dtype=pl.Enum(["c", "a"]))})
    assert table.select(vectorise(typed)).to_series().to_list() == [False, True]


@pytest.mark.parametrize("text", ["'a' == s", "'a' < s", "lower('A') >= s", "'a' == last(ts)"])
def test_a_column_that_polars_holds_as_one_value_has_a_result_for_each_row(text: str) -> None:
    typed = check(parse(text), ROW)
    table = pl.DataFrame({"i": [1, 2, 3]}).with_columns(
        s=pl.lit(None, dtype=pl.String), ts=pl.lit(None, dtype=pl.List(pl.String))
    )
    assert table.select(vectorise(typed)).to_series().to_list() == [None, None, None]


def test_a_value_of_a_geometry_is_handed_on_as_it_stands() -> None:
    typed = check(parse("bounds(shape)"), scope_from({"shape": "string"}))
    value = (0.0, 1.0, 2.0, 3.0)
    assert interpret(typed, {"bounds(shape)": value}) == value
    table = pl.DataFrame({"bounds(shape)": [list(value)]})
    assert table.select(vectorise(typed)).to_series().to_list() == [list(value)]


def test_parameters_may_stand_in_the_row() -> None:
    typed = check(parse("x <= slack"), scope_from({"x": "number"}, ["slack"]))
    assert interpret(typed, {"x": 1.0, "slack": 2}) is True


def test_nested_conditions_cannot_grow_without_bound() -> None:
    text = "x"
    for _ in range(16):
        text = f"(x if x < {text} else 1.0)"
    with pytest.raises(ExpressionFault, match="repeats too much"):
        check(parse(text), ROW)


@pytest.mark.parametrize(
    "turn",
    [
        *("{} + 1", "{} * 2.5", "1 / {}", "{} / 2", "-({})", "{} - x", "min({}, x)"),
        *("abs({})", "fraction({})", "floor({}) + 0.5", "round({}) % 7", "i * ({})"),
        *("({}) if x > 1 else 2", "1 if ({}) > 1 else 2", "0 + ({})"),
    ],
)
def test_however_deep_an_expression_is_its_columns_are_quick_or_it_is_refused(turn: str) -> None:
    text = "x"
    start = time.perf_counter()
    table = pl.DataFrame({"x": [0.5], "i": [3]})
    for _ in range(12):
        text = turn.format(text)
        try:
            typed = check(parse(text), ROW)
        except ExpressionFault as fault:
            assert "repeats too much" in fault.message  # noqa: PT017 - both outcomes are legal
            break
        columns = table.select(vectorise(typed, PARAMETERS)).to_series().to_list()
        assert agree(columns[0], interpret(typed, {"x": 0.5, "i": 3}))
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("turn", ["lower({})", "stem({})", "suffix({})", "{} if p else 'a'"])
def test_however_deep_a_text_is_its_columns_are_quick(turn: str) -> None:
    text = "s"
    for _ in range(8):
        text = turn.format(text)
    typed = check(parse(text), ROW)
    row: dict[str, Value] = {"s": "A/B.C", "p": True}
    table = pl.DataFrame(row)
    columns = table.select(vectorise(typed)).to_series().to_list()
    assert columns == [interpret(typed, row)]


def test_the_longest_sum_runs_on_both_engines() -> None:
    typed = check(parse("x" + " + 1" * 38), ROW)
    assert interpret(typed, {"x": 0.0}) == 38
    table = pl.DataFrame({"x": [0.0]})
    assert table.select(vectorise(typed)).to_series().to_list() == [38]


def test_the_widest_expression_runs_on_both_engines() -> None:
    text = " and ".join(f"i != {n}" for n in range(300))
    typed = check(parse(text), ROW)
    assert interpret(typed, {"i": -1}) is True
    assert pl.DataFrame({"i": [-1]}).select(vectorise(typed)).to_series().to_list() == [True]


def test_a_rule_over_860_000_boxes_takes_no_time_to_speak_of() -> None:
    scope = scope_from(
        {"box": "box pixel", "extent.width": "integer pixel", "extent.height": "integer pixel"},
        ["slack"],
    )
    text = (
        "box.x1 >= -slack and box.y1 >= -slack"
        " and box.x2 <= extent.width + slack and box.y2 <= extent.height + slack"
    )
    typed = check(parse(text), scope)
    size, chance = 860_000, np.random.default_rng(0)
    boxes = {f"box.{edge}": chance.random(size) * 600 for edge in ("x1", "y1", "x2", "y2")}
    extent = {f"extent.{side}": np.full(size, 600) for side in ("width", "height")}
    table = pl.DataFrame(boxes | extent)
    judge = vectorise(typed, {"slack": 0})
    assert table.select(judge).to_series().all()
    took = []
    for _ in range(5):
        start = time.perf_counter()
        table.select(judge)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05
