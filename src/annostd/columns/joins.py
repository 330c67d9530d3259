"""Joins: columns of the same rows that stand in another file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.decode import key_name
from annostd.columns.faults import CellFaults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.plan.model import Source


class Joins:
    """Rows of joins, read before the rows that they complete."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._taken: dict[str, list[pl.Series]] = {}

    def add(self, source: Source, frame: pl.DataFrame) -> None:
        """Keep rows of a join."""
        self._sources[source.name] = source
        self._frames.setdefault(source.name, []).append(frame)

    def frame(self, name: str) -> pl.DataFrame:
        """Give all rows of a join."""
        parts = self._frames[name]
        if len(parts) > 1:
            self._frames[name] = [pl.concat(parts, how="diagonal_relaxed")]
        return self._frames[name][0]

    def complete(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Add to rows of a table the columns that its joins have for them."""
        for name, source in self._sources.items():
            if source.table == table and source.join is not None:
                frame = self._complete(name, source, frame)
        return frame

    def unmatched(self, unread: Sequence[str] = ()) -> tuple[CellFaults, ...]:
        """Tell the rows of joins that no row took up; `unread` are keys of rows not read."""
        faults = []
        for name, source in self._sources.items():
            here, there = self._by(source)
            frame = self.frame(name)
            taken = self._taken.get(name)
            keys = frame[there]
            known = keys.is_in(pl.concat(taken).implode()) if taken else keys.is_null()
            lost = keys.is_not_null() & ~known
            if keys.dtype == pl.String:
                lost = lost & ~keys.is_in(pl.Series(unread, dtype=pl.String).implode())
            if lost.any():
                faults.append(
                    CellFaults(
                        f"{source.table}.{name.partition('.')[2]}.dangling",
                        name,
                        None,
                        (there.removeprefix("@by:"),),
                        lost.arg_true().cast(pl.UInt32),
                        keys.filter(lost),
                        f"the {here} of a {source.table}",
                    )
                )
        return tuple(faults)

    def _complete(self, name: str, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        here, there = self._by(source)
        rows = self.frame(name)
        columns = [p.name for p in source.variants[0].columns if p.name in rows.columns]
        gathered = rows.group_by(there, maintain_order=True).agg(
            [
                pl.col(column).explode()
                if rows[column].dtype == pl.List(pl.String)
                else pl.col(column).first()
                for column in columns
            ]
        )
        self._taken.setdefault(name, []).append(frame[here].drop_nulls())
        kept = frame.drop([column for column in columns if column in frame.columns])
        return kept.join(gathered, left_on=here, right_on=there, how="left", maintain_order="left")

    def _by(self, source: Source) -> tuple[str, str]:
        here, there = source.join.by[0] if source.join is not None else ("", "")
        return here, key_name(there)
