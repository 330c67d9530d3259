"""From divided lines to raw rows: lines begin sections, blank ones end blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.bindings.bytes import fault
from annostd.bindings.lines_match import (
    Matched,
    Taken,
    kind_of,
    ordinals,
    raw_rows,
    sort_lines,
)
from annostd.bindings.lines_misfits import BLANKS
from annostd.findings import Level, Location
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from annostd.bindings.lines_match import Kind
    from annostd.bindings.lines_text import Lines
    from annostd.columns.raw import RawRows
    from annostd.findings import Finding
    from annostd.plan.model import FilePlan, Source


def is_divided(plan: FilePlan) -> bool:
    """Tell whether the files of a role are divided into sections or blocks."""
    return any(source.division is not None for source in plan.sources)


def chain(plan: FilePlan) -> list[Source]:
    """List the sources whose rows are sections, blocks and lines, the outer one first."""
    return [source for source in walk(plan.sources) if source.marked is None]


def match_divided(
    lines: Lines, plan: FilePlan, want: Mapping[str, frozenset[str]] | None
) -> Matched:
    """Divide the lines of whole files: rows by source, each with its row of the enclosing source.

    A line that fits a section's text begins a section; what stands before the first one in its
    file is a section without a line. A line that fits no template is in no block and parts none.
    """
    sources = chain(plan)
    kinds = [kind_of(source, want) for source in sources]
    if sources[0].division == "file":
        return _in_files(lines, plan, kinds)
    own = [kind for kind in kinds if has_line(kind.source)]
    sorted_ = sort_lines(lines, plan, own, {})
    taken = dict(zip((kind.source.name for kind in own), sorted_.taken, strict=True))
    cuts = _Cuts.of(lines, *(taken[kind.source.name].lines for kind in reversed(own)))
    rows: dict[str, RawRows] = {}
    parents: NDArray[np.int64] | None = None
    for kind in kinds:
        known = taken.get(kind.source.name)
        if kind.source.division is None and known is not None:
            rows[kind.source.name] = _leaves(lines, kind, cuts, known, parents)
        else:
            rows[kind.source.name] = _divisions(lines, kind, cuts, known, parents)
            parents = cuts.numbers(kind.source)
    asked = {kind.source.name for kind in kinds if kind.fields is not None}
    found = {name: each for name, each in rows.items() if name in asked}
    return Matched(found, (*sorted_.findings, *_gaps(lines, cuts)), sorted_.counts)


def _in_files(lines: Lines, plan: FilePlan, kinds: list[Kind]) -> Matched:
    """Make a row of each file, with the lines inside it."""
    outer, leaf = kinds
    sorted_ = sort_lines(lines, plan, [leaf], {})
    first = np.flatnonzero(_changes(lines.owner))
    last = np.append(first[1:], len(lines))[: len(first)] - 1
    files = Taken({}, first, np.zeros(len(first), dtype=np.int64))
    (taken,) = sorted_.taken
    inside = np.searchsorted(first, taken.lines, side="right") - 1
    rows = {
        outer.source.name: raw_rows(lines, outer, files, end=lines.line[last]),
        leaf.source.name: raw_rows(lines, leaf, taken, parent=inside),
    }
    asked = {kind.source.name for kind in kinds if kind.fields is not None}
    found = {name: each for name, each in rows.items() if name in asked}
    return Matched(found, sorted_.findings, sorted_.counts)


def has_line(source: Source) -> bool:
    """Tell whether a row of a source has a line of its own."""
    return source.template is not None or source.division is None


@dataclass(frozen=True, slots=True)
class _Cuts:
    """The lines that are rows or begin a section, in order.

    `begins` says which begin a section by their text; `file`, `section` and `block` where one of
    them begins, with or without such a line. `blank` says which of all lines are blank.
    """

    lines: NDArray[np.int64]
    begins: NDArray[np.bool_]
    file: NDArray[np.bool_]
    section: NDArray[np.bool_]
    block: NDArray[np.bool_]
    blank: NDArray[np.bool_]

    @classmethod
    def of(
        cls, lines: Lines, rows: NDArray[np.int64], begun: NDArray[np.int64] | None = None
    ) -> _Cuts:
        """Find where sections and blocks begin."""
        heads = np.zeros(len(lines), dtype=np.bool_)
        if begun is not None:
            heads[begun] = True
            rows = np.sort(np.concatenate((rows, begun)))
        begins = heads[rows]
        blank = (lines.text.str.strip_chars(BLANKS) == "").to_numpy() & ~lines.broken
        blanks = np.cumsum(blank, dtype=np.int64)[rows]
        file = _changes(lines.file[rows])
        behind = np.concatenate((np.zeros(1, dtype=np.bool_), begins))[: len(rows)]
        block = (file | _changes(blanks) | behind) & ~begins
        return cls(rows, begins, file, file | begins, block, blank)

    def numbers(self, source: Source) -> NDArray[np.int64]:
        """Number for each line the row of a division that it stands in."""
        return np.cumsum(self.section if source.division == "section" else self.block) - 1


def _changes(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Tell where a value is not that before it; the first one is."""
    return np.concatenate((np.ones(1, dtype=np.bool_), values[1:] != values[:-1]))[: len(values)]


def _divisions(
    lines: Lines,
    kind: Kind,
    cuts: _Cuts,
    taken: Taken | None,
    parents: NDArray[np.int64] | None,
) -> RawRows:
    """Make the rows of sections or blocks: each from its first line to its last."""
    opens = cuts.section if kind.source.division == "section" else cuts.block
    first = np.flatnonzero(opens)
    closing = np.flatnonzero(cuts.section | opens)
    after = np.append(closing, len(cuts.lines))[np.searchsorted(closing, first) + 1]
    standing = cuts.lines[first]
    index = ordinals(lines.file, standing, {})[standing]
    begun = Taken(_values(kind, cuts.begins[first], taken), standing, index)
    places = {"end": lines.line[cuts.lines[after - 1]]}
    if parents is not None:
        places["parent"] = parents[first]
    return raw_rows(lines, kind, begun, **places)


def _values(kind: Kind, begins: NDArray[np.bool_], taken: Taken | None) -> Mapping[str, pl.Series]:
    """Give the values of lines that begin a section to those that have one."""

    def spread(values: pl.Series | None) -> pl.Series:
        nothing = pl.repeat(None, len(begins), dtype=pl.String, eager=True)
        return nothing if values is None else nothing.scatter(np.flatnonzero(begins), values)

    known = taken.values if taken is not None else {}
    return {field.name: spread(known.get(field.name)) for field in kind.fields or ()}


def _leaves(
    lines: Lines, kind: Kind, cuts: _Cuts, taken: Taken, parents: NDArray[np.int64] | None
) -> RawRows:
    if parents is None:
        return raw_rows(lines, kind, taken)
    return raw_rows(lines, kind, taken, parent=parents[~cuts.begins])


def _gaps(lines: Lines, cuts: _Cuts) -> Iterator[Finding]:
    """Tell of more blank lines than the one that parts two blocks."""
    first, count = _runs(cuts.blank)
    behind = np.searchsorted(cuts.lines, first)
    inner = (count > 1) & (behind > 0) & (behind < len(cuts.lines))
    inner[inner] &= ~cuts.file[behind[inner]]
    for at, many in zip(first[inner].tolist(), count[inner].tolist(), strict=True):
        second = at + 1
        yield fault(
            "lines.blank",
            Location(lines.files[lines.owner[second]].path, line=int(lines.line[second])),
            f"{many} blank lines part two blocks, expected one",
            Level.MAY,
            actual=str(many),
            expected="1",
        )


def _runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find runs of lines: where each begins, and how many they are."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return edges[::2], edges[1::2] - edges[::2]
