"""Lints: rules are expressions with examples on data that are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annostd.standard import grammar
from annostd.standard import members as m
from annostd.standard.lints_references import unknown
from annostd.standard.merge import fault_at, mapping
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode
from annostd.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.draft import Draft

_GROUPINGS = ("per", "pairs", "neighbours")
_TARGET = re.compile(r"([a-z][a-z0-9_]*)\[([0-9]+)\](?:\.([a-z][a-z0-9_]*))?")


def expressions(draft: Draft) -> Iterator[Fault]:
    """Find rules and dialects whose expressions or messages cannot be parsed."""
    for _, rule in m.parts(draft.document, "rules"):
        yield from grammar.text_faults(rule.members.get("when"), grammar.expression)
        yield from grammar.text_faults(rule.members.get("require"), grammar.expression)
        yield from grammar.text_faults(rule.members.get("message"), grammar.message)
    for _, axis in m.parts(draft.document, "dialects"):
        for alternative in axis.members.values():
            if isinstance(alternative, MapNode):
                for node in mapping(alternative, "tell").members.values():
                    yield from grammar.text_faults(node, grammar.expression)


def scopes(draft: Draft) -> Iterator[Fault]:
    """Find rules that judge groups, pairs and neighbours at once, or groups of no table."""
    for _, rule in m.parts(draft.document, "rules"):
        said = [key for key in _GROUPINGS if key in rule.members]
        for key in said[1:]:
            yield fault_at(
                rule.keys[key].mark,
                f"the rule has both '{said[0]}' and '{key}', expected one of them",
            )
        for key in said:
            if "for" not in rule.members:
                yield fault_at(
                    rule.keys[key].mark,
                    f"'{key}' stands without 'for', expected the table of the rows",
                )


def examples(draft: Draft) -> Iterator[Fault]:
    """Find example data and patches that speak of tables, columns or rows that are not there."""
    base = mapping(mapping(draft.document, "examples"), "base")
    for table, key in base.keys.items():
        if table not in draft.tables:
            yield unknown(key.mark, "table", table, draft.tables)
    for table in base.members:
        for row in m.items(base, table):
            yield from _row(draft, table, row)
    for _, rule in m.parts(draft.document, "rules"):
        given = mapping(rule, "examples")
        for patch in (*m.items(given, "pass"), *m.items(given, "fail")):
            if isinstance(patch, MapNode):
                yield from _patch(draft, base, patch)


def _row(draft: Draft, table: str, row: object) -> Iterator[Fault]:
    if not isinstance(row, MapNode) or table not in draft.tables:
        return
    known = _columns(draft, table)
    for name, key in row.keys.items():
        if name not in known:
            yield unknown(key.mark, "column", name, sorted(known), f" in '{table}'")


def _columns(draft: Draft, table: str) -> set[str]:
    """List what a row of an example may hold: declared, canonical, and filled by enclosing rows."""
    enclosing = {
        place.partition(".")[0] for source in draft.of_table(table) for place in source.rows.inside
    }
    filled = {
        name
        for source in draft.of_table(table)
        for name in (source.rows.enclosing, source.rows.enclosing_target)
        if name
    }
    return {*draft.columns_of(table), *TABLES.get(table, {}), *enclosing, *filled}


def _patch(draft: Draft, base: MapNode, patch: MapNode) -> Iterator[Fault]:
    added = mapping(patch, "add")
    for table, key in added.keys.items():
        if table not in draft.tables:
            yield unknown(key.mark, "table", table, draft.tables)
        node = added.members[table]
        for row in node.items if isinstance(node, ListNode) else (node,):
            yield from _row(draft, table, row)
    targets = list(mapping(patch, "set").keys.values())
    targets += [node for node in m.items(patch, "remove") if isinstance(node, ScalarNode)]
    for target in targets:
        yield from _target(draft, base, target)


def _target(draft: Draft, base: MapNode, target: ScalarNode) -> Iterator[Fault]:
    found = _TARGET.fullmatch(str(target.value))
    if found is None:
        yield fault_at(
            target.mark,
            f"'{target.value}' is no place in the example data,"
            " expected one such as media[0].width",
        )
        return
    table, index, column = found.groups()
    rows = m.items(base, table)
    if table not in draft.tables:
        yield unknown(target.mark, "table", table, draft.tables)
    elif int(index) >= len(rows):
        yield fault_at(
            target.mark,
            f"examples.base has no {table}[{index}], expected an index below {len(rows)}",
        )
    elif column and column not in _columns(draft, table):
        known = sorted(_columns(draft, table))
        yield unknown(target.mark, "column", column, known, f" in '{table}'")


def shown_by_examples(draft: Draft) -> Iterator[Fault]:
    """Find rules without an example that keeps them, or without one that breaks them."""
    marks = {str(key.value): key.mark for key, _ in m.parts(draft.document, "rules")}
    for rule in draft.rules.values():
        for kind, given in (("passing", rule.passing), ("failing", rule.failing)):
            if not given:
                yield fault_at(
                    marks[rule.id],
                    f"the rule '{rule.id}' has no {kind} example, expected at least one",
                )


def changes(draft: Draft) -> Iterator[Fault]:
    """Find a version that the list of changes does not speak of."""
    version = draft.document.members.get("version")
    listed = draft.document.members.get("changes")
    if not isinstance(listed, ListNode) or not isinstance(version, ScalarNode):
        return
    told = [m.text(change, "version") for change in listed.items if isinstance(change, MapNode)]
    if version.value not in told:
        mark = draft.document.keys["changes"].mark
        yield fault_at(
            mark, f"'changes' says nothing of version {version.value}, expected an entry for it"
        )
