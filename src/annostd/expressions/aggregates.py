"""Many values to one: over the rows of a group, or over the members of a list.

Missing members are skipped, except by `any` and `all`, which are Kleene's *or* and *and* over all
members. Of nothing: `count`, `distinct` and `sum` are 0, `least most first last` are missing, `any`
is false, `all` and the ascending ones are true, `sequence` is the empty text. Lists are judged in
the order that they stand in. Over a group a second argument chooses the members for which it holds.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.expressions.entries import (
    MEASURABLE,
    WIDE,
    Function,
    expect_count,
    expect_kind,
    narrow,
    not_nan,
    typed,
    within_int64,
)
from annostd.expressions.types import BOOLEAN, INTEGER, STRING, Type, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from annostd.expressions.terms import Apply

_ORDERED: Final = MEASURABLE | {"string"}
_COMPARED: Final = _ORDERED | {"boolean", "reference"}
_COUNTED: Final = _COMPARED | {"list", "any"}


def _member(call: Apply, kinds: frozenset[str]) -> Type:
    """The type of the one argument's members, which must be of one of the kinds."""
    expect_count(call, 1)
    argument = call.arguments[0]
    item = argument.type.item if call.over == "list" else argument.type
    member = replace(argument.type, kind="any") if item is None else item
    expect_kind(call, replace(argument, type=member), kinds)
    return member


def _type_count(call: Apply) -> Apply:
    if call.arguments:
        _member(call, _COUNTED)
    return typed(call, INTEGER)


def _type_distinct(call: Apply) -> Apply:
    _member(call, _COMPARED)
    return typed(call, INTEGER)


def _type_sum(call: Apply) -> Apply:
    return typed(call, _member(call, MEASURABLE))


def _type_extreme(call: Apply) -> Apply:
    return typed(call, _member(call, _ORDERED))


def _type_pick(call: Apply) -> Apply:
    return typed(call, _member(call, _COMPARED))


def _type_truth(call: Apply) -> Apply:
    _member(call, frozenset({"boolean"}))
    return typed(call, BOOLEAN)


def _type_ascending(call: Apply) -> Apply:
    _member(call, _ORDERED)
    return typed(call, BOOLEAN)


def _type_sequence(call: Apply) -> Apply:
    _member(call, frozenset({"string"}))
    return typed(call, STRING)


def _present(members: Sequence[Value]) -> list[Value]:
    return [member for member in members if member is not None]


def _value_count(_: Apply, members: Sequence[Value]) -> int:
    return len(_present(members))


def _value_distinct(_: Apply, members: Sequence[Value]) -> int:
    return len(set(_present(members)))


def _value_sum(call: Apply, members: Sequence[float | None]) -> float | Fraction | None:
    present = [member for member in members if member is not None]
    if call.type.kind == "integer":
        return within_int64(int(sum(present)))
    if call.type.kind == "time":
        return sum(present, Fraction(0))
    return _sum_of_numbers(present)


def _sum_of_numbers(members: Sequence[float]) -> float | None:
    if not all(math.isfinite(member) for member in members):
        return not_nan(sum(members))
    return float(sum(members))


def _value_least(_: Apply, members: Sequence[Value]) -> Value:
    return min(_present(members), default=None)  # type: ignore[type-var]  # one type by typing


def _value_most(_: Apply, members: Sequence[Value]) -> Value:
    return max(_present(members), default=None)  # type: ignore[type-var]  # one type by typing


def _value_first(_: Apply, members: Sequence[Value]) -> Value:
    return next(iter(_present(members)), None)


def _value_last(_: Apply, members: Sequence[Value]) -> Value:
    return next(reversed(_present(members)), None)


def _value_sequence(_: Apply, members: Sequence[Value]) -> str:
    return " ".join(str(member) for member in _present(members))


def _value_any(_: Apply, members: Sequence[Value]) -> bool | None:
    return True if True in members else None if None in members else False


def _value_all(_: Apply, members: Sequence[Value]) -> bool | None:
    return False if False in members else None if None in members else True


def _steps(members: Sequence[float | str | None]) -> list[tuple[float, float]]:
    present = [member for member in members if member is not None]
    return list(pairwise(present))  # type: ignore[arg-type]  # or both texts


def _value_ascending(_: Apply, members: Sequence[float | str | None]) -> bool:
    return all(left <= right for left, right in _steps(members))


def _value_strictly_ascending(_: Apply, members: Sequence[float | str | None]) -> bool:
    return all(left < right for left, right in _steps(members))


def _value_prev(_: Apply, members: Sequence[Value]) -> Sequence[Value]:
    return [None, *members[:-1]] if members else []


def _value_next(_: Apply, members: Sequence[Value]) -> Sequence[Value]:
    return [*members[1:], None] if members else []


def _column_count(_: Apply, *expressions: pl.Expr) -> pl.Expr:
    return (expressions[0].count() if expressions else pl.len()).cast(pl.Int64)


def _column_distinct(_: Apply, expression: pl.Expr) -> pl.Expr:
    return expression.drop_nulls().n_unique().cast(pl.Int64)


def _column_sum(call: Apply, expression: pl.Expr) -> pl.Expr:
    if call.type.kind == "integer":
        return narrow(expression.cast(WIDE).sum())
    return expression.sum() if call.type.kind == "time" else expression.sum().fill_nan(None)


def _column_ascending(_: Apply, expression: pl.Expr) -> pl.Expr:
    present = expression.drop_nulls()
    return (present.shift(1) <= present).all()


def _column_strictly_ascending(_: Apply, expression: pl.Expr) -> pl.Expr:
    present = expression.drop_nulls()
    return (present.shift(1) < present).all()


def _of(method: Callable[[pl.Expr], pl.Expr]) -> Callable[..., pl.Expr]:
    def column(_: Apply, expression: pl.Expr) -> pl.Expr:
        return method(expression)

    return column


def _each(column: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    """The column of a group function, applied to the members of each list."""

    def members(call: Apply, expression: pl.Expr) -> pl.Expr:
        return expression.list.agg(column(call, pl.element()))

    return members


def _aggregate(
    name: str,
    typing: Callable[[Apply], Apply],
    value: Callable[..., Value],
    column: Callable[..., pl.Expr],
    members: Callable[..., pl.Expr] | None = None,
) -> Function:
    return Function(
        name,
        _chosen_typing(typing),
        _chosen_value(value),
        _chosen_column(column),
        "group",
        members or _each(column),
        strict=False,
    )


def _chosen_typing(typing: Callable[[Apply], Apply]) -> Callable[[Apply], Apply]:
    """Type an aggregate that may have a condition behind its argument."""

    def typed_with_condition(call: Apply) -> Apply:
        if call.over != "group" or len(call.arguments) <= 1:
            return typing(call)
        first, *conditions = call.arguments
        expect_count(call, 2)
        expect_kind(call, conditions[0], frozenset({"boolean"}))
        made = typing(replace(call, arguments=(first,)))
        return replace(made, arguments=(*made.arguments, *conditions))

    return typed_with_condition


def _chosen_value(value: Callable[..., Value]) -> Callable[..., Value]:
    def of_members(
        call: Apply, members: Sequence[Value], conditions: Sequence[Value] | None = None
    ) -> Value:
        if conditions is None:
            return value(call, members)
        pairs = zip(members, conditions, strict=True)
        return value(call, [member for member, holds in pairs if holds is True])

    return of_members


def _chosen_column(column: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    def of_rows(call: Apply, *expressions: pl.Expr) -> pl.Expr:
        if len(expressions) <= 1:
            return column(call, *expressions)
        members, condition = expressions
        return column(call, members.filter(condition))

    return of_rows


_FIRST: Final = _of(lambda expression: expression.first(ignore_nulls=True))
_LAST: Final = _of(lambda expression: expression.last(ignore_nulls=True))
_SEQUENCE: Final = _of(lambda expression: expression.drop_nulls().str.join(" "))
_SEQUENCE_OF: Final = _of(lambda expression: expression.list.drop_nulls().list.join(" "))
_ANY: Final = _of(lambda expression: expression.any(ignore_nulls=False))
_ALL: Final = _of(lambda expression: expression.all(ignore_nulls=False))
_LEAST: Final = _of(lambda expression: expression.min())
_MOST: Final = _of(lambda expression: expression.max())
# A list's own methods are twenty times faster than an aggregation of each list.
_LEAST_OF: Final = _of(lambda expression: expression.list.min())
_MOST_OF: Final = _of(lambda expression: expression.list.max())
_FIRST_OF: Final = _of(lambda expression: expression.list.drop_nulls().list.first())
_LAST_OF: Final = _of(lambda expression: expression.list.drop_nulls().list.last())
_PREV: Final = _of(lambda expression: expression.shift(1))
_NEXT: Final = _of(lambda expression: expression.shift(-1))

AGGREGATES: Final = (
    _aggregate("count", _type_count, _value_count, _column_count),
    _aggregate("distinct", _type_distinct, _value_distinct, _column_distinct),
    _aggregate("sum", _type_sum, _value_sum, _column_sum),
    _aggregate("least", _type_extreme, _value_least, _LEAST, _LEAST_OF),
    _aggregate("most", _type_extreme, _value_most, _MOST, _MOST_OF),
    _aggregate("first", _type_pick, _value_first, _FIRST, _FIRST_OF),
    _aggregate("last", _type_pick, _value_last, _LAST, _LAST_OF),
    _aggregate("sequence", _type_sequence, _value_sequence, _SEQUENCE, _SEQUENCE_OF),
    _aggregate("any", _type_truth, _value_any, _ANY),
    _aggregate("all", _type_truth, _value_all, _ALL),
    _aggregate("ascending", _type_ascending, _value_ascending, _column_ascending),
    _aggregate(
        "strictly_ascending", _type_ascending, _value_strictly_ascending, _column_strictly_ascending
    ),
    Function("prev", _type_pick, _value_prev, _PREV, "order", strict=False),
    Function("next", _type_pick, _value_next, _NEXT, "order", strict=False),
)
"""The functions of many values; `prev` and `next` give each row its neighbour's value."""
