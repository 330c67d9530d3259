"""Rows that stand in several files: one copy is kept, one that is not in all of them is a fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.columns.faults import CellFaults
from annostd.columns.raw import PLACE

if TYPE_CHECKING:
    from annostd.plan.model import Source

Content: TypeAlias = tuple[str, ...]


class SharedRows:
    """Unites the equal rows of a source's files; remembers which row each file's row is."""

    def __init__(self, source: Source, key: str | None) -> None:
        self.source = source
        self.key = key
        self._rows: dict[tuple[str, ...], list[int]] = {}
        self._count = 0
        self._placed: list[pl.DataFrame] = []
        self._before = 0

    def detach(self) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self._rows = {content: list(rows) for content, rows in self._rows.items()}
        self._placed = list(self._placed)
        self._before = len(self._placed)

    def added(self) -> pl.DataFrame | None:
        """Give the rows of files that were placed since this one branched off."""
        new = self._placed[self._before :]
        return pl.concat(new, how="diagonal_relaxed") if new else None

    def take(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Number the rows of a frame (`@row`) and tell which are new (`@new`)."""
        rows, new = [], []
        seen: dict[tuple[int, tuple[str, ...]], int] = {}
        types = {p.name: p.type for v in self.source.variants for p in v.columns}
        kept = {name: kind for name, kind in types.items() if name in frame.columns}
        for file, *values in frame.select("@file", *kept).iter_rows():
            pairs = zip(values, kept.values(), strict=True)
            content = tuple(_meaning(value, kind) for value, kind in pairs)
            count = seen.get((file, content), 0)
            seen[file, content] = count + 1
            known = self._rows.setdefault(content, [])
            new.append(count >= len(known))
            if new[-1]:
                known.append(self._count)
                self._count += 1
            rows.append(known[count])
        numbered = frame.with_columns(
            pl.Series("@row", rows, dtype=pl.UInt32), pl.Series("@new", new, dtype=pl.Boolean)
        )
        self._placed.append(numbered)
        return numbered

    def by_file(self, key: str) -> pl.DataFrame | None:
        """Give every file's rows with their numbers, to look keys up in."""
        if not self._placed or key not in self._placed[0].columns:
            return None
        return self.frame().select(key, "@row", "@file")

    def frame(self) -> pl.DataFrame:
        """Give the rows of all files as they were placed."""
        return pl.concat(self._placed, how="diagonal_relaxed")

    def places(self) -> pl.DataFrame:
        """Give the number (`@row`) and the places of the rows of all files."""
        frame = self.frame()
        return frame.select("@row", *(name for name in PLACE if name in frame.columns))

    def disagreeing(self, broken: frozenset[int]) -> list[CellFaults]:
        """Find rows that do not stand in every file; what broken files lack may be in them."""
        if not self._placed:
            return []
        frame = self.frame()
        intact = pl.col("@file").filter(~pl.col("@file").is_in(list(broken)))
        homes = intact.n_unique().over("@row")
        lonely = frame.select((homes < intact.n_unique()).alias("lonely"))["lonely"]
        if not lonely.any():
            return []
        keys = frame[self.key].cast(pl.String).filter(lonely) if self.key in frame.columns else None
        return [
            CellFaults(
                f"{self.source.table}.differs",
                self.source.name,
                None,
                None,
                lonely.arg_true().cast(pl.UInt32),
                keys,
                "the same rows in every file",
            )
        ]


def _meaning(value: object, kind: str) -> str:
    """Spell a value so that equal ones are equal texts: JSON is the same however it is written."""
    text = str(value)
    if kind != "json" or value is None:
        return text
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text
