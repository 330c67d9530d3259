r"""Texts and lists: their length, the pieces of a path, letters, and what texts contain.

Lengths count code points. A path's parts are separated by `/` or `\`; a suffix starts at the last
dot of the last part, unless that dot is its first character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annostd.expressions.entries import Function, expect_count, expect_kind, typed
from annostd.expressions.faults import ExpressionFault
from annostd.expressions.patterns import pattern
from annostd.expressions.terms import Constant
from annostd.expressions.types import BOOLEAN, INTEGER, STRING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from annostd.expressions.patterns import Pattern
    from annostd.expressions.terms import Apply

_TEXTS: Final = frozenset({"string"})
_SIZED: Final = frozenset({"string", "list"})


def _type_length(call: Apply) -> Apply:
    expect_count(call, 1)
    expect_kind(call, call.arguments[0], _SIZED)
    return typed(call, INTEGER)


def _type_text(call: Apply) -> Apply:
    expect_count(call, 1)
    expect_kind(call, call.arguments[0], _TEXTS)
    return typed(call, STRING)


def _type_test(call: Apply) -> Apply:
    expect_count(call, 2)
    for argument in call.arguments:
        expect_kind(call, argument, _TEXTS)
    return typed(call, BOOLEAN)


def _type_matches(call: Apply) -> Apply:
    tested = _type_test(call)
    _pattern_of(tested)
    return tested


def _pattern_of(call: Apply) -> Pattern:
    text = call.arguments[1]
    if not isinstance(text, Constant):
        raise ExpressionFault(
            "the pattern is not written out, expected a text in quotes", text.offset
        )
    try:
        return pattern(str(text.value))
    except ExpressionFault as fault:
        raise ExpressionFault(fault.message, text.offset + 1 + fault.offset, fault.hint) from None


def _value_length(_: Apply, value: Sequence[object]) -> int:
    return len(value)


def _value_stem(_: Apply, path: str) -> str:
    name = _last(path)
    dot = name.rfind(".")
    return name[:dot] if dot > 0 else name


def _value_suffix(_: Apply, path: str) -> str:
    name = _last(path)
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _value_lower(_: Apply, text: str) -> str:
    return text.lower()


def _value_upper(_: Apply, text: str) -> str:
    return text.upper()


def _value_starts_with(_: Apply, text: str, start: str) -> bool:
    return text.startswith(start)


def _value_ends_with(_: Apply, text: str, end: str) -> bool:
    return text.endswith(end)


def _value_contains(_: Apply, text: str, piece: str) -> bool:
    return piece in text


def _value_matches(call: Apply, text: str, _: str) -> bool:
    return _pattern_of(call).matches(text)


def _column_length(call: Apply, expression: pl.Expr) -> pl.Expr:
    is_text = call.arguments[0].type.kind == "string"
    size = expression.str.len_chars() if is_text else expression.list.len()
    return size.cast(int)


# Patterns without captures are three times faster; these find the end of the path from its end.
def _column_stem(call: Apply, path: pl.Expr) -> pl.Expr:
    return path.str.extract(r"[^/\\]*$", 0).str.strip_suffix(_column_suffix(call, path))


def _column_suffix(_: Apply, path: pl.Expr) -> pl.Expr:
    return path.str.extract(r"(?:[^/\\]\.[^./\\]*)?$", 0).str.slice(1)


def _column_matches(call: Apply, text: pl.Expr, _: pl.Expr) -> pl.Expr:
    return text.str.contains(_pattern_of(call).anchored)


def _of(method: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    def column(_: Apply, *expressions: pl.Expr) -> pl.Expr:
        return method(*expressions)

    return column


TEXTS: Final = (
    Function("length", _type_length, _value_length, _column_length),
    Function("stem", _type_text, _value_stem, _column_stem, copies=(2,)),
    Function("suffix", _type_text, _value_suffix, _column_suffix),
    Function("lower", _type_text, _value_lower, _of(lambda text: text.str.to_lowercase())),
    Function("upper", _type_text, _value_upper, _of(lambda text: text.str.to_uppercase())),
    Function(
        "starts_with",
        _type_test,
        _value_starts_with,
        _of(lambda text, start: text.str.starts_with(start)),
    ),
    Function(
        "ends_with", _type_test, _value_ends_with, _of(lambda text, end: text.str.ends_with(end))
    ),
    Function(
        "contains",
        _type_test,
        _value_contains,
        _of(lambda text, piece: text.str.contains(piece, literal=True)),
    ),
    Function("matches", _type_matches, _value_matches, _column_matches),
)
"""The functions of texts. `stem` and `suffix` are of the last part of a path."""
