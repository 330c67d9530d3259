"""Which variant each row is of: native tests over raw columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import Kind, Source, Variant
    from annostd.standard.model import Condition

_FIRST = {
    "object": "^\\{",
    "array": "^\\[",
    "string": '^"',
    "boolean": "^(?:true|false)$",
    "null": "^null$",
    "number": "^-?[0-9]",
    "integer": "^-?[0-9]+$",
}


def variant_of(source: Source, frame: pl.DataFrame, *, coded: bool) -> pl.Series:
    """Tell for each row the index of the first variant that it fits (UInt8, null: none)."""
    if len(source.variants) == 1 and not source.variants[0].where:
        return pl.repeat(0, frame.height, dtype=pl.UInt8, eager=True)
    kinds = {field.name: field.kind for field in source.fields}
    chosen = pl.lit(None, dtype=pl.UInt8)
    for index in range(len(source.variants) - 1, -1, -1):
        fits = _fits(source.variants[index], kinds, coded=coded)
        chosen = pl.when(fits).then(pl.lit(index, dtype=pl.UInt8)).otherwise(chosen)
    return frame.select(chosen.alias("@variant")).to_series()


def _fits(variant: Variant, kinds: Mapping[str, Kind], *, coded: bool) -> pl.Expr:
    tests = [
        test
        for condition in variant.where
        for test in _tests(condition, json_text=coded and kinds[condition.at] == "value")
    ]
    return pl.all_horizontal(tests) if tests else pl.lit(value=True)


def _tests(condition: Condition, *, json_text: bool) -> list[pl.Expr]:
    value = pl.col(condition.at)
    missing = value.is_null() | (value == "null") if json_text else value.is_null()
    tests = []
    if condition.constants is not None:
        tests.append(_constant(value, missing, condition.constants, json_text=json_text))
    if condition.types:
        tests.append(_typed(value, missing, condition.types))
    if condition.negated:
        tests.append(~_typed(value, missing, condition.negated))
    if condition.pattern is not None:
        tests.append(value.cast(pl.String).str.contains(f"^(?:{condition.pattern})$"))
    if condition.length is not None:
        tests.append(_long(value, condition.length))
    return [test.fill_null(value=False) for test in tests]


def _constant(
    value: pl.Expr, missing: pl.Expr, constants: Sequence[object], *, json_text: bool
) -> pl.Expr:
    test = missing if None in constants else pl.lit(value=False)
    for constant in constants:
        if constant is not None:
            if json_text:
                compact = value.str.replace_all(r"[ \t\r\n]", "")
                text = json.dumps(constant, ensure_ascii=False, separators=(",", ":"))
                test = test | (compact == text).fill_null(value=False)
            else:
                test = test | (value == pl.lit(constant)).fill_null(value=False)
    return test


def _typed(value: pl.Expr, missing: pl.Expr, types: Sequence[str]) -> pl.Expr:
    test = pl.lit(value=False)
    for kind in types:
        if kind == "present":
            test = test | ~missing
        elif kind == "null":
            test = test | missing
        else:
            test = test | value.str.contains(_FIRST[kind])
    return test.fill_null(value=False)


def _long(value: pl.Expr, length: tuple[int | None, int | None]) -> pl.Expr:
    """Test the length of a JSON list by what stands in it: none, or the commas of its own level."""
    least, most = length
    if (least, most) == (0, 0):
        return value.str.contains(r"^\[\s*\]$")
    if (least, most) == (1, None):
        return value.str.contains(r"^\[\s*[^\]\s]")
    count = value.map_elements(_count, return_dtype=pl.Int64)
    test = count >= (least or 0)
    return test & (count <= most) if most is not None else test


def _count(text: str) -> int:
    value = json.loads(text)
    return len(value) if isinstance(value, list | str) else -1
