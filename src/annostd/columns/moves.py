"""Row numbers of a part moved to where its rows stand in the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Move:
    """The new number of each row from `start` on; rows before it keep theirs."""

    start: int
    numbers: NDArray[np.int64]


def shift(start: int, count: int, to: int) -> Move:
    """Make the move of `count` rows from `start` on to where row `to` is the first of them."""
    return Move(start, np.arange(to, to + count))


def moved(
    frame: pl.DataFrame, tables: Mapping[str, str], moves: Mapping[str, Move]
) -> pl.DataFrame:
    """Move the row numbers in a frame; `tables` names the table of each column that holds such."""
    return frame.with_columns(
        _moved(frame[column], moves[table])
        for column, table in tables.items()
        if table in moves and column in frame.columns
    )


def _moved(rows: pl.Series, move: Move) -> pl.Series:
    if not len(move.numbers):
        return rows
    old = rows.fill_null(0).cast(pl.Int64).to_numpy()
    at = np.maximum(old - move.start, 0)
    new = pl.Series(rows.name, np.where(old < move.start, old, move.numbers[at]))
    return (
        pl.select(pl.when(rows.is_not_null()).then(new).alias(rows.name))
        .to_series()
        .cast(rows.dtype)
    )
