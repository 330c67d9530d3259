"""What has to agree wherever the rows of a table stand: types, forms, keys, reading order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.plan.columns import broken
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Source
    from annostd.tables.geometry.forms import Form

_TEXTS = frozenset({"xml", "lines", "text"})


def check_columns(sources: Sequence[Source]) -> None:
    """Check that a column is of one type and one form in all sources.

    Its values stand in one column of the table, and its form beside it. Raises StandardError.
    """
    known: dict[tuple[str, str], ColumnPlan] = {}
    for source, plan in _columns(sources):
        first = known.setdefault((source.table, plan.name), plan)
        if plan.type != first.type:
            said = f"is of type {plan.type}, expected {first.type}"
        elif _written(plan.form) != _written(first.form):
            said = f"has the form {plan.column.form!r}, expected {first.column.form!r}"
        else:
            continue
        raise broken(plan.column.mark, f"the column {plan.name!r} {said} as elsewhere")


def check_created(sources: Sequence[Source]) -> None:
    """Check that rows made by references are made by one key, in a table without other rows.

    Raises StandardError.
    """
    filled = {source.table for source in sources if source.join is None}
    keys: dict[str, str] = {}
    for _, plan in _columns(sources):
        if not plan.column.create or plan.refers is None:
            continue
        table, key = plan.refers
        if table in filled:
            message = f"the column {plan.name!r} makes rows of {table!r}, which has rows of its own"
            raise broken(plan.column.mark, message)
        if keys.setdefault(table, key) != key:
            message = f"the column {plan.name!r} makes rows of {table!r} by {key!r}"
            raise broken(plan.column.mark, f"{message}, expected {keys[table]!r} as elsewhere")


def check_texts(sources: Sequence[Source], carriers: Mapping[str, str]) -> None:
    """Check that points in a text have one part, no lists of their own; `carriers` are by role.

    Raises StandardError.
    """
    for source, plan in _columns(sources):
        form = plan.form
        if form is None or carriers[source.file] not in _TEXTS:
            continue
        if form.layout == "pairs" and len(plan.fields) == 1:
            message = f"the column {plan.name!r} stands in a text, which holds no lists of points"
            raise broken(plan.column.mark, f"{message}, expected a form without them")
        if plan.type == "polygons" and form.parts == "many":
            message = f"the column {plan.name!r} stands in a text, expected 'parts: one'"
            raise broken(plan.column.mark, message)


def check_order(files: Sequence[FilePlan]) -> None:
    """Check that every reference names rows that are read before. Raises StandardError."""
    sources = [source for file in files for source in walk(file.sources)]
    waiting = [source.table for source in sources if source.join is None and source.variants]
    for source in sources:
        for _, plan in _columns([source]):
            if plan.refers is not None and not plan.implied and plan.refers[0] in waiting:
                message = f"the column {plan.name!r} names rows of {plan.refers[0]!r} that are"
                raise broken(
                    plan.column.mark, f"{message} not read before, which this version cannot follow"
                )
        if source.join is None and source.variants:
            waiting.remove(source.table)


def _columns(sources: Sequence[Source]) -> Iterator[tuple[Source, ColumnPlan]]:
    for source in sources:
        for variant in source.variants:
            for plan in variant.columns:
                yield source, plan


def _written(form: Form | None) -> Form | None:
    """Give what of a form says how its column is held."""
    return replace(form, parts="many", decimals=None) if form is not None else None
