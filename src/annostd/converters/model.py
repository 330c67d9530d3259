"""The nouns of converting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.findings import Loss
    from annostd.tables.dataset import Tables


SHOWN = 10
"""How many rows of a loss are named."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A loss, and the first rows of the source's `table` that it befell."""

    loss: Loss
    table: str
    rows: tuple[int, ...] = ()


def lose(loss: Loss, table: str, rows: pl.Series) -> Lost:
    """Join a loss with the rows that it befell."""
    return Lost(loss, table, tuple(rows.drop_nulls().head(SHOWN)))


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dataset's tables as another standard can say them.

    In the frames `@from` is the row of the source's table (null: made here), `@source` the index
    of the plan's source where the row is to stand, `@variant` that of its variant. `derived`
    counts values by the name of what made them; `ids` maps by `table.column` the keys that had to
    change; `refused` says why nothing can be written.
    """

    tables: Tables
    losses: tuple[Lost, ...] = ()
    derived: Mapping[str, int] = field(default_factory=dict)
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Homes:
    """Where each row goes: index of the source and of its variant, null where nothing fits."""

    source: pl.Series
    variant: pl.Series

    @classmethod
    def none(cls, height: int) -> Homes:
        """Give no row a place."""
        return cls(
            pl.Series([None] * height, dtype=pl.UInt16), pl.Series([None] * height, dtype=pl.UInt8)
        )
