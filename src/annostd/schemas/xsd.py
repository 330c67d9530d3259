"""XML Schema 1.0 of one file role whose files are XML documents.

As exact as the language can be. Children in any order where some repeat is a repeated choice, in
which identity constraints say what stands once and what must stand; undeclared elements cannot be
let in between declared ones at all. `unsayable` lists such things, RELAX NG says them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.plan.sources import walk
from annostd.schemas import relax_ng
from annostd.schemas.elements import FIRST, Builder, Element, Records, nested, union
from annostd.schemas.gaps import Gap
from annostd.schemas.markup import Comment, Tag, printed, tag
from annostd.schemas.words import marker, title, urn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import FilePlan, Plan
    from annostd.schemas.elements import Texts
    from annostd.schemas.lexical import Lexical

NAMESPACE = "http://www.w3.org/2001/XMLSchema"


def generate_xsd(plan: Plan, file: FilePlan) -> str:
    """Make the schema of the files of a role, as text."""
    document = Builder(plan, file).document()
    printer = _Printer("" if file.file.namespace is None else "t:")
    roots = [printer.element(shape) for shape in _roots(document)]
    spaces = {"xmlns:xs": NAMESPACE}
    if file.file.namespace is not None:
        spaces |= {
            "xmlns": file.file.namespace,
            "xmlns:t": file.file.namespace,
            "targetNamespace": file.file.namespace,
            "elementFormDefault": "qualified",
        }
    gaps = (f"- {gap}" for gap in unsayable(plan, file))
    head = (
        title(plan.standard, file.role),
        urn(plan, file.role),
        marker(plan.standard),
        "A schema cannot say:",
        *gaps,
    )
    again = [printer.nested(each) for each in nested(document)]
    definitions = (*again, *printer.definitions())
    return printed(tag("xs:schema", *roots, *definitions), Comment(head), spaces)


def unsayable(plan: Plan, file: FilePlan) -> tuple[Gap, ...]:
    """List what the schema of a role cannot say, or says too strictly."""
    document = Builder(plan, file).document()
    gaps = [Gap("that undeclared elements may stand beside declared ones", refuses=True)]
    for table in _wild_tables(file):
        rules = tuple(rule for rule in plan.rules if rule.startswith(f"{table}."))
        gaps.append(Gap(f"what stands in elements of any name, the rows of {table}", rules))
    for source in walk(file.sources):
        if len(source.variants) > 1:
            rules = _variant_rules(plan, source.table)
            gaps.append(Gap(f"what one variant of {source.table} obliges to, others not", rules))
    for names, rules in _firsts(plan, file):
        gaps.append(Gap(f"what stands in the first {names} of several", rules))
    lost = [*dict.fromkeys(_lost(document))]
    if lost:
        gaps.append(Gap(f"that there is at least one {', '.join(lost)}, where others repeat"))
    return (*gaps, *relax_ng.unsayable(plan, file))


def _wild_tables(file: FilePlan) -> list[str]:
    tables = [
        source.table
        for source in walk(file.sources)
        if any(step.kind != "member" and not step.choices for step in source.locator)
    ]
    return [*dict.fromkeys(tables)]


def _firsts(plan: Plan, file: FilePlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the elements of which the first of several is meant, and the rules of what is in it."""
    found: dict[str, dict[str, None]] = {}
    for source in walk(file.sources):
        for column in (column for variant in source.variants for column in variant.columns):
            for place in column.fields:
                names = [part for part in place.split("/") if part.endswith(FIRST)]
                told = [r for r in plan.rules if r.startswith(f"{source.table}.{column.name}.")]
                if names:
                    known = found.setdefault(names[0].removesuffix(FIRST), {})
                    known.update(dict.fromkeys(told))
    yield from ((name, tuple(rules)) for name, rules in found.items())


def _variant_rules(plan: Plan, table: str) -> tuple[str, ...]:
    columns = [
        {column.name: column for column in variant.columns}
        for file in plan.files
        for source in walk(file.sources)
        if source.table == table
        for variant in source.variants
    ]
    names = dict.fromkeys(name for found in columns for name in found)
    differing = [
        name for name in names if len({found.get(name) is not None for found in columns}) > 1
    ]
    return tuple(
        rule
        for rule in plan.rules
        if rule == f"{table}.variant"
        or any(rule.startswith(f"{table}.{name}.") for name in differing)
    )


def _lost(element: Element, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the names of children that must stand and of which no constraint can say so.

    `seen` are the rows gone through that stand in one another.
    """
    for name, records in element.records.items():
        if records.required and element.name and not _is_set(element):
            yield name
    for member in element.members.values():
        yield from _lost(member, seen)
        is_said = _is_set(element) or member.is_leaf or any(_required_texts(member, ()))
        if member.required and not is_said:
            yield member.name
    for records in (*element.records.values(), *(held for _, held in element.wild)):
        if records.name is None:
            yield from _lost(_flat(records), seen)
        elif records.name not in seen:
            yield from _lost(_flat(records), (*seen, records.name))


def _roots(document: Element) -> Iterator[Element]:
    yield from document.members.values()
    yield from (_flat(records) for records in document.records.values())


def _flat(records: Records) -> Element:
    return union(records.shapes)


def _is_set(element: Element) -> bool:
    """Tell whether no child repeats, so that they can be said as a set."""
    members = element.members.values()
    repeats = any(each.many or each.first for each in members)
    return not element.records and not element.wild and not repeats


class _Printer:
    """Prints elements; the kinds of text become named types, each once."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._names: dict[Texts | None, str] = {}
        self._plain: dict[Texts | None, str] = {}
        self._constraints: set[str] = set()

    def definitions(self) -> Iterator[Tag]:
        """Give the named types that were needed."""
        for texts, name in self._names.items():
            if texts is not None:
                kinds = [_facets(kind) for kind in texts]
                inner = [tag("xs:simpleType", kind) for kind in kinds]
                one = kinds[0] if len(kinds) == 1 else tag("xs:union", *inner)
                yield tag("xs:simpleType", one, name=name)
        for texts, name in self._plain.items():
            attributes = tag("xs:anyAttribute", processContents="skip")
            extension = tag("xs:extension", attributes, base=self._name(texts))
            yield tag("xs:complexType", tag("xs:simpleContent", extension), name=name)

    def element(self, element: Element, **occurs: str) -> Tag:
        """Declare an element: its type, and the identity constraints on what stands in it."""
        head = {"name": element.name, **occurs}
        if element.first:
            return tag("xs:element", **head, type="xs:anyType")
        notes = [
            tag("xs:annotation", tag("xs:documentation", text=doc)) for doc in element.docs[:1]
        ]
        if element.is_leaf and not element.attributes and not element.closed:
            return tag("xs:element", *notes, **head, type=self._held(element.texts))
        attributes = [*self._attributes(element)]
        if element.is_leaf:
            extension = tag("xs:extension", *attributes, base=self._name(element.texts))
            content = tag("xs:complexType", tag("xs:simpleContent", extension))
            return tag("xs:element", *notes, content, **head)
        content = tag("xs:complexType", self._children(element), *attributes, mixed="true")
        return tag("xs:element", *notes, content, *self._identities(element), **head)

    def _name(self, texts: Texts | None) -> str:
        """Name the type of a text itself."""
        if texts is None:
            return "xs:string"
        return self._names.setdefault(texts, f"text-{len(self._names) + 1}")

    def _held(self, texts: Texts | None) -> str:
        """Name the type of an element that holds a text, with any attributes."""
        return self._plain.setdefault(
            texts, "any-text" if texts is None else f"element-of-{self._name(texts)}"
        )

    def _children(self, element: Element) -> Tag:
        """Say which children an element may have: a set, a repeated choice, or any at all."""
        if any(not step.choices for step, _ in element.wild):
            anything = {"processContents": "skip", "minOccurs": "0", "maxOccurs": "unbounded"}
            return tag("xs:sequence", tag("xs:any", **anything))
        if _is_set(element):
            return tag("xs:all", *(self._once(each) for each in element.members.values()))
        declared = [self.element(shape) for shape in element.members.values()]
        for name, records in element.records.items():
            declared.append(self._row(records, name))
        for step, records in element.wild:
            declared += [self._row(records, name) for name in step.choices]
        return tag("xs:choice", *declared, minOccurs="0", maxOccurs="unbounded")

    def _row(self, records: Records, name: str) -> Tag:
        if records.name is not None:
            return tag("xs:element", name=name, type=records.name)
        return self.element(replace(_flat(records), name=name))

    def nested(self, records: Records) -> Tag:
        """Define the type of rows that stand in one another."""
        element = _flat(records)
        content = self._children(element)
        return tag(
            "xs:complexType",
            content,
            *self._attributes(element),
            name=str(records.name),
            mixed="true",
        )

    def _once(self, element: Element) -> Tag:
        return self.element(element) if element.required else self.element(element, minOccurs="0")

    def _attributes(self, element: Element) -> Iterator[Tag]:
        for name, attribute in element.attributes.items():
            use = "required" if attribute.required else "optional"
            yield tag("xs:attribute", name=name, type=self._name(attribute.texts), use=use)
        if not element.closed:
            yield tag("xs:anyAttribute", processContents="skip")

    def _identities(self, element: Element) -> Iterator[Tag]:
        """Say of a repeated choice what must stand in it, and what may stand once at most."""
        if _is_set(element) or element.wild:
            return
        for path, required in _texts_once(element, ()):
            base = f"{element.name}-{'needs' if required else 'once'}-{'-'.join(path)}"
            name, count = base, 1
            while name in self._constraints:
                count += 1
                name = f"{base}-{count}"
            self._constraints.add(name)
            field = "/".join(f"{self._prefix}{step}" for step in path)
            parts = tag("xs:selector", xpath="."), tag("xs:field", xpath=field)
            yield tag("xs:key" if required else "xs:unique", *parts, name=name)


def _facets(kind: Lexical) -> Tag:
    facets = [tag(f"xs:{name}", value=value) for name, value in kind.facets]
    return tag("xs:restriction", *facets, base=f"xs:{kind.base}")


def _texts_once(element: Element, way: Sequence[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the paths of texts that stand once in an element, and whether they must stand."""
    for member in element.members.values():
        path = (*way, member.name)
        if member.many or member.first:
            continue
        if member.is_leaf:
            yield path, member.required
        else:
            yield from ((p, r and member.required) for p, r in _texts_once(member, path))


def _required_texts(element: Element, way: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from (path for path, required in _texts_once(element, way) if required)
