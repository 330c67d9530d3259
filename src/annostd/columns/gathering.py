"""Raw batches put together, where rows of the first may refer to rows of the last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.raw import RawBatch, RawRows, Unknown
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import FilePlan


def gather(file: FilePlan, batches: Sequence[RawBatch]) -> RawBatch:
    """Put the batches of a role together to one."""
    if len(batches) == 1:
        return batches[0]
    outer = {child.name: source.name for source in walk(file.sources) for child in source.children}
    parts: dict[str, list[RawRows]] = {}
    heights: dict[str, int] = {}
    for batch in batches:
        before = dict(heights)
        for name, rows in batch.rows.items():
            parts.setdefault(name, []).append(_moved(rows, before, outer.get(name)))
            heights[name] = before.get(name, 0) + rows.frame.height
    findings = tuple(finding for batch in batches for finding in batch.findings)
    return RawBatch({name: _united(name, each) for name, each in parts.items()}, findings)


def _moved(rows: RawRows, heights: Mapping[str, int], outer: str | None) -> RawRows:
    """Number what is told of rows by their place behind those of earlier batches."""
    start = heights.get(rows.source, 0)
    starts = {"@parent": heights.get(outer or "", 0), "@within": start}
    there = {name: number for name, number in starts.items() if name in rows.frame.columns}
    return replace(
        rows,
        frame=rows.frame.with_columns(
            pl.col(name) + pl.lit(number, pl.UInt32) for name, number in there.items()
        ),
        misfits=tuple(replace(misfit, row=misfit.row + start) for misfit in rows.misfits),
        unknown=tuple(replace(member, row=member.row + start) for member in rows.unknown),
    )


def _united(name: str, parts: Sequence[RawRows]) -> RawRows:
    unknown: dict[str, Unknown] = {}
    for member in (member for part in parts for member in part.unknown):
        known = unknown.get(member.path)
        unknown[member.path] = (
            member if known is None else replace(known, count=known.count + member.count)
        )
    frame = pl.concat([part.frame for part in parts], how="diagonal_relaxed")
    misfits = tuple(misfit for part in parts for misfit in part.misfits)
    return RawRows(name, frame, misfits, tuple(unknown.values()))
