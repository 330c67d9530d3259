"""Spans written as texts: read to pieces of a text, and written back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.columns.spans import decode_spans, encode_spans
from tests.plan.made import plan_of

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan

LINES = """files:
  notes: {{path: "{{day}}.log", carrier: lines, captures: {{day: {{default: monday}}}}}}
tables:
  annotation:
    from: notes
    text: "{{spans:[^ ]+ [^ ]+}}"
    set: {{shape: span}}
    columns: {{spans: {{form: "start end", required: true{more}}}}}
"""


def bound(more: str = "") -> ColumnPlan:
    return plan_of(LINES.format(more=more)).tables["annotation"].columns["spans"]


def read(texts: list[str | None], plan: ColumnPlan) -> list[object]:
    return decode_spans(pl.Series("spans", texts, dtype=pl.String), plan).values.to_list()


def test_pieces_are_pairs_of_start_and_end() -> None:
    assert read(["0 5", "7 9;12 14", None], bound()) == [[[0, 5]], [[7, 9], [12, 14]], None]


@pytest.mark.parametrize(
    "text", ["", "7", "0 x", "-1 5", "0 5;", "0 5,7 9", "0  5", "0 5 7", "1.5 2", "9" * 16 + " 1"]
)
def test_another_text_is_a_fault(text: str) -> None:
    cells = decode_spans(pl.Series("spans", [text, "0 1"]), bound())
    assert cells.values.to_list() == [None, [[0, 1]]]
    (fault,) = cells.faults
    assert (fault.fault, fault.rows.to_list()) == ("type", [True, False])


def test_separators_are_the_columns_own() -> None:
    plan = bound(', separators: ["-", ","]')
    assert read(["0-5,7-9"], plan) == [[[0, 5], [7, 9]]]
    assert encode_spans(pl.Series([[[0, 5], [7, 9]]]), plan).to_list() == ["0-5,7-9"]


@pytest.mark.parametrize(
    ("more", "meant"),
    [
        (", ends: inclusive", [[3, 6]]),
        (", origin: 1", [[2, 4]]),
        (", origin: 1, ends: inclusive", [[2, 5]]),
    ],
)
def test_spans_count_from_0_without_the_end_however_they_are_written(
    more: str, meant: list[list[int]]
) -> None:
    assert read(["3 5"], bound(more)) == [meant]
    assert encode_spans(pl.Series([meant]), bound(more)).to_list() == ["3 5"]


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, 10**12), st.integers(1, 10**12)).map(list),
            min_size=1,
            max_size=3,
        )
        | st.none(),
        max_size=5,
    ),
    st.sampled_from(["", ", ends: inclusive", ", origin: 1"]),
)
def test_what_was_written_is_read(values: list[list[list[int]] | None], more: str) -> None:
    series = pl.Series("spans", values, dtype=pl.List(pl.List(pl.Int64)))
    written = encode_spans(series, bound(more))
    assert decode_spans(written, bound(more)).values.to_list() == values
    assert decode_spans(written, bound(more)).faults == ()
