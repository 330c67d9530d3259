"""Decoding a whole source: places, projections, templates, constants, keys of joins."""

from __future__ import annotations

import polars as pl

from tests.columns.made import PLACES, decoded
from tests.plan.made import plan_of, shipped, things


def test_a_decoded_row_has_its_place_and_its_variant() -> None:
    frame = decoded(things("a: {}"), "thing", {"a": ["x"], "@file": [3]}).frame
    assert [name for name in PLACES if name not in frame.columns] == []
    assert frame["@file"].to_list() == [3]
    assert frame["@variant"].to_list() == [0]


def test_only_wanted_columns_are_decoded_and_only_they_can_be_faulty() -> None:
    plan = things("a: {required: true}\nb: {required: true}\nc: {}", rows="rows: /t/*")
    found = decoded(plan, "thing", {"c": ["x"]}, want={"a": frozenset({""})})
    assert {name for name in found.frame.columns if name[0] != "@"} == {"a", "a@bad"}
    assert [fault.column for fault in found.faults] == ["a"]


def test_nothing_wanted_leaves_the_places() -> None:
    frame = decoded(things("a: {}"), "thing", {"a": ["x", "y"]}, want={}).frame
    assert (frame.height, [n for n in frame.columns if n[0] != "@"]) == (2, [])


def test_a_constant_is_of_the_type_that_other_variants_declare() -> None:
    plan = things(
        "k: {}",
        more="""    variants:
      one: {where: {k: a}, set: {n: 1}}
      two: {where: {k: b}, columns: {n: {type: integer}}}
""",
    )
    frame = decoded(plan, "thing", {"k": ["a", "b"], "n": [None, 7]}).frame
    assert frame["n"].to_list() == [1, 7]
    assert frame.schema["n"] == pl.Int64


def test_a_constant_that_is_not_wanted_is_left_out() -> None:
    plan = things("a: {}", rows="rows: /t/*\n    set: {n: 1}")
    frame = decoded(plan, "thing", {"a": ["x"]}, want={"a": frozenset({""})}).frame
    assert "n" not in frame.columns


def test_a_value_of_several_captures_is_composed() -> None:
    raw = {"{folder}": ["", "a/b/"], "{stem}": ["x", "y"], "{ext}": ["png", "jpg"]}
    frame = decoded(shipped("yolo"), "media", raw).frame
    assert frame["path"].to_list() == ["x.png", "a/b/y.jpg"]
    assert frame["kind"].to_list() == ["image", "image"]


def test_one_capture_with_text_around_it_is_composed() -> None:
    plan = plan_of(
        """files: {data: {path: "{stem}.json", carrier: json}}
tables: {media: {from: data, rows: /m, columns: {path: {at: "{stem}.png"}}}}
"""
    )
    assert decoded(plan, "media", {"{stem}": ["a"]}).frame["path"].to_list() == ["a.png"]


def test_a_split_is_a_list_of_one() -> None:
    frame = decoded(shipped("coco"), "media", {"id": [1, 2], "{split}": ["train", None]}).frame
    assert frame["split"].to_list() == [["train"], None]


def test_a_reference_still_holds_the_key_that_names_its_row() -> None:
    frame = decoded(shipped("coco"), "annotation", {"image_id": [7], "category_id": [2]}).frame
    assert (frame["media"].to_list(), frame["category"].to_list()) == ([7], [2])


def test_a_reference_whose_field_is_of_two_kinds_holds_the_text_of_its_key() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  media: {from: data, rows: /m/*, columns: {id: {key: true}}}
  annotation:
    from: data
    rows: /a/*
    columns: {media: {at: m, refers: media.id}}
    variants: {none: {where: {m: none}, set: {shape: none}}, one: {set: {shape: box}}}
"""
    )
    frame = decoded(plan, "annotation", {"m": ['"none"', "5", '"5"']}).frame
    assert frame["media"].to_list() == ["none", "5", "5"]


def test_a_join_keeps_the_key_that_finds_its_row() -> None:
    frame = decoded(shipped("voc"), "media.sets", {"name": ["a"], "{split}": ["train"]}).frame
    assert frame["@by:name"].to_list() == ["a"]


def test_any_value_is_held_as_json_whatever_its_carrier() -> None:
    plan = things("a: {type: any}", carrier="lines", rows='text: "{a} {b}"', more="")
    assert decoded(plan, "thing", {"a": ["x", "5"]}).frame["a"].to_list() == ['"x"', '"5"']
    coded = decoded(things("a: {type: any}"), "thing", {"a": ["5", "null", '"x"']}).frame
    assert coded["a"].to_list() == ["5", None, '"x"']
