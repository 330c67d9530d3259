"""Tags of tokens, a letter and a class each, to the runs of tokens that they mark, and back.

A scheme is a row of letters. What the tags of a block say is read leniently: a tag that cannot go
on with the run before it begins one. A tag is well formed where writing the runs that were read
gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

OUTSIDE = "O"
JOINT = "-"


@dataclass(frozen=True, slots=True)
class Scheme:
    """The letters of a scheme, by the place of a token in its run.

    `single` is that of a run of one token; `touching` that of a token which begins a run right
    behind another run of the same class (None: as anywhere).
    """

    single: str
    first: str
    inside: str
    last: str
    touching: str | None = None

    @property
    def letters(self) -> str:
        """Every letter once, those that begin a run first."""
        every = (self.touching or "", self.first, self.inside, self.last, self.single)
        return "".join(dict.fromkeys("".join(every)))

    @property
    def opening(self) -> frozenset[str]:
        """The letters that never go on with a run."""
        begin = {self.single, self.first, self.touching or self.first}
        return frozenset(begin - {self.inside, self.last})

    @property
    def closing(self) -> frozenset[str]:
        """The letters behind which no run goes on."""
        return frozenset({self.single, self.last} - {self.first, self.inside})


SCHEMES: Mapping[str, Scheme] = {
    "iob1": Scheme("I", "I", "I", "I", touching="B"),
    "iob2": Scheme("B", "B", "I", "I"),
    "bioes": Scheme("S", "B", "I", "E"),
    "bilou": Scheme("U", "B", "I", "L"),
}
"""The schemes by the names that standards give as a form."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of tokens in order: from `start` to `end` (excluded), and the class of each."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    label: pl.Series


def parse_tags(
    tags: pl.Series, blocks: NDArray[np.int64], scheme: str
) -> tuple[Runs, NDArray[np.bool_]]:
    """Read the runs that tags mark, and tell which tags are none of the scheme.

    `blocks` numbers the block of each token: no run goes on from one to another. A tag that is none
    of the scheme marks nothing, as does a missing one.
    """
    known = SCHEMES[scheme]
    shaped = tags.str.contains(f"^[{known.letters}]{JOINT}(?s:.+)$").fill_null(value=False)
    odd = (~shaped & (tags != OUTSIDE)).fill_null(value=False).to_numpy()
    marked = shaped.to_numpy()
    letter, label = tags.str.head(1), tags.str.slice(2)
    before = marked[:-1] & (blocks[1:] == blocks[:-1])
    before &= (label == label.shift(1)).fill_null(value=False).to_numpy()[1:]
    before &= ~_among(letter, known.opening)[1:] & ~_among(letter, known.closing)[:-1]
    goes_on = np.zeros(len(tags), dtype=np.bool_)
    goes_on[1:] = before & marked[1:]
    ends = marked.copy()
    ends[:-1] &= ~goes_on[1:]
    start = np.flatnonzero(marked & ~goes_on)
    return Runs(start, np.flatnonzero(ends) + 1, label.gather(start)), odd


def render_tags(runs: Runs, blocks: NDArray[np.int64], scheme: str) -> pl.Series:
    """Write the tag of each token; runs stand in order and share no token and no two blocks."""
    known = SCHEMES[scheme]
    lengths = runs.end - runs.start
    letters = np.full(len(blocks), "", dtype="<U1")
    inside = np.repeat(runs.start - np.cumsum(lengths) + lengths, lengths)
    places = inside + np.arange(len(inside))
    letters[places] = known.inside
    letters[runs.start] = known.first
    letters[runs.end - 1] = np.where(lengths > 1, known.last, known.single)
    if known.touching is not None and len(lengths):
        touches = np.zeros(len(lengths), dtype=np.bool_)
        touches[1:] = runs.start[1:] == runs.end[:-1]
        touches &= blocks[runs.start] == blocks[runs.start - 1]
        touches &= (runs.label == runs.label.shift(1)).fill_null(value=False).to_numpy()
        letters[runs.start[touches]] = known.touching
    made = pl.repeat(OUTSIDE, len(blocks), dtype=pl.String, eager=True)
    if not len(places):
        return made
    label = runs.label.gather(np.repeat(np.arange(len(lengths)), lengths))
    return made.scatter(places, pl.Series(letters[places].tolist()) + JOINT + label)


def _among(values: pl.Series, known: frozenset[str]) -> NDArray[np.bool_]:
    return values.is_in(sorted(known)).fill_null(value=False).to_numpy()
