"""Lines of text with a meaning per span, for the command line to colour and files to hold plain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from annostd.findings import Level


class Role(StrEnum):
    """What a span is, not how it looks."""

    PLAIN = "plain"
    TITLE = "title"
    GOOD = "good"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    FAINT = "faint"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; its text can go to a terminal as it is."""

    text: str
    role: Role = Role.PLAIN


Line: TypeAlias = tuple[Span, ...]

SEVERITY = {Level.MUST: Role.ERROR, Level.SHOULD: Role.WARNING, Level.MAY: Role.NOTE}
"""How a report views a level."""


def shown(text: str) -> str:
    r"""The text with all that a terminal obeys or an eye misses escaped: `\x1b`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def line(*pieces: str | Span) -> Line:
    """A line of these pieces, each made safe to show."""
    spans = (Span(piece) if isinstance(piece, str) else piece for piece in pieces)
    return tuple(Span(shown(span.text), span.role) for span in spans)


def plain(spans: Line) -> str:
    """The line's text without its meaning."""
    return "".join(span.text for span in spans)


def counted(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
