"""Typed rows of sources to tables: row numbers, enclosing rows, references, joins, shared rows."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.created import create_rows
from annostd.columns.decode import Decoded, decode
from annostd.columns.faults import mark_faulty
from annostd.columns.fixed import fixed_rows
from annostd.columns.gain import Known
from annostd.columns.gathered import Gathering, gather_values
from annostd.columns.joins import Joins
from annostd.columns.marked import complete
from annostd.columns.nesting import WITHIN, outermost
from annostd.columns.order import document_order
from annostd.columns.owners import Owners
from annostd.columns.references import References
from annostd.columns.retained import Retained, merge_rows
from annostd.columns.sorted_rows import SortedRows
from annostd.plan.gathers import naming_parts
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.columns.faults import CellFaults
    from annostd.columns.raw import DataFile, RawBatch
    from annostd.findings import Finding
    from annostd.plan.model import FilePlan, Plan, Source, Want


@dataclass(frozen=True, slots=True)
class Batch:
    """A bounded number of new rows, by table (with `@row`, `@source`, places) and by source.

    `faults` are cells that broke generated rules, `unjudged` counts by rule those that could not be
    judged, since what they name may not have been read; `findings` are what could not be read,
    `unknown` the undeclared members met: (source or role, path, count, place row).
    """

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    sources: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    faults: tuple[CellFaults, ...] = ()
    unjudged: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unknown: tuple[tuple[str, str, int, int], ...] = ()


class Assembler:
    """Turns raw batches into batches of the tables; knows the rows that later ones may refer to.

    `alone`: one file is judged by itself, so that what it refers to may be elsewhere.
    """

    def __init__(
        self,
        plan: Plan,
        files: Sequence[DataFile],
        want: Want | None = None,
        *,
        alone: bool = False,
    ) -> None:
        self.plan = plan
        self.want = want
        self._retained = Retained(plan, {file.role for file in files})
        self._references = References(plan, files, self._retained, alone=alone)
        self._joins = Joins()
        self._sorted = SortedRows()
        self._owners = Owners(plan, files)
        self._fixed = fixed_rows(plan)
        self._parted = {table for table in plan.tables if naming_parts(plan, table) is not None}
        self._homes = {
            source.name: (file, source) for file in plan.files for source in walk(file.sources)
        }
        self._numbers = {name: number for number, name in enumerate(self._homes)}

    @property
    def sources(self) -> Mapping[str, tuple[FilePlan, Source]]:
        """Every source by name, with the file plan that holds it."""
        return self._homes

    @property
    def kept(self) -> Mapping[str, Sequence[pl.DataFrame]]:
        """The rows of every retained table read so far, in parts."""
        return self._retained.kept

    def table(self, name: str) -> pl.DataFrame | None:
        """Give the rows of a retained table read so far, in order of `@row`."""
        return self._retained.table(name)

    def standing(self) -> dict[str, pl.DataFrame]:
        """Give by source the places of rows that stand in several files, in all of them."""
        return {name: shared.places() for name, shared in self._retained.shared.items()}

    def branch(self, files: Sequence[DataFile]) -> Assembler:
        """Give what is known of the rows so far, to which others are added apart.

        `files` are the same files, held in whatever way is of use there.
        """
        for table in self.kept:
            self.table(table)
        apart = copy(self)
        apart.detach(files)
        return apart

    def detach(self, files: Sequence[DataFile]) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self._retained, self._references = copy(self._retained), copy(self._references)
        self._joins, self._sorted = copy(self._joins), copy(self._sorted)
        self._owners = copy(self._owners)
        self._retained.detach()
        self._references.detach(self._retained, files)
        self._joins.detach()
        self._sorted.detach()
        self._owners.detach()

    @property
    def known(self) -> Known:
        """What is known of the rows so far."""
        return Known(
            self.plan, self.sources, self._retained, self._references, self._joins, self._owners
        )

    def begin(self) -> Batch:
        """Give the rows that are there before any file is read."""
        return Batch(self._unread({}))

    def take(self, file: FilePlan, raw: RawBatch) -> Batch:
        """Decode and resolve one raw batch."""
        self._references.note_broken(raw.findings)
        completed = complete(file, raw)
        raw = completed.raw
        decoded = self._decode(file, raw)
        for name, kept in completed.kept.items():
            if name in decoded:
                known = decoded[name]
                decoded[name] = replace(known, frame=known.frame.with_columns(kept))
        faults = [*completed.faults, *(f for rows in decoded.values() for f in rows.faults)]
        tables = {name: [frame] for name, frame in self._unread(decoded).items()}
        frames: dict[str, pl.DataFrame] = {}
        ranks = self._ranks(file, decoded)
        for source in walk(file.sources):
            if source.name in decoded:
                rows = decoded[source.name].frame
                faults.extend(self._sorted.check(source, rows))
                if source.name in ranks:
                    rows = rows.with_columns(ranks[source.name].alias("@row"))
                frame, lacking = self._number(file, source, rows, frames)
                frames[source.name] = frame
                faults.extend(lacking)
        for group in self._together(file, decoded):
            for source in group:
                frames[source.name], dangling = self._resolve(file, source, frames[source.name])
                faults.extend(dangling)
            beside = [frames[source.name] for source in group]
            for source in group if group[0].join is None else ():
                gathering = Gathering(decoded, beside, self._named, self._wanted(source))
                frame, lacking = gather_values(source, frames[source.name], gathering)
                frames[source.name] = frame
                _mark_others(source, frames, lacking)
                faults.extend(lacking)
                self._retained.keep(source, frame)
                self._owners.note(file, source, frame)
                new = frame.filter(pl.col("@new")) if source.shared else frame
                tables.setdefault(source.table, []).append(new)
        self._documents(file, raw, frames)
        unknown = tuple(
            (name, item.path, item.count, item.row)
            for name, rows in raw.rows.items()
            for item in rows.unknown
        )
        merged = {name: merge_rows(parts) for name, parts in tables.items()}
        unjudged = self._references.take_unjudged()
        return Batch(merged, frames, tuple(faults), unjudged, raw.findings, unknown)

    def needs_whole(self, file: FilePlan) -> bool:
        """Tell whether the rows of a role have to be taken at once, as they name later ones."""
        return self._references.look_ahead(file)

    def withdraw(self, rule: str, path: str) -> bool:
        """Tell whether a finding in a file no longer holds, as the file proved broken later."""
        return self._references.withdraw(rule, path)

    def unresolved(self) -> Mapping[str, str]:
        """Say which classes could not be evaluated, since what a reference needs is not there."""
        return self._references.unresolved()

    def finish(self) -> Batch:
        """Tell what only the end shows: rows of joins without a row, files that disagree."""
        faults = self._joins.finish(self._references.unread())
        frames = {fault.source: self._joins.frame(fault.source) for fault in faults}
        broken = self._references.broken_files()
        for name, shared in self._retained.shared.items():
            apart = shared.disagreeing(broken)
            faults = (*faults, *apart)
            frames.update({name: shared.frame()} if apart else {})
        return Batch(sources=frames, faults=faults)

    def _decode(self, file: FilePlan, raw: RawBatch) -> dict[str, Decoded]:
        decoded = {}
        for source in walk(file.sources):
            rows = raw.rows.get(source.name)
            if source.variants and rows is not None and not rows.frame.is_empty():
                want = self._wanted(source)
                decoded[source.name] = decode(source, rows, carrier=file.file.carrier, want=want)
        return decoded

    def _wanted(self, source: Source) -> Mapping[str, frozenset[str]] | None:
        if self.want is None or self.want.everything:
            return None
        return self.want.columns.get(source.table, {})

    def _unread(self, decoded: Mapping[str, Decoded]) -> dict[str, pl.DataFrame]:
        """Make the rows that no file holds: those named for the first time, at first the fixed."""
        rows = [(self._homes[name][1], each.frame) for name, each in decoded.items()]
        made = self._fixed | create_rows(self.plan, self._references.created, rows)
        self._fixed = {}
        for table, frame in made.items():
            self._retained.add(table, frame)
        return made

    def _ranks(self, file: FilePlan, decoded: Mapping[str, Decoded]) -> dict[str, pl.Series]:
        """Number the rows of tables that several sources fill, by source."""
        sources = [source for source in walk(file.sources) if source.name in decoded]
        ranks = document_order(sources, {name: rows.frame for name, rows in decoded.items()})
        starts = self._retained.heights
        return {s.name: ranks[s.name] + starts.get(s.table, 0) for s in sources if s.name in ranks}

    def _number(
        self,
        file: FilePlan,
        source: Source,
        frame: pl.DataFrame,
        done: Mapping[str, pl.DataFrame],
    ) -> tuple[pl.DataFrame, list[CellFaults]]:
        """Number decoded rows and complete them by joins; `done` are those around them.

        Rows of joins, and those that stand in several files, are resolved first: as a whole they
        are one row or another.
        """
        frame = self._owners.with_splits(source, frame)
        frame = self._stamped(source, self._enclose(file, source, frame, done))
        faults: list[CellFaults] = []
        if source.join is None:
            broken = self._references.broken_roles()
            frame, faults = self._joins.complete(source, frame, broken)
        if source.join is not None or source.shared:
            frame, dangling = self._references.resolve(file, source, frame)
            faults = [*faults, *dangling]
        if source.join is not None:
            self._joins.add(source, frame)
            return frame, faults
        return self._retained.number(source, frame), faults

    def _together(self, file: FilePlan, decoded: Mapping[str, Decoded]) -> list[list[Source]]:
        """Group the sources of a role: one group where rows of a table are parts of others."""
        groups: dict[str, list[Source]] = {}
        for source in walk(file.sources):
            if source.name in decoded:
                is_whole = source.join is not None or source.table not in self._parted
                groups.setdefault(source.name if is_whole else source.table, []).append(source)
        return list(groups.values())

    def _resolve(
        self, file: FilePlan, source: Source, frame: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[CellFaults]]:
        """Resolve what numbered rows refer to."""
        if source.join is not None or source.shared:
            return frame, []
        return self._references.resolve(file, source, frame)

    def _named(self, place: tuple[str, str, str], rows: pl.Series) -> pl.Series | None:
        """Give a column of the rows that references of a table name."""
        table, reference, column = place
        refers = self.plan.tables[table].columns[reference].refers
        frame = self._retained.table(refers[0]) if refers is not None else None
        return frame[column].gather(rows) if frame is not None and column in frame.columns else None

    def _stamped(self, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.lit(self._numbers[source.name], pl.UInt16).alias("@source"))

    def _enclose(
        self,
        file: FilePlan,
        source: Source,
        frame: pl.DataFrame,
        done: Mapping[str, pl.DataFrame],
    ) -> pl.DataFrame:
        """Fill the reference to the enclosing row, or to the owner of the file."""
        if source.enclosing is None:
            return frame
        outer = next((s for s in walk(file.sources) if source in s.children), None)
        if outer is None or outer.name not in done:
            return frame.with_columns(self._owners.find(file, frame).alias(source.enclosing))
        parent, at = done[outer.name], frame["@parent"]
        rows = parent["@row"].gather(at)
        if WITHIN in frame.columns:
            start = self._retained.heights.get(source.table, 0)
            own = frame["@row"] if "@row" in frame.columns else start + _positions(frame)
            rows = pl.select(pl.coalesce(rows, own.gather(frame[WITHIN]))).to_series()
            at = at.gather(outermost(frame[WITHIN]))
        handed_on = [
            plan.name
            for plan in source.variants[0].columns
            if plan.implied and plan.refers is not None and plan.name in parent.columns
        ]
        columns = [parent[name].gather(at) for name in handed_on if name != source.enclosing]
        frame = frame.drop(WITHIN, strict=False)
        return frame.with_columns(rows.cast(pl.UInt32).alias(source.enclosing), *columns)

    def _documents(self, file: FilePlan, raw: RawBatch, frames: dict[str, pl.DataFrame]) -> None:
        """Keep the places of members that stand outside any record."""
        for name, rows in raw.rows.items():
            if name not in frames and rows.unknown and file.sources and rows.frame.height:
                number = self._numbers[file.sources[0].name]
                source = pl.lit(number, pl.UInt16).alias("@source")
                frames[name] = rows.frame.with_columns(source)


def _mark_others(
    source: Source, frames: dict[str, pl.DataFrame], faults: Sequence[CellFaults]
) -> None:
    """Mark the cells at fault of rows of other sources, of which those of a source are made."""
    for fault in faults:
        if fault.source != source.name and fault.column is not None:
            frame = frames[fault.source]
            rows = pl.Series(range(frame.height), dtype=pl.UInt32).is_in(fault.rows.implode())
            frames[fault.source] = mark_faulty(frame, fault.column, rows)


def _positions(frame: pl.DataFrame) -> pl.Series:
    return pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
