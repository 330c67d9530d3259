"""Texts in which literals do not occur are told from those in which they do."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.expressions.patterns import pattern as checked
from annostd.templates.automaton import has_one_way
from annostd.templates.avoid import avoiding
from annostd.templates.characters import EVERY, of
from annostd.templates.subset import subset
from annostd.templates.tree import regex

TEXTS = ["".join(chars) for size in range(6) for chars in product("ab-", repeat=size)]


def _ends_first(text: str, following: list[str]) -> bool:
    """Whether no literal begins in a text or in its joint with what follows."""
    return text != "" and all(
        (text + after).find(literal) in (-1, len(text))
        for after in following
        for literal in following
    )


@given(st.lists(st.text("ab-", min_size=1, max_size=4), min_size=1, max_size=2))
def test_a_text_ends_where_a_literal_first_begins(following: list[str]) -> None:
    # A literal that holds another one is refused with it: the shorter one is enough.
    held = [one for one in following if not any(o != one and o in one for o in following)]
    tree = avoiding(of("ab-"), tuple(following))
    for text in TEXTS:
        assert (re.fullmatch(regex(tree), text) is not None) == _ends_first(text, held)
    assert has_one_way(tree)


@given(st.text("ab-", min_size=1, max_size=4))
def test_the_literal_before_does_not_come_again(before: str) -> None:
    tree = avoiding(of("ab-"), (), before)
    for text in TEXTS:
        again = (before + text).rfind(before) > 0 or text == ""
        assert (re.fullmatch(regex(tree), text) is not None) == (not again)
    assert has_one_way(tree)


@pytest.mark.parametrize("literal", ["--------------", "abababab", " <NA> <NA> <NA> ", "aabaaab"])
def test_long_literals_make_small_patterns(literal: str) -> None:
    assert len(regex(avoiding(EVERY, (literal, "x" + literal)))) < 6000


@pytest.mark.parametrize(
    "pattern",
    ["a|b-", "[^a]", "[a-]+", "(a|-b){2,3}", r"\-?\.", ".", "a{2}b{1,}", r"[\]\-a]", r"\t|a", "a?"],
)
def test_a_pattern_means_the_same_as_in_the_rule_language(pattern: str) -> None:
    for text in [*TEXTS, "]", "-.", "\t", "\n", "é"]:
        wanted = checked(pattern).matches(text)
        assert (re.fullmatch(regex(subset(pattern)), text) is not None) == wanted
