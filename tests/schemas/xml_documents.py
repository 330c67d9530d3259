"""XML documents of a role: sound by construction from its plan, and with one thing changed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.plan import ColumnPlan, FilePlan, Source

LETTERS = st.text(st.sampled_from("ab é<&-_."), max_size=5).map(lambda text: f"a{text}")
NUMBERS = st.integers(1, 99).map(str) | st.sampled_from(["1.5", "+2", ".5", "7.", "1e3", " 4\n"])
TEXTS = ["", " ", "x", "0", "1", "2", "-1", " 1 ", "+1", "01", "1.0", "1e2", "1e999", "NaN", "INF"]
TEXTS += ["true", "9223372036854775808", "-9223372036854775808", "00000000000000000001"]
TEXTS += ["Left", "Unspecified"]
NAMES = ["x", "object", "part", "name", "point", "bndbox", "xmin", "actions", "size", "depth"]
NAMES += ["undeclared"]


def element(name: str, text: str | None = None) -> etree._Element:
    made = etree.Element(name)
    made.text = text
    return made


def values(plan: ColumnPlan) -> st.SearchStrategy[str]:
    """Make texts that a column may hold."""
    if plan.column.values:
        absent = [text for text in plan.column.absent if isinstance(text, str)]
        return st.sampled_from([*(str(native) for native, _ in plan.column.values), *absent])
    if plan.type == "integer":
        return st.integers(max(int(plan.column.minimum or 0), -5), 10**6).map(str)
    if plan.type in {"number", "box"}:
        return NUMBERS
    return LETTERS


def put(record: etree._Element, path: Sequence[str], text: str) -> None:
    """Put a text where a path leads, making the elements on the way."""
    for part in path:
        if part == ".":
            continue
        found = record.find(part)
        record = etree.SubElement(record, part) if found is None else found
    record.text = text


@st.composite
def records(draw: st.DrawFn, source: Source, name: str) -> etree._Element:
    """Make one record of a source."""
    record = element(name)
    variant = draw(st.sampled_from(source.variants))
    paths = {item.name: item.path for item in source.fields if item.capture is None}
    for plan in [plan for plan in variant.columns if not plan.implied]:
        is_there = plan.column.required is not None or draw(st.booleans())
        if plan.fields == (".",):
            record.text = draw(values(plan))
        elif is_there:
            for place in [place for place in plan.fields if place in paths]:
                put(record, paths[place], draw(values(plan)))
    for condition in variant.where:
        if record.find(condition.at) is None:
            etree.SubElement(record, condition.at)
    for child in source.children:
        for _ in range(draw(st.integers(0, 2))):
            enclose(record, child, draw(records(child, child.locator[-1].name or "jumping")))
    return record


def enclose(record: etree._Element, source: Source, row: etree._Element) -> None:
    """Put a row of an inner source where its locator leads; a captured name is `jumping`."""
    *way, last = source.locator
    for step in way:
        found = record.find(step.name)
        record = etree.SubElement(record, step.name) if found is None else found
    if last.kind != "member":
        row.tag = "jumping"
    record.append(row)


@st.composite
def documents(draw: st.DrawFn, file: FilePlan, *, strange: bool = True) -> etree._Element:
    """Make a whole document, its children in any order; `strange`: undeclared ones among them."""
    (source,) = file.sources
    root = draw(records(source, source.locator[0].name))
    for each in [each for each in root.iter("*") if each.find("jumping") is None]:
        if len(each) > 1 and draw(st.booleans()):
            each[:] = draw(st.permutations([*each]))
        if strange and draw(st.integers(0, 9)) == 0:
            each.append(draw(st.sampled_from([element("undeclared", "7"), element("own", "x")])))
        if strange and draw(st.integers(0, 9)) == 0:
            each.set("undeclared", "1")
    return root


@st.composite
def changed(draw: st.DrawFn, file: FilePlan, *, strange: bool = True) -> etree._Element:
    """Make a document with one element gone, twice, moved, renamed or with another text."""
    root = copy.deepcopy(draw(documents(file, strange=strange)))
    target = draw(st.sampled_from([*root.iter("*")]))
    parent = target.getparent()
    match draw(st.sampled_from(["text", "gone", "twice", "renamed", "inside"])):
        case "gone" if parent is not None:
            parent.remove(target)
        case "twice" if parent is not None:
            parent.append(copy.deepcopy(target))
        case "renamed":
            target.tag = draw(st.sampled_from(NAMES))
        case "inside" if strange:
            target.append(element(draw(st.sampled_from(NAMES)), draw(st.sampled_from(TEXTS))))
        case _:
            target.text = draw(st.sampled_from(TEXTS))
    return root
