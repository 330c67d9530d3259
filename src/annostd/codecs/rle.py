"""Compressed run-length counts: text to runs and back.

A count is written in groups of five bits, the lowest first, each as one character from `0` (48) to
`o` (111); the bit of 32 says that more follow, the highest bit of the last group is the sign. From
the fourth run on, the difference to the run before the last is written (maskApi.c, rleToString).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables import lists

if TYPE_CHECKING:
    from annostd.tables.lists import Flags, Integers

LOWEST, HIGHEST = ord("0"), ord("o")
BITS, PAYLOAD, SIGN, MORE = 5, 31, 16, 32
# a count of at most so many characters fits int64 with room for sums
LONGEST = 12
LARGEST = 2.0**62
# the first run that is written as a difference
DIFFERENCES_FROM = 3


def parse(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Read a String series of compressed counts: List(Int64) runs, and the fault of each row.

    The fault is null where there is none; a faulty row has no runs, a null text has neither.
    Characters and runs are counted from 1 in faults.
    """
    sound = texts.str.contains(r"^(?:[P-o]{0,11}[0-O])*$").fill_null(value=False)
    sizes = pl.select(pl.when(sound).then(texts.str.len_bytes()).otherwise(0)).to_series()
    read = texts.filter(sound)
    data = np.frombuffer((read.str.join("").item() or "").encode(), dtype=np.uint8).astype(np.int64)
    sizes_of_rows = sizes.cast(pl.Int64).to_numpy()
    written, counts = _written(data - LOWEST, sizes_of_rows)
    runs = _summed(written, counts)
    reach = lists.reduced(np.add.reduceat, np.abs(written).astype(np.float64), counts, 0.0)
    least = lists.reduced(np.minimum.reduceat, runs, counts, 0)
    wrong = ~sound.to_numpy() | (reach >= LARGEST) | (least < 0)
    faults = _faults(texts, wrong)
    return lists.without(lists.nested(pl.Series(runs), counts), wrong), faults


def render(runs: pl.Series) -> pl.Series:
    """Print a List(Int64) series of runs as compressed counts.

    A row that is null, or that has a negative or missing run, has no text.
    """
    counts = lists.lengths(runs)
    values = lists.leaves(runs).fill_null(-1).cast(pl.Int64).to_numpy()
    least = lists.reduced(np.minimum.reduceat, values, counts, 0)
    missing = runs.is_null().to_numpy() | (least < 0)
    return lists.without(_texts(_differences(values, counts), counts), missing)


def _written(groups: Integers, sizes: Integers) -> tuple[Integers, Integers]:
    """Put groups of five bits together to signed numbers; also count the numbers of each row."""
    is_last = (groups & MORE) == 0
    ends = np.flatnonzero(is_last)
    lengths = np.diff(ends, prepend=-1)
    place = np.arange(len(groups)) - np.repeat(ends - lengths + 1, lengths)
    shifted = (groups & PAYLOAD) << (BITS * place)
    numbers = np.add.reduceat(shifted, ends - lengths + 1) if len(ends) else shifted
    numbers = numbers - np.where(groups[ends] & SIGN, np.int64(1) << (BITS * lengths), 0)
    return numbers, lists.reduced(np.add.reduceat, is_last.astype(np.int64), sizes, 0)


def _place(counts: Integers) -> Integers:
    """Number the values of each row from 0."""
    place: Integers = np.arange(counts.sum()) - np.repeat(lists.starts(counts), counts)
    return place


def _summed(written: Integers, counts: Integers) -> Integers:
    """Undo the differences: sum up each row's odd places, and its even ones from the third run."""
    place = _place(counts)
    runs = written.copy()
    for chain, lengths in (
        (place % 2 == 1, counts // 2),
        ((place % 2 == 0) & (place > 0), np.maximum(counts - 1, 0) // 2),
    ):
        runs[chain] = _cumulated(written[chain], lengths)
    return runs


def _cumulated(values: Integers, lengths: Integers) -> Integers:
    with np.errstate(over="ignore"):
        sums = np.cumsum(values)
        first = lists.starts(lengths)[lengths > 0]
        result: Integers = sums - np.repeat(sums[first] - values[first], lengths[lengths > 0])
    return result


def _differences(runs: Integers, counts: Integers) -> Integers:
    written = runs.copy()
    later = np.flatnonzero(_place(counts) >= DIFFERENCES_FROM)
    written[later] -= runs[later - 2]
    return written


def _texts(written: Integers, counts: Integers) -> pl.Series:
    """Print signed numbers in groups of five bits, a text for each row."""
    if not len(counts):
        return pl.Series([], dtype=pl.String)
    sizes = np.ones(len(written), dtype=np.int64)
    for size in range(1, LONGEST + 1):
        sizes += (written >> (BITS * size - 1)) != (written >> 63)
    # a line for each row: its characters and the line's end
    per_row = lists.reduced(np.add.reduceat, sizes, counts, 0) + 1
    line = np.repeat(np.arange(len(counts)), counts)
    first = lists.starts(sizes) + line
    data = np.full(per_row.sum(), ord("\n"), dtype=np.uint8)
    for group in range(int(sizes.max(initial=0))):
        held = sizes > group
        bits = (written[held] >> (BITS * group)) & PAYLOAD
        more = np.where(sizes[held] > group + 1, MORE, 0)
        data[first[held] + group] = (bits | more) + LOWEST
    joined = data[:-1].tobytes().decode()
    return pl.Series([joined]).str.split("\n").explode()


def _faults(texts: pl.Series, wrong: Flags) -> pl.Series:
    faults = pl.Series("fault", [None], dtype=pl.String).new_from_index(0, len(texts))
    rows = pl.Series(np.flatnonzero(wrong & texts.is_not_null().to_numpy()))
    if rows.is_empty():
        return faults
    return faults.scatter(rows, [_fault(text) for text in texts.gather(rows).to_list()])


def _fault(text: str) -> str:
    """Say what is wrong with one text; the slow path that explains."""
    runs: list[int] = []
    number = size = 0
    for place, character in enumerate(text, start=1):
        group = ord(character) - LOWEST
        if not 0 <= group <= HIGHEST - LOWEST:
            return f"character {character!r} at {place} is no part of a count"
        number |= (group & PAYLOAD) << (BITS * size)
        size += 1
        if group & MORE:
            continue
        if group & SIGN:
            number -= 1 << (BITS * size)
        runs.append(number + (runs[-2] if len(runs) >= DIFFERENCES_FROM else 0))
        if size > LONGEST:
            return f"run {len(runs)} is written with {size} characters, expected {LONGEST} at most"
        if runs[-1] < 0:
            return f"run {len(runs)} is negative"
        number = size = 0
    return "ends within a number" if size else "the runs are too long to be counted"
