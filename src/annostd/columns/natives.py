"""Native constants of a standard: found among raw values, printed as files spell them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.texts import quoted, unquoted, without_null
from annostd.tables.lists import filled
from annostd.tables.numbers import shortest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annostd.plan.model import Kind
    from annostd.standard.model import Json

RAW: dict[Kind, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "value": pl.String(),
}
"""What a typed carrier holds of each kind of field."""


def native_text(value: object) -> str:
    """Print a native constant as its files spell it."""
    return value if isinstance(value, str) else json_text(value)


def json_text(value: object) -> str:
    """Print a constant as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_among(raw: pl.Series, constants: Iterable[Json], *, coded: bool) -> pl.Series:
    """Tell which raw values are one of some native constants; None means missing.

    `coded`: the texts are JSON. Numbers are compared by value, however they are written.
    """
    found = filled(value=False, height=len(raw), dtype=pl.Boolean)
    for constant in constants:
        found = found | is_native(raw, constant, coded=coded)
    return found


def is_native(raw: pl.Series, constant: Json, *, coded: bool) -> pl.Series:
    """Tell which raw values are a native constant; None means missing."""
    if constant is None:
        return is_missing(raw, coded=coded)
    if raw.dtype == pl.String:
        return _is_text(raw, constant, coded=coded).fill_null(value=False)
    if isinstance(constant, bool):
        comparable = raw.dtype == pl.Boolean
    else:
        comparable = isinstance(constant, int | float) and raw.dtype.is_numeric()
    if not comparable:
        return filled(value=False, height=len(raw), dtype=pl.Boolean)
    return (raw == constant).fill_null(value=False)


def is_missing(raw: pl.Series, *, coded: bool) -> pl.Series:
    """Tell which raw values are missing: absent, or null in JSON."""
    if coded and raw.dtype == pl.String:
        return raw.is_null() | (raw == "null").fill_null(value=False)
    return raw.is_null()


def raw_constant(constant: Json, kind: Kind, height: int, *, coded: bool) -> pl.Series:
    """Repeat a native constant as the raw column of a field holds it."""
    if not coded:
        return _repeated(native_text(constant), pl.String(), height)
    if kind == "value":
        return _repeated(json_text(constant), pl.String(), height)
    return _repeated(constant, RAW[kind], height)


def raw_cells(values: pl.Series, kind: Kind, *, coded: bool) -> pl.Series:
    """Print typed values as their field holds them: typed, as JSON, or as plain text."""
    if coded and kind != "value":
        return values if values.dtype == RAW[kind] else values.cast(RAW[kind], strict=False)
    if values.dtype == pl.Float64:
        return shortest(values)
    if coded and values.dtype == pl.String:
        return quoted(values)
    return values.cast(pl.String)


def _repeated(value: Json, dtype: pl.DataType, height: int) -> pl.Series:
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def _is_text(raw: pl.Series, constant: Json, *, coded: bool) -> pl.Series:
    match constant:
        case bool():
            return raw == json_text(constant)
        case int():
            whole = raw.cast(pl.Int64, strict=False)
            return (whole == constant).fill_null(raw.cast(pl.Float64, strict=False) == constant)
        case float():
            return raw.cast(pl.Float64, strict=False) == constant
        case str():
            return _is_string(raw, constant) if coded else raw == constant
        case _:
            return _is_container(raw, constant)


def _is_string(raw: pl.Series, constant: str) -> pl.Series:
    plain = raw == json_text(constant)
    escaped = raw.str.contains(r'^"[^"]*\\').fill_null(value=False)
    if not escaped.any():
        return plain
    return plain | (escaped & (unquoted(raw) == constant))


def _is_container(raw: pl.Series, constant: Json) -> pl.Series:
    """Tell which JSON texts are a list or a map; where that is empty nothing is parsed."""
    opening, closing = ("[", "]") if isinstance(constant, list) else ("{", "}")
    if not constant:
        return raw.str.contains(rf"^\{opening}\s*\{closing}$")
    begun = without_null(raw).str.starts_with(opening).fill_null(value=False)
    same = [json.loads(text) == constant for text in raw.filter(begun)]
    return begun.scatter(begun.arg_true(), same)
