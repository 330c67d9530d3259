"""A standard with all that it inherits: `extends` or `adapts`, then `use`, then its own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from annostd.errors import Fault, StandardError, UsageError
from annostd.standard.merge import fault_at, mapping, merge, with_member, without
from annostd.standard.meta_schema import check
from annostd.standard.read import read
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from annostd.standard.locate import Library
    from annostd.standard.yaml_tree import Node

_OWN = (
    "annostd",
    "id",
    "version",
    "status",
    "title",
    "publisher",
    "aliases",
    "doc",
    "changes",
    "extends",
    "adapts",
    "use",
)
_INHERITANCE = ("extends", "adapts")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document with all that it inherits, before dialects; `own` is what its file says.

    `base` is the document that it `extends` or `adapts`; `is_whole`: all it inherits was found.
    The document may be used only where `faults` is empty.
    """

    tree: MapNode
    own: MapNode
    base: MapNode | None
    faults: tuple[Fault, ...]
    is_whole: bool


def resolve(path: Path, library: Library) -> Resolved:
    """Read a standard's file and lay it over what it inherits; all faults on the way are listed.

    Raises `StandardError` where the file itself cannot be parsed, `UsageError` where it cannot be
    read.
    """
    return _Resolution(library).resolve(path, ())


def overlay(base: MapNode, patch: MapNode, faults: list[Fault]) -> MapNode:
    """Lay a document or a dialect over a document; its `examples` replace those below whole."""
    if "examples" in patch.members:
        base = without(base, "examples")
    return merge(base, patch, faults)


@dataclass(slots=True)
class _Resolution:
    """What is gathered while a file and all that it inherits are read."""

    library: Library
    faults: list[Fault] = field(default_factory=list)
    is_whole: bool = True

    def resolve(self, path: Path, chain: tuple[Path, ...]) -> Resolved:
        own, broken = read(path)
        if own is None:
            raise StandardError(broken)
        self.faults += [*broken, *check(own)]
        base = self._base(own, (*chain, path.resolve()))
        inherited = MapNode({}, {}, own.mark) if base is None else without(base, *_OWN)
        tree = overlay(self._with_fragments(inherited, own), own, self.faults)
        return Resolved(tree, own, base, tuple(self.faults), self.is_whole)

    def _broken(self, node: Node, message: str) -> None:
        self.faults.append(fault_at(node.mark, message))
        self.is_whole = False

    def _base(self, own: MapNode, chain: tuple[Path, ...]) -> MapNode | None:
        if all(key in own.members for key in _INHERITANCE):
            both = "the standard both extends and adapts, expected one of them"
            self.faults.append(fault_at(own.keys["adapts"].mark, both))
        named = next((own.members[key] for key in _INHERITANCE if key in own.members), None)
        if not isinstance(named, ScalarNode) or not isinstance(named.value, str):
            return None
        try:
            entry = self.library.find(named.value)
        except UsageError as error:
            self._broken(named, str(error))
            return None
        if entry.path.resolve() in chain:
            self._broken(
                named, f"the standard inherits from itself by '{named.value}', expected no cycle"
            )
            return None
        return self._inherited(named, entry.path, chain)

    def _inherited(self, named: ScalarNode, path: Path, chain: tuple[Path, ...]) -> MapNode | None:
        try:
            return self.resolve(path, chain).tree
        except StandardError as error:
            self.faults += error.faults
            self._broken(
                named, f"'{named.value}' cannot be read, expected a standard without faults"
            )
            return None

    def _with_fragments(self, base: MapNode, own: MapNode) -> MapNode:
        used = own.members.get("use")
        if not isinstance(used, ListNode):
            return base
        rules, sources = MapNode({}, {}, own.mark), MapNode({}, {}, own.mark)
        for name in used.items:
            fragment = self._fragment(name)
            taken = mapping(fragment, "rules") if fragment else MapNode({}, {}, own.mark)
            self.faults += [
                fault_at(name.mark, f"the rule '{rule}' comes from two fragments, expected one")
                for rule in taken.members
                if rule in rules.members
            ]
            if fragment is not None:
                rules = merge(rules, taken, self.faults, "rules")
                sources = merge(sources, mapping(fragment, "sources"), self.faults, "plain")
        rules = merge(rules, mapping(base, "rules"), self.faults, "rules")
        sources = merge(sources, mapping(base, "sources"), self.faults, "plain")
        return with_member(with_member(base, "sources", sources), "rules", rules)

    def _fragment(self, name: Node) -> MapNode | None:
        if not isinstance(name, ScalarNode) or not isinstance(name.value, str):
            return None
        try:
            fragment, broken = read(self.library.fragment(name.value).path)
        except UsageError as error:
            self._broken(name, str(error))
            return None
        self.faults += broken
        if fragment is None:
            self._broken(name, f"'{name.value}' cannot be read, expected a fragment without faults")
            return None
        self.faults += check(fragment)
        return fragment


def dialects(tree: MapNode) -> dict[str, MapNode]:
    """Give each axis with the mapping of its alternatives, in order."""
    axes = mapping(tree, "dialects")
    return {axis: node for axis, node in axes.members.items() if isinstance(node, MapNode)}


def apply_dialects(
    tree: MapNode, chosen: Mapping[str, str], faults: list[Fault]
) -> tuple[MapNode, dict[str, str]]:
    """Lay the chosen alternative of each axis over the document, the first if none is chosen.

    Also gives the alternative of every axis. Raises `UsageError` where one is unknown.
    """
    axes = dialects(tree)
    for axis, alternative in chosen.items():
        if axis not in axes:
            raise UsageError(
                f"there is no dialect axis '{axis}', expected one of {', '.join(axes) or 'none'}"
            )
        if alternative not in axes[axis].members:
            known = ", ".join(axes[axis].members)
            raise UsageError(
                f"'{axis}' has no alternative '{alternative}', expected one of {known}"
            )
    applied = {
        axis: chosen.get(axis) or next(iter(node.members))
        for axis, node in axes.items()
        if node.members
    }
    patches = [mapping(axes[axis], alternative) for axis, alternative in applied.items()]
    tree = reduce(
        lambda below, patch: overlay(below, without(patch, "doc", "tell"), faults), patches, tree
    )
    return tree, applied
