"""Rows of a table to the lines of its joins, and rows into the order that their standard wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.joins import is_listing
from annostd.templates import always, rests

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.plan.model import Source


def joined_rows(join: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Take the rows of a table that a join says something of, one for each item of a list.

    Where a join has to have something for each row, all of them stand in it as soon as one does.
    """
    columns = [plan for plan in join.variants[0].columns if plan.name in rows.columns]
    if not columns or join.join is None:
        return rows.clear()
    for plan in columns:
        if plan.type == "strings":
            rows = rows.explode(plan.name).drop_nulls(plan.name)
            rows = rows.with_columns(pl.concat_list(plan.name))
    said = rows.select(pl.any_horizontal(pl.col(p.name).is_not_null() for p in columns)).to_series()
    if join.join.missing != "error" or not said.any():
        rows = rows.filter(said)
    return rows.with_columns(pl.lit(0, pl.UInt8).alias("@variant"))


def joined_lines(join: Source, raw: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """Complete the raw rows of a join by the keys, as text, of the rows that they are of.

    A row that lists keys stands once for all that it says the same of; a row without a value that
    its line cannot do without is left out.
    """
    there = join.join.by[0][1] if join.join is not None else ""
    lines = raw.with_columns(keys.alias(there))
    if join.template is not None:
        empty, owed = rests(join.template), always(join.template)
        lines = lines.with_columns(pl.col(n).fill_null("") for n in lines.columns if n in empty)
        lines = lines.drop_nulls([name for name in lines.columns if name in owed])
    if not is_listing(join):
        return lines
    same = [name for name in lines.columns if name != there]
    grouped = lines.group_by(same, maintain_order=True).agg(pl.col(there).str.join(" "))
    return grouped.select(lines.columns)


def in_order(
    source: Source, rows: pl.DataFrame, text_of: Callable[[str], pl.Series]
) -> pl.DataFrame:
    """Sort the rows of a source by the text that its standard says; else leave them.

    `text_of` gives the text that a column of the rows is written as.
    """
    if source.sorted is None:
        return rows
    places = {there: here for here, there in source.join.by} if source.join else {}
    names = [places.get(source.sorted, source.sorted), *places.values()]
    by = [text_of(name) for name in dict.fromkeys(names)]
    order = pl.DataFrame([text.alias(f"{n}") for n, text in enumerate(by)])
    at = order.with_row_index("@at").sort(order.columns, maintain_order=True)["@at"]
    return rows[at]
