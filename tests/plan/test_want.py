"""Projections: what rules and conversions need to have read."""

from __future__ import annotations

from annostd.plan.want import MEASURES, PRESENCE, VALUES, want_for_conversion, want_for_rules
from tests.plan.made import plan_of, shipped

ALL = frozenset({VALUES})


def test_every_declared_column_is_wanted_for_each_is_checked() -> None:
    plan = shipped("coco")
    want = want_for_rules(plan, {})
    assert set(want.columns["media"]) == set(plan.tables["media"].columns)
    assert want.columns["media"]["width"] == ALL
    assert not want.everything


def test_of_a_geometry_that_no_rule_reads_nothing_is_wanted() -> None:
    want = want_for_rules(shipped("coco"), {}).columns["annotation"]
    assert want["polygons"] == want["mask"] == want["box"] == frozenset()


def test_of_a_geometry_the_measures_that_rules_read_are_wanted() -> None:
    plan = shipped("coco")
    rules = {id_: plan.rules[id_] for id_ in ("polygon-too-few-points", "polygon-outside-media")}
    wanted = want_for_rules(plan, rules).columns["annotation"]["polygons"]
    assert wanted == {"present", "parts", "points", "bounds"}


def test_a_rule_on_a_derived_value_wants_what_that_is_made_of() -> None:
    plan = shipped("coco")
    rules = {"annotation.area.differs": plan.rules["annotation.area.differs"]}
    wanted = want_for_rules(plan, rules).columns["annotation"]
    assert wanted["polygons"] == wanted["mask"] == wanted["box"] == {"area"}
    rules = {"annotation.area.range": plan.rules["annotation.area.range"]}
    assert want_for_rules(plan, rules).columns["annotation"]["polygons"] == frozenset()


def test_a_geometry_that_groups_rows_is_wanted_as_it_stands() -> None:
    plan = shipped("yolo-segment")
    rules = {"label-twice": plan.rules["label-twice"]}
    assert VALUES in want_for_rules(plan, rules).columns["annotation"]["polygons"]


def test_a_geometry_behind_a_reference_is_wanted_of_the_table_that_holds_it() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  annotation: {from: data, rows: /a/*, columns: {id: {key: true}, polygons: {form: flat}}}
  note: {from: data, rows: /n/*, columns: {of: {refers: annotation.id}}}
rules:
  small: {level: MUST, class: geometry, for: note, require: area(of.polygons) < 9}
"""
    )
    want = want_for_rules(plan, {"small": plan.rules["small"]})
    assert want.columns["annotation"]["polygons"] == {"area"}


def test_a_conversion_to_the_same_standard_wants_everything() -> None:
    assert want_for_conversion(shipped("coco"), shipped("coco")).everything


def test_a_geometry_that_the_target_holds_is_wanted_whole() -> None:
    want = want_for_conversion(shipped("coco"), shipped("yolo-segment")).columns["annotation"]
    assert want["polygons"] == MEASURES | {VALUES}
    assert want["crowd"] == ALL


def test_a_geometry_that_the_target_cannot_hold_is_wanted_as_what_others_are_made_of() -> None:
    want = want_for_conversion(shipped("yolo-segment"), shipped("voc")).columns["annotation"]
    assert want["polygons"] == MEASURES


def test_a_geometry_of_some_rows_alone_is_made_of_the_others() -> None:
    want = want_for_conversion(shipped("coco"), shipped("yolo-segment")).columns["annotation"]
    assert want["mask"] == want["box"] == MEASURES


def test_a_geometry_that_nothing_is_made_of_is_wanted_as_mere_presence() -> None:
    want = want_for_conversion(shipped("coco"), shipped("yolo")).columns["annotation"]
    assert want["polygons"] == want["mask"] == PRESENCE
