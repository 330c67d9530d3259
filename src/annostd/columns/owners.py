"""Files of a dataset as arrays: which row stands for each, whose each is, in which splits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.columns.raw import DataFile
    from annostd.plan.model import FilePlan, Plan, Source

NONE = -1


class Owners:
    """Knows for each file its owner (the file that it stands beside), and the row of that."""

    def __init__(self, plan: Plan, files: Sequence[DataFile]) -> None:
        self._owning = {file.file.of for file in plan.files if file.file.of}
        self._owners = pl.Series([file.owner for file in files], dtype=pl.UInt32)
        self._rows: dict[str, np.ndarray] = {}
        several = [list(file.splits) if len(file.splits) > 1 else None for file in files]
        self._splits = pl.Series(several, dtype=pl.List(pl.String)) if any(several) else None

    def detach(self) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self._rows = {role: rows.copy() for role, rows in self._rows.items()}

    def note(self, file: FilePlan, source: Source, frame: pl.DataFrame) -> None:
        """Remember which row stands for each file of the role, for the files that belong to it."""
        if source.table in self._owning:
            empty = np.full(len(self._owners), NONE, dtype=np.int64)
            rows = self._rows.setdefault(file.role, empty)
            rows[frame["@file"].to_numpy()] = frame["@row"].to_numpy()

    def find(self, file: FilePlan, frame: pl.DataFrame) -> pl.Series:
        """Give the row that owns the file of each row (UInt32; null: none)."""
        role = file.file.beside.role if file.file.beside is not None else ""
        known = self._rows.get(role)
        if known is None:
            return filled(None, frame.height, pl.UInt32)
        rows = pl.Series(known).gather(self._owners.gather(frame["@file"]))
        return pl.select(pl.when(rows != NONE).then(rows)).to_series().cast(pl.UInt32)

    def with_splits(self, source: Source, frame: pl.DataFrame) -> pl.DataFrame:
        """Give a medium that several lists name all their splits."""
        names = {p.name for v in source.variants for p in v.columns if p.type == "strings"}
        there = [name for name in frame.columns if name in names]
        if self._splits is None or not there:
            return frame
        splits = self._splits.gather(frame["@file"])
        return frame.with_columns(
            splits.zip_with(splits.is_not_null(), frame[name]).alias(name) for name in there
        )
