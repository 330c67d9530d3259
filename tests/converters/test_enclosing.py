"""A row that must stand in another one is given one where the source has none."""

from __future__ import annotations

import polars as pl

from annostd.converters.examples import example_tables
from annostd.converters.map import map_tables
from annostd.tables.dataset import Tables
from tests.plan.made import plan_of

FLAT = """files: {data: {path: data.json, carrier: json}}
tables:
  media: {from: data, rows: /media/*, columns: {name: {key: true}}}
  category: {columns: {name: {}}}
  annotation:
    from: data
    rows: /annotations/*
    set: {shape: none}
    columns:
      media: {refers: media.name}
      category: {refers: category.name, create: true}
      score: {}
"""
TIERS = """files: {data: {path: data.json, carrier: json}}
tables:
  sheet: {from: data, rows: /sheet, columns: {made: {type: string}}}
  media: {in: sheet, create: {}, rows: media/*, columns: {name: {key: true}}}
  category: {columns: {name: {}}}
  tier:
    in: media
    rows: tiers/*
    columns: {title: {key: media}}
  annotation:
    in: tier
    create: {title: "category.name if category is not missing else 'rest'"}
    rows: marks/*
    set: {shape: none}
    columns: {category: {refers: category.name, create: true}, score: {}}
"""


def mapped(rows: list[dict[str, object]], target: str = TIERS) -> Tables:
    source = plan_of(FLAT)
    media = [{"name": "a"}, {"name": "b"}]
    categories = [{"name": "cat"}, {"name": "dog"}]
    tables = example_tables(
        source,
        {"media": media, "category": categories, "annotation": rows},  # type: ignore[dict-item]
    )
    return map_tables(tables, source, plan_of(target.replace("id: made", "id: tiers")), {}).tables


def test_rows_of_one_key_in_one_enclosing_row_share_what_is_made() -> None:
    tables = mapped(
        [
            {"media": "a", "category": "cat", "score": 0.1},
            {"media": "b", "category": "cat", "score": 0.2},
            {"media": "a", "category": "cat", "score": 0.3},
            {"media": "a", "category": "dog", "score": 0.4},
            {"media": "b", "category": None, "score": 0.5},
        ]
    )
    tiers = tables.frames["tier"]
    assert list(zip(tiers["media"], tiers["title"], strict=True)) == [
        (0, "cat"),
        (1, "cat"),
        (0, "dog"),
        (1, "rest"),
    ]
    assert tables.frames["annotation"]["tier"].to_list() == [0, 1, 0, 2, 3]
    assert tables.frames["annotation"]["score"].to_list() == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_without_columns_all_rows_share_one() -> None:
    tables = mapped([])
    assert tables.frames["sheet"].height == 1
    assert tables.frames["media"]["sheet"].to_list() == [0, 0]


def test_a_row_of_another_kind_gets_none() -> None:
    boxes = TIERS.replace("set: {shape: none}", "set: {shape: box}")
    tables = mapped([{"media": "a", "category": "cat", "shape": "none", "score": 0.1}], boxes)
    assert "tier" not in tables.frames


def test_a_row_that_is_there_is_taken() -> None:
    source = plan_of(TIERS)
    rows = example_tables(
        source,
        {
            "sheet": [{"made": "by hand"}],
            "media": [{"name": "a", "sheet": 0}],
            "tier": [{"title": "dog", "media": 0}, {"title": "cat", "media": 0}],
            "category": [{"name": "cat"}],
            "annotation": [{"category": "cat", "score": 0.1}],
        },
    )
    media = pl.Series("media", [0], dtype=pl.UInt32)
    marks = rows.frames["annotation"].with_columns(media)
    tables = Tables({**rows.frames, "annotation": marks}, rows.forms)
    after = map_tables(tables, source, source, {}).tables
    assert after.frames["tier"]["title"].to_list() == ["dog", "cat"]
    assert after.frames["annotation"]["tier"].to_list() == [1]
    assert after.frames["sheet"].height == 1
