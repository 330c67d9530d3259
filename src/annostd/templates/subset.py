"""Read a field's pattern into a tree.

What a pattern may say is the rule language's to decide (`expressions.patterns`); what comes from
there is well formed, and spelled in few ways.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from annostd.expressions.faults import ExpressionFault
from annostd.expressions.patterns import pattern as checked
from annostd.templates import tree
from annostd.templates.characters import Characters, complement, joined, of
from annostd.templates.model import TemplateFault

_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_TIMES: Final = re.compile(r"[*+?]|\{([0-9]+)(,?)([0-9]*)\}")
_SIGNS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


@lru_cache(maxsize=4096)
def subset(pattern: str) -> tree.Tree:
    """Read a pattern; raise TemplateFault with the offset in the pattern."""
    try:
        portable = checked(pattern).portable
    except ExpressionFault as fault:
        raise TemplateFault(str(fault), fault.offset) from None
    return _Reader(portable).choice()


class _Reader:
    """A checked pattern and how far it is read."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        """Look at the next character, "" at the end."""
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Take the next character."""
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> tree.Tree:
        """Read options up to a `)` or the end."""
        options = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        return tree.choice(options)

    def sequence(self) -> tree.Tree:
        """Read atoms with their repeats."""
        parts: list[tree.Tree] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return tree.sequence(parts)

    def repeated(self, atom: tree.Tree) -> tree.Tree:
        """Read the repeat behind an atom, if there is one."""
        found = _TIMES.match(self.text, self.at)
        if found is None:
            return atom
        self.at = found.end()
        if found[1] is None:
            return tree.repeat(atom, *_SIGNS[found[0]])
        least = int(found[1])
        most = int(found[3]) if found[3] else None
        return tree.repeat(atom, least, most if found[2] else least)

    def atom(self) -> tree.Tree:
        """Read one character, class or group."""
        char = self.take()
        if char == "(":
            inner = self.choice()
            self.at += 1
            return inner
        if char == "[":
            return tree.One(self.members())
        if char == ".":
            return tree.One(complement(of("\n\r")))
        return tree.One(of(self.escaped() if char == "\\" else char))

    def escaped(self) -> str:
        """Read what stands behind a backslash."""
        char = self.take()
        return _CONTROLS.get(char, char)

    def members(self) -> Characters:
        """Read a class behind its `[`."""
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]":
            low = high = self.member()
            if self.peek() == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                high = self.member()
            ranges.append((ord(low), ord(high)))
        self.at += 1
        return complement(joined(ranges)) if negated else joined(ranges)

    def member(self) -> str:
        """Read one character of a class."""
        char = self.take()
        return self.escaped() if char == "\\" else char
