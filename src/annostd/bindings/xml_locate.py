"""XPaths of rows and values: made, followed, listed.

An XPath names elements without their namespaces; a row has always its position among its like named
siblings, other elements where they are several.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annostd.bindings.xml_parse import children, line_of, local_name
from annostd.bindings.xml_shape import Node, Record
from annostd.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from annostd.plan.model import Step

_STEP = re.compile(r"([^/\[\]]+)(?:\[([0-9]+)\])?")


def row_path(parent: str, name: str, position: int) -> str:
    """Give the XPath of a row: always with its position, but for the root (position 0)."""
    return f"{parent}/{name}[{position}]" if position else f"{parent}/{name}"


def position_of(child: etree._Element, position: int) -> str:
    """Give an element's position for an XPath, none where it is the only one."""
    if position > 1 or (position and next(child.itersiblings(str(child.tag)), None) is not None):
        return f"[{position}]"
    return ""


def wild_of(node: Node, element: etree._Element) -> list[tuple[Step, Record | Node]]:
    """List what a node says of a child that may bear any name, or one of several.

    A child of another namespace than the role's is none of these.
    """
    tag = str(element.tag)
    name = local_name(tag)
    if tag != (name if node.namespace is None else f"{{{node.namespace}}}{name}"):
        return []
    return [
        (step, target) for step, target in node.wild if not step.choices or name in step.choices
    ]


def records_in(
    node: Node, element: etree._Element, xpath: str
) -> Iterator[tuple[Record, etree._Element, str]]:
    """Yield the rows that stand in an element (not those inside these), with the XPath of each."""
    positions: dict[str, int] = {}
    for child in children(element):
        tag = str(child.tag)
        name = local_name(tag)
        position = positions[tag] = positions.get(tag, 0) + 1
        for record in node.records.get(tag, ()):
            yield record, child, row_path(xpath, name, position)
        member = node.members.get(tag)
        if member is not None and not member.is_leaf:
            yield from records_in(member, child, f"{xpath}/{name}{position_of(child, position)}")
        elif member is None and tag not in node.records:
            for _, target in wild_of(node, child):
                path = row_path(xpath, name, position)
                if isinstance(target, Record):
                    yield target, child, path
                else:
                    yield from records_in(target, child, path)


class Children:
    """Child elements by name, listed once for each element: findings in one document are many."""

    def __init__(self) -> None:
        self._known: dict[etree._Element, dict[str, list[etree._Element]]] = {}

    def named(self, element: etree._Element, name: str) -> list[etree._Element]:
        """List the children of a name: those of the element's own namespace, else of any."""
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = {}
            for child in children(element):
                tag = str(child.tag)
                known.setdefault(tag, []).append(child)
                if local_name(tag) != tag:
                    known.setdefault(local_name(tag), []).append(child)
        return known.get(like_named(element, name)) or known.get(name, [])


def like_named(element: etree._Element, name: str) -> str:
    """Give a name as the parser has it, in the namespace of an element."""
    tag = str(element.tag)
    return tag[: len(tag) - len(local_name(tag))] + name


def follow(root: etree._Element, known: Children, xpath: str) -> etree._Element | None:
    """Find the element that an XPath made by the reader leads to; None where it leads nowhere."""
    steps = _STEP.findall(xpath)
    if not steps or steps[0][0] != local_name(str(root.tag)):
        return None
    element: etree._Element | None = root
    for name, position in steps[1:]:
        if element is None:
            return None
        named = known.named(element, name)
        place = int(position or 1) - 1
        element = named[place] if place < len(named) else None
    return element


def value_place(element: etree._Element, record: Location, path: tuple[str, ...]) -> Location:
    """Find a value below a record's element; where it is missing, the record is the place."""
    xpath = record.xpath or ""
    for part in path:
        if part == ".":
            continue
        if part.startswith("@"):
            if part[1:] not in element.attrib:
                return record
            xpath += f"/{part}"
            break
        plain, _, said = part.partition("[")
        alike = [child for child in children(element) if local_name(str(child.tag)) == plain]
        tag = like_named(element, plain)
        named = [child for child in alike if child.tag == tag] or alike
        place = int(said.removesuffix("]") or 1)
        if len(named) < place:
            return record
        element = named[place - 1]
        xpath += f"/{plain}" if len(named) == 1 else f"/{plain}[{place}]"
    return Location(record.file, line=line_of(element), xpath=xpath)
