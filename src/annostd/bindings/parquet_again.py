"""Rows back into the Parquet file that they came from, so that all else in it stays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.parquet_cells import printed, read_column, write_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import Field


def write_again(
    raw: Mapping[str, tuple[pl.Series, Field]], frame: pl.DataFrame, path: str
) -> bytes:
    """Print raw columns by name with the order, the types and the undeclared columns of a file.

    `frame` says in `@index` which row of it each row is. Where nothing changed, the file stays.
    """
    old = pl.read_parquet(path, glob=False)
    nowhere = pl.Series([None] * frame.height, dtype=pl.UInt32)
    places = frame["@index"] if "@index" in frame.columns else nowhere
    found: dict[str, pl.Series] = {}
    for name in old.columns:
        stood = old[name].gather(places)
        found[name] = _again(*raw[name], stood) if name in raw else stood
    for name, (values, item) in raw.items():
        if name not in found and values.null_count() < len(values):
            found[name] = write_column(values, item).alias(name)
    if pl.DataFrame(list(found.values())).equals(old, null_equal=True):
        return Path(path).read_bytes()
    return printed(list(found.values()))


def _again(raw: pl.Series, item: Field, old: pl.Series) -> pl.Series:
    """Give a column what its rows hold now; what could not be read stays as it was."""
    column = read_column(old, item)
    if column.values is None or column.values.equals(raw, null_equal=True):
        return old
    texts = item.kind == "value" and old.dtype == pl.String
    new = _typed(raw if texts else write_column(raw, item), old.dtype).alias(old.name)
    rows = [row for row, _ in column.misfits]
    if not rows or new.dtype != old.dtype:
        return new
    misfit = pl.int_range(len(old), eager=True).is_in(pl.Series(rows).implode())
    return old.zip_with(misfit & new.is_null(), new)


def _typed(values: pl.Series, kind: pl.DataType) -> pl.Series:
    """Give values the type that their column had, where it holds them."""
    try:
        cast = values.cast(kind)
    except pl.exceptions.PolarsError:
        return values
    return cast if cast.cast(values.dtype, strict=False).equals(values) else values
