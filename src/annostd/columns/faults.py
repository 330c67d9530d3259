"""Cells that broke a generated rule, as arrays; findings are made of them later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class CellFaults:
    """Rows of one source that broke one generated rule.

    `rows` are UInt32 positions in the frame decoded; `actual` holds the values as text (null:
    nothing to show), `inside` says that they are numbers of a list; `path` is where in the record
    to point (None: at the record).
    """

    rule: str
    source: str
    column: str | None
    path: tuple[str, ...] | None
    rows: pl.Series
    actual: pl.Series | None
    expected: str
    inside: bool = False


def mark_faulty(frame: pl.DataFrame, name: str, rows: pl.Series) -> pl.DataFrame:
    """Mark cells of a column as faulty, besides those that are."""
    bad = f"{name}@bad"
    known = frame[bad].fill_null(value=False) if bad in frame.columns else None
    return frame.with_columns((rows if known is None else rows | known).alias(bad))
