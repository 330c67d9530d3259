"""YAML read without running anything: events of the C parser, made a tree by a loop.

No tags but those of the core schema, no aliases, no member twice, one document; depth and size are
bounded (architecture §8).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from annostd.bindings.placed_nodes import Flaw, Parsed, PlacedNode
from annostd.bindings.trees import escape
from annostd.bindings.yaml_scalar import resolve, tagged

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH = 64
LARGEST = 1 << 24
"""How many bytes a file may have: every node becomes an object."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTAINERS = {
    "tag:yaml.org,2002:map": yaml.MappingStartEvent,
    "tag:yaml.org,2002:seq": yaml.SequenceStartEvent,
}


@dataclass(slots=True)
class _Frame:
    """A container that is open; `name` is the member whose value comes next."""

    node: PlacedNode
    is_flow: bool
    name: str | None = None
    is_skipped: bool = False  # the value belongs to a name that cannot be one


class _Stop(Exception):
    """The text cannot be read any further."""


class _Done(Exception):
    """All that is to be read has been read."""


def parse(text: str) -> Parsed:
    """Read one document."""
    parser = _Parser()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            parser.take(event)
    except _Done:
        pass
    except _Stop:
        return Parsed(None, tuple(parser.flaws))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        too_deep = _too_deep(text[: mark.index]) if mark is not None else None
        if too_deep is not None:
            return too_deep
        place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        problem = " ".join(str(error.problem or error.context).split())
        return _broken(parser, place, problem)
    except yaml.YAMLError as error:  # a character that YAML forbids
        position = getattr(error, "position", 0)
        before = text.encode()[:position].decode("utf-8", "replace")
        column = len(before) - (before.rfind("\n") + 1) + 1
        place = (before.count("\n") + 1, column)
        return _broken(parser, place, str(getattr(error, "reason", "a forbidden character")))
    except (UnicodeError, RecursionError, ValueError) as error:
        return _broken(parser, (1, 1), type(error).__name__)
    return Parsed(parser.root, tuple(parser.flaws))


def _too_deep(text: str) -> Parsed | None:
    """Tell the depth of what stands before a fault: the C parser looks far ahead of its events."""
    parser = _Parser()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            parser.take(event)
    except _Stop:
        return Parsed(None, tuple(parser.flaws))
    except (_Done, yaml.YAMLError):
        pass
    return None


def _broken(parser: _Parser, place: tuple[int, int], problem: str) -> Parsed:
    flaw = Flaw(
        "syntax",
        *place,
        f"the text cannot be read ({problem}), expected YAML",
        parser.pointer(),
        problem,
        "YAML",
    )
    return Parsed(None, (*parser.flaws, flaw))


class _Parser:
    def __init__(self) -> None:
        self.root: PlacedNode | None = None
        self.flaws: list[Flaw] = []
        self._stack: list[_Frame] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take one event in."""
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._flaw("documents", place, "a second document begins here, expected one")
                raise _Done
        elif isinstance(event, yaml.AliasEvent):
            message = f"an alias (*{event.anchor}) stands here, expected the value itself"
            self._flaw("alias", place, message)
            self._value(PlacedNode(*place, place[0], is_told=True), event)
        elif isinstance(event, yaml.ScalarEvent):
            self._value(self._scalar(event, place), event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event, place)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)

    def pointer(self) -> str:
        """Give the JSON Pointer of the place that is read."""
        return "".join(self._steps())

    def _steps(self) -> Iterator[str]:
        for frame in self._stack:
            if frame.node.items is not None:
                yield f"/{len(frame.node.items)}"
            elif frame.name is not None:
                yield f"/{escape(frame.name)}"

    def _flaw(self, rule: str, place: tuple[int, int], message: str) -> None:
        self.flaws.append(Flaw(rule, *place, message, self.pointer()))

    def _scalar(self, event: Any, place: tuple[int, int]) -> PlacedNode:
        end = event.end_mark
        last = end.line if end.column == 0 and end.line > event.start_mark.line else end.line + 1
        node = PlacedNode(*place, last, text=event.value)
        is_name = self._is_name_next()
        if event.tag is None:
            node.scalar = resolve(event.value) if event.implicit[0] else "string"
        else:
            known = tagged(event.tag, event.value)
            node.scalar = known or "string"
            if known is None:
                message = f"the tag {event.tag} stands here, expected none or one that fits"
                self._flaw("tag", place, message)
                node.is_told = True
        if node.scalar == "nonfinite" and not is_name:
            message = f"the value is {event.value}, expected a finite number"
            self._flaw("nonfinite", place, message)
            node.is_told = True
        return node

    def _is_name_next(self) -> bool:
        top = self._stack[-1] if self._stack else None
        return (
            top is not None
            and top.node.members is not None
            and top.name is None
            and not top.is_skipped
        )

    def _value(self, node: PlacedNode, event: Any) -> None:
        """Put a finished scalar where it belongs: a name, a member, an item, the root."""
        if self._is_name_next():
            if isinstance(event, yaml.ScalarEvent):
                self._name(node)
            else:
                self._stack[-1].is_skipped = True
            return
        self._attach(node)

    def _name(self, node: PlacedNode) -> None:
        top = self._stack[-1]
        members = top.node.members or {}
        if node.text in members:
            top.name = node.text
            shown = json.dumps(node.text, ensure_ascii=False)
            message = f"the member {shown} stands twice in one mapping, expected once"
            self._flaw("duplicate-key", (node.line, node.column), message)
        top.name = node.text

    def _attach(self, node: PlacedNode) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if top.is_skipped:
            top.is_skipped = False
        elif top.node.items is not None:
            top.node.items.append(node)
        elif top.node.members is not None and top.name is not None:
            top.node.members[top.name] = node
            top.name = None

    def _open(self, event: Any, place: tuple[int, int]) -> None:
        if len(self._stack) >= DEPTH:
            message = f"a value stands {DEPTH + 1} levels deep, expected at most {DEPTH}"
            self._flaw("depth", place, message)
            raise _Stop
        if self._is_name_next():
            message = "a name is a list or a mapping, expected text"
            self._flaw("key", place, message)
            self._stack[-1].is_skipped = True
            # the name itself is read and forgotten, then its value
            self._stack.append(_Frame(_container(event, place), bool(event.flow_style)))
            self._stack[-1].node.is_told = True
            return
        if event.tag is not None and not isinstance(event, _CONTAINERS.get(event.tag, ())):
            self._flaw("tag", place, f"the tag {event.tag} stands here, expected none")
        self._stack.append(_Frame(_container(event, place), bool(event.flow_style)))

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        node = frame.node
        children = node.items if node.items is not None else (node.members or {}).values()
        ends = [child.end for child in children]
        node.end = event.end_mark.line + 1 if frame.is_flow else max(ends, default=node.line)
        if not node.is_told:
            self._attach(node)


def _container(event: Any, place: tuple[int, int]) -> PlacedNode:
    if isinstance(event, yaml.MappingStartEvent):
        return PlacedNode(*place, place[0], members={})
    return PlacedNode(*place, place[0], items=[])
