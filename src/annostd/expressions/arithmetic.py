"""Numbers: `+ - * / %`, rounding, and what else takes numbers and gives one.

Integers are int64: what does not fit is missing, and so is what is divided by zero. Numbers are
float64: NaN is missing. `%` is for integers, its result has the sign of the divisor.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.expressions.entries import (
    MEASURABLE,
    NUMERIC,
    WIDE,
    Function,
    alike,
    as_number,
    common_unit,
    expect_count,
    expect_kind,
    narrow,
    not_nan,
    typed,
    within_int64,
)
from annostd.expressions.types import BOOLEAN, INTEGER, NUMBER, Type, product, quotient

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.expressions.terms import Apply, Term

_INTEGERS: Final = frozenset({"integer"})
_MOST_ARGUMENTS: Final = 20


def _numbers(call: Apply, count: int, kinds: frozenset[str] = NUMERIC) -> None:
    expect_count(call, count)
    for argument in call.arguments:
        expect_kind(call, argument, kinds)


def _type_sum(call: Apply) -> Apply:
    _numbers(call, 2, MEASURABLE)
    arguments = alike(call.arguments)
    unit = common_unit(call, arguments)
    return typed(call, replace(arguments[0].type, unit=unit), arguments)


def _type_product(call: Apply) -> Apply:
    _numbers(call, 2, MEASURABLE)
    left, right = alike([_plain_number(argument) for argument in call.arguments])
    unit = product(left.type.unit, right.type.unit)
    return typed(call, Type(left.type.kind, unit), (left, right))


def _plain_number(argument: Term) -> Term:
    # a product of times is no time: it is computed in numbers
    return as_number(argument) if argument.type.kind == "time" else argument


def _type_quotient(call: Apply) -> Apply:
    _numbers(call, 2, MEASURABLE)
    left, right = (as_number(argument) for argument in call.arguments)
    return typed(call, Type("number", quotient(left.type.unit, right.type.unit)), (left, right))


def _type_remainder(call: Apply) -> Apply:
    _numbers(call, 2, _INTEGERS)
    return typed(call, replace(INTEGER, unit=common_unit(call, call.arguments)))


def _type_same(call: Apply) -> Apply:
    _numbers(call, 1, MEASURABLE)
    return typed(call, call.arguments[0].type)


def _type_whole(call: Apply) -> Apply:
    _numbers(call, 1)
    return typed(call, replace(INTEGER, unit=call.arguments[0].type.unit))


def _type_fraction(call: Apply) -> Apply:
    _numbers(call, 1)
    argument = as_number(call.arguments[0])
    return typed(call, argument.type, (argument,))


def _type_is_integer(call: Apply) -> Apply:
    _numbers(call, 1)
    return typed(call, BOOLEAN)


def _type_extreme(call: Apply) -> Apply:
    expect_count(call, 2, _MOST_ARGUMENTS)
    for argument in call.arguments:
        expect_kind(call, argument, MEASURABLE)
    arguments = alike(call.arguments)
    return typed(call, replace(arguments[0].type, unit=common_unit(call, arguments)), arguments)


def _type_conversion(call: Apply) -> Apply:
    return typed(call, replace(NUMBER, unit=call.arguments[0].type.unit))


def _is_whole(call: Apply) -> bool:
    return call.arguments[0].type.kind == "integer"


def _fit(call: Apply, result: float) -> float | None:
    if call.type.kind == "integer":
        return within_int64(int(result))
    return result if call.type.kind == "time" else not_nan(result)


def _value_sum(call: Apply, left: float, right: float) -> float | None:
    return _fit(call, left + right)


def _value_difference(call: Apply, left: float, right: float) -> float | None:
    return _fit(call, left - right)


def _value_product(call: Apply, left: float, right: float) -> float | None:
    return _fit(call, left * right)


def _value_quotient(_: Apply, left: float, right: float) -> float | None:
    return None if right == 0 else not_nan(left / right)


def _value_remainder(_: Apply, left: int, right: int) -> int | None:
    return None if right == 0 else left % right


def _value_negative(call: Apply, value: float) -> float | None:
    return _fit(call, -value)


def _value_abs(call: Apply, value: float) -> float | None:
    return _fit(call, abs(value))


def _value_round(_: Apply, value: float) -> int | None:
    if math.isinf(value):
        return None
    whole = math.trunc(value)
    away = abs(value - whole) >= 0.5  # noqa: PLR2004 - a half
    return within_int64(whole + (int(math.copysign(1, value)) if away else 0))


def _value_floor(_: Apply, value: float) -> int | None:
    return None if math.isinf(value) else within_int64(math.floor(value))


def _value_ceil(_: Apply, value: float) -> int | None:
    return None if math.isinf(value) else within_int64(math.ceil(value))


def _value_fraction(_: Apply, value: float) -> float | None:
    return None if math.isinf(value) else math.modf(value)[0]


def _value_is_integer(_: Apply, value: float) -> bool:
    return float(value).is_integer()


def _value_min(_: Apply, *values: float) -> float:
    return min(values)


def _value_max(_: Apply, *values: float) -> float:
    return max(values)


def _value_as_number(_: Apply, value: int) -> float:
    return float(value)


def _wide(*expressions: pl.Expr) -> tuple[pl.Expr, ...]:
    return tuple(expression.cast(WIDE) for expression in expressions)


def _exact(compute: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    # Integers are computed in 128 bits, where nothing overflows, and what is too large is missing.
    def column(call: Apply, *expressions: pl.Expr) -> pl.Expr:
        if call.type.kind == "integer":
            return narrow(compute(*_wide(*expressions)))
        return compute(*expressions)

    return column


def _column_quotient(_: Apply, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return pl.when(right != 0).then(left / right)


def _column_remainder(_: Apply, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return left % right


def _whole(round_: Callable[[pl.Expr], pl.Expr]) -> Callable[..., pl.Expr]:
    def column(call: Apply, expression: pl.Expr) -> pl.Expr:
        return expression if _is_whole(call) else narrow(round_(expression))

    return column


def _column_fraction(_: Apply, expression: pl.Expr) -> pl.Expr:
    return expression - expression.truncate()


def _column_is_integer(call: Apply, expression: pl.Expr) -> pl.Expr:
    if _is_whole(call):
        return expression.is_not_null() | pl.lit(None, dtype=pl.Boolean)
    return (expression == expression.truncate()) & expression.is_finite()


def _extreme(choose: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    def column(_: Apply, *expressions: pl.Expr) -> pl.Expr:
        present = reduce(pl.Expr.and_, (expression.is_not_null() for expression in expressions))
        return pl.when(present).then(choose(*expressions))

    return column


def _column_as_number(_: Apply, expression: pl.Expr) -> pl.Expr:
    return expression.cast(pl.Float64)


ARITHMETIC: Final = (
    Function("+", _type_sum, _value_sum, _exact(lambda left, right: left + right), fluid=True),
    Function(
        "-", _type_sum, _value_difference, _exact(lambda left, right: left - right), fluid=True
    ),
    Function(
        "*", _type_product, _value_product, _exact(lambda left, right: left * right), fluid=True
    ),
    Function("/", _type_quotient, _value_quotient, _column_quotient, copies=(1, 2), fluid=True),
    Function("%", _type_remainder, _value_remainder, _column_remainder),
    Function("-x", _type_same, _value_negative, _exact(lambda value: 0 - value), fluid=True),
    Function("abs", _type_same, _value_abs, _exact(lambda value: value.abs()), fluid=True),
    Function(
        "round",
        _type_whole,
        _value_round,
        _whole(lambda value: value.round(0, mode="half_away_from_zero")),
        fluid=True,
    ),
    Function("floor", _type_whole, _value_floor, _whole(lambda value: value.floor()), fluid=True),
    Function("ceil", _type_whole, _value_ceil, _whole(lambda value: value.ceil()), fluid=True),
    Function(
        "fraction", _type_fraction, _value_fraction, _column_fraction, copies=(2,), fluid=True
    ),
    Function("is_integer", _type_is_integer, _value_is_integer, _column_is_integer, copies=(3,)),
    Function("min", _type_extreme, _value_min, _extreme(pl.min_horizontal), copies=(2,)),
    Function("max", _type_extreme, _value_max, _extreme(pl.max_horizontal), copies=(2,)),
    Function("as number", _type_conversion, _value_as_number, _column_as_number),
)
"""The functions of numbers. `round` goes half away from zero; `fraction` has the value's sign."""
