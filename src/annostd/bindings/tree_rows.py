"""Raw rows as trees give them: gathered by source, handed over in batches."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.frames import KINDS, PLACES, raw_frame
from annostd.columns.raw import Misfit, RawBatch, RawRows, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.bindings.tree_shape import Shape, Site
    from annostd.bindings.trees import Cell
    from annostd.findings import Finding


@dataclass(slots=True)
class Sheet:
    """The rows of one source in one batch, as they are met: lists, and frames made elsewhere."""

    names: tuple[str, ...]
    kinds: Mapping[str, type[pl.DataType]]
    cells: list[list[Cell]] = field(default_factory=list)
    places: list[tuple[int, int, int, int, int | None, str | None]] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    unknown: dict[str, Unknown] = field(default_factory=dict)
    height: int = 0

    def count(self, path: str, count: int, row: int) -> None:
        """Count an undeclared member that `count` rows have, `row` the first of them."""
        known = self.unknown.get(path)
        if known is None:
            self.unknown[path] = Unknown(path, count, row)
        else:
            self.unknown[path] = replace(known, count=known.count + count)

    def extend(self, frame: pl.DataFrame) -> None:
        """Add rows that are a frame already."""
        self._settle()
        self.frames.append(frame)
        self.height += frame.height

    def frame(self) -> pl.DataFrame:
        """Put all rows into one frame."""
        self._settle()
        if len(self.frames) == 1:
            return self.frames[0]
        if self.frames:
            return pl.concat(self.frames)
        empty = dict.fromkeys([*self.names, *PLACES], ())
        return raw_frame({n: empty[n] for n in self.names}, {"@file": ()}, self.kinds)

    def _settle(self) -> None:
        if self.places:
            places = zip(PLACES, zip(*self.places, strict=True), strict=True)
            columns = zip(self.names, zip(*self.cells, strict=True), strict=False)
            self.frames.append(raw_frame(dict(columns), dict(places), self.kinds))
            self.cells, self.places = [], []


class Gathering:
    """Rows of all sources of a role on their way to one batch."""

    def __init__(self, shape: Shape, role: str) -> None:
        self.shape = shape
        self.findings: list[Finding] = []
        self._role = role
        self._sheets: dict[str, Sheet] = {}
        self._document = Sheet((), {})

    @property
    def height(self) -> int:
        """The number of rows gathered."""
        return sum(sheet.height for sheet in self._sheets.values())

    def sheet(self, site: Site) -> Sheet:
        """Give the sheet of a source."""
        name = site.source.name
        if name not in self._sheets:
            kinds = {item.name: KINDS[item.kind] for item in site.fields}
            self._sheets[name] = Sheet(tuple(kinds), kinds)
        return self._sheets[name]

    def count_document(self, path: str, place: tuple[int, int, int], pointer: str) -> None:
        """Count an undeclared member of the document that stands outside any record.

        `place` is its file, its start and its end, as in a raw frame.
        """
        self._document.count(path, 1, self._document.height)
        self._document.places.append((*place, 0, None, pointer))
        self._document.cells.append([])
        self._document.height += 1

    def has_any(self) -> bool:
        """Tell whether there is anything to hand over."""
        return bool(self.findings or self._sheets or self._document.unknown)

    def take(self) -> RawBatch:
        """Hand the batch over and begin anew."""
        rows = {
            name: RawRows(name, sheet.frame(), tuple(sheet.misfits), tuple(sheet.unknown.values()))
            for name, sheet in self._sheets.items()
        }
        if self._document.unknown:
            unknown = tuple(self._document.unknown.values())
            rows[self._role] = RawRows(self._role, self._document.frame(), unknown=unknown)
        batch = RawBatch(rows, tuple(self.findings))
        self.findings, self._sheets, self._document = [], {}, Sheet((), {})
        return batch
