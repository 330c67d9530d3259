"""What is wrong with the text of an expression, and where in it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExpressionFault(Exception):
    """The text is not an expression of the rule language, or not one of this scope.

    `offset` counts code points of the text from 0 to the first character of the part at fault;
    `hint` says what to write instead, where that is sure.
    """

    def __init__(self, message: str, offset: int, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message = message
        self.offset = offset
        self.hint = hint


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The hint that names the known name closest to `name`; None where none is close."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None
