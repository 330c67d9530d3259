"""The sources of a plan in the order in which rows can be made for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.sources import walk

if TYPE_CHECKING:
    from annostd.plan.model import FilePlan, Plan, Source


def sources(plan: Plan) -> list[tuple[FilePlan, Source]]:
    """List the sources of a plan, those that others refer to first."""
    found = [
        (file, source)
        for file in plan.files
        for source in walk(file.sources)
        if source.join is None and source.variants
    ]
    ordered: list[tuple[FilePlan, Source]] = []
    while found:
        waiting = {source.table for _, source in found}
        ready = [p for p in found if not (_needs(plan, p[1]) - {p[1].table}) & waiting]
        chosen = (ready or found)[0]
        found.remove(chosen)
        ordered.append(chosen)
    return ordered


def _needs(plan: Plan, source: Source) -> set[str]:
    """Name the tables that rows refer to, and those that make the rows that they refer to."""
    columns = [c for variant in source.variants for c in variant.columns if c.refers]
    named = {c.refers[0] for c in columns if c.refers}
    made = {c.refers[0] for c in columns if c.refers and not c.column.create}
    return named | {table for created in made for table, _ in makers(plan, created)}


def makers(plan: Plan, created: str) -> list[tuple[str, str]]:
    """List the columns, by table and name, that make the rows of a table by naming them."""
    return [
        (table, column.name)
        for table, bound in plan.tables.items()
        for column in bound.columns.values()
        if column.column.create and column.refers is not None and column.refers[0] == created
    ]
