"""The tree of an expression as it is written, before names are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, `true` or `false`."""

    value: bool | float | str
    offset: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name with the parts that follow it, and the offset of each: `media.width`."""

    path: tuple[str, ...]
    offsets: tuple[int, ...]

    @property
    def offset(self) -> int:
        """Where the name starts."""
        return self.offsets[0]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of arguments, perhaps with a part of its result: `bounds(polygons).x1`."""

    function: str
    arguments: tuple[Node, ...]
    offset: int
    part: str | None = None
    part_offset: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between operands, named as in the table of functions: `+`, `is missing`, `if`."""

    operator: str
    operands: tuple[Node, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Choices:
    """The list at the right of `in`."""

    items: tuple[Node, ...]
    offset: int


Node: TypeAlias = Literal | Name | Call | Operation | Choices


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression's text and its tree."""

    text: str
    node: Node
