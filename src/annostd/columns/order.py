"""Rows of several sources of one table in the order in which their files hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.columns.nesting import WITHIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from annostd.plan.model import Source

_PLACE = ("@file", "@start", "@source", "@index")


def document_order(
    sources: Sequence[Source], frames: Mapping[str, pl.DataFrame]
) -> dict[str, pl.Series]:
    """Rank the rows of each table that several sources fill, by source, from 0.

    A row comes after the row that it stands in, and before the next one of that. `sources` are
    those of `frames`, the outer ones first; a table that one source fills has no ranks, since its
    rows are in order. Joined and shared rows are left out.
    """
    filling: dict[str, list[Source]] = {}
    for source in sources:
        if source.join is None and not source.shared and frames[source.name].height:
            filling.setdefault(source.table, []).append(source)
    several = [homes for homes in filling.values() if len(homes) > 1]
    if not several:
        return {}
    starts: dict[str, int] = {}
    height = 0
    for source in sources:
        starts[source.name] = height
        height += frames[source.name].height
    places, outer = _places(sources, frames), _outer(sources, frames, starts)
    levels = [places.select(pl.all().gather(at)) for at in _lineage(outer)]
    ranks: dict[str, pl.Series] = {}
    for homes in several:
        spans = {s.name: (starts[s.name], frames[s.name].height) for s in homes}
        ranks.update(_ranked(levels, spans))
    return ranks


def _places(sources: Sequence[Source], frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Give for each row of all sources, one source after another, its own place."""
    return pl.concat(
        frames[source.name].select(
            pl.col(name).cast(pl.Int64) if name != "@source" else pl.lit(number).alias(name)
            for name in _PLACE
        )
        for number, source in enumerate(sources)
    )


def _outer(
    sources: Sequence[Source], frames: Mapping[str, pl.DataFrame], starts: Mapping[str, int]
) -> NDArray[np.int64]:
    """Give for each row of all sources the row that it stands in, -1 where there is none."""
    around = {child.name: source.name for source in sources for child in source.children}
    parts: list[pl.Series] = []
    for source in sources:
        frame = frames[source.name]
        found = pl.lit(None, pl.Int64)
        if source.name in around:
            found = pl.col("@parent").cast(pl.Int64) + starts[around[source.name]]
        if WITHIN in frame.columns:
            own = pl.col(WITHIN).cast(pl.Int64) + starts[source.name]
            found = pl.coalesce(own, found)
        parts.append(frame.with_columns(found.fill_null(-1).alias("@outer"))["@outer"])
    return pl.concat(parts).to_numpy()


def _lineage(outer: NDArray[np.int64]) -> list[pl.Series]:
    """Give for each depth the row of that depth that each row stands in, or is; null below it."""
    depth = np.zeros(len(outer), dtype=np.int64)
    at = outer
    while (inside := at >= 0).any():
        depth += inside
        at = np.where(inside, outer[at], -1)
    found: list[pl.Series] = []
    at = np.arange(len(outer))
    for level in range(int(depth.max(initial=0)), -1, -1):
        here = depth[at] == level
        found.append(pl.Series(np.where(here, at, -1)).replace(-1, None))
        at = np.where(here & (level > 0), outer[at], at)
    return found[::-1]


def _ranked(
    levels: Sequence[pl.DataFrame], spans: Mapping[str, tuple[int, int]]
) -> dict[str, pl.Series]:
    """Rank rows by the places of all rows that they stand in; `spans` say where sources begin."""
    whole = pl.concat(
        [
            pl.concat([level.slice(*span) for span in spans.values()]).rename(
                {name: f"{name}{depth}" for name in _PLACE}
            )
            for depth, level in enumerate(levels)
        ],
        how="horizontal",
    )
    order = whole.select(
        pl.arg_sort_by(whole.columns, nulls_last=False, maintain_order=True).alias("at")
    )
    ranks = order.with_row_index("rank").sort("at")["rank"].cast(pl.UInt32)
    found: dict[str, pl.Series] = {}
    start = 0
    for name, (_, height) in spans.items():
        found[name] = ranks.slice(start, height)
        start += height
    return found
