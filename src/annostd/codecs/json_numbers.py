"""Number lists of texts that are known to be JSON: their brackets alone say what they are.

No pattern has to be matched: what is well formed, and holds neither strings, objects nor words, is
numbers, blanks, commas and brackets; depth is counted on the brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from polars.exceptions import ComputeError

if TYPE_CHECKING:
    from annostd.tables.lists import Bytes, Flags, Integers

ROW_END = ";"
BLANKS = b" \t\r\n"
_COMMA, _END, _OPEN, _CLOSE = b",;[]"
_OTHERS = b'"{'
_EXPONENTS = np.frombuffer(b"eE", np.uint8)
_SCHEMA = {"value": pl.Float64}


class NotNumbers(Exception):
    """A text is JSON of another kind."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The numbers of all rows, how many each innermost list has, how many of these each row has."""

    values: pl.Series
    counts: Integers
    parts: Integers


@dataclass(frozen=True, slots=True)
class _Marks:
    """Brackets and row ends of a text: where they stand, what they are, the depth behind each."""

    places: Integers
    signs: Bytes
    depths: Integers


def read_numbers(texts: pl.Series, depth: int) -> Flat:
    """Read well-formed JSON texts, none null, as lists (depth 1) or lists of lists (2) of numbers.

    A number beyond float64 is infinite.

    Raises:
        NotNumbers: one of them is something else.
    """
    if not len(texts):
        return Flat(pl.Series([], dtype=pl.Float64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    text = compact(texts.str.join(ROW_END).cast(pl.Binary).item())
    if any(other in text for other in _OTHERS):
        raise NotNumbers
    codes = np.empty(len(text) + 1, np.uint8)
    codes[:-1] = np.frombuffer(text, np.uint8)
    codes[-1] = _END
    marks = _marked(codes, depth)
    if np.count_nonzero(marks.signs == _END) != len(texts):
        raise NotNumbers
    is_open = (marks.signs == _OPEN) & (marks.depths == depth)
    opens = np.flatnonzero(is_open)
    sizes = marks.places[opens + 1] - marks.places[opens] - 1
    codes[marks.places] = _COMMA
    values, counts = _runs(codes, sizes > 0)
    return Flat(values, counts, _parts(marks, is_open, depth))


def compact(text: bytes) -> bytes:
    """Take the blanks out of a text, if it has any."""
    has_blanks = any(blank in text for blank in BLANKS)
    return text.translate(None, BLANKS) if has_blanks else text


def _marked(codes: Bytes, depth: int) -> _Marks:
    """Find the brackets and row ends, and make sure that numbers stand at no other depth."""
    # they stand above all signs of a number but e and E
    places = np.flatnonzero(codes >= _END)
    signs = codes[places]
    is_exponent = np.isin(signs, _EXPONENTS)
    if is_exponent.any():
        places, signs = places[~is_exponent], signs[~is_exponent]
    steps = (signs == _OPEN).astype(np.int64) - (signs == _CLOSE)
    depths = np.cumsum(steps)
    is_known = (signs == _OPEN) | (signs == _CLOSE) | (signs == _END)
    if not is_known.all() or depths.min() < 0 or depths.max() > depth:
        raise NotNumbers
    between = np.diff(places) - 1
    outer, before, after = depths[:-1] < depth, signs[:-1], signs[1:]
    is_comma = (before == _CLOSE) & (after == _OPEN)
    is_lone = (before == _END) & (after == _END)
    if signs[0] != _OPEN or places[0] or (outer & (is_lone | (between != is_comma))).any():
        raise NotNumbers
    return _Marks(places, signs, depths)


def _parts(marks: _Marks, is_open: Flags, depth: int) -> Integers:
    """Count the innermost lists of each row."""
    ends = np.flatnonzero(marks.signs == _END)
    if depth == 1:
        return np.ones(len(ends), np.int64)
    return np.diff(np.cumsum(is_open)[ends], prepend=0)


def _runs(codes: Bytes, is_filled: Flags) -> tuple[pl.Series, Integers]:
    """Read the numbers: each innermost list is a run of them, between lists there are nulls."""
    counts = np.zeros(len(is_filled), np.int64)
    if not is_filled.any():
        return pl.Series([], dtype=pl.Float64), counts
    try:
        # the reader of csv parses floats four times as fast as a split and a cast
        frame = pl.read_csv(codes.tobytes(), has_header=False, schema=_SCHEMA, eol_char=",")
    except ComputeError as error:
        raise NotNumbers from error
    values = frame["value"]
    is_number = np.concatenate(([False], values.is_not_null().to_numpy(), [False]))
    edges = np.flatnonzero(is_number[1:] != is_number[:-1])
    begins, ends = edges[::2], edges[1::2]
    if len(begins) != np.count_nonzero(is_filled):
        raise NotNumbers
    counts[is_filled] = ends - begins
    return values.drop_nulls(), counts


__all__ = ["BLANKS", "ROW_END", "Flat", "NotNumbers", "compact", "read_numbers"]
