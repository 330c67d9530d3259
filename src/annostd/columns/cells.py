"""Scalar cells: raw text or numbers to typed values, with the faults met."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import ColumnPlan
    from annostd.tables.schema import ColumnType

INTEGER_TEXT = r"^-?[0-9]{1,19}$"
NUMBER_TEXT = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?$"
DTYPES: Mapping[ColumnType, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "time": pl.Float64(),
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "json": pl.String(),
    "strings": pl.List(pl.String()),
}
_WORDS: Mapping[str, str] = {
    "integer": "an integer",
    "number": "a number",
    "time": "a number",
    "string": "a string",
    "boolean": "true or false",
    "json": "a value",
    "strings": "a list of texts",
}


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault in one column: the rule's last word, the rows (Boolean), what was expected."""

    fault: str
    rows: pl.Series
    expected: str


@dataclass(frozen=True, slots=True)
class Cells:
    """Values decoded, null where missing or faulty, and the faults."""

    values: pl.Series
    faults: tuple[CellFault, ...] = ()


def word(kind: str) -> str:
    """Say what a value of this type is, with its article."""
    return _WORDS.get(kind, kind)


def cast(raw: pl.Series, kind: ColumnType, *, coded: bool) -> Cells:
    """Cast a raw column to a type.

    `coded`: the texts are JSON, as typed carriers hand over what they were not told the kind of.
    """
    if coded and raw.dtype == pl.String and kind != "json":
        raw = _uncoded(raw, kind)
    if kind == "strings":
        return Cells(raw.cast(pl.String).to_frame().select(_listed(raw.name)).to_series())
    dtype = DTYPES[kind]
    if raw.dtype == dtype or kind == "json":
        return Cells(raw.cast(pl.String) if kind == "json" else _finite(raw))
    if raw.dtype != pl.String:
        return Cells(raw.cast(dtype, strict=False))
    return _cast_text(raw, kind, dtype)


def map_values(raw: pl.Series, plan: ColumnPlan, *, coded: bool) -> Cells:
    """Map native to canonical values by a closed set; what is not in it is a fault."""
    pairs = plan.column.values
    natives = [native for native, _ in pairs]
    cells = cast(raw, _native_kind(natives), coded=coded)
    values = cells.values
    dtype = DTYPES[plan.type] if plan.type in DTYPES else pl.String()
    mapped = values.replace_strict(
        pl.Series(natives, dtype=values.dtype),
        pl.Series([held(value, plan.type) for _, value in pairs], dtype=dtype),
        default=None,
        return_dtype=dtype,
    )
    outside = values.is_not_null() & ~values.is_in(pl.Series(natives, dtype=values.dtype).implode())
    expected = "one of " + ", ".join(native_text(native) for native in natives)
    faults = [*cells.faults]
    if outside.any():
        faults.append(CellFault("value", outside, expected))
    return Cells(mapped, tuple(faults))


def held(value: object, kind: ColumnType) -> object:
    """Give a canonical constant as its column holds it: any value is held as JSON text."""
    return json.dumps(value, ensure_ascii=False) if kind == "json" else value


def native_text(value: object) -> str:
    """Print a native constant as its files spell it."""
    return value if isinstance(value, str) else json.dumps(value)


def _native_kind(natives: Sequence[object]) -> ColumnType:
    if all(isinstance(native, bool) for native in natives):
        return "boolean"
    if all(isinstance(native, int) for native in natives):
        return "integer"
    return "string"


def _listed(name: str) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.is_not_null()).then(pl.concat_list(column)).otherwise(None).alias(name)


def _finite(values: pl.Series) -> pl.Series:
    if values.dtype != pl.Float64 or not values.is_nan().any():
        return values
    return values.fill_nan(None)


def _cast_text(raw: pl.Series, kind: ColumnType, dtype: pl.DataType) -> Cells:
    text = raw.str.strip_chars(" \t\r\n")
    if kind == "boolean":
        values = text.replace_strict(
            ["true", "false"], [True, False], default=None, return_dtype=dtype
        )
    else:
        pattern = INTEGER_TEXT if kind == "integer" else NUMBER_TEXT
        fits = text.str.contains(pattern)
        values = text.cast(dtype, strict=False)
        if not fits.all():
            values = pl.select(pl.when(fits).then(values)).to_series()
        if dtype == pl.Float64:
            values = pl.select(pl.when(values.is_finite()).then(values)).to_series()
    wrong = raw.is_not_null() & values.is_null()
    faults = (CellFault("type", wrong, word(kind)),) if wrong.any() else ()
    return Cells(values.alias(raw.name), faults)


def _uncoded(raw: pl.Series, kind: ColumnType) -> pl.Series:
    """Take JSON texts apart: strings lose their quotes where one is expected, null is missing."""
    raw = pl.select(pl.when(raw != "null").then(raw)).to_series().alias(raw.name)
    if kind not in {"string", "strings"}:
        return raw
    quoted = raw.str.starts_with('"')
    unquoted = raw.unique().drop_nulls()
    texts = {text: json.loads(text) for text in unquoted if text.startswith('"')}
    if not texts:
        return raw
    replaced = raw.replace(pl.Series(list(texts)), pl.Series(list(texts.values())))
    return pl.select(pl.when(quoted).then(replaced).otherwise(raw)).to_series().alias(raw.name)
