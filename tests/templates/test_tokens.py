"""Grammars of token texts are parsed into parts, or refused with what is wrong."""

from __future__ import annotations

import pytest

from annostd.templates import TemplateFault, parse_grammar
from annostd.templates.tokens import (
    Constant,
    Count,
    Either,
    Items,
    Value,
    Words,
    choices_of,
    parse_line,
    record_of,
)

END = Words("\n")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("{x}", Value("number", "x")),
        ('"{x}"', Value("text", "x")),
        ('"{x:a|b c}"', Value("text", "x", ("a", "b c"))),
        ('"{:a|b}"', Value("text", "", ("a", "b"))),
        ("{#x}", Count("x")),
        ('"say ""a"""', Constant("text", 'say "a"')),
        ("<there>", Constant("flag", "<there>")),
        ("-1.5", Constant("number", "-1.5")),
        ("x[1]:", Words("x[1]:")),
        ("! 1 <a> {x}", Words("! 1 <a> {x}")),
    ],
)
def test_each_kind_of_part_is_read(line: str, part: object) -> None:
    assert parse_line(line) == (part, END)


def test_a_word_may_hold_the_number_of_the_item() -> None:
    assert parse_line("a[{#}]:") == (
        Words("a["), Words("", is_ordinal=True), Words("]:"), END
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "offset"),
    [("a = x{b}", 4), ('"{x', 0), ('a "b"c', 2), ("<a", 0), ("{X}", 0), ('"{:}"', 0), ("<a>b", 0)],
)
def test_what_is_neither_word_nor_token_is_refused(line: str, offset: int) -> None:
    with pytest.raises(TemplateFault) as caught:
        parse_line(line)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["{a} {a}"], "the name 'a' stands twice"),
        (["{a}", {"each": "a", "lines": ["1"]}], "the name 'a' stands twice"),
        (["{a}", {"either": [["1 {a}"], ["2"]]}], "the name 'a' stands twice"),
        ([{"each": "a", "lines": ["words"]}], "an item of 'a' has no token"),
        ([{"either": [["{a}"], ["1"]]}], "two sequences of 'either' begin alike"),
        ([{"either": [['"{a}"'], ['"b"']]}], "two sequences of 'either' begin alike"),
        ([{"either": [["1"], ["words"]]}], "a sequence of 'either' has no token"),
        ([{"lines": ["1"]}], "a part is no line"),
    ],
)
def test_a_grammar_that_cannot_be_read_or_written_is_refused(said: object, message: str) -> None:
    with pytest.raises(TemplateFault, match=message):
        parse_grammar(said)  # type: ignore[arg-type]


def test_sequences_of_an_either_may_have_the_same_names() -> None:
    (either,) = parse_grammar([{"either": [["1 {a}"], ["2 {a}"]]}]).body
    assert isinstance(either, Either)


def test_records_and_choices_are_found_in_lists_in_lists() -> None:
    body = parse_grammar(
        [{"each": "a", "lines": ["{#b}", {"each": "b", "lines": ['"{c:x|y}"']}]}]
    ).body
    assert record_of(body, ["a", "b"]) == (Value("text", "c", ("x", "y")), END)
    assert record_of(body, ["b"]) is None
    assert choices_of(body, "c") == {"x", "y"}
    assert isinstance(body[0], Items)
