"""Which file each row is written to, and the raw rows of each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.beside import beside_paths
from annostd.bindings.targets import place_rows
from annostd.columns.encode import encode
from annostd.plan.sources import walk
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.plan.model import FilePlan, Plan, Source
    from annostd.tables.dataset import Tables


@dataclass(slots=True)
class RolePlan:
    """The files of one role to be written: their paths, and the raw rows of each source.

    Frames of outermost sources have `@file`, the number of a path; `@parent` is a row of the
    frame of the enclosing source. `faults` are rows that no path can hold.
    """

    plan: FilePlan
    paths: list[str] = field(default_factory=list)
    rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Placing:
    """Places the rows of mapped tables into the files of a plan."""

    def __init__(self, plan: Plan, tables: Tables, roles: Sequence[FilePlan]) -> None:
        self.plan = plan
        self.tables = tables
        self.roles = {role.role: role for role in roles}
        self.placed: dict[str, RolePlan] = {}
        self._numbers = {
            source.name: number
            for number, source in enumerate(s for file in plan.files for s in walk(file.sources))
        }
        self._media_paths: dict[str, pl.Series] = {}

    def place(self) -> dict[str, RolePlan]:
        """Place every role's rows, roles that others stand beside first."""
        order = sorted(self.roles.values(), key=lambda role: role.file.beside is not None)
        for role in order:
            self.placed[role.role] = self._role(role)
        return self.placed

    def rows_of_file(self, role: FilePlan, number: int) -> dict[str, pl.DataFrame]:
        """Give the raw rows that were read from one file, with their places, to print it again."""
        result = RolePlan(role)
        for source in role.sources:
            rows = self._rows(source)
            if "@origin" in rows.columns:
                rows = rows.filter(pl.col("@origin") == number)
            if not rows.is_empty():
                self._add(role, source, rows, result)
        return {
            name: frame.rename({"@origin": "@file"}) if "@origin" in frame.columns else frame
            for name, frame in result.rows.items()
        }

    def paths_of(self, role: str) -> pl.Series | None:
        """Give the path of each row of the table that stands for a role's files, one file a row."""
        return self._media_paths.get(role)

    def _role(self, role: FilePlan) -> RolePlan:
        result = RolePlan(role)
        own = [source for source in role.sources if not source.shared]
        if role.file.beside is not None:
            self._beside(role, result)
            return result
        for source in own:
            self._outermost(role, source, result)
        for source in role.sources:
            if source.shared:
                self._everywhere(role, source, result)
        return result

    def _rows(self, source: Source) -> pl.DataFrame:
        frame = self.tables.frames.get(source.table)
        if frame is None:
            return pl.DataFrame({"@row": []}, schema={"@row": pl.UInt32})
        if "@file" in frame.columns:
            frame = frame.rename({"@file": "@origin"})
        frame = frame.with_columns(pl.int_range(frame.height, dtype=pl.UInt32).alias("@row"))
        if source.join is not None:
            return frame
        return frame.filter(pl.col("@source") == self._numbers[source.name])

    def _outermost(self, role: FilePlan, source: Source, result: RolePlan) -> None:
        rows = self._rows(source)
        if source.join is not None:
            rows = _joined(source, rows)
        if rows.is_empty():
            return
        captures = self._captures(role, source, rows)
        if result.paths and "@none" in captures.columns:
            self._add(role, source, rows.with_columns(pl.lit(0, pl.UInt32).alias("@file")), result)
            return
        placed = place_rows(role, captures)
        result.faults.extend(fault.message for fault in placed.faults)
        paths = placed.paths
        if role.file.carrier == "image":
            whole = pl.repeat(None, self.tables.rows(source.table), dtype=pl.String, eager=True)
            self._media_paths[role.role] = whole.scatter(rows["@row"], paths)
        numbers = self._number(result, paths)
        rows = rows.with_columns(numbers.alias("@file")).filter(pl.col("@file").is_not_null())
        self._add(role, source, rows.sort("@file", maintain_order=True), result)

    def _everywhere(self, role: FilePlan, source: Source, result: RolePlan) -> None:
        """Write shared rows into every file of their role."""
        rows = self._rows(source)
        if not result.paths:
            path = place_rows(role, pl.DataFrame({"@none": [0]})).paths
            self._number(result, path)
        files = pl.DataFrame({"@file": range(len(result.paths))}, schema={"@file": pl.UInt32})
        rows = files.join(rows.drop([n for n in ("@file",) if n in rows.columns]), how="cross")
        if not rows.is_empty():
            self._add(role, source, rows, result)

    def _beside(self, role: FilePlan, result: RolePlan) -> None:
        """Write the rows that belong to a file of another role into the file beside it."""
        beside = role.file.beside
        owners = self._media_paths.get(beside.role) if beside is not None else None
        if beside is None or owners is None:
            return
        result.paths = beside_paths(beside, owners.fill_null("").to_list())
        for source in role.sources:
            rows = self._rows(source)
            if rows.is_empty() or source.enclosing is None:
                continue
            rows = rows.with_columns(pl.col(source.enclosing).cast(pl.UInt32).alias("@file"))
            self._add(role, source, rows.sort("@file", maintain_order=True), result)

    def _number(self, result: RolePlan, paths: pl.Series) -> pl.Series:
        known = {path: number for number, path in enumerate(result.paths)}
        for path in paths.drop_nulls().unique(maintain_order=True):
            if path not in known:
                known[path] = len(result.paths)
                result.paths.append(path)
        if not known:
            return pl.repeat(None, len(paths), dtype=pl.UInt32, eager=True)
        return paths.replace_strict(
            pl.Series(list(known)), pl.Series(list(known.values()), dtype=pl.UInt32), default=None
        )

    def _add(
        self,
        role: FilePlan,
        source: Source,
        rows: pl.DataFrame,
        result: RolePlan,
    ) -> None:
        """Encode rows of a source, and of those inside it, in the order given."""
        raw = self._encoded(role, source, rows)
        keep = [name for name in ("@file", "@parent") if name in rows.columns]
        places = [n for n in ("@start", "@end", "@index", "@path", "@origin") if n in rows.columns]
        result.rows[source.name] = raw.with_columns(rows[name] for name in (*keep, *places))
        for child in source.children:
            inner = self._rows(child)
            if inner.is_empty() or child.enclosing is None:
                continue
            at = pl.DataFrame(
                {
                    child.enclosing: rows["@row"],
                    "@parent": pl.int_range(rows.height, dtype=pl.UInt32, eager=True),
                }
            )
            drop = [name for name in ("@parent", "@file") if name in inner.columns]
            inner = inner.drop(drop).join(
                at, on=child.enclosing, how="inner", maintain_order="right"
            )
            self._add(role, child, inner.sort("@parent", maintain_order=True), result)

    def _encoded(self, role: FilePlan, source: Source, rows: pl.DataFrame) -> pl.DataFrame:
        if source.join is not None:
            columns = [
                rows[name].alias(name)
                for name in [f.name for f in source.fields]
                if name in rows.columns
            ]
            return pl.DataFrame(columns)
        return encode(source, rows, self._key_of, role.file.carrier)

    def _key_of(self, table: str, key: str) -> pl.Series | None:
        frame = self.tables.frames.get(table)
        return frame[key] if frame is not None and key in frame.columns else None

    def _captures(self, role: FilePlan, source: Source, rows: pl.DataFrame) -> pl.DataFrame:
        """Find what a role's path captures for each row: its own, or of a row that it refers to."""
        if not role.paths:
            return pl.DataFrame({"@none": [0] * rows.height})
        wanted = template_fields(role.paths[0])
        found: dict[str, pl.Series] = {}
        for name in wanted:
            value = self._capture(role, source, rows, name)
            if value is not None:
                found[name] = value.cast(pl.String)
        return pl.DataFrame(found) if found else pl.DataFrame({"@none": [0] * rows.height})

    def _capture(
        self, role: FilePlan, source: Source, rows: pl.DataFrame, name: str
    ) -> pl.Series | None:
        own = _bound(source, rows, name)
        if own is not None or source.join is not None:
            return own
        for variant in source.variants:
            for plan in variant.columns:
                target = plan.refers[0] if plan.refers else None
                outer = next((s for s in role.sources if s.table == target), None)
                if outer is None or plan.name not in rows.columns:
                    continue
                frame = self.tables.frames.get(target or "")
                value = _bound(outer, frame, name) if frame is not None else None
                if value is not None:
                    return value.gather(rows[plan.name])
        return None


def _bound(source: Source, rows: pl.DataFrame, capture: str) -> pl.Series | None:
    """Give the values of a capture that a source's own columns hold."""
    field = f"{{{capture}}}"
    if field in rows.columns:
        return rows[field]
    for variant in source.variants:
        for plan in variant.columns:
            if field in plan.fields and plan.name in rows.columns:
                values = rows[plan.name]
                if plan.type == "strings":
                    return values.list.first()
                if plan.template is not None:
                    from annostd.templates import extract

                    parts, _ = extract(plan.template, values.cast(pl.String), mode="path")
                    return parts[capture]
                return values
    return None


def _joined(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Make the rows of a join: one for each value of its list column, with the row's key."""
    if source.join is None:
        return rows
    columns = dict(source.join.by)
    listed = [plan for plan in source.variants[0].columns if plan.name in rows.columns]
    if not listed:
        return rows.clear()
    chosen = rows.select(
        *(pl.col(here).cast(pl.String).alias(there) for here, there in columns.items()),
        *(pl.col(plan.name).alias(plan.fields[0]) for plan in listed),
    )
    for plan in listed:
        if plan.type == "strings":
            chosen = chosen.explode(plan.fields[0])
    return chosen.drop_nulls()
