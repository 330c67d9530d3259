"""Trees of members and items, whatever carrier they come from: what a walk must know of a node.

A binding whose files are trees (objects, lists, scalars) gives one `Tree` per text; everything that
walks, reads or compares such files is written against it once.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import Kind

Node = TypeVar("Node")
Cell: TypeAlias = int | float | str | bool | None

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
LEAST, MOST = -(2**63), 2**63 - 1
"""The integers that a column can hold."""


class Tree(Protocol[Node]):
    """A text read as a tree. Nodes are the carrier's own; the last of equal keys counts."""

    def members(self, node: Node) -> Mapping[str, Node] | None:
        """List the members of an object in order; None where the node is no object."""
        ...

    def items(self, node: Node) -> Sequence[Node] | None:
        """List the items of a list; None where the node is no list."""
        ...

    def is_null(self, node: Node) -> bool:
        """Tell whether the node is an explicit null."""
        ...

    def cell(self, node: Node, kind: Kind) -> tuple[Cell, bool]:
        """Give the value as a column of that kind holds it, and whether it fits (null does)."""
        ...

    def text(self, node: Node) -> str:
        """Give the node as JSON text: as written where the carrier is JSON."""
        ...

    def span(self, node: Node) -> tuple[int, int]:
        """Tell where the node stands: byte offsets, or first and last line."""
        ...

    def is_told(self, node: Node) -> bool:
        """Tell whether the reader has already reported a value inside this node."""
        ...

    def embedded(self, node: Node) -> tuple[Tree[Node], Node] | None:
        """Read a text that is itself JSON; None where it is no text or does not hold JSON."""
        ...


def escape(name: str) -> str:
    """Write a member's name as a step of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Read a step of a JSON Pointer (RFC 6901)."""
    return step.replace("~1", "/").replace("~0", "~")


def captured(text: str, kind: Kind) -> tuple[Cell, bool]:
    """Give a captured text as a column of that kind holds it, and whether it fits."""
    if kind == "string":
        return text, True
    if kind == "value":
        return json.dumps(text, ensure_ascii=False), True
    if kind == "boolean":
        return text == "true", text in {"true", "false"}
    if kind == "integer" and _INTEGER.fullmatch(text) and len(text) <= len(str(LEAST)):
        number = int(text)
        return (number, True) if LEAST <= number <= MOST else (None, False)
    if kind == "number" and _NUMBER.fullmatch(text):
        value = float(text)
        return (value, True) if abs(value) != float("inf") else (None, False)
    return None, False


def find(tree: Tree[Node], node: Node, path: Sequence[str]) -> tuple[Node, int]:
    """Follow names and positions down from a node: the last one met, how many steps led there."""
    for depth, step in enumerate(path):
        members = tree.members(node)
        below: Node | None = None
        if members is not None:
            below = members.get(step)
        else:
            items = tree.items(node) or ()
            below = items[int(step)] if step.isdecimal() and int(step) < len(items) else None
        if below is None:
            return node, depth
        node = below
    return node, len(path)


def is_container(tree: Tree[Node], node: Node) -> bool:
    """Tell whether a node is an object or a list."""
    return tree.members(node) is not None or tree.items(node) is not None
