"""Pieces of a text: what they cover, whether they share anything, whether they are in order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import polars as pl

from annostd.expressions.entries import Function, expect_count, expect_kind, typed
from annostd.expressions.types import BOOLEAN, STRING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.expressions.terms import Apply

_Spans: TypeAlias = "Sequence[tuple[int, int]]"
_SPANS: Final = frozenset({"spans"})
_TEXTS: Final = frozenset({"string"})


def covered(text: str, spans: _Spans, between: str) -> str | None:
    """Give the pieces of a text, one behind the other; None where one does not lie in it."""
    if any(not 0 <= start <= end <= len(text) for start, end in spans):
        return None
    return between.join(text[start:end] for start, end in spans)


def _type_covered(call: Apply) -> Apply:
    expect_count(call, 3)
    for argument, kinds in zip(call.arguments, (_TEXTS, _SPANS, _TEXTS), strict=True):
        expect_kind(call, argument, kinds)
    return typed(call, STRING)


def _type_test(call: Apply) -> Apply:
    expect_count(call, 1)
    expect_kind(call, call.arguments[0], _SPANS)
    return typed(call, BOOLEAN)


def _value_covered(_: Apply, text: str, spans: _Spans, between: str) -> str | None:
    return covered(text, spans, between)


def _value_disjoint(_: Apply, spans: _Spans) -> bool:
    filled = sorted((start, end) for start, end in spans if start < end)
    return all(before[1] <= after[0] for before, after in pairwise(filled))


def _value_ordered(_: Apply, spans: _Spans) -> bool:
    return all(before[1] <= after[0] for before, after in pairwise(spans))


def _column_covered(_: Apply, text: pl.Expr, spans: pl.Expr, between: pl.Expr) -> pl.Expr:
    parts = pl.struct(text.alias("text"), spans.alias("spans"), between.alias("between"))
    return parts.map_batches(_covered, return_dtype=pl.String)


def _covered(parts: pl.Series) -> pl.Series:
    """Cut the pieces of all rows out; a text that is that of many rows is looked up once each."""
    rows = parts.struct.unnest().iter_rows()
    made = [None if None in row else covered(*cast("tuple[str, _Spans, str]", row)) for row in rows]
    return pl.Series(made, dtype=pl.String)


def _column_disjoint(_: Apply, spans: pl.Expr) -> pl.Expr:
    filled = pl.element().filter(pl.element().list.get(0) < pl.element().list.get(1))
    return _in_order(spans.list.eval(filled).list.sort())


def _column_ordered(_: Apply, spans: pl.Expr) -> pl.Expr:
    return _in_order(spans)


def _in_order(spans: pl.Expr) -> pl.Expr:
    before, after = pl.element().list.get(1).shift(1), pl.element().list.get(0)
    return spans.list.eval((before <= after).fill_null(value=True)).list.all()


SPANS: Final = (
    Function("covered", _type_covered, _value_covered, _column_covered),
    Function("disjoint", _type_test, _value_disjoint, _column_disjoint),
    Function("ordered", _type_test, _value_ordered, _column_ordered),
)
"""The functions of spans. Empty pieces share nothing with others."""
