"""Rows of several sources of one table in the order in which their files hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    keys = _keys(sources, frames)
    ranks: dict[str, pl.Series] = {}
    for homes in several:
        ranks.update(_ranked({source.name: keys[source.name] for source in homes}))
    return ranks


def _keys(
    sources: Sequence[Source], frames: Mapping[str, pl.DataFrame]
) -> dict[str, list[pl.DataFrame]]:
    """Give for each row the places of the rows that it stands in, and its own last."""
    outer = {child.name: source.name for source in sources for child in source.children}
    keys: dict[str, list[pl.DataFrame]] = {}
    for number, source in enumerate(sources):
        frame = frames[source.name]
        place = frame.select(
            pl.col(name).cast(pl.Int64) if name != "@source" else pl.lit(number).alias(name)
            for name in _PLACE
        )
        around = keys.get(outer.get(source.name, ""), [])
        keys[source.name] = [*(each[frame["@parent"]] for each in around), place]
    return keys


def _ranked(keys: Mapping[str, Sequence[pl.DataFrame]]) -> dict[str, pl.Series]:
    levels = [
        pl.concat(
            [
                level.rename({name: f"{name}{depth}" for name in _PLACE})
                for depth, level in enumerate(places)
            ],
            how="horizontal",
        )
        for places in keys.values()
    ]
    whole = pl.concat(levels, how="diagonal")
    order = whole.select(
        pl.arg_sort_by(whole.columns, nulls_last=False, maintain_order=True).alias("at")
    )
    ranks = order.with_row_index("rank").sort("at")["rank"].cast(pl.UInt32)
    found: dict[str, pl.Series] = {}
    start = 0
    for name, level in zip(keys, levels, strict=True):
        found[name] = ranks.slice(start, level.height)
        start += level.height
    return found
