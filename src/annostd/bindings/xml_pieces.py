"""Documents as pieces: each from an element of rows up to the next, as literals around values.

Documents that one program wrote differ in values and in how many rows they hold: cut where rows
begin, they are made of a few kinds of pieces. Anything but elements, attributes in double quotes
and plain text makes no pieces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from annostd.bindings.xml_shape import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from annostd.bindings.xml_shape import Node, Shape

_OTHER: Final = "\0"  # no document can hold it
_NAME = r"[A-Za-z_][A-Za-z0-9_.:-]*"
_ATTRIBUTE = re.compile(rf'([ \t]+({_NAME})=")([^\x00-\x08\x0a-\x1f<>&"]*)"')
_TAG = re.compile(rf'<(/?)({_NAME})((?:[ \t]+{_NAME}="[^"<>]*")*)([ \t]*/?)>')
_PROLOG = re.compile(
    r"""(?:<\?xml version="1\.0"(?: encoding="(?i:utf-8)")?(?: standalone="(?:yes|no)")?[ ]?\?>)?"""
    r"[ \t\r\n]*"
)
_TEXT = r"[^\x00-\x08\x0a-\x1f<>&]*"
_ATTRIBUTE_TEXT = r'[^\x00-\x08\x0a-\x1f<>&"]*'
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&~-])")
_ESCAPED = r"\\\1"
_PLAIN = re.compile(_TEXT)
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(slots=True)
class Piece:
    """One kind of piece.

    `stack` are the elements open before it, `ends` those behind it, each by its name and the
    namespaces it declares; `literals` stand around the values, `attributes` tells which of these
    are attributes'. `closes` gives by depth, from 1 for the root, on which line from the piece's
    first (0) an element ends; `start` is the line of its first tag.
    """

    stack: tuple[str, ...]
    literals: list[str] = field(default_factory=lambda: [""])
    attributes: list[bool] = field(default_factory=list)
    closes: dict[int, int] = field(default_factory=dict)
    ends: tuple[str, ...] = ()
    name: str = ""
    start: int = 0
    lines: int = 0

    def add(self, literal: str) -> None:
        """Go on with text that all pieces of this kind share."""
        self.literals[-1] += literal
        self.lines += literal.count("\n")

    def add_value(self, *, attribute: bool) -> None:
        """Go on with a value."""
        self.attributes.append(attribute)
        self.literals.append("")

    def pattern(self, wanted: Sequence[int], mark: str) -> str:
        """Give the pattern of such pieces, a group for the first character and each wanted value.

        Every piece is matched as a whole, as `cut` by `mark` leaves it.
        """
        whole = self.literals[0]
        if self.stack:
            whole = whole[len(mark) :] if whole.startswith(mark) else f"{_OTHER}{whole}"
        first, rest = whole[:1], whole[1:]
        text = rf"\A({_SPECIAL.sub(_ESCAPED, first)}){_SPECIAL.sub(_ESCAPED, rest)}"
        for number, attribute in enumerate(self.attributes):
            value = _ATTRIBUTE_TEXT if attribute else _TEXT
            text += f"({value})" if number in wanted else value
            text += _SPECIAL.sub(_ESCAPED, self.literals[number + 1])
        return text + r"\z"

    def filled(self, values: Sequence[str]) -> str:
        """Write the piece with these values, on one line."""
        parts = [self.literals[0]]
        for value, literal in zip(values, self.literals[1:], strict=True):
            parts += [value, literal]
        return "".join(parts).replace("\r", " ").replace("\n", " ")


def markers(shape: Shape) -> tuple[str, ...]:
    """Name the elements at which documents are cut: those of rows, save the root."""
    names: dict[str, None] = {}
    waiting, seen = [shape.document], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node is not shape.document:
            names.update((tag.rpartition("}")[2], None) for tag in node.records)
        waiting += _below(node)
    return tuple(names)


def _below(node: Node) -> Iterator[Node]:
    yield from node.members.values()
    for records in node.records.values():
        yield from (record.node for record in records)
    for _, target in node.wild:
        yield target.node if isinstance(target, Record) else target


def mark_of(text: str, names: Sequence[str]) -> str:
    """Choose what documents are cut at, by one of them: the tag of rows that begins most often."""
    marks = _marks(names)
    return max(marks, key=text.count) if marks else _OTHER


def cut(texts: pl.Series, mark: str, names: Sequence[str]) -> pl.Series:
    """Split documents at a mark into lists of pieces.

    Before pieces that begin with another tag the mark is put in, too, and told apart.
    """
    strange = texts.str.contains(_OTHER, literal=True)
    if strange.any():
        texts = texts.scatter(strange.arg_true(), "")
    for other in _marks(names):
        if other != mark and texts.str.contains(other, literal=True).any():
            texts = texts.str.replace_all(other, f"{mark}{_OTHER}{other}", literal=True)
    return texts.str.split(mark)


def _marks(names: Sequence[str]) -> list[str]:
    return [f"<{name}{end}" for name in names for end in "> "]


def pieces_of(text: str, names: Sequence[str]) -> list[Piece] | None:
    """Take a document apart; None where it holds anything that pieces cannot be made of.

    Elements other than those of rows must stand in the piece in which their parent begins.
    """
    taking = _Taking(text, frozenset(names))
    return taking.pieces if taking.run() else None


class _Taking:
    """One document on its way to pieces; `own` counts the elements open that began in the piece.

    `children` are, by depth, the names met below each open element.
    """

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self.stack: list[tuple[str, str]] = []
        self.children: list[list[str]] = [[]]
        self.pieces = [Piece(())]
        self.own = 0

    def run(self) -> bool:
        """Take the whole document; tell whether that went well."""
        found = _PROLOG.match(self.text)
        at = found.end() if found else 0
        self.pieces[0].add(self.text[:at])
        self.pieces[0].start = self.pieces[0].lines
        while at < len(self.text):
            tag = _TAG.match(self.text, at)
            if tag is None:
                return False
            at = self._close(tag) if tag[1] else self._open(tag)
            if at < 0 or (not self.stack and at < len(self.text)):
                return False
        self._end()
        return not self.stack and len(self.children[0]) == 1

    @property
    def piece(self) -> Piece:
        """The piece that is being taken."""
        return self.pieces[-1]

    def _open(self, tag: re.Match[str]) -> int:
        """Take a start tag and the text behind it; give where that ends, -1 where it is strange."""
        name = tag[2]
        if name in self.names and tag[0][1 + len(name)] in {">", " "}:
            if not self.stack or not self._is_fit():
                return -1
            self._end()
            self.pieces.append(Piece(tuple(f"{n}{space}" for n, space in self.stack)))
            self.own = 0
        elif self.stack and not self.own:
            return -1
        if not self.piece.name:
            self.piece.name = name
        self.children[-1].append(name)
        self.piece.add(f"<{name}")
        space = self._attributes(tag[3])
        self.piece.add(f"{tag[4]}>")
        if tag[4].endswith("/"):
            if not self.own:
                self.piece.closes[len(self.stack) + 1] = self.piece.lines
            return self._blank(tag.end())
        self.stack.append((name, space))
        self.children.append([])
        self.own += 1
        return self._value(name, tag.end())

    def _attributes(self, text: str) -> str:
        """Take attributes; give those that declare namespaces."""
        space = ""
        for before, name, value in _ATTRIBUTE.findall(text):
            self.piece.add(before)
            if name == "xmlns" or name.startswith("xmlns:"):
                space += f'{before}{value}"'
                self.piece.add(value)
            else:
                self.piece.add_value(attribute=True)
            self.piece.add('"')
        return space

    def _value(self, name: str, at: int) -> int:
        """Take the text behind a start tag: a value where the end tag follows."""
        end = self.text.find("<", at)
        if end < 0:
            return -1
        text = self.text[at:end]
        if self.text.startswith(f"</{name}>", end) and _PLAIN.fullmatch(text):
            self.piece.add_value(attribute=False)
            return end
        return self._blank(at)

    def _blank(self, at: int) -> int:
        """Take white space; -1 where other text stands."""
        found = _BLANK.match(self.text, at)
        end = found.end() if found else at
        if self.text[end : end + 1] not in {"<", ""}:
            return -1
        self.piece.add(self.text[at:end])
        return end

    def _close(self, tag: re.Match[str]) -> int:
        if not self.stack or self.stack[-1][0] != tag[2] or tag[3] or tag[4]:
            return -1
        if self.own <= 1:  # else it began in the piece, below the element of rows
            self.piece.closes[len(self.stack)] = self.piece.lines
        self.own = max(self.own - 1, 0)
        self.stack.pop()
        self.children.pop()
        self.piece.add(tag[0])
        return self._blank(tag.end())

    def _is_fit(self) -> bool:
        """Tell whether the elements that stay open behind a piece have no like named ones."""
        first = len(self.stack) - self.own
        return all(
            self.children[depth].count(self.stack[depth][0]) == 1
            for depth in range(first + 1, len(self.stack))
        )

    def _end(self) -> None:
        self.piece.ends = tuple(f"{name}{space}" for name, space in self.stack)
