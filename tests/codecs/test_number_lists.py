from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.codecs import number_lists
from annostd.codecs.number_lists import Depth

FLAT = pl.List(pl.Float64)
NESTED = pl.List(FLAT)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
LIST = st.lists(NUMBER, max_size=5)
FLAT_ROWS = st.lists(st.none() | LIST, max_size=6)
NESTED_ROWS = st.lists(st.none() | st.lists(LIST, max_size=3), max_size=6)
BLANKS = st.text(" \t\r\n", max_size=2)


def parsed(text: str | None, depth: Depth) -> tuple[object, bool]:
    values, faulty = number_lists.parse_json_numbers(pl.Series([text], dtype=pl.String), depth)
    assert values.dtype == (FLAT if depth == 1 else NESTED)
    return values.to_list()[0], faulty.item()


def separated(text: str | None, *separators: str) -> tuple[object, bool]:
    values, faulty = number_lists.parse_separated(pl.Series([text], dtype=pl.String), separators)
    assert values.dtype == FLAT
    return values.to_list()[0], faulty.item()


@given(FLAT_ROWS)
def test_flat_lists_rendered_as_json_parse_to_the_same_floats(
    rows: list[list[float] | None],
) -> None:
    series = pl.Series(rows, dtype=FLAT)
    values, faulty = number_lists.parse_json_numbers(number_lists.render_json_numbers(series), 1)
    assert repr(values.to_list()) == repr(rows)
    assert not faulty.any()


@given(NESTED_ROWS)
def test_nested_lists_rendered_as_json_parse_to_the_same_floats(
    rows: list[list[list[float]] | None],
) -> None:
    series = pl.Series(rows, dtype=NESTED)
    values, faulty = number_lists.parse_json_numbers(number_lists.render_json_numbers(series), 2)
    assert repr(values.to_list()) == repr(rows)
    assert not faulty.any()


@given(st.lists(st.lists(LIST, max_size=3), max_size=6), BLANKS, BLANKS)
def test_json_with_any_white_space_is_read_as_json_reads_it(
    rows: list[list[list[float]]], before: str, after: str
) -> None:
    texts = []
    for row in rows:
        text = json.dumps(row, separators=(f"{before},{after}", ":"))
        texts.append(before + text.replace("[", f"[{after}").replace("]", f"{before}]") + after)
    values, faulty = number_lists.parse_json_numbers(pl.Series(texts, dtype=pl.String), 2)
    assert values.to_list() == [json.loads(text) for text in texts]
    assert not faulty.any()


JSON_LIKE = st.text("0123456789.,-+eE[] nu", max_size=12)


@given(
    st.lists(JSON_LIKE | JSON_LIKE.map(lambda text: f"[{text}]"), min_size=1),
    st.sampled_from([1, 2]),
)
def test_what_is_no_such_json_is_faulty_and_nothing_else(texts: list[str], depth: Depth) -> None:
    values, faulty = number_lists.parse_json_numbers(pl.Series(texts), depth)
    for text, value, is_faulty in zip(texts, values.to_list(), faulty, strict=True):
        expected = as_json(text, depth)
        assert (value, is_faulty) == (expected, expected is None)


JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | st.integers(-9, 9) | st.text('[]{},;"1e', max_size=4),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(";]", max_size=1), items),
    max_leaves=8,
)


@given(st.lists(JSON | st.lists(LIST, max_size=3) | LIST), BLANKS, st.sampled_from([1, 2]))
def test_what_is_known_to_be_json_is_read_just_the_same(
    values: list[object], blanks: str, depth: Depth
) -> None:
    texts = pl.Series(
        [blanks + json.dumps(value, separators=(f",{blanks}", ":")) for value in values],
        dtype=pl.String,
    )
    read, faulty = number_lists.parse_json_numbers(texts, depth, is_json=True)
    expected = [value if is_list(value, depth) else None for value in values]
    assert read.to_list() == expected
    assert faulty.to_list() == [value is None for value in expected]


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("[1,[2]]", 1), ("[1,[2]]", 2), ("[[2],1]", 2), ("[[1],2,[3]]", 2), ("[[[1]]]", 2),
        ("[1]", 2), ("[[1]]", 1), ("1", 1), ("1e5", 1), ("true", 1), ("[true]", 1), ("[[null]]", 2),
        ('["[1]"]', 1), ('"];["', 1), ('[{"a":1}]', 1), ('{"a":[1]}', 2), ("[1e999]", 1),
    ],
)  # fmt: skip
def test_json_of_another_kind_is_faulty_between_lists_of_numbers(text: str, depth: Depth) -> None:
    plain = "[1, 2]" if depth == 1 else "[[1, 2], []]"
    texts = pl.Series([plain, text, None, plain])
    values, faulty = number_lists.parse_json_numbers(texts, depth, is_json=True)
    assert values.to_list() == [json.loads(plain), None, None, json.loads(plain)]
    assert faulty.to_list() == [False, True, False, False]


def as_json(text: str, depth: int) -> list[object] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if is_list(value, depth) else None


def is_list(value: object, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, int | float) and abs(value) < float("inf")
    return isinstance(value, list) and all(is_list(item, depth - 1) for item in value)


@pytest.mark.parametrize(
    ("text", "depth", "value"),
    [
        ("[]", 1, []),
        ("[]", 2, []),
        ("[[]]", 2, [[]]),
        ("[[],[1],[]]", 2, [[], [1.0], []]),
        (" [ ] ", 1, []),
        ("[ 1 ,\n2.50 , -3e2 ]", 1, [1.0, 2.5, -300.0]),
        ("[1e5,1E+5,1e-5,-0]", 1, [1e5, 1e5, 1e-5, 0.0]),
        ("[9007199254740993]", 1, [9007199254740992.0]),
    ],
)
def test_a_json_text_stands_for_its_numbers(text: str, depth: Depth, value: object) -> None:
    assert parsed(text, depth) == (value, False)


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("[1,2]", 2), ("[[1,2]]", 1), ("[[1],2]", 2), ("[[[1]]]", 2), ("[1,[2]]", 1),
        ("", 1), ("1", 1), ("null", 1), ("[null]", 1), ("[true]", 1), ('["1"]', 1), ("{}", 2),
        ("[NaN]", 1), ("[inf]", 1), ("[Infinity]", 1), ("[+1]", 1), ("[01]", 1), ("[1.]", 1),
        ("[.5]", 1), ("[-]", 1), ("[1e]", 1), ("[0x1]", 1), ("[1_0]", 1), ("[1 2]", 1), ("[1,]", 1),
        ("[,1]", 1), ("[1", 1), ("1]", 1), ("[1]]", 1), ("[1];[2]", 1), ("[1]\v", 1),
        ("[1\u00a0]", 1),
        ("[\u0661]", 1), ("[1e999]", 1), ("[[1,-1e999]]", 2),
    ],
)  # fmt: skip
def test_anything_else_is_faulty(text: str, depth: Depth) -> None:
    assert parsed(text, depth) == (None, True)


def test_null_is_null_and_not_faulty() -> None:
    assert parsed(None, 1) == parsed(None, 2) == separated(None, " ") == (None, False)


def test_faulty_rows_leave_the_rows_beside_them_alone() -> None:
    texts = pl.Series(["[[1,2],[3]]", "[1]", None, "[]", "[[1e999]]", "[[4]]", "x"])
    values, faulty = number_lists.parse_json_numbers(texts, 2)
    assert values.to_list() == [[[1, 2], [3]], None, None, [], None, [[4]], None]
    assert faulty.to_list() == [False, True, False, False, True, False, True]


@given(FLAT_ROWS, st.sampled_from([(" ",), (",",), (",", ";"), ("|",)]))
def test_separated_numbers_parse_to_what_was_rendered(
    rows: list[list[float] | None], separators: tuple[str, ...]
) -> None:
    texts = number_lists.render_separated(pl.Series(rows, dtype=FLAT), separators)
    values, faulty = number_lists.parse_separated(texts, separators)
    assert repr(values.to_list()) == repr(rows)
    assert not faulty.any()


@pytest.mark.parametrize(
    ("text", "separators", "value"),
    [
        ("1 2.5\t-3\n 4 ", (" ",), [1, 2.5, -3, 4]),
        ("1,2;3,4", (",", ";"), [1, 2, 3, 4]),
        (" 1 , 2;\n3 ,4", (",", ";"), [1, 2, 3, 4]),
        ("1 2,3", (" ", ","), [1, 2, 3]),
        ("+1 .5 1. 007 1e3", (" ",), [1, 0.5, 1, 7, 1000]),
        ("1-2", ("-",), [1, 2]),
        ("1,2 3,4 5", (",", " "), [1, 2, 3, 4, 5]),
        ("1 , 2  3,4", (",", " "), [1, 2, 3, 4]),
        ("1 2,3;4 5", (" ", ",", ";"), [1, 2, 3, 4, 5]),
        ("", (" ",), []),
        (" \n", (",",), []),
    ],
)
def test_a_separated_text_stands_for_its_numbers(
    text: str, separators: tuple[str, ...], value: object
) -> None:
    assert separated(text, *separators) == (value, False)


@pytest.mark.parametrize(
    ("text", "separators"),
    [
        ("1 x", (" ",)), ("nan", (" ",)), ("inf", (" ",)), ("1,2", (" ",)), ("1 2", (",",)),
        ("1,,2", (",",)), ("1,", (",",)), (",1", (",",)), (".", (" ",)), ("1e", (" ",)),
        ("1 1e999", (" ",)), ("1;2", (",",)), ("0x10", (" ",)), ("\u0661", (" ",)),
        ("1,2,3,4", (",", " ")), ("1 2,3 4", (",", " ")), ("1,2;3;4", (",", ";")),
        ("1 2,3 4", (" ", ",", ";")), ("1,2 ;3,4", (",", " ")),
    ],
)  # fmt: skip
def test_a_separated_text_with_anything_else_is_faulty(
    text: str, separators: tuple[str, ...]
) -> None:
    assert separated(text, *separators) == (None, True)


def test_faulty_separated_rows_leave_the_rows_beside_them_alone() -> None:
    texts = pl.Series(["1 2", "x", "", None, "1e999", "3"])
    values, faulty = number_lists.parse_separated(texts)
    assert values.to_list() == [[1, 2], None, [], None, None, [3]]
    assert faulty.to_list() == [False, True, False, False, True, False]


def test_json_is_rendered_compact_and_shortest() -> None:
    nested = pl.Series([[[1.0, 2.5], []], [], None, [[-0.0, 1e16, 1e-5]]], dtype=NESTED)
    expected = ["[[1,2.5],[]]", "[]", None, "[[-0.0,1e+16,1e-05]]"]
    assert number_lists.render_json_numbers(nested).to_list() == expected
    flat = pl.Series([[1.0, 0.1], []], dtype=FLAT)
    assert number_lists.render_json_numbers(flat).to_list() == ["[1,0.1]", "[]"]


def test_separated_numbers_are_rendered_with_decimals_and_separators_in_turn() -> None:
    rows = pl.Series([[0.5, 0.25, 1 / 3, 1.0], [2.0], []], dtype=FLAT)
    assert number_lists.render_separated(rows, (" ",), 6).to_list() == [
        "0.500000 0.250000 0.333333 1.000000", "2.000000", "",
    ]  # fmt: skip
    assert number_lists.render_separated(rows, (",", ";"), 1).to_list() == [
        "0.5,0.2;0.3,1.0",
        "2.0",
        "",
    ]


def test_a_list_with_a_number_that_has_no_text_has_none_either() -> None:
    rows = pl.Series([[1.0, None], [float("nan")], [1.0]], dtype=FLAT)
    assert number_lists.render_json_numbers(rows).to_list() == [None, None, "[1]"]
    assert number_lists.render_separated(rows).to_list() == [None, None, "1"]
    nested = pl.Series([[[1.0], [float("inf")]], [[1.0]]], dtype=NESTED)
    assert number_lists.render_json_numbers(nested).to_list() == [None, "[[1]]"]


def test_no_rows_give_no_rows_of_the_same_types() -> None:
    nothing = pl.Series([], dtype=pl.String)
    assert number_lists.parse_json_numbers(nothing, 2)[0].dtype == NESTED
    assert number_lists.parse_separated(nothing)[0].dtype == FLAT
    assert number_lists.render_json_numbers(pl.Series([], dtype=NESTED)).dtype == pl.String


TEXTS = pl.Series(["[1,2]", None, "[]", "[x]", "[3]", "[1e999]", "[4.5, 6]"])
LINES = pl.Series(["1 2", None, "", "x", "3", "1e999", "4.5 6"])


@pytest.mark.parametrize("size", [1, 4, 9])
def test_what_is_parsed_does_not_depend_on_where_the_column_is_cut(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(number_lists, "PIECE", size)
    expected = [[1, 2], None, [], None, [3], None, [4.5, 6]]
    for values, faulty in (
        number_lists.parse_json_numbers(TEXTS, 1),
        number_lists.parse_separated(LINES),
    ):
        assert values.to_list() == expected
        assert faulty.to_list() == [row in {3, 5} for row in range(len(expected))]
