"""Rules of a standard from its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.findings import Level
from annostd.standard import members as m
from annostd.standard.merge import mapping
from annostd.standard.model import Example, Parameter, Rule
from annostd.standard.yaml_tree import MapNode, ScalarNode, plain

if TYPE_CHECKING:
    from annostd.standard.model import Json
    from annostd.standard.yaml_tree import Node


def rules(document: MapNode) -> dict[str, Rule]:
    """Make the written rules by id."""
    return {str(key.value): rule(key, node) for key, node in m.parts(document, "rules")}


def rule(key: ScalarNode, node: MapNode) -> Rule:
    """Make one rule."""
    examples = mapping(node, "examples")
    is_adjacent = "neighbours" in node.members
    return Rule(
        str(key.value),
        m.level(node, "level") or Level.MUST,
        m.text_or(node, "class", ""),
        m.text_or(node, "require", ""),
        key.mark,
        table=m.text(node, "for"),
        per=m.optional_texts(node, "per"),
        pairs=m.optional_texts(node, "neighbours" if is_adjacent else "pairs"),
        is_adjacent=is_adjacent,
        when=m.text(node, "when"),
        parameters=tuple(
            _parameter(str(name), value) for name, value in m.pairs(node, "parameters")
        ),
        message=m.text(node, "message"),
        why=m.text(node, "why"),
        clause=m.text(node, "clause"),
        passing=tuple(_example(item) for item in m.items(examples, "pass")),
        failing=tuple(_example(item) for item in m.items(examples, "fail")),
        doc=m.text(node, "doc"),
    )


def _parameter(name: str, node: Node) -> Parameter:
    if isinstance(node, MapNode):
        values = {
            str(key): value.value
            for key, value in node.members.items()
            if isinstance(value, ScalarNode)
        }
        return Parameter(
            name, {unit: float(v) for unit, v in values.items() if isinstance(v, (int, float))}
        )
    value = node.value if isinstance(node, ScalarNode) else None
    return Parameter(name, {None: float(value)} if isinstance(value, (int, float)) else {})


def _example(node: Node) -> Example:
    if not isinstance(node, MapNode):
        return Example()
    added = [
        (table, row)
        for table, member in mapping(node, "add").members.items()
        for row in _added(member)
    ]
    return Example(m.data(node, "set"), tuple(added), m.texts(node, "remove"))


def _added(node: Node) -> tuple[dict[str, Json], ...]:
    value = plain(node)
    found = value if isinstance(value, list) else [value]
    return tuple(row for row in found if isinstance(row, dict))
