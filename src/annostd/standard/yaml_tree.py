"""YAML text as a tree of nodes, each with its place; what could be misread is a fault.

Scalars are read by the core schema of YAML 1.2. The text is read event by event: anchors are seen
before they can multiply, and depth is bounded before anything recurses.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

import yaml

from annostd.errors import Fault
from annostd.standard.model import Mark
from annostd.standard.yaml_scalars import trap, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.standard.model import Json, Path, Scalar

MAX_DEPTH = 64
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile(
    "[^\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, number, truth value or null.

    `inset` is how far behind its mark the text begins; None where it does not stand there as it is
    (a block, escapes, several lines). `told`: a fault is told of it, it is judged no further.
    """

    value: Scalar
    mark: Mark
    inset: int | None = 0
    told: bool = False

    def place(self, offset: int) -> Mark:
        """Give the place of a character of the text; of the whole where that cannot be told."""
        return replace(self.mark, inset=self.inset).inside(offset)


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping: members by the text of their key, and the keys as nodes of their own."""

    members: dict[str, Node]
    keys: dict[str, ScalarNode]
    mark: Mark


Node: TypeAlias = ScalarNode | ListNode | MapNode


class _Position(Protocol):
    """A 0-based place as the parsers give it."""

    line: int
    column: int


def compose(text: str, file: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Read one YAML document; the node is None where the text cannot be parsed to its end.

    Faults are: broken syntax, characters that readers disagree on (tabs, control characters),
    aliases and anchors, tags, duplicate keys, keys that are no scalar, several documents, nesting
    beyond `MAX_DEPTH`, and plain scalars that YAML 1.1 and 1.2 read differently.
    """
    text = text.removeprefix("\ufeff")
    builder = _Builder(file)
    forbidden = tuple(_forbidden(text, file))
    if forbidden:
        return None, forbidden
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        before = _stopped(text[: place.index], file) if place is not None else None
        if before is not None:
            return before.root, tuple(before.faults)
        mark = builder.mark(place)
        builder.fault(mark, f"broken YAML: {error.problem or error.context}")
        return None, tuple(builder.faults)
    if builder.root is None and not builder.faults:
        builder.faults.append(Fault(file, 1, 1, "the file is empty, expected a mapping"))
    return builder.root, tuple(builder.faults)


def _stopped(text: str, file: str) -> _Builder | None:
    """Read what stands before a fault: the C parser looks far ahead of its events."""
    builder = _Builder(file)
    with suppress(yaml.YAMLError):
        if not all(map(builder.take, yaml.parse(text, Loader=_LOADER))):
            return builder
    return None


def _forbidden(text: str, file: str) -> Iterator[Fault]:
    for found in _FORBIDDEN.finditer(text):
        start = found.start()
        line = text.count("\n", 0, start) + 1
        column = start - text.rfind("\n", 0, start)
        if found.group() == "\t":
            yield Fault(
                file, line, column, 'a tab stands here, expected spaces, or "\\t" in a quoted text'
            )
        else:
            name = f"U+{ord(found.group()):04X}"
            yield Fault(
                file,
                line,
                column,
                f"the character {name} stands here, expected an escape in a quoted text",
            )


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    mark: Mark
    mapping: bool
    items: list[Node] = field(default_factory=list)
    members: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    key: ScalarNode | None = None

    def close(self) -> Node:
        if self.mapping:
            return MapNode(self.members, self.keys, self.mark)
        return ListNode(tuple(self.items), self.mark)


class _Builder:
    """Makes a tree of events, with a stack of its own, so that no depth can exhaust Python's."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.root: Node | None = None
        self.documents = 0
        self.stack: list[_Open] = []

    def fault(self, mark: Mark, message: str) -> None:
        self.faults.append(Fault(self.file, mark.line, mark.column, message))

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False ends the reading."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            return self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._add(self.stack.pop().close())
        elif isinstance(event, yaml.AliasEvent):
            mark = self.mark(event.start_mark)
            self.fault(mark, f"the alias *{event.anchor} stands here, expected the value itself")
            self._add(ScalarNode(None, mark, told=True))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                mark = self.mark(event.start_mark)
                self.fault(mark, "a second document begins here, expected one document a file")
                return False
        return True

    def mark(self, place: _Position | None) -> Mark:
        """Make a 1-based place of a parser's."""
        if place is None:
            return Mark(self.file, 1, 1)
        return Mark(self.file, place.line + 1, place.column + 1)

    def _bare(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, mark: Mark) -> None:
        if event.anchor is not None:
            self.fault(mark, f"the anchor &{event.anchor} stands here, expected none")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.fault(mark, f"the tag {tag} stands here, expected none")

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> bool:
        mark = self.mark(event.start_mark)
        self._bare(event, mark)
        if len(self.stack) >= MAX_DEPTH:
            self.fault(mark, f"the nesting is deeper than {MAX_DEPTH} here, expected less")
            return False
        self.stack.append(_Open(mark, isinstance(event, yaml.MappingStartEvent)))
        return True

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        mark = self.mark(event.start_mark)
        self._bare(event, mark)
        if event.style:
            return ScalarNode(event.value, mark, _inset(event, 1))
        reason = trap(event.value)
        if reason is not None:
            self.fault(mark, reason)
            return ScalarNode(event.value, mark, told=True)
        return ScalarNode(value_of(event.value), mark, _inset(event, 0))

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node if self.root is None else self.root
            return
        top = self.stack[-1]
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            self._member(top, top.key, node)
            top.key = None

    def _key(self, node: Node) -> ScalarNode:
        if isinstance(node, ScalarNode):
            return node
        kind = "list" if isinstance(node, ListNode) else "mapping"
        self.fault(node.mark, f"a {kind} is the key here, expected a text")
        return ScalarNode(f"<{kind}>", node.mark, told=True)

    def _member(self, top: _Open, key: ScalarNode, node: Node) -> None:
        name = key_text(key.value)
        if name in top.members:
            first = top.keys[name].mark.line
            self.fault(
                key.mark,
                f"the key '{name}' stands here again, expected once (first in line {first})",
            )
            return
        top.members[name] = node
        top.keys[name] = key


def _inset(event: yaml.ScalarEvent, quote: int) -> int | None:
    """Tell how far behind its mark a scalar's text begins, if it stands there letter by letter."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None or start.line != end.line:
        return None
    as_written = end.column - start.column == len(event.value) + 2 * quote
    return quote if as_written else None


def key_text(value: Scalar) -> str:
    """Say a key as JSON would: the text itself, else the JSON text of the number or word."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def plain(node: Node) -> Json:
    """Give the values of a tree without places."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {name: plain(member) for name, member in node.members.items()}


def marks(node: Node) -> dict[Path, Mark]:
    """Give the place of every node by its path: a scalar's own, of mappings and lists the key's."""
    found: dict[Path, Mark] = {(): node.mark}
    _collect((), node, found)
    return found


def _collect(path: Path, node: Node, found: dict[Path, Mark]) -> None:
    if isinstance(node, MapNode):
        for name, member in node.members.items():
            below = (*path, name)
            if isinstance(member, ScalarNode):
                found[below] = replace(member.mark, inset=member.inset)
            else:
                found[below] = node.keys[name].mark
                _collect(below, member, found)
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            below = (*path, index)
            found[below] = item.mark
            if not isinstance(item, ScalarNode):
                _collect(below, item, found)
