"""Rows that later ones may refer to: by number, by key, and in each file that they stand in."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.keys import KeyIndex, index_keys
from annostd.columns.shared_rows import SharedRows
from annostd.plan.agreement import early_references
from annostd.plan.gathers import naming_parts
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from annostd.plan.model import ColumnPlan, Plan, Source


class Retained:
    """Counts the rows of every table, and keeps those of tables that rows of `roles` refer to."""

    def __init__(self, plan: Plan, roles: Collection[str]) -> None:
        self.heights: dict[str, int] = {}
        self.kept: dict[str, list[pl.DataFrame]] = {}
        self.shared: dict[str, SharedRows] = {}
        self._names = retained_tables(plan, roles)
        self._early = frozenset(
            column.refers[0] for _, _, column in early_references(plan.files) if column.refers
        )
        self._parts = {
            table: by for table in plan.tables if (by := naming_parts(plan, table)) is not None
        }
        self._coming: dict[str, dict[str, pl.DataFrame]] = {}
        self._indexes: dict[tuple[str, str, str | None], KeyIndex] = {}

    def detach(self) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self.heights = dict(self.heights)
        self.kept = {table: list(parts) for table, parts in self.kept.items()}
        self._coming, self._indexes = {}, dict(self._indexes)
        self.shared = {name: copy(rows) for name, rows in self.shared.items()}
        for rows in self.shared.values():
            rows.detach()

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Count new rows of a table, and keep them if others may refer to them."""
        self.extend(table, frame.height, frame)

    def extend(self, table: str, count: int, frame: pl.DataFrame | None) -> None:
        """Count new rows of a table; those that others may refer to are given and kept."""
        self._count(table, count)
        if frame is not None:
            self._keep(table, frame)

    def _count(self, table: str, height: int) -> None:
        self.heights[table] = self.heights.get(table, 0) + height
        for name in [name for name in self._indexes if name[0] == table]:
            del self._indexes[name]

    def _keep(self, table: str, frame: pl.DataFrame) -> None:
        if table in self._names:
            self.kept.setdefault(table, []).append(frame)

    def number(self, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        """Number rows of a source (`@row`), which are added when they are resolved.

        Rows of a table that several sources fill are numbered already. Shared rows are numbered
        once; `@new` tells which are met for the first time. Rows that others may name before they
        are added can be looked up from now on.
        """
        if source.shared:
            return self.share(source, frame)
        if "@row" not in frame.columns:
            start = self.heights.get(source.table, 0)
            rows = pl.int_range(start, start + frame.height, dtype=pl.UInt32, eager=True)
            frame = frame.with_columns(rows.alias("@row"))
        self._count(source.table, frame.height)
        if source.table in self._early:
            self._coming.setdefault(source.table, {})[source.name] = frame
        return frame

    def share(self, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        """Number rows that may stand in several files; `@new` tells those not met before."""
        shared = self.shared.setdefault(source.name, SharedRows(source, _key(source)))
        frame = shared.take(frame)
        self._count(source.table, int(frame["@new"].sum()))
        return frame

    def keep(self, source: Source, frame: pl.DataFrame) -> None:
        """Add numbered rows of a source, resolved, if others may refer to them."""
        self._coming.get(source.table, {}).pop(source.name, None)
        self._keep(source.table, frame.filter(pl.col("@new")) if source.shared else frame)

    def table(self, name: str) -> pl.DataFrame | None:
        """Give the rows of a retained table read so far, in order of `@row`."""
        parts = self.kept.get(name)
        if not parts:
            return None
        if len(parts) > 1:
            parts[:] = [merge_rows(parts)]
        return parts[0]

    def index(self, table: str, key: str, scope: str | None) -> KeyIndex | None:
        """Index the rows of a table by a key, in a scope; None where no row has that key."""
        name = (table, key, scope)
        if name not in self._indexes:
            rows = self._whole(table, self._keyed(table, key))
            if rows is None or key not in rows.columns:
                return None
            self._indexes[name] = index_keys(rows, key, scope)
        return self._indexes[name]

    def _keyed(self, table: str, key: str) -> pl.DataFrame | None:
        """Give the rows that a key may name; shared rows count in each of their files."""
        shared = [rows for rows in self.shared.values() if rows.source.table == table]
        if shared:
            return shared[0].by_file(key)
        known, coming = self.table(table), self._coming.get(table)
        if not coming:
            return known
        parts = [*coming.values()] if known is None else [known, *coming.values()]
        return pl.concat(parts, how="diagonal_relaxed").sort("@row")

    def _whole(self, table: str, rows: pl.DataFrame | None) -> pl.DataFrame | None:
        """Leave out rows that are only parts of others: no name means them."""
        by = self._parts.get(table)
        if rows is None or by is None or by not in rows.columns:
            return rows
        return rows.filter(pl.col(by).is_null())


def merge_rows(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put rows of one table together, in order of `@row`."""
    if len(parts) == 1:
        return parts[0]
    whole = pl.concat(parts, how="diagonal_relaxed")
    return whole if whole["@row"].is_sorted() else whole.sort("@row")


def retained_tables(plan: Plan, roles: Collection[str]) -> frozenset[str]:
    """Name the tables that rows of later batches may refer to; `roles` have files."""
    found = {file.file.of for file in plan.files if file.file.of}
    for file in plan.files:
        for source in walk(file.sources) if file.role in roles else ():
            if source.join is None:
                found.update(column.refers[0] for column in references(source) if column.refers)
            if source.shared:
                found.add(source.table)
    found.update(table.name for table in plan.tables.values() if table.created)
    return frozenset(found)


def references(source: Source) -> list[ColumnPlan]:
    """List the references of a source that name rows by a key, one plan a name."""
    found: dict[str, ColumnPlan] = {}
    for variant in source.variants:
        for plan in variant.columns:
            if plan.refers is not None and not plan.implied:
                found.setdefault(plan.name, plan)
    return list(found.values())


def _key(source: Source) -> str | None:
    return next((p.name for v in source.variants for p in v.columns if p.column.key), None)
