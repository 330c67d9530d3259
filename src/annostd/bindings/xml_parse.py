"""From bytes to an element tree, safely: no DTD, no entities, no network, bounded depth.

What cannot be read is a finding with its place, never an exception.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from lxml import etree

from annostd.bindings.bytes import Undecodable, byte_order_mark, decode_body, fault
from annostd.findings import Finding, Location

if TYPE_CHECKING:
    from annostd.columns.raw import DataFile

SPACE = " \t\r\n"
DEPTH = 256
"""How deep elements may nest: the parser's own bound."""
# what may stand before a document type declaration; each alternative begins differently
_PROLOG = re.compile(rb"(?:[ \t\r\n]++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+")
_DECLARED = re.compile(rb"""\A<\?xml[^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z0-9._-]+)["']""")
_PLACE = re.compile(r",? line \d+, column \d+$")
_ENCODING_FAULTS = frozenset(
    {
        etree.ErrorTypes.ERR_INVALID_ENCODING,
        etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
        etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    }
)


def parser() -> etree.XMLParser:
    """Make a parser that follows nothing, expands nothing and bounds depth and length."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        dtd_validation=False,
        attribute_defaults=False,
    )


def parse(data: bytes, file: DataFile, using: etree.XMLParser) -> etree._Element | Finding:
    """Parse a document; what is no XML, or declares a document type or entities, is a finding."""
    if not data.strip():
        message = "the file is empty, expected an XML document"
        return fault("xml.empty", Location(file.path), message, expected="an XML document")
    declared = _document_type(data)
    if declared is not None:
        return _doctype(file, declared)
    try:
        root = etree.fromstring(data, using)
    except etree.XMLSyntaxError as error:
        return _syntax(data, file, error)
    except (ValueError, LookupError) as error:  # an encoding that Python's layer does not know
        return fault("xml.syntax", Location(file.path, line=1), f"the file is no XML: {error}")
    if root.getroottree().docinfo.internalDTD is not None:
        return _doctype(file, 1)
    return root


def is_element(node: etree._Element) -> bool:
    """Tell an element from a comment or an instruction, which are children, too."""
    tag: object = node.tag
    return isinstance(tag, str)


def line_of(element: etree._Element) -> int | None:
    """Give the 1-based line on which an element's start tag ends."""
    return cast("int | None", element.sourceline)


def children(element: etree._Element) -> list[etree._Element]:
    """List the child elements, without comments and processing instructions."""
    return [child for child in element if is_element(child)]


def own_text(element: etree._Element) -> str:
    """Give the text directly in an element, not its children's, stripped outside."""
    text = element.text or ""
    if len(element):
        text += "".join(child.tail or "" for child in element)
    return text.strip(SPACE)


def local_name(name: str) -> str:
    """Strip the namespace from a name."""
    return name.rpartition("}")[2]


def last_line(element: etree._Element) -> int:
    """Tell the 1-based line on which an element ends.

    That is its last child's, and the line ends behind it.
    """
    ends = 0
    while len(element):
        child = element[-1]
        ends += (child.tail or "").count("\n")
        element = child
    return (line_of(element) or 0) + (element.text or "").count("\n") + ends


def _document_type(data: bytes) -> int | None:
    """Tell the line of a document type declaration before the root, None where there is none."""
    length, marked = byte_order_mark(data)
    body = data[length:]
    if marked is None and body[:4] in {b"<\0?\0", b"<\0!\0"}:
        marked = "utf-16-le"
    elif marked is None and body[:4] in {b"\0<\0?", b"\0<\0!"}:
        marked = "utf-16-be"
    if marked not in {None, "utf-8"}:
        body = body.decode(marked or "", "replace").encode("utf-8")
    found = _PROLOG.match(body)
    end = found.end() if found else 0
    if not body.startswith(b"<!DOCTYPE", end) and not body.startswith(b"<!ENTITY", end):
        return None
    return body.count(b"\n", 0, end) + 1


def _doctype(file: DataFile, line: int) -> Finding:
    return fault(
        "xml.doctype",
        Location(file.path, line=line),
        "the file declares a document type, expected none; it is not read further",
        actual="<!DOCTYPE",
        expected="no document type and no entities",
    )


def _syntax(data: bytes, file: DataFile, error: etree.XMLSyntaxError) -> Finding:
    """Explain what the parser refused: bytes of another encoding, else broken syntax."""
    wrong = _wrong_bytes(data)
    if wrong is not None:
        where = Location(file.path, line=wrong.line, column=wrong.column)
        return fault("xml.encoding", where, wrong.message)
    line, column = error.position
    where = Location(file.path, line=max(line, 1), column=max(column, 1))
    said = _PLACE.sub("", " ".join((error.msg or "broken off").split()))
    code = getattr(error, "code", None)
    if code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return _beyond(where, said)
    rule = "xml.encoding" if code in _ENCODING_FAULTS else "xml.syntax"
    return fault(rule, where, f"the file is no XML ({said}), expected a well-formed document")


def _beyond(where: Location, said: str) -> Finding:
    """Tell that elements nest too deep, or that a text is too long."""
    if "depth" in said:
        message = f"elements nest more than {DEPTH} deep, expected at most {DEPTH}"
        return fault("xml.depth", where, message, expected=f"at most {DEPTH}")
    message = f"the file is too big to be read ({said}), expected a smaller one"
    return fault("xml.size", where, message)


def encoding_of(data: bytes) -> tuple[int, str]:
    """Tell the length of the byte order mark and the encoding of a document (else utf-8)."""
    length, marked = byte_order_mark(data)
    declared = _DECLARED.match(data[length : length + 200])
    return length, marked or (declared.group(1).decode("ascii") if declared else "utf-8")


def _wrong_bytes(data: bytes) -> Undecodable | None:
    """Find the first byte that is not of the encoding that the file declares."""
    length, encoding = encoding_of(data)
    found = decode_body(data[length:], [encoding])
    return found if isinstance(found, Undecodable) else None
