"""RELAX NG of one file role whose files are XML documents.

The exact one of the schemas for XML: children in any order, undeclared elements and attributes
anywhere. An oracle for the engine, made of the plan only; `unsayable` lists the little that it
leaves open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.findings import Level
from annostd.plan.sources import walk
from annostd.schemas.elements import Builder, Element, Records, nested
from annostd.schemas.gaps import Gap, beyond_structure
from annostd.schemas.markup import Comment, Tag, printed, tag
from annostd.schemas.words import marker, title, urn
from annostd.tables.schema import SLOTTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import FilePlan, Plan, Source
    from annostd.schemas.elements import Attribute, Texts

NAMESPACE = "http://relaxng.org/ns/structure/1.0"
DATATYPES = "http://www.w3.org/2001/XMLSchema-datatypes"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ANYTHING = "anything"
ATTRIBUTES = "other-attributes"
HOLDER = "text-with-elements"


def generate_relax_ng(plan: Plan, file: FilePlan) -> str:
    """Make the schema of the files of a role, as text."""
    document = Builder(plan, file).document()
    roots = [*_children(document)]
    start = roots[0] if len(roots) == 1 else tag("choice", *roots)
    again = (tag("define", _rows(each), name=str(each.name)) for each in nested(document))
    grammar = tag("grammar", tag("start", _root(start)), *again, *_definitions())
    spaces = {"xmlns": NAMESPACE, "datatypeLibrary": DATATYPES}
    if file.file.namespace is not None:
        spaces["ns"] = file.file.namespace
    gaps = (f"- {gap}" for gap in unsayable(plan, file))
    head = (
        title(plan.standard, file.role),
        urn(plan, file.role),
        marker(plan.standard),
        "A schema cannot say:",
        *gaps,
    )
    return printed(grammar, Comment(head), spaces)


def unsayable(plan: Plan, file: FilePlan) -> tuple[Gap, ...]:
    """List what the schema of a role cannot say."""
    return (
        *beyond_structure(plan, file),
        Gap("of what type a text is that has elements in it"),
        *(gap for source in walk(file.sources) for gap in _gaps(source)),
    )


def _gaps(source: Source) -> Iterator[Gap]:
    for variant in source.variants:
        for plan in variant.columns:
            is_listed = plan.type in SLOTTED | {"interval"} and len(plan.fields) == 1
            if plan.type == "mask" or is_listed:
                rule = f"{source.table}.{plan.name}.type"
                yield Gap(f"what the text of a {plan.type} holds", (rule,))
            spellings = {*plan.column.absent} - {"", None}
            if plan.column.required is Level.MUST and spellings:
                rule = f"{source.table}.{plan.name}.missing"
                yield Gap(f"which texts say that the {plan.name} is missing", (rule,))
    tested = [variant for variant in source.variants[:-1] if not _is_plain(variant.where)]
    if tested:
        yield Gap(f"which of several fitting variants a row of {source.table} is")


def _is_plain(conditions: Sequence[object]) -> bool:
    types = [getattr(condition, "types", ()) for condition in conditions]
    return types == [("present",)]


def _root(pattern: Tag) -> Tag:
    """Take the root out of what says how often it stands."""
    repeats = {"zeroOrMore", "oneOrMore", "optional"}
    if pattern.name == "choice":
        return tag(
            "choice", *(_root(child) for child in pattern.children if isinstance(child, Tag))
        )
    inner = pattern.children[0] if pattern.children else pattern
    return inner if pattern.name in repeats and isinstance(inner, Tag) else pattern


def _definitions() -> Iterator[Tag]:
    """Define what may stand where the standard says nothing."""
    attribute = tag("attribute", tag("anyName"))
    inside = tag("choice", attribute, tag("text"), _any_element())
    yield tag("define", tag("zeroOrMore", attribute), name=ATTRIBUTES)
    yield tag("define", tag("mixed", tag("oneOrMore", _any_element())), name=HOLDER)
    yield tag("define", tag("zeroOrMore", inside), name=ANYTHING)


def _any_element() -> Tag:
    return tag("element", tag("anyName"), tag("ref", name=ANYTHING))


def _children(element: Element) -> Iterator[Tag]:
    """Make the pattern of each child that an element declares."""
    for member in element.members.values():
        pattern = _element(member)
        if member.first:
            others = tag("element", tag("ref", name=ANYTHING), name=member.name)
            pattern = tag("group", pattern, tag("zeroOrMore", others))
        yield _often(pattern, required=member.required, many=member.many)
    for records in element.records.values():
        yield _often(_said(records), required=records.required, many=True)
    for step, records in element.wild:
        free = () if step.choices else element.declared
        yield _often(_said(records, free), required=False, many=True)


def _said(records: Records, declared: Sequence[str] = ()) -> Tag:
    """Make the pattern of rows, by name where they stand in one another."""
    return _rows(records, declared) if records.name is None else tag("ref", name=records.name)


def _rows(records: Records, declared: Sequence[str] = ()) -> Tag:
    """Make the pattern of rows; `declared` are names that elements of any name do not have."""
    step = records.step
    if step is None or step.kind == "member":
        return _choice(records)
    named = [tag("name", text=name) for name in step.choices] or [_own_but(declared)]
    return _one_of([_choice(records, each) for each in named])


def _choice(records: Records, named: Tag | None = None) -> Tag:
    return _one_of([_element(shape, named) for shape in records.shapes])


def _one_of(patterns: Sequence[Tag]) -> Tag:
    return patterns[0] if len(patterns) == 1 else tag("choice", *patterns)


def _often(pattern: Tag, *, required: bool, many: bool) -> Tag:
    if many:
        return tag("oneOrMore" if required else "zeroOrMore", pattern)
    return pattern if required else tag("optional", pattern)


def _element(element: Element, named: Tag | None = None) -> Tag:
    """Make the pattern of an element; `named` is its name class where it has no name of its own."""
    content = [*_attributes(element), _content(element)]
    if _is_free(element):
        content = [tag("ref", name=ANYTHING)]
    if named is not None:
        return tag("element", named, *content)
    return tag("element", *content, name=element.name)


def _attributes(element: Element) -> Iterator[Tag]:
    for name, attribute in element.attributes.items():
        yield _often(_attribute(name, attribute), required=attribute.required, many=False)
    if element.closed:
        yield tag("zeroOrMore", tag("attribute", tag("nsName", ns=INSTANCE)))
    elif element.attributes:
        names = [tag("name", text=name, ns="") for name in element.attributes]
        other = tag("anyName", tag("except", *names))
        yield tag("zeroOrMore", tag("attribute", other))
    else:
        yield tag("ref", name=ATTRIBUTES)


def _is_free(element: Element) -> bool:
    """Tell whether anything may stand in an element."""
    is_bare = element.is_leaf and not element.attributes
    return is_bare and element.texts is None and not element.closed


def _attribute(name: str, attribute: Attribute) -> Tag:
    held = (_data(attribute.texts),) if attribute.texts is not None else ()
    return tag("attribute", *held, name=name)


def _content(element: Element) -> Tag:
    """Make the pattern of what stands in an element besides attributes."""
    others = _unknown(element)
    if element.texts is not None and element.is_leaf:
        typed = _data(element.texts)
        if others is None:
            return typed
        choices = typed.children if typed.name == "choice" else (typed,)
        return tag("choice", *choices, tag("ref", name=HOLDER))
    parts = [*_children(element)]
    if others is not None:
        parts.append(tag("zeroOrMore", others))
    if not parts:
        return tag("text")
    return tag("mixed", tag("interleave", *parts)) if len(parts) > 1 else tag("mixed", *parts)


def _unknown(element: Element) -> Tag | None:
    """Make the pattern of one undeclared child; None where none may stand."""
    if element.closed:
        return None
    if any(not step.choices for step, _ in element.wild):
        others = tag("anyName", tag("except", tag("nsName")))
        return tag("element", others, tag("ref", name=ANYTHING))
    return tag("element", _any_but(element.declared), tag("ref", name=ANYTHING))


def _own_but(names: Sequence[str]) -> Tag:
    """Make the class of all names of the role's namespace but some."""
    return tag("nsName", *([_except(names)] if names else []))


def _any_but(names: Sequence[str]) -> Tag:
    if not names:
        return tag("anyName")
    return tag("anyName", _except(names))


def _except(names: Sequence[str]) -> Tag:
    return tag("except", *(tag("name", text=name) for name in names))


def _data(texts: Texts) -> Tag:
    kinds = [
        tag(
            "data",
            *(tag("param", name=name, text=value) for name, value in kind.facets),
            type=kind.base,
        )
        for kind in texts
    ]
    return _one_of(kinds)
