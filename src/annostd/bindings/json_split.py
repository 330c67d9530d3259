"""The outline of a JSON file: where the members of its top level stand, found undecoded."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
from msgspec import Raw

from annostd.bindings.json_mend import mend
from annostd.bindings.json_scan import SPACE, STRING, Flaw, scan, shown_at
from annostd.bindings.json_text import BOM, Buffer
from annostd.bindings.trees import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY = msgspec.json.Decoder(Raw)
_TRAILING = re.compile(r"trailing characters \(byte ([0-9]+)\)")
_CUT = re.compile(rb"\}[ \t\n\r]*+,[ \t\n\r]*+\{")
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_SCALAR_END = re.compile(rb"[\s,\]}]")
_BLANKS = b" \t\n\r"
_STRETCH = 1 << 22


@dataclass(frozen=True, slots=True)
class Section:
    """A value of the top level: a member by name, or the whole (name None), at its byte offsets.

    `is_sound` False: it is not well formed, its end is only where its brackets say; `is_open`: they
    never close.
    """

    name: str | None
    start: int
    end: int
    is_sound: bool
    is_open: bool = False

    @property
    def pointer(self) -> str:
        """The section's JSON Pointer."""
        return "" if self.name is None else f"/{escape(self.name)}"


@dataclass(frozen=True, slots=True)
class Outline:
    """The top level of a file: the whole value, its members if it is an object, and what is wrong.

    `is_broken`: syntax ends somewhere, what follows is not known.
    """

    kind: Literal["object", "list", "scalar", "empty"]
    whole: Section
    sections: tuple[Section, ...]
    flaws: tuple[Flaw, ...]
    is_broken: bool

    def section(self, name: str) -> Section | None:
        """Find the member of that name."""
        return next((section for section in self.sections if section.name == name), None)


def outline(data: Buffer) -> Outline:
    """Find the members of the top level, in one pass that decodes nothing."""
    start = skip(data, len(BOM) if data[: len(BOM)] == BOM else 0)
    first = data[start : start + 1]
    if not first:
        whole = Section(None, start, start, is_sound=False)
        flaw = Flaw("empty", 0, "", "the file is empty, expected a JSON value", "nothing")
        return Outline("empty", whole, (), (flaw,), is_broken=True)
    with memoryview(data) as view:
        if first == b"{":
            return _object(data, view, start)
        return _other(data, view, start)


def _other(data: Buffer, view: memoryview, start: int) -> Outline:
    whole = _section(data, view, start, None)
    end, is_sound = whole.end, whole.is_sound
    kind: Literal["list", "scalar"] = "list" if data[start : start + 1] == b"[" else "scalar"
    flaws: tuple[Flaw, ...] = ()
    if kind == "scalar" and not is_sound:
        flaws = scan(data[start:end], 0).moved(start)
    elif skip(data, end) < len(data):
        flaws = (_trailing(data, end),)
    return Outline(kind, whole, (), flaws, is_broken=bool(flaws))


def _trailing(data: Buffer, end: int) -> Flaw:
    return syntax(data, skip(data, end), "", "nothing behind the value")


def _object(data: Buffer, view: memoryview, start: int) -> Outline:
    sections: dict[str, Section] = {}
    flaws: list[Flaw] = []
    end = len(data)
    for step in _members(data, view, start):
        if isinstance(step, int):
            end = step
        elif isinstance(step, Flaw):
            flaws.append(step)
        else:
            sections[str(step.name)] = step
    is_broken = any(flaw.rule == "syntax" for flaw in flaws)
    if not is_broken and skip(data, end) < len(data):
        flaws.append(_trailing(data, end))
    is_sound = not is_broken and all(section.is_sound for section in sections.values())
    whole = Section(None, start, end, is_sound)
    return Outline("object", whole, tuple(sections.values()), tuple(flaws), is_broken=is_broken)


def _members(data: Buffer, view: memoryview, start: int) -> Iterator[Section | Flaw | int]:
    """Yield the members of the top object and what is wrong between them; last, where it ends."""
    at = skip(data, start + 1)
    if data[at : at + 1] == b"}":
        yield at + 1
        return
    names: set[str] = set()
    while True:
        match = STRING.match(data, at)
        if match is None:
            found = scan(b"{" + data[at : at + 4096], 0)
            short = next((flaw for flaw in found.flaws if flaw.rule == "syntax"), None)
            expected = "a member's name in double quotes"
            if short is not None and short.offset and data[at : at + 1] == b'"':
                at, expected = at + short.offset - 1, short.expected or expected
            yield syntax(data, at, "", expected)
            return
        name = str(json.loads(mend(match.group()).text))
        yield from _name_flaws(match, name, names)
        at = skip(data, match.end())
        if data[at : at + 1] != b":":
            yield syntax(data, at, f"/{escape(name)}", "':'")
            return
        at = skip(data, at + 1)
        if data[at : at + 1] in {b"", b",", b"}", b"]", b":"}:
            yield syntax(data, at, f"/{escape(name)}", "a value")
            return
        section = _section(data, view, at, name)
        yield section
        at = skip(data, section.end)
        separator = data[at : at + 1]
        if separator == b"}":
            yield at + 1
            return
        if separator != b",":
            yield syntax(data, at, f"/{escape(name)}", "',' or '}'")
            return
        at = skip(data, at + 1)


def _name_flaws(match: re.Match[bytes], name: str, names: set[str]) -> Iterator[Flaw]:
    pointer = f"/{escape(name)}"
    yield from scan(match.group(), 0, pointer).moved(match.start())
    if name in names:
        shown = json.dumps(name, ensure_ascii=False)
        message = f"the member {shown} stands twice in one object, expected once"
        yield Flaw("duplicate-key", match.start(), pointer, message, shown, "once")
    names.add(name)


def syntax(data: Buffer, at: int, pointer: str, expected: str) -> Flaw:
    """Make the flaw of a text that is wrong at an offset."""
    piece = data[at : at + 4]
    found = f"found {shown_at(piece, 0)}" if piece else "the text ends here"
    message = f"{found}, expected {expected}"
    return Flaw("syntax", at, pointer, message, found.removeprefix("found "), expected)


def skip(data: Buffer, at: int) -> int:
    """Pass over blanks."""
    match = SPACE.match(data, at)
    return match.end() if match is not None else at


def _section(data: Buffer, view: memoryview, at: int, name: str | None) -> Section:
    end = sound_end(view, at)
    if end is not None:
        return Section(name, at, end, is_sound=True)
    end, is_open = rough_end(data, at)
    return Section(name, at, end, is_sound=False, is_open=is_open)


def sound_end(view: memoryview, at: int) -> int | None:
    """Find where a well-formed value ends; None where it is none, or is nested too deep to read.

    The decoder skips one value and then complains of what follows: its complaint is the place.
    """
    with view[at:] as rest:
        try:
            return at + memoryview(_ANY.decode(rest)).nbytes
        except RecursionError:
            return None
        except msgspec.DecodeError as error:
            match = _TRAILING.search(str(error))
            if match is None:
                return None
        end = int(match.group(1)) - 1
        while rest[end - 1] in _BLANKS:
            end -= 1
        return at + end


def rough_end(data: Buffer, at: int) -> tuple[int, bool]:
    """Find where a value ends by its brackets and quotes alone, and whether they never close.

    It is the text's end where they do not.
    """
    first = data[at : at + 1]
    if first not in {b"{", b"["}:
        match = STRING.match(data, at) if first == b'"' else None
        if match is not None:
            return match.end(), False
        after = _SCALAR_END.search(data, at)
        return (after.start(), False) if after is not None else (len(data), True)
    depth, is_inside, is_escaped = 0, False, False
    for start in range(at, len(data), _STRETCH):
        stretch = data[start : start + _STRETCH]
        if is_escaped:
            stretch = b"_" + stretch[1:]
        stretch = _ESCAPED.sub(b"__", stretch)
        is_escaped = stretch.endswith(b"\\")
        codes = np.frombuffer(stretch, np.uint8)
        quotes = np.flatnonzero(codes == ord('"'))
        brackets = np.flatnonzero(((codes & 0xDF) | 0x06) == 0x5F)  # noqa: PLR2004
        brackets = brackets[np.isin(codes[brackets], np.frombuffer(b"{}[]", np.uint8))]
        outside = (np.searchsorted(quotes, brackets) + is_inside) % 2 == 0
        brackets = brackets[outside]
        is_opening = np.isin(codes[brackets], np.frombuffer(b"{[", np.uint8))
        depths = depth + np.cumsum(np.where(is_opening, 1, -1))
        closed = np.flatnonzero(depths <= 0)
        if len(closed):
            return start + int(brackets[closed[0]]) + 1, False
        depth = int(depths[-1]) if len(depths) else depth
        is_inside = (len(quotes) + is_inside) % 2 == 1
    return len(data), True


def cut_near(data: Buffer, at: int, end: int) -> tuple[int, int]:
    """Find a place near `at` where a list of objects may be cut: behind a record, before the next.

    Where there is none before `end` (the end of the list's items) both are `end`.
    """
    match = _CUT.search(data, min(at, end), end)
    return (match.start() + 1, match.end() - 1) if match is not None else (end, end)
