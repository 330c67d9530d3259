"""From trees to raw rows: one walk over a tree beside the shape of its role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, Literal

from annostd.bindings.trees import Cell, Node, Tree, captured, escape
from annostd.columns.raw import Misfit
from annostd.findings import Finding, Level, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.bindings.tree_rows import Gathering, Sheet
    from annostd.bindings.tree_shape import Site, Trie
    from annostd.columns.raw import Place
    from annostd.findings import Location
    from annostd.plan.model import Source, Step

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Found(Generic[Node]):
    """A node that a locator led to: its ordinal in its list, what was captured, its pointer."""

    tree: Tree[Node]
    node: Node
    pointer: str = ""
    index: int = 0
    captures: Mapping[str, str] = field(default_factory=dict)
    is_embedded: bool = False


@dataclass(frozen=True, slots=True)
class Strayed(Generic[Node]):
    """Why a source has no rows here: what it should stand in is missing, or of another type.

    `at` is the nearest node that is there, `expected` what should stand in its place.
    """

    site: Site
    fault: Literal["missing", "type"]
    at: Found[Node]
    expected: str


class Walk(Generic[Node]):
    """A walk over one file's trees into a gathering; `strayed` collects what could not be entered.

    `is_pathed`: every row is given its pointer, also where locator and ordinal say it.
    """

    def __init__(self, gathering: Gathering, file: int, *, is_pathed: bool = False) -> None:
        self.gathering = gathering
        self._is_pathed = is_pathed
        self.strayed: list[Strayed[Node]] = []
        self._file = file

    def site(self, site: Site, at: Found[Node], parent: int | None) -> None:
        """Read all rows of a source from the node that its locator starts at."""
        for found in self.reach(site, at, site.source.locator):
            self.record(site, found, parent)

    def reach(self, site: Site, at: Found[Node], steps: Sequence[Step]) -> Iterator[Found[Node]]:
        """Follow a locator: every node that it leads to, in order."""
        if not steps:
            yield at
            return
        step, rest = steps[0], steps[1:]
        if at.tree.is_null(at.node):
            self._stray(site, "missing", at, "a list" if step.kind == "each" else "an object")
        elif step.kind == "each":
            items = at.tree.items(at.node)
            if items is None:
                self._stray(site, "type", at, "a list")
            for index, item in enumerate(items or ()):
                pointer = f"{at.pointer}/{index}"
                below = replace(at, node=item, pointer=pointer, index=index)
                yield from self.reach(site, below, rest)
        else:
            members = at.tree.members(at.node)
            if members is None:
                self._stray(site, "type", at, "an object")
            else:
                yield from self._member(site, at, steps, members)

    def _member(
        self, site: Site, at: Found[Node], steps: Sequence[Step], members: Mapping[str, Node]
    ) -> Iterator[Found[Node]]:
        step, rest = steps[0], steps[1:]
        if step.kind == "capture":
            names = [name for name in members if not step.choices or name in step.choices]
            for index, name in enumerate(names):
                pointer = f"{at.pointer}/{escape(name)}"
                caught = {**at.captures, step.name: name}
                below = replace(
                    at, node=members[name], pointer=pointer, index=index, captures=caught
                )
                yield from self.reach(site, below, rest)
            return
        child = members.get(step.name)
        if child is None:
            self._stray(site, "missing", at, f"the member {step.name!r}")
            return
        below = replace(at, node=child, pointer=f"{at.pointer}/{escape(step.name)}", index=0)
        yield from self.enter(site, below, steps)

    def enter(self, site: Site, at: Found[Node], steps: Sequence[Step]) -> Iterator[Found[Node]]:
        """Follow a locator whose first step, a member, has been taken: it led to `at`."""
        step, rest = steps[0], steps[1:]
        if at.tree.is_null(at.node) and not rest:
            self._stray(site, "missing", at, site.level_name)
        elif step.text and not at.tree.is_null(at.node):
            yield from self._embedded(site, at, rest)
        else:
            yield from self.reach(site, at, rest)

    def _embedded(self, site: Site, at: Found[Node], rest: Sequence[Step]) -> Iterator[Found[Node]]:
        inner = at.tree.embedded(at.node)
        if inner is None:
            self._stray(site, "type", at, "a text that is JSON")
        else:
            below = replace(at, tree=inner[0], node=inner[1], is_embedded=True)
            yield from self.reach(site, below, rest)

    def record(self, site: Site, found: Found[Node], parent: int | None) -> None:
        """Read one record and all that is inside it."""
        tree, node = found.tree, found.node
        if not _suits(site, tree, node):
            self.strayed.append(Strayed(site, "type", found, site.level_name))
            return
        row: int | None = None
        if site.is_wanted:
            row = self._row(site, found, parent)
        for child in site.children:
            self.site(child, found, row)

    def _row(self, site: Site, found: Found[Node], parent: int | None) -> int:
        sheet = self.gathering.sheet(site)
        row = sheet.height
        start, end = found.tree.span(found.node)
        path = found.pointer if site.is_pathed or self._is_pathed else None
        sheet.places.append((self._file, start, end, found.index, parent, path))
        sheet.height += 1
        cells: list[Cell] = [None] * len(site.fields)
        sheet.cells.append(cells)
        for position in site.captures:
            self._capture(site, sheet, position, found)
        self._visit(site, sheet, found, site.trie, "")
        return row

    def _capture(self, site: Site, sheet: Sheet, position: int, found: Found[Node]) -> None:
        item = site.fields[position]
        text = (
            str(found.index) if item.capture == "order" else found.captures.get(item.capture or "")
        )
        if text is not None:
            value, fits = captured(text, item.kind)
            sheet.cells[-1][position] = value
            if not fits:
                actual = captured(text, "value")[0]
                sheet.misfits.append(Misfit(sheet.height - 1, item.name, str(actual)))

    def _visit(self, site: Site, sheet: Sheet, found: Found[Node], trie: Trie, prefix: str) -> None:
        """Read the fields that stand at a node and below it; count what is not declared there."""
        tree, node = found.tree, found.node
        for position in trie.fields:
            value, fits = tree.cell(node, site.fields[position].kind)
            sheet.cells[-1][position] = value
            if not fits:
                self._misfit(site, sheet, found, position)
        if not trie.has_below() and (trie.whole or trie.record):
            return
        members = tree.members(node)
        items = tree.items(node) if members is None else None
        if _suits_trie(trie, members, items):
            counts = site.counts and not trie.whole and not trie.record
            pairs = (
                members.items()
                if members is not None
                else _numbered(items or (), trie, counts=counts)
            )
            for name, child in pairs:
                below = trie.members.get(name, trie.every)
                if below is not None and below.is_visited():
                    shown = name if name in trie.members else "*"
                    self._visit(site, sheet, Found(tree, child), below, f"{prefix}{shown}/")
                elif below is None and counts:
                    sheet.count(prefix + escape(name), 1, sheet.height - 1)
        elif not tree.is_null(node):
            for position in (each for below in trie.below() for each in below.positions()):
                self._misfit(site, sheet, found, position)

    def _misfit(self, site: Site, sheet: Sheet, found: Found[Node], position: int) -> None:
        text = found.tree.text(found.node)
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        told = found.tree.is_told(found.node)
        sheet.misfits.append(Misfit(sheet.height - 1, site.fields[position].name, shown, told))

    def _stray(
        self, site: Site, fault: Literal["missing", "type"], at: Found[Node], expected: str
    ) -> None:
        """Note that a source cannot be entered; what is missing is told where it is required.

        Rows of one variant only say nothing of what stands in their place in another.
        """
        if site.source.within:
            return
        if site.is_wanted and (fault == "type" or site.source.required is not None):
            self.strayed.append(Strayed(site, fault, at, expected))


def undeclared(tree: Tree[Node], node: Node, trie: Trie, prefix: str = "") -> Iterator[str]:
    """Yield the paths of a document's members that nothing declares, outside any record."""
    if trie.whole or trie.record:
        return
    members = tree.members(node)
    items = tree.items(node) if members is None else None
    pairs = members.items() if members is not None else _numbered(items or (), trie, counts=True)
    for name, child in pairs:
        below = trie.members.get(name, trie.every)
        if below is None:
            yield prefix + escape(name)
        else:
            shown = name if name in trie.members else "*"
            yield from undeclared(tree, child, below, f"{prefix}{shown}/")


def _numbered(items: Sequence[Node], trie: Trie, *, counts: bool) -> Iterator[tuple[str, Node]]:
    """Pair items with their positions; long lists of other sources' records are passed over."""
    every = trie.every
    if every is not None and not trie.members and (every.record or every.whole):
        return
    if every is None and not counts:
        items = items[: len(trie.members) and 1 + max(map(_position, trie.members))]
    for index, item in enumerate(items):
        yield str(index), item


def _position(name: str) -> int:
    return int(name) if name.isdecimal() else 0


def _suits(site: Site, tree: Tree[Node], node: Node) -> bool:
    if site.needs_members:
        return tree.members(node) is not None
    if site.needs_items:
        return tree.items(node) is not None or tree.members(node) is not None
    return True


def _suits_trie(
    trie: Trie, members: Mapping[str, Node] | None, items: Sequence[Node] | None
) -> bool:
    """Tell whether what stands at a place is of the kind that the members declared there need."""
    if not trie.has_below():
        return True
    if items is not None:
        return trie.every is not None or any(name.isdecimal() for name in trie.members)
    if members is not None:
        return (
            trie.every is not None
            or not all(name.isdecimal() for name in trie.members)
            or any(name in members for name in trie.members)
        )
    return False


def stray_finding(stray: Strayed[Node], location: Location) -> Finding:
    """Say that a source has nothing to read its rows from: `<table>.missing`, `<table>.type`."""
    source, at = stray.site.source, stray.at
    actual = _kind_name(at.tree, at.node)
    if stray.fault == "missing":
        actual = "null" if at.tree.is_null(at.node) else "nothing"
        message = f"the rows of {source.table} are missing, expected {stray.expected}"
    else:
        message = f"{actual} stands where rows of {source.table} do, expected {stray.expected}"
    return Finding(
        rule=f"{source.table}.{stray.fault}",
        level=(stray.fault == "missing" and source.required) or Level.MUST,
        class_name="structure",
        phase=Phase.STRUCTURE,
        location=location,
        message=message,
        actual=actual,
        expected=stray.expected,
    )


def _kind_name(tree: Tree[Node], node: Node) -> str:
    if tree.members(node) is not None:
        return "an object"
    if tree.items(node) is not None:
        return "a list"
    text = tree.text(node)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def pointer_of(source: Source, place: Place) -> str:
    """Give the JSON Pointer of a record: its own, else what locator and ordinal say."""
    if place.path is not None:
        return place.path
    steps = [
        escape(step.name) if step.kind == "member" else str(place.index) for step in source.locator
    ]
    return "".join(f"/{step}" for step in steps)
