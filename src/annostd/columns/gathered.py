"""Values gathered of the rows that name their row: texts in order, points in the order of names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.columns.faults import CellFaults, mark_faulty
from annostd.columns.geometry import measure_points
from annostd.plan.gathers import NAME, gathers_of
from annostd.tables import lists
from annostd.tables.geometry.points import VISIBILITY
from annostd.tables.lists import filled
from annostd.tables.schema import VISIBILITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from annostd.columns.decode import Decoded
    from annostd.plan.model import ColumnPlan, Gather, Source

ABSENT = float(VISIBILITIES.index("absent"))
PAIR = 2
SLOTS = 3
_POINTS = {
    "@at": pl.UInt32,
    NAME: pl.String,
    "x": pl.Float64,
    "y": pl.Float64,
    "v": pl.Float64,
    "bad": pl.Boolean,
}


@dataclass(slots=True)
class Gathering:
    """What values are gathered of, beside the rows themselves.

    `decoded` holds the rows inside by source, `beside` all rows of the table itself, `named` gives
    a column of the rows that references of a table name (None: there are no such rows), `wanted`
    tells what is needed of each column (None: all values).
    """

    decoded: Mapping[str, Decoded]
    beside: Sequence[pl.DataFrame]
    named: Callable[[tuple[str, str, str], pl.Series], pl.Series | None]
    wanted: Mapping[str, Collection[str]] | None


def gather_values(
    source: Source, frame: pl.DataFrame, gathering: Gathering
) -> tuple[pl.DataFrame, list[CellFaults]]:
    """Give the numbered rows of a source, whose references are resolved, what they are made of."""
    faults: list[CellFaults] = []
    for plan, gather in gathers_of(source).values():
        if gather.named:
            frame, found = _points(source, (plan, gather), frame, gathering)
            faults.extend(found)
        else:
            frame = _texts(source, (plan, gather), frame, gathering)
        frame, missing = _demanded(source, plan, frame)
        faults.extend(missing)
    return frame, faults


def _binding(source: Source, name: str, frame: pl.DataFrame) -> pl.Series:
    """Tell the rows whose variant gathers a column."""
    numbers = [
        number
        for number, variant in enumerate(source.variants)
        if any(plan.name == name and plan.gather is not None for plan in variant.columns)
    ]
    return frame["@variant"].is_in(numbers).fill_null(value=False)


def _filled(frame: pl.DataFrame, rows: pl.Series, values: Mapping[str, pl.Series]) -> pl.DataFrame:
    """Give some rows the values made; the others keep theirs, which their variants read."""
    made = []
    for name, new in values.items():
        old = frame[name] if name in frame.columns else filled(None, frame.height, new.dtype)
        made.append(pl.select(pl.when(rows).then(new).otherwise(old)).to_series().alias(name))
    return frame.with_columns(made)


def _inside(source: Source, gather: Gather, gathering: Gathering) -> tuple[Source, pl.DataFrame]:
    """Give the rows inside those of a source of which values are gathered."""
    child = next(child for child in source.children if child.table == gather.table)
    known = gathering.decoded.get(child.name)
    return child, known.frame if known is not None else pl.DataFrame()


def _texts(
    source: Source, made: tuple[ColumnPlan, Gather], frame: pl.DataFrame, gathering: Gathering
) -> pl.DataFrame:
    """List what the rows that name each row say, in their order."""
    plan, gather = made
    if gather.table == source.table:
        rows = _beside(gather, frame, gathering)
    else:
        _, inner = _inside(source, gather, gathering)
        rows = inner.rename({"@parent": "@at"}) if inner.width else inner
    if rows.is_empty() or gather.column not in rows.columns:
        nothing = filled(None, frame.height, pl.List(pl.String))
        return _filled(frame, _binding(source, plan.name, frame), {plan.name: nothing})
    listed = (
        rows.drop_nulls(gather.column)
        .group_by("@at", maintain_order=True)
        .agg(pl.col(gather.column))
    )
    values = pl.DataFrame({"@at": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)}).join(
        listed, on="@at", how="left", maintain_order="left"
    )[gather.column]
    return _filled(frame, _binding(source, plan.name, frame), {plan.name: values})


def _beside(gather: Gather, frame: pl.DataFrame, gathering: Gathering) -> pl.DataFrame:
    """Give the rows of the table itself that name rows of a frame, in their order, with `@at`."""
    naming = [
        rows.select("@row", gather.by, gather.column)
        for rows in gathering.beside
        if gather.by in rows.columns and gather.column in rows.columns
    ]
    if not naming:
        return pl.DataFrame()
    at = frame.select(pl.col("@row").alias(gather.by)).with_row_index("@at")
    every = pl.concat(naming).sort("@row")
    return every.join(at, on=gather.by, how="inner", maintain_order="left")


def _points(
    source: Source, made: tuple[ColumnPlan, Gather], frame: pl.DataFrame, gathering: Gathering
) -> tuple[pl.DataFrame, list[CellFaults]]:
    """Put the points of each row into the order of the names that its reference lists.

    A name without a point is an absent one; a point whose name is not listed is a fault.
    """
    plan, gather = made
    child, inner = _inside(source, gather, gathering)
    points, binds = _said(inner, gather), _binding(source, plan.name, frame)
    names, known = _names(source, gather, frame, gathering)
    named = names.filter(binds & known)
    values = _in_order(named, points, frame.height)
    unknown = _unknown(points, named)
    odd = points.filter(pl.col("bad"))["@at"].append(points["@at"].gather(unknown))
    marked = names["@at"].is_in(odd.implode()) | (binds & ~known)
    wanted = None if gathering.wanted is None else gathering.wanted.get(plan.name, frozenset())
    made_of = measure_points(plan, values, wanted)
    frame = mark_faulty(_filled(frame, binds, made_of), plan.name, marked)
    return frame, [_dangling(child, gather, points, unknown)] if len(unknown) else []


def _names(
    source: Source, gather: Gather, frame: pl.DataFrame, gathering: Gathering
) -> tuple[pl.DataFrame, pl.Series]:
    """List for each row the names in whose order its points count; tell the rows that name one."""
    reference, column = gather.named
    found = None
    known = filled(value=False, height=frame.height, dtype=pl.Boolean)
    if reference in frame.columns:
        known = frame[reference].is_not_null()
        found = gathering.named((source.table, reference, column), frame[reference])
    if found is None:
        found = filled(None, frame.height, pl.List(pl.String))
    return pl.DataFrame([found.alias(NAME)]).with_row_index("@at"), known


def _in_order(named: pl.DataFrame, points: pl.DataFrame, height: int) -> pl.Series:
    """Make the points of `height` rows: those of each name, in the order of the names."""
    found = named.explode(NAME).join(
        points.unique(["@at", NAME], keep="first", maintain_order=True),
        on=["@at", NAME],
        how="left",
        maintain_order="left",
    )
    numbers = found.select(
        pl.concat_list(
            pl.col("x").fill_null(0.0), pl.col("y").fill_null(0.0), pl.col("v").fill_null(ABSENT)
        ).alias("point")
    )["point"].explode()
    counts = np.zeros(height, dtype=np.int64)
    counts[named["@at"].to_numpy()] = lists.lengths(named[NAME])
    there = counts > 0
    parts = lists.nested(numbers, counts[there] * SLOTS)
    return lists.nested(parts, there.astype(np.int64), ~there)


def _said(inner: pl.DataFrame, gather: Gather) -> pl.DataFrame:
    """Give of each point its row, name, place and visibility, absent where it has no place."""
    if not {NAME, gather.column, VISIBILITY} <= set(inner.columns):
        return pl.DataFrame(schema=_POINTS)
    codes = [float(code) for code in range(len(VISIBILITIES))]
    point = pl.col(gather.column).list.first()
    seen = pl.col(VISIBILITY).replace_strict(
        list(VISIBILITIES), codes, default=None, return_dtype=pl.Float64
    )
    bad = f"{gather.column}@bad"
    return inner.select(
        pl.col("@parent").cast(pl.UInt32).alias("@at"),
        NAME,
        point.list.get(0, null_on_oob=True).alias("x"),
        point.list.get(1, null_on_oob=True).alias("y"),
        pl.when(point.list.len() == PAIR).then(seen).otherwise(ABSENT).alias("v"),
        (pl.col(bad).fill_null(value=False) if bad in inner.columns else pl.lit(value=False)).alias(
            "bad"
        ),
    )


def _unknown(points: pl.DataFrame, named: pl.DataFrame) -> pl.Series:
    """Tell the points whose name is not among those listed for their row."""
    listed = named.explode(NAME).drop_nulls(NAME).unique()
    apart = (
        points.with_row_index("@n")
        .filter(pl.col(NAME).is_not_null() & pl.col("@at").is_in(named["@at"].implode()))
        .join(listed, on=["@at", NAME], how="anti", maintain_order="left")
    )
    return apart["@n"].cast(pl.UInt32)


def _dangling(
    child: Source, gather: Gather, points: pl.DataFrame, unknown: pl.Series
) -> CellFaults:
    path = next(
        (
            field.path
            for v in child.variants
            for plan in v.columns
            if plan.name == NAME
            for field in child.fields
            if field.name in plan.fields
        ),
        None,
    )
    return CellFaults(
        f"{gather.table}.{NAME}.dangling",
        child.name,
        NAME,
        path,
        unknown,
        points[NAME].gather(unknown),
        f"one of the {gather.named[1]} of its {gather.named[0]}",
    )


def _demanded(
    source: Source, plan: ColumnPlan, frame: pl.DataFrame
) -> tuple[pl.DataFrame, list[CellFaults]]:
    """Tell the rows that have to have a value and are named by no row that gives one."""
    name = f"present({plan.name})" if plan.form is not None else plan.name
    if plan.column.required is None:
        return frame, []
    has = frame[name] if plan.form is not None else frame[name].is_not_null()
    missing = _binding(source, plan.name, frame) & ~has
    if f"{plan.name}@bad" in frame.columns:
        missing = missing & ~frame[f"{plan.name}@bad"].fill_null(value=False)
    if not missing.any():
        return frame, []
    fault = CellFaults(
        f"{source.table}.{plan.name}.missing",
        source.name,
        plan.name,
        None,
        missing.arg_true().cast(pl.UInt32),
        None,
        f"rows of {plan.gather.table if plan.gather else ''} that name it",
    )
    return mark_faulty(frame, plan.name, missing), [fault]
