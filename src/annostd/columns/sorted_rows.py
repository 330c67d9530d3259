"""Rows that a standard wants sorted: told where one stands before one that it should follow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.decode import key_name
from annostd.columns.faults import CellFaults
from annostd.columns.joins import is_listing, with_each_key

if TYPE_CHECKING:
    from annostd.plan.model import Source


class SortedRows:
    """Checks rows batch by batch; remembers with what text the last one ended, and its file."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, str]] = {}

    def detach(self) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self._last = dict(self._last)

    def check(self, source: Source, frame: pl.DataFrame) -> list[CellFaults]:
        """Find the rows of decoded ones whose text sorts before that of the row before it.

        Texts are compared character by character; of keys that a row lists each has to follow.
        """
        name = sorted_by(source)
        if name is None or name not in frame.columns:
            return []
        faults = [self._along(source, frame, name)]
        if source.join is not None and is_listing(source):
            faults.append(_within(source, frame))
        return [fault for fault in faults if fault.rows.len()]

    def _along(self, source: Source, frame: pl.DataFrame, name: str) -> CellFaults:
        texts, files = frame[name].cast(pl.String), frame["@file"]
        before, where = texts.shift(1), files.shift(1)
        if source.name in self._last:
            file, text = self._last[source.name]
            before, where = before.scatter(0, text), where.scatter(0, file)
        if frame.height and texts[-1] is not None:
            self._last[source.name] = (files[-1], texts[-1])
        early = ((where == files) & (texts < before)).fill_null(value=False)
        return _fault(source, name, early, texts)


def sorted_by(source: Source) -> str | None:
    """Name the column of decoded rows by whose text they are sorted."""
    if source.sorted is None or source.join is None:
        return source.sorted
    return key_name(source.sorted) if source.sorted in dict(_places(source)) else source.sorted


def _places(source: Source) -> list[tuple[str, str]]:
    return [(there, here) for here, there in source.join.by] if source.join is not None else []


def _within(source: Source, frame: pl.DataFrame) -> CellFaults:
    """Find the rows of a join that list keys out of order."""
    there = _places(source)[0][0]
    each = with_each_key(source, frame.select(key_name(there)).with_row_index("@row"))
    keys = each[key_name(there)]
    early = ((keys < keys.shift(1)) & (each["@row"] == each["@row"].shift(1))).fill_null(
        value=False
    )
    first = each.filter(early).unique("@row", keep="first", maintain_order=True)
    at = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    rows = at.is_in(first["@row"].implode())
    return replace(_fault(source, key_name(there), rows, at), actual=first[key_name(there)])


def _fault(source: Source, name: str, rows: pl.Series, texts: pl.Series) -> CellFaults:
    part = source.name.partition(".")[2] if source.join is not None else source.sorted
    place = name.removeprefix("@by:")
    plans = (plan for variant in source.variants for plan in variant.columns)
    fields = next((plan.fields[:1] for plan in plans if plan.name == place), (place,))
    return CellFaults(
        f"{source.table}.{part}.order",
        source.name,
        None,
        fields,
        rows.arg_true().cast(pl.UInt32),
        texts.filter(rows),
        "a text that sorts behind the one before it",
    )
