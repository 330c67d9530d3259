"""Rows of the canonical tables, held as data frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from annostd.tables.geometry.forms import Form


@dataclass(frozen=True, slots=True)
class Tables:
    """A dataset's rows: table to frame, and the form of each geometry column.

    Columns of a frame: scalars under their own name; a reference is the UInt32 row of the table
    named; a box is a Float64 column `box.slot` per slot of its form; polygons are
    List(List(Float64)); a mask is `mask.height`, `mask.width`, `mask.runs` and `mask.packed`.
    Columns with `@` say where a row comes from. `standing` tells by source, for rows that stand in
    several files, all their places: a frame with `@row`, `@file` and the place in it.
    """

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Form]] = field(default_factory=dict)
    standing: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def rows(self, table: str) -> int:
        """Count the rows of a table; 0 where there is none."""
        frame = self.frames.get(table)
        return frame.height if frame is not None else 0
