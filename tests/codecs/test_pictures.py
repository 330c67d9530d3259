"""Pictures of masks: what was printed is read back, and what is no picture is told."""

from __future__ import annotations

import base64

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.codecs import pictures
from annostd.tables.geometry import masks


@st.composite
def runs(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    bits = draw(st.lists(st.booleans(), min_size=height * width, max_size=height * width))
    return height, width, masks.runs_of(pl.Series(bits).to_numpy())


@given(runs())
def test_a_picture_is_read_back_as_it_was_printed(drawn: tuple[int, int, list[int]]) -> None:
    height, width = pl.Series([drawn[0]]), pl.Series([drawn[1]])
    texts = pictures.render(height, width, pl.Series([drawn[2]], dtype=pl.List(pl.Int64)))
    assert pictures.parse(texts).to_list() == [drawn[2]]
    assert [side.item() for side in pictures.sizes(texts)] == [drawn[0], drawn[1], False]


@pytest.mark.parametrize(
    "text",
    ["", "?", base64.b64encode(b"hello").decode(), base64.b64encode(pictures.SIGNATURE).decode()],
)
def test_what_is_no_picture_is_told(text: str) -> None:
    height, width, wrong = pictures.sizes(pl.Series([text]))
    assert (height.item(), width.item(), wrong.item()) == (None, None, True)
    assert pictures.parse(pl.Series([text])).to_list() == [None]


def test_runs_that_do_not_fill_a_picture_have_none() -> None:
    made = pictures.render(pl.Series([2]), pl.Series([2]), pl.Series([[1, 2]]))
    assert made.to_list() == [None]


def test_a_mask_is_cut_to_its_box_and_laid_back() -> None:
    whole = {"height": [4], "width": [5], "runs": [[9, 2, 2, 1, 6]]}
    box = pl.DataFrame({**whole, "x1": [2.0], "y1": [1.0], "x2": [4.0], "y2": [3.0]})
    cut = masks.cropped(box)
    assert cut.to_list() == [[0, 3, 1]]
    place = pl.DataFrame({"h": [2], "w": [2], "r": cut, "x": [2], "y": [1], "H": [4], "W": [5]})
    assert masks.embedded(place).to_list() == whole["runs"]
    assert masks.embedded(place.with_columns(pl.lit(4).alias("x"))).to_list() == [None]
