"""Merging summaries: the same however batches are grouped."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from annostd.findings import Tally
from annostd.validators.summary import Summary, Unknown, merge

names = st.sampled_from(["a", "b", "c"])
counts = st.integers(0, 9)


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    frames = st.lists(counts).map(lambda rows: (pl.DataFrame({"n": rows}, {"n": pl.Int64}),))
    unknown = st.builds(Unknown, st.integers(1, 9), counts.map(lambda n: pl.DataFrame({"n": [n]})))
    return Summary(
        draw(st.dictionaries(names, counts)),
        draw(st.dictionaries(names, st.builds(Tally, *[counts] * 5))),
        draw(st.dictionaries(names, frames)),
        draw(st.dictionaries(st.tuples(names, names), unknown)),
    )


def said(summary: Summary) -> tuple[object, ...]:
    """Everything of a summary in values that can be compared, in its order."""
    groups = {rule: [frame.rows() for frame in each] for rule, each in summary.groups.items()}
    unknown = {key: (each.count, each.first.rows()) for key, each in summary.unknown.items()}
    parts = (summary.rows, summary.tallies, groups, unknown)
    return tuple(list(part.items()) for part in parts)


@given(st.lists(summaries()), st.data())
def test_merging_is_associative_and_keeps_the_order(
    parts: Sequence[Summary], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(parts)))
    assert said(merge([merge(parts[:at]), merge(parts[at:])])) == said(merge(parts))


@given(summaries())
def test_merging_with_nothing_changes_nothing(one: Summary) -> None:
    assert said(merge([one, Summary()])) == said(merge([one]))


def test_the_first_place_of_an_unknown_member_is_kept_and_all_are_counted() -> None:
    first, second = (
        Summary(unknown={("a", "x"): Unknown(count, pl.DataFrame({"n": [count]}))})
        for count in (2, 3)
    )
    (found,) = merge([first, second]).unknown.values()
    assert (found.count, found.first["n"].to_list()) == (5, [2])
