"""What runs: an expression compiled to a Polars expression over whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.expressions.entries import DTYPES, constant
from annostd.expressions.functions import FUNCTIONS
from annostd.expressions.terms import Apply, Column, Constant, Parameter, Term, Typed, columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.expressions.types import Type


def vectorise(typed: Typed, parameters: Mapping[str, float] | None = None) -> pl.Expr:
    """Compile to columns: over a frame with a column per `Need.key`, null for missing.

    A row expression gives as many values as the frame has rows. A grouped one gives one for all,
    in `select` over a frame and in `agg` over groups, whose rows must be in the source's order.
    `KeyError` where a parameter is not given.
    """
    given = parameters or {}
    if typed.grouped:
        return _of_group(typed.node, given)
    expression = _of_rows(typed.node, given)
    if columns(typed.node):
        return expression
    # A literal alone would give one value, however many rows there are.
    return pl.when(pl.int_range(pl.len()) >= 0).then(expression)


def _of_rows(term: Term, parameters: Mapping[str, float]) -> pl.Expr:
    if isinstance(term, Apply):
        arguments = [_of_rows(argument, parameters) for argument in term.arguments]
        function = FUNCTIONS[term.function]
        if term.over == "list" and function.members is not None:
            return function.members(term, *arguments)
        return function.column(term, *arguments)
    if isinstance(term, Column):
        return _load(pl.col(term.need.key), term.type)
    return _of_constant(term, parameters)


def _of_group(term: Term, parameters: Mapping[str, float]) -> pl.Expr:
    if isinstance(term, Column):
        return _of_rows(term, parameters).first()
    if not isinstance(term, Apply):
        return _of_constant(term, parameters)
    function = FUNCTIONS[term.function]
    if term.over == "group":
        return function.column(term, *(_of_rows(part, parameters) for part in term.arguments))
    arguments = [_of_group(argument, parameters) for argument in term.arguments]
    if term.over == "list" and function.members is not None:
        return function.members(term, *arguments)
    return function.column(term, *arguments)


def _of_constant(term: Constant | Parameter, parameters: Mapping[str, float]) -> pl.Expr:
    if isinstance(term, Constant):
        return constant(term.value, term.type)
    value = parameters[term.name]
    return constant(float(value) if term.type.kind == "number" else int(value), term.type)


def _load(column: pl.Expr, type_: Type) -> pl.Expr:
    """A column as the language sees it: NaN is null, integers are int64, texts are texts."""
    if type_.kind == "list" and type_.item is not None:
        return _load_list(column, type_.item)
    dtype = DTYPES.get(type_.kind)
    loaded = column if dtype is None else column.cast(dtype, strict=False)
    return loaded.fill_nan(None) if type_.kind == "number" else loaded


def _load_list(column: pl.Expr, item: Type) -> pl.Expr:
    dtype = DTYPES.get(item.kind)
    loaded = column if dtype is None else column.cast(pl.List(dtype), strict=False)
    return loaded.list.eval(pl.element().fill_nan(None)) if item.kind == "number" else loaded
