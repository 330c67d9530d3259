"""Trees whose every node knows its line and column, whatever text they are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scalar: TypeAlias = Literal["null", "boolean", "integer", "number", "nonfinite", "string"]


@dataclass(slots=True)
class PlacedNode:
    """A node with its 1-based place: members, items, or a scalar's text and what it is.

    `is_told`: it is not what it should be, and that is reported.
    """

    line: int
    column: int
    end: int
    members: dict[str, PlacedNode] | None = None
    items: list[PlacedNode] | None = None
    text: str = ""
    scalar: Scalar = "null"
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a text: a rule without its carrier, a 1-based place, a sentence."""

    rule: str
    line: int
    column: int
    message: str
    pointer: str | None = None
    actual: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as a tree (None: it cannot be read, or is empty) and what is wrong in it."""

    root: PlacedNode | None
    flaws: tuple[Flaw, ...]
