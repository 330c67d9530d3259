"""Typed rows of sources to tables: row numbers, enclosing rows, references, joins, shared rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.created import create_rows
from annostd.columns.decode import Decoded, decode
from annostd.columns.faults import CellFaults
from annostd.columns.joins import Joins
from annostd.columns.keys import Created, KeyIndex, find_rows, index_keys
from annostd.columns.shared_rows import SharedRows
from annostd.findings import Level
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.columns.raw import DataFile, RawBatch
    from annostd.findings import Finding
    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source, Want


@dataclass(frozen=True, slots=True)
class Batch:
    """A bounded number of new rows, by table (with `@row`, `@source`, places) and by source.

    `faults` are cells that broke generated rules, `findings` what could not be read at all,
    `unknown` the undeclared members met: (source or role, path, count, place row or None).
    """

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    sources: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    faults: tuple[CellFaults, ...] = ()
    findings: tuple[Finding, ...] = ()
    unknown: tuple[tuple[str, str, int, int], ...] = ()


class Assembler:
    """Turns raw batches into batches of the tables; knows the rows that later ones may refer to."""

    def __init__(
        self,
        plan: Plan,
        files: Sequence[DataFile],
        want: Want | None = None,
        *,
        alone: bool = False,
    ) -> None:
        self.plan = plan
        self.files = files
        self.want = want
        self.heights: dict[str, int] = {}
        self.kept: dict[str, list[pl.DataFrame]] = {}
        self._whole: dict[str, pl.DataFrame] = {}
        self._indexes: dict[tuple[str, str, str | None], KeyIndex] = {}
        self._created: dict[str, Created] = {
            table.name: Created() for table in plan.tables.values() if table.created
        }
        self._shared: dict[str, SharedRows] = {}
        self._joins = Joins()
        self._owners: dict[str, dict[int, int]] = {}
        self._retained = retained_tables(plan)
        self._absent: set[str] = set()
        self._broken: set[str] = set()
        self._alone = alone
        self._numbers = {
            source.name: index
            for index, source in enumerate(s for file in plan.files for s in walk(file.sources))
        }
        self._homes = {
            source.name: (file, source) for file in plan.files for source in walk(file.sources)
        }

    @property
    def sources(self) -> Mapping[str, tuple[FilePlan, Source]]:
        """Every source by name, with the file plan that holds it."""
        return self._homes

    def standing(self) -> dict[str, pl.DataFrame]:
        """Give by source the places of rows that stand in several files, in all of them."""
        return {name: shared.places() for name, shared in self._shared.items()}

    def table(self, name: str) -> pl.DataFrame | None:
        """Give the rows of a retained table read so far, in order of `@row`."""
        parts = self.kept.get(name)
        if not parts:
            return None
        if name not in self._whole or self._whole[name].height != self.heights[name]:
            self._whole[name] = pl.concat(parts, how="diagonal_relaxed")
            self.kept[name] = [self._whole[name]]
        return self._whole[name]

    def take(self, file: FilePlan, raw: RawBatch) -> Batch:
        """Decode and resolve one raw batch."""
        self._broken.update(f.location.file for f in raw.findings if f.level is Level.MUST)
        decoded = {
            source.name: decode(
                source,
                raw.rows[source.name],
                carrier=file.file.carrier,
                want=self._wanted(source),
            )
            for source in walk(file.sources)
            if source.variants
            and source.name in raw.rows
            and not raw.rows[source.name].frame.is_empty()
        }
        faults = [fault for rows in decoded.values() for fault in rows.faults]
        made = create_rows(self.plan, self._created, self._sourced(decoded))
        tables: dict[str, list[pl.DataFrame]] = {name: [frame] for name, frame in made.items()}
        for name, frame in made.items():
            self._advance(name, frame, frame.height)
        frames: dict[str, pl.DataFrame] = {}
        for source in walk(file.sources):
            if source.name in decoded:
                frame, more = self._resolve(file, source, decoded[source.name].frame, frames)
                frames[source.name] = frame
                faults.extend(more)
                if source.join is None:
                    tables.setdefault(source.table, []).append(self._added(source, frame))
        self._documents(file, raw, frames)
        unknown = tuple(
            (name, item.path, item.count, item.row)
            for name, rows in raw.rows.items()
            for item in rows.unknown
        )
        merged = {
            name: parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal_relaxed")
            for name, parts in tables.items()
        }
        return Batch(merged, frames, tuple(faults), raw.findings, unknown)

    def _documents(self, file: FilePlan, raw: RawBatch, frames: dict[str, pl.DataFrame]) -> None:
        """Keep the places of members that stand outside any record."""
        for name, rows in raw.rows.items():
            if name not in frames and rows.unknown and file.sources and rows.frame.height:
                number = self._numbers[file.sources[0].name]
                source = pl.lit(number, pl.UInt16).alias("@source")
                frames[name] = rows.frame.with_columns(source)

    def unresolved(self) -> Mapping[str, str]:
        """Say which classes could not be evaluated, since what a reference needs is not there."""
        if not self._absent:
            return {}
        names = ", ".join(sorted(self._absent))
        if self._alone:
            return {"reference": f"the file is judged alone, without what holds the {names}"}
        return {"reference": f"what holds the {names} could not be read"}

    def finish(self) -> Batch:
        """Tell what only the end shows: rows of joins that no row took up, files that disagree."""
        faults = self._joins.unmatched(self._unread())
        frames = {fault.source: self._joins.frame(fault.source) for fault in faults}
        for name, shared in self._shared.items():
            apart = shared.disagreeing()
            faults = (*faults, *apart)
            frames.update({name: shared.frame()} if apart else {})
        return Batch(sources=frames, faults=faults)

    def _wanted(self, source: Source) -> Mapping[str, frozenset[str]] | None:
        if self.want is None or self.want.everything:
            return None
        return self.want.columns.get(source.table, {})

    def _sourced(self, decoded: Mapping[str, Decoded]) -> list[tuple[Source, pl.DataFrame]]:
        return [(self._homes[name][1], rows.frame) for name, rows in decoded.items()]

    def _added(self, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the rows that are new to the table (shared rows stand in many files)."""
        if not source.shared:
            return frame
        return frame.filter(pl.col("@new"))

    def _resolve(
        self,
        file: FilePlan,
        source: Source,
        frame: pl.DataFrame,
        done: Mapping[str, pl.DataFrame],
    ) -> tuple[pl.DataFrame, list[CellFaults]]:
        faults: list[CellFaults] = []
        frame = self._splits(source, frame)
        frame = self._enclose(file, source, frame, done)
        if source.join is None:
            frame = self._joins.complete(source.table, frame)
        for plan in _references(source):
            if plan.name in frame.columns:
                frame, fault = self._refer(file, source, plan, frame)
                faults.extend([fault] if fault else [])
        frame = frame.with_columns(pl.lit(self._numbers[source.name], pl.UInt16).alias("@source"))
        if source.join is not None:
            self._joins.add(source, frame)
            return frame, faults
        if source.shared:
            shared = self._shared.setdefault(source.name, SharedRows(source, self._key(source)))
            frame = shared.take(frame)
            new = frame.filter(pl.col("@new"))
            self._advance(source.table, new, new.height)
            return frame, faults
        start = self.heights.get(source.table, 0)
        rows = pl.int_range(start, start + frame.height, dtype=pl.UInt32, eager=True)
        frame = frame.with_columns(rows.alias("@row"))
        self._advance(source.table, frame, frame.height)
        self._own(file, source, frame)
        return frame, faults

    def _advance(self, table: str, frame: pl.DataFrame, count: int) -> None:
        self.heights[table] = self.heights.get(table, 0) + count
        if table in self._retained:
            self.kept.setdefault(table, []).append(frame)
        for key in [key for key in self._indexes if key[0] == table]:
            del self._indexes[key]

    def _own(self, file: FilePlan, source: Source, frame: pl.DataFrame) -> None:
        """Remember which row stands for each file of the role, for the files that belong to it."""
        if any(other.file.of == source.table for other in self.plan.files):
            owners = self._owners.setdefault(file.role, {})
            owners.update(zip(frame["@file"], frame["@row"], strict=True))

    def _splits(self, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        """Give a medium that several lists name all their splits."""
        listed = [index for index, file in enumerate(self.files) if len(file.splits) > 1]
        names = [
            plan.name
            for variant in source.variants
            for plan in variant.columns
            if plan.type == "strings" and plan.name in frame.columns
        ]
        if not listed or not names:
            return frame
        splits = pl.Series([list(self.files[index].splits) for index in frame["@file"]])
        many = splits.list.len() > 1
        return frame.with_columns(
            pl.when(many).then(splits).otherwise(pl.col(name)).alias(name) for name in names
        )

    def _enclose(
        self,
        file: FilePlan,
        source: Source,
        frame: pl.DataFrame,
        done: Mapping[str, pl.DataFrame],
    ) -> pl.DataFrame:
        if source.enclosing is None:
            return frame
        parent = next((done[s.name] for s in _parents(file, source) if s.name in done), None)
        if parent is None:
            owners = self._owners.get(file.file.beside.role if file.file.beside else "", {})
            owned = [self.files[index].owner for index in frame["@file"]]
            rows = [owners.get(owner) if owner is not None else None for owner in owned]
            return frame.with_columns(pl.Series(source.enclosing, rows, dtype=pl.UInt32))
        at = frame["@parent"]
        columns = [parent["@row"].gather(at).alias(source.enclosing)]
        columns.extend(
            parent[plan.name].gather(at)
            for plan in source.variants[0].columns
            if plan.implied
            and plan.refers
            and plan.name != source.enclosing
            and plan.name in parent
        )
        return frame.with_columns(columns)

    def _refer(
        self, file: FilePlan, source: Source, plan: ColumnPlan, frame: pl.DataFrame
    ) -> tuple[pl.DataFrame, CellFaults | None]:
        """Replace the keys of a reference by row numbers; keys without a row are dangling."""
        table, key = plan.refers or ("", "")
        values = frame[plan.name]
        if plan.column.create:
            return frame.with_columns(self._created[table].find(values).alias(plan.name)), None
        scope = self._scope(file, table, key)
        index = self._index(table, key, scope)
        if index is None:
            rows = pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True)
        else:
            rows = find_rows(index, values, frame[scope] if scope else None)
        dangling = values.is_not_null() & rows.is_null()
        if values.dtype == pl.String and self._broken and dangling.any():
            unread = pl.Series(self._unread(), dtype=pl.String).implode()
            dangling = dangling & ~values.is_in(unread)
        frame = frame.with_columns(rows.alias(plan.name))
        if self._is_absent(table):
            self._absent.add(table)
            return frame, None
        if not dangling.any():
            return frame, None
        bad = f"{plan.name}@bad"
        mask = dangling | frame[bad].fill_null(value=False) if bad in frame.columns else dangling
        fault = CellFaults(
            f"{source.table}.{plan.name}.dangling",
            source.name,
            plan.name,
            tuple(plan.fields[0].split("/")) if not plan.fields[0].startswith("{") else None,
            dangling.arg_true().cast(pl.UInt32),
            values.filter(dangling).cast(pl.String),
            f"the {key} of a {table}",
        )
        return frame.with_columns(mask.alias(bad)), fault

    def _is_absent(self, table: str) -> bool:
        """Tell whether a table has no rows since its files are not there or cannot be read."""
        homes = [home for home, source in self._homes.values() if source.table == table]
        if not homes or self.heights.get(table):
            return False
        roles = {home.role for home in homes}
        paths = [file.path for file in self.files if file.role in roles]
        owed = any(home.file.missing == "error" for home in homes)
        return any(path in self._broken for path in paths) if paths else self._alone or owed

    def _unread(self) -> list[str]:
        """List what the names of broken files say: keys of rows that are there, if unreadable."""
        broken = [file for file in self.files if file.path in self._broken]
        return [text for file in broken for text in file.captures.values()]

    def _scope(self, file: FilePlan, table: str, key: str) -> str | None:
        """Tell in which scope a key resolves: the file of the rows named, or the dataset."""
        for home, source in self._homes.values():
            if source.table == table and source.join is None and home.role == file.role:
                plan = next((p for v in source.variants for p in v.columns if p.name == key), None)
                if source.shared or (plan is not None and plan.column.key == "file"):
                    return "@file"
        return None

    def _index(self, table: str, key: str, scope: str | None) -> KeyIndex | None:
        name = (table, key, scope)
        if name not in self._indexes:
            rows = self._keyed(table, key)
            if rows is None or key not in rows.columns:
                return None
            self._indexes[name] = index_keys(rows, key, scope)
        return self._indexes[name]

    def _keyed(self, table: str, key: str) -> pl.DataFrame | None:
        """Give the rows that a key may name; shared rows count in each of their files."""
        shared = [rows for rows in self._shared.values() if rows.source.table == table]
        if shared:
            return shared[0].by_file(key)
        return self.table(table)

    def _key(self, source: Source) -> str | None:
        return next((p.name for v in source.variants for p in v.columns if p.column.key), None)


def retained_tables(plan: Plan) -> frozenset[str]:
    """Name the tables that rows of later batches may refer to."""
    found = {file.file.of for file in plan.files if file.file.of}
    for file in plan.files:
        for source in walk(file.sources):
            if source.join is None:
                found.update(plan.refers[0] for plan in _references(source) if plan.refers)
            if source.shared:
                found.add(source.table)
    found.update(table.name for table in plan.tables.values() if table.created)
    return frozenset(name for name in found if name)


def _references(source: Source) -> list[ColumnPlan]:
    """List the references of a source that name rows by a key, one plan a name."""
    found: dict[str, ColumnPlan] = {}
    for variant in source.variants:
        for plan in variant.columns:
            if plan.refers is not None and not plan.implied:
                found.setdefault(plan.name, plan)
    return list(found.values())


def _parents(file: FilePlan, source: Source) -> list[Source]:
    return [outer for outer in walk(file.sources) if source in outer.children]
