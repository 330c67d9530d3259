"""Lines that fit no template: what was wrong with each, told by its first token and its length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.bytes import fault, shorten
from annostd.findings import Finding, Location
from annostd.templates import Literal, Optional, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from annostd.bindings.lines_text import Lines
    from annostd.plan.model import FilePlan
    from annostd.templates import Piece, Template

BLANKS = " \t\r\f\v"


@dataclass(frozen=True, slots=True)
class Unfitting:
    """Lines of a run that fit nothing: where they stand in it, and the ordinals of all rows."""

    lines: Lines
    rows: NDArray[np.int64]
    index: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens a line of a template has; `most` is None where there is no end."""

    least: int
    most: int | None

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {self.least}"
        return str(self.least) if self.most == self.least else f"{self.least} to {self.most}"

    def __contains__(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)


def misfits(
    unfitting: Unfitting, plan: FilePlan, templates: Sequence[Template]
) -> Iterator[Finding]:
    """Tell of each line what was expected: of its kind, if its first token tells a kind."""
    lines, any_blank = unfitting.lines, plan.file.blanks == "any"
    texts = lines.text.gather(unfitting.rows).to_list()
    kinds = [_Kind.of(template) for template in templates]
    for position, text in zip(unfitting.rows.tolist(), texts, strict=True):
        message, expected = _told(text, kinds, any_blank=any_blank)
        yield fault(
            "lines.template",
            Location(lines.files[lines.owner[position]].path, line=int(lines.line[position])),
            message,
            object=f"#{unfitting.index[position]}",
            actual=shorten(text),
            expected=expected,
        )


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of line: its template, its length, and the first tokens that tell it (None: any)."""

    template: Template
    tokens: Tokens
    first: tuple[str, ...] | None

    @classmethod
    def of(cls, template: Template) -> _Kind:
        return cls(template, _tokens(template.pieces), _first(template.pieces))


def _told(text: str, kinds: Sequence[_Kind], *, any_blank: bool) -> tuple[str, str]:
    """Say what is wrong with a line, and what was expected."""
    tokens = text.split()
    if any_blank and kinds:
        alike = [kind for kind in kinds if kind.first is None or tokens[0] in kind.first]
        if not alike:
            names = ", ".join(name for kind in kinds for name in kind.first or ())
            begun = shorten(tokens[0])
            return f"the line begins with {begun}, expected one of {names}", f"one of {names}"
        kinds = alike
    expected = " or ".join(kind.template.text for kind in kinds)
    if any_blank and not any(len(tokens) in kind.tokens for kind in kinds):
        several = "s" * (len(tokens) != 1)
        wanted = " or ".join(dict.fromkeys(str(kind.tokens) for kind in kinds))
        return f"the line has {len(tokens)} token{several}, expected {wanted}: {expected}", expected
    return f"the line fits no template, expected {expected}", expected


def _first(pieces: Sequence[Piece]) -> tuple[str, ...] | None:
    """List the tokens that lines of a template begin with, where these are a few words."""
    first = pieces[0] if pieces else None
    if isinstance(first, Literal):
        word, blank, _ = first.text.partition(" ")
        return (word,) if blank and word else None
    ends = len(pieces) > 1 and isinstance(pieces[1], Literal) and pieces[1].text.startswith(" ")
    if isinstance(first, Slot) and ends and re.fullmatch(r"[^\\.\[\](){}*+?]+", first.pattern):
        return tuple(first.pattern.split("|"))
    return None


def _tokens(pieces: Sequence[Piece]) -> Tokens:
    """Count the tokens, parted by blanks, of the lines that a template prints."""
    least, most = _skeleton(pieces, full=False), _skeleton(pieces, full=True)
    return Tokens(len(least.split()), None if "\n" in most else len(most.split()))


def _skeleton(pieces: Sequence[Piece], *, full: bool) -> str:
    """Print pieces with x for each value; a value of any number of tokens gives a line end, too."""
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, Literal):
            parts.append(piece.text.replace("\n", " "))
        elif isinstance(piece, Optional):
            parts.append(_skeleton(piece.pieces, full=True) if full else "")
        elif piece.kind in {"rest", "lines"}:
            parts.append("x\n" if full else "")
        else:
            parts.append("x\n" if full and (piece.kind == "list" or " " in piece.pattern) else "x")
    return "".join(parts)
