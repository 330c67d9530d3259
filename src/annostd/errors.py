"""Exceptions: misuse, a broken standard, an unapproved loss. Bad data is never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class AnnostdError(Exception):
    """The root of every exception that annostd raises on purpose."""


class UsageError(AnnostdError):
    """The caller asked for something that cannot be done; `hint` says what to do instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with a standard's text, at a 1-based line and column of its file."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class StandardError(AnnostdError):
    """A standard is broken; `faults` lists everything that is wrong with it, in order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class LossError(AnnostdError):
    """A conversion would lose something that nobody allowed; `losses` says what."""

    def __init__(self, losses: Sequence[object]) -> None:
        self.losses = tuple(losses)
        super().__init__("\n".join(str(loss) for loss in self.losses))
