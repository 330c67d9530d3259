"""Rows of documents made of known kinds of pieces: places and values, all documents at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.bindings.frames import raw_frame
from annostd.bindings.xml_learn import ORDER
from annostd.bindings.xml_parse import SPACE
from annostd.columns.raw import RawRows, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from annostd.bindings.xml_learn import Cell, Kind, Row
    from annostd.bindings.xml_shape import Record, Shape
    from annostd.columns.raw import DataFile
    from annostd.tables.lists import Flags, Integers


@dataclass(frozen=True, slots=True)
class Text:
    """A document as text, with its number and its file."""

    number: int
    file: DataFile
    text: str


@dataclass(frozen=True)
class Laid:
    """Documents laid out as pieces; of those that do not fit nothing is made.

    `whose`, `kind` and `place` tell of each piece which document's it is, of which kind, and the
    how manieth of that; `values` are by kind.
    """

    texts: Sequence[Text]
    kinds: Sequence[Kind]
    fits: Flags
    whose: Integers
    kind: Integers
    place: Integers
    values: Mapping[int, pl.DataFrame]


def rows_of(
    laid: Laid, shape: Shape, owners: Mapping[str, str | None]
) -> tuple[dict[str, RawRows], Integers]:
    """Make the rows of all sources; also list the documents that lack rows that are required."""
    making = _Making(laid, owners)
    rows = {}
    lacking: list[Integers] = []
    for record in shape.records:
        name = record.source.name
        made = making.rows(record)
        if made is not None:
            rows[name] = made
        if record.enclosed and record.source.required is not None and len(making.at(owners[name])):
            lacking.append(making.lacking(name))
    return rows, np.unique(np.concatenate(lacking)) if lacking else np.array([], dtype=np.int64)


class _Making:
    """The pieces of the documents that fit, in order, and what is told of them."""

    def __init__(self, laid: Laid, owners: Mapping[str, str | None]) -> None:
        self._laid = laid
        self._owners = owners
        self._kinds = laid.kinds
        chosen = laid.fits[laid.whose] if len(laid.whose) else np.array([], dtype=bool)
        self._kind = laid.kind[chosen]
        self._whose = laid.whose[chosen]
        self._place = laid.place[chosen]
        self._count = len(self._kind)
        self._first = np.ones(self._count, dtype=bool)
        self._first[1:] = self._whose[1:] != self._whose[:-1]
        self._depth = self._of(lambda kind: kind.depth)
        self._known_paths: dict[int, tuple[Integers, pl.Series]] = {}

    def at(self, name: str | None) -> Integers:
        """List the pieces in which rows of a source begin; those of documents for none."""
        return np.flatnonzero(self._has(name))

    def lacking(self, name: str) -> Integers:
        """List the documents in which a row has none of a source inside it."""
        outer = self._has(self._owners[name])
        around = self._last(outer)[self.at(name)]
        empty = outer.copy()
        empty[around] = False
        found: Integers = self._whose[np.flatnonzero(empty)]
        return found

    def rows(self, record: Record) -> RawRows | None:
        """Make the rows of a source."""
        name = record.source.name
        at = self.at(name)
        if not len(at):
            return None
        index = self._index(name, at)
        places = {
            "@file": pl.Series([each.number for each in self._laid.texts]).gather(self._whose[at]),
            "@start": pl.Series(1 + self._line[at] + self._of(lambda k: k.piece.start)[at]),
            "@end": pl.Series(self._ends(at)),
            "@index": pl.Series(index),
            "@parent": self._parents(name, at),
            "@path": self._paths(at),
        }
        frame = raw_frame(self._fields(name, at, index), places)
        return RawRows(name, frame, unknown=self._unknown(name, at))

    def _of(self, tell: Callable[[Kind], int]) -> Integers:
        """Tell something of each piece that its kind tells."""
        by_kind = np.array([tell(kind) for kind in self._kinds] or [0], dtype=np.int64)
        told: Integers = by_kind[self._kind]
        return told

    def _row(self, number: int, name: str) -> Row | None:
        return self._kinds[number].rows.get(name)

    def _has(self, name: str | None) -> Flags:
        if name is None:
            return self._first
        return self._of(lambda kind: name in kind.rows).astype(bool)

    def _last(self, flags: Flags) -> Integers:
        """Tell for each piece the last one up to it that is flagged."""
        last: Integers = np.maximum.accumulate(np.where(flags, np.arange(self._count), -1))
        return last

    @cached_property
    def _line(self) -> Integers:
        """The lines of each piece's document before it."""
        lines = self._of(lambda kind: kind.piece.lines)
        before = np.cumsum(lines) - lines
        lines_before: Integers = before - before[self._last(self._first)]
        return lines_before

    def _index(self, name: str, at: Integers) -> Integers:
        has = self._has(name)
        met = np.cumsum(has)
        owner = self._owners[name]
        around = self._last(self._has(owner))[at]
        inside = met[around] - has[around] if owner is None else met[around]
        return met[at] - 1 - inside

    def _parents(self, name: str, at: Integers) -> pl.Series:
        parents = np.full(len(at), -1)
        for number in np.unique(self._kind[at]):
            row = self._row(int(number), name)
            if row is None or row.parent is None:
                continue
            source, depth = row.parent
            mine = self._kind[at] == number
            rows = np.cumsum(self._has(source)) - 1
            parents[mine] = rows[self._last(self._depth == depth)[at[mine]]]
        series = pl.Series(parents)
        return pl.select(pl.when(series >= 0).then(series)).to_series()

    def _ends(self, at: Integers) -> Integers:
        """Find the line on which the element of each row ends: in its piece, or in a later one."""
        ends = np.zeros(len(at), dtype=np.int64)
        for depth in np.unique(self._depth[at]):
            mine = self._depth[at] == depth
            lines = self._of(lambda kind, d=int(depth): kind.piece.closes.get(d, -1))  # type: ignore[misc]
            closing = np.flatnonzero(lines >= 0)
            last = closing[np.searchsorted(closing, at[mine])]
            ends[mine] = 1 + self._line[last] + lines[last]
        return ends

    def _paths(self, at: Integers) -> pl.Series:
        """Print the XPath of rows; those of one source are of one depth or few."""
        depths = np.unique(self._depth[at])
        parts = []
        order = []
        for depth in depths:
            known, paths = self._paths_at(int(depth))
            mine = at[self._depth[at] == depth]
            parts.append(paths.gather(np.searchsorted(known, mine)))
            order.append(mine)
        if len(parts) == 1:
            return parts[0]
        return pl.concat(parts).gather(np.argsort(np.concatenate(order), kind="stable"))

    def _paths_at(self, depth: int) -> tuple[Integers, pl.Series]:
        """Print the XPath of all pieces of one depth; give the pieces, too."""
        if depth not in self._known_paths:
            at = np.flatnonzero(self._depth == depth)
            steps = pl.Series([kind.step for kind in self._kinds]).gather(self._kind[at])
            paths = steps if depth == 1 else self._below(at, steps)
            self._known_paths[depth] = (at, paths)
        return self._known_paths[depth]

    def _below(self, at: Integers, steps: pl.Series) -> pl.Series:
        outer = self._of(lambda kind: kind.outer)[at]
        if len(np.unique(outer)) != 1:  # elements of one depth in elements of several
            parts = [
                self._below(at[outer == d], steps.filter(pl.Series(outer == d)))
                for d in np.unique(outer)
            ]
            order = np.concatenate([at[outer == d] for d in np.unique(outer)])
            return pl.concat(parts).gather(np.argsort(order, kind="stable"))
        around = self._last(self._depth == outer[0])[at]
        known, paths = self._paths_at(int(outer[0]))
        alike = {
            step: number for number, step in enumerate(dict.fromkeys(k.step for k in self._kinds))
        }
        step = self._of(lambda kind: alike[kind.step])
        position = np.zeros(len(at), dtype=np.int64)
        for number in np.unique(step[at]):
            met = np.cumsum((step == number) & (self._depth == self._depth[at[0]]))
            mine = step[at] == number
            position[mine] = met[at[mine]] - met[around[mine]]
        columns = {
            "o": paths.gather(np.searchsorted(known, around)),
            "s": steps,
            "p": pl.Series(position),
        }
        made = pl.format("{}{}[{}]", pl.col("o"), pl.col("s"), pl.col("p"))
        return pl.DataFrame(columns).select(made).to_series()

    def _fields(self, name: str, at: Integers, index: Integers) -> dict[str, pl.Series]:
        """Gather the values of rows from the kinds of pieces in which they begin."""
        kinds = [int(number) for number in np.unique(self._kind[at])]
        parts = []
        for number in kinds:
            mine = self._kind[at] == number
            row = self._row(number, name)
            cells = row.cells if row is not None else {}
            columns = {
                field: self._values(number, cell, at[mine], index[mine])
                for field, cell in cells.items()
            }
            parts.append(pl.DataFrame(columns))
        if len(parts) == 1 or not parts[0].columns:
            return parts[0].to_dict()
        order = np.argsort(np.concatenate([at[self._kind[at] == n] for n in kinds]), kind="stable")
        return pl.concat(parts)[order].to_dict()

    def _values(self, number: int, cell: Cell, at: Integers, index: Integers) -> pl.Series:
        if cell.value is not None:
            values = self._laid.values[number]
            column = values[str(self._kinds[number].wanted.index(cell.value) + 2)]
            place = self._place[at]
            return (column if len(place) == len(column) else column.gather(place)).str.strip_chars(
                SPACE
            )
        if cell.capture == ORDER:
            return pl.Series(index).cast(pl.String)
        if cell.capture is not None:
            captures = [each.file.captures.get(cell.capture) for each in self._laid.texts]
            return pl.Series(captures, dtype=pl.String).gather(self._whose[at])
        return pl.Series([cell.constant], dtype=pl.String).new_from_index(0, len(at))

    def _unknown(self, name: str, at: Integers) -> tuple[Unknown, ...]:
        """Count undeclared members, in the order in which they are met."""
        counts: dict[str, int] = {}
        firsts: dict[str, tuple[int, int]] = {}
        for number in np.unique(self._kind[at]):
            row = self._row(int(number), name)
            mine = np.flatnonzero(self._kind[at] == number)
            for order, (path, count) in enumerate(row.unknown if row is not None else ()):
                counts[path] = counts.get(path, 0) + count * len(mine)
                met = (int(mine[0]), order)
                firsts[path] = min(firsts.get(path, met), met)
        order_met = sorted(firsts, key=lambda path: firsts[path])
        return tuple(Unknown(path, counts[path], firsts[path][0]) for path in order_met)
