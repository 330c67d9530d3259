"""Turn a template into a tree: its pieces, one after another, with a group for each field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from annostd.templates.characters import without
from annostd.templates.field import Site, field_tree, narrowed_tree
from annostd.templates.model import Literal, Slot, slots
from annostd.templates.neighbours import neighbours
from annostd.templates.reading import BLANK, LINE
from annostd.templates.subset import subset
from annostd.templates.tree import Group, One, Repeat, Tree, maybe, repeat, sequence, text

if TYPE_CHECKING:
    from annostd.templates.model import Piece, Template
    from annostd.templates.neighbours import Neighbours
    from annostd.templates.reading import Reading

_NO_BLANK: Final = One(without(LINE, BLANK))
_ANY_BLANKS: Final = Repeat(One(BLANK), 0, None)
_BLANKS: Final = Repeat(One(BLANK), 1, None)


@dataclass(frozen=True, slots=True)
class _Making:
    """What is needed to make a tree: the reading; each field's neighbours, group and kind.

    `tail` is the field that runs to the end of a bare line, where no blank stands.
    """

    reading: Reading
    near: dict[str, Neighbours]
    order: dict[str, int]
    kinds: dict[str, Tree]
    tail: str | None


@lru_cache(maxsize=1024)
def shape(
    template: Template,
    reading: Reading,
    kinds: tuple[tuple[str, str], ...] = (),
) -> Tree:
    """Make the tree of a template; `kinds` pairs fields with the patterns that narrow them."""
    last = template.pieces[-1]
    end = last.kind if isinstance(last, Slot) else None
    making = _Making(
        reading,
        neighbours(template, reading.mode),
        {slot.name: index for index, slot in enumerate(slots(template.pieces))},
        {name: subset(pattern) for name, pattern in kinds},
        last.name if isinstance(last, Slot) and end == "rest" and reading.bare else None,
    )
    parts = _parts(template.pieces, making)
    if reading.is_loose and not reading.bare:
        parts = [_ANY_BLANKS, *parts, *([] if end == "lines" else [_ANY_BLANKS])]
    return sequence(_merged(parts))


def held_by(template: Template, field: str, reading: Reading) -> Tree:
    """Make the tree of what a field of a template may hold when it is printed.

    An empty rest of the line in an optional part would read as a part left out if blanks are loose.
    """
    near = neighbours(template, reading.mode)[field]
    slot = next(slot for slot in slots(template.pieces) if slot.name == field)
    found = field_tree(Site(slot, near, reading))
    if slot.kind == "rest" and reading.is_loose and near.goes and isinstance(found, Repeat):
        return found.body
    return found


def _parts(pieces: tuple[Piece, ...], making: _Making) -> list[Tree]:
    """Make the trees of pieces."""
    parts: list[Tree] = []
    for piece in pieces:
        if isinstance(piece, Literal):
            parts.extend(_literal(piece.text, making.reading))
        elif isinstance(piece, Slot):
            parts = _with_slot(parts, piece, making)
        else:
            parts.append(maybe(sequence(_merged(_parts(piece.pieces, making)))))
    return parts


def _with_slot(parts: list[Tree], slot: Slot, making: _Making) -> list[Tree]:
    """Add a field; where blanks are loose one before an empty rest of the line may be missing."""
    kind = making.kinds.get(slot.name)
    body = narrowed_tree(Site(slot, making.near[slot.name], making.reading), kind)
    if slot.name == making.tail and kind is None:
        body = repeat(sequence((_NO_BLANK, repeat(One(LINE), 0))), 0, 1)
    group = Group(making.order[slot.name], body)
    is_rest = slot.kind == "rest" and making.reading.is_loose
    if is_rest and isinstance(body, Repeat) and parts and parts[-1] == _BLANKS:
        return [*parts[:-1], maybe(sequence((_BLANKS, Group(group.index, body.body))))]
    return [*parts, group]


def _literal(literal: str, reading: Reading) -> list[Tree]:
    """Make the trees of a literal; a line break fits both of its spellings."""
    found: list[Tree] = []
    for is_blank, run in groupby(literal, lambda char: reading.is_loose and char in " \t"):
        if is_blank:
            found.append(_BLANKS)
            continue
        for char in run:
            found.extend(_break(reading) if _is_break(char, reading) else (text(char),))
    return found


def _is_break(char: str, reading: Reading) -> bool:
    """Tell whether a character ends a line."""
    return char == "\n" and reading.mode == "line"


def _break(reading: Reading) -> tuple[Tree, ...]:
    """Make the trees of a line break."""
    spelled = (maybe(text("\r")), text("\n"))
    return (_ANY_BLANKS, *spelled, _ANY_BLANKS) if reading.is_loose else spelled


def _merged(parts: list[Tree]) -> list[Tree]:
    """Make one run of blanks of those that touch."""
    merged: list[Tree] = []
    for part in parts:
        if merged and {part, merged[-1]} <= {_ANY_BLANKS, _BLANKS}:
            merged[-1] = _BLANKS if _BLANKS in (part, merged[-1]) else _ANY_BLANKS
        else:
            merged.append(part)
    return merged
