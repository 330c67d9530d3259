"""The shape of trees: where a plan's sources and fields stand, compiled to what a walk looks up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan.model import Field, FilePlan, Source, Step


@dataclass(slots=True)
class Trie:
    """What is declared at one place of a record and below it.

    `fields` are the positions of fields whose value stands here, `declared` all fields of any
    source that do (in the document's trie only); `members` and `every` (each item or
    captured member) lead down; `whole` covers all that stands below; `record` is where the rows of
    another source begin; `is_required`: rows must be able to stand here; `is_one` of many: an item
    or a captured member.
    """

    members: dict[str, Trie] = field(default_factory=dict)
    every: Trie | None = None
    fields: list[int] = field(default_factory=list)
    declared: list[Field] = field(default_factory=list)
    whole: bool = False
    record: bool = False
    is_required: bool = False
    is_one: bool = False

    def has_below(self) -> bool:
        """Tell whether anything is declared below this place."""
        return bool(self.members) or self.every is not None

    def below(self) -> Iterator[Trie]:
        """Yield the places directly below."""
        yield from self.members.values()
        if self.every is not None:
            yield self.every

    def is_visited(self) -> bool:
        """Tell whether a walk has anything to do here: fields below, or members to count."""
        return bool(self.fields) or self.has_below() or not (self.whole or self.record)

    def positions(self) -> Iterator[int]:
        """Yield the positions of all fields here and below."""
        yield from self.fields
        for trie in self.below():
            yield from trie.positions()


@dataclass(frozen=True, slots=True)
class Site:
    """A source made ready to be walked.

    `fields` are those read (wanted or all), `captures` the positions of those that a capture fills;
    `trie` holds the others; `cover` is the same place in the document's trie. `is_wanted` False:
    its rows are not asked for, those inside may be.
    `counts` says that undeclared members of its records are counted here. `is_pathed`: locator and
    ordinal do not say where its rows stand.
    """

    source: Source
    fields: tuple[Field, ...]
    captures: tuple[int, ...]
    trie: Trie
    cover: Trie
    children: tuple[Site, ...]
    is_wanted: bool
    counts: bool
    is_pathed: bool
    needs_members: bool
    needs_items: bool

    @property
    def is_idle(self) -> bool:
        """Whether neither its rows nor any inside them are asked for."""
        return not self.is_wanted and all(child.is_idle for child in self.children)

    @property
    def level_name(self) -> str:
        """Name what a record of the source must be, for messages."""
        if self.needs_members:
            return "an object"
        return "a list" if self.needs_items else "a value"


@dataclass(frozen=True, slots=True)
class Shape:
    """All sites of a role's files, and what is declared of the document outside any record."""

    sites: tuple[Site, ...]
    document: Trie
    is_record: bool  # the document itself is a record of some source


def shape_of(plan: FilePlan, want: Mapping[str, frozenset[str]] | None) -> Shape:
    """Compile the sources of a role for reading what `want` names."""
    document = Trie()
    for source in plan.sources:
        _declare(document, source)
    taken: set[int] = set()
    sites = tuple(_site(source, document, want, taken, is_top=True) for source in plan.sources)
    return Shape(sites, document, any(not source.locator for source in plan.sources))


def places(trie: Trie, locator: Sequence[Step]) -> Trie:
    """Find, and make where needed, the place that a locator leads to (the last one of choices)."""
    for step in locator:
        if step.kind == "member":
            trie = trie.members.setdefault(step.name, Trie())
            trie.whole = trie.whole or step.text
        elif step.kind == "capture" and step.choices:
            below = trie.members.setdefault(step.choices[0], Trie())
            for name in step.choices[1:]:
                trie.members.setdefault(name, below)
            trie = below
            trie.is_one = True
        else:
            trie.every = trie.every or Trie()
            trie = trie.every
            trie.is_one = True
    return trie


def _declare(outer: Trie, source: Source) -> None:
    trie = places(outer, source.locator)
    trie.record = trie is not outer
    if source.required is not None:
        places(outer, source.locator[:-1]).is_required = True
    for item in source.fields:
        if item.capture is None:
            below = _below(trie, item)
            below.whole = True
            below.declared.append(item)
    for child in source.children:
        _declare(trie, child)
    bound = {name for v in source.variants for plan in v.columns for name in plan.fields}
    for item in source.fields:
        if item.capture is None and item.name not in bound and _below(trie, item).has_below():
            _below(trie, item).whole = False  # a test says nothing of what stands below


def _below(trie: Trie, item: Field) -> Trie:
    """Find, and make where needed, the place of a field in its record."""
    for step in item.path:
        trie = trie.members.setdefault(step, Trie())
    return trie


def _site(
    source: Source,
    outer: Trie,
    want: Mapping[str, frozenset[str]] | None,
    taken: set[int],
    *,
    is_top: bool,
) -> Site:
    cover = places(outer, source.locator)
    names = None if want is None else want.get(source.name, frozenset())
    fields = tuple(item for item in source.fields if names is None or item.name in names)
    trie = _copy(cover)
    trie.record = False
    for position, item in enumerate(fields):
        if item.capture is None:
            _below(trie, item).fields.append(position)
    counts = id(cover) not in taken
    taken.add(id(cover))
    # what a record must be is said by the standard, not by what is asked for
    firsts = {item.path[0] for item in source.fields if item.capture is None and item.path}
    steps = {child.locator[0].kind for child in source.children if child.locator}
    return Site(
        source=source,
        fields=fields,
        captures=tuple(i for i, item in enumerate(fields) if item.capture is not None),
        trie=trie,
        cover=cover,
        children=tuple(_site(child, cover, want, taken, is_top=False) for child in source.children),
        is_wanted=want is None or source.name in want,
        counts=counts,
        is_pathed=not is_top or not is_plain(source.locator),
        needs_members=any(not name.isdecimal() for name in firsts)
        or bool(steps & {"member", "capture"}),
        needs_items=bool(firsts) or "each" in steps,
    )


def top_kinds(site: Site) -> set[str]:
    """Tell what the top level of a file may be for a source: object, list, scalar."""
    locator = site.source.locator
    if locator:
        return {"list"} if locator[0].kind == "each" else {"object"}
    if site.needs_members:
        return {"object"}
    return {"object", "list"} if site.needs_items else {"object", "list", "scalar"}


def is_plain(locator: Sequence[Step]) -> bool:
    """Tell whether locator and ordinal say where a row stands: members, then at most one `*`."""
    head = locator[:-1] if locator and locator[-1].kind == "each" else locator
    return all(step.kind == "member" and not step.text for step in head)


def _copy(trie: Trie, known: dict[int, Trie] | None = None) -> Trie:
    """Copy the places below a record, without the fields that others have put there."""
    known = {} if known is None else known
    made = known.get(id(trie))
    if made is None:
        made = known[id(trie)] = Trie(whole=trie.whole, record=trie.record)
        if not trie.record or len(known) == 1:
            made.members = {name: _copy(below, known) for name, below in trie.members.items()}
            made.every = _copy(trie.every, known) if trie.every is not None else None
    return made
