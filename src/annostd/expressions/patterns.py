"""The patterns that Python, Rust, ECMA-262 and XSD all read in the same way, and none reads slowly.

Literal characters, `.`, classes of ASCII characters, groups, `|` and repeats; always anchored at
both ends. Refused are look-around, back-references, and repeats that could match one text in
exponentially many ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Final, TypeAlias

from annostd.expressions.faults import ExpressionFault

LONGEST: Final = 500
DEEPEST: Final = 20
LARGEST: Final = 1000
LARGEST_TURN: Final = 200
_LAST: Final = 0x10FFFF
_SPECIAL: Final = frozenset("\\.|?*+{}()[]^$")
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r"}
_CLASS_HINTS: Final = {"d": "[0-9]", "w": "[A-Za-z0-9_]", "s": "[ \\t\\n\\r]"}
_REPEAT: Final = re.compile(r"([*+?])|\{(?:(\d{1,4})(?:(,)(\d{1,4})?)?)\}")
_Ranges: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked pattern. `portable` is without anchors, for what matches whole texts by itself."""

    text: str
    portable: str

    @property
    def anchored(self) -> str:
        """The pattern for the Rust `regex` crate, and for ECMA-262 with the `u` flag."""
        return f"^(?:{self.portable})$"

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` fits."""
        return re.fullmatch(self.portable, text) is not None


@dataclass(frozen=True, slots=True)
class _Letter:
    ranges: _Ranges
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    items: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    items: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    item: _Part
    least: int
    most: int | None
    offset: int


_Part: TypeAlias = _Letter | _Row | _Choice | _Repeat


@lru_cache(maxsize=512)
def pattern(text: str) -> Pattern:
    """Check a pattern and write it portably; `ExpressionFault` with the offset in `text`."""
    if len(text) > LONGEST:
        raise ExpressionFault(
            f"the pattern has {len(text)} characters, expected at most {LONGEST}", LONGEST
        )
    tree, offset = _choice(text, 0, 0)
    if offset < len(text):
        raise ExpressionFault("')' closes no group", offset)
    size = _size(tree)
    if size > LARGEST:
        raise ExpressionFault(
            f"the pattern repeats to {size} characters, expected at most {LARGEST}", 0
        )
    _judge_ambiguity(tree)
    return Pattern(text, _print(tree))


def _choice(text: str, offset: int, depth: int) -> tuple[_Part, int]:
    if depth > DEEPEST:
        raise ExpressionFault(f"groups are nested more than {DEEPEST} deep", offset)
    items: list[_Part] = []
    while True:
        item, offset = _row(text, offset, depth)
        items.append(item)
        if offset >= len(text) or text[offset] != "|":
            return (items[0] if len(items) == 1 else _Choice(tuple(items))), offset
        offset += 1


def _row(text: str, offset: int, depth: int) -> tuple[_Part, int]:
    items: list[_Part] = []
    while offset < len(text) and text[offset] not in "|)":
        start = offset
        item, offset = _atom(text, offset, depth)
        match = _REPEAT.match(text, offset)
        if match is not None:
            item, offset = _repeat(item, match, start), match.end()
            if offset < len(text) and text[offset] in "*+?{":
                raise ExpressionFault(
                    f"'{text[offset]}' repeats a repeat", offset, "put the inner one in brackets"
                )
        items.append(item)
    return _Row(tuple(items)), offset


def _repeat(item: _Part, match: re.Match[str], start: int) -> _Part:
    sign, least, comma, most = match.groups()
    if sign is not None:
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        return _Repeat(item, low, high, start)
    low = int(least)
    high = (int(most) if most else None) if comma else low
    if high is not None and (high < low or high == 0):
        raise ExpressionFault(f"'{match[0]}' repeats nothing", match.start())
    return _Repeat(item, low, high, start)


def _atom(text: str, offset: int, depth: int) -> tuple[_Part, int]:
    sign = text[offset]
    if sign == "(":
        return _group(text, offset, depth)
    if sign == "[":
        return _class(text, offset)
    if sign == "\\":
        return _single(_escaped(text, offset)), offset + 2
    if sign == ".":
        return _Letter(_complement(((10, 10), (13, 13))), "[^\\n\\r]"), offset + 1
    if sign in _SPECIAL:
        hint = "patterns are always anchored" if sign in "^$" else f"write '\\{sign}' for the sign"
        raise ExpressionFault(f"'{sign}' is not expected here", offset, hint)
    if "\ud800" <= sign <= "\udfff":
        raise ExpressionFault(f"U+{ord(sign):04X} is half a character", offset)
    return _single(sign), offset + 1


def _group(text: str, offset: int, depth: int) -> tuple[_Part, int]:
    if text[offset + 1 : offset + 2] == "?":
        raise ExpressionFault(
            "'(?' is not part of the pattern language", offset, "write a plain group '(…)'"
        )
    item, end = _choice(text, offset + 1, depth + 1)
    if end >= len(text):
        raise ExpressionFault("'(' is never closed", offset)
    return item, end + 1


def _single(sign: str) -> _Letter:
    shown = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "$": "[$]"}.get(sign)
    if shown is None:
        shown = "\\" + sign if sign in _SPECIAL else sign
    return _Letter(((ord(sign), ord(sign)),), shown)


def _escaped(text: str, offset: int) -> str:
    sign = text[offset + 1 : offset + 2]
    if sign in _LETTERS:
        return _LETTERS[sign]
    if not sign or not sign.isascii() or not sign.isprintable() or sign.isalnum() or sign == " ":
        hint = _CLASS_HINTS.get(sign.lower())
        raise ExpressionFault(
            f"'\\{sign}' is not part of the pattern language",
            offset,
            f"write '{hint}'" if hint else None,
        )
    return sign


def _class(text: str, start: int) -> tuple[_Letter, int]:
    negated = text[start + 1 : start + 2] == "^"
    offset = start + 1 + negated
    ranges: list[tuple[int, int]] = []
    while offset < len(text) and text[offset] != "]":
        first, offset = _member(text, offset)
        last = first
        if text[offset : offset + 1] == "-" and text[offset + 1 : offset + 2] not in {"]", ""}:
            last, offset = _member(text, offset + 1)
        if last < first:
            raise ExpressionFault(f"the range '{first}-{last}' runs backwards", start)
        ranges.append((ord(first), ord(last)))
    if offset >= len(text):
        raise ExpressionFault("'[' is never closed", start)
    if not ranges:
        raise ExpressionFault("the class holds no character", start)
    merged = _merge(ranges)
    shown = f"[{'^' * negated}{''.join(_shown(*pair) for pair in merged)}]"
    return _Letter(_complement(merged) if negated else merged, shown), offset + 1


def _member(text: str, offset: int) -> tuple[str, int]:
    sign = text[offset]
    if sign == "\\":
        return _escaped(text, offset), offset + 2
    if not sign.isascii() or sign == "[":
        hint = "write '\\['" if sign == "[" else "write it outside of the class, with '|'"
        raise ExpressionFault(f"'{sign}' cannot stand in a class", offset, hint)
    return sign, offset + 1


def _merge(ranges: list[tuple[int, int]]) -> _Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _complement(ranges: _Ranges) -> _Ranges:
    bounds = [-1, *(bound for pair in ranges for bound in pair), _LAST + 1]
    gaps = zip(bounds[::2], bounds[1::2], strict=True)
    return tuple((low + 1, high - 1) for low, high in gaps if low + 1 <= high - 1)


def _shown(first: int, last: int) -> str:
    left, right = (_in_class(chr(code)) for code in (first, last))
    return left if first == last else f"{left}-{right}" if last > first + 1 else left + right


def _in_class(sign: str) -> str:
    shown = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign)
    return shown or ("\\" + sign if sign in "\\[]^-" else sign)


def _size(part: _Part) -> int:
    if isinstance(part, _Letter):
        return 1
    if isinstance(part, _Repeat):
        return _size(part.item) * max(part.least, part.most or 1)
    return sum(_size(item) for item in part.items)


def _print(part: _Part) -> str:
    if isinstance(part, _Letter):
        return part.text
    if isinstance(part, _Row):
        return "".join(
            f"({_print(item)})" if isinstance(item, _Choice) else _print(item)
            for item in part.items
        )
    if isinstance(part, _Choice):
        return "|".join(_print(item) for item in part.items)
    item = _print(part.item)
    return (item if isinstance(part.item, _Letter) else f"({item})") + _times(part)


def _times(part: _Repeat) -> str:
    signs = {(0, None): "*", (1, None): "+", (0, 1): "?"}
    if (part.least, part.most) in signs:
        return signs[part.least, part.most]
    if part.least == part.most:
        return f"{{{part.least}}}"
    return f"{{{part.least},{'' if part.most is None else part.most}}}"


@dataclass(slots=True)
class _Positions:
    """The automaton of Glushkov: each letter of the pattern is a state; `follow` leads on."""

    letters: list[_Ranges] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ends:
    first: frozenset[int]
    last: frozenset[int]
    empty: bool


def _judge_ambiguity(tree: _Part) -> None:
    """Refuse a repeat under which one text can be read in more and more ways."""
    if isinstance(tree, _Letter):
        return
    for item in (tree.item,) if isinstance(tree, _Repeat) else tree.items:
        _judge_ambiguity(item)
    if not isinstance(tree, _Repeat) or tree.most == tree.least:
        return
    if _size(tree.item) > LARGEST_TURN:
        message = f"the repeat has {_size(tree.item)} characters a turn"
        raise ExpressionFault(f"{message}, expected at most {LARGEST_TURN}", tree.offset)
    positions = _Positions()
    if _walk(tree, positions) is None or _splits(positions):
        hint = "let each turn start or end differently"
        raise ExpressionFault("the repeat can match one text in many ways", tree.offset, hint)


def _walk(part: _Part, positions: _Positions) -> _Ends | None:
    """Add the letters of `part`; None where a repeat's end and start join in two ways."""
    if isinstance(part, _Letter):
        positions.letters.append(part.ranges)
        positions.follow.append(set())
        here = frozenset({len(positions.letters) - 1})
        return _Ends(here, here, empty=False)
    if isinstance(part, _Repeat):
        return _walk_repeat(part, positions)
    ends = [_walk(item, positions) for item in part.items]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return None
    if isinstance(part, _Choice):
        return _Ends(
            frozenset().union(*(end.first for end in known)),
            frozenset().union(*(end.last for end in known)),
            any(end.empty for end in known),
        )
    whole = _Ends(frozenset(), frozenset(), empty=True)
    for end in known:
        for state in whole.last:
            positions.follow[state] |= end.first
        whole = _Ends(
            whole.first | end.first if whole.empty else whole.first,
            whole.last | end.last if end.empty else end.last,
            whole.empty and end.empty,
        )
    return whole


def _walk_repeat(part: _Repeat, positions: _Positions) -> _Ends | None:
    if part.most == part.least:
        return _walk(_Row((part.item,) * part.least), positions)
    ends = _walk(part.item, positions)
    if ends is None or part.most == 1:
        return ends and _Ends(ends.first, ends.last, empty=True)
    if ends.empty or any(positions.follow[state] & ends.first for state in ends.last):
        return None
    for state in ends.last:
        positions.follow[state] |= ends.first
    return _Ends(ends.first, ends.last, empty=part.least == 0)


def _splits(positions: _Positions) -> bool:
    """Whether two ways over one text part at a state and meet again.

    All states stand in one loop, so that such ways can be gone again and again.
    """
    todo = [(state, state) for state in range(len(positions.letters))]
    seen: set[tuple[int, int]] = set()
    while todo:
        left, right = todo.pop()
        for one, other in product(positions.follow[left], positions.follow[right]):
            pair = (one, other)
            if pair in seen or not _overlap(positions.letters[one], positions.letters[other]):
                continue
            if one != other:
                seen.add(pair)
                todo.append(pair)
            elif left != right:
                return True
    return False


def _overlap(left: _Ranges, right: _Ranges) -> bool:
    return any(a <= d and c <= b for a, b in left for c, d in right)
