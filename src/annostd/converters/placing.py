"""Which file each row is written to, and the raw rows of each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.beside import beside_paths
from annostd.bindings.targets import place_rows
from annostd.columns.encode import encode
from annostd.columns.marked import KEPT, mark_rows, rows_inside
from annostd.columns.nesting import WITHIN
from annostd.columns.pieces import joined_pieces
from annostd.converters.joining import in_order, joined_lines, joined_rows
from annostd.converters.nested import rows_in
from annostd.converters.outlines import without
from annostd.converters.parting import TOGETHER, batched, split_by_file
from annostd.converters.unplaced import shared_paths, unplaced
from annostd.plan.divisions import LABEL, SPAN, leaf_of
from annostd.plan.sources import walk
from annostd.templates import extract
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source
    from annostd.tables.dataset import Tables


WHOLE = frozenset({"image", "text"})
"""Carriers of whose files each is one row."""
FAULTY = "@bad "
"""What begins the name of a column that marks the faulty values of a field."""


@dataclass(slots=True)
class RolePlan:
    """The files of one role to be written: their paths, and the raw rows of each source.

    Frames of outermost sources have `@file`, the number of a path; `@parent` is a row of the
    frame of the enclosing source. `waiting` are rows of outermost sources not encoded yet, by file;
    `faults` are rows that no path can hold.
    """

    plan: FilePlan
    paths: list[str] = field(default_factory=list)
    rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    waiting: list[tuple[Source, pl.DataFrame]] = field(default_factory=list)
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
        # rows that wait have their outlines; what stands inside others is looked up when these come
        inside = {
            child.table
            for role in order
            for source in walk(role.sources)
            for child in source.children
        }
        self.tables = without(self.tables, inside)
        return self.placed

    def parts(self, role: str) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield the raw rows of a role's files, encoded for some thousand files at a time."""
        placed = self.placed[role]
        for first in range(0, max(len(placed.paths), 1), TOGETHER):
            part = RolePlan(placed.plan, rows=dict(placed.rows) if first == 0 else {})
            for source, rows in placed.waiting:
                low, high = (
                    int(rows["@file"].search_sorted(at)) for at in (first, first + TOGETHER)
                )
                if high > low:
                    self._add(placed.plan, source, rows.slice(low, high - low), part)
            yield part.rows

    def rows_of_files(
        self, role: FilePlan, numbers: Sequence[int]
    ) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield, file by file, the raw rows that were read from it, to print it again.

        They keep their places. Many files are encoded at once: frames of a few rows cost as much.
        """
        frames = [
            (source, self._standing(source) if source.shared else self._rows(source))
            for source in role.sources
        ]
        for members in batched(numbers, TOGETHER):
            result = RolePlan(role)
            for source, whole in frames:
                rows = whole
                if "@origin" in rows.columns:
                    own = pl.col("@origin").is_in(members)
                    rows = rows.filter(own).sort("@origin", maintain_order=True)
                if not rows.is_empty():
                    self._add(role, source, rows, result)
            yield from split_by_file(role, result.rows, members)

    def paths_of(self, role: str) -> pl.Series | None:
        """Give the path of each row of the table that stands for a role's files, one file a row."""
        return self._media_paths.get(role)

    def _role(self, role: FilePlan) -> RolePlan:
        result = RolePlan(role)
        is_picture = role.file.carrier == "image"  # what joins read of one no writer puts there
        own = [s for s in role.sources if not s.shared and not (is_picture and s.join)]
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

    def _standing(self, source: Source) -> pl.DataFrame:
        """Give rows that stand in several files once for each place, in the order of the places."""
        rows = self._rows(source)
        places = self.tables.standing.get(source.name)
        if places is None or rows.is_empty():
            return rows
        places = places.rename({"@row": "@from", "@file": "@origin"})
        rows = rows.drop(
            name for name in places.columns if name != "@from" and name in rows.columns
        )
        return places.join(rows, on="@from", how="inner", maintain_order="left")

    def _outermost(self, role: FilePlan, source: Source, result: RolePlan) -> None:
        rows = self._rows(source)
        if source.join is not None:
            rows = joined_rows(source, rows)
        if rows.is_empty():
            return
        captures = self._captures(role, source, rows)
        if result.paths and "@none" in captures.columns:
            _wait(source, rows.with_columns(pl.lit(0, pl.UInt32).alias("@file")), result)
            return
        placed = place_rows(role, captures)
        if _is_one_a_file(role, source):
            result.faults.extend(shared_paths(self.plan, source, rows, placed.paths))
        result.faults.extend(unplaced(self.plan, source, rows, placed.faults))
        paths = placed.paths
        if role.file.carrier in WHOLE:
            whole = pl.repeat(None, self.tables.rows(source.table), dtype=pl.String, eager=True)
            self._media_paths[role.role] = whole.scatter(rows["@row"], paths)
        numbers = self._number(result, paths)
        rows = rows.with_columns(numbers.alias("@file")).filter(pl.col("@file").is_not_null())
        ordered = in_order(source, rows, partial(self._text, source, rows))
        rows = ordered.sort("@file", maintain_order=True)
        _wait(source, rows, result)

    def _everywhere(self, role: FilePlan, source: Source, result: RolePlan) -> None:
        """Write shared rows into every file of their role."""
        rows = self._rows(source)
        if not result.paths:
            one = rows.head(1) if rows.height else pl.DataFrame({"@none": [0]})
            self._number(result, place_rows(role, self._captures(role, source, one)).paths)
        files = pl.DataFrame({"@file": range(len(result.paths))}, schema={"@file": pl.UInt32})
        rows = files.join(rows.drop([n for n in ("@file",) if n in rows.columns]), how="cross")
        if not rows.is_empty():
            _wait(source, rows, result)

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
            _wait(source, rows.sort("@file", maintain_order=True), result)

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
        raw = encode(source, rows, self._key_of, role.file.carrier)
        if source.join is not None:
            keys = self._text(source, rows, source.join.by[0][0])
            result.rows[source.name] = joined_lines(source, raw.with_columns(rows["@file"]), keys)
            return
        keep = [name for name in ("@file", "@parent", WITHIN) if name in rows.columns]
        standing = {"@start", "@end", "@index", "@path", "@origin"}
        places = [n for n in rows.columns if n in standing or n.startswith(KEPT)]
        result.rows[source.name] = raw.with_columns(
            *(rows[name] for name in (*keep, *places)), *_faulty(source, rows)
        )
        for child in source.children:
            inner = self._rows(child)
            if inner.is_empty() or child.enclosing is None or child.marked is not None:
                continue
            drop = [name for name in ("@parent", "@file") if name in inner.columns]
            self._add(role, child, rows_in(child, inner.drop(drop), rows), result)
        for child in source.children:
            if child.pieces is not None:
                self._put_together(source, child, result)
            if child.marked is not None:
                self._mark(role, source, rows, child, result)

    def _put_together(self, outer: Source, source: Source, result: RolePlan) -> None:
        """Write rows that are pieces of a field into that field."""
        frame = result.rows[outer.name]
        raw = result.rows.pop(source.name, pl.DataFrame({"@parent": []}))
        if source.pieces is not None:
            texts = joined_pieces(source, raw, frame.height).alias(source.pieces.field)
            result.rows[outer.name] = frame.with_columns(texts)

    def _mark(
        self,
        role: FilePlan,
        outer: Source,
        rows: pl.DataFrame,
        source: Source,
        result: RolePlan,
    ) -> None:
        """Write rows that tags mark into the field of the rows inside the same ones."""
        marked = source.marked
        leaf = leaf_of(outer, marked.table) if marked is not None else None
        if marked is None or leaf is None or leaf.name not in result.rows:
            return
        inside = rows_inside(outer, leaf, result.rows, marked.text)
        own = self._rows(source)
        if inside is None:
            return
        spans = pl.DataFrame(
            schema={"outer": pl.UInt32, "span": pl.List(pl.List(pl.Int64)), "label": pl.String}
        )
        if not own.is_empty():
            at = pl.DataFrame({"@row": rows["@row"]}).with_row_index("outer")
            own = own.join(at, left_on=source.enclosing, right_on="@row", maintain_order="left")
            raw = encode(source, own, self._key_of, role.file.carrier)
            spans = pl.DataFrame({"outer": own["outer"], "span": raw[SPAN], "label": raw[LABEL]})
        tags, _ = mark_rows(inside, spans, marked.scheme)
        frame = result.rows[leaf.name]
        result.rows[leaf.name] = frame.with_columns(tags.alias(marked.tag))

    def _key_of(self, table: str, key: str) -> pl.Series | None:
        frame = self.tables.frames.get(table)
        return frame[key] if frame is not None and key in frame.columns else None

    def _text(self, source: Source, rows: pl.DataFrame, name: str) -> pl.Series:
        """Give the text that a column is written as: of a reference, that of the key it names."""
        own = (plan for variant in source.variants for plan in variant.columns)
        plans = {plan.name: plan for plan in own}
        plan = plans.get(name) or self.plan.tables[source.table].columns.get(name)
        values = rows[name]
        if plan is not None and plan.refers is not None:
            keys = self._key_of(*plan.refers)
            values = values if keys is None else keys.gather(values)
        return values.cast(pl.String)

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
        own = self._held(source, rows, name)
        if own is not None or source.join is not None:
            return own
        for variant in source.variants:
            for plan in variant.columns:
                target = plan.refers[0] if plan.refers else None
                outer = next((s for s in role.sources if s.table == target), None)
                if outer is None or plan.name not in rows.columns:
                    continue
                frame = self.tables.frames.get(target or "")
                value = self._held(outer, frame, name) if frame is not None else None
                if value is not None:
                    return value.gather(rows[plan.name])
        return self._said_for_all(role, rows.height, name)

    def _held(self, source: Source, rows: pl.DataFrame, capture: str) -> pl.Series | None:
        """Give the values of a capture that a source's own columns hold."""
        if f"{{{capture}}}" in rows.columns:
            return rows[f"{{{capture}}}"]
        plan = _bound(source, rows, capture)
        if plan is None:
            return None
        values = rows[plan.name]
        if plan.refers is not None:
            keys = self._key_of(*plan.refers)
            return keys.gather(values) if keys is not None else None
        if plan.type == "strings":
            return values.list.first()
        if plan.template is not None:
            parts, _ = extract(plan.template, values.cast(pl.String), mode="path")
            return parts[capture]
        return values

    def _said_for_all(self, role: FilePlan, height: int, name: str) -> pl.Series | None:
        """Give the value of a capture that the one row of a shared source holds for all rows."""
        for source in role.sources:
            frame = self.tables.frames.get(source.table) if source.shared else None
            value = (
                self._held(source, frame, name) if frame is not None and frame.height == 1 else None
            )
            if value is not None:
                return value.gather([0] * height)
        return None


def _wait(source: Source, rows: pl.DataFrame, result: RolePlan) -> None:
    """Keep rows that stand by rising file until these are written; rows of no file are not."""
    result.waiting.append((source, rows.filter(pl.col("@file").is_not_null())))


def _is_one_a_file(role: FilePlan, source: Source) -> bool:
    """Tell whether a file holds one row of a source; elements inside a root are a list of them."""
    named = all(step.kind == "member" for step in source.locator)
    root = role.file.carrier != "xml" or len(source.locator) == 1
    return bool(source.locator) and named and root and source.template is None


def _faulty(source: Source, rows: pl.DataFrame) -> list[pl.Series]:
    """Mark for each field the rows whose value could not be understood."""
    marks = {
        field: rows[f"{plan.name}@bad"]
        for variant in source.variants
        for plan in variant.columns
        for field in plan.fields
        if f"{plan.name}@bad" in rows.columns
    }
    return [mark.fill_null(value=False).alias(FAULTY + field) for field, mark in marks.items()]


def _bound(source: Source, rows: pl.DataFrame, capture: str) -> ColumnPlan | None:
    """Find the column of a source, among those that rows have, that holds a capture."""
    field = f"{{{capture}}}"
    columns = (plan for variant in source.variants for plan in variant.columns)
    return next((p for p in columns if field in p.fields and p.name in rows.columns), None)
