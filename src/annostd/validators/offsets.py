"""Offsets that mean something else over a whole file: told by the text that is repeated beside.

Where a column repeats what spans cover and does not agree, other ways to count are tried. Those by
which every row of a file agrees are named: the rows are not wrong, they count otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

from annostd.expressions.spans import covered
from annostd.expressions.terms import Apply, Column, Constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from annostd.columns.environment import Environment, Rows
    from annostd.expressions import Need
    from annostd.plan.model import ColumnPlan

_Pair: TypeAlias = tuple[int, int]
_Spans: TypeAlias = "Sequence[_Pair]"
_Move: TypeAlias = "Callable[[str, _Pair], _Pair | None]"
LEAST = 2
"""How many rows of a file have to differ before they are a habit."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row says: its text, its spans, what it repeats, what stands between two pieces."""

    text: str
    spans: _Spans
    quote: str
    between: str


def file_habits(environment: Environment, rows: Rows, plan: ColumnPlan) -> Mapping[int, str]:
    """Say for each file (by its number) in which way all its offsets look counted, if in any.

    `plan` is a column that is derived by what spans cover; of another nothing is said.
    """
    call = _covering(plan)
    if call is None or "@file" not in rows.frame.columns:
        return {}
    needs, between = call
    spans = environment.plan.tables[rows.table].columns.get(needs[1].path[-1])
    flat = environment.flatten(rows, needs)
    texts, places = (flat[need.key] for need in needs)
    files: dict[int, list[_Row]] = {}
    columns = (rows.frame["@file"], texts, places, rows.frame[plan.name])
    for file, text, pairs, quote in _known(columns):
        files.setdefault(file, []).append(_Row(text, pairs, quote, between))
    found = {file: _habit(members, spans) for file, members in files.items()}
    return {file: said for file, said in found.items() if said is not None}


def _covering(plan: ColumnPlan) -> tuple[tuple[Need, Need], str] | None:
    """Take `covered(text, spans, between)` apart; None where a column is derived otherwise."""
    node = plan.derive.node if plan.derive is not None else None
    match node:
        case Apply("covered", (Column(text), Column(spans), Constant(str(between)))):
            return (text, spans), between
    return None


def _known(
    columns: tuple[pl.Series, pl.Series, pl.Series, pl.Series],
) -> Iterator[tuple[int, str, _Spans, str]]:
    for row in zip(*(column.to_list() for column in columns), strict=True):
        if None not in row:
            yield cast("tuple[int, str, _Spans, str]", row)


def _habit(rows: Sequence[_Row], spans: ColumnPlan | None) -> str | None:
    """Name the ways to count by which all rows agree, if several differ as they stand."""
    if sum(not _agrees(row, lambda _, pair: pair) for row in rows) < LEAST:
        return None
    said = [words for words, move in _ways(spans) if all(_agrees(row, move) for row in rows)]
    return " or ".join(said) or None


def _agrees(row: _Row, move: _Move) -> bool:
    moved = [move(row.text, (start, end)) for start, end in row.spans]
    known = [pair for pair in moved if pair is not None]
    return len(known) == len(moved) and covered(row.text, known, row.between) == row.quote


def _ways(spans: ColumnPlan | None) -> Iterator[tuple[str, _Move]]:
    """Yield the ways to count other than the column's own, in words."""
    yield "the offsets look like UTF-16 units", _counted(_utf_16)
    yield "the offsets look like bytes of UTF-8", _counted(_utf_8)
    yield "a line end of two characters looks counted once", _counted(_lines)
    column = spans.column if spans is not None else None
    is_inclusive = column is not None and column.ends == "inclusive"
    origin = (column.origin or 0) if column is not None else 0
    end, ends = (-1, "excluded") if is_inclusive else (1, "included")
    by, start = (1, 0) if origin else (-1, 1)
    yield f"the ends look {ends}", _shifted(0, end)
    yield f"the offsets look counted from {start}", _shifted(by, by)
    both = f"the offsets look counted from {start}, with the end {ends}"
    yield both, _shifted(by, by + end)


def _shifted(start: int, end: int) -> _Move:
    return lambda _, pair: (pair[0] + start, pair[1] + end)


def _counted(size: Callable[[str], tuple[int, ...]]) -> _Move:
    """Count in units of which each character takes up some."""

    def move(text: str, pair: _Pair) -> _Pair | None:
        places = _places(text, size)
        start, end = places.get(pair[0]), places.get(pair[1])
        return None if start is None or end is None else (start, end)

    return move


@lru_cache(maxsize=8)
def _places(text: str, size: Callable[[str], tuple[int, ...]]) -> Mapping[int, int]:
    """Map each unit at which a character begins to the number of that character."""
    places: dict[int, int] = {}
    at = 0
    for number, units in enumerate(size(text)):
        places.setdefault(at, number)
        at += units
    places.setdefault(at, len(text))
    return places


def _utf_16(text: str) -> tuple[int, ...]:
    return tuple(1 if char <= "\uffff" else 2 for char in text)


def _utf_8(text: str) -> tuple[int, ...]:
    return tuple(len(char.encode("utf-8", "surrogatepass")) for char in text)


def _lines(text: str) -> tuple[int, ...]:
    return tuple(
        0 if char == "\r" and following == "\n" else 1
        for char, following in zip(text, f"{text[1:]} ", strict=True)
    )
