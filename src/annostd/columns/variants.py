"""Which variant each row is of: native tests over raw columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
import polars as pl

from annostd.columns.natives import is_among, is_missing
from annostd.columns.texts import is_string, unquoted
from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import Source, Variant
    from annostd.standard.model import Condition

Texts = TypeVar("Texts", pl.Expr, pl.Series)

_OPENING = {"object": "{", "array": "[", "string": '"'}
_PATTERNS = {
    "boolean": "^(?:true|false)$",
    "number": "^-?[0-9]",
    "integer": "^-?[0-9]+$",
}


def variant_of(source: Source, frame: pl.DataFrame, *, coded: bool) -> pl.Series:
    """Tell for each row the index of the first variant that it fits (UInt8, null: none).

    `coded`: the texts of fields of kind `value` are JSON.
    """
    if len(source.variants) == 1 and not source.variants[0].where:
        return filled(0, frame.height, pl.UInt8)
    values = {f.name for f in source.fields if f.kind == "value"} if coded else set()
    chosen = pl.lit(None, dtype=pl.UInt8)
    for index in range(len(source.variants) - 1, -1, -1):
        fits = _fits(source.variants[index], frame, values)
        chosen = pl.when(fits).then(pl.lit(index, dtype=pl.UInt8)).otherwise(chosen)
    return frame.select(chosen.alias("@variant")).to_series()


def is_typed(texts: pl.Expr, types: Sequence[str]) -> pl.Expr:
    """Tell the JSON texts that are of one of some types."""
    known = [_is_of(texts, kind) for kind in types if kind in {*_OPENING, *_PATTERNS}]
    return pl.any_horizontal(pl.lit(value=False), *known)


def count_items(texts: pl.Series) -> pl.Series:
    """Count the items of JSON lists and the characters of JSON strings; other values have none."""
    return texts.map_elements(_count, return_dtype=pl.Int64)


def _fits(variant: Variant, frame: pl.DataFrame, values: set[str]) -> pl.Series:
    fits = filled(value=True, height=frame.height, dtype=pl.Boolean)
    for condition in variant.where:
        for test in _tests(condition, frame[condition.at], coded=condition.at in values):
            fits = fits & test.fill_null(value=False)
    return fits


def _tests(condition: Condition, raw: pl.Series, *, coded: bool) -> Iterator[pl.Series]:
    if condition.constants is not None:
        yield is_among(raw, condition.constants, coded=coded)
    if condition.types:
        yield _typed(raw, condition.types, coded=coded)
    if condition.negated:
        yield ~_typed(raw, condition.negated, coded=coded)
    if condition.pattern is not None:
        text = _texts(raw) if coded else raw.cast(pl.String)
        yield text.str.contains(f"^(?:{condition.pattern})$")
    if condition.length is not None:
        yield _long(raw, condition.length, coded=coded)


def _texts(raw: pl.Series) -> pl.Series:
    """Give the JSON texts that are strings, as what they say."""
    return pl.select(pl.when(is_string(raw)).then(unquoted(raw))).to_series()


def _typed(raw: pl.Series, types: Sequence[str], *, coded: bool) -> pl.Series:
    missing = is_missing(raw, coded=coded)
    found = filled(value=False, height=len(raw), dtype=pl.Boolean)
    for kind in types:
        if kind == "present":
            found = found | ~missing
        elif kind == "null":
            found = found | missing
        elif kind == "string" and not coded:
            found = found | ~missing
        else:
            found = found | _is_of(raw.cast(pl.String), kind).fill_null(value=False)
    return found


def _is_of(texts: Texts, kind: str) -> Texts:
    """Tell the JSON texts of a type; those that may be long are told by their first character."""
    if kind in _OPENING:
        return texts.str.starts_with(_OPENING[kind])
    return texts.str.contains(_PATTERNS[kind])


def _long(raw: pl.Series, length: tuple[int | None, int | None], *, coded: bool) -> pl.Series:
    """Test the length of a list or a text; whether a list is empty shows without parsing it."""
    least, most = length
    if coded and (least, most) == (0, 0):
        return raw.str.contains(r'^(?:\[\s*\]|"")$')
    if coded and (least, most) == (1, None):
        return raw.str.contains(r'^(?:\[\s*[^\]\s]|"[^"])')
    count = count_items(raw) if coded else raw.cast(pl.String).str.len_chars().cast(pl.Int64)
    fits = count >= (least or 0)
    return fits & (count <= most) if most is not None else fits


def _count(text: str) -> int:
    value: object = msgspec.json.decode(text)
    return len(value) if isinstance(value, list | str) else -1
