"""Both engines give what conformance/expressions.yaml says, and what it refuses is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml

from annostd.expressions import (
    ExpressionFault,
    Typed,
    Value,
    check,
    interpret,
    interpret_group,
    parse,
    parse_message,
    pattern,
    vectorise,
)
from tests.expressions.scopes import environment, frame, scope_from

if TYPE_CHECKING:
    from tests.expressions.scopes import HandScope

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "conformance/expressions.yaml").read_text("utf-8")
DATA: dict[str, Any] = yaml.load(TEXT, Loader=yaml.CSafeLoader)
PARAMETERS: dict[str, float] = DATA["parameters"]
ROW = replace(
    scope_from(DATA["types"], PARAMETERS),
    tables=DATA["tables"],
    namers=DATA["namers"],
    texts=DATA["texts"],
    constants=DATA["constants"],
)
SCOPES = {"row": ROW, "group": replace(ROW, grouped=True), "pair": replace(ROW, paired=True)}


def cases(section: str) -> pytest.MarkDecorator:
    key = {"patterns": "pattern", "messages": "message"}.get(section, "expression")
    return pytest.mark.parametrize("case", DATA[section], ids=lambda case: repr(case[key]))


def same(actual: Value, expected: Value) -> bool:
    if isinstance(actual, Decimal | Fraction):
        return isinstance(expected, str) and Fraction(actual) == Fraction(expected)
    return actual == expected and type(actual) is type(expected)


def typed_in(scope: HandScope, case: dict[str, Any]) -> Typed:
    return check(parse(case["expression"]), scope)


def columns_give(typed: Typed, rows: list[dict[str, Value]]) -> Value:
    values = frame(typed, rows).select(vectorise(typed, PARAMETERS)).to_series().to_list()
    assert len(values) == (1 if typed.grouped else len(rows))
    return values[0]  # type: ignore[no-any-return]


def judge_fault(fault: ExpressionFault, case: dict[str, Any], expected: str) -> None:
    assert expected in fault.message
    assert case.get("hint", "") in (fault.hint or "")
    assert fault.offset == case.get("offset", fault.offset)


@cases("rows")
def test_the_reference_gives_the_row_s_result(case: dict[str, Any]) -> None:
    typed = typed_in(ROW, case)
    row = environment(typed, case.get("row", {}))
    assert same(interpret(typed, row, PARAMETERS), case["result"])


@cases("rows")
def test_columns_give_the_row_s_result(case: dict[str, Any]) -> None:
    typed = typed_in(ROW, case)
    row = case.get("row", {})
    assert same(columns_give(typed, [row, {}]), case["result"])


@cases("rows")
def test_a_case_s_row_holds_only_what_the_expression_reads(case: dict[str, Any]) -> None:
    typed = typed_in(ROW, case)
    assert set(case.get("row", {})) <= {need.key for need in typed.needs}
    assert typed.type.unit == case["unit"] if "unit" in case else True


@cases("groups")
def test_the_reference_gives_the_group_s_result(case: dict[str, Any]) -> None:
    typed = typed_in(replace(SCOPES["group"], keys=case.get("keys", ())), case)
    rows = [environment(typed, row) for row in case["rows"]]
    assert same(interpret_group(typed, rows, PARAMETERS), case["result"])


@cases("groups")
def test_columns_give_the_group_s_result_over_a_whole_frame(case: dict[str, Any]) -> None:
    typed = typed_in(replace(SCOPES["group"], keys=case.get("keys", ())), case)
    assert same(columns_give(typed, case["rows"]), case["result"])


@cases("groups")
def test_columns_give_the_group_s_result_in_each_of_several_groups(case: dict[str, Any]) -> None:
    typed = typed_in(replace(SCOPES["group"], keys=case.get("keys", ())), case)
    if not case["rows"]:
        return
    one = frame(typed, case["rows"])
    both = pl.concat([one.with_columns(g=pl.lit("b")), one.with_columns(g=pl.lit("a"))])
    grouped = both.group_by("g", maintain_order=True)
    given = grouped.agg(vectorise(typed, PARAMETERS).alias("result"))
    assert given["g"].to_list() == ["b", "a"]
    assert all(same(value, case["result"]) for value in given["result"].to_list())


@cases("pairs")
def test_both_engines_give_the_pair_s_result(case: dict[str, Any]) -> None:
    typed = typed_in(SCOPES["pair"], case)
    row = {f"{side}.{key}": value for side in "ab" for key, value in case[side].items()}
    assert same(interpret(typed, environment(typed, row), PARAMETERS), case["result"])
    assert same(columns_give(typed, [row]), case["result"])


@cases("refused")
def test_what_is_no_expression_is_refused_at_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(ExpressionFault) as raised:
        typed_in(SCOPES[case.get("scope", "row")], case)
    judge_fault(raised.value, case, case["error"])


@cases("needs")
def test_an_expression_reads_the_keys_that_it_names(case: dict[str, Any]) -> None:
    assert {need.key for need in typed_in(ROW, case).needs} == set(case["needs"])


@cases("patterns")
def test_a_pattern_matches_whole_texts_alike_in_python_and_rust(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(ExpressionFault) as raised:
            pattern(case["pattern"])
        judge_fault(raised.value, case, case["refused"])
        return
    compiled = pattern(case["pattern"])
    texts = pl.Series([*case["matches"], *case["not"]], dtype=pl.String)
    expected = [True] * len(case["matches"]) + [False] * len(case["not"])
    assert [compiled.matches(text) for text in texts] == expected
    assert texts.str.contains(compiled.anchored).to_list() == expected


@cases("messages")
def test_a_message_is_cut_at_its_braces(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(ExpressionFault) as raised:
            parse_message(case["message"])
        judge_fault(raised.value, case, case["refused"])
        return
    pieces = parse_message(case["message"])
    assert [piece if isinstance(piece, str) else [*piece] for piece in pieces] == case["pieces"]


def test_the_file_pins_the_language_in_at_least_150_lines() -> None:
    sections = ("rows", "groups", "pairs", "refused", "patterns", "needs", "messages")
    assert sum(len(DATA[section]) for section in sections) >= 150
