"""Outlines of the source's rows, left where they were read until a column is made of them.

They are most of a dataset, so that no step on the way copies them: of each row is known which row
of the source it is, and where outlines were split, which part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables import lists
from annostd.tables.geometry import points, polygons

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from annostd.converters.work import Work
    from annostd.plan.model import Plan
    from annostd.tables.dataset import Tables
    from annostd.tables.geometry.forms import Form

NAME = "polygons"
PART = "@part"
ROWS = 32_768


def aside(work: Work, frame: pl.DataFrame) -> pl.DataFrame:
    """Take the outlines out of the source's rows, unless something is derived from their points."""
    if NAME not in frame.columns or _is_read(work.source_plan) or _is_read(work.plan):
        return frame
    present = f"present({NAME})"
    if present not in frame.columns:
        frame = frame.with_columns(frame[NAME].is_not_null().alias(present))
    return frame.drop(NAME)


def without(tables: Tables, kept: Collection[str] = ()) -> Tables:
    """Let go of the outlines of tables, save those `kept`."""
    slim = {
        table: frame if table in kept else frame.drop(NAME, strict=False)
        for table, frame in tables.frames.items()
    }
    return replace(tables, frames=slim)


def are_aside(work: Work, table: str, frame: pl.DataFrame) -> bool:
    """Tell whether rows have outlines that are not in their frame."""
    source = work.source.frames.get(table)
    return source is not None and NAME in source.columns and NAME not in frame.columns


def part_counts(work: Work, table: str, frame: pl.DataFrame) -> pl.Series:
    """Count the parts of each row's outline; null where it has none."""
    own = NAME in frame.columns
    whole = frame[NAME] if own else work.source.frames[table][NAME]
    counts = whole.list.len()
    return counts if own else counts.gather(frame["@from"])


def split(
    frame: pl.DataFrame, counts: pl.Series, kept: pl.Series, stale: Collection[str]
) -> pl.DataFrame:
    """Repeat each row kept for every part of its outline; a row without parts stays one row.

    Columns that are `stale` then are left out.
    """
    several = np.maximum(counts.fill_null(0).to_numpy(), 1).astype(np.int64) * kept.to_numpy()
    rows = np.repeat(np.arange(frame.height), several)
    part = np.arange(len(rows)) - np.repeat(lists.starts(several), several)
    at = pl.Series(rows, dtype=pl.UInt32)
    # column by column: columns that are cut otherwise than others would first be copied as they are
    repeated = pl.DataFrame(
        [column.gather(at) for column in frame if column.name not in stale]
    ).with_columns(pl.Series(PART, part))
    if NAME in frame.columns:
        repeated = repeated.with_columns(_parted(repeated[NAME], repeated[PART]).alias(NAME))
    return repeated


def pieces(work: Work, table: str, frame: pl.DataFrame) -> Iterator[pl.Series]:
    """Yield the outlines of rows, some thousand at a time."""
    whole, rows = work.source.frames[table][NAME], frame["@from"]
    if PART not in frame.columns and _is_all(rows, len(whole)):
        yield from whole.get_chunks()
        return
    for start in range(0, len(rows), ROWS):
        wanted = rows.slice(start, ROWS)
        taken = _taken(whole, wanted)
        if PART in frame.columns:
            taken = _parted(taken, frame[PART].slice(start, ROWS))
        yield taken


def measure(work: Work, table: str, frame: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Measure the outlines of rows."""
    made = [points.measure(piece, form) for piece in pieces(work, table, frame)]
    if not made:
        return points.measure(pl.Series(NAME, [], dtype=polygons.DTYPE), form)
    return pl.concat(made, rechunk=True)


def _is_read(plan: Plan) -> bool:
    """Tell whether a value is derived from the points of outlines, not from measures of them."""
    return any(
        need.path[-1] == NAME and need.measure in {None, "native"}
        for table in plan.tables.values()
        for column in table.columns.values()
        if column.derive is not None
        for need in column.derive.needs
    )


def _is_all(rows: pl.Series, height: int) -> bool:
    """Tell whether rows are all those of the source, in their order."""
    if len(rows) != height or rows.null_count():
        return False
    return bool((rows == pl.int_range(height, dtype=pl.UInt32, eager=True)).all())


def _taken(whole: pl.Series, rows: pl.Series) -> pl.Series:
    """Gather rows from the run of the column that they stand in, which is not copied as a whole."""
    known = rows.drop_nulls().to_numpy()
    if not len(known):
        return whole.clear().extend_constant(None, len(rows))
    low, high = int(known.min()), int(known.max())
    return whole.slice(low, high - low + 1).gather(rows - low)


def _parted(outlines: pl.Series, parts: pl.Series) -> pl.Series:
    """Keep of each outline one part, as an outline of its own."""
    frame = pl.DataFrame([outlines.alias("outline"), parts.alias("part")])
    return frame.select(pl.col("outline").list.slice(pl.col("part"), 1)).to_series()
