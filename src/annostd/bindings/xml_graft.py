"""Rows written into the documents they came from: only what differs is replaced.

Unknown elements, comments, order, white space and attributes stay; with nothing changed the bytes
are the original's.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lxml import etree

from annostd.bindings.bytes import full_path, read_bytes
from annostd.bindings.spelling import absent_spellings, is_default, is_same
from annostd.bindings.xml_edit import (
    detach,
    first_named,
    insert,
    parse_element,
    serialise,
    set_text,
    tidy,
)
from annostd.bindings.xml_locate import Children, follow, records_in
from annostd.bindings.xml_parse import local_name, own_text, parse, parser
from annostd.bindings.xml_shape import Node, Record, Shape, shape, tags_in_order
from annostd.bindings.xml_write import bare_root, print_files, print_record
from annostd.columns.nesting import WITHIN
from annostd.errors import UsageError
from annostd.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from lxml.etree import _Element as Element

    from annostd.columns.raw import DataFile, Origin
    from annostd.plan.model import FilePlan

    Row = Mapping[str, object]


def graft(plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin) -> bytes:
    """Print one document from its rows and from what stood where they were read."""
    made = shape(plan)
    grafting = _Grafting(made, origin, rows)
    number = origin.file if origin.file is not None else grafting.home()
    if number is None:
        if not grafting.has_places():
            return b"".join(data for _, data in print_files(plan, rows, single=True))
        data = bare_root(made, plan).encode("utf-8") + b"\n"
        root = parse_element(data.decode("utf-8"))
    else:
        data, root = grafting.original(number)
    grafting.document(root, -1 if number is None else number)
    return serialise(data, root) if grafting.edits else data


@dataclass(frozen=True, slots=True)
class _Existing:
    """The element of a row as it stands in the original, and its XPath there."""

    record: Record
    element: Element
    path: str


class _Grafting:
    """One document on its way; `edits` counts what was changed in it."""

    def __init__(self, made: Shape, origin: Origin, rows: Mapping[str, pl.DataFrame]) -> None:
        self.edits = 0
        self._shape = made
        self._origin = origin
        self._rows: dict[str, list[Row]] = {
            name: [*frame.to_dicts()] for name, frame in rows.items()
        }
        self._inside = {name: _grouped(each, "@parent") for name, each in self._rows.items()}
        self._within = {name: _grouped(each, WITHIN) for name, each in self._rows.items()}
        self._originals: dict[int, tuple[Element, Children]] = {}
        self._absent = {
            record.source.name: absent_spellings(record.source) for record in made.records
        }

    def home(self) -> int | None:
        """Tell the file that the root's row comes from."""
        for record in self._shape.records:
            if len(record.source.locator) <= 1 and not record.enclosed:
                for row in self._rows.get(record.source.name, ())[:1]:
                    return _place(row)[0]
        return None

    def has_places(self) -> bool:
        """Tell whether any row comes from a file."""
        return any(_place(row)[0] is not None for rows in self._rows.values() for row in rows)

    def original(self, number: int) -> tuple[bytes, Element]:
        """Read a file of the origin."""
        file = self._origin.files[number]
        data = read_bytes(full_path(self._origin.root, file))
        return data, _parsed(data, file)

    def document(self, root: Element, number: int) -> None:
        """Bring a document in line with its rows."""
        path = "/" + local_name(str(root.tag))
        tag = str(root.tag)
        document = self._shape.document
        for record in document.records.get(tag, ()):
            for row_number, row in list(enumerate(self._rows.get(record.source.name, ())))[:1]:
                self._row(record, root, row)
                self._inner(record.node, root, (record.source.name, row_number), (number, path))
        if tag in document.members:
            self._inner(document.members[tag], root, None, (number, path))
        elif tag in document.records:
            node = document.records[tag][0].node
            self._inner(node, root, None, (number, path))

    def _inner(
        self, node: Node, element: Element, owner: tuple[str, int] | None, at: tuple[int, str]
    ) -> None:
        """Bring the rows inside an element in line: those of its own record, or of the document.

        `owner` is the source and number of the row that the element is (None: the document), `at`
        the file and the XPath at which the element was read.
        """
        found = [
            _Existing(record, child, path)
            for record, child, path in records_in(node, element, at[1])
            if record.enclosed == (owner is not None)
        ]
        for record, steps in _inside(node):
            if record.enclosed != (owner is not None):
                continue
            existing = [each for each in found if each.record is record]
            kept = self._matched(record, existing, owner, at[0])
            for each in existing:
                if each.path not in kept:
                    detach(each.element)
                    self.edits += 1
            anchor = next((each.element for each in reversed(existing) if each.path in kept), None)
            for number in self._of(record, owner):
                if number not in kept.values():
                    anchor = self._append(record, number, _Spot(node, element, steps, anchor))

    def _matched(
        self,
        record: Record,
        existing: Sequence[_Existing],
        owner: tuple[str, int] | None,
        file: int,
    ) -> dict[str, int]:
        """Bring the rows that stand in an element already in line.

        What comes back is the number of each, by its path.
        """
        by_path = {each.path: each for each in existing}
        kept: dict[str, int] = {}
        for number in self._of(record, owner):
            row = self._rows[record.source.name][number]
            where, path = _place(row)
            if where != file or path not in by_path or path in kept:
                continue
            kept[path] = number
            element = by_path[path].element
            self._row(record, element, row)
            self._inner(record.node, element, (record.source.name, number), (file, path))
        return kept

    def _of(self, record: Record, owner: tuple[str, int] | None) -> Sequence[int]:
        if owner is None:
            return range(len(self._rows.get(record.source.name, ())))
        known = self._within if owner[0] == record.source.name else self._inside
        return known.get(record.source.name, {}).get(owner[1], ())

    def _append(self, record: Record, number: int, spot: _Spot) -> Element:
        """Put a row's element behind the others of its kind.

        It is a copy of the original where there is one, else new.
        """
        row = self._rows[record.source.name][number]
        where, path = _place(row)
        source = self._foreign(where, path)
        if source is None:
            values = {name: _text(value) for name, value in row.items()}
            element = parse_element(print_record(self._shape, record, values))
        else:
            element = copy.deepcopy(source)
            element.tail = None
        container = self._container(spot)
        insert(container, element, spot.anchor, tags_in_order(self._shape, spot.holder))
        self.edits += 1
        if source is None:
            tidy(element)
            self._inner(record.node, element, (record.source.name, number), (-1, ""))
        else:
            self._row(record, element, row)
            owner = (record.source.name, number)
            self._inner(record.node, element, owner, (where or 0, path))
        return element

    def _foreign(self, where: int | None, path: str) -> Element | None:
        """Find the element of a row that comes from a file."""
        if where is None or not path:
            return None
        if where not in self._originals:  # never the tree that is being changed: its paths move
            self._originals[where] = self.original(where)[1], Children()
        return follow(*self._originals[where], path)

    def _container(self, spot: _Spot) -> Element:
        """Find or make the elements between a record and the rows inside it."""
        element, node = spot.element, spot.node
        for tag in spot.steps:
            child = first_named(element, tag)
            if child is None:
                child = etree.Element(tag, nsmap=_names(element))
                insert(element, child, None, tags_in_order(self._shape, node))
            element, node = child, node.members[tag]
        return element

    def _row(self, record: Record, element: Element, row: Row) -> None:
        """Bring the values of one row in line with its element."""
        name = next(
            (
                _text(row.get(item.name))
                for item in record.source.fields
                if record.step.kind == "capture" and item.capture == record.step.name
            ),
            None,
        )
        if name is not None and local_name(str(element.tag)) != name:
            element.tag = self._shape.tag(name)
            self.edits += 1
        self._values(record, record.node, element, row)

    def _values(self, record: Record, node: Node, element: Element, row: Row) -> None:
        if node.texts:
            new = _new(node.texts, row)
            old = own_text(element)
            if new is not None and not self._stays(record, node.texts[0], old, new):
                set_text(element, new)
                self.edits += 1
        for key, fields in node.attributes.items():
            self._attribute(record, fields, element, (key, row))
        for tag, member in node.members.items():
            child = first_named(element, tag)
            if child is not None:
                self._member(record, member, child, row)
            elif self._is_told(record, member, row):
                child = etree.Element(tag, nsmap=_names(element))
                insert(element, child, None, tags_in_order(self._shape, node))
                self._values(record, member, child, row)
                self.edits += 1

    def _member(self, record: Record, member: Node, child: Element, row: Row) -> None:
        """Bring a member that stands there in line; one that the row no longer has is removed."""
        full = not _is_bare(child)
        self._values(record, member, child, row)
        old = own_text(child)
        if old and _lacks(member.texts, row) and not self._is_absent(record, member.texts[0], old):
            set_text(child, "")
            self.edits += 1
        if full and _is_bare(child) and not self._is_told(record, member, row):
            detach(child)
            self.edits += 1

    def _attribute(
        self, record: Record, fields: Sequence[str], element: Element, of: tuple[str, Row]
    ) -> None:
        key, row = of
        new, old = _new(fields, row), element.get(key)
        if old is not None and _lacks(fields, row) and not self._is_absent(record, fields[0], old):
            del element.attrib[key]
            self.edits += 1
        elif new is not None and not self._is_said(record, fields[0], old, new):
            element.set(key, new)
            self.edits += 1

    def _is_told(self, record: Record, member: Node, row: Row) -> bool:
        """Tell whether a row has a value in a member or below that its absence would not say."""
        fields = [*member.texts, *(name for names in member.attributes.values() for name in names)]
        values = ((name, _text(row.get(name))) for name in fields)
        return any(
            value is not None and not self._is_default(record, name, value)
            for name, value in values
        ) or any(self._is_told(record, inner, row) for inner in member.members.values())

    def _is_said(self, record: Record, name: str, old: str | None, new: str) -> bool:
        """Tell whether what stands there, or that nothing does (None), says the new value."""
        if old is None:
            return self._is_default(record, name, new)
        return self._stays(record, name, old, new)

    def _stays(self, record: Record, name: str, old: str, new: str) -> bool:
        """Tell whether what stands there says the new value already."""
        absent = self._is_absent(record, name, old) and self._is_default(record, name, new)
        return is_same(old.strip(), new) or absent

    def _is_absent(self, record: Record, name: str, old: str) -> bool:
        return old in self._absent[record.source.name].get(name, ())

    def _is_default(self, record: Record, name: str, new: str) -> bool:
        return is_default(record.source.fields[record.fields[name]], new)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where rows are appended: below `element` through `steps`, behind `anchor` if there is one."""

    node: Node
    element: Element
    steps: tuple[str, ...]
    anchor: Element | None

    @property
    def holder(self) -> Node:
        """The node of the element that the rows stand in."""
        node = self.node
        for tag in self.steps:
            node = node.members[tag]
        return node


def _inside(node: Node, steps: tuple[str, ...] = ()) -> list[tuple[Record, tuple[str, ...]]]:
    """List the records directly inside a node, each with the elements on the way to it."""
    found = [(record, steps) for records in node.records.values() for record in records]
    found += [(target, steps) for _, target in node.wild if isinstance(target, Record)]
    for tag, member in node.members.items():
        found += _inside(member, (*steps, tag))
    return found


def _parsed(data: bytes, file: DataFile) -> Element:
    found = parse(data, file, parser())
    if isinstance(found, Finding):
        raise UsageError(f"{file.path} cannot be written into: {found.message}")
    return found


def _grouped(rows: Sequence[Row], place: str) -> dict[object, list[int]]:
    """Number the rows by the row that they stand in, as a place column says it."""
    found: dict[object, list[int]] = {}
    for number, row in enumerate(rows):
        found.setdefault(row.get(place), []).append(number)
    return found


def _place(row: Row) -> tuple[int | None, str]:
    file, path = row.get("@file"), row.get("@path")
    return (file if isinstance(file, int) else None), str(path or "")


def _new(fields: Sequence[str], row: Row) -> str | None:
    """Give the value that a row has for a place; None where it has none."""
    return next((_text(row[name]) for name in fields if row.get(name) is not None), None)


def _lacks(fields: Sequence[str], row: Row) -> bool:
    """Tell whether a row says that there is no value for a place.

    A row that lacks the column says nothing.
    """
    return any(name in row for name in fields) and _new(fields, row) is None


def _is_bare(element: Element) -> bool:
    return not len(element) and not element.attrib and not own_text(element)


def _names(element: Element) -> dict[str, str]:
    """Give the prefixes that hold in an element; lxml takes its own back, the default one too."""
    return cast("dict[str, str]", element.nsmap)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
