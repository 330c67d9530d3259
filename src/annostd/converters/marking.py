"""What a target makes of rows inside others: texts joined of them, runs of them that tags mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.columns.marked import Rows, mark_rows
from annostd.converters.model import lose
from annostd.converters.work import sources_of
from annostd.findings import Loss, LossKind
from annostd.plan.divisions import LABEL, SPAN, leaf_of, way
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.converters.work import TableMap, Work
    from annostd.plan.model import ColumnPlan, Plan, Source


def keep_markable(work: Work, table: str, frame: pl.DataFrame, result: TableMap) -> pl.DataFrame:
    """Leave out rows that tags are to mark and cannot: they are losses."""
    for number, source in sources_of(work.plan, table):
        here = (frame["@source"] == number).fill_null(value=False)
        if source.marked is None or not here.any():
            continue
        marked = _marked(work, source, frame.filter(here))
        gone = here.scatter(here.arg_true(), ~marked)
        count = int(gone.sum())
        if count:
            what = source.marked.table
            reason = f"{work.target} marks runs of whole {what} rows, each row once"
            loss = Loss(LossKind.LOST, table, reason, count)
            result.losses.append(lose(loss, table, frame["@from"].filter(gone)))
            frame = frame.filter(~gone)
    return frame


def joined_texts(work: Work, table: str, plan: ColumnPlan, frame: pl.DataFrame) -> pl.Series | None:
    """Give the texts that a target reads back where it joins those of the rows inside.

    None where the column is no such text.
    """
    for _, source in sources_of(work.plan, table):
        for name, inner, field in source.composed:
            leaf = leaf_of(source, inner)
            if plan.fields == (name,) and leaf is not None:
                rows = _rows(work.plan, (source, leaf), field, work.source.frames)
                known = work.source.frames.get(table)
                if rows is None or known is None:
                    return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
                return rows.texts(known.height).gather(frame["@from"])
    return None


def _marked(work: Work, source: Source, frame: pl.DataFrame) -> pl.Series:
    marked = source.marked
    every = (each for file in work.plan.files for each in walk(file.sources))
    outer = next((each for each in every if source in each.children), None)
    leaf = leaf_of(outer, marked.table) if outer is not None and marked is not None else None
    nothing = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    columns = {p.fields[0]: p.name for v in source.variants for p in v.columns if p.fields}
    names = (source.enclosing, columns.get(SPAN), columns.get(LABEL))
    if outer is None or leaf is None or marked is None or not set(names) <= set(frame.columns):
        return nothing
    frames = {name: mapped.frame for name, mapped in work.mapped.items()}
    rows = _rows(work.plan, (outer, leaf), marked.text, frames)
    if rows is None:
        return nothing
    asked = frame.select(
        outer=pl.col(names[0] or ""), span=pl.col(names[1] or ""), label=pl.col(names[2] or "")
    )
    return mark_rows(rows, asked.with_columns(pl.col("label").cast(pl.String)), marked.scheme)[1]


def _rows(
    plan: Plan, place: tuple[Source, Source], field: str, frames: Mapping[str, pl.DataFrame]
) -> Rows | None:
    """Give rows of tables inside others, in the order of their files; None where they are not."""
    outer, leaf = place
    inner = plan.tables[leaf.table].columns.values()
    text = next((column.name for column in inner if column.fields == (field,)), "")
    at: pl.Series | None = None
    block: pl.Series | None = None
    for source in reversed(way(outer, leaf)):
        frame = frames.get(source.table)
        if frame is None or source.enclosing not in frame.columns:
            return None
        parents = frame[source.enclosing]
        at = parents if at is None else parents.gather(at)
        block = at if block is None else block
    frame = frames.get(leaf.table)
    if at is None or block is None or frame is None or text not in frame.columns or at.has_nulls():
        return None
    order = np.lexsort((block.to_numpy(), at.to_numpy()))
    return Rows(
        block.cast(pl.Int64).to_numpy()[order],
        at.cast(pl.Int64).to_numpy()[order],
        frame[text].gather(order),
    )
