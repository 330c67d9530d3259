"""The tree of an expression after checking: every name looked up, every value typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from decimal import Decimal

    from annostd.expressions.types import Need, Type

Over: TypeAlias = Literal["row", "list", "order", "group"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the expression."""

    value: bool | float | str | Decimal
    type: Type
    offset: int


@dataclass(frozen=True, slots=True)
class Column:
    """A value of the environment, under the key of `need`."""

    need: Need
    type: Type
    offset: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that the rule leaves open."""

    name: str
    type: Type
    offset: int


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of the table `FUNCTIONS`, applied to arguments.

    `over` says to what: the values of one row, the members of one row's list, all rows in their
    order (giving one value each), all rows of the group (giving one value).
    """

    function: str
    arguments: tuple[Term, ...]
    type: Type
    offset: int
    over: Over = "row"


@dataclass(frozen=True, slots=True)
class Each:
    """A term computed for every point of a row: it gives a list.

    `lists` are the columns that say something of each point; inside `term` they stand for what is
    said of one.
    """

    term: Term
    lists: tuple[Column, ...]
    type: Type
    offset: int


Term: TypeAlias = Constant | Column | Parameter | Apply | Each


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked expression: its text, its tree, what it gives, what it reads.

    `grouped`: it is judged over the rows of a group and gives one value for all.
    """

    text: str
    node: Term
    type: Type
    needs: frozenset[Need]
    grouped: bool


def columns(term: Term) -> frozenset[Column]:
    """Every column that a term reads."""
    if isinstance(term, Column):
        return frozenset({term})
    if isinstance(term, Apply):
        return frozenset().union(*(columns(argument) for argument in term.arguments))
    if isinstance(term, Each):
        needs = {column.need for column in term.lists}
        others = (column for column in columns(term.term) if column.need not in needs)
        return frozenset((*term.lists, *others))
    return frozenset()
