"""Writing into what was there: a new tree takes the old one's place, only what differs changes.

Undeclared members, their order and explicit nulls stay; values that are equal keep their spelling
(4.0, 10.123456789); a member left out stays so where the new value is what absence means.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol

import msgspec

from annostd.bindings.branches import Branch, Embedded, Row
from annostd.bindings.trees import Node, Tree, is_container

if TYPE_CHECKING:
    from annostd.bindings.branches import Spot
    from annostd.bindings.tree_shape import Trie


@dataclass(frozen=True, slots=True)
class Old(Generic[Node]):
    """A node of a file that rows were read from."""

    tree: Tree[Node]
    node: Node


class Archive(Protocol[Node]):
    """The files that rows were read from."""

    def record(self, spot: Spot) -> Old[Node] | None:
        """Find a record again; None where it cannot be read."""
        ...


def graft(old: Old[Node], new: Branch, trie: Trie | None, archive: Archive[Node]) -> Branch:
    """Put a new branch in the place of an old node; `trie` says what is declared there."""
    if isinstance(new, Row):
        return graft_row(new, archive)
    if isinstance(new, str):
        text = old.tree.text(old.node)
        return text if is_same(text, new) or _is_misfit(old, new, trie) else new
    if isinstance(new, dict):
        return _members(old, new, trie, archive)
    if isinstance(new, list):
        return _items(old, new, trie, archive)
    return new


def _is_misfit(old: Old[Node], new: str, trie: Trie | None) -> bool:
    """Tell whether a value is not there only because it could not be read as what it should be."""
    return (
        new == "null"
        and trie is not None
        and bool(trie.declared)
        and not all(old.tree.cell(old.node, item.kind)[1] for item in trie.declared)
    )


def graft_row(row: Row, archive: Archive[Node]) -> Row:
    """Put a row in the place of the record that it was read from, if it was."""
    old = archive.record(row.spot) if row.spot is not None else None
    if old is None:
        return Row(row.site, graft_rows(row.body, archive), None)
    return Row(row.site, graft(old, row.body, row.site.cover, archive), None)


def graft_rows(new: Branch, archive: Archive[Node]) -> Branch:
    """Graft the rows inside a branch that is itself new."""
    if isinstance(new, Row):
        return graft_row(new, archive)
    if isinstance(new, dict):
        return {name: graft_rows(below, archive) for name, below in new.items()}
    if isinstance(new, list):
        return [graft_rows(below, archive) for below in new]
    return new


def _members(
    old: Old[Node], new: dict[str, Branch], trie: Trie | None, archive: Archive[Node]
) -> Branch:
    members = old.tree.members(old.node)
    if members is None:
        return graft_rows(new, archive)
    made: dict[str, Branch] = {}
    for name, node in members.items():
        below = trie.members.get(name, trie.every) if trie is not None else None
        if name in new:
            made[name] = graft(Old(old.tree, node), new[name], below, archive)
        elif below is None:
            made[name] = old.tree.text(node)
        else:
            kept = _remains(Old(old.tree, node), below)
            if kept is not None:
                made[name] = kept
    for name, branch in new.items():
        below = trie.members.get(name, trie.every) if trie is not None else None
        if name not in members and not _means_absence(branch, below):
            made[name] = graft_rows(branch, archive)
    return made


def _items(old: Old[Node], new: list[Branch], trie: Trie | None, archive: Archive[Node]) -> Branch:
    """Rows are found again by where they were read, values by their position."""
    items = old.tree.items(old.node)
    if items is None or any(isinstance(item, Row) for item in new):
        return graft_rows(new, archive)
    made: list[Branch] = []
    for index, branch in enumerate(new):
        below = trie.members.get(str(index), trie.every) if trie is not None else None
        if index < len(items):
            made.append(graft(Old(old.tree, items[index]), branch, below, archive))
        else:
            made.append(graft_rows(branch, archive))
    if new and trie is not None and trie.every is None:
        made.extend(old.tree.text(item) for item in items[len(new) :])
    return made


def _remains(old: Old[Node], trie: Trie) -> Branch | None:
    """Say what is left of a declared member that the new rows do not have; None: nothing."""
    tree, node = old.tree, old.node
    if trie.is_one and trie.record:
        return None
    if tree.is_null(node) or (trie.declared and _is_bare(tree, node)):
        return tree.text(node)
    if trie.declared:
        return tree.text(node) if _is_kept(old, trie) else None
    members = tree.members(node)
    if members is not None and trie.has_below():
        kept: dict[str, Branch] = {}
        for name, child in members.items():
            below = trie.members.get(name, trie.every)
            left: Branch | None = tree.text(child)
            if below is not None:
                left = _remains(Old(tree, child), below)
            if left is not None:
                kept[name] = left
        return kept if kept or not members or trie.every is not None else None
    if tree.items(node) is not None and trie.every is not None:
        return []
    return None if trie.record or tree.items(node) is not None else tree.text(node)


def _is_kept(old: Old[Node], trie: Trie) -> bool:
    """Tell a value that could not be read as what it should be, or says that nothing is there."""
    text = old.tree.text(old.node)
    if any(is_same(spelling, text) for item in trie.declared for spelling in item.absent):
        return True
    return not all(old.tree.cell(old.node, item.kind)[1] for item in trie.declared)


def _is_bare(tree: Tree[Node], node: Node) -> bool:
    """Tell an object or a list without anything in it: it says as little as null."""
    return is_container(tree, node) and not (tree.items(node) or tree.members(node))


def _means_absence(branch: Branch, trie: Trie | None) -> bool:
    """Tell whether a member that was not there need not be: a default, a list without rows."""
    if isinstance(branch, (dict, list)) and not branch:
        return trie is None or not trie.is_required
    return (
        isinstance(branch, str)
        and trie is not None
        and any(
            item.default is not None and is_same(item.default, branch) for item in trie.declared
        )
    )


def is_same(one: str, other: str) -> bool:
    """Tell whether two JSON texts say the same: numbers by value, members in any order."""
    if one == other:
        return True
    try:
        return _equal(msgspec.json.decode(one), msgspec.json.decode(other))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False


def _equal(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    return one == other


def compact(branch: Branch) -> str:
    """Print a branch as JSON on one line."""
    if isinstance(branch, str):
        return branch
    if isinstance(branch, Row):
        return compact(branch.body)
    if isinstance(branch, dict):
        return "{" + ", ".join(f"{name_text(n)}: {compact(b)}" for n, b in branch.items()) + "}"
    if isinstance(branch, list):
        return "[" + ", ".join(map(compact, branch)) + "]"
    if isinstance(branch, Embedded):
        return name_text(compact(branch.body))
    return "[" + ", ".join(branch.texts) + "]"


def name_text(name: str) -> str:
    """Write a name, or any text, as a JSON string."""
    return json.dumps(name, ensure_ascii=False)
