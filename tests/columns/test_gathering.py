"""Batches put together: what rows say of other rows by number stays true."""

from __future__ import annotations

import polars as pl

from annostd.columns.gathering import gather
from annostd.columns.raw import RawBatch, RawRows
from tests.plan.made import plan_of

PLAN = plan_of("""files:
  data: {path: "{name}.json", carrier: json}
tables:
  media: {from: data, rows: media, columns: {name: {key: true}}}
""").files[0]


def batch(*within: int | None) -> RawBatch:
    """Make a batch of rows that stand in others of it."""
    frame = pl.DataFrame({"@within": pl.Series(within, dtype=pl.UInt32)})
    return RawBatch({"media": RawRows("media", frame)})


def test_rows_stand_in_the_rows_that_they_stood_in() -> None:
    whole = gather(PLAN, [batch(None, 0, 1), batch(None, 0), batch(None, None, 1)])
    expected = [None, 0, 1, None, 3, None, None, 6]
    assert whole.rows["media"].frame["@within"].to_list() == expected
