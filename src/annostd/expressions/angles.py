"""Angles: the direction of a point, and what is left of an angle when whole turns are taken off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.expressions.entries import (
    NUMERIC,
    Function,
    as_number,
    common_unit,
    expect_count,
    expect_kind,
    typed,
)
from annostd.expressions.types import Type

if TYPE_CHECKING:
    from annostd.expressions.terms import Apply

_ANGLE: Final = Type("number", unit="radian")


def _type_direction(call: Apply) -> Apply:
    expect_count(call, 2)
    for argument in call.arguments:
        expect_kind(call, argument, NUMERIC)
    common_unit(call, call.arguments)
    return typed(call, _ANGLE, tuple(as_number(argument) for argument in call.arguments))


def _type_turn(call: Apply) -> Apply:
    expect_count(call, 1)
    expect_kind(call, call.arguments[0], NUMERIC)
    return typed(call, _ANGLE, (as_number(call.arguments[0]),))


def _value_direction(_: Apply, up: float, right: float) -> float:
    return math.atan2(up, right)


def _value_turn(_: Apply, angle: float) -> float | None:
    if math.isinf(angle):
        return None
    if -math.pi <= angle <= math.pi:
        return angle
    return angle - math.floor((angle + math.pi) / math.tau) * math.tau


def _column_direction(_: Apply, up: pl.Expr, right: pl.Expr) -> pl.Expr:
    return pl.arctan2(up, right)


def _column_turn(_: Apply, angle: pl.Expr) -> pl.Expr:
    inside = (angle >= -math.pi) & (angle <= math.pi)
    less = angle - ((angle + math.pi) / math.tau).floor() * math.tau
    return pl.when(inside).then(angle).otherwise(less)


ANGLES: Final = (
    Function("atan2", _type_direction, _value_direction, _column_direction, copies=(1, 1)),
    Function("turn", _type_turn, _value_turn, _column_turn, copies=(4,), fluid=True),
)
"""`atan2(y, x)` is the angle from x to y; `turn` brings an angle between -pi and pi."""
