"""Raw frames: columns of fields and of places put together with the types of the seam."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.nesting import WITHIN
from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import Field, FilePlan, Source

PLACES: dict[str, type[pl.DataType]] = {
    "@file": pl.UInt32,
    "@start": pl.Int64,
    "@end": pl.Int64,
    "@index": pl.UInt32,
    "@parent": pl.UInt32,
    "@path": pl.String,
}
KINDS: dict[str, type[pl.DataType]] = {
    "integer": pl.Int64,
    "number": pl.Float64,
    "string": pl.String,
    "boolean": pl.Boolean,
    "value": pl.String,
}


def raw_frame(
    fields: Mapping[str, pl.Series | Sequence[object]],
    places: Mapping[str, pl.Series | Sequence[object]],
    kinds: Mapping[str, type[pl.DataType]] | None = None,
) -> pl.DataFrame:
    """Put fields (String where `kinds` says nothing else) and places into one frame.

    A place column that is not given is null (`@within`: left out); `@file` must be given: it tells
    the number of rows.
    """
    height = len(places["@file"])
    columns = [
        _column(name, values, (kinds or {}).get(name, pl.String)) for name, values in fields.items()
    ]
    for name, kind in PLACES.items():
        given = places.get(name)
        values = filled(None, height, kind) if given is None else given
        columns.append(_column(name, values, kind))
    if WITHIN in places:
        columns.append(_column(WITHIN, places[WITHIN], pl.UInt32))
    return pl.DataFrame(columns)


def wanted(source: Source, want: Mapping[str, frozenset[str]] | None) -> tuple[Field, ...] | None:
    """List the fields of a source that are asked for; None where the source itself is not."""
    if want is None:
        return source.fields
    names = want.get(source.name)
    if names is None:
        return None
    return tuple(field for field in source.fields if field.name in names)


def file_numbers(plan: FilePlan, rows: Mapping[str, pl.DataFrame]) -> list[int]:
    """List the files that the rows of a batch belong to, by number, in rising order."""
    frames = (rows[source.name] for source in plan.sources if source.name in rows)
    found = [frame["@file"].drop_nulls().unique() for frame in frames if "@file" in frame.columns]
    if not found:
        return []
    numbers: list[int] = pl.concat(found).unique().sort().to_list()
    return numbers


def _column(name: str, values: pl.Series | Sequence[object], kind: type[pl.DataType]) -> pl.Series:
    if isinstance(values, pl.Series):
        return values.alias(name).cast(kind, strict=False)
    return pl.Series(name, values, dtype=kind, strict=False)
