"""What stands around each field of a template, and so where its text must end.

In a line a field ends where what may follow it starts. In a path it takes all it can of its folder
or name: of several plain fields in one the first holds their separator when it occurs again
(`a.b.jpg` is `{stem}.{ext}` with stem `a.b`), unless an optional part follows, which would never be
seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from annostd.templates.model import Literal, Optional, Slot

if TYPE_CHECKING:
    from annostd.templates.model import Mode, Piece, Template


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The literals that a field's text must not hold.

    `following` may come next; `before` was just read and must not come again. `spans`: the field is
    a path column of a table, so that it may hold folders. `goes`: it stands behind a blank in an
    optional part, and empty it would go with the blank.
    """

    following: tuple[str, ...] = ()
    before: str = ""
    spans: bool = False
    goes: bool = False


@lru_cache(maxsize=1024)
def neighbours(template: Template, mode: Mode) -> dict[str, Neighbours]:
    """Find the neighbours of each field."""
    found: dict[str, Neighbours] = {}
    _follow(template.pieces, (), mode, found)
    if mode == "path":
        _precede(template.pieces, _Step(), found)
    return found


def _follow(
    pieces: tuple[Piece, ...],
    after: tuple[str, ...],
    mode: Mode,
    found: dict[str, Neighbours],
) -> tuple[str, ...]:
    """Note what follows each field; return what these pieces start with."""
    for piece in reversed(pieces):
        if isinstance(piece, Literal):
            after = () if mode == "path" else (piece.text,)
        elif isinstance(piece, Slot):
            found[piece.name] = Neighbours(tuple(dict.fromkeys(after)))
            after = ()
        else:
            after = _follow_optional(piece, after, mode, found)
    return after


def _follow_optional(
    piece: Optional,
    after: tuple[str, ...],
    mode: Mode,
    found: dict[str, Neighbours],
) -> tuple[str, ...]:
    """Note what follows each field of an optional part; return what may come with or without it."""
    starts = _follow(piece.pieces, after, mode, found)
    first = piece.pieces[0]
    if mode == "path" and isinstance(first, Literal):
        starts = (first.text,)
    for before, slot in pairwise(piece.pieces):
        if isinstance(slot, Slot) and isinstance(before, Literal) and before.text[-1] in " \t":
            found[slot.name] = replace(found[slot.name], goes=True)
    return (*starts, *after)


@dataclass(frozen=True, slots=True)
class _Step:
    """How far a folder or name is read: is a plain field in it, what it avoids, what came since."""

    is_open: bool = False
    avoided: tuple[str, ...] = ()
    since: str = ""


def _precede(pieces: tuple[Piece, ...], step: _Step, found: dict[str, Neighbours]) -> _Step:
    """Note the literal before each plain field that an earlier one in its step could swallow."""
    for piece in pieces:
        if isinstance(piece, Literal):
            *behind, tail = piece.text.split("/")
            step = _Step(since=tail) if behind else replace(step, since=step.since + tail)
        elif isinstance(piece, Optional):
            inner = _precede(piece.pieces, step, found)
            shared = tuple(text for text in inner.avoided if text in step.avoided)
            avoided = shared if step.is_open else inner.avoided
            step = _Step(step.is_open or inner.is_open, avoided)
        elif piece.kind == "text":
            near = found[piece.name]
            spans = piece.name.endswith(".path")
            before = step.since if step.is_open and step.since not in step.avoided else ""
            found[piece.name] = replace(near, before="" if spans else before, spans=spans)
            step = _Step(is_open=True, avoided=() if spans else near.following)
        else:
            step = _Step() if piece.kind == "folders" else replace(step, since="")
    return step
