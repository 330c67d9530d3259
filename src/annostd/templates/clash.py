"""What templates cannot tell apart: two of them that fit one text, two fields that touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.templates.automaton import TooLarge, shared_text
from annostd.templates.model import Literal, Slot, TemplateFault
from annostd.templates.reading import Reading
from annostd.templates.shape import shape

if TYPE_CHECKING:
    from annostd.templates.model import Blanks, Mode, Piece, Template


def clash(
    left: Template,
    right: Template,
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
) -> str | None:
    """Find the shortest text that both templates fit; None proves that there is none.

    The proof is exact: the product of the two templates' automata has no way to an end.
    TemplateFault where the product has more than 200,000 states, so that nobody can tell.
    """
    reading = Reading(mode, blanks)
    try:
        return shared_text(shape(left, reading), shape(right, reading))
    except TooLarge:
        raise TemplateFault(
            f"the templates {left.text!r} and {right.text!r} are too large to be compared",
        ) from None


def ambiguous(template: Template) -> tuple[int, str] | None:
    """Find two fields that touch and neither has a pattern to tell where it ends.

    Gives the offset of the second one, and the message. What patterns leave open is told by
    `is_unambiguous`.
    """
    return _touching(template.pieces, [])[1]


def _touching(
    pieces: tuple[Piece, ...],
    before: list[Slot],
) -> tuple[list[Slot], tuple[int, str] | None]:
    """Find the first fields that touch; also return those that may stand last."""
    for piece in pieces:
        if isinstance(piece, Literal):
            before = []
        elif isinstance(piece, Slot):
            if piece.kind in ("pattern", "digits", "folders"):
                before = []
                continue
            if before:
                return before, (piece.offset, _message(before[0], piece))
            before = [piece]
        else:
            last, fault = _touching(piece.pieces, before)
            if fault is not None:
                return before, fault
            before = [*before, *last]
    return before, None


def _message(one: Slot, two: Slot) -> str:
    """Say which fields touch, and what they need."""
    return (
        f"the fields {one.name} and {two.name} touch; "
        "two adjacent fields need a literal or patterns between them"
    )
