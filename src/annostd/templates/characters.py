"""Sets of characters as sorted ranges of code points, and how a regular expression spells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Characters: TypeAlias = tuple[tuple[int, int], ...]

LAST: Final = 0x10FFFF
EVERY: Final[Characters] = ((0, LAST),)
NOTHING: Final[Characters] = ()
_META: Final = frozenset("\\.+*?()|[]{}^$")
_META_IN_CLASS: Final = frozenset("\\[]^-&~")
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PREFERRED: Final = "ab0123456789cdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-. "


def of(text: str) -> Characters:
    """Make the set of the characters of a text."""
    return joined((ord(char), ord(char)) for char in text)


def joined(ranges: Iterable[tuple[int, int]]) -> Characters:
    """Make a set of ranges in any order, which may overlap."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(characters: Characters) -> Characters:
    """Make the set of all other characters."""
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in characters:
        if start < low:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def common(left: Characters, right: Characters) -> Characters:
    """Make the set of the characters that two sets share."""
    shared: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        low = max(left[i][0], right[j][0])
        high = min(left[i][1], right[j][1])
        if low <= high:
            shared.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(shared)


def without(characters: Characters, taken: Characters) -> Characters:
    """Make the set of the characters of one set that are not in the other."""
    return common(characters, complement(taken))


def one_of(characters: Characters) -> str:
    """Pick a readable character of a set that is not empty."""
    for char in _PREFERRED:
        if common(characters, ((ord(char), ord(char)),)):
            return char
    return chr(characters[0][0])


def spelled(characters: Characters) -> str:
    """Spell a set as a regular expression for one character, the same in Python and in Rust."""
    if characters == EVERY:
        return r"[\s\S]"
    if characters == NOTHING:
        return r"[^\s\S]"
    if len(characters) == 1 and characters[0][0] == characters[0][1]:
        return _escaped(characters[0][0], _META)
    if characters[-1][1] == LAST:
        return f"[^{_members(complement(characters))}]"
    return f"[{_members(characters)}]"


def _members(characters: Characters) -> str:
    """Spell the inside of a class."""
    parts: list[str] = []
    for low, high in characters:
        parts.append(_escaped(low, _META_IN_CLASS))
        if high > low + 1:
            parts.append("-")
        if high > low:
            parts.append(_escaped(high, _META_IN_CLASS))
    return "".join(parts)


def _escaped(code: int, meta: frozenset[str]) -> str:
    """Spell one character where those of `meta` have another meaning."""
    char = chr(code)
    if char in _NAMED:
        return _NAMED[char]
    if code < ord(" ") or code == 0x7F:  # noqa: PLR2004 - DEL
        return f"\\x{code:02x}"
    return f"\\{char}" if char in meta else char
