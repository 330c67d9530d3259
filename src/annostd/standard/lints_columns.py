"""Lints: what a column declares fits together, and fits the canonical tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from annostd.standard import grammar
from annostd.standard import members as m
from annostd.standard.draft import place_of
from annostd.standard.merge import fault_at, mapping
from annostd.standard.meta_schema import shown, suggestion
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode
from annostd.tables.schema import GEOMETRIES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.findings import Level
    from annostd.standard.draft import Draft, SourceView
    from annostd.standard.model import Column, Mark, Scalar, Table
    from annostd.standard.yaml_tree import Node
    from annostd.tables.schema import CanonicalColumn

_TYPES: dict[str, frozenset[str]] = {
    "integer": frozenset({"integer"}),
    "number": frozenset({"number", "integer"}),
    "string": frozenset({"string", "path"}),
    "boolean": frozenset({"boolean"}),
    "time": frozenset({"time"}),
    "strings": frozenset({"list", "string"}),
    "texts": frozenset({"list"}),
    "edges": frozenset({"list"}),
    "reference": frozenset({"integer", "string", "any"}),
}
_ID_TYPES = frozenset({"integer", "string", "any"})
_NAMED_FORM = 1


def value_maps(draft: Draft) -> Iterator[Fault]:
    """Find two native values that mean the same, so that neither can be written back."""
    for source in draft.sources:
        for _, node, _column in source.columns():
            yield from _one_to_one(node.members.get("values"))
    for _, file in m.parts(draft.document, "files"):
        for _, capture in m.parts(file, "captures"):
            yield from _one_to_one(capture.members.get("values"))


def _one_to_one(values: Node | None) -> Iterator[Fault]:
    if isinstance(values, MapNode):
        given = [(values.keys[key], node) for key, node in values.members.items()]
    elif isinstance(values, ListNode):
        given = [(node, node) for node in values.items if isinstance(node, ScalarNode)]
    else:
        return
    seen: dict[str, Scalar] = {}
    for native, node in given:
        canonical = shown(node)
        if canonical in seen:
            yield fault_at(
                node.mark,
                f"{canonical} stands for {_shown(seen[canonical])} and {_shown(native.value)},"
                " expected one native value",
            )
        seen.setdefault(canonical, native.value)


def _shown(value: Scalar) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def ranges(draft: Draft) -> Iterator[Fault]:
    """Find bounds that nothing fits, broken patterns, and `agrees` without `derive`."""
    for source in draft.sources:
        for _, node, column in source.columns():
            if (
                column.minimum is not None
                and column.maximum is not None
                and column.minimum > column.maximum
            ):
                mark = place_of(node, "minimum")
                yield fault_at(
                    mark,
                    f"the minimum {column.minimum} is above the maximum {column.maximum},"
                    " expected less",
                )
            yield from _length(node)
            yield from grammar.text_faults(node.members.get("pattern"), grammar.pattern)
            if column.agrees and not column.derive:
                yield fault_at(
                    place_of(node, "agrees"), "'agrees' stands without 'derive', expected both"
                )
        for test in mapping(source.tree, "where").members.values():
            if isinstance(test, MapNode):
                yield from _length(test)
                yield from grammar.text_faults(test.members.get("pattern"), grammar.pattern)


def _length(node: MapNode) -> Iterator[Fault]:
    low, high = m.length(node, "length") or (None, None)
    if low is not None and high is not None and low > high:
        yield fault_at(
            place_of(node, "length"),
            f"the least length {low} is above the most {high}, expected less",
        )


def choices(draft: Draft) -> Iterator[Fault]:
    """Find defaults not among the values, and native spellings that mean a value and none."""
    for source in draft.sources:
        for _, node, column in source.columns():
            canonical = [value for _, value in column.values]
            default = node.members.get("default")
            if (
                canonical
                and isinstance(default, ScalarNode)
                and not _among(default.value, canonical)
            ):
                known = ", ".join(_shown(value) for value in canonical)
                yield fault_at(
                    default.mark, f"the default is {shown(default)}, expected one of {known}"
                )
            for item in _items(node.members.get("absent")):
                if _among(item.value, [native for native, _ in column.values]):
                    yield fault_at(
                        item.mark,
                        f"{shown(item)} is both absent and one of the values, expected one of them",
                    )


def levels(draft: Draft) -> Iterator[Fault]:
    """Find columns that oblige at one level here and at another there: one rule has one level."""
    seen: dict[tuple[str, str, str], tuple[Level, str]] = {}
    for source in draft.sources:
        for _, node, column in source.columns():
            agrees = column.agrees.level if column.agrees else None
            for key, level in (("required", column.required), ("agrees", agrees)):
                if level is None:
                    continue
                first, home = seen.setdefault(
                    (source.table, column.name, key), (level, source.name)
                )
                if first is not level:
                    yield fault_at(
                        place_of(node, key),
                        f"'{column.name}' has {key!r} at {level.name},"
                        f" expected {first.name} as in '{home}': one rule has one level",
                    )


def _items(node: Node | None) -> tuple[ScalarNode, ...]:
    found = node.items if isinstance(node, ListNode) else (node,)
    return tuple(item for item in found if isinstance(item, ScalarNode))


def _among(value: Scalar, known: list[Scalar]) -> bool:
    return any(
        value == other and isinstance(value, bool) == isinstance(other, bool) for other in known
    )


def forms(draft: Draft) -> Iterator[Fault]:
    """Find forms whose slots are not as many as the places, or stand twice."""
    for source in draft.sources:
        for _, node, column in source.columns():
            slots = (column.form or "").split()
            if len(slots) > _NAMED_FORM and len(column.at) > 1 and len(column.at) % len(slots):
                mark = place_of(node, "at")
                yield fault_at(
                    mark,
                    f"'at' has {len(column.at)} places, expected {len(slots)} for '{column.form}'",
                )
            for slot, count in Counter(slots).items():
                if count > 1:
                    yield fault_at(
                        place_of(node, "form"),
                        f"the slot '{slot}' stands {count} times, expected once",
                    )


def canonical_names(draft: Draft) -> Iterator[Fault]:
    """Find canonical names with another type or unit, or with values that are not canonical."""
    for source in draft.sources:
        known = TABLES.get(source.table, {})
        for _, node, column in source.columns():
            if column.name in known:
                yield from _canonical(known[column.name], node, column, source.table)
        for name, constant in mapping(source.tree, "set").members.items():
            if name in known and isinstance(constant, ScalarNode):
                yield from _constant(known[name], constant, f"{source.table}.{name}")


def _canonical(
    meant: CanonicalColumn, node: MapNode, column: Column, table: str
) -> Iterator[Fault]:
    name = f"{table}.{column.name}"
    fitting = _ID_TYPES if column.name == "id" else _TYPES.get(meant.type)
    if column.type and (meant.type in GEOMETRIES or (fitting and column.type not in fitting)):
        yield fault_at(
            place_of(node, "type"),
            f"'{name}' is of type {column.type},"
            f" expected {meant.type} or another name: it is canonical",
        )
    if (
        column.unit
        and meant.type not in GEOMETRIES
        and meant.type != "time"
        and column.unit != meant.unit
    ):
        wanted = meant.unit or "no unit"
        yield fault_at(
            place_of(node, "unit"),
            f"'{name}' is in {column.unit}, expected {wanted} or another name: it is canonical",
        )
    mapped = node.members.get("values")
    values = list(mapped.members.values()) if isinstance(mapped, MapNode) else []
    for value in values:
        if isinstance(value, ScalarNode):
            yield from _constant(meant, value, name)


def _constant(meant: CanonicalColumn, node: ScalarNode, name: str) -> Iterator[Fault]:
    if meant.values and node.value not in meant.values:
        guess = suggestion(node.value, meant.values)
        yield fault_at(
            node.mark,
            f"'{name}' is {shown(node)}, expected one of {', '.join(meant.values)}{guess}",
        )
    if meant.type == "boolean" and not isinstance(node.value, bool):
        yield fault_at(node.mark, f"'{name}' is {shown(node)}, expected true or false")


def derivations(draft: Draft) -> Iterator[Fault]:
    """Find `derive` and `create` that are no expressions, and columns derived from themselves."""
    for source in draft.sources:
        derived = {
            column.name: column.derive for column in source.rows.columns.values() if column.derive
        }
        for _, node, column in source.columns():
            yield from grammar.text_faults(node.members.get("derive"), grammar.expression)
            for made in mapping(node, "create").members.values():
                yield from grammar.text_faults(made, grammar.expression)
            cycle = _cycle(column.name, derived)
            if cycle:
                path = " then ".join(cycle)
                yield fault_at(
                    place_of(node, "derive"),
                    f"'{column.name}' is derived from itself ({path}), expected no cycle",
                )
        for made in mapping(source.tree, "create").members.values():
            yield from grammar.text_faults(made, grammar.expression)


def _cycle(start: str, derived: dict[str, str]) -> tuple[str, ...]:
    """Find the shortest way from a column through what it is derived from back to it."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for name in sorted(grammar.names(derived[way[-1]])) if way[-1] in derived else ():
            if name == start:
                return (*way, start)
            if name in derived and name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def fixed_tables(draft: Draft) -> Iterator[Fault]:
    """Find references that would make rows of a table whose rows are fixed, and rows alike."""
    for fixed in draft.tables.values():
        yield from _told_apart(fixed)
    for source in draft.sources:
        for _, node, column in source.columns():
            table = (column.refers or "").partition(".")[0]
            if column.create and table in draft.tables and draft.tables[table].fixed:
                mark = place_of(node, "create")
                yield fault_at(
                    mark,
                    f"'{column.name}' creates rows of '{table}', expected none: its rows are fixed",
                )


def _told_apart(table: Table) -> Iterator[Fault]:
    """Find fixed rows that lack what tells them apart, the first member, or are alike in it."""
    seen: set[Scalar] = set()
    for row in table.fixed:
        key = next(iter(table.fixed[0]), "")
        value = row.get(key)
        if value is None or value in seen:
            what = f"has no '{key}'" if value is None else f"is the second with the {key} {value!r}"
            message = f"a fixed row of '{table.name}' {what}, expected one that tells it apart"
            yield fault_at(table.rows.mark, message)
        seen.add(value)


def generated(draft: Draft) -> Iterator[Fault]:
    """Find `generate` templates with a field that is no counter and no column of the row."""
    for source in draft.sources:
        for _, node, column in source.columns():
            known = ["n", "n0", *source.rows.columns]
            for field in grammar.fields(column.generate or ""):
                first, dot, _ = field.partition(".")
                if field not in known and not (dot and first in {*TABLES, *draft.tables}):
                    mark = _field_mark(node, column, field)
                    yield fault_at(
                        mark,
                        f"there is no field '{field}' here,"
                        f" expected n, n0 or a column{suggestion(field, known)}",
                    )


def _field_mark(node: MapNode, column: Column, field: str) -> Mark:
    text = node.members["generate"]
    offset = grammar.field_offset(column.generate or "", field)
    return text.place(offset) if isinstance(text, ScalarNode) else place_of(node, "generate")


def own_required(source: SourceView) -> tuple[str, ...]:
    """List the required columns that a writer cannot have from other formats' data.

    They are not canonical, and neither `default`, `derive`, `generate` nor `set` supplies them:
    `convert --set TABLE.COLUMN=VALUE` must. Rows of a table that is not canonical come from nowhere
    else, so that nothing is needed for them.
    """
    canonical = TABLES.get(source.table)
    if canonical is None:
        return ()
    return tuple(
        f"{source.table}.{column.name}"
        for column in source.rows.columns.values()
        if column.required
        and column.name not in canonical
        and column.name not in source.rows.constants
        and column.default is None
        and not (column.derive or column.generate)
    )
