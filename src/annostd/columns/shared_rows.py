"""Rows that stand in several files: one copy is kept, one that differs is a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.faults import CellFaults

if TYPE_CHECKING:
    from annostd.plan.model import Source


class SharedRows:
    """Unites the equal rows of a source's files; remembers which row each file's row is."""

    def __init__(self, source: Source, key: str | None) -> None:
        self.source = source
        self.key = key
        self._rows: dict[tuple[object, ...], list[int]] = {}
        self._keys: dict[int, set[object]] = {}
        self._count = 0
        self._placed: list[pl.DataFrame] = []

    def take(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[CellFaults]]:
        """Number the rows of a frame (`@row`), tell which are new (`@new`), and find those that differ."""
        columns = [
            name
            for name in dict.fromkeys(p.name for v in self.source.variants for p in v.columns)
            if name in frame.columns
        ]
        rows, new, differs = [], [], []
        seen: dict[tuple[int, tuple[object, ...]], int] = {}
        earlier = set(self._keys)
        for file, *values in frame.select("@file", *columns).iter_rows():
            content = tuple(str(value) for value in values)
            count = seen.get((file, content), 0)
            seen[file, content] = count + 1
            known = self._rows.setdefault(content, [])
            is_new = count >= len(known)
            if is_new:
                known.append(self._count)
                self._count += 1
            rows.append(known[count])
            new.append(is_new)
            differs.append(is_new and any(other != file for other in (*earlier, *self._keys)))
            self._keys.setdefault(file, set()).add(content)
        frame = frame.with_columns(
            pl.Series("@row", rows, dtype=pl.UInt32), pl.Series("@new", new, dtype=pl.Boolean)
        )
        self._placed.append(frame)
        return frame, self._faults(frame, pl.Series("differs", differs, dtype=pl.Boolean))

    def by_file(self, key: str) -> pl.DataFrame | None:
        """Give every file's rows with their numbers, to look keys up in."""
        if not self._placed or key not in self._placed[0].columns:
            return None
        return pl.concat(
            [frame.select(key, "@row", "@file") for frame in self._placed], how="vertical_relaxed"
        )

    def _faults(self, frame: pl.DataFrame, differs: pl.Series) -> list[CellFaults]:
        if not differs.any():
            return []
        shown = self.key if self.key in frame.columns else None
        return [
            CellFaults(
                f"{self.source.table}.differs",
                self.source.name,
                None,
                None,
                differs.arg_true().cast(pl.UInt32),
                frame[shown].filter(differs).cast(pl.String) if shown else None,
                "the same rows as in the other files",
            )
        ]
