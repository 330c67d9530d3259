"""Tables of a standard from its tree: variants laid over their table, joins beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.standard import members as m
from annostd.standard.merge import mapping, merge, without
from annostd.standard.model import Condition, Join, Rows, Table
from annostd.standard.typed_columns import columns
from annostd.standard.typed_files import MISSING
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.model import Json, Scalar
    from annostd.standard.yaml_tree import Node

_NOT_INHERITED = ("variants", "join", "fixed", "doc", "clause")
_PLACES = ("from", "in")
_PAIR = 2


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A source of rows as a tree: a table without variants, a variant over its table, a join."""

    table: str
    key: ScalarNode
    tree: MapNode
    variant: str | None = None
    join: str | None = None


def source_trees(document: MapNode, faults: list[Fault]) -> Iterator[SourceTree]:
    """Give every source of rows in data order; a `remove` that finds nothing is a fault."""
    for key, table in m.parts(document, "tables"):
        name = str(key.value)
        variants = tuple(m.parts(table, "variants"))
        for part, variant in variants:
            yield SourceTree(name, part, laid_over(table, variant, faults), variant=str(part.value))
        if not variants:
            yield SourceTree(name, key, without(table, "variants", "join", "fixed"))
        for part, join in m.parts(table, "join"):
            yield SourceTree(name, part, join, join=str(part.value))


def laid_over(table: MapNode, variant: MapNode, faults: list[Fault]) -> MapNode:
    """Lay a variant over its table; its own `from` or `in` replaces the table's of either kind."""
    inherited = without(table, *_NOT_INHERITED)
    if any(place in variant.members for place in _PLACES):
        inherited = without(inherited, *_PLACES)
    return merge(inherited, variant, faults, "table")


def tables(document: MapNode, faults: list[Fault]) -> dict[str, Table]:
    """Make the tables by name, in data order."""
    return {str(key.value): _table(key, node, faults) for key, node in m.parts(document, "tables")}


def _table(key: ScalarNode, node: MapNode, faults: list[Fault]) -> Table:
    variants = {
        str(part.value): rows(part, laid_over(node, variant, faults))
        for part, variant in m.parts(node, "variants")
    }
    joins = {str(part.value): _join(part, join) for part, join in m.parts(node, "join")}
    return Table(str(key.value), rows(key, node), variants, joins, _fixed(node))


def rows(key: ScalarNode, node: MapNode) -> Rows:
    """Make a source of rows."""
    filled = m.texts(node, "as")
    return Rows(
        key.mark,
        file=m.text(node, "from"),
        inside=m.texts(node, "in"),
        rows=m.text(node, "rows"),
        enclosing=filled[0] if filled else None,
        enclosing_target=filled[1] if filled[1:] else None,
        text=m.text(node, "text"),
        head=m.texts(node, "head"),
        comment=m.text(node, "comment"),
        where=tuple(condition(name, test) for name, test in mapping(node, "where").members.items()),
        constants=_constants(mapping(node, "set")),
        columns=columns(node),
        required=m.level(node, "required"),
        shared=bool(m.flag(node, "shared")),
        create=dict(m.text_pairs(node, "create")) if "create" in node.members else None,
        empty="write" if m.text(node, "empty") == "write" else "omit",
        order=() if m.text(node, "order") else m.texts(node, "order"),
        rising=bool(m.flag(node, "rising")),
        sorted=m.text(node, "sorted"),
        gaps=(gaps[0], gaps[1]) if len(gaps := m.texts(node, "gaps")) == _PAIR else None,
        unknown="refuse" if m.text(node, "unknown") == "refuse" else "keep",
        doc=m.text(node, "doc"),
        clause=m.text(node, "clause"),
    )


def _constants(node: MapNode) -> dict[str, Scalar]:
    return {
        name: value.value for name, value in node.members.items() if isinstance(value, ScalarNode)
    }


def condition(at: str, test: Node) -> Condition:
    """Make a native field's test: a constant, a list of constants, or tests of its kind."""
    if isinstance(test, MapNode):
        return Condition(
            at,
            types=m.texts(test, "type"),
            negated=m.texts(test, "not"),
            pattern=m.text(test, "pattern"),
            length=m.length(test, "length"),
        )
    constants: tuple[Json, ...] = tuple(
        plain(item) for item in (test.items if isinstance(test, ListNode) else (test,))
    )
    return Condition(at, constants)


def _join(key: ScalarNode, node: MapNode) -> Join:
    missing = m.choice(node, "missing", MISSING) or "error"
    return Join(str(key.value), rows(key, node), m.text_pairs(node, "by"), missing)


def _fixed(node: MapNode) -> tuple[dict[str, Scalar], ...]:
    return tuple(_constants(row) for row in m.items(node, "fixed") if isinstance(row, MapNode))
