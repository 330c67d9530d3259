"""Texts of number lists, nested or flat: to numbers and back, at array speed.

An anchored pattern decides what is a list, but where all is known to be JSON; the numbers of all
rows are then read in one piece.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import polars as pl

from annostd.codecs.json_numbers import BLANKS, NotNumbers, read_numbers
from annostd.tables import lists, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.codecs.json_numbers import Flat
    from annostd.tables.lists import Bytes, Flags, Floats, Integers

Depth: TypeAlias = Literal[1, 2]

BLANK = r"[ \t\r\n]*"
JSON_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
TEXT_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
PIECE = 1 << 22
NUMBERS = 1 << 18
LINE = ord("\n")
NESTED: Depth = 2


def parse_json_numbers(
    texts: pl.Series, depth: Depth, *, is_json: bool = False
) -> tuple[pl.Series, pl.Series]:
    """Read JSON texts of a list of numbers (depth 1) or of a list of such lists (depth 2).

    Gives List(Float64) or List(List(Float64)), and which rows are faulty: not such a list by the
    JSON grammar (RFC 8259), or with a number beyond float64. A null text is null, not faulty.
    `is_json`: the texts are known to be JSON of some kind, which is faster.
    """
    return _in_pieces(texts, lambda piece: _parse_json(piece, depth, is_json=is_json))


def parse_separated(
    texts: pl.Series,
    separators: tuple[str, ...] = (" ",),
) -> tuple[pl.Series, pl.Series]:
    """Read texts of numbers with `separators` between them, in turn where there are several.

    A separator is one ASCII character with any blanks around it; `" "` is a run of blanks. Numbers
    are decimal, may have a sign, a leading or closing point and an exponent; nothing but blanks is
    an empty list. Gives List(Float64), and which rows are faulty. A null text is null, not faulty.
    """
    return _in_pieces(texts, lambda piece: _parse_separated(piece, separators))


def render_json_numbers(series: pl.Series) -> pl.Series:
    """Print List(Float64) or List(List(Float64)) as compact JSON, each number in shortest form.

    Integral values below 1e15 have no `.0`, negative zero is -0.0. A null row, or one with a
    number that is missing or not finite, has no text.
    """
    inner = series.dtype.inner if isinstance(series.dtype, pl.List) else None
    if isinstance(inner, pl.List):
        return _bracketed(_joined(render_json_numbers(lists.leaves(series)), series, ","))
    return _out_of_pieces(
        series,
        lambda piece: _bracketed(_joined(numbers.shortest(lists.leaves(piece)), piece, ",")),
    )


def render_separated(
    series: pl.Series,
    separators: tuple[str, ...] = (" ",),
    decimals: int | None = None,
) -> pl.Series:
    """Print List(Float64) with `separators` between the numbers, in turn where there are several.

    `decimals` None prints shortest forms, else as C's printf. A null row, or one with a number that
    is missing or not finite, has no text.
    """
    return _out_of_pieces(series, lambda piece: _separated(piece, separators, decimals))


def _separated(series: pl.Series, separators: tuple[str, ...], decimals: int | None) -> pl.Series:
    flat = lists.leaves(series)
    items = numbers.shortest(flat) if decimals is None else numbers.fixed(flat, decimals)
    if len(separators) == 1:
        return _joined(items, series, separators[0])
    counts = lists.lengths(series)
    place = np.arange(len(flat)) - np.repeat(lists.starts(counts), counts)
    turn = np.where(place == 0, 0, (place - 1) % len(separators) + 1)
    before = pl.Series(["", *separators]).gather(pl.Series(turn))
    return _joined(before + items, series, "")


def _in_pieces(
    texts: pl.Series, parse: Callable[[pl.Series], tuple[pl.Series, pl.Series]]
) -> tuple[pl.Series, pl.Series]:
    """Parse a few MiB of text at a time: what is made on the way is many times as large."""
    sizes = texts.str.len_bytes().fill_null(0).cast(pl.Int64).to_numpy()
    pieces = lists.pieces(texts, sizes, PIECE)
    if not pieces:
        return parse(texts)
    values, faulty = zip(*map(parse, pieces), strict=True)
    return pl.concat(values, rechunk=True), pl.concat(faulty, rechunk=True)


def _out_of_pieces(series: pl.Series, render: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Print some thousand numbers at a time, as what is made on the way is many times as large."""
    pieces = lists.pieces(series, lists.lengths(series) + 1, NUMBERS)
    texts = list(map(render, pieces or [series]))
    return pl.concat(texts, rechunk=True)


def _parse_json(texts: pl.Series, depth: Depth, *, is_json: bool) -> tuple[pl.Series, pl.Series]:
    sound, flat = _flat(texts, depth, is_json=is_json)
    per_row = flat.counts
    if depth == NESTED:
        per_row = lists.reduced(np.add.reduceat, flat.counts, flat.parts, 0)
    beyond = _beyond(flat.values.to_numpy(), per_row)
    if beyond.any():
        rows = pl.Series(np.flatnonzero(sound.to_numpy())[beyond])
        again, faulty = _parse_json(texts.scatter(rows, None), depth, is_json=is_json)
        return again, faulty.scatter(rows, values=True)
    read = lists.nested(flat.values, flat.counts)
    if depth == NESTED:
        read = lists.nested(read, flat.parts)
    return _spread(read, sound), ~sound & texts.is_not_null()


def _flat(texts: pl.Series, depth: Depth, *, is_json: bool) -> tuple[pl.Series, Flat]:
    """Tell which rows are lists of numbers, and read these."""
    if is_json:
        known = texts.is_not_null()
        with suppress(NotNumbers):
            return known, read_numbers(texts.filter(known), depth)
    sound = texts.str.contains(_list_pattern(depth)).fill_null(value=False)
    return sound, read_numbers(texts.filter(sound), depth)


def _parse_separated(texts: pl.Series, separators: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    sound = texts.str.contains(_separated_pattern(separators)).fill_null(value=False)
    sizes = texts.filter(sound).str.len_bytes().cast(pl.Int64).to_numpy() + 1
    joined = (texts.filter(sound).str.join("\n").item() or "").encode() + b"\n"
    between = BLANKS + "".join(separators).encode()
    lines = joined.translate(bytes.maketrans(between, b"\n" * len(between)))
    values = _values(lines)
    per_row = _begins(np.frombuffer(lines, dtype=np.uint8), sizes)
    beyond = _beyond(values.to_numpy(), per_row)
    if beyond.any():
        rows = pl.Series(np.flatnonzero(sound.to_numpy())[beyond])
        again, faulty = _parse_separated(texts.scatter(rows, None), separators)
        return again, faulty.scatter(rows, values=True)
    return _spread(lists.nested(values, per_row), sound), ~sound & texts.is_not_null()


def _list_pattern(depth: Depth) -> str:
    item = JSON_NUMBER
    for _ in range(depth):
        item = rf"\[{BLANK}(?:{item}{BLANK}(?:,{BLANK}{item}{BLANK})*)?\]"
    return rf"^{BLANK}{item}{BLANK}$"


def _separated_pattern(separators: tuple[str, ...]) -> str:
    """Make the pattern of numbers: whole turns, then as much of one as there is."""
    between = [
        r"[ \t\r\n]+" if separator == " " else rf"{BLANK}{re.escape(separator)}{BLANK}"
        for separator in separators
    ]
    turn = "".join(f"{mark}{TEXT_NUMBER}" for mark in between)
    rest = ""
    for mark in reversed(between[:-1]):
        rest = f"(?:{mark}{TEXT_NUMBER}{rest})?"
    return rf"^{BLANK}(?:{TEXT_NUMBER}(?:{turn})*{rest}{BLANK})?$"


def _values(lines: bytes) -> pl.Series:
    """Read one number a line; empty lines hold none."""
    if not lines.strip():
        return pl.Series([], dtype=pl.Float64)
    # the reader of csv parses floats four times as fast as a split and a cast
    frame = pl.read_csv(lines, has_header=False, schema={"value": pl.Float64})
    return frame["value"].drop_nulls()


def _beyond(values: Floats, per_row: Integers) -> Flags:
    """Tell the rows with a number that float64 cannot hold."""
    infinite = ~np.isfinite(values)
    if not infinite.any():
        return np.zeros(len(per_row), dtype=np.bool_)
    return lists.reduced(np.logical_or.reduceat, infinite, per_row, empty=False)


def _begins(lines: Bytes, sizes: Integers) -> Integers:
    """Count the numbers of each row of `sizes` bytes: the places where one begins."""
    is_part = lines != LINE
    is_first = is_part.copy()
    is_first[1:] &= ~is_part[:-1]
    return lists.reduced(np.add.reduceat, is_first.astype(np.int64), sizes, 0)


def _spread(read: pl.Series, sound: pl.Series) -> pl.Series:
    """Put the rows read where they belong, the others are null."""
    if len(read) == len(sound):
        return read
    kept = sound.to_numpy()
    place = pl.Series(np.where(kept, np.cumsum(kept) - 1, 0))
    return read.gather(place) if kept.all() else _taken(read, place, ~kept)


def _taken(read: pl.Series, place: pl.Series, missing: Flags) -> pl.Series:
    if read.is_empty():
        return pl.Series([None], dtype=read.dtype).new_from_index(0, len(place))
    return lists.without(read.gather(place), missing)


def _joined(items: pl.Series, series: pl.Series, separator: str) -> pl.Series:
    texts = lists.nested(items, lists.lengths(series), series.is_null().to_numpy())
    return texts.list.join(separator, ignore_nulls=False)


def _bracketed(texts: pl.Series) -> pl.Series:
    return pl.select("[" + texts + "]").to_series()
