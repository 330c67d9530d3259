"""Rows that are the pieces of a field of the row that they stand in: cut out, and put together.

Pieces have blanks between them. What is no piece is a fault of the field, and no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.faults import CellFaults
from annostd.columns.raw import RawRows
from annostd.templates import always, extract, render_expr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.plan.model import Source

BLANK = " "


@dataclass(frozen=True, slots=True)
class Cut:
    """Raw rows of pieces, the rows around them whose field holds something else, the field anew."""

    rows: RawRows
    faults: tuple[CellFaults, ...]
    again: pl.Series


def cut_pieces(source: Source, outer: Source, frame: pl.DataFrame) -> Cut:
    """Cut a field of the raw rows `frame` of an enclosing source into rows of a source."""
    field = source.pieces.field if source.pieces is not None else ""
    parts = (
        frame.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("@parent"),
            pl.col(field).str.split(BLANK).alias("text"),
            *("@file", "@start", "@end"),
        )
        .explode("text")
        .filter(pl.col("text") != "")
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("@parent").alias("@index"))
    )
    template = source.template
    values, fits = extract(template, parts["text"]) if template is not None else (parts[[]], None)
    if fits is None:
        fits = pl.repeat(value=True, n=parts.height, dtype=pl.Boolean, eager=True)
    nothing = pl.repeat(None, parts.height, dtype=pl.String, eager=True)
    order = parts["@index"].cast(pl.String)
    found = {
        item.name: order if item.capture else _value(item.path, values, nothing)
        for item in source.fields
    }
    places = {name: parts[name] for name in ("@file", "@start", "@end", "@index", "@parent")}
    made = pl.DataFrame({**found, **places, "@path": nothing})
    again = _joined(parts.filter(fits), frame.height)
    faults = tuple(_faults(source, outer, parts.filter(~fits)))
    return Cut(RawRows(source.name, made.filter(fits)), faults, again)


def joined_pieces(source: Source, raw: pl.DataFrame, height: int) -> pl.Series:
    """Print the raw rows of pieces, and join those of each of `height` rows by `@parent`."""
    if source.template is None:
        return pl.repeat(None, height, dtype=pl.String, eager=True)
    columns = {
        item.path[0]: pl.col(item.name)
        for item in source.fields
        if item.capture is None and item.name in raw.columns
    }
    texts = raw.select("@parent", render_expr(source.template, columns).alias("text"))
    joined = _joined(texts, height)
    owed = source.pieces is not None and source.pieces.field in always(source.pieces.line)
    return joined.fill_null("") if owed else joined


def _joined(texts: pl.DataFrame, height: int) -> pl.Series:
    joined = texts.group_by("@parent", maintain_order=True).agg(pl.col("text").str.join(BLANK))
    nothing = pl.repeat(None, height, dtype=pl.String, eager=True)
    return nothing.scatter(joined["@parent"], joined["text"]) if joined.height else nothing


def _value(path: tuple[str, ...], values: pl.DataFrame, nothing: pl.Series) -> pl.Series:
    return values[path[0]] if path[0] in values.columns else nothing


def _faults(source: Source, outer: Source, wrong: pl.DataFrame) -> Iterator[CellFaults]:
    if wrong.is_empty():
        return
    first = wrong.unique("@parent", keep="first", maintain_order=True)
    field = source.pieces.field if source.pieces is not None else ""
    expected = source.template.text if source.template is not None else ""
    yield CellFaults(
        f"{outer.table}.{field}.value",
        outer.name,
        None,
        (field,),
        first["@parent"].cast(pl.UInt32),
        first["text"],
        f"pieces such as {expected}",
    )
