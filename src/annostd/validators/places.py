"""From rows to findings: the place of each row in the user's files, and the name of its object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from annostd.columns.raw import Place
from annostd.expressions import WHOLE
from annostd.findings import Finding, Location
from annostd.plan.model import Source
from annostd.validators.messages import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.bindings.document import Document
    from annostd.plan.model import Plan, RulePlan

PLACED = ("@file", "@start", "@end", "@index", "@path", "@source")


class Placer:
    """Makes findings of rows; `sources` lists the plan's sources in the order of `@source`."""

    def __init__(self, document: Document, plan: Plan, sources: Sequence[Source]) -> None:
        self.document = document
        self.plan = plan
        self.sources = sources

    def findings(
        self,
        rule: RulePlan,
        rows: pl.DataFrame,
        texts: Sequence[tuple[str, str | None, str | None]],
        path: tuple[str, ...] | None,
    ) -> list[Finding]:
        """Make a finding for each row; `texts` holds message, actual and expected of each."""
        objects = self._objects(rule, rows)
        columns = [_column(rows, name) for name in PLACED]
        found = []
        for index, (file, start, end, ordinal, at, source) in enumerate(zip(*columns, strict=True)):
            message, actual, expected = texts[index]
            location = self._location(file, (start, end, ordinal, at), source, path)
            found.append(
                Finding(
                    rule=rule.id,
                    level=rule.level,
                    class_name=rule.class_name,
                    phase=rule.phase,
                    location=location,
                    message=message,
                    object=objects[index],
                    actual=shorten(actual) if actual is not None else None,
                    expected=expected,
                )
            )
        return found

    def _location(
        self,
        file: int | None,
        place: tuple[int | None, int | None, int | None, str | None],
        source: int | None,
        path: tuple[str, ...] | None,
    ) -> Location:
        if file is None:
            return Location(".")
        start, end, index, at = place
        role = self.document.files[file].role
        home = self.sources[source] if source is not None else _document(role)
        here = Place(file, start or 0, end or 0, index or 0, at)
        return self.document.locate(home, file, here, path)

    def _objects(self, rule: RulePlan, rows: pl.DataFrame) -> list[str | None]:
        """Name each row's object: by its key, else by its ordinal in its file."""
        table = self.plan.tables.get(rule.table or "")
        columns = table.columns.values() if table is not None else ()
        keys = [plan.name for plan in columns if plan.column.key and plan.name in rows.columns]
        ordinals = [None if index is None else f"#{index + 1}" for index in _column(rows, "@index")]
        if not keys:
            return ordinals
        named = rows[keys[0]].cast(pl.String)
        return [name if name is not None else ordinals[at] for at, name in enumerate(named)]


def _column(rows: pl.DataFrame, name: str) -> list[Any]:
    return rows[name].to_list() if name in rows.columns else [None] * rows.height


def _document(role: str) -> Source:
    """Stand for the document itself, where a member stands in no record."""
    return Source(role, role, role, (), (), ())


def pointed(rule: RulePlan, source: Source) -> tuple[str, ...] | None:
    """Tell the value that a rule is about: of the one column that it reads, else the record."""
    names = {need.path[0] for need in rule.needs if need.measure not in WHOLE}
    paths = {field.name: field.path for field in source.fields if field.capture is None}
    columns = {
        column.name: column
        for variant in source.variants
        for column in variant.columns
        if column.name in names and column.refers is None and any(f in paths for f in column.fields)
    }
    columns.pop("shape", None)
    if len(columns) != 1:
        return None
    column = next(iter(columns.values()))
    return paths.get(column.fields[0]) if len(column.fields) == 1 else None
