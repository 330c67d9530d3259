"""Lists in one place: JSON texts to lists of texts or of edges, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from annostd.columns.cells import DTYPES, CellFault, Cells, word
from annostd.columns.natives import json_text
from annostd.columns.spans import decode_spans
from annostd.columns.texts import without_null

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan
    from annostd.standard.model import Json

ENDS: Final = 2
"""An edge has two: the positions of the points that it joins."""
LARGEST: Final = 2**62
"""Positions are smaller, so that none overflows when it is counted from another origin."""


def is_listed(plan: ColumnPlan) -> bool:
    """Tell whether a set of texts, of which others have one in a place, stands there as a list."""
    return plan.type == "strings" and plan.column.items == "string"


def decode_items(raw: pl.Series, plan: ColumnPlan) -> Cells:
    """Read JSON texts as lists; positions of edges are counted from 0, whatever the origin."""
    if plan.type == "spans":
        return decode_spans(raw, plan)
    texts = without_null(raw)
    found = [
        None if text is None else _read(cast("Json", json.loads(text)), plan) for text in texts
    ]
    values = pl.Series(raw.name, found, dtype=DTYPES[plan.type])
    wrong = texts.is_not_null() & values.is_null()
    faults = (CellFault("type", wrong, word(plan.type)),) if wrong.any() else ()
    return Cells(values, faults)


def encode_items(values: pl.Series, plan: ColumnPlan) -> pl.Series:
    """Print lists as JSON texts, null as null."""
    if plan.type == "edges":
        origin = plan.column.origin or 0
        values = values.list.eval(pl.element().list.eval(pl.element() + origin))
    texts = [None if value is None else json_text(value) for value in values.to_list()]
    return pl.Series(values.name, texts, dtype=pl.String)


def _read(value: Json, plan: ColumnPlan) -> list[str] | list[list[int]] | None:
    """Give the list that a value is, None where it is another."""
    if not isinstance(value, list):
        return None
    if plan.type in {"texts", "strings"}:
        texts = [item for item in value if isinstance(item, str)]
        return texts if len(texts) == len(value) else None
    edges = [_edge(item, plan.column.origin or 0) for item in value]
    known = [edge for edge in edges if edge is not None]
    return known if len(known) == len(edges) else None


def _edge(value: Json, origin: int) -> list[int] | None:
    if not isinstance(value, list) or len(value) != ENDS:
        return None
    ends = [_position(end) for end in value]
    return [end - origin for end in ends if end is not None] if None not in ends else None


def _position(value: Json) -> int | None:
    """Give an integer as its number, however it is written; true is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= LARGEST:
        return None
    return int(value) if value == int(value) else None
