"""Rows that stand in rows of their own source: how deep each stands, and in which outermost one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

WITHIN = "@within"
"""The place column that names the row of the same source that a row stands in."""


def outermost(within: pl.Series) -> pl.Series:
    """Give for each row the row that it stands in and that stands in none; itself where it is."""
    found = _outer(within)
    while (found[found] != found).any():
        found = found[found]
    return pl.Series(found, dtype=pl.UInt32)


def roots(frame: pl.DataFrame) -> pl.Series:
    """Give for each row the row of the enclosing source that it stands in, however deep."""
    if WITHIN not in frame.columns:
        return frame["@parent"]
    return frame["@parent"].gather(outermost(frame[WITHIN]))


def depths(within: pl.Series) -> NDArray[np.int64]:
    """Count the rows of the same source that each row stands in."""
    outer = _outer(within)
    found = np.zeros(len(outer), dtype=np.int64)
    at, own = outer, np.arange(len(outer))
    while (inside := at != own).any():
        found += inside
        own, at = at, outer[at]
    return found


def _outer(within: pl.Series) -> NDArray[np.int64]:
    own = pl.int_range(len(within), eager=True)
    return pl.select(pl.coalesce(within.cast(pl.Int64), own)).to_series().to_numpy()
