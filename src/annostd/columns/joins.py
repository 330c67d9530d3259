"""Joins: columns of the same rows that stand in another file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.decode import key_name
from annostd.columns.faults import CellFaults

if TYPE_CHECKING:
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

    def complete(
        self, source: Source, frame: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[CellFaults]]:
        """Add to rows of a source the columns that the joins of its table have for them.

        Rows that a join has nothing for are faults where it has to have something for each.
        """
        faults: list[CellFaults] = []
        for name, join in self._sources.items():
            if join.table == source.table:
                here, there = _by(join)
                keys = self._keys(name, frame[here].dtype)
                self._taken.setdefault(name, []).append(frame[here].drop_nulls())
                lacking = ~frame[here].is_in(keys.implode()).fill_null(value=False)
                if join.join is not None and join.join.missing == "error" and lacking.any():
                    faults.append(_missing(source, join, lacking))
                frame = self._completed(join, frame, keys.alias(there))
        return frame, faults

    def unmatched(self, unread: pl.Series) -> tuple[CellFaults, ...]:
        """Tell the rows of joins that no row took up; `unread` are keys of rows not read."""
        faults = []
        for name, join in self._sources.items():
            taken = pl.concat(self._taken[name]) if name in self._taken else None
            keys = self._keys(name, taken.dtype if taken is not None else pl.String())
            lost = keys.is_not_null()
            if taken is not None:
                lost = lost & ~keys.is_in(taken.implode())
            if keys.dtype == pl.String:
                lost = lost & ~keys.is_in(unread.implode())
            if lost.any():
                faults.append(_dangling(join, keys, lost))
        return tuple(faults)

    def _keys(self, name: str, dtype: pl.DataType) -> pl.Series:
        """Give the keys of a join's rows, in the type of the keys that they name."""
        keys = self.frame(name)[_by(self._sources[name])[1]]
        return keys if keys.dtype == dtype else keys.cast(dtype, strict=False)

    def _completed(self, join: Source, frame: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
        here, there = _by(join)
        rows = self.frame(join.name).with_columns(keys)
        columns = [plan.name for plan in join.variants[0].columns if plan.name in rows.columns]
        gathered = rows.group_by(there, maintain_order=True).agg(
            [
                pl.col(column).explode()
                if rows[column].dtype == pl.List(pl.String)
                else pl.col(column).first()
                for column in columns
            ]
        )
        kept = frame.drop([column for column in columns if column in frame.columns])
        return kept.join(gathered, left_on=here, right_on=there, how="left", maintain_order="left")


def _by(join: Source) -> tuple[str, str]:
    """Name the key column of the table, and the one that names it in the join's rows."""
    here, there = join.join.by[0] if join.join is not None else ("", "")
    return here, key_name(there)


def _missing(source: Source, join: Source, lacking: pl.Series) -> CellFaults:
    name = join.name.partition(".")[2]
    return CellFaults(
        f"{source.table}.{name}.missing",
        source.name,
        None,
        None,
        lacking.arg_true().cast(pl.UInt32),
        None,
        f"a row in the {name}",
    )


def _dangling(join: Source, keys: pl.Series, lost: pl.Series) -> CellFaults:
    here, there = _by(join)
    return CellFaults(
        f"{join.table}.{join.name.partition('.')[2]}.dangling",
        join.name,
        None,
        (there.removeprefix("@by:"),),
        lost.arg_true().cast(pl.UInt32),
        keys.filter(lost).cast(pl.String),
        f"the {here} of a {join.table}",
    )
