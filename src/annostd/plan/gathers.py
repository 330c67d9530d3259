"""Values that are made of the rows that name their row: names of a class, points of an object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.plan.columns import broken
from annostd.plan.model import Gather
from annostd.plan.sources import walk
from annostd.tables.geometry.points import VISIBILITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from annostd.plan.model import ColumnPlan, Plan, Source, TablePlan
    from annostd.tables.geometry.forms import Form

NAME = "name"
"""The column of gathered rows by which they are put in the order of names."""
POINT = "keypoints"
"""The type of what is gathered in the order of names: points, one a row."""


def with_gathers(source: Source, tables: Mapping[str, TablePlan]) -> Source:
    """Say of the columns of a source that are gathered of rows which rows these are.

    Raises StandardError where there are none such, or where they would not give the value.
    """
    variants = tuple(
        replace(
            variant,
            columns=tuple(
                plan if plan.column.gathers is None else _gathered(source, plan, tables)
                for plan in variant.columns
            ),
        )
        for variant in source.variants
    )
    children = tuple(with_gathers(child, tables) for child in source.children)
    return replace(source, variants=variants, children=children)


def with_held_forms(source: Source, held: Mapping[tuple[str, str], Form]) -> Source:
    """Hold points as fully as any place of their table says them; what one leaves out is unknown.

    `held` has the fullest form of a column by table and name.
    """
    variants = tuple(
        replace(variant, columns=tuple(_held(source.table, plan, held) for plan in variant.columns))
        for variant in source.variants
    )
    children = tuple(with_held_forms(child, held) for child in source.children)
    return replace(source, variants=variants, children=children)


def held_forms(sources: Iterable[Source]) -> dict[tuple[str, str], Form]:
    """Find the forms of points that say what is seen of each, by table and column."""
    return {
        (source.table, plan.name): plan.form
        for source in sources
        for variant in source.variants
        for plan in variant.columns
        if plan.type == POINT and plan.form is not None and VISIBILITY in plan.form.slots
    }


def _held(table: str, plan: ColumnPlan, held: Mapping[tuple[str, str], Form]) -> ColumnPlan:
    fullest = held.get((table, plan.name))
    if fullest is None or plan.form is None or plan.form.slots == fullest.slots:
        return plan
    if plan.form.slots != fullest.slots[: len(plan.form.slots)]:
        return plan
    return replace(plan, form=replace(plan.form, slots=fullest.slots), said=plan.form)


def gathers_of(source: Source) -> dict[str, tuple[ColumnPlan, Gather]]:
    """Give the columns of a source that are gathered of rows, by name."""
    return {
        plan.name: (plan, plan.gather)
        for variant in source.variants
        for plan in variant.columns
        if plan.gather is not None
    }


def gathered(plan: Plan) -> Iterator[tuple[str, ColumnPlan, Gather]]:
    """Yield the columns of a plan that are gathered of rows, each once, with their table."""
    seen: set[tuple[str, str]] = set()
    for source in (source for file in plan.files for source in walk(file.sources)):
        for name, (column, gather) in gathers_of(source).items():
            if (source.table, name) not in seen:
                seen.add((source.table, name))
                yield source.table, column, gather


def naming_parts(plan: Plan, table: str) -> str | None:
    """Name the column by which rows of a table are only parts of others of it (None: none is)."""
    every = gathered(plan)
    return next((g.by for owner, _, g in every if owner == g.table == table), None)


def _gathered(source: Source, plan: ColumnPlan, tables: Mapping[str, TablePlan]) -> ColumnPlan:
    """Say of which rows a column is gathered, and by which of their columns they name its row."""
    mark = plan.column.mark
    table, _, column = (plan.column.gathers or "").partition(".")
    rows = tables.get(table)
    held = rows.columns.get(column) if rows is not None else None
    if rows is None or held is None:
        message = f"the column {plan.name!r} gathers {plan.column.gathers!r}, which is not there"
        raise broken(mark, f"{message}, expected a column of a table")
    naming = [p.name for p in rows.columns.values() if _names(p, source.table, table)]
    if len(naming) != 1 or not _is_read_with(source, table):
        message = f"the column {plan.name!r} gathers rows of {table!r}, of which"
        raise broken(mark, f"{message} none names its row, expected rows inside it, or beside it")
    named = tuple((plan.column.named or "").split(".")) if plan.column.named else ()
    fits = _holds_points(plan, held, rows) if named else _holds_texts(plan, held)
    if not fits:
        message = f"the column {plan.name!r} gathers {plan.column.gathers!r}, expected"
        raise broken(mark, f"{message} texts for a list of texts, or named points for points")
    return replace(plan, gather=Gather(table, column, naming[0], named))


def _names(plan: ColumnPlan, owner: str, table: str) -> bool:
    """Tell a reference to a row of the owner: the enclosing row, or of its own table by a key."""
    return (
        plan.refers is not None
        and plan.refers[0] == owner
        and plan.implied == (owner != table)
        and not plan.column.create
    )


def _is_read_with(source: Source, table: str) -> bool:
    return table == source.table or any(child.table == table for child in source.children)


def _holds_texts(plan: ColumnPlan, held: ColumnPlan) -> bool:
    return plan.type == "texts" and held.type == "string"


def _holds_points(plan: ColumnPlan, held: ColumnPlan, rows: TablePlan) -> bool:
    """Tell whether rows with a name, a point and what is seen of it make points."""
    if plan.form is None or held.form is None or {plan.type, held.type} != {POINT}:
        return False
    said = (*held.form.slots, VISIBILITY)
    return {NAME, VISIBILITY} <= rows.columns.keys() and plan.form.slots == said
