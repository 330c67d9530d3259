"""YAML as a tree for the walk, and its files opened again for writing."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import TYPE_CHECKING

from annostd.bindings.bytes import byte_order_mark, full_path, read_bytes
from annostd.bindings.grafts import Old
from annostd.bindings.trees import Cell, Tree, find, unescape
from annostd.bindings.yaml_parse import LARGEST, Parsed, YamlFlaw, YamlNode, parse
from annostd.bindings.yaml_scalar import cell, json_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.bindings.branches import Spot
    from annostd.columns.raw import Origin
    from annostd.plan.model import Kind


class YamlTree:
    """A YAML text as a tree; spans are lines (`line`: of all nodes, in a text inside a text)."""

    __slots__ = ("_line",)

    def __init__(self, line: int | None = None) -> None:
        self._line = line

    def members(self, node: YamlNode) -> Mapping[str, YamlNode] | None:
        """List the members of a mapping; None where the node is none."""
        return node.members

    def items(self, node: YamlNode) -> Sequence[YamlNode] | None:
        """List the items of a sequence; None where the node is none."""
        return node.items

    def is_null(self, node: YamlNode) -> bool:
        """Tell whether the node is an explicit null, or is left empty."""
        return (
            node.members is None
            and node.items is None
            and node.scalar == "null"
            and not node.is_told
        )

    def cell(self, node: YamlNode, kind: Kind) -> tuple[Cell, bool]:
        """Give the value as a column of that kind holds it, and whether it fits."""
        if node.members is None and node.items is None:
            return (None, False) if node.is_told else cell(node.scalar, node.text, kind)
        if kind != "value" or self.is_told(node):
            return None, False
        return self.text(node), True

    def text(self, node: YamlNode) -> str:
        """Give the node as JSON text."""
        if node.members is not None:
            pairs = (f"{_name(name)}: {self.text(child)}" for name, child in node.members.items())
            return "{" + ", ".join(pairs) + "}"
        if node.items is not None:
            return "[" + ", ".join(map(self.text, node.items)) + "]"
        return json_text(node.scalar, node.text)

    def span(self, node: YamlNode) -> tuple[int, int]:
        """Tell the first and the last line of the node."""
        return (node.line, node.end) if self._line is None else (self._line, self._line)

    def is_told(self, node: YamlNode) -> bool:
        """Tell whether something inside the node has already been reported."""
        children = node.items if node.items is not None else (node.members or {}).values()
        return node.is_told or any(map(self.is_told, children))

    def embedded(self, node: YamlNode) -> tuple[Tree[YamlNode], YamlNode] | None:
        """Read a text that is itself JSON, which YAML contains; None where it is none."""
        if node.members is not None or node.items is not None or node.scalar != "string":
            return None
        try:
            json.loads(node.text)
        except (ValueError, RecursionError):
            return None
        inner = parse(node.text)
        return (YamlTree(node.line), inner.root) if inner.root is not None else None


TREE = YamlTree()


def _name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def open_tree(path: str) -> Parsed:
    """Read a file as a tree; the last ones are kept, known by name, time and size.

    Raises:
        OSError: it is not there, is a folder, or is not permitted.
    """
    status = os.stat(path)  # noqa: PTH116
    return _open(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _open(path: str, _time: int, size: int) -> Parsed:
    if size > LARGEST:
        message = f"the file has {size} bytes, expected at most {LARGEST}"
        return Parsed(None, (YamlFlaw("size", 1, 1, message, ""),))
    return parse_bytes(read_bytes(path))


def parse_bytes(data: bytes) -> Parsed:
    """Read bytes as a tree: UTF-8, without a byte order mark, one document that is not empty."""
    length, encoding = byte_order_mark(data)
    flaws: list[YamlFlaw] = []
    if encoding not in {None, "utf-8"}:
        message = f"the file begins as {encoding}, expected utf-8"
        return Parsed(None, (YamlFlaw("encoding", 1, 1, message, "", encoding, "utf-8"),))
    if length:
        message = "the file begins with a byte order mark, expected none"
        flaws.append(YamlFlaw("bom", 1, 1, message, ""))
    try:
        text = data[length:].decode()
    except UnicodeDecodeError as error:
        before = data[length : length + error.start].decode()
        column = len(before) - (before.rfind("\n") + 1) + 1
        shown = f"0x{data[length + error.start]:02x}"
        message = f"the byte {shown} is no character, expected text in utf-8"
        place = (before.count("\n") + 1, column)
        return Parsed(None, (*flaws, YamlFlaw("encoding", *place, message, None, shown, "utf-8")))
    found = parse(text)
    if found.root is None and not found.flaws:
        message = "the file is empty, expected a document"
        flaws.append(YamlFlaw("empty", 1, 1, message, ""))
    return Parsed(found.root, (*flaws, *found.flaws))


class YamlArchive:
    """The files of an origin."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def path(self, number: int) -> str:
        """Give the path of a file."""
        return full_path(self._origin.root, self._origin.files[number])

    def root(self, number: int | None) -> Old[YamlNode] | None:
        """Give a file as a tree; None where it cannot be read."""
        if number is None:
            return None
        try:
            root = open_tree(self.path(number)).root
        except OSError:
            return None
        return Old(TREE, root) if root is not None else None

    def record(self, spot: Spot) -> Old[YamlNode] | None:
        """Find a record again; None where it cannot be read."""
        root = self.root(spot.file)
        if root is None or spot.path is None:
            return None
        steps = [unescape(step) for step in spot.path.split("/")[1:]]
        node, depth = find(TREE, root.node, steps)
        return Old(TREE, node) if depth == len(steps) else None
