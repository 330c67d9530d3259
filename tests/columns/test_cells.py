"""Scalar cells: casts of every type from every kind of raw column, maps, absence, defaults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.columns.cells import cast, repeated
from annostd.columns.natives import is_native, native_text
from annostd.columns.raw import Misfit
from annostd.columns.texts import quoted, unquoted
from tests.columns.made import decoded, told
from tests.plan.made import plan_of, things

if TYPE_CHECKING:
    from annostd.tables.schema import ColumnType

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NUMBERS = ["1", " 1\t", "+.5", "1.", "-0", "1e3", "1e999", "nan", "inf", "0x1", "1_0", "", None]


def texts(series: pl.Series) -> list[object]:
    return series.to_list()


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("integer", ["1", " 1 ", "-7", "007", "1.0", "1e3", "x", "9223372036854775807", None],
         [1, 1, -7, 7, None, None, None, 2**63 - 1, None]),
        ("integer", ["9223372036854775808", "+1", "\u0661"], [None, None, None]),
        ("number", NUMBERS,
         [1.0, 1.0, 0.5, 1.0, 0.0, 1000.0, None, None, None, None, None, None, None]),
        ("boolean", ["true", "false", " true ", "True", "1", None],
         [True, False, True, None, None, None]),
        ("string", ["", " a ", None], ["", " a ", None]),
        ("strings", ["a", None], [["a"], None]),
        ("json", ["a", 'say "x"', None], ['"a"', '"say \\"x\\""', None]),
    ],
)  # fmt: skip
def test_plain_text_is_cast_by_the_grammar_of_the_type(
    kind: ColumnType, raw: list[str | None], expected: list[object]
) -> None:
    cells = cast(pl.Series("a", raw, dtype=pl.String), kind, coded=False)
    assert texts(cells.values) == expected
    wrong = [r is not None and e is None for r, e in zip(raw, expected, strict=True)]
    assert [fault.fault for fault in cells.faults] == (["type"] if any(wrong) else [])
    for fault in cells.faults:
        assert texts(fault.rows) == wrong


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("integer", ["1", '"1"', "true", "1.5", "null", None], [1, None, None, None, None, None]),
        ("number", ["1", "1.5", '"1"', "[]", "null"], [1.0, 1.5, None, None, None]),
        ("boolean", ["true", '"true"', "1", "null"], [True, None, None, None]),
        ("string", ['"a"', '""', '"\\u0061"', "1", "[]", "null"], ["a", "", "a", None, None, None]),
        ("strings", ['"a"', "1", "null"], [["a"], None, None]),
        ("json", ["{}", "null", '"a"', None], ["{}", None, '"a"', None]),
    ],
)
def test_json_text_is_cast_by_what_it_is(
    kind: ColumnType, raw: list[str | None], expected: list[object]
) -> None:
    cells = cast(pl.Series("a", raw, dtype=pl.String), kind, coded=True)
    assert texts(cells.values) == expected
    wrong = [r not in {None, "null"} and e is None for r, e in zip(raw, expected, strict=True)]
    assert [texts(fault.rows) for fault in cells.faults] == ([wrong] if any(wrong) else [])


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("integer", pl.Series([1, None]), [1, None]),
        ("number", pl.Series([1, None]), [1.0, None]),
        ("number", pl.Series([1.5, None]), [1.5, None]),
        ("boolean", pl.Series([True, None]), [True, None]),
        ("string", pl.Series([1, None]), ["1", None]),
        ("json", pl.Series([1, None]), ["1", None]),
    ],
)
def test_typed_values_are_taken_as_they_are(
    kind: ColumnType, raw: pl.Series, expected: list[object]
) -> None:
    cells = cast(raw, kind, coded=True)
    assert (texts(cells.values), cells.faults) == (expected, ())


@given(st.lists(st.none() | st.text()))
def test_quoting_texts_is_what_json_does_and_unquoting_gives_them_back(
    strings: list[str | None],
) -> None:
    series = pl.Series("a", strings, dtype=pl.String)
    spelled = quoted(series)
    assert texts(spelled) == [
        json.dumps(text, ensure_ascii=False) if text is not None else None for text in strings
    ]
    assert texts(unquoted(spelled)) == strings


@given(JSON, st.lists(JSON, max_size=4))
def test_a_native_constant_is_found_however_its_json_is_written(
    constant: object, others: list[object]
) -> None:
    found = [constant, *others]
    raw = pl.Series([json.dumps(value, ensure_ascii=True) for value in found], dtype=pl.String)
    spelled = [json.dumps(value, sort_keys=True) for value in found]
    expected = [text == json.dumps(constant, sort_keys=True) for text in spelled]
    assert texts(is_native(raw, constant, coded=True)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "constant", "coded", "expected"),
    [
        (pl.Series([0, 1, None]), 0, True, [True, False, False]),
        (pl.Series([0, 1, None]), False, True, [False, False, False]),
        (pl.Series([0.0, 1.0]), 1, True, [False, True]),
        (pl.Series([True, False]), False, True, [False, True]),
        (pl.Series([True, False]), 0, True, [False, False]),
        (pl.Series(["a", "b", None]), "a", True, [False, False, False]),
        (pl.Series(["a", "b", None]), "a", False, [True, False, False]),
        (pl.Series(["1", "01", "1.0", "x"]), 1, False, [True, True, True, False]),
        (pl.Series(["0.5", "x"]), 0.5, False, [True, False]),
        (pl.Series(["true", "True"]), True, False, [True, False]),
        (pl.Series(["null", None]), None, True, [True, True]),
        (pl.Series(["null", None]), None, False, [False, True]),
        (pl.Series(["[]", "[ ]", "[1]", None]), [], True, [True, True, False, False]),
        (pl.Series(["[1, 2]", "[1,2]", "[2]"]), [1, 2], True, [True, True, False]),
        (pl.Series(["{}", '{"a": 1}']), {"a": 1}, True, [False, True]),
    ],
)
def test_a_native_constant_is_a_value_of_its_own_kind_only(
    raw: pl.Series, constant: object, *, coded: bool, expected: list[bool]
) -> None:
    assert texts(is_native(raw, constant, coded=coded)) == expected  # type: ignore[arg-type]


def test_natives_are_printed_as_files_spell_them() -> None:
    assert [native_text(value) for value in ("a", 1, 0.5, True, None)] == [
        "a", "1", "0.5", "true", "null",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1, "integer", [1, 1]),
        (1, "number", [1.0, 1.0]),
        (True, "boolean", [True, True]),
        ("a", "string", ["a", "a"]),
        ("a", "strings", [["a"], ["a"]]),
        ({"a": 1}, "json", ['{"a":1}', '{"a":1}']),
        (None, "string", [None, None]),
    ],
)
def test_a_constant_is_repeated_in_the_type_of_its_column(
    value: object, kind: ColumnType, expected: list[object]
) -> None:
    assert texts(repeated(value, kind, 2)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "raw", "expected", "wrong"),
    [
        ("values: {0: false, 1: true}", [0, 1, 2, None], [False, True, None, None], ["2"]),
        ("values: [x, y]", ["x", "y", "z"], ["x", "y", None], ["z"]),
        ("values: {true: a, false: b}", [True, False, None], ["a", "b", None], []),
        ("values: {0.5: half, 1: one}", [0.5, 1.0, 2.0], ["half", "one", None], ["2"]),
        ('values: {0: false, "no": true}', ["0", '"no"', '"0"', "null"],
         [False, True, None, None], ['"0"']),
        ("type: any, values: {a: 1, b: x}", ["a", "b", "c"], ["1", '"x"', None], ["c"]),
        ("type: integer, values: [-1, 0]", [-1, 0, 1], [-1, 0, None], ["1"]),
    ],
)  # fmt: skip
def test_values_are_mapped_and_what_is_not_among_them_is_a_fault(
    declared: str, raw: list[object], expected: list[object], wrong: list[str]
) -> None:
    found = decoded(things(f"a: {{{declared}}}"), "thing", {"a": raw})
    assert texts(found.frame["a"]) == expected
    assert [actual for _, _, actual, _ in told(found.faults)] == ([wrong] if wrong else [])
    assert all(fault.rule == "thing.a.value" for fault in found.faults)


def test_what_is_expected_of_a_closed_set_is_its_natives() -> None:
    ((_, _, _, expected),) = told(
        decoded(things("a: {values: {0: false, 1: true}}"), "thing", {"a": [2]}).faults
    )
    assert expected == "one of 0, 1"


def test_splits_may_be_mapped() -> None:
    plan = plan_of(
        """files: {data: {path: "{split}.json", carrier: json}}
tables: {media: {from: data, rows: /m/*, columns: {split: {at: "{split}", values: {valid: val}}}}}
"""
    )
    found = decoded(plan, "media", {"{split}": ["valid", "x"]})
    assert texts(found.frame["split"]) == [["val"], None]


@pytest.mark.parametrize(
    ("declared", "raw", "expected"),
    [
        ('absent: ["", "-"]', ["", "-", "x", None], [None, None, "x", None]),
        ("type: integer, absent: [-1]", [-1, 0, None], [None, 0, None]),
        ('type: integer, absent: [""]', ['""', "3", "null"], [None, 3, None]),
        ("absent: [0]", ["0", '"0"', '"a"'], [None, "0", "a"]),
        ("absent: [null]", ['"a"', "null", None], ["a", None, None]),
    ],
)
def test_native_spellings_of_missing_are_missing(
    declared: str, raw: list[object], expected: list[object]
) -> None:
    found = decoded(things(f"a: {{{declared}}}"), "thing", {"a": raw})
    assert (texts(found.frame["a"]), found.faults) == (expected, ())


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("type: integer, default: 3", 3),
        ("type: number, default: 3", 3.0),
        ("type: boolean, default: false", False),
        ("default: x", "x"),
        ("type: any, default: {k: 1}", '{"k":1}'),
        ("values: {0: false, 1: true}, default: false", False),
    ],
)
def test_a_default_stands_for_what_is_missing(declared: str, expected: object) -> None:
    found = decoded(things(f"a: {{{declared}}}\nb: {{}}"), "thing", {"b": ["x"]})
    assert (texts(found.frame["a"]), found.faults) == ([expected], ())


def test_a_default_does_not_stand_for_what_is_faulty() -> None:
    plan = things("a: {type: integer, default: 3}", rows="rows: /t/*")
    found = decoded(plan, "thing", {"a": [None]}, [Misfit(0, "a", '"x"')])
    assert texts(found.frame["a"]) == [None]
    assert texts(found.frame["a@bad"]) == [True]


def test_a_member_that_is_missing_and_has_to_be_there_is_a_fault_at_the_record() -> None:
    found = decoded(things("a: {required: true}"), "thing", {"a": ["x", None]})
    (fault,) = found.faults
    assert told([fault]) == [("thing.a.missing", [1], None, "a string")]
    assert fault.path == ("a",)
    assert texts(found.frame["a@bad"]) == [False, True]


def test_a_member_that_should_be_there_and_has_a_default_is_told_but_not_faulty() -> None:
    plan = things("a: {type: integer, required: SHOULD, default: 1}")
    found = decoded(plan, "thing", {"a": [None]})
    assert [rule for rule, *_ in told(found.faults)] == ["thing.a.missing"]
    assert texts(found.frame["a"]) == [1]
    assert "a@bad" not in found.frame.columns


def test_a_misfit_is_a_fault_of_the_type_and_not_missing() -> None:
    plan = things("a: {type: integer, required: true}")
    found = decoded(plan, "thing", {"a": [1, None, None]}, [Misfit(1, "a", '"x"')])
    assert told(found.faults) == [
        ("thing.a.type", [1], ['"x"'], "an integer"),
        ("thing.a.missing", [2], None, "an integer"),
    ]
    assert texts(found.frame["a@bad"]) == [False, True, True]


def test_a_misfit_that_is_told_already_is_faulty_and_not_told_again() -> None:
    plan = things("a: {required: true}")
    found = decoded(plan, "thing", {"a": [None]}, [Misfit(0, "a", "?", told=True)])
    assert found.faults == ()
    assert texts(found.frame["a@bad"]) == [True]


def test_a_misfit_of_another_field_is_not_this_ones() -> None:
    plan = things("a: {}\nb: {}")
    found = decoded(plan, "thing", {"a": [None], "b": [None]}, [Misfit(0, "b", "1")])
    assert [fault.column for fault in found.faults] == ["b"]
    assert "a@bad" not in found.frame.columns


@pytest.mark.parametrize(
    ("declared", "raw", "fault"),
    [
        ("type: integer, minimum: 1", [1, 0, None], ("range", [1], ["0"], "at least 1")),
        ("type: number, maximum: 1", [1.0, 1.5], ("range", [1], ["1.5"], "at most 1")),
        ("type: number, minimum: 0, maximum: 1", [1.0, -1.0],
         ("range", [1], ["-1"], "at least 0 and at most 1")),
        ('pattern: "[a-z]+"', ["a", "A", "ab\n", None],
         ("pattern", [1, 2], ["A", "ab\n"], "text of the pattern [a-z]+")),
        ('type: integer, pattern: "[0-9]{2}"', [12, 1],
         ("pattern", [1], ["1"], "text of the pattern [0-9]{2}")),
        ("length: 2", ["ab", "a", "äö"], ("length", [1], ["a"], "at least 2 characters")),
        ("length: [null, 2]", ["ab", "abc"], ("length", [1], ["abc"], "at most 2 characters")),
        ("type: list, length: [1, null]", ["[[1, 2]]", "[]", "null"],
         ("length", [1], ["[]"], "at least 1 items")),
    ],
)  # fmt: skip
def test_values_outside_what_is_declared_are_faults(
    declared: str, raw: list[object], fault: tuple[str, list[int], list[str], str]
) -> None:
    found = decoded(things(f"a: {{{declared}}}"), "thing", {"a": raw})
    name, *rest = fault
    assert told(found.faults) == [(f"thing.a.{name}", *rest)]


def test_a_fault_is_at_the_path_of_its_field_and_a_captures_at_the_record() -> None:
    plan = things(
        'b: {at: x/y, pattern: "[a-z]"}\nk: {at: "{k}", type: integer}', rows='rows: "/t/{k}"'
    )
    found = decoded(plan, "thing", {"x/y": ["A"], "{k}": ["z"]})
    assert [(fault.rule, fault.path) for fault in found.faults] == [
        ("thing.b.pattern", ("x", "y")),
        ("thing.k.type", None),
    ]
