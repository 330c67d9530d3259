from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as oracle

from annostd.codecs import rle

RUNS = st.lists(st.integers(0, 2**40), max_size=12)
ROWS = st.lists(st.none() | RUNS, max_size=8)
MASKS = hnp.arrays(
    np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 1)
)


def column(rows: list[list[int] | None]) -> pl.Series:
    return pl.Series(rows, dtype=pl.List(pl.Int64))


def fault(text: str) -> str | None:
    runs, faults = rle.parse(pl.Series([text]))
    assert (runs.item() is None) == (faults.item() is not None)
    result: str | None = faults.item()
    return result


@given(ROWS)
def test_parsing_what_was_rendered_gives_the_runs_back(rows: list[list[int] | None]) -> None:
    runs, faults = rle.parse(rle.render(column(rows)))
    assert runs.to_list() == rows
    assert faults.null_count() == len(rows)


@given(st.lists(MASKS, min_size=1, max_size=4))
def test_rendering_what_was_parsed_gives_canonical_text_back(pixels: list[np.ndarray]) -> None:
    texts = pl.Series(
        [oracle.encode(np.asfortranarray(mask))["counts"].decode() for mask in pixels]
    )
    runs, faults = rle.parse(texts)
    assert faults.null_count() == len(pixels)
    assert rle.render(runs).to_list() == texts.to_list()


@given(MASKS)
def test_runs_rendered_are_the_text_that_pycocotools_makes_of_them(mask: np.ndarray) -> None:
    text = oracle.encode(np.asfortranarray(mask))["counts"].decode()
    runs = rle.parse(pl.Series([text]))[0].item().to_list()
    height, width = mask.shape
    encoded = oracle.frPyObjects({"size": [height, width], "counts": runs}, height, width)
    assert rle.render(column([runs])).item() == encoded["counts"].decode() == text


@given(MASKS)
def test_runs_parsed_paint_the_mask_that_pycocotools_decodes(mask: np.ndarray) -> None:
    text = oracle.encode(np.asfortranarray(mask))["counts"].decode()
    runs = rle.parse(pl.Series([text]))[0].item().to_list()
    painted = np.repeat(np.arange(len(runs)) % 2, runs).reshape(mask.shape, order="F")
    assert (painted == mask).all()


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", []),
        ("0", [0]),
        ("?", [15]),
        ("P1", [32]),
        ("o0", [31]),
        ("0000", [0, 0, 0, 0]),
        ("555O", [5, 5, 5, 4]),
    ],
)
def test_a_text_stands_for_its_runs(text: str, runs: list[int]) -> None:
    found, faults = rle.parse(pl.Series([text]))
    assert (found.to_list(), faults.to_list()) == ([runs], [None])


def test_a_count_with_more_characters_than_needed_is_read() -> None:
    assert rle.parse(pl.Series(["UP0"]))[0].to_list() == [[5]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00z0", "character 'z' at 3 is no part of a count"),
        ("p", "character 'p' at 1 is no part of a count"),
        ("0/", "character '/' at 2 is no part of a count"),
        ("0é", "character 'é' at 2 is no part of a count"),
        ("00\n", "character '\\n' at 3 is no part of a count"),
        ("00P", "ends within a number"),
        ("00O", "run 3 is negative"),
        ("000O", "run 4 is negative"),
        ("P" * 12 + "0", "run 1 is written with 13 characters, expected 12 at most"),
        (("o" * 11 + "?") * 11, "the runs are too long to be counted"),
    ],
)
def test_a_faulty_text_has_no_runs_and_a_reason(text: str, expected: str) -> None:
    assert fault(text) == expected


def test_a_faulty_row_leaves_the_rows_beside_it_alone() -> None:
    runs, faults = rle.parse(pl.Series(["01", "z", None, "", "00O", "P1"]))
    assert runs.to_list() == [[0, 1], None, None, [], None, [32]]
    assert [text is not None for text in faults] == [False, True, False, False, True, False]


@given(
    st.lists(st.none() | st.text(st.characters(min_codepoint=45, max_codepoint=115)), max_size=6)
)
def test_any_text_is_read_or_has_a_fault(texts: list[str | None]) -> None:
    runs, faults = rle.parse(pl.Series(texts, dtype=pl.String))
    for text, found, reason in zip(texts, runs.to_list(), faults, strict=True):
        assert (found is None) == (text is None or reason is not None)
        if found is not None:
            assert min(found, default=0) >= 0


def test_runs_that_are_negative_or_missing_have_no_text() -> None:
    runs = column([[1, -2], [1], None])
    assert rle.render(runs).to_list() == [None, "1", None]
    assert rle.render(pl.Series([[1, None]], dtype=pl.List(pl.Int64))).to_list() == [None]


def test_no_rows_give_no_rows_of_the_same_types() -> None:
    runs, faults = rle.parse(pl.Series([], dtype=pl.String))
    assert runs.dtype == pl.List(pl.Int64)
    assert faults.dtype == pl.String
    assert rle.render(column([])).dtype == pl.String
