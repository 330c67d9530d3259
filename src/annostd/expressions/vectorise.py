"""What runs: an expression compiled to a Polars expression over whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.expressions.entries import DTYPES, constant, exact
from annostd.expressions.functions import FUNCTIONS, may_be_nan
from annostd.expressions.terms import (
    Apply,
    Column,
    Constant,
    Each,
    Parameter,
    Term,
    Typed,
    columns,
)

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
    expression = (_of_group if typed.grouped else _of_rows)(typed.node, given)
    if may_be_nan(typed.node):
        expression = expression.fill_nan(None)
    if typed.grouped or columns(typed.node):
        return expression
    # A literal alone would give one value, however many rows there are.
    return pl.when(pl.int_range(pl.len()) >= 0).then(expression)


def _of_rows(term: Term, parameters: Mapping[str, float]) -> pl.Expr:
    if isinstance(term, Apply):
        return _apply(term, [_of_rows(argument, parameters) for argument in term.arguments])
    if isinstance(term, Column):
        return _load(pl.col(term.need.key), term.type)
    if isinstance(term, Each):
        return _of_points(term, parameters)
    return _of_constant(term, parameters)


def _of_group(term: Term, parameters: Mapping[str, float]) -> pl.Expr:
    if isinstance(term, Column | Each):
        return _of_rows(term, parameters).first()
    if not isinstance(term, Apply):
        return _of_constant(term, parameters)
    of_part = _of_rows if term.over == "group" else _of_group
    return _apply(term, [of_part(argument, parameters) for argument in term.arguments])


def _of_points(term: Each, parameters: Mapping[str, float]) -> pl.Expr:
    """A list of one value for each point, computed over the points of all rows at once."""
    inner = _of_rows(term.term, parameters)
    if may_be_nan(term.term):
        inner = inner.fill_nan(None)
    listed = [column.need.key for column in term.lists]
    dtype = DTYPES.get(term.term.type.kind, pl.String())

    def compute(rows: pl.Series) -> pl.Series:
        frame = rows.struct.unnest().with_row_index("@at")
        known = pl.all_horizontal(pl.col(key).is_not_null() for key in listed)
        counts = pl.col(listed[0]).list.len()
        flat = frame.filter(known & (counts > 0)).explode(listed)
        values = flat.select("@at", inner.cast(dtype).alias("@each"))
        made = values.group_by("@at", maintain_order=True).agg("@each")
        joined = frame.join(made, on="@at", how="left", maintain_order="left")
        empty = pl.lit([], dtype=pl.List(dtype))
        return joined.select(
            pl.when(known & (counts == 0)).then(empty).otherwise("@each").alias("@each")
        )["@each"]

    keys = sorted({column.need.key for column in columns(term)})
    return pl.struct(keys).map_batches(compute, return_dtype=pl.List(dtype), is_elementwise=True)


def _apply(term: Apply, arguments: list[pl.Expr]) -> pl.Expr:
    function = FUNCTIONS[term.function]
    if not function.fluid:
        arguments = [
            expression.fill_nan(None) if may_be_nan(argument) else expression
            for argument, expression in zip(term.arguments, arguments, strict=True)
        ]
    if term.over == "list" and function.members is not None:
        return function.members(term, *arguments)
    return function.column(term, *arguments)


def _of_constant(term: Constant | Parameter, parameters: Mapping[str, float]) -> pl.Expr:
    if isinstance(term, Constant):
        return constant(term.value, term.type)
    value = parameters[term.name]
    if term.type.kind == "time":
        return constant(exact(value), term.type)
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
