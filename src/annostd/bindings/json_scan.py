"""Explaining JSON: a slow, linear, lenient scanner that says what is wrong in a text, and where.

Source of the grammar: RFC 8259. It is asked only where faster readers refuse a text, goes on where
it can (numbers that are none, repeated members, text that is not UTF-8, depth) and stops at the
first fault of syntax. It never recurses.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from annostd.bindings.trees import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH = 64
"""How many containers may stand inside each other, the document's own included."""

SPACE = re.compile(rb"[ \t\n\r]*+")
STRING = re.compile(rb'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
# a surrogate without its other half: a high one that no low one follows, a low one alone
LONE = re.compile(
    rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB]..\\u[dD])[c-fC-F][0-9a-fA-F]{2})",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SHORT_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]*)?")
_ESCAPED = len(b"\\u0000")
_OPENED = re.compile(rb'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+')
_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
_NUMBERS = re.compile(rb"(?:" + _NUMBER + rb"[ \t\n\r]*+,[ \t\n\r]*+)++")
_SCALAR = re.compile(_NUMBER + rb"(?![0-9.eE+-])|true|false|null")
_NONFINITE = re.compile(rb"NaN|-?Infinity")
_OPEN = (b"{", b"[")
_SHUT = {True: b"}", False: b"]"}
_HIGH, _LOW = (0xD800, 0xDBFF), (0xDC00, 0xDFFF)
_DIGITS = re.compile(rb"-?[0-9.eE+-]*+")
_PARTIAL = (b"true", b"false", b"null", b"NaN", b"Infinity", b"-Infinity")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a text: a rule (without its carrier), a byte offset, a pointer, why."""

    rule: str
    offset: int
    pointer: str
    message: str
    actual: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found: flaws in order, and where the value ended (None: it did not).

    `is_cut` says that the text ended before the value did.
    """

    flaws: tuple[Flaw, ...]
    end: int | None
    is_cut: bool

    def moved(self, by: int) -> tuple[Flaw, ...]:
        """Give the flaws for a text that begins at an offset of its file."""
        return tuple(replace(flaw, offset=flaw.offset + by) for flaw in self.flaws)


@dataclass(slots=True)
class _Frame:
    """A container that is open: an object with the names met, or a list with a position."""

    is_object: bool
    name: str | None = None
    index: int = 0
    names: set[str] = field(default_factory=set)


class _Stop(Exception):
    """The scan cannot go on."""


def scan(data: bytes, at: int, pointer: str = "", depth: int = 0) -> Scan:
    """Scan one value that begins at `at` (blanks before it are passed over).

    `pointer` and `depth` are those of the place where the value stands.
    """
    scanner = _Scanner(data, at, pointer, depth)
    end: int | None = None
    try:
        scanner.run()
        end = scanner.at
    except _Stop:
        pass
    return Scan(tuple(scanner.flaws), end, scanner.is_cut)


class _Scanner:
    def __init__(self, data: bytes, at: int, pointer: str, depth: int) -> None:
        self.data = data
        self.at = at
        self.flaws: list[Flaw] = []
        self.is_cut = False
        self._pointer = pointer
        self._depth = depth
        self._stack: list[_Frame] = []
        self._is_deep = False
        self._is_fresh = False

    def run(self) -> None:
        """Read one value: values and what stands between them, by turns."""
        while True:
            self._value()
            if not self._between():
                return

    def _value(self) -> None:
        """Read a scalar, or open containers down to the first scalar or empty container."""
        while True:
            self._space()
            opener = self.data[self.at : self.at + 1]
            if opener not in _OPEN:
                self._scalar()
                return
            self._push(is_object=opener == b"{")
            self._space()
            self._is_fresh = self.data[self.at : self.at + 1] == _SHUT[opener == b"{"]
            if self._is_fresh:
                return  # `_between` closes it
            if opener == b"{":
                self._name()

    def _push(self, *, is_object: bool) -> None:
        if len(self._stack) + self._depth >= DEPTH and not self._is_deep:
            self._is_deep = True
            expected = f"at most {DEPTH}"
            self._flaw(
                "depth",
                self.at,
                f"a value stands {DEPTH + 1} levels deep, expected {expected}",
                (f"{DEPTH + 1}", expected),
            )
        self._stack.append(_Frame(is_object))
        self.at += 1

    def _between(self) -> bool:
        """Close containers that end here and go to the next value; False where all are closed."""
        is_first, self._is_fresh = self._is_fresh, False
        while self._stack:
            top = self._stack[-1]
            self._space()
            found = self.data[self.at : self.at + 1]
            if found == _SHUT[top.is_object]:
                self._stack.pop()
                self.at += 1
                is_first = False
            elif found == b"," and not is_first:
                self.at += 1
                top.index += 1
                if top.is_object:
                    self._name()
                else:
                    self._run_of_numbers(top)
                return True
            else:
                shut = _SHUT[top.is_object].decode()
                self._syntax(f"',' or '{shut}'")
        return False

    def _run_of_numbers(self, top: _Frame) -> None:
        self._space()
        match = _NUMBERS.match(self.data, self.at)
        if match is not None:
            top.index += match.group().count(b",")
            self.at = match.end()

    def _name(self) -> None:
        self._space()
        top = self._stack[-1]
        start = self.at
        top.name = None
        if self.data[start : start + 1] != b'"':
            self._syntax("a member's name in double quotes")
        raw = self._string(is_name=True)
        top.name = raw
        if raw in top.names:
            shown = json.dumps(raw, ensure_ascii=False)
            message = f"the member {shown} stands twice in one object, expected once"
            self._flaw("duplicate-key", start, message, (shown, "once"))
        top.names.add(raw)
        self._space()
        if self.data[self.at : self.at + 1] != b":":
            self._syntax("':'")
        self.at += 1

    def _string(self, *, is_name: bool = False) -> str:
        start = self.at
        match = STRING.match(self.data, start)
        if match is None:
            self._broken_string(start)
            raise _Stop
        self.at = match.end()
        raw = match.group()
        if not raw.isascii() or b"\\u" in raw:
            for offset, shown in text_flaws(raw):
                message = f"{shown} is no character, expected text in UTF-8"
                self._flaw("encoding", start + offset, message, (shown, "UTF-8"))
        if not is_name:
            return ""
        if b"\\" not in raw:
            return raw[1:-1].decode("utf-8", "replace")
        name: str = json.loads(raw.decode("utf-8", "replace"))
        return name.encode("utf-8", "replace").decode()

    def _broken_string(self, start: int) -> None:
        match = _OPENED.match(self.data, start)
        self.at = match.end() if match is not None else start
        rest = self.data[self.at : self.at + 6]
        if len(self.data) == self.at or (
            rest[:1] == b"\\" and _is_short_escape(self.data, self.at)
        ):
            self.at = len(self.data)
            self._syntax("the string's closing quote")
        if rest[:1] == b"\\":
            self._syntax("an escape that JSON knows")
        self._syntax("an escape for this control character")

    def _scalar(self) -> None:
        if self.data[self.at : self.at + 1] == b'"':
            self._string()
            return
        match = _SCALAR.match(self.data, self.at)
        if match is None:
            match = _NONFINITE.match(self.data, self.at)
            if match is not None:
                shown = match.group().decode()
                message = f"the value is {shown}, expected a finite number"
                self._flaw("nonfinite", self.at, message, (shown, "a finite number"))
        if match is None:
            if self._is_partial():
                self.at = len(self.data)
            self._syntax("a value")
            raise _Stop
        self.at = match.end()

    def _is_partial(self) -> bool:
        """Tell whether a scalar is not wrong but cut off by the end of the text."""
        rest = self.data[self.at : self.at + 12]
        if any(word.startswith(rest) for word in _PARTIAL):
            return True
        number = _DIGITS.match(self.data, self.at)
        return number is not None and number.end() == len(self.data)

    def _space(self) -> None:
        match = SPACE.match(self.data, self.at)
        if match is not None:
            self.at = match.end()

    def _syntax(self, expected: str) -> None:
        if self.at >= len(self.data):
            self.is_cut = True
            found = "the text ends here"
        else:
            found = f"found {shown_at(self.data, self.at)}"
        self._flaw("syntax", self.at, f"{found}, expected {expected}", (found, expected))
        raise _Stop

    def _flaw(self, rule: str, offset: int, message: str, values: tuple[str, str]) -> None:
        pointer = self._pointer + "".join(self._steps())
        actual = values[0].removeprefix("found ")
        self.flaws.append(Flaw(rule, offset, pointer, message, actual, values[1]))

    def _steps(self) -> Iterator[str]:
        for frame in self._stack[: DEPTH + 1]:
            if not frame.is_object:
                yield f"/{frame.index}"
            elif frame.name is not None:
                yield f"/{escape(frame.name)}"


def _is_short_escape(data: bytes, at: int) -> bool:
    """Tell whether an escape is not wrong but cut off by the end of the text."""
    return _SHORT_ESCAPE.fullmatch(data[at:]) is not None if len(data) - at < _ESCAPED else False


def shown_at(data: bytes, at: int) -> str:
    """Show the character at an offset, for messages."""
    for length in range(1, 5):
        try:
            text = data[at : at + length].decode()
        except UnicodeDecodeError:
            continue
        return repr(text) if text.isprintable() else f"the character U+{ord(text):04X}"
    return f"the byte 0x{data[at]:02x}"


def text_flaws(raw: bytes) -> Iterator[tuple[int, str]]:
    """Yield the offset and the look of what is no character in a string as written.

    The first byte that is not UTF-8, and every escape that is half of a pair.
    """
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        yield error.start, f"the byte 0x{raw[error.start]:02x}"
    yield from lone_surrogates(raw)


def lone_surrogates(raw: bytes) -> Iterator[tuple[int, str]]:
    """Yield the offset and the look of escapes in a string that are half of a pair."""
    high: re.Match[bytes] | None = None
    for match in _ESCAPE.finditer(raw):
        escaped = match.group()
        code = (
            int.from_bytes(bytes.fromhex(escaped[2:].decode())) if len(escaped) == _ESCAPED else 0
        )
        is_low = _LOW[0] <= code <= _LOW[1]
        if high is not None and is_low and high.end() == match.start():
            high = None
            continue
        if high is not None:
            yield high.start(), high.group().decode()
        if is_low:
            yield match.start(), escaped.decode()
        high = match if _HIGH[0] <= code <= _HIGH[1] else None
    if high is not None:
        yield high.start(), high.group().decode()
