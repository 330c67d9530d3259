"""Rows that stand in others, taken in the order of these, to any depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.nesting import WITHIN, roots

if TYPE_CHECKING:
    from annostd.plan.model import Source


def rows_in(child: Source, rows: pl.DataFrame, outer: pl.DataFrame) -> pl.DataFrame:
    """Take the rows of a source that stand in some, and where it nests those inside these.

    They come in the order of the rows that they stand in at last.
    """
    taken = _joined_to(rows, outer["@row"], (child.enclosing or "", "@parent"))
    taken = taken.sort("@parent", maintain_order=True)
    if not child.nests:
        return taken
    parts = [taken.with_columns(pl.lit(None, pl.UInt32).alias(WITHIN))]
    start = 0
    while parts[-1].height:
        within = _joined_to(rows, parts[-1]["@row"], (child.enclosing or "", WITHIN))
        start, placed = start + parts[-1].height, pl.col(WITHIN) + start
        parts.append(within.with_columns(placed.cast(pl.UInt32)))
    whole = pl.concat(parts, how="diagonal")
    order = whole.select(roots(whole).alias("root")).select(
        pl.arg_sort_by("root", maintain_order=True).alias("at")
    )
    places = order.with_row_index("place").sort("at")["place"]
    moved = places.gather(whole[WITHIN]).cast(pl.UInt32).alias(WITHIN)
    return whole.with_columns(moved)[order["at"]]


def _joined_to(rows: pl.DataFrame, outer: pl.Series, by: tuple[str, str]) -> pl.DataFrame:
    """Take the rows that stand in `outer`, each with the position there of the one that it is in.

    `by` is the reference that says so, and the column to be made.
    """
    places = pl.int_range(len(outer), dtype=pl.UInt32, eager=True)
    at = pl.DataFrame({by[0]: outer.cast(pl.UInt32), by[1]: places})
    return rows.join(at, on=by[0], how="inner", maintain_order="left")
