"""Rows inside others as one text, and the spans of it that tags can mark."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.columns.marked import Rows, mark_rows

# two texts: "EU in Berlin\nYes" and "😊 é"
ROWS = Rows(
    np.array([0, 0, 0, 1, 2, 2]),
    np.array([0, 0, 0, 0, 1, 1]),
    pl.Series(["EU", "in", "Berlin", "Yes", "😊", "é"]),
)


def spans(*given: tuple[int, list[list[int]] | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "outer": [outer for outer, _, _ in given],
            "span": pl.Series([span for _, span, _ in given], dtype=pl.List(pl.List(pl.Int64))),
            "label": pl.Series([label for _, _, label in given], dtype=pl.String),
        }
    )


def test_a_blank_parts_rows_and_a_line_end_blocks() -> None:
    assert ROWS.texts(3).to_list() == ["EU in Berlin\nYes", "😊 é", ""]


def test_rows_stand_in_their_text_by_code_points() -> None:
    starts, ends = ROWS.places()
    assert starts.tolist() == [0, 3, 6, 13, 0, 2]
    assert ends.tolist() == [2, 5, 12, 16, 1, 3]


def test_no_rows_have_no_places_and_empty_texts() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    rows = Rows(nothing, nothing, pl.Series([], dtype=pl.String))
    assert [each.tolist() for each in rows.places()] == [[], []]
    assert rows.texts(2).to_list() == ["", ""]


def test_spans_of_whole_rows_are_marked_in_any_order() -> None:
    tags, fits = mark_rows(
        ROWS, spans((1, [[2, 3]], "B"), (0, [[0, 5]], "A"), (0, [[6, 12]], "A")), "iob1"
    )
    assert fits.to_list() == [True, True, True]
    assert tags.to_list() == ["I-A", "I-A", "B-A", "O", "O", "I-B"]


@pytest.mark.parametrize(
    ("outer", "span", "label"),
    [
        (0, [[0, 1]], "A"),
        (0, [[1, 2]], "A"),
        (0, [[0, 3]], "A"),
        (0, [[6, 16]], "A"),
        (0, [[0, 2], [6, 12]], "A"),
        (0, [[3, 2]], "A"),
        (0, [[3, 3]], "A"),
        (0, [[0, 99]], "A"),
        (0, [], "A"),
        (0, [[]], "A"),
        (0, None, "A"),
        (0, [[0, 2]], None),
        (5, [[0, 2]], "A"),
    ],
)
def test_what_is_no_run_of_whole_rows_in_one_block_is_not_marked(
    outer: int, span: list[list[int]] | None, label: str | None
) -> None:
    tags, fits = mark_rows(ROWS, spans((outer, span, label)), "iob2")
    assert fits.to_list() == [False]
    assert set(tags) == {"O"}


def test_of_spans_that_share_a_row_the_first_is_marked() -> None:
    given_ = spans((0, [[3, 12]], "A"), (0, [[0, 5]], "B"), (0, [[0, 2]], "B"))
    tags, fits = mark_rows(ROWS, given_, "iob2")
    assert fits.to_list() == [True, False, True]
    assert tags.to_list()[:4] == ["B-B", "B-A", "I-A", "O"]


@given(
    words=st.lists(st.lists(st.text(max_size=3), min_size=1, max_size=3), min_size=1, max_size=3)
)
def test_each_row_is_where_its_place_says(words: list[list[str]]) -> None:
    flat = [word for block in words for word in block]
    blocks = np.array([n for n, block in enumerate(words) for _ in block])
    rows = Rows(blocks, np.zeros(len(flat), dtype=np.int64), pl.Series(flat, dtype=pl.String))
    (text,) = rows.texts(1)
    assert text == "\n".join(" ".join(block) for block in words)
    starts, ends = rows.places()
    assert [text[a:b] for a, b in zip(starts, ends, strict=True)] == flat
