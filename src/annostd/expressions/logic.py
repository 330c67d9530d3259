"""Truth: `and or not`, comparisons, `in`, `is missing`, `if … else`, in Kleene's three values.

A comparison with missing is unknown. An integer and a number compare by value, exactly; texts by
code point. `is missing` is never unknown.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.expressions.entries import (
    EXACT,
    NUMERIC,
    WIDE,
    Function,
    alike,
    as_number,
    common_unit,
    expect_kind,
    shown_name,
    typed,
)
from annostd.expressions.faults import ExpressionFault
from annostd.expressions.terms import Apply, Column, Constant, Term
from annostd.expressions.types import BOOLEAN, INTEGER, Need, Type, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_BOOLEANS: Final = frozenset({"boolean"})
_ORDERED: Final = frozenset({"integer", "number", "string"})
_EQUATED: Final = _ORDERED | {"boolean", "reference"}
_GEOMETRIES: Final = frozenset({"box", "polygons", "mask"})


def _type_logic(call: Apply) -> Apply:
    for argument in call.arguments:
        expect_kind(call, argument, _BOOLEANS)
    return typed(call, BOOLEAN)


def _type_equality(call: Apply) -> Apply:
    return typed(call, BOOLEAN, _comparable(call, call.arguments, _EQUATED))


def _type_order(call: Apply) -> Apply:
    return typed(call, BOOLEAN, _comparable(call, call.arguments, _ORDERED))


def _type_membership(call: Apply) -> Apply:
    value, *items = call.arguments
    item = items[0].type.item
    if len(items) == 1 and item is not None:
        expect_kind(call, value, _EQUATED)
        _expect_alike(call, value, item, items[0].offset)
        return typed(call, BOOLEAN, function="in list")
    pairs = [_comparable(call, (value, item), _EQUATED) for item in items]
    return typed(call, BOOLEAN, (value, *(pair[1] for pair in pairs)))


def _type_missing(call: Apply) -> Apply:
    """Whether a value is there is asked of a geometry itself, not of what is made of it."""
    argument = call.arguments[0]
    if not isinstance(argument, Column) or argument.type.kind not in _GEOMETRIES:
        return typed(call, BOOLEAN)
    present = Column(Need(argument.need.path, "present"), BOOLEAN, argument.offset)
    return typed(call, BOOLEAN, (present,), "is absent")


def _type_conditional(call: Apply) -> Apply:
    condition, *branches = call.arguments
    expect_kind(call, condition, _BOOLEANS)
    if all(branch.type.kind in NUMERIC for branch in branches):
        branches = list(alike(branches))
        unit = common_unit(call, branches)
        return typed(call, replace(branches[0].type, unit=unit), (condition, *branches))
    left, right = branches
    if replace(left.type, unit=None) != replace(right.type, unit=None):
        raise ExpressionFault(
            f"'if' gives {left.type} or {right.type}, expected one type", right.offset
        )
    return typed(call, left.type)


def _expect_alike(call: Apply, left: Term, right: Type, offset: int) -> None:
    both = {left.type.kind, right.kind}
    if both <= NUMERIC or (len(both) == 1 and left.type.table == right.table):
        return
    raise ExpressionFault(f"'{shown_name(call)}' compares {left.type} with {right}", offset)


def _comparable(call: Apply, arguments: Sequence[Term], kinds: frozenset[str]) -> tuple[Term, Term]:
    left, right = arguments
    for argument in arguments:
        expect_kind(call, argument, kinds)
    _expect_alike(call, left, right.type, right.offset)
    common_unit(call, arguments)
    return _adapt(left, right), _adapt(right, left)


def _adapt(term: Term, other: Term) -> Term:
    """A literal in the other side's kind, an integer column beside a literal number, else as is."""
    if term.type.kind == other.type.kind or not {term.type.kind, other.type.kind} <= NUMERIC:
        return term
    if isinstance(term, Constant) and _is_small(term):
        value = term.value
        if term.type.kind == "integer":
            return as_number(term)
        if float(value).is_integer():
            return Constant(int(value), replace(INTEGER, unit=term.type.unit), term.offset)
    if isinstance(other, Constant) and other.type.kind == "number" and _is_small(other):
        return term if float(other.value).is_integer() else as_number(term)
    return term


def _is_small(term: Constant) -> bool:
    return not isinstance(term.value, str) and abs(term.value) < EXACT


def _value_and(_: Apply, *values: bool | None) -> bool | None:
    return False if False in values else None if None in values else True


def _value_or(_: Apply, *values: bool | None) -> bool | None:
    return True if True in values else None if None in values else False


def _value_not(_: Apply, value: bool) -> bool:  # noqa: FBT001 - a value of the language
    return not value


def _compare(test: Callable[[Value, Value], bool]) -> Callable[..., Value]:
    def value(_: Apply, left: Value, right: Value) -> bool:
        return test(left, right)

    return value


def _value_in(call: Apply, value: Value, *items: Value) -> bool | None:
    return _value_or(call, *(None if None in (value, item) else value == item for item in items))


def _value_in_list(call: Apply, value: Value, items: Sequence[Value] | None) -> bool | None:
    if items is None:
        return None
    unknown = [value is None or item is None for item in items]
    known = [value == item for item, skip in zip(items, unknown, strict=True) if not skip]
    return _value_or(call, any(known), None if any(unknown) else False)


def _value_is_missing(_: Apply, value: Value) -> bool:
    return value is None


def _value_is_absent(_: Apply, present: Value) -> bool:
    return present is not True


def _value_if(_: Apply, condition: bool | None, yes: Value, no: Value) -> Value:  # noqa: FBT001
    return None if condition is None else yes if condition else no


def _column_and(_: Apply, *expressions: pl.Expr) -> pl.Expr:
    return reduce(operator.and_, expressions)


def _column_or(_: Apply, *expressions: pl.Expr) -> pl.Expr:
    return reduce(operator.or_, expressions)


def _column_not(_: Apply, expression: pl.Expr) -> pl.Expr:
    return ~expression


def _comparison(
    test: Callable[[pl.Expr, pl.Expr], pl.Expr], strict: Callable[[pl.Expr, pl.Expr], pl.Expr]
) -> Callable[..., pl.Expr]:
    """`strict` is the test without equality: it orders an integer and a number that differ."""

    def column(call: Apply, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        kinds = {argument.type.kind for argument in call.arguments}
        if kinds != NUMERIC:
            return test(left, right)
        # As floats they order rightly, unless rounding made them equal: then exact values decide.
        near = (left.cast(pl.Float64), right.cast(pl.Float64))
        exact = (left.cast(WIDE, strict=False), right.cast(WIDE, strict=False))
        return strict(*near) | ((near[0] == near[1]) & test(*exact))

    return column


def _never(*_: pl.Expr) -> pl.Expr:
    return pl.lit(value=False)


def _column_in(call: Apply, expression: pl.Expr, *items: pl.Expr) -> pl.Expr:
    value, *others = call.arguments
    constants = [item.value for item in others if isinstance(item, Constant)]
    kinds = {argument.type.kind for argument in call.arguments}
    if len(constants) == len(others) and len(kinds) == 1 and kinds <= {"string", "integer"}:
        return expression.is_in(constants)
    tests = [
        _EQUALS(replace(call, arguments=(value, other)), expression, item)
        for other, item in zip(others, items, strict=True)
    ]
    return reduce(operator.or_, tests)


def _column_in_list(call: Apply, expression: pl.Expr, items: pl.Expr) -> pl.Expr:
    value, list_ = call.arguments
    item = list_.type.item
    needle, fits = expression, pl.lit(value=True)
    if item is not None and item.kind != value.type.kind:
        dtype = pl.Int64() if item.kind == "integer" else pl.Float64()
        needle = expression.cast(dtype, strict=False)
        fits = needle.cast(WIDE, strict=False) == expression.cast(WIDE, strict=False)
        fits = fits & (expression.cast(pl.Float64) == needle.cast(pl.Float64))
    found = items.list.contains(needle) & fits.fill_null(value=False)
    unknown = items.list.contains(pl.lit(None)) | (expression.is_null() & (items.list.len() > 0))
    absent = items.is_null()
    return (
        pl.when(~absent & (expression.is_null() | ~found) & unknown)
        .then(None)
        .when(~absent)
        .then(found & expression.is_not_null())
    )


def _column_is_missing(_: Apply, expression: pl.Expr) -> pl.Expr:
    return expression.is_null()


def _column_is_absent(_: Apply, present: pl.Expr) -> pl.Expr:
    return ~present.fill_null(value=False)


def _column_if(_: Apply, condition: pl.Expr, yes: pl.Expr, no: pl.Expr) -> pl.Expr:
    # Polars takes `otherwise` where the condition is unknown; here that is missing.
    return pl.when(condition).then(yes).when(~condition).then(no)


_EQUALS: Final = _comparison(operator.eq, _never)
_LESS: Final = _comparison(operator.lt, operator.lt)


def _column_differs(call: Apply, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return ~_EQUALS(call, left, right)


_ORDERS: Final[Mapping[str, tuple[Callable[..., bool], Callable[..., pl.Expr]]]] = {
    "<": (operator.lt, _LESS),
    "<=": (operator.le, _comparison(operator.le, operator.lt)),
    ">": (operator.gt, _comparison(operator.gt, operator.gt)),
    ">=": (operator.ge, _comparison(operator.ge, operator.gt)),
}

LOGIC: Final = (
    Function("and", _type_logic, _value_and, _column_and, strict=False),
    Function("or", _type_logic, _value_or, _column_or, strict=False),
    Function("not", _type_logic, _value_not, _column_not),
    Function("==", _type_equality, _compare(operator.eq), _EQUALS, copies=3),
    Function("!=", _type_equality, _compare(operator.ne), _column_differs, copies=3),
    *(
        Function(name, _type_order, _compare(value), column, copies=3)
        for name, (value, column) in _ORDERS.items()
    ),
    Function("in", _type_membership, _value_in, _column_in, strict=False, copies=3),
    Function("in list", _type_membership, _value_in_list, _column_in_list, strict=False, copies=6),
    Function("is missing", _type_missing, _value_is_missing, _column_is_missing, strict=False),
    Function("is absent", _type_missing, _value_is_absent, _column_is_absent, strict=False),
    Function("if", _type_conditional, _value_if, _column_if, strict=False, copies=2),
)
"""The functions of truth. Typing makes `in list` of `in`, and `is absent` of `is missing`."""
