"""Files of so many rows each, where nothing says which file a row goes to."""

from __future__ import annotations

from annostd.converters.shelves import shelf_of, shelved
from tests.plan.made import plan_of

PLAN = plan_of(
    """files:
  media: {path: "media/{shard}.parquet", carrier: parquet, captures: {shard: {rows: 2}}}
  annotation: {path: "annotation/{shard}.parquet", carrier: parquet, missing: empty}
tables:
  media:
    from: media
    columns: {id: {key: true}, shard: {at: "{shard}", type: string}}
  annotation:
    from: annotation
    columns:
      shard: {at: "{shard}", type: string, derive: media.shard}
      media: {refers: media.id}
"""
)


def test_so_many_rows_stand_under_one_number() -> None:
    shard = PLAN.tables["media"].columns["shard"]
    made = shelved(PLAN, shard, 5)
    assert made is not None
    assert made.to_list() == ["00000", "00000", "00001", "00001", "00002"]


def test_only_a_column_that_holds_the_number_is_a_shelf() -> None:
    assert shelf_of(PLAN, PLAN.tables["annotation"].columns["shard"]) == 2
    assert shelf_of(PLAN, PLAN.tables["media"].columns["id"]) is None
    assert shelved(PLAN, PLAN.tables["media"].columns["id"], 3) is None
