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


OBJECTS = """files: {data: {path: data.json, carrier: json}}
tables:
  sheet: {from: data, rows: /sheet, columns: {made: {type: string}}}
  category: {columns: {name: {}}}
  track:
    in: sheet
    rows: "things/{id}"
    columns:
      id: {at: "{id}", type: string, key: sheet, required: true, generate: "{n0}"}
      name: {required: true, generate: "{category.name} {n}"}
      category: {at: type, refers: category.name, create: true, required: true}
  media: {in: sheet, create: {}, rows: media/*, columns: {name: {key: true}}}
  annotation:
    in: media
    rows: "things/{track}"
    set: {shape: none}
    columns:
      track:
        at: "{track}"
        refers: track.id
        create: {sheet: media.sheet, category: category}
        required: true
      score: {}
"""


def test_a_row_that_names_none_gets_one_of_its_own() -> None:
    tables = mapped(
        [
            {"media": "a", "category": "cat", "score": 0.1},
            {"media": "b", "category": "dog", "score": 0.2},
            {"media": "b", "category": "cat", "score": 0.3},
        ],
        OBJECTS,
    )
    tracks = tables.frames["track"]
    assert tracks["id"].to_list() == ["0", "1", "2"]
    assert tracks["name"].to_list() == ["cat 1", "dog 2", "cat 3"]
    assert tracks["category"].to_list() == [0, 1, 0]
    assert tracks["sheet"].to_list() == [0, 0, 0]
    assert tables.frames["annotation"]["track"].to_list() == [0, 1, 2]


def test_none_is_made_to_be_named_for_a_row_that_is_not_written() -> None:
    boxes = OBJECTS.replace("set: {shape: none}", "set: {shape: box}")
    tables = mapped([{"media": "a", "category": "cat", "shape": "none", "score": 0.1}], boxes)
    assert "track" not in tables.frames


def test_rows_that_are_there_to_be_named_stand_before_those_that_are_made() -> None:
    source = plan_of(OBJECTS)
    rows = example_tables(
        source,
        {
            "sheet": [{"made": "by hand"}],
            "media": [{"name": "a", "sheet": 0}],
            "category": [{"name": "cat"}],
            "track": [{"sheet": 0, "id": "7", "name": "tom", "category": 0}],
            "annotation": [{"media": 0, "score": 0.1}, {"media": 0, "track": "7", "score": 0.2}],
        },
    )
    after = map_tables(rows, source, source, {"track.category": "cat"}).tables
    assert after.frames["annotation"]["track"].to_list() == [1, 0]
    assert after.frames["track"]["name"].to_list() == ["tom", "cat 2"]


KINDS = """files: {data: {path: data.json, carrier: json}}
tables:
  media: {from: data, rows: /media/*, columns: {name: {key: true}}}
  attribute:
    in: media
    columns: {name: {}, value: {}}
    variants:
      number: {rows: numbers/*, where: {value: {type: number}}, set: {sort: number}}
      words: {rows: words/*, where: {value: {type: [string, "null"]}}, set: {sort: words}}
"""


def test_rows_go_where_values_of_their_type_stand() -> None:
    source = plan_of(
        """files: {data: {path: data.json, carrier: json}}
tables:
  media: {from: data, rows: /media/*, columns: {name: {key: true}}}
  attribute: {in: media, rows: said/*, columns: {name: {}, value: {}}}
"""
    )
    said = [1, "1", True, None]
    rows = [{"media": "a", "name": str(n), "value": value} for n, value in enumerate(said)]
    tables = example_tables(source, {"media": [{"name": "a"}], "attribute": rows})  # type: ignore[dict-item]
    mapped = map_tables(tables, source, plan_of(KINDS.replace("id: made", "id: kinds")), {})
    made = mapped.tables.frames["attribute"]
    assert list(zip(made["name"], made["sort"], strict=True)) == [
        ("0", "number"),
        ("1", "words"),
        ("3", "words"),
    ]
    assert [(lost.loss.what, lost.loss.count) for lost in mapped.losses] == [("attribute", 1)]
