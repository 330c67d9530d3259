"""Changes to an element tree that leave the white space around them as a person would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from annostd.bindings.xml_parse import SPACE, encoding_of, is_element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element as Element


# white space, instructions and comments: all that may stand beside the root
_BESIDE = re.compile(r"(?:[ \t\r\n]++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+")
_ENDS = re.compile(r"</[^<>]*>|/>")


def first_named(element: Element, tag: str) -> Element | None:
    """Find the first child of a name."""
    return element.find(tag) if tag else None


def parse_element(text: str) -> Element:
    """Parse an element that the printer made, without the white space between its children."""
    using = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    return etree.fromstring(text.encode("utf-8"), using)


def set_text(element: Element, text: str) -> None:
    """Replace the text of an element, not the white space around it nor its children."""
    for child in element:
        if (child.tail or "").strip(SPACE):
            child.tail = None
    raw = element.text or ""
    bare = raw.strip(SPACE)
    if not bare or not text:
        element.text = text or None
    else:
        start = raw.index(bare)
        element.text = raw[:start] + text + raw[start + len(bare) :]


def detach(element: Element) -> None:
    """Take an element out of its parent, with the white space that only it needed."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    is_last = element.getnext() is None
    element.tail = None
    parent.remove(element)
    kept = (before.tail if before is not None else parent.text) or ""
    if tail.strip(SPACE):
        kept += tail
    elif is_last and not kept.strip(SPACE):
        kept = tail if before is not None else ""
    if before is not None:
        before.tail = kept or None
    else:
        parent.text = kept or None


def insert(parent: Element, element: Element, anchor: Element | None, order: Sequence[str]) -> None:
    """Put an element behind `anchor`, else behind the siblings that come before it in `order`."""
    index = _index(parent, element, anchor, order)
    opening = parent.text or ""
    if not len(parent):
        closing = _indent_of(parent)
        if closing is not None and not opening.strip(SPACE):
            parent.text = closing + _unit(parent, closing)
            element.tail = closing
    elif opening.strip(SPACE):
        element.tail = None
    elif index == 0:
        element.tail = parent.text
    else:
        before = parent[index - 1]
        element.tail = before.tail
        if not (before.tail or "").strip(SPACE):
            before.tail = parent.text
    parent.insert(index, element)


def tidy(element: Element) -> None:
    """Indent a new element's children as the document around it does, if it does."""
    parent = element.getparent()
    opening = (parent.text or "") if parent is not None else ""
    if "\n" not in opening or opening.strip(SPACE):
        return
    depth = sum(1 for _ in element.iterancestors())
    indent = opening.rpartition("\n")[2]
    tail = element.tail
    etree.indent(element, space=indent[: len(indent) // depth] or "  ", level=depth)
    element.tail = tail


def serialise(data: bytes, root: Element) -> bytes:
    """Print a changed document.

    What stands before and behind the root stays, as do encoding and line ends.
    """
    length, encoding = encoding_of(data)
    text = data[length:].decode(encoding, "replace")
    before, behind = _around(text)
    body = etree.tostring(root, encoding="unicode", with_tail=False)
    if "\r\n" in text:
        body = body.replace("\n", "\r\n")
    mark = data[:length]
    if not mark and encoding.lower() in {"utf-16", "utf-32"}:
        return (before + body + behind).encode(encoding)
    return mark + (before + body + behind).encode(encoding, "xmlcharrefreplace")


def _around(text: str) -> tuple[str, str]:
    """Cut what stands before and behind the root element out of a document."""
    head = _BESIDE.match(text)
    for end in reversed([found.end() for found in _ENDS.finditer(text)]):
        if _BESIDE.fullmatch(text, end):
            return head.group() if head else "", text[end:]
    return head.group() if head else "", ""


def _index(parent: Element, element: Element, anchor: Element | None, order: Sequence[str]) -> int:
    if anchor is not None and anchor.getparent() is parent:
        return parent.index(anchor) + 1
    ranks = {tag: rank for rank, tag in enumerate(order)}
    own = ranks.get(str(element.tag), len(ranks))
    before = [
        place
        for place, child in enumerate(parent)
        if is_element(child) and ranks.get(child.tag, -1) <= own
    ]
    known = [place for place in before if str(parent[place].tag) in ranks]
    if own == len(ranks):
        return len(parent)
    if known:
        return known[-1] + 1
    return 0 if any(str(child.tag) in ranks for child in parent) else len(parent)


def _indent_of(element: Element) -> str | None:
    """Give the line end and indentation before an element; None where it does not begin a line."""
    before, parent = element.getprevious(), element.getparent()
    if parent is None:
        return "\n"
    text = (before.tail if before is not None else parent.text) or ""
    return text if "\n" in text and not text.strip(SPACE) else None


def _unit(element: Element, closing: str) -> str:
    depth = sum(1 for _ in element.iterancestors())
    indent = closing.rpartition("\n")[2]
    return indent[: len(indent) // depth] if depth and indent else "  "
