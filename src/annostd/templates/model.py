"""The nouns of the template language: a template, its pieces, and what may be wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import TypeAlias

Mode: TypeAlias = OneOf["line", "path"]
Blanks: TypeAlias = OneOf["any", "exact"]
SlotKind: TypeAlias = OneOf["text", "pattern", "digits", "rest", "lines", "list", "folders"]


class TemplateFault(Exception):
    """A template is broken at `offset`, 0-based in code points of its text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands as it is; `offset` is where it starts in the template."""

    text: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A field, and what its text may be.

    `kind` says how it is written: text `{x}`, pattern `{x:[a-z]+}`, digits `{x:06}`, rest `{x*}`,
    lines `{x**}`, list `{x+}`, folders `{x/}`. `pattern` and `width` belong to the kinds they name.
    """

    name: str
    kind: SlotKind = "text"
    pattern: str = ""
    width: int = 0
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Optional:
    """A part `[…]` that is left out when all of its fields are missing."""

    pieces: tuple[Piece, ...]
    offset: int = field(default=0, compare=False)


Piece: TypeAlias = Literal | Slot | Optional


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template; `text` is how it was written."""

    text: str
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that fits whole texts, for Python's `re.fullmatch` and for Rust's regex.

    Group `g<i>` holds the text of the field `names[i]`; a group without text is a field that is
    missing, save those in `empty`, which are then empty texts. `always` is a field that has text
    whenever the pattern fits; None where there is none.
    """

    text: str
    names: tuple[str, ...]
    empty: frozenset[str] = frozenset()
    always: str | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why values cannot be printed: `field` is None where no single field is to blame."""

    field: str | None
    value: str | None
    message: str


def fields(template: Template) -> tuple[str, ...]:
    """List the names of a template's fields in order."""
    return tuple(slot.name for slot in slots(template.pieces))


def always(template: Template) -> frozenset[str]:
    """Name the fields that every text of a template has: those outside of `[…]`."""
    return frozenset(piece.name for piece in template.pieces if isinstance(piece, Slot))


def lists(template: Template) -> frozenset[str]:
    """Name the fields that hold several items with blanks between."""
    return frozenset(slot.name for slot in slots(template.pieces) if slot.kind == "list")


def rests(template: Template) -> frozenset[str]:
    """Name the fields whose text may be empty, where it is the rest of a line or of a text."""
    kinds = {"rest", "lines"}
    return frozenset(slot.name for slot in slots(template.pieces) if slot.kind in kinds)


def slots(pieces: tuple[Piece, ...]) -> tuple[Slot, ...]:
    """List the slots of pieces in order, those in optional parts included."""
    found: list[Slot] = []
    for piece in pieces:
        if isinstance(piece, Slot):
            found.append(piece)
        elif isinstance(piece, Optional):
            found.extend(slots(piece.pieces))
    return tuple(found)
