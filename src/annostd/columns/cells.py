"""Scalar cells: raw text or numbers to typed values, with the faults met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.natives import is_among, is_native, json_text, native_text
from annostd.columns.texts import is_string, quoted, unquoted, without_null
from annostd.tables.lists import filled, nested
from annostd.tables.times import TIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import ColumnPlan
    from annostd.standard.model import Json, Scalar
    from annostd.tables.schema import ColumnType

INTEGER_TEXT = r"^-?[0-9]{1,19}$"
NUMBER_TEXT = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?$"
DTYPES: Mapping[ColumnType, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "time": TIME,
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "json": pl.String(),
    "strings": pl.List(pl.String()),
    "spans": pl.List(pl.List(pl.Int64())),
    "texts": pl.List(pl.String()),
    "edges": pl.List(pl.List(pl.Int64())),
}
_WORDS: Mapping[str, str] = {
    "integer": "an integer",
    "number": "a number",
    "time": "a time",
    "string": "a string",
    "boolean": "true or false",
    "json": "a value",
    "strings": "a list of texts",
    "spans": "a list of spans",
    "texts": "a list of texts",
    "edges": "a list of pairs of integers",
}


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault in one column: the rule's last word, the rows (Boolean), what was expected.

    `inside` holds for each faulty row the text of the one number at fault, where the value is a
    list of them (None: it is the value).
    """

    fault: str
    rows: pl.Series
    expected: str
    inside: pl.Series | None = None


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
    A column of type `json` holds JSON texts, whatever its carrier hands over.
    """
    coded = coded and raw.dtype == pl.String
    if coded:
        raw = without_null(raw)
    if kind == "json":
        return Cells(quoted(raw) if raw.dtype == pl.String and not coded else raw.cast(pl.String))
    if kind in {"string", "strings"}:
        cells = _strings(raw) if coded else Cells(raw.cast(pl.String))
        return Cells(_lists(cells.values), cells.faults) if kind == "strings" else cells
    dtype = DTYPES[kind]
    if raw.dtype == pl.String:
        return _cast_text(raw, kind, dtype)
    return Cells(raw if raw.dtype == dtype else raw.cast(dtype, strict=False))


def map_values(raw: pl.Series, plan: ColumnPlan, *, coded: bool) -> Cells:
    """Map native to canonical values by a closed set; what is not in it is a fault."""
    natives = [native for native, _ in plan.column.values]
    kind = _common_type(natives)
    cells = cast(raw, kind, coded=coded) if kind is not None else Cells(raw)
    dtype = pl.String() if plan.type == "strings" else DTYPES.get(plan.type, pl.String())
    values = pl.Series([held(value, plan.type) for _, value in plan.column.values], dtype=dtype)
    if kind is None:
        mapped = _chosen(raw, natives, values, coded=coded)
        outside = ~is_among(raw, [None, *natives], coded=coded)
    else:
        known = pl.Series(natives, dtype=DTYPES[kind])
        mapped = cells.values.replace_strict(known, values, default=None, return_dtype=dtype)
        outside = cells.values.is_not_null() & ~cells.values.is_in(known.implode())
    faults = [*cells.faults]
    if outside.any():
        expected = "one of " + ", ".join(native_text(native) for native in natives)
        faults.append(CellFault("value", outside, expected))
    return Cells(_lists(mapped) if plan.type == "strings" else mapped, tuple(faults))


def held(value: Json, kind: ColumnType) -> Json:
    """Give a canonical constant as its column holds it: any value is held as JSON text."""
    return json_text(value) if kind == "json" else value


def repeated(value: Json, kind: ColumnType, height: int) -> pl.Series:
    """Repeat a canonical constant in a column of a type, `height` times."""
    if kind == "strings":
        return _lists(repeated(value, "string", height))
    return pl.Series([held(value, kind)], dtype=DTYPES[kind]).new_from_index(0, height)


def _common_type(natives: Sequence[Scalar]) -> ColumnType | None:
    """Tell the type that all natives of a set are of; None where they have none in common."""
    if all(isinstance(native, bool) for native in natives):
        return "boolean"
    if any(isinstance(native, bool) for native in natives):
        return None
    if all(isinstance(native, int) for native in natives):
        return "integer"
    if all(isinstance(native, int | float) for native in natives):
        return "number"
    return "string" if all(isinstance(native, str) for native in natives) else None


def _chosen(
    raw: pl.Series, natives: Sequence[Scalar], values: pl.Series, *, coded: bool
) -> pl.Series:
    """Give each row the value of the native that it is."""
    chosen = filled(None, len(raw), values.dtype)
    for native, value in zip(natives, values, strict=True):
        mine = is_native(raw, native, coded=coded)
        filler = pl.Series([value], dtype=values.dtype)
        chosen = filler.new_from_index(0, len(raw)).zip_with(mine, chosen)
    return chosen.alias(raw.name)


def _lists(texts: pl.Series) -> pl.Series:
    there = texts.is_not_null()
    counts = there.cast(pl.Int64).to_numpy()
    return nested(texts.drop_nulls(), counts, ~there.to_numpy()).alias(texts.name)


def _strings(raw: pl.Series) -> Cells:
    """Read JSON texts as strings; texts of other values are faults."""
    wrong = raw.is_not_null() & ~is_string(raw)
    values = unquoted(raw)
    if not wrong.any():
        return Cells(values)
    kept = pl.select(pl.when(~wrong).then(values)).to_series().alias(raw.name)
    return Cells(kept, (CellFault("type", wrong, word("string")),))


def _cast_text(raw: pl.Series, kind: ColumnType, dtype: pl.DataType) -> Cells:
    text = raw.str.strip_chars(" \t\r\n")
    if kind == "boolean":
        values = text.replace_strict(
            ["true", "false"], [True, False], default=None, return_dtype=dtype
        )
    else:
        pattern = INTEGER_TEXT if kind == "integer" else NUMBER_TEXT
        values = text.cast(dtype, strict=False)
        fits = text.str.contains(pattern) & values.is_not_null()
        if dtype == pl.Float64:
            fits = fits & values.is_finite()
        values = pl.select(pl.when(fits).then(values)).to_series()
    wrong = raw.is_not_null() & values.is_null()
    faults = (CellFault("type", wrong, word(kind)),) if wrong.any() else ()
    return Cells(values.alias(raw.name), faults)
