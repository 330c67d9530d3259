"""Lints: a standard that `extends` another only narrows it: what conforms to it conforms to that.

The two documents are walked side by side: mappings of named parts (tables, columns, rules, …) may
gain parts, and each key of a part may change only as the tables below say. What is in none of them
must stay as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.findings import Level
from annostd.standard import members as m
from annostd.standard.merge import fault_at, is_remove
from annostd.standard.meta_schema import shown
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annostd.errors import Fault
    from annostd.standard.model import Json, Mark
    from annostd.standard.yaml_tree import Node

_FREE = frozenset(
    {
        "annostd", "id", "version", "status", "title", "publisher", "domain", "licence",
        "aliases", "sources", "doc", "extends", "use", "classes", "examples", "changes", "clause",
        "message", "why", "generate", "path", "captures",
    }
)  # fmt: skip
"""What says nothing of whether data conform. A profile may name its own files."""

_OPEN = frozenset({"files", "tables", "rules", "columns", "conventions", "join"})
"""Mappings of named parts that may gain some."""

_CLOSED = frozenset({"variants", "where", "set"})
"""Mappings of named parts that may not: one more lets more pass, or tells rows apart otherwise."""

_NOT_ADDED = frozenset(
    {
        "absent", "create", "shared", "unit", "origin", "ends", "decimals", "space", "form", "at",
        "text", "through", "separators", "closed", "holes", "pivot", "pack", "file", "default",
        "when", "dialects", "variants", "where", "set", "fixed",
    }
)  # fmt: skip
"""Keys that may not be given to a part that had none: they change its meaning or let more pass."""

_STRENGTH = (None, Level.MAY, Level.SHOULD, Level.MUST)
_WIDER_TYPES = {("any", "*"), ("number", "integer"), ("string", "path")}
_REASON = "'extends' only narrows"


def removals(own: MapNode, *, named: bool = False) -> Iterator[Fault]:
    """Find what a profile's own document takes out."""
    for name, node in own.members.items():
        if name.startswith("x-") or (
            not named and name in _FREE | {"dialects", "values", "default"}
        ):
            continue
        if is_remove(node):
            yield fault_at(node.mark, f"'{name}' is removed, expected it kept: {_REASON}")
        elif isinstance(node, MapNode):
            yield from removals(node, named=not named and name in _OPEN | _CLOSED)


def loosened(base: MapNode, tree: MapNode) -> Iterator[Fault]:
    """Find where a part of a profile lets pass what the same part of its standard does not."""
    for name, node in tree.members.items():
        below = base.members.get(name)
        if below is node or name in _FREE or name.startswith("x-"):
            continue
        if below is None:
            if name in _NOT_ADDED:
                yield fault_at(_mark(tree, name), f"'{name}' is added, expected none: {_REASON}")
        elif name in _OPEN | _CLOSED and isinstance(below, MapNode) and isinstance(node, MapNode):
            yield from _named(below, node, closed=name in _CLOSED)
        elif name == "dialects" and isinstance(below, MapNode) and isinstance(node, MapNode):
            yield from _dialects(below, node)
        else:
            yield from _changed(name, below, node, _mark(tree, name))


def _mark(tree: MapNode, name: str) -> Mark:
    node = tree.members[name]
    return node.mark if isinstance(node, ScalarNode) else tree.keys[name].mark


def _named(base: MapNode, tree: MapNode, *, closed: bool) -> Iterator[Fault]:
    for name, node in tree.members.items():
        below = base.members.get(name)
        if below is node or name.startswith("x-"):
            continue
        if below is None:
            if closed:
                yield fault_at(_mark(tree, name), f"'{name}' is added, expected none: {_REASON}")
        elif isinstance(below, MapNode) and isinstance(node, MapNode):
            yield from loosened(below, node)
        else:
            yield from _changed(name, below, node, _mark(tree, name))


def _dialects(base: MapNode, tree: MapNode) -> Iterator[Fault]:
    """Find dialects that are added or changed: data in another dialect do not conform."""
    for axis, node in tree.members.items():
        below = base.members.get(axis)
        if not isinstance(below, MapNode) or not isinstance(node, MapNode):
            yield fault_at(_mark(tree, axis), f"'{axis}' is added, expected none: {_REASON}")
            continue
        for name, alternative in node.members.items():
            inherited = below.members.get(name)
            if inherited is None:
                yield fault_at(_mark(node, name), f"'{name}' is added, expected none: {_REASON}")
            else:
                yield from _changed(name, inherited, alternative, _mark(node, name))


def _changed(name: str, base: Node, node: Node, mark: Mark) -> Iterator[Fault]:
    if plain(base) == plain(node):
        return
    compare = _COMPARE.get(name)
    if compare is None:
        wanted: str | None = f"{_text(base)} as inherited"
    else:
        wanted = compare(base, node)
    if wanted is not None:
        yield fault_at(mark, f"'{name}' is {_text(node)}, expected {wanted}: {_REASON}")


def _text(node: Node) -> str:
    if isinstance(node, ListNode):
        return f"[{', '.join(_text(item) for item in node.items)}]"
    if isinstance(node, MapNode):
        inner = (f"{name}: {_text(member)}" for name, member in node.members.items())
        return f"{{{', '.join(inner)}}}"
    value = node.value
    return (
        str(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else shown(node)
    )


def _stronger(base: Node, node: Node) -> str | None:
    inherited = _level(base)
    raised = _STRENGTH.index(_level(node)) >= _STRENGTH.index(inherited)
    return None if raised else f"{inherited} as inherited, or stronger"


def _level(node: Node) -> Level | None:
    return m.level(MapNode({"level": node}, {}, node.mark), "level")


def _at_least(base: Node, node: Node) -> str | None:
    return None if _number(node) >= _number(base) else f"at least {_text(base)}"


def _at_most(base: Node, node: Node) -> str | None:
    return None if _number(node) <= _number(base) else f"at most {_text(base)}"


def _number(node: Node) -> float:
    value = node.value if isinstance(node, ScalarNode) else None
    return value if isinstance(value, (int, float)) else 0


def _subset(base: Node, node: Node) -> str | None:
    inherited = _pairs(base)
    return None if all(pair in inherited for pair in _pairs(node)) else f"some of {_text(base)}"


def _pairs(node: Node) -> list[Json]:
    if isinstance(node, MapNode):
        return [[node.keys[name].value, plain(member)] for name, member in node.members.items()]
    items = node.items if isinstance(node, ListNode) else (node,)
    return [plain(item) for item in items]


def _tighter(base: Node, node: Node) -> str | None:
    low, high = m.length(MapNode({"length": base}, {}, base.mark), "length") or (None, None)
    new_low, new_high = m.length(MapNode({"length": node}, {}, node.mark), "length") or (None, None)
    above = low is None or (new_low is not None and new_low >= low)
    below = high is None or (new_high is not None and new_high <= high)
    return None if above and below else f"bounds within {_text(base)}"


def _narrower_type(base: Node, node: Node) -> str | None:
    pair = (plain(base), plain(node))
    return None if pair in _WIDER_TYPES or pair[0] == "any" else f"{_text(base)} or a narrower one"


def _closer(base: Node, node: Node) -> str | None:
    old, new = _agreement(base), _agreement(node)
    weaker = _STRENGTH.index(new[0]) < _STRENGTH.index(old[0]) or new[1] > old[1] or new[2] > old[2]
    return f"{_text(base)}, or stronger and closer" if weaker else None


def _agreement(node: Node) -> tuple[Level | None, float, float]:
    if isinstance(node, MapNode):
        return (
            m.level(node, "level"),
            m.number(node, "absolute") or 0,
            m.number(node, "relative") or 0,
        )
    return _level(node), 0, 0


def _only(*values: Json) -> Callable[[Node, Node], str | None]:
    """Make a comparison that lets a key change to these values only."""
    return lambda base, node: None if plain(node) in values else f"{_text(base)} as inherited"


_COMPARE: dict[str, Callable[[Node, Node], str | None]] = {
    "required": _stronger,
    "level": _stronger,
    "minimum": _at_least,
    "maximum": _at_most,
    "values": _subset,
    "absent": _subset,
    "encoding": _subset,
    "length": _tighter,
    "type": _narrower_type,
    "agrees": _closer,
    "parts": _only("one"),
    "unknown": _only("refuse"),
    "missing": _only("error"),
    "create": _only(False),  # noqa: FBT003 - a value of the language
}
