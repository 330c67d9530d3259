"""Trees with places, ready for the walk; and files opened again as trees for writing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from annostd.bindings.bytes import full_path
from annostd.bindings.grafts import Old
from annostd.bindings.placed_scalars import cell, json_text
from annostd.bindings.trees import Cell, Tree, find, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from annostd.bindings.branches import Spot
    from annostd.bindings.placed_nodes import Parsed, PlacedNode
    from annostd.columns.raw import Origin
    from annostd.plan.model import Kind


class PlacedTree:
    """A text as a tree; spans are lines (`line`: of all nodes, in a text inside a text).

    `parse` reads a text that stands in a value (None: none does).
    """

    __slots__ = ("_line", "_parse")

    def __init__(
        self, parse: Callable[[str], Parsed] | None = None, line: int | None = None
    ) -> None:
        self._parse = parse
        self._line = line

    def members(self, node: PlacedNode) -> Mapping[str, PlacedNode] | None:
        """List the members of a mapping; None where the node is none."""
        return node.members

    def items(self, node: PlacedNode) -> Sequence[PlacedNode] | None:
        """List the items of a sequence; None where the node is none."""
        return node.items

    def is_null(self, node: PlacedNode) -> bool:
        """Tell whether the node is an explicit null, or is left empty."""
        return (
            node.members is None
            and node.items is None
            and node.scalar == "null"
            and not node.is_told
        )

    def cell(self, node: PlacedNode, kind: Kind) -> tuple[Cell, bool]:
        """Give the value as a column of that kind holds it, and whether it fits."""
        if node.members is None and node.items is None:
            return (None, False) if node.is_told else cell(node.scalar, node.text, kind)
        if kind != "value" or self.is_told(node):
            return None, False
        return self.text(node), True

    def text(self, node: PlacedNode) -> str:
        """Give the node as JSON text."""
        if node.members is not None:
            pairs = (f"{_name(name)}: {self.text(child)}" for name, child in node.members.items())
            return "{" + ", ".join(pairs) + "}"
        if node.items is not None:
            return "[" + ", ".join(map(self.text, node.items)) + "]"
        return json_text(node.scalar, node.text)

    def span(self, node: PlacedNode) -> tuple[int, int]:
        """Tell the first and the last line of the node."""
        return (node.line, node.end) if self._line is None else (self._line, self._line)

    def is_told(self, node: PlacedNode) -> bool:
        """Tell whether something inside the node has already been reported."""
        children = node.items if node.items is not None else (node.members or {}).values()
        return node.is_told or any(map(self.is_told, children))

    def embedded(self, node: PlacedNode) -> tuple[Tree[PlacedNode], PlacedNode] | None:
        """Read a text that is itself JSON; None where it is none."""
        is_text = node.members is None and node.items is None and node.scalar == "string"
        if self._parse is None or not is_text:
            return None
        try:
            json.loads(node.text)
        except (ValueError, RecursionError):
            return None
        inner = self._parse(node.text)
        if inner.root is None:
            return None
        return PlacedTree(self._parse, node.line), inner.root


def _name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


class PlacedArchive:
    """The files of an origin; `open_tree` reads one as a tree."""

    def __init__(
        self, origin: Origin, tree: PlacedTree, open_tree: Callable[[str], Parsed]
    ) -> None:
        self._origin = origin
        self._tree = tree
        self._open = open_tree

    def path(self, number: int) -> str:
        """Give the path of a file."""
        return full_path(self._origin.root, self._origin.files[number])

    def root(self, number: int | None) -> Old[PlacedNode] | None:
        """Give a file as a tree; None where it cannot be read."""
        if number is None:
            return None
        try:
            root = self._open(self.path(number)).root
        except OSError:
            return None
        return Old(self._tree, root) if root is not None else None

    def record(self, spot: Spot) -> Old[PlacedNode] | None:
        """Find a record again; None where it cannot be read."""
        root = self.root(spot.file)
        if root is None or spot.path is None:
            return None
        steps = [unescape(step) for step in spot.path.split("/")[1:]]
        node, depth = find(self._tree, root.node, steps)
        return Old(self._tree, node) if depth == len(steps) else None
