"""What has to agree wherever the rows of a table stand: types, forms, keys, reading order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.plan.columns import LISTS, broken
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Source
    from annostd.standard.model import Standard
    from annostd.tables.geometry.forms import Form

FILE = "file"
"""The scope of keys that are unique in each file."""
_WHOLE = frozenset({"lines"})
"""Carriers that read the rows of a file at once where some name others."""
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
    """Check that points in a text have one part, and nothing there is a list; `carriers` by role.

    Raises StandardError.
    """
    for source, plan in _columns(sources):
        form = plan.form
        if carriers[source.file] not in _TEXTS or plan.column.gathers is not None:
            continue
        is_listed = plan.type == "strings" and plan.column.items is not None
        if plan.type in LISTS.values() or is_listed:
            message = f"the column {plan.name!r} is a list in a text, expected another type there"
            raise broken(plan.column.mark, message)
        if form is None:
            continue
        if form.layout == "pairs" and len(plan.fields) == 1:
            message = f"the column {plan.name!r} stands in a text, which holds no lists of points"
            raise broken(plan.column.mark, f"{message}, expected a form without them")
        if plan.type == "polygons" and form.parts == "many":
            message = f"the column {plan.name!r} stands in a text, expected 'parts: one'"
            raise broken(plan.column.mark, message)


def check_records(standard: Standard, sources: Mapping[str, Sequence[Source]]) -> None:
    """Check that what stands on a line of JSON Lines is a record of one table.

    `sources` are the outermost ones by role. Raises StandardError.
    """
    for role, members in sources.items():
        if standard.files[role].carrier != "jsonl":
            continue
        for number, source in enumerate(members):
            mark = standard.tables[source.table].rows.mark
            if source.locator:
                raise broken(mark, f"a row of {source.table!r} is a line, expected no 'rows'")
            if number:
                message = f"a line is a row of {members[0].table!r}, expected {source.table!r}"
                raise broken(mark, f"{message} 'in' it")


def check_rows(standard: Standard, sources: Mapping[str, Sequence[Source]]) -> None:
    """Check that the files of a role of tables hold rows of one table, each value in a column.

    `sources` are the outermost ones by role. Raises StandardError.
    """
    for role, members in sources.items():
        if standard.files[role].carrier != "parquet":
            continue
        for number, source in enumerate(members):
            mark = standard.tables[source.table].rows.mark
            if source.locator or number or source.children:
                message = f"a file of {role!r} holds rows of several places, expected one table"
                raise broken(mark, f"{message} without 'rows' and nothing 'in' it")
            for _, plan in _columns([source]):
                inside = [n for n in plan.fields if "/" in n or n == "."]
                if inside and not inside[0].startswith("{"):
                    message = (
                        f"{plan.name!r} stands at {inside[0]!r}, expected the name of a column"
                    )
                    raise broken(plan.column.mark, message)


def check_nesting(sources: Sequence[Source], carriers: Mapping[str, str]) -> None:
    """Check that rows stand in rows of their own kind only in xml; `carriers` are by role.

    Raises StandardError.
    """
    for source in sources:
        if source.nests and carriers[source.file] != "xml":
            message = "rows inside rows of their own kind are supported in xml only"
            raise broken(source.variants[0].columns[0].column.mark, message)


def check_order(files: Sequence[FilePlan]) -> None:
    """Check that every reference names rows that are read before, or with the row that names them.

    Rows are read together where they stand in one record whose table is the scope of the key.
    Raises StandardError.
    """
    for file, source, plan in early_references(files):
        table, key = plan.refers or ("", "")
        if key and not _is_together(file, source, _scope(file, table, key)):
            message = f"the column {plan.name!r} names rows of {table!r} that are not read before"
            hint = "expected 'key: TABLE' of a record that holds both"
            raise broken(plan.column.mark, f"{message}, {hint}")


def names_own_rows(file: FilePlan) -> bool:
    """Tell whether rows of a role name others of the same file, wherever they stand in it."""
    tables = {source.table for source in walk(file.sources) if source.join is None}
    return any(
        plan.refers is not None
        and not plan.implied
        and plan.refers[0] in tables
        and _scope(file, *plan.refers) == FILE
        for _, plan in _columns(list(walk(file.sources)))
    )


def _is_together(file: FilePlan, source: Source, scope: str | None) -> bool:
    """Tell whether the rows of a scope are read at once: a record, or a file of lines."""
    if file.file.carrier == "xml":
        return True  # a document is never split, and of several none is read before all are there
    if scope == FILE:
        return file.file.carrier in _WHOLE
    return scope in _around(file, source)


def early_references(
    files: Sequence[FilePlan],
) -> Iterator[tuple[FilePlan, Source, ColumnPlan]]:
    """Yield the references that name rows by a key and are read before all such rows are."""
    every = [(file, source) for file in files for source in walk(file.sources)]
    waiting = [source.table for _, source in every if source.join is None and source.variants]
    for file, source in every:
        for _, plan in _columns([source]):
            if plan.refers is not None and not plan.implied and plan.refers[0] in waiting:
                yield file, source, plan
        if source.join is None and source.variants:
            waiting.remove(source.table)


def _scope(file: FilePlan, table: str, key: str) -> str | None:
    """Name the table in whose rows the key of a table is unique, if one of this role is."""
    for source, plan in _columns(list(walk(file.sources))):
        if source.table == table and plan.name == key and isinstance(plan.column.key, str):
            return plan.column.key
    return None


def _around(file: FilePlan, source: Source) -> set[str]:
    """Name the tables of the outermost records of a role in which a source stands."""
    return {outer.table for outer in file.sources if source in walk(outer.children)}


def _columns(sources: Sequence[Source]) -> Iterator[tuple[Source, ColumnPlan]]:
    for source in sources:
        for variant in source.variants:
            for plan in variant.columns:
                yield source, plan


def _written(form: Form | None) -> Form | None:
    """Give what of a form says how its column is held; an interval is held in one way."""
    if form is None or form.kind == "interval":
        return None
    return replace(form, parts="many", decimals=None)
