"""Templates are parsed into pieces, or refused with the offset of what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.templates import (
    Literal,
    Optional,
    Slot,
    Template,
    TemplateFault,
    fields,
    parse,
)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("{x}", Slot("x")),
        ("{media.path}", Slot("media.path")),
        ("{x:[0-9]{3}|[}]+}", Slot("x", "pattern", "[0-9]{3}|[}]+")),
        (r"{x:\}\\}", Slot("x", "pattern", r"\}\\")),
        ("{x:06}", Slot("x", "digits", width=6)),
        ("{x*}", Slot("x", "rest")),
        ("{x**}", Slot("x", "lines")),
        ("{x+}", Slot("x", "list")),
        ("{folder/}", Slot("folder", "folders")),
    ],
)
def test_each_kind_of_field_is_read(text: str, slot: Slot) -> None:
    assert parse(text).pieces == (slot,)


def test_text_and_optional_parts_are_nested() -> None:
    pieces = parse("a {x}[ {y}[ {z}]]").pieces
    inner = Optional((Literal(" "), Slot("z")))
    assert pieces == (
        Literal("a "),
        Slot("x"),
        Optional((Literal(" "), Slot("y"), inner)),
    )


def test_doubled_braces_and_brackets_stand_for_themselves() -> None:
    assert parse("a{{b}}[[c]]{x}").pieces == (Literal("a{b}[c]"), Slot("x"))
    assert parse("[ [[{x}]]]").pieces == (Optional((Literal(" ["), Slot("x"), Literal("]"))),)


def test_fields_are_listed_in_order_with_those_of_optional_parts() -> None:
    assert fields(parse("{b}[ {c}] {a}")) == ("b", "c", "a")


def test_pieces_know_where_they_start() -> None:
    literal, part = parse("ab[ {y}]").pieces
    assert isinstance(part, Optional)
    assert (literal.offset, part.offset, [piece.offset for piece in part.pieces]) == (0, 2, [3, 4])


@pytest.mark.parametrize(
    ("text", "offset", "part"),
    [
        ("", 0, "empty"),
        ("a{", 1, "name"),
        ("a{1}", 1, "name"),
        ("a{}", 1, "name"),
        ("{x", 2, "not closed"),
        ("{x-}", 2, "not closed"),
        ("{x.}", 2, "not closed"),
        ("a}", 1, "'}}'"),
        ("a]", 1, "']]'"),
        ("a[{x}", 1, "not closed"),
        ("a[b]", 1, "no field"),
        ("a[]", 1, "no field"),
        ("{x} {x}", 4, "twice"),
        ("{x}[ {x}]", 5, "twice"),
        ("{x:[a-}", 3, "not closed"),
        ("ab{x:a*}", 5, "empty text"),
        ("{x:}", 3, "empty text"),
        ("ab{x:a(?=b)}", 6, "not part of"),
        ("ab{x:(a+)+}", 5, "many ways"),
        ("[ " * 3, 4, "not closed"),
        ("a\ud800", 1, "surrogate"),
        ("a" * 4097, 0, "4097"),
    ],
)
def test_what_is_no_template_is_refused_at_its_offset(text: str, offset: int, part: str) -> None:
    with pytest.raises(TemplateFault, match=part) as caught:
        parse(text)
    assert caught.value.offset == offset


def test_optional_parts_nest_eight_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return "".join(f"[ {{x{level}}}" for level in range(depth)) + "]" * depth

    assert len(fields(parse(nested(8)))) == 8
    with pytest.raises(TemplateFault, match="deep"):
        parse(nested(9))


@given(st.text(alphabet="{}[]x:*+/.0 a\\|(-\n", max_size=30))
def test_any_text_is_a_template_or_a_fault_within_it(text: str) -> None:
    found: Template | TemplateFault
    try:
        found = parse(text)
    except TemplateFault as fault:
        found = fault
    if isinstance(found, Template):
        assert found.text == text
    else:
        assert 0 <= found.offset <= len(text)
