"""Rows put in the order of their times, and gaps between them filled, where the target asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.work import sources_of
from annostd.plan.sources import walk
from annostd.tables.geometry.intervals import ENDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.converters.work import TableMap, Work
    from annostd.plan.model import Source, Variant

_START, _END = ENDS


def fill_gaps(work: Work) -> None:
    """Sort the rows of sources whose order rises, and make rows where others leave a gap.

    Rows that go back where they came from stay as they are.
    """
    if work.is_same:
        return
    for table, mapped in work.mapped.items():
        for number, source in sources_of(work.plan, table):
            if source.rising:
                _in_order(mapped, number, source)
            for index, variant in enumerate(source.variants):
                if variant.gaps is not None:
                    _fill(work, mapped, (number, source), (index, variant))


def _interval(source: Source) -> str:
    """Name the column of times of a source."""
    columns = (plan for variant in source.variants for plan in variant.columns)
    return next((plan.name for plan in columns if plan.type == "interval"), "interval")


def _in_order(mapped: TableMap, number: int, source: Source) -> None:
    """Sort the rows of a source within their enclosing rows; others keep their place."""
    frame, time = mapped.frame, f"{_interval(source)}.{_START}"
    if source.enclosing is None or time not in frame.columns:
        return
    mine = (frame["@source"] == number).fill_null(value=False)
    own = frame.filter(mine).sort(source.enclosing, time, maintain_order=True)
    mapped.frame = pl.concat([frame.filter(~mine), own])


def _fill(
    work: Work, mapped: TableMap, place: tuple[int, Source], shape: tuple[int, Variant]
) -> None:
    number, source = place
    index, variant = shape
    enclosing, name = source.enclosing or "", _interval(source)
    spans = _spans(work, source, variant)
    if spans is None:
        return
    start, end = f"{name}.{_START}", f"{name}.{_END}"
    rows = mapped.frame.filter(pl.col("@source") == number)
    if start not in rows.columns:
        rows = rows.with_columns(pl.lit(None, spans["from"].dtype).alias(n) for n in (start, end))
    covered = pl.col(end).cum_max().shift(1).over("@outer")
    between = (
        rows.select(pl.col(enclosing).alias("@outer"), start, end)
        .sort("@outer", start, maintain_order=True)
        .join(spans, on="@outer", how="inner", maintain_order="left")
        .select("@outer", pl.coalesce(covered, "from").alias(start), pl.col(start).alias(end))
    )
    last = rows.group_by(pl.col(enclosing).alias("@outer")).agg(pl.col(end).max().alias("@last"))
    behind = spans.join(last, on="@outer", how="left", maintain_order="left").select(
        "@outer", pl.coalesce("@last", "from").alias(start), pl.col("to").alias(end)
    )
    made = pl.concat([between, behind]).filter(pl.col(start) < pl.col(end))
    made = made.rename({"@outer": enclosing}).with_columns(
        *(pl.lit(value).alias(key) for key, value in variant.constants.items()),
        *_implied(work, source, made["@outer"]),
        pl.lit(True).alias(f"present({name})"),  # noqa: FBT003 - a value of a column
        pl.lit(number).cast(mapped.frame["@source"].dtype).alias("@source"),
        pl.lit(index).cast(mapped.frame["@variant"].dtype).alias("@variant"),
    )
    if made.height:
        mapped.frame = pl.concat([mapped.frame, made], how="diagonal_relaxed")
        mapped.derived[f"{name} filled as {variant.name}"] = made.height
        _in_order(mapped, number, source)


def _implied(work: Work, source: Source, outer: pl.Series) -> Iterator[pl.Series]:
    """Hand on what the enclosing row's own enclosing rows are."""
    bound = work.plan.tables[source.table].columns
    enclosing = bound[source.enclosing or ""]
    around = work.mapped[enclosing.refers[0]].frame if enclosing.refers is not None else None
    for plan in bound.values():
        handed = plan.implied and plan.refers is not None and plan.name != source.enclosing
        if around is not None and handed and plan.name in around.columns:
            yield around[plan.name].gather(outer).alias(plan.name)


def _spans(work: Work, source: Source, variant: Variant) -> pl.DataFrame | None:
    """Give the enclosing rows that rows of a source stand in, and from and to when they go."""
    bound = work.plan.tables[source.table].columns.get(source.enclosing or "")
    mapped = work.mapped.get(bound.refers[0]) if bound is not None and bound.refers else None
    if mapped is None or variant.gaps is None or not set(variant.gaps) <= set(mapped.frame.columns):
        return None
    rows = mapped.frame.with_row_index("@outer").filter(standing(work, source, mapped))
    begin, end = variant.gaps
    return rows.select("@outer", pl.col(begin).alias("from"), pl.col(end).alias("to")).drop_nulls()


def standing(work: Work, source: Source, outer: TableMap) -> pl.Series:
    """Tell the rows of the enclosing table in which rows of a source can stand."""
    tests = [
        (pl.col("@source") == number)
        & (pl.col("@variant") == index if source.within else pl.lit(value=True))
        for number, place in enumerate(all_sources(work))
        if source in place.children
        for index, variant in enumerate(place.variants)
        if not source.within or variant.name in source.within
    ]
    if not tests:
        return pl.repeat(value=True, n=outer.frame.height, dtype=pl.Boolean, eager=True)
    return outer.frame.select(pl.any_horizontal(tests).fill_null(value=False).alias("@in"))["@in"]


def all_sources(work: Work) -> list[Source]:
    """List the target's sources, by their numbers."""
    return [source for file in work.plan.files for source in walk(file.sources)]
