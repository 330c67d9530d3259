"""Reading JSON files: from a file's outline to the rows of its sources, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.collector import without_collector
from annostd.bindings.json_array import LARGEST, ArrayReading, Target, too_large
from annostd.bindings.json_mend import is_flawless, mend
from annostd.bindings.json_report import report
from annostd.bindings.json_scan import Flaw, scan
from annostd.bindings.json_split import outline
from annostd.bindings.json_text import BOM
from annostd.bindings.json_tree import JsonTree, Unsound, sound
from annostd.bindings.tree_shape import top_kinds
from annostd.bindings.tree_walk import Found, Strayed, Walk, undeclared
from annostd.bindings.trees import escape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msgspec import Raw

    from annostd.bindings.json_split import Outline, Section
    from annostd.bindings.json_text import Buffer
    from annostd.bindings.tree_rows import Gathering
    from annostd.bindings.tree_shape import Site, Trie
    from annostd.columns.raw import DataFile, RawBatch

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SMALL = 1 << 14
_TOLD = ("depth", "syntax")
_ARTICLE = {"object": "an object", "list": "a list"}


@dataclass(frozen=True, slots=True)
class Batching:
    """Rows on their way, and how many make a batch; lists are cut every `step` bytes."""

    root: Path
    gathering: Gathering
    rows: int
    step: int

    def is_full(self) -> bool:
        """Tell whether there are enough rows for a batch."""
        return self.gathering.height >= self.rows


def read_file(batching: Batching, number: int, file: DataFile, data: Buffer) -> Iterator[RawBatch]:
    """Read one file; yields whenever a batch is full, and keeps the rest."""
    reading = _Reading(batching, number, file, data)
    yield from reading.run()
    batching.gathering.findings.extend(
        report(batching.root, file, reading.flaws, reading.walk.strayed)
    )


def first_flaws(data: Buffer) -> tuple[Flaw, ...]:
    """Say what is wrong with how a file begins: it is not UTF-8, it has a byte order mark."""
    if data[:2] in _WIDE or b"\0" in data[:4]:
        message = "the file is in UTF-16 or UTF-32, expected UTF-8"
        return (Flaw("encoding", 0, "", message, "UTF-16 or UTF-32", "UTF-8"),)
    if data[: len(BOM)] == BOM:
        message = "the file begins with a byte order mark, expected none"
        return (Flaw("bom", 0, "", message, "a byte order mark", "none"),)
    return ()


class _Reading:
    """One file on its way to rows."""

    def __init__(self, batching: Batching, number: int, file: DataFile, data: Buffer) -> None:
        self.walk: Walk[Raw] = Walk(batching.gathering, number)
        self.flaws: list[Flaw] = []
        self._batching = batching
        self._gathering = batching.gathering
        self._number = number
        self._file = file
        self._data = data
        self._looked: set[str | None] = set()
        self._trees: dict[str | None, Found[Raw] | None] = {}

    def run(self) -> Iterator[RawBatch]:
        """Read all sources in order, then what no source has looked at."""
        data = self._data
        self.flaws.extend(first_flaws(data))
        if any(flaw.rule == "encoding" for flaw in self.flaws):
            return
        found = outline(data)
        self.flaws.extend(found.flaws)
        for site in self._suited(found):
            yield from self._site(found, site)
            if self._batching.is_full():
                yield self._gathering.take()
        with without_collector():
            self._check_rest(found)
            self._count_undeclared(found)

    def _suited(self, found: Outline) -> list[Site]:
        """List the sites that the top level suits; where it suits one not, say so once."""
        if found.kind == "empty" or (found.kind == "scalar" and found.is_broken):
            return []
        suited, expected = [], None
        for site in self._gathering.shape.sites:
            needed = top_kinds(site)
            if site.is_idle:
                continue
            if found.kind in needed:
                suited.append(site)
            elif expected is None:
                expected = "a list" if needed == {"list"} else "an object"
        if expected is not None:
            actual = "a single value" if found.kind == "scalar" else _ARTICLE[found.kind]
            message = f"the top level is {actual}, expected {expected}"
            self.flaws.append(Flaw("type", found.whole.start, "", message, actual, expected))
        return suited

    def _site(self, found: Outline, site: Site) -> Iterator[RawBatch]:
        section = self._list_of(found, site)
        if section is None:
            with without_collector():
                self._tree_site(found, site)
            return
        target = Target(site, self.walk, self._number, self._file.captures)
        reading = ArrayReading(self._data, section, target, self._batching.step)
        for _ in reading.run():
            if self._batching.is_full():
                yield self._gathering.take()
        self.flaws.extend(reading.flaws)
        self._looked.add(section.name)

    def _list_of(self, found: Outline, site: Site) -> Section | None:
        """Find the list that a source's records stand in, if it is to be read in pieces."""
        kinds = tuple(step.kind for step in site.source.locator)
        section: Section | None = None
        if kinds == ("each",):
            section = found.whole
        elif kinds == ("member", "each") and not site.source.locator[0].text:
            section = found.section(site.source.locator[0].name)
        if section is None or self._data[section.start : section.start + 1] != b"[":
            return None
        if section.is_sound and section.end - section.start < min(_SMALL, self._batching.step):
            text = self._data[section.start : section.end]
            around = 0 if section.name is None else 1
            return None if is_flawless(text, around) else section
        return section

    def _tree_site(self, found: Outline, site: Site) -> None:
        """Read a source from the tree of the section that it stands in, or of the whole file."""
        locator = site.source.locator
        if not locator or locator[0].kind != "member":
            at = self._tree(found.whole)
            if at is not None:
                self.walk.site(site, at, None)
            return
        section = found.section(locator[0].name)
        if section is None:
            if not found.is_broken and site.is_wanted and site.source.required is not None:
                # the document itself is the nearest place; it may be too big to be a tree
                at = Found(JsonTree(b"{}", found.whole.start), sound(b"{}"))
                member = f"the member {locator[0].name!r}"
                self.walk.strayed.append(Strayed(site, "missing", at, member))
            return
        is_single = all(step.kind == "member" for step in locator) and not site.children
        if is_single and section.end - section.start > LARGEST:
            self.flaws.append(too_large(section.start, section.end, section.pointer))
            return
        at = self._tree(section)
        if at is not None:
            for record in self.walk.enter(site, at, locator):
                self.walk.record(site, record, None)

    def _tree(self, section: Section) -> Found[Raw] | None:
        """Read a section as a tree, once; None where it cannot be read, which is told."""
        if section.name not in self._trees:
            self._looked.add(section.name)
            self._trees[section.name] = self._make_tree(section)
        return self._trees[section.name]

    def _make_tree(self, section: Section) -> Found[Raw] | None:
        text = self._data[section.start : section.end]
        marks: tuple[int, ...] = ()
        if not self._is_fine(section):
            if any(flaw.rule in _TOLD for flaw in self._explain(section)):
                return None
            mended = mend(text)
            text, marks = mended.text, mended.marks
        try:
            node = sound(text)
        except Unsound:
            return None
        tree = JsonTree(text, section.start, [mark + section.start for mark in marks])
        return Found(tree, node, section.pointer, captures=self._file.captures)

    def _is_fine(self, section: Section) -> bool:
        around = 0 if section.name is None else 1
        return section.is_sound and is_flawless(self._data[section.start : section.end], around)

    def _explain(self, section: Section) -> tuple[Flaw, ...]:
        """Report all that is wrong in a section."""
        around = 0 if section.name is None else 1
        text = self._data[section.start : section.end]
        flaws = scan(text, 0, section.pointer, around).moved(section.start)
        self.flaws.extend(flaws)
        return flaws

    def _check_rest(self, found: Outline) -> None:
        """Look at what no source has read: all that is undeclared, and what is not well formed."""
        if None in self._looked or found.kind in {"empty", "scalar"}:
            return
        members = self._gathering.shape.document.members
        for section in found.sections if found.kind == "object" else (found.whole,):
            is_declared = section.name is None or section.name in members
            is_passed = section.name in self._looked or (is_declared and section.is_sound)
            if not is_passed and not self._is_fine(section):
                self._explain(section)

    def _count_undeclared(self, found: Outline) -> None:
        """Count undeclared members of the document, outside any record."""
        document = self._gathering.shape.document
        if self._gathering.shape.is_record or found.kind != "object":
            return
        for section in found.sections:
            name = str(section.name)
            below = document.members.get(name, document.every)
            place = (self._number, section.start, section.end)
            if below is None:
                self._gathering.count_document(escape(name), place, section.pointer)
            elif not (below.whole or below.record or _holds_records(below)):
                at = self._tree(section)
                shown = name if name in document.members else "*"
                for path in undeclared(at.tree, at.node, below, f"{shown}/") if at else ():
                    self._gathering.count_document(path, place, section.pointer)


def _holds_records(trie: Trie) -> bool:
    """Tell whether a place is a plain list or map of records: nothing else can stand in it."""
    every = trie.every
    return not trie.members and every is not None and (every.record or every.whole)
