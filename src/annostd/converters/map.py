"""Tables of one standard to tables that another can say, row by row and column by column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.converters.columns import TableMap, map_table
from annostd.converters.losses import table_losses, untold_tables
from annostd.converters.model import Mapped
from annostd.converters.splits import single_splits
from annostd.plan.sources import walk
from annostd.tables.dataset import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.findings import Loss
    from annostd.plan.model import Plan, Source


@dataclass(slots=True)
class Mapping_:
    """A conversion in the making: what is mapped so far, and what was noted on the way."""

    source: Tables
    source_plan: Plan
    plan: Plan
    values: Mapping[str, str]
    mapped: dict[str, TableMap] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether source and target are one standard, so that its own columns travel."""
        return self.source_plan.standard.id == self.plan.standard.id


def map_tables(
    source: Tables, source_plan: Plan, plan: Plan, values: Mapping[str, str]
) -> Mapped:
    """Map all tables of a dataset to what the target can say.

    `values` are constants for `table.column` that the caller supplies. Rows and values that the
    target cannot hold are losses; what has no place without a decision of the caller is `refused`.
    """
    work = Mapping_(source, source_plan, plan, values)
    splits = single_splits(source, plan)
    work.source = splits.tables
    work.losses.extend(splits.losses)
    work.notes.extend(splits.notes)
    for table in _in_order(plan):
        if table in source.frames or _is_record(plan, table):
            work.mapped[table] = map_table(work, table, _environment(work))
    for table, mapped in work.mapped.items():
        work.losses.extend(table_losses(work, table, mapped))
    work.losses.extend(untold_tables(work))
    derived: dict[str, int] = {}
    for table, mapped in work.mapped.items():
        for name, count in mapped.derived.items():
            derived[f"{table}.{name}"] = count
    frames = {table: mapped.frame for table, mapped in work.mapped.items()}
    return Mapped(
        Tables(frames, {table: mapped.forms for table, mapped in work.mapped.items()}),
        tuple(work.losses),
        derived,
        {f"{t}.{c}": ids for t, m in work.mapped.items() for c, ids in m.ids.items()},
        tuple(dict.fromkeys([*work.notes, *(n for m in work.mapped.values() for n in m.notes)])),
        tuple(reason for m in work.mapped.values() for reason in m.refused),
    )


def sources_of(plan: Plan, table: str) -> list[tuple[int, Source]]:
    """List the sources of a table with their numbers in the plan, joins left out."""
    numbered = enumerate(source for file in plan.files for source in walk(file.sources))
    return [
        (number, source)
        for number, source in numbered
        if source.table == table and source.join is None
    ]


def _in_order(plan: Plan) -> list[str]:
    """Order the tables so that what others refer to comes first, and what counts others last."""
    placed = [s.table for file in plan.files for s in walk(file.sources) if s.join is None]
    created = [table.name for table in plan.tables.values() if table.created]
    late = {
        table.name
        for table in plan.tables.values()
        for column in table.columns.values()
        if column.derive is not None and any(need.measure == "count" for need in column.derive.needs)
    }
    order = dict.fromkeys([*created, *placed])
    return [table for table in order if table not in late] + [t for t in order if t in late]


def _is_record(plan: Plan, table: str) -> bool:
    """Tell whether a table is the record that a file itself is, which is written even where the source has none."""
    return any(not source.locator and source.template is None for _, source in sources_of(plan, table))


def _environment(work: Mapping_) -> Environment:
    def rows(table: str) -> Rows | None:
        frame = work.source.frames.get(table)
        return Rows(table, frame) if frame is not None else None

    counts = {table: mapped.frame.height for table, mapped in work.mapped.items()}
    return Environment(work.source_plan, work.source.forms, rows, counts)
