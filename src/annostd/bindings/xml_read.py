"""From element trees to raw rows: one walk over each document, beside the shape of its role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annostd.bindings.bytes import fault
from annostd.bindings.frames import raw_frame, wanted
from annostd.bindings.xml_locate import position_of, row_path, wild_of
from annostd.bindings.xml_parse import SPACE, children, last_line, line_of, local_name, own_text
from annostd.bindings.xml_shape import Node, Record, Shape
from annostd.columns.nesting import WITHIN
from annostd.columns.raw import RawBatch, RawRows, Unknown
from annostd.findings import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element as Element

    from annostd.columns.raw import DataFile
    from annostd.plan.model import FilePlan, Step


_PLACE = ("@file", "@start", "@end", "@index", "@parent", "@path")
_SECOND = 2  # of repeated elements the second is told, the rest would say the same
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(slots=True)
class Rows:
    """The rows of one source as they are met: values by row, places by column."""

    values: list[list[str | None]] = field(default_factory=list)
    places: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in _PLACE})
    unknown: dict[str, Unknown] = field(default_factory=dict)


@dataclass(slots=True)
class Owner:
    """The record (None: the document) whose element is walked; `counts` numbers the rows in it."""

    rows: Rows
    row: int
    values: list[str | None]
    fields: Mapping[str, int]
    captures: Mapping[str, str]
    file: DataFile
    number: int
    record: Record | None = None
    counts: dict[Record, int] = field(default_factory=dict)


class Reading:
    """Documents on their way to one batch."""

    def __init__(
        self, plan: FilePlan, shape: Shape, want: Mapping[str, frozenset[str]] | None
    ) -> None:
        self.plan = plan
        self.shape = shape
        self.findings: list[Finding] = []
        self.count = 0
        self._want = want
        self._asked = _asked(shape, want)
        self._rows: dict[str, Rows] = {}
        self._document = Rows()

    def add(self, root: Element, number: int, file: DataFile) -> None:
        """Take the rows of one document in."""
        document = self.shape.document
        owner = Owner(self._document, 0, [], {}, file.captures, file, number)
        tag = root.tag
        if not (tag in document.members or tag in document.records or wild_of(document, root)):
            self._strange_root(root, file)
            return
        self._child(document, root, owner, ("", ""), 0)
        for record in self.shape.records:
            if not record.enclosed:
                self._required(record, owner, root, "/" + local_name(root.tag))

    def take(self) -> RawBatch:
        """Hand the batch over and begin anew."""
        rows = {
            record.source.name: self._frame(record, self._rows[record.source.name])
            for record in self.shape.records
            if record.source.name in self._rows
        }
        if self._document.unknown:
            unknown = tuple(self._document.unknown.values())
            rows[self.plan.role] = RawRows(
                self.plan.role, raw_frame({}, self._document.places), unknown=unknown
            )
        batch = RawBatch(rows, tuple(self.findings))
        self.findings, self.count, self._rows, self._document = [], 0, {}, Rows()
        return batch

    def _frame(self, record: Record, rows: Rows) -> RawRows:
        columns = list(zip(*rows.values, strict=True)) or [()] * len(record.fields)
        fields = {
            item.name: columns[record.fields[item.name]]
            for item in wanted(record.source, self._want) or ()
        }
        unknown = tuple(rows.unknown.values())
        return RawRows(record.source.name, raw_frame(fields, rows.places), unknown=unknown)

    def _walk(self, node: Node, element: Element, owner: Owner, at: tuple[str, str]) -> None:
        """Read an element: its text, its attributes, its children.

        `at` is where it stands: its path in the record (for undeclared members), its XPath.
        """
        _read_text(node, element, owner)
        if element.attrib:
            _read_attributes(node, element, owner, at)
        positions: dict[str, int] = {}
        for child in element:
            tag: object = child.tag
            if not isinstance(tag, str):
                continue  # a comment or a processing instruction
            position = positions[tag] = positions.get(tag, 0) + 1
            member = node.members.get(tag)
            if member is not None and position == 1 and member.is_leaf:
                _read_text(member, child, owner)
                if child.attrib or len(child):
                    self._walk(member, child, owner, (f"{at[0]}{member.name}/", ""))
            else:
                self._child(node, child, owner, at, position)

    def _child(
        self, node: Node, child: Element, owner: Owner, at: tuple[str, str], position: int
    ) -> None:
        """Read a child element that is more than one text."""
        name = local_name(str(child.tag))
        member = node.members.get(str(child.tag))
        records = node.records.get(str(child.tag))
        for record in records or ():
            self._record(record, child, owner, row_path(at[1], name, position))
        if member is not None:
            if position > 1 and member.first:
                xpath = f"{at[1]}/{name}[{position}]"
                _count_unknown(owner, f"{at[0]}{name}[{_SECOND}]", child, xpath)
            elif position > 1 and not member.many:
                if position == _SECOND:
                    self._duplicate(member, owner, child, at)
            else:
                xpath = f"{at[1]}/{name}{position_of(child, position) if member.many else ''}"
                self._walk(member, child, owner, (f"{at[0]}{name}/", xpath))
        elif records is None:
            self._any(node, child, owner, at, position)

    def _any(
        self, node: Node, child: Element, owner: Owner, at: tuple[str, str], position: int
    ) -> None:
        """Read a child that is not declared by name.

        It is a row of any name, on the way to rows, or unknown.
        """
        name = local_name(str(child.tag))
        found = wild_of(node, child)
        if not found:
            xpath = f"{at[1]}/{name}{position_of(child, position)}"
            _count_unknown(owner, f"{at[0]}{name}", child, xpath)
        before = owner.captures
        for step, target in found:
            if step.kind == "capture":
                owner.captures = {**before, step.name: name}
            if isinstance(target, Record):
                self._record(target, child, owner, row_path(at[1], name, position))
            else:
                self._walk(
                    target, child, owner, (f"{at[0]}{name}/", row_path(at[1], name, position))
                )
            owner.captures = before

    def _record(self, record: Record, element: Element, owner: Owner, xpath: str) -> None:
        """Begin a row, and read what stands in it."""
        index = owner.counts.get(record, 0)
        owner.counts[record] = index + 1
        if record not in self._asked:
            return
        rows = self._rows.setdefault(record.source.name, Rows())
        values: list[str | None] = [None] * len(record.fields)
        for name, place in record.captures:
            values[place] = str(index) if name == "order" else owner.captures.get(name)
        row = len(rows.values)
        rows.values.append(values)
        self.count += 1
        is_again = owner.record is record
        parent = owner.row if record.enclosed and not is_again else None
        _add_place(rows, element, (owner.number, index, parent, xpath))
        if record.source.nests:
            rows.places.setdefault(WITHIN, []).append(owner.row if is_again else None)
        inner = Owner(
            rows, row, values, record.fields, owner.captures, owner.file, owner.number, record
        )
        self._walk(record.node, element, inner, ("", xpath))
        for inside in self._asked[record]:
            self._required(inside, inner, element, xpath)

    def _required(self, record: Record, owner: Owner, element: Element, xpath: str) -> None:
        """Tell that a source that is required has no element to stand in."""
        source = record.source
        steps = source.locator if record.enclosed else source.locator[1:]
        if source.required is None or not steps or owner.counts.get(record):
            return
        if len(steps) > 1 and self._holds(element, steps[:-1]):
            return  # the list is there, it is empty
        missing = "/".join(step.name or "*" for step in steps)
        where = Location(owner.file.path, line=line_of(element), xpath=xpath)
        message = f"the element {missing} is missing, expected it in {local_name(str(element.tag))}"
        self.findings.append(
            fault(f"{source.table}.missing", where, message, source.required, expected=missing)
        )

    def _holds(self, element: Element, steps: tuple[Step, ...]) -> bool:
        """Tell whether an element holds one that a locator leads to."""
        found = [element]
        for step in steps:
            tag = self.shape.tag(step.name)
            found = [
                child
                for each in found
                for child in children(each)
                if step.kind != "member" or child.tag == tag
            ]
        return bool(found)

    def _duplicate(self, member: Node, owner: Owner, child: Element, at: tuple[str, str]) -> None:
        """Tell, once per record and path, that an element stands there again."""
        where = Location(owner.file.path, line=line_of(child), xpath=f"{at[1]}/{member.name}[2]")
        message = f"the element {at[0]}{member.name} stands here again, expected it once"
        self.findings.append(fault("xml.duplicate", where, message, actual=f"{at[0]}{member.name}"))

    def _strange_root(self, root: Element, file: DataFile) -> None:
        """Tell of a document of another kind: nothing in it is read."""
        names = dict.fromkeys(
            self.shape.tag(step.name) for each in self.plan.sources for step in each.locator[:1]
        )
        expected, actual = " or ".join(names) or self.shape.tag("*"), str(root.tag)
        where = Location(file.path, line=line_of(root), xpath="/" + local_name(actual))
        message = f"the root element is {actual}, expected {expected}"
        self.findings.append(fault("xml.root", where, message, actual=actual, expected=expected))


def _read_text(node: Node, element: Element, owner: Owner) -> None:
    if node.texts:
        text = own_text(element)
        for name in node.texts:
            owner.values[owner.fields[name]] = text


def _read_attributes(node: Node, element: Element, owner: Owner, at: tuple[str, str]) -> None:
    for key, value in element.attrib.items():
        names = node.attributes.get(str(key))
        for name in names or ():
            owner.values[owner.fields[name]] = str(value).strip(SPACE)
        if names is None and not str(key).startswith(_SCHEMA):
            name = local_name(str(key))
            _count_unknown(owner, f"{at[0]}@{name}", element, f"{at[1]}/@{name}")


def _asked(
    shape: Shape, want: Mapping[str, frozenset[str]] | None
) -> Mapping[Record, tuple[Record, ...]]:
    """List the records that are asked for, each with the records inside it.

    One that is not is listed all the same where it holds some that are.
    """
    by_name = {record.source.name: record for record in shape.records}

    def is_asked(record: Record) -> bool:
        source = record.source
        inside = any(is_asked(by_name[child.name]) for child in source.children)
        return want is None or source.name in want or inside

    return {
        record: tuple(by_name[child.name] for child in record.source.children)
        for record in shape.records
        if is_asked(record)
    }


def _count_unknown(owner: Owner, path: str, element: Element, xpath: str) -> None:
    """Count an undeclared member; of one that stands in no record the first has its own place."""
    known = owner.rows.unknown.get(path)
    if known is not None:
        owner.rows.unknown[path] = Unknown(path, known.count + 1, known.row)
        return
    row = owner.row
    if not owner.values and not owner.rows.values:
        row = len(owner.rows.places["@file"])
        _add_place(owner.rows, element, (owner.number, row, None, xpath))
    owner.rows.unknown[path] = Unknown(path, 1, row)


def _add_place(rows: Rows, element: Element, place: tuple[int, int, int | None, str]) -> None:
    """Add where a row stands: `place` is its file, index, parent and XPath."""
    number, index, parent, xpath = place
    values = (number, line_of(element), last_line(element), index, parent, xpath)
    for name, value in zip(_PLACE, values, strict=True):
        rows.places[name].append(value)
