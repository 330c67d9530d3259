"""What stands where in a document: a role's sources and fields as one tree of elements.

Reading walks the tree beside the document, writing prints it, grafting compares along it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annostd.plan.model import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import FilePlan, Source


FIRST = "[1]"
"""What a path says behind the name of an element that may be repeated, and the first is meant."""


@dataclass(slots=True)
class Node:
    """An element inside a record (or the record itself, or the document).

    `texts` and `attributes` name the fields that are its text and its attributes; `members` are its
    child elements by name, in the order in which they are printed; `records` are child elements
    that are rows, by name; `wild` are children of any name (or one of the step's choices) in the
    role's `namespace`: rows, or nodes on the way to rows; `rows` lists both in the order in which
    they are printed. `many` says that the element may stand there several times, `first` that the
    first of several is meant; `order` names the children that have an order.
    """

    name: str
    texts: list[str] = field(default_factory=list)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, Node] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    wild: list[tuple[Step, Record | Node]] = field(default_factory=list)
    rows: list[tuple[Step, Record | Node]] = field(default_factory=list)
    many: bool = False
    namespace: str | None = None
    first: bool = False
    order: tuple[str, ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Tell whether the element is nothing but a text."""
        return not (self.attributes or self.members or self.records or self.wild)


@dataclass(slots=True, eq=False)
class Record:
    """A source of a document with the tree below its record's element.

    `fields` gives each field's position in the source, `captures` those of the captures among them;
    `enclosed` says that the rows stand in rows of another source, which they refer to.
    """

    source: Source
    node: Node
    step: Step
    fields: Mapping[str, int]
    captures: tuple[tuple[str, int], ...]
    enclosed: bool


@dataclass(slots=True)
class Shape:
    """A role's documents: `document` is the node above the root; `records` has every source."""

    document: Node
    records: list[Record]
    namespace: str | None

    def tag(self, name: str) -> str:
        """Give the parser's name of an element of the role's namespace."""
        return name if self.namespace is None else f"{{{self.namespace}}}{name}"


def shape(plan: FilePlan) -> Shape:
    """Lay the sources and fields of a role out as a tree of elements."""
    made = Shape(Node(""), [], plan.file.namespace)
    _add_sources(made, made.document, plan.sources, enclosed=False)
    return made


def in_order(node: Node) -> list[Node | tuple[Step, Record | Node]]:
    """List the children of an element in the order in which they are printed.

    These are members, then rows, unless the node has an order of its own; what it does not name
    comes first.
    """
    ranks = {name: rank for rank, name in enumerate(node.order, start=1)}

    def rank(child: Node | tuple[Step, Record | Node]) -> int:
        if isinstance(child, Node):
            return ranks.get(child.name, 0)
        step = child[0]
        return ranks.get(step.name if step.kind == "member" else f"{{{step.name}}}", 0)

    return sorted([*node.members.values(), *node.rows], key=rank)


def tags_in_order(made: Shape, node: Node) -> list[str]:
    """Name the children of an element in the order in which they are printed."""
    names: list[str] = []
    for child in in_order(node):
        if isinstance(child, Node):
            names.append(child.name)
        else:
            step = child[0]
            names.extend([step.name] if step.kind == "member" else step.choices)
    return [made.tag(name) for name in names]


def _add_sources(made: Shape, owner: Node, sources: Sequence[Source], *, enclosed: bool) -> None:
    """Add sources in order; one that others pass through on their way goes before these."""
    added: set[str] = set()
    for source in sources:
        passed = (other for other in sources if _is_passed(other, source))
        for each in (*sorted(passed, key=lambda other: len(other.locator)), source):
            if each.name not in added:
                added.add(each.name)
                _add_source(made, owner, each, enclosed=enclosed)


def _is_passed(other: Source, source: Source) -> bool:
    length = len(other.locator)
    return length < len(source.locator) and other.locator == source.locator[:length]


def _add_source(made: Shape, owner: Node, source: Source, *, enclosed: bool) -> None:
    step = (source.locator or (Step("each"),))[-1]  # no locator: the root, whatever its name
    record = Record(
        source=source,
        node=Node(step.name, order=source.order),
        step=step,
        fields={item.name: place for place, item in enumerate(source.fields)},
        captures=tuple(
            (item.capture, place)
            for place, item in enumerate(source.fields)
            if item.capture is not None
        ),
        enclosed=enclosed,
    )
    made.records.append(record)
    _place(made, owner, record)
    for item in source.fields:
        if item.capture is None:
            _add_field(made, record.node, item.path, item.name)
    _add_sources(made, record.node, source.children, enclosed=True)
    if source.nests:
        _place(made, record.node, record)


def _place(made: Shape, node: Node, record: Record) -> None:
    """Let rows stand in an element: at the end of their locator's way from it."""
    for each in record.source.locator[:-1]:
        node = _way(made, node, each)
    if record.step.kind == "member":
        node.records.setdefault(made.tag(record.step.name), []).append(record)
        node.rows.append((record.step, record))
    else:
        _add_wild(made, node, record.step, record)


def _way(made: Shape, node: Node, step: Step) -> Node:
    """Find or make the node of a step on the way to rows; a record in the way is gone through."""
    if step.kind != "member":
        for known, target in node.wild:
            if known == step and isinstance(target, Node):
                return target
        found = Node(step.name, many=True)
        _add_wild(made, node, step, found)
        return found
    tag = made.tag(step.name)
    passed = node.records.get(tag)
    if passed:
        return passed[0].node
    found = node.members.setdefault(tag, Node(step.name))
    found.many = True
    return found


def _add_wild(made: Shape, node: Node, step: Step, target: Record | Node) -> None:
    node.namespace = made.namespace
    node.wild.append((step, target))
    node.rows.append((step, target))


def _add_field(made: Shape, node: Node, path: Sequence[str], name: str) -> None:
    for part in path:
        if part.startswith("@"):
            node.attributes.setdefault(part[1:], []).append(name)
            return
        if part != ".":
            plain = part.removesuffix(FIRST)
            node = node.members.setdefault(made.tag(plain), Node(plain))
            node.first = node.first or plain != part
    node.texts.append(name)
