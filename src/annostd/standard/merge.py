"""One law of merging: mappings merge by key, anything else replaces, `remove` takes a part out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from annostd.errors import Fault
from annostd.standard.yaml_tree import MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.standard.model import Mark
    from annostd.standard.yaml_tree import Node

REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class _Place:
    """What `remove` does to the members of a mapping, and what its members are.

    `strict`: takes the member out, a fault where there is none; `keep`: takes it out, or stays, to
    be taken out of the table when a variant is laid over it; `free`: a word like any other.
    """

    policy: Literal["strict", "keep", "free"] = "strict"
    members: Mapping[str, str] = field(default_factory=dict)
    others: str = "plain"


_DATA = {"values": "free", "default": "free"}
_PLACES: dict[str, _Place] = {
    "plain": _Place(),
    "free": _Place("free", others="free"),
    "standard": _Place(
        members={
            "tables": "tables",
            "rules": "rules",
            "dialects": "axes",
            "examples": "free",
            "changes": "free",
        }
    ),
    "tables": _Place(others="table"),
    "table": _Place(members={"columns": "columns", "variants": "variants", "join": "tables"}),
    "columns": _Place(others="column"),
    "column": _Place(members=_DATA),
    "variants": _Place(others="variant"),
    "variant": _Place("keep", {"columns": "variant-columns"}, "variant-plain"),
    "variant-columns": _Place("keep", others="variant-column"),
    "variant-column": _Place("keep", _DATA, "variant-plain"),
    "variant-plain": _Place("keep", others="variant-plain"),
    "rules": _Place(others="rule"),
    "rule": _Place(members={"examples": "free"}),
    "axes": _Place(others="alternatives"),
    "alternatives": _Place(others="free"),
}


def fault_at(mark: Mark, message: str) -> Fault:
    """Make a fault of a place."""
    return Fault(mark.file, mark.line, mark.column, message)


def is_remove(node: Node | None) -> bool:
    """Tell whether a value takes the inherited part out."""
    return isinstance(node, ScalarNode) and node.value == REMOVE


def merge(base: MapNode, patch: MapNode, faults: list[Fault], place: str = "standard") -> MapNode:
    """Lay a patch over a mapping; nodes keep their marks, a key in both has the patch's.

    `place` names what the mapping is: standard, table, rules. A `remove` of what is not there is
    added to `faults`.
    """
    here = _PLACES[place]
    members, keys = dict(base.members), dict(base.keys)
    for name, node in patch.members.items():
        if here.policy != "free" and is_remove(node):
            taken = members.pop(name, None)
            keys.pop(name, None)
            if taken is None and here.policy == "strict":
                faults.append(
                    fault_at(
                        node.mark, f"'{name}' is not inherited, expected a part that can be removed"
                    )
                )
            if taken is not None or here.policy == "strict":
                continue
        keys[name] = patch.keys[name]
        members[name] = node
        if isinstance(node, MapNode):
            members[name] = _merge_member(base.members.get(name), node, faults, _below(here, name))
    return MapNode(members, keys, patch.mark)


def _merge_member(base: Node | None, patch: MapNode, faults: list[Fault], place: str) -> MapNode:
    inherited = base if isinstance(base, MapNode) else MapNode({}, {}, patch.mark)
    return merge(inherited, patch, faults, place)


def _below(here: _Place, name: str) -> str:
    return "free" if name.startswith("x-") else here.members.get(name, here.others)


def without(node: MapNode, *names: str) -> MapNode:
    """Leave members out."""
    if not any(name in node.members for name in names):
        return node
    members = {name: member for name, member in node.members.items() if name not in names}
    return MapNode(members, {name: node.keys[name] for name in members}, node.mark)


def with_member(node: MapNode, name: str, member: MapNode) -> MapNode:
    """Give a mapping another member of that name, at its old place in order and file."""
    key = node.keys.get(name, ScalarNode(name, member.mark))
    return MapNode({**node.members, name: member}, {**node.keys, name: key}, node.mark)


def mapping(node: MapNode, name: str) -> MapNode:
    """Give a member that is a mapping, an empty one where there is none."""
    member = node.members.get(name)
    return member if isinstance(member, MapNode) else MapNode({}, {}, node.mark)
