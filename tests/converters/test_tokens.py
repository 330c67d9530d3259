"""Texts parted into the rows that a target joins: only where joining gives them back."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.converters.tokens import part_texts, parts_of
from annostd.tables.dataset import Tables
from tests.plan.made import shipped


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("EU in Berlin\nYes", [["EU", "in", "Berlin"], ["Yes"]]),
        ("😊 𠮷野 é", [["😊", "𠮷野", "é"]]),
        ("one\n", [["one"]]),
        ("one \r\n", [["one"]]),
        ("", []),
        (" \n", []),
    ],
)
def test_blanks_part_rows_and_line_ends_blocks(text: str, parts: list[list[str]]) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize("text", ["a  b", " a", "a\n\nb", "a\tb", "a\r\nb", "a \nb"])
def test_a_text_that_joining_does_not_give_back_is_not_parted(text: str) -> None:
    assert parts_of(text) is None


@given(st.lists(st.lists(st.text("ab😊é", min_size=1), min_size=1), max_size=4))
def test_what_was_joined_is_parted(blocks: list[list[str]]) -> None:
    assert parts_of("\n".join(" ".join(block) for block in blocks)) == blocks


def test_rows_are_made_of_the_texts_that_have_none() -> None:
    media = pl.DataFrame({"text": ["EU in\nYes", "a  b", None], "@file": [0, 1, 2]})
    parted = part_texts(Tables({"media": media}), shipped("conll-2003"))
    frames = parted.tables.frames
    assert frames["sentence"].select("media", "@file").rows() == [(0, 0), (0, 0)]
    assert frames["token"].select("sentence", "text", "@file").rows() == [
        (0, "EU", 0),
        (0, "in", 0),
        (1, "Yes", 0),
    ]
    assert parted.made == {"token": ("text of media.text", 3)}


def test_rows_that_are_there_are_left_alone() -> None:
    tables = Tables(
        {
            "media": pl.DataFrame({"text": ["EU in"]}),
            "token": pl.DataFrame({"text": ["EU"]}),
        }
    )
    assert part_texts(tables, shipped("conll-2003")).tables.frames == tables.frames
