"""What stands where in the XML documents of a role: a plan's sources as one tree of elements."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from annostd.findings import Level
from annostd.plan.columns import place_path
from annostd.plan.sources import walk
from annostd.schemas.lexical import Lexical, constants, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from annostd.plan.model import FilePlan, Plan, Source, Step, Variant
    from annostd.standard.model import Condition

Texts = tuple[Lexical, ...]
FIRST = "[1]"
"""What a path says behind the name of an element of which the first of several is meant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A source on its way: the steps left from here, `length` those from its record or the root."""

    source: Source
    steps: tuple[Step, ...]
    length: int

    @property
    def leads_on(self) -> bool:
        """Whether the element of the first step only leads to the rows."""
        return len(self.steps) > 1


@dataclass(slots=True)
class Attribute:
    """An attribute: the texts that it may hold (None: any), whether it must be there."""

    texts: Texts | None = None
    required: bool = False


@dataclass(slots=True)
class Element:
    """An element: what may stand in it.

    `texts` are the kinds of its own text (None: any); `members` stand once (`many`: in any number;
    `first`: of several the first is meant, the others are free);
    `records` are children that are rows, in the shapes that their variants give; `wild` are
    children of any name, or of one of the step's choices; `absent` are names that must not stand
    here; `closed` says that undeclared members are refused.
    """

    name: str
    texts: Texts | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)
    members: dict[str, Element] = field(default_factory=dict)
    records: dict[str, Records] = field(default_factory=dict)
    wild: list[tuple[Step, Records]] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    required: bool = False
    many: bool = False
    first: bool = False
    closed: bool = False
    docs: list[str] = field(default_factory=list)

    @property
    def declared(self) -> list[str]:
        """The names of children that the standard speaks of here."""
        choices = [name for step, _ in self.wild for name in step.choices]
        return [*dict.fromkeys([*self.members, *self.records, *sorted(self.absent), *choices])]

    @property
    def is_leaf(self) -> bool:
        """Whether no child is declared."""
        return not self.declared and not self.wild


@dataclass(slots=True)
class Records:
    """Elements that are rows: a shape for each variant; `required`: at least one must stand.

    Where rows stand in one another they have a `name` by which their shapes lead back to them, and
    `step` tells their own names.
    """

    shapes: list[Element]
    required: bool = False
    doc: str | None = None
    name: str | None = None
    step: Step | None = None


class Builder:
    """Builds the tree of a role; `closed` are the tables whose undeclared members are refused."""

    def __init__(self, plan: Plan, file: FilePlan) -> None:
        self.plan = plan
        self.file = file
        everywhere = [source for other in plan.files for source in walk(other.sources)]
        self.closed = {source.table for source in everywhere if source.unknown == "refuse"}
        self._open: dict[str, Records] = {}

    def document(self) -> Element:
        """Build the node above the root element."""
        above = Element("")
        entries = [
            Entry(source, source.locator, len(source.locator) - 1)
            for source in self.file.sources
            if source.variants
        ]
        self._attach(above, entries)
        return above

    def _attach(self, element: Element, entries: Sequence[Entry]) -> None:
        """Put what sources look for into an element, those of one name together."""
        groups: dict[Step, list[Entry]] = {}
        for entry in entries:
            groups.setdefault(entry.steps[0], []).append(entry)
        for step, group in groups.items():
            ends = [entry.source for entry in group if not entry.leads_on]
            inner = [
                Entry(entry.source, entry.steps[1:], entry.length)
                for entry in group
                if entry.leads_on
            ]
            required = any(_is_required(entry) for entry in group)
            if step.kind != "member":
                element.wild.append((step, self._records(step, ends, inner)))
            elif ends:
                made = self._records(step, ends, inner)
                made.required = made.required or required
                element.records[step.name] = made
            else:
                way = element.members.setdefault(step.name, Element(step.name))
                way.many, way.closed = True, way.closed or element.closed
                way.required = way.required or required
                self._attach(way, inner)

    def _records(self, step: Step, ends: Sequence[Source], inner: Sequence[Entry]) -> Records:
        """Build the shapes of rows of sources that share a place, one a choice of variants."""
        nested = [source.name for source in ends if source.nests]
        known = next((self._open[name] for name in nested if name in self._open), None)
        if known is not None:
            return known
        tables = self.plan.standard.tables
        docs = [tables[source.table].rows.doc for source in ends]
        made = Records([], doc=next((doc for doc in docs if doc), None), step=step)
        made.name = nested[0].replace("@", "-") if nested else None
        self._open.update(dict.fromkeys(nested, made))
        made.shapes.extend(
            self._record(step.name, list(zip(ends, chosen, strict=True)), inner)
            for chosen in product(*(range(len(source.variants)) for source in ends))
        )
        for name in nested:
            del self._open[name]
        return made

    def _record(
        self, name: str, chosen: Sequence[tuple[Source, int]], inner: Sequence[Entry]
    ) -> Element:
        element = Element(name, closed=any(s.table in self.closed for s, _ in chosen))
        entries = list(inner)
        for source, index in chosen:
            _add_variant(element, source, source.variants[index])
            for earlier in source.variants[:index]:
                _exclude(element, earlier.where)
            entries += [
                Entry(child, child.locator, len(child.locator))
                for child in (*source.children, *((source,) if source.nests else ()))
            ]
        if element.closed:
            for source, _ in chosen:
                _allow_fields(element, source)
        self._attach(element, entries)
        return element


def nested(element: Element) -> Iterator[Records]:
    """Yield the rows below an element that stand in one another, each once."""
    seen: dict[str, Records] = {}
    waiting = [element]
    while waiting:
        each = waiting.pop(0)
        waiting.extend(each.members.values())
        for records in (*each.records.values(), *(held for _, held in each.wild)):
            if records.name not in seen:
                waiting.extend(records.shapes)
            if records.name is not None:
                seen.setdefault(records.name, records)
    yield from seen.values()


def union(shapes: Sequence[Element]) -> Element:
    """Make the element that may be any of some: what is obliged is what all oblige."""
    first = shapes[0]
    made = Element(
        first.name,
        _same(shape.texts for shape in shapes),
        many=any(shape.many for shape in shapes),
        first=any(shape.first for shape in shapes),
        required=all(shape.required for shape in shapes),
        closed=all(shape.closed for shape in shapes),
        records=first.records,
        wild=first.wild,
        docs=first.docs,
    )
    for name in dict.fromkeys(name for shape in shapes for name in shape.attributes):
        found = [shape.attributes.get(name, Attribute()) for shape in shapes]
        made.attributes[name] = Attribute(
            _same(each.texts for each in found), all(each.required for each in found)
        )
    for name in dict.fromkeys(name for shape in shapes for name in shape.members):
        made.members[name] = union([shape.members.get(name, Element(name)) for shape in shapes])
    return made


def _same(found: Iterable[Texts | None]) -> Texts | None:
    kinds = list(dict.fromkeys(found))
    return kinds[0] if len(kinds) == 1 else None


def _is_required(entry: Entry) -> bool:
    """Tell whether the element of the next step must stand: the row itself, or the way to it."""
    if entry.source.required is not Level.MUST:
        return False
    return entry.length == 1 or len(entry.steps) > 1


def _add_variant(element: Element, source: Source, variant: Variant) -> None:
    fields = {item.name: item for item in source.fields}
    for plan in variant.columns:
        for name in () if plan.implied else plan.fields:
            item = fields[name]
            if item.capture is None:
                must = plan.column.required is Level.MUST
                doc = plan.column.doc
                _add(element, item.path, texts(plan, item.kind), required=must, doc=doc)
    for condition in variant.where:
        path = place_path(condition.at)
        held: Texts | None = None
        known = condition.constants or ()
        if known and None not in known:
            held = constants(tuple(known))
        is_there = "present" in condition.types or held is not None
        _add(element, path, held, required=is_there)


def _allow_fields(element: Element, source: Source) -> None:
    """Let what other variants declare stand here, free of constraints."""
    for item in source.fields:
        if item.capture is None:
            _add(element, item.path, None, required=False)


def _exclude(element: Element, conditions: Sequence[Condition]) -> None:
    """Keep out what would make the row another variant's, where a schema can say so."""
    if len(conditions) != 1 or conditions[0].types != ("present",) or conditions[0].constants:
        return
    path = place_path(conditions[0].at)
    if not path or path[-1].startswith("@"):
        return
    *way, last = path
    for part in way:
        element = element.members.setdefault(part, Element(part, closed=element.closed))
    element.absent.add(last)


def _add(
    element: Element,
    path: Sequence[str],
    held: Texts | None,
    *,
    required: bool,
    doc: str | None = None,
) -> None:
    for part in path:
        if part.startswith("@"):
            attribute = element.attributes.setdefault(part[1:], Attribute())
            attribute.texts = attribute.texts or held
            attribute.required = attribute.required or required
            return
        plain = part.removesuffix(FIRST)
        if plain in element.absent:
            return
        if part != ".":
            element = element.members.setdefault(plain, Element(plain, closed=element.closed))
            element.first = element.first or plain != part
            element.required = element.required or required
    element.texts = element.texts or held
    if doc:
        element.docs.append(doc)
