"""The reference: an expression computed value by value, slow and obvious.

`vectorise` must agree with it on every line of `conformance/expressions.yaml`.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from annostd.expressions.functions import FUNCTIONS
from annostd.expressions.terms import Apply, Column, Constant, Each, Parameter, Term, Typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.expressions.types import Type, Value


def interpret(
    typed: Typed, row: Mapping[str, Value], parameters: Mapping[str, float] | None = None
) -> Value:
    """The expression's value for one row. `row` has a value per `Need.key`; None is missing.

    Parameters are looked up in `parameters`, else in `row`; `KeyError` where a need is not there.
    """
    return _of_row(typed.node, {**row, **(parameters or {})})


def interpret_group(
    typed: Typed,
    rows: Sequence[Mapping[str, Value]],
    parameters: Mapping[str, float] | None = None,
) -> Value:
    """The expression's value for the rows of a group, in order; a key has its first row's value."""
    return _of_group(typed.node, [{**row, **(parameters or {})} for row in rows], parameters or {})


def _of_row(term: Term, row: Mapping[str, Value]) -> Value:
    if isinstance(term, Constant):
        return _load(term.value, term.type)
    if isinstance(term, Column):
        return _load(row[term.need.key], term.type)
    if isinstance(term, Parameter):
        return _load(row[term.name], term.type)
    if isinstance(term, Each):
        return _of_points(term, row)
    return _compute(term, [_of_row(argument, row) for argument in term.arguments])


def _of_points(term: Each, row: Mapping[str, Value]) -> Value:
    """One value for each point of a row."""
    keys = [column.need.key for column in term.lists]
    points = [row[key] for key in keys]
    said = [values for values in points if isinstance(values, list | tuple)]
    if len(said) < len(points):
        return None
    rows = [dict(zip(keys, values, strict=True)) for values in zip(*said, strict=True)]
    return [_of_row(term.term, {**row, **point}) for point in rows]


def _compute(term: Apply, values: list[Value]) -> Value:
    function = FUNCTIONS[term.function]
    skipped = (function.strict or term.over == "list") and None in values
    return None if skipped else function.value(term, *values)


def _of_rows(term: Term, rows: Sequence[Mapping[str, Value]]) -> list[Value]:
    """One value for each row of a group."""
    if not isinstance(term, Apply):
        return [_of_row(term, row) for row in rows]
    arguments = [_of_rows(argument, rows) for argument in term.arguments]
    if term.over == "order":
        return _neighbours(term, *arguments)
    return [_compute(term, list(values)) for values in zip(*arguments, strict=True)]


def _neighbours(term: Apply, members: list[Value]) -> list[Value]:
    values = FUNCTIONS[term.function].value(term, members)
    return list(values) if isinstance(values, list) else []


def _of_group(
    term: Term, rows: Sequence[Mapping[str, Value]], parameters: Mapping[str, float]
) -> Value:
    """One value for all rows of a group."""
    if isinstance(term, Column):
        return _of_row(term, rows[0]) if rows else None
    if isinstance(term, Each):
        return _of_row(term, rows[0]) if rows else None
    if not isinstance(term, Apply):
        return _of_row(term, rows[0] if rows else parameters)
    function = FUNCTIONS[term.function]
    if term.over != "group":
        return _compute(term, [_of_group(part, rows, parameters) for part in term.arguments])
    members = [_of_rows(argument, rows) for argument in term.arguments] or [[True] * len(rows)]
    return function.value(term, *members)


def _load(value: Value, type_: Type) -> Value:
    """A value of the environment as the language sees it: NaN is missing, numbers are floats.

    Times are exact fractions.
    """
    if type_.kind == "list" and type_.item is not None and isinstance(value, list | tuple):
        return [_load(member, type_.item) for member in value]
    if type_.kind == "time" and isinstance(value, int | float | str | Decimal):
        return Fraction(str(value))
    if type_.kind != "number" or not isinstance(value, int | float):
        return value
    return None if math.isnan(value) else float(value)
