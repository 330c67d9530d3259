"""A conversion in the making: what it starts from, and each table as it is mapped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.plan.sources import walk
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.converters.model import Lost
    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source
    from annostd.tables.dataset import Tables
    from annostd.tables.geometry.forms import Form


_MANY = frozenset({"image", "jsonl", "text", "parquet"})
"""Carriers whose files are there for their rows: without a row there is no file, no record."""


@dataclass(slots=True)
class TableMap:
    """One table mapped: its frame in the target's forms, and what was noted on the way.

    `rows` are the source's rows that were taken (with `@from`), in the order of `frame`; `errors`
    the rounding errors in pixels by column; `ids` the keys that had to change by column.
    """

    frame: pl.DataFrame
    rows: pl.DataFrame
    forms: dict[str, Form] = field(default_factory=dict)
    derived: dict[str, int] = field(default_factory=dict)
    ids: dict[str, Mapping[str, str]] = field(default_factory=dict)
    errors: dict[str, pl.Series] = field(default_factory=dict)
    losses: list[Lost] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """What a conversion starts from, and the tables mapped so far.

    `values` are constants for `table.column` that the caller supplies; `placed_media` says that the
    media are put beside what is written; `made` are columns, by table, that were made for the
    target.
    """

    source: Tables
    source_plan: Plan
    plan: Plan
    values: Mapping[str, str]
    placed_media: bool = False
    made: frozenset[tuple[str, str]] = frozenset()
    mapped: dict[str, TableMap] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Whether source and target are one standard, so that its own columns travel."""
        return self.source_plan.standard.id == self.plan.standard.id

    @property
    def is_again(self) -> bool:
        """Whether rows go back where they came from: one standard in the same dialects."""
        return self.is_same and self.source_plan.standard.chosen == self.plan.standard.chosen

    @property
    def target(self) -> str:
        """The id of the target."""
        return self.plan.standard.id


def sources_of(plan: Plan, table: str) -> list[tuple[int, Source]]:
    """List the sources of a table with their numbers in the plan, joins left out."""
    numbered = enumerate(source for file in plan.files for source in walk(file.sources))
    return [(n, s) for n, s in numbered if s.table == table and s.join is None]


def bound_rows(work: Work, table: str, name: str, frame: pl.DataFrame) -> pl.Series | None:
    """Tell the rows whose variant binds a column (None: all rows do)."""
    tests = []
    whole = True
    for number, source in sources_of(work.plan, table):
        for index, variant in enumerate(source.variants):
            if any(column.name == name for column in variant.columns):
                tests.append((pl.col("@source") == number) & (pl.col("@variant") == index))
            else:
                whole = False
    if whole or not tests or "@source" not in frame.columns:
        return None
    return frame.select(pl.any_horizontal(tests).fill_null(value=False).alias("bound"))["bound"]


def is_record(plan: Plan, table: str) -> bool:
    """Tell whether a table is the record that a file itself is, which is always written."""
    return any(
        source.table == table and source.join is None and _is_whole(file, source)
        for file in plan.files
        for source in file.sources
    )


def _is_whole(file: FilePlan, source: Source) -> bool:
    """Tell whether a row is a whole file; the root of one that is named for its row is not."""
    if source.template is not None or file.file.carrier in _MANY:
        return False
    fields = {field for v in source.variants for plan in v.columns for field in plan.fields}
    named = any(f"{{{name}}}" in fields for path in file.paths for name in template_fields(path))
    is_single = all(step.kind == "member" for step in source.locator)
    is_root = file.file.carrier == "xml" and len(source.locator) == 1
    is_owed = is_single and source.required is not None
    return not source.locator or ((is_root or is_owed) and not named)


def is_unwritten(plan: Plan, table: str, column: ColumnPlan) -> bool:
    """Tell whether a column is read from a picture, which no writer changes.

    Of one that is joined to rows that stand elsewhere the name is read, too.
    """
    homes = [
        (file.file.carrier, source.join is not None)
        for file in plan.files
        for source in walk(file.sources)
        if source.table == table and _binds(source, column)
    ]
    if not homes or any(carrier != "image" for carrier, _ in homes):
        return False
    is_named = any(name.startswith("{") for name in column.fields)
    return not is_named or all(is_joined for _, is_joined in homes)


def _binds(source: Source, column: ColumnPlan) -> bool:
    bound = (plan for variant in source.variants for plan in variant.columns)
    return any(plan.name == column.name and plan.fields for plan in bound)


def environment_of(work: Work) -> Environment:
    """Make what expressions over the source's tables reach, rows that are made later among them."""
    counts = {table: mapped.frame.height for table, mapped in work.mapped.items()}
    return reach(work.source_plan, lambda: work.source, counts)


def reach(plan: Plan, tables: Callable[[], Tables], counts: Mapping[str, int]) -> Environment:
    """Make the environment of a plan over tables as they stand when rows are asked for."""

    def rows(table: str) -> Rows | None:
        frame = tables().frames.get(table)
        return Rows(table, frame) if frame is not None else None

    return Environment(plan, tables().forms, rows, counts)
