"""Truth: `and or not`, comparisons, `in`, `is missing`, `if … else`, in Kleene's three values.

A comparison with missing is unknown. An integer and a number compare by value, exactly; texts by
code point. `is missing` is never unknown.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Final, TypeAlias

import polars as pl

from annostd.expressions.entries import (
    EXACT,
    MEASURABLE,
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
from annostd.expressions.terms import Apply, Column, Constant, Term, columns
from annostd.expressions.types import BOOLEAN, INTEGER, MEASURES, OWN, Need, Type, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ValueTest: TypeAlias = "Callable[..., bool]"
_ColumnTest: TypeAlias = "Callable[..., pl.Expr]"
_BOOLEANS: Final = frozenset({"boolean"})
_ORDERED: Final = MEASURABLE | {"string"}
_EQUATED: Final = _ORDERED | {"boolean", "reference"}
_HASHED: Final = frozenset({"integer", "string"})
_BY_VALUE: Final = " by value"
_GEOMETRIES: Final = frozenset(MEASURES) - {OWN}


def _type_logic(call: Apply) -> Apply:
    for argument in call.arguments:
        expect_kind(call, argument, _BOOLEANS)
    return typed(call, BOOLEAN)


def _type_comparison(call: Apply) -> Apply:
    return _compared(call, _EQUATED if call.function in {"==", "!="} else _ORDERED)


def _type_membership(call: Apply) -> Apply:
    value, *items = call.arguments
    if len(items) == 1 and items[0].type.item is not None:
        expect_kind(call, value, _EQUATED)
        _expect_alike(call, value, items[0].type.item, items[0].offset)
        return typed(call, BOOLEAN, function="in list")
    equals = [_compared(replace(call, arguments=(value, item)), _EQUATED) for item in items]
    adapted = [equal.arguments[1] for equal in equals]
    if value.type.kind in _HASHED and all(
        isinstance(item, Constant) and item.type.kind == value.type.kind for item in adapted
    ):
        return typed(call, BOOLEAN, (value, *adapted))
    tests = [replace(equal, function=equal.function.replace("in", "==")) for equal in equals]
    return typed(call, BOOLEAN, tests, "or")


def _compared(call: Apply, kinds: frozenset[str]) -> Apply:
    """The comparison, its sides checked and literals adapted; by value where kinds differ still."""
    for argument in call.arguments:
        expect_kind(call, argument, kinds)
    left, right = _in_time(call.arguments)
    _expect_alike(call, left, right.type, right.offset)
    common_unit(call, (left, right))
    sides = (_adapt(left, right), _adapt(right, left))
    is_mixed = sides[0].type.kind != sides[1].type.kind
    return typed(call, BOOLEAN, sides, call.function + _BY_VALUE if is_mixed else None)


def _in_time(arguments: Sequence[Term]) -> Sequence[Term]:
    """The sides of a comparison, as times where one is a time and the other a number."""
    kinds = {argument.type.kind for argument in arguments}
    return alike(arguments) if "time" in kinds <= MEASURABLE else arguments


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
    if all(branch.type.kind in MEASURABLE for branch in branches):
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
    return not isinstance(term.value, str | Decimal) and abs(term.value) < EXACT


def _value_and(_: Apply, *values: bool | None) -> bool | None:
    return False if False in values else None if None in values else True


def _value_or(_: Apply, *values: bool | None) -> bool | None:
    return True if True in values else None if None in values else False


def _value_not(_: Apply, value: bool) -> bool:  # noqa: FBT001 - a value of the language
    return not value


def _compare(test: _ValueTest) -> Callable[..., Value]:
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


def _plain(test: _ColumnTest, mirrored: _ColumnTest) -> Callable[..., pl.Expr]:
    # A text of no column, at the left of one that Polars holds as a single value, gives one row.
    def column(call: Apply, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return test(left, right) if columns(call.arguments[0]) else mirrored(right, left)

    return column


def _by_value(test: _ColumnTest, strict: _ColumnTest) -> Callable[..., pl.Expr]:
    """The test of an integer against a number; `strict` is without equality: it orders both.

    As floats they order rightly, unless rounding made them equal: then their exact values decide.
    """

    def column(_: Apply, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        near = (left.cast(pl.Float64), right.cast(pl.Float64))
        exact = (left.cast(WIDE, strict=False), right.cast(WIDE, strict=False))
        return strict(*near) | ((near[0] == near[1]) & test(*exact))

    return column


def _never(*_: pl.Expr) -> pl.Expr:
    return pl.lit(value=False)


def _column_in(call: Apply, expression: pl.Expr, *_: pl.Expr) -> pl.Expr:
    constants = [item.value for item in call.arguments[1:] if isinstance(item, Constant)]
    return expression.is_in(constants)


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


_COMPARISONS: Final[Mapping[str, tuple[_ValueTest, _ColumnTest, _ColumnTest, _ColumnTest]]] = {
    "==": (operator.eq, pl.Expr.eq, pl.Expr.eq, _never),
    "!=": (operator.ne, pl.Expr.ne, pl.Expr.ne, pl.Expr.ne),
    "<": (operator.lt, pl.Expr.lt, pl.Expr.gt, pl.Expr.lt),
    "<=": (operator.le, pl.Expr.le, pl.Expr.ge, pl.Expr.lt),
    ">": (operator.gt, pl.Expr.gt, pl.Expr.lt, pl.Expr.gt),
    ">=": (operator.ge, pl.Expr.ge, pl.Expr.le, pl.Expr.gt),
}
"""Sign → test of values; of columns, with sides swapped, without equality."""

LOGIC: Final = (
    Function("and", _type_logic, _value_and, _column_and, strict=False),
    Function("or", _type_logic, _value_or, _column_or, strict=False),
    Function("not", _type_logic, _value_not, _column_not),
    *(
        Function(name, _type_comparison, _compare(test), _plain(column, mirrored))
        for name, (test, column, mirrored, _) in _COMPARISONS.items()
    ),
    *(
        Function(
            name + _BY_VALUE,
            _type_comparison,
            _compare(test),
            _by_value(column, strict),
            copies=(3,),
        )
        for name, (test, column, _, strict) in _COMPARISONS.items()
    ),
    Function("in", _type_membership, _value_in, _column_in, strict=False),
    Function(
        "in list", _type_membership, _value_in_list, _column_in_list, strict=False, copies=(6,)
    ),
    Function("is missing", _type_missing, _value_is_missing, _column_is_missing, strict=False),
    Function("is absent", _type_missing, _value_is_absent, _column_is_absent, strict=False),
    Function("if", _type_conditional, _value_if, _column_if, strict=False, copies=(2, 1)),
)
"""The functions of truth. Typing makes `in list`, `is absent`, `== by value` of the plain ones."""
