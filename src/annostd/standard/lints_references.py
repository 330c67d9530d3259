"""Lints: whatever names something names a thing that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.standard import members as m
from annostd.standard.draft import place_of
from annostd.standard.merge import fault_at, mapping
from annostd.standard.meta_schema import suggestion
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode
from annostd.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from annostd.errors import Fault
    from annostd.standard.draft import Draft, SourceView
    from annostd.standard.model import Column, Mark
    from annostd.standard.yaml_tree import Node


def unknown(mark: Mark, noun: str, name: str, known: Collection[str], where: str = "") -> Fault:
    """Say that a name names nothing (`where`), what it may be, and what was probably meant."""
    listed = f"one of {', '.join(known)}" if known else "one that is declared"
    guess = suggestion(name, list(known))
    return fault_at(mark, f"there is no {noun} '{name}'{where}, expected {listed}{guess}")


def _named(node: MapNode, key: str, what: str, known: Collection[str]) -> Iterator[Fault]:
    """Find the texts of a member that name nothing."""
    for item in _texts(node.members.get(key)):
        if item.value not in known:
            yield unknown(item.mark, what, str(item.value), known)


def _texts(node: Node | None) -> Iterator[ScalarNode]:
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, ScalarNode) and isinstance(node.value, str):
        yield node


def source_places(draft: Draft) -> Iterator[Fault]:
    """Find sources whose file or enclosing table is not there, or that have none, or two."""
    parts = {source.name for source in draft.sources if source.variant or source.join}
    for source in draft.sources:
        yield from _named(source.tree, "from", "file", draft.files)
        yield from _named(
            source.tree, "in", "table", {**draft.tables, **dict.fromkeys(sorted(parts))}
        )
        if source.rows.file and source.rows.inside:
            yield fault_at(
                source.mark("in"), f"'{source.name}' has both 'from' and 'in', expected one of them"
            )
        yield from _homeless(draft, source)


def _homeless(draft: Draft, source: SourceView) -> Iterator[Fault]:
    rows = source.rows
    if rows.file or source.join or draft.tables[source.table].fixed:
        return
    if not rows.inside:
        if source.table not in _created(draft):
            yield fault_at(
                source.key.mark,
                f"'{source.name}' has no 'from' or 'in',"
                " expected one, or a column elsewhere that refers to it"
                " with 'create'",
            )
    elif draft.enclosing(source) and not any(
        outer.rows.file or (not outer.rows.inside and outer.table in _created(draft))
        for outer in draft.around(source)
    ):
        yield fault_at(
            source.mark("in"),
            f"'{source.name}' stands in no file, expected an enclosing table that does",
        )


def _created(draft: Draft) -> set[str]:
    """List the tables whose rows exist because they are named."""
    columns = [column for source in draft.sources for column in source.rows.columns.values()]
    return {
        column.refers.partition(".")[0] for column in columns if column.refers and column.create
    }


def column_references(draft: Draft) -> Iterator[Fault]:
    """Find columns that speak of a table, column, space or file that is not there."""
    for source in draft.sources:
        for _, node, column in source.columns():
            yield from _refers(draft, node, column)
            if (
                isinstance(column.key, str)
                and column.key != "file"
                and column.key not in draft.tables
            ):
                scopes = ["file", *draft.tables]
                yield unknown(place_of(node, "key"), "scope", column.key, scopes)
            yield from _named(node, "space", "convention", draft.conventions)
            yield from _named(node, "file", "file", draft.files)


def _refers(draft: Draft, node: MapNode, column: Column) -> Iterator[Fault]:
    for key, reference in (("refers", column.refers), ("through", column.through)):
        if reference is None:
            continue
        table, _, name = reference.partition(".")
        canonical = column.create and key == "refers" and name in TABLES.get(table, {})
        if table not in draft.tables:
            if not canonical:
                yield unknown(place_of(node, key), "table", table, draft.tables)
        elif name not in draft.columns_of(table):
            known = sorted(draft.columns_of(table))
            yield unknown(place_of(node, key), "column", name, known, f" in '{table}'")


def made_rows(draft: Draft) -> Iterator[Fault]:
    """Find rows made of columns that their table does not have, or for what names or encloses none.

    They are made to be named, or to enclose others.
    """
    for source in draft.sources:
        for _, node, column in source.columns():
            yield from _made_to_be_named(draft, node, column)
        if "create" not in source.tree.members:
            continue
        if not source.rows.inside:
            yield fault_at(
                source.mark("create"),
                f"'{source.name}' makes rows that enclose its own, expected 'in'",
            )
        for outer in {outer.table for outer in draft.enclosing(source)}:
            known = draft.columns_of(outer)
            for name, key in mapping(source.tree, "create").keys.items():
                if name not in known:
                    yield unknown(key.mark, "column", name, sorted(known), f" in '{outer}'")


def _made_to_be_named(draft: Draft, node: MapNode, column: Column) -> Iterator[Fault]:
    if column.made is None:
        return
    table = (column.refers or "").partition(".")[0]
    if not table:
        mark = place_of(node, "create")
        yield fault_at(mark, f"'{column.name}' makes rows and names none, expected 'refers'")
    elif table in draft.tables:
        around = {each.table for row in draft.of_table(table) for each in draft.enclosing(row)}
        known = {*draft.columns_of(table), *around}
        for name, key in mapping(node, "create").keys.items():
            if name not in known:
                yield unknown(key.mark, "column", name, sorted(known), f" in '{table}'")


def file_references(draft: Draft) -> Iterator[Fault]:
    """Find files that name a role or a table that is not there."""
    for _, file in m.parts(draft.document, "files"):
        yield from _named(file, "of", "table", draft.tables)
        yield from _named(mapping(file, "listed"), "by", "file", draft.files)
        yield from _named(mapping(file, "beside"), "role", "file", draft.files)


def join_references(draft: Draft) -> Iterator[Fault]:
    """Find joins by columns that their table does not have."""
    for source in draft.sources:
        if source.join is not None:
            by = mapping(source.tree, "by")
            known = {
                name
                for other in draft.of_table(source.table)
                if not other.join
                for name in other.rows.columns
            }
            for name, key in by.keys.items():
                if name not in known:
                    yield unknown(key.mark, "column", name, sorted(known), f" in '{source.table}'")


def gaps(draft: Draft) -> Iterator[Fault]:
    """Find rows that fill gaps between columns that the enclosing rows do not have."""
    for source in draft.sources:
        tables = {outer.table for outer in draft.enclosing(source)}
        known = sorted({name for table in tables for name in draft.columns_of(table)})
        for node in _texts(source.tree.members.get("gaps")):
            if node.value not in known:
                where = f" around '{source.name}'"
                yield unknown(node.mark, "column", str(node.value), known, where)


def sorted_by(draft: Draft) -> Iterator[Fault]:
    """Find rows that are sorted by what is neither a column of theirs nor the key of a join."""
    for source in draft.sources:
        node = source.tree.members.get("sorted")
        if isinstance(node, ScalarNode):
            places = [value for _, value in m.text_pairs(source.tree, "by")]
            known = sorted({*source.rows.columns, *places})
            if node.value not in known:
                yield unknown(node.mark, "column", str(node.value), known, f" in '{source.name}'")


def rule_references(draft: Draft) -> Iterator[Fault]:
    """Find rules, dialects and examples that speak of tables or classes that are not there."""
    classes = mapping(draft.document, "classes").members
    for _, rule in m.parts(draft.document, "rules"):
        yield from _named(rule, "for", "table", draft.tables)
        if classes:
            yield from _named(rule, "class", "class", classes)
    for _, axis in m.parts(draft.document, "dialects"):
        for alternative in axis.members.values():
            if isinstance(alternative, MapNode):
                for table, key in mapping(alternative, "tell").keys.items():
                    if table not in draft.tables:
                        yield unknown(key.mark, "table", table, draft.tables)


def clauses(draft: Draft) -> Iterator[Fault]:
    """Find clauses that cite no source."""
    known = mapping(draft.document, "sources").members
    for node in _with_clause(draft.document):
        clause = node.members["clause"]
        if isinstance(clause, ScalarNode) and str(clause.value).partition("#")[0] not in known:
            yield unknown(clause.mark, "source", str(clause.value), known)


def _with_clause(document: MapNode) -> Iterator[MapNode]:
    """Give every rule, file, table, variant, join and column that cites something."""
    citing = [rule for _, rule in m.parts(document, "rules")] + [
        file for _, file in m.parts(document, "files")
    ]
    for _, table in m.parts(document, "tables"):
        inner = [part for name in ("variants", "join") for _, part in m.parts(table, name)]
        for node in (table, *inner):
            citing += [node, *(column for _, column in m.parts(node, "columns"))]
    return (node for node in citing if "clause" in node.members)
