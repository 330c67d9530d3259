"""Markdown that shows hostile text as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.generators.markdown import code, link, sentence, table, text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[a](http://x)", r"\[a\](http://x)"),
        ("a | b", r"a \| b"),
        ("# no heading", r"\# no heading"),
        ("1. no list", r"1\. no list"),
        ("- no list", r"\- no list"),
        ("&lt; stays", "&amp;lt; stays"),
        ("two\nlines", "two lines"),
        ("`x < y` is code", "`x < y` is code"),
        ("a lone ` tick", r"a lone \` tick"),
    ],
)
def test_no_text_becomes_markup(raw: str, shown: str) -> None:
    assert text(raw) == shown


def test_code_is_fenced_by_more_ticks_than_it_holds() -> None:
    assert code("a``b") == "```a``b```"
    assert code("`") == "`` ` ``"


def test_only_web_addresses_become_links() -> None:
    assert link("here", "https://example.org/a") == "[here](<https://example.org/a>)"
    assert link("here", "javascript:alert(1)") == "here (`javascript:alert(1)`)"


def test_a_sentence_begins_with_a_capital_and_stops() -> None:
    assert sentence("the box") == "The box."
    assert sentence("why?") == "Why?"
    assert sentence("") == ""


@given(st.text(max_size=30))
def test_a_cell_never_breaks_its_row(raw: str) -> None:
    lines = list(table(("a", "b"), [(text(raw), code(raw.replace("\n", " ")))]))
    assert len(re.split(r"(?<!\\)\|", lines[2])) == 4


@given(st.text(max_size=30))
def test_no_sign_of_html_stands_unescaped_outside_of_code(raw: str) -> None:
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text(raw))
    assert re.findall(r"(?<!\\)[<>]", outside) == []
