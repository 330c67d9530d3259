"""Cells that hold JSON of a declared kind: text that is JSON, a list, a map, a JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from annostd.columns.cells import CellFault, Cells
from annostd.columns.texts import is_string, quoted, unquoted, without_null
from annostd.expressions import is_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.plan.model import ColumnPlan, Field

WORDS: Mapping[str, str] = {
    "json": "a text that is JSON",
    "list": "a list",
    "map": "an object",
    "schema": "a JSON Schema",
}
"""Declared type → what a value of it is, with its article."""
_DECODER = msgspec.json.Decoder(msgspec.Raw)
_OPENING = {"list": "[", "map": "{"}


def is_document(plan: ColumnPlan) -> bool:
    """Tell whether a column holds JSON of a declared kind; its values are then JSON texts."""
    return plan.type == "json" and plan.column.type in WORDS and not plan.column.values


def read_documents(raw: pl.Series, declared: str, *, coded: bool) -> Cells:
    """Read JSON texts of a declared kind; `coded`: the raw texts are those of whatever stands.

    Of text that is JSON the value is what it says, not the text; so is that of a text carrier.
    """
    texts = without_null(raw) if coded else raw
    wrong = pl.repeat(value=False, n=len(raw), dtype=pl.Boolean, eager=True)
    if coded and declared == "json":
        wrong = texts.is_not_null() & ~is_string(texts)
        texts = unquoted(texts)
    if declared == "json" or not coded:
        wrong = wrong | ~_holds(texts, _is_json)
    if declared == "schema":
        wrong = wrong | (~wrong & ~_holds(texts, is_schema))
    elif declared in _OPENING:
        opening = _OPENING[declared]
        wrong = wrong | ~texts.str.strip_chars_start().str.starts_with(opening)
    wrong = wrong.fill_null(value=False) & texts.is_not_null()
    if not wrong.any():
        return Cells(texts)
    kept = pl.select(pl.when(~wrong).then(texts)).to_series().alias(raw.name)
    return Cells(kept, (CellFault("type", wrong, WORDS[declared]),))


def print_documents(values: pl.Series, plan: ColumnPlan, field: Field, *, coded: bool) -> pl.Series:
    """Print JSON texts as their field holds them: the way back of `read_documents`."""
    is_text = plan.column.type == "json" and coded and field.kind == "value"
    return quoted(values) if is_text else values


def _holds(texts: pl.Series, test: Callable[[str], bool]) -> pl.Series:
    found = [text is None or test(text) for text in texts]
    return pl.Series(found, dtype=pl.Boolean)


def _is_json(text: str) -> bool:
    try:
        _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
