"""Tags and runs: a pair with its laws, against a reference that goes token by token."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.codecs.tags import SCHEMES, Runs, parse_tags, render_tags

CLASSES = ("PER", "LOC", "B-X", "é")
Run = tuple[int, int, str]

FOLLOWERS = {
    "iob1": {
        "O": "O I?",
        "I": "O I= I? B=",
        "B": "O I= I? B=",
    },
    "iob2": {
        "O": "O B?",
        "B": "O B? I=",
        "I": "O B? I=",
    },
    "bioes": {
        "O": "O B? S?",
        "B": "I= E=",
        "I": "I= E=",
        "E": "O B? S?",
        "S": "O B? S?",
    },
    "bilou": {
        "O": "O B? U?",
        "B": "I= L=",
        "I": "I= L=",
        "L": "O B? U?",
        "U": "O B? U?",
    },
}
"""What may come next, as the schemes are told: `=` of the same class, `?` of any.

The beginning and the end of a block are as an O.
"""


def is_well_formed(tags: list[str], scheme: str) -> bool:
    """Judge one block by the tables of followers, pair by pair."""
    for one, two in zip(["O", *tags], [*tags, "O"], strict=True):
        same = one[2:] == two[2:]
        wanted = FOLLOWERS[scheme][one[0]].split()
        fits = two in wanted or f"{two[0]}?" in wanted or (same and f"{two[0]}=" in wanted)
        if not fits or len(two) == 2:
            return False
    return True


@dataclass(slots=True)
class Reader:
    """Reads one block token by token, as a person would."""

    scheme: str
    open: Run | None = None

    def read(self, tags: list[str]) -> list[Run]:
        found: list[Run] = []
        for at, tag in enumerate([*tags, "O"]):
            letter, label = tag[0], tag[2:]
            goes_on = self.open is not None and label == self.open[2] and letter not in "BSU"
            if self.open is not None and not goes_on:
                found.append((self.open[0], at, self.open[2]))
                self.open = None
            if tag != "O" and self.open is None:
                self.open = (at, at, label)
            if letter in "ELSU" and self.open is not None:
                found.append((self.open[0], at + 1, self.open[2]))
                self.open = None
        return found


def written(runs: list[Run], count: int, scheme: str) -> list[str]:
    """Write the tags of one block run by run."""
    made = ["O"] * count
    letters = {"iob1": "IIII", "iob2": "BBII", "bioes": "SBIE", "bilou": "UBIL"}[scheme]
    for start, end, label in runs:
        inner = [letters[2]] * (end - start)
        inner[-1] = letters[3]
        inner[0] = letters[1] if end - start > 1 else letters[0]
        touching = scheme == "iob1" and any(e == start and c == label for _, e, c in runs)
        if touching:
            inner[0] = "B"
        made[start:end] = [f"{letter}-{label}" for letter in inner]
    return made


def columns(
    blocks: list[list[str]],
) -> tuple[pl.Series, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    tags = [tag for block in blocks for tag in block]
    numbers = [number for number, block in enumerate(blocks) for _ in block]
    return pl.Series(tags, dtype=pl.String), np.array(numbers, dtype=np.int64)


def listed(runs: Runs) -> list[Run]:
    return list(zip(runs.start.tolist(), runs.end.tolist(), runs.label.to_list(), strict=True))


@st.composite
def marked(draw: st.DrawFn) -> tuple[int, list[Run]]:
    """Draw a block: how many tokens it has, and runs in order."""
    count = draw(st.integers(1, 7))
    cuts = sorted(draw(st.lists(st.integers(0, count), max_size=6, unique=True)))
    pairs = [(a, b) for a, b in pairwise(cuts) if draw(st.booleans())]
    return count, [(a, b, draw(st.sampled_from(CLASSES))) for a, b in pairs]


def any_tags(scheme: str) -> st.SearchStrategy[list[str]]:
    letters = SCHEMES[scheme].letters
    shaped = st.builds("{}-{}".format, st.sampled_from(letters), st.sampled_from(CLASSES))
    return st.lists(st.one_of(st.just("O"), shaped), min_size=1, max_size=6)


each_scheme = pytest.mark.parametrize("scheme", SCHEMES)


@each_scheme
@given(blocks=st.lists(marked(), min_size=1, max_size=3))
def test_what_is_written_is_what_is_read(scheme: str, blocks: list[tuple[int, list[Run]]]) -> None:
    tags = [written(runs, count, scheme) for count, runs in blocks]
    series, numbers = columns(tags)
    runs, odd = parse_tags(series, numbers, scheme)
    offsets = np.cumsum([0, *(count for count, _ in blocks)])
    assert listed(runs) == [
        (start + offset, end + offset, label)
        for (_, own), offset in zip(blocks, offsets.tolist(), strict=False)
        for start, end, label in own
    ]
    assert not odd.any()
    assert render_tags(runs, numbers, scheme).to_list() == series.to_list()


@each_scheme
@given(data=st.data())
def test_any_tags_are_read_as_token_by_token(scheme: str, data: st.DataObject) -> None:
    blocks = data.draw(st.lists(any_tags(scheme), min_size=1, max_size=3))
    series, numbers = columns(blocks)
    runs, odd = parse_tags(series, numbers, scheme)
    expected: list[Run] = []
    offset = 0
    for block in blocks:
        expected += [(a + offset, b + offset, c) for a, b, c in Reader(scheme).read(block)]
        offset += len(block)
    assert listed(runs) == expected
    assert not odd.any()


@each_scheme
@given(data=st.data())
def test_tags_come_back_just_where_each_may_follow_the_one_before(
    scheme: str, data: st.DataObject
) -> None:
    block = data.draw(any_tags(scheme))
    series, numbers = columns([block])
    runs, _ = parse_tags(series, numbers, scheme)
    again = render_tags(runs, numbers, scheme).to_list()
    assert (again == block) == is_well_formed(block, scheme)
    twice, _ = parse_tags(pl.Series(again), numbers, scheme)
    assert listed(twice) == listed(runs)


@pytest.mark.parametrize("tag", ["X-PER", "b-PER", "B-", "B", "BPER", "B_PER", "o", "", "PER-B"])
def test_what_is_no_tag_is_told_and_marks_nothing(tag: str) -> None:
    series, numbers = columns([["B-PER", tag, "I-PER"]])
    runs, odd = parse_tags(series, numbers, "iob2")
    assert odd.tolist() == [False, True, False]
    assert listed(runs) == [(0, 1, "PER"), (2, 3, "PER")]


def test_letters_of_another_scheme_are_none() -> None:
    series, numbers = columns([["B-PER", "E-PER", "S-PER"]])
    _, odd = parse_tags(series, numbers, "iob2")
    assert odd.tolist() == [False, True, True]


def test_a_missing_tag_marks_nothing_and_is_no_other() -> None:
    series = pl.Series(["B-PER", None, "I-PER"])
    runs, odd = parse_tags(series, np.zeros(3, dtype=np.int64), "iob2")
    assert listed(runs) == [(0, 1, "PER"), (2, 3, "PER")]
    assert not odd.any()


def test_no_tokens_have_no_runs() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    runs, odd = parse_tags(pl.Series([], dtype=pl.String), nothing, "bioes")
    assert (listed(runs), len(odd)) == ([], 0)
    assert render_tags(runs, nothing, "bioes").to_list() == []


def test_a_class_may_hold_the_joint() -> None:
    series, numbers = columns([["B-A-B", "I-A-B"]])
    runs, _ = parse_tags(series, numbers, "iob2")
    assert listed(runs) == [(0, 2, "A-B")]
