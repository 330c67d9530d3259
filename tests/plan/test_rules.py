"""Written rules: scopes, units, parameters, needs, messages; faults at the place in the text."""

from __future__ import annotations

import pytest

from annostd.errors import StandardError
from annostd.expressions import BOOLEAN, NUMBER, Need, Type, Typed
from annostd.findings import Level, Phase
from annostd.plan.rules import check_expression
from annostd.plan.scope import TableScope, geometry_unit, group_need, text_constants
from annostd.standard.model import Mark
from tests.plan.made import HEAD, column_of, plan_of, shipped, things

BODY = """files: {data: {path: d.json, carrier: json}}
tables:
  media: {from: data, rows: /m/*, columns: {id: {key: true}, width: {}}}
  annotation:
    from: data
    rows: /a/*
    columns: {media: {refers: media.id}, box: {form: "x y w h"}, note: {}, score: {}}
rules:
"""


def faults_of(rules: str) -> list[tuple[int, str, str]]:
    """Give each fault's line within `rules`, the text from its column on, and its message."""
    lines = (HEAD + BODY + rules).splitlines()
    first = len((HEAD + BODY).splitlines())
    with pytest.raises(StandardError) as error:
        plan_of(BODY + rules)
    return [
        (fault.line - first, lines[fault.line - 1][fault.column - 1 :], fault.message)
        for fault in error.value.faults
    ]


def rule_text(require: str, more: str = "") -> str:
    return f"  made: {{level: MUST, class: geometry, for: annotation, require: {require}{more}}}\n"


def test_a_rule_reads_the_columns_that_its_texts_name() -> None:
    rule = shipped("coco").rules["mask-size"]
    assert rule.needs == {
        Need(("mask",), "present"),
        Need(("mask",), None, "width"),
        Need(("mask",), None, "height"),
        Need(("media", "width")),
        Need(("media", "height")),
    }
    assert (rule.phase, rule.level, rule.table) == (Phase.SEMANTIC, Level.MUST, "annotation")


def test_a_message_is_pieces_of_text_and_expressions() -> None:
    message = shipped("coco").rules["crowd-without-mask"].message
    assert message[0] == "the crowd is given as "
    assert isinstance(message[1], Typed)
    assert message[2] == ", expected a run-length mask"


def test_a_rule_without_a_message_says_what_it_requires() -> None:
    assert plan_of(BODY + rule_text("score > 0")).rules["made"].message == ("expected score > 0",)


@pytest.mark.parametrize(("standard", "slack"), [("coco", 1.0), ("yolo", 0.000001)])
def test_a_parameter_has_the_value_of_the_unit_that_the_geometry_stands_in(
    standard: str, slack: float
) -> None:
    rule = "polygon-outside-media" if standard == "coco" else "box-outside-media"
    assert shipped(standard).rules[rule].parameters == {"slack": slack}


def test_a_rule_per_group_sees_aggregates_and_its_keys() -> None:
    rule = shipped("yolo").rules["label-twice"]
    assert rule.per == (Need(("media",)), Need(("category",)), Need(("box",), "native"))
    assert rule.needs >= set(rule.per)


def test_a_rule_per_nothing_is_about_all_rows() -> None:
    assert shipped("yolo").rules["names-gap"].per == ()


def test_a_rule_on_pairs_names_both_rows() -> None:
    text = rule_text("a.score != b.score", ", pairs: [media]")
    assert plan_of(BODY + text).rules["made"].pairs == (Need(("media",)),)


def test_an_unknown_name_is_a_fault_at_its_place_with_what_is_meant() -> None:
    ((line, text, message),) = faults_of(rule_text("box.width > scroe"))
    assert line == 1
    assert text.startswith("scroe")
    assert "score" in message


def test_every_broken_rule_is_told_at_once() -> None:
    second = rule_text("nothing > 0").replace("made", "other")
    assert [line for line, _, _ in faults_of(rule_text("scroe > 0") + second)] == [1, 2]


@pytest.mark.parametrize(
    ("rules", "text", "message"),
    [
        (rule_text("score + 1"), "score + 1", "the expression gives number, expected boolean"),
        (rule_text("score > 0", ", when: scor"), "scor}", "there is no column 'scor'"),
        (rule_text("'scor > 0'"), "scor > 0", "there is no column 'scor'"),
        (rule_text("score > 0", ', message: "a {scor} b"'), "scor} b", "no column 'scor'"),
        (rule_text('"score > \\u0031 + scor"'), '"score', "no column 'scor'"),
        (rule_text("count() > 0", ", per: [nothing]"), "made", "the column 'nothing' of the group"),
    ],
)
def test_a_fault_in_a_part_of_a_rule_points_into_that_part(
    rules: str, text: str, message: str
) -> None:
    ((_, there, said),) = faults_of(rules)
    assert (there.startswith(text), message in said) == (True, True), (there, said)


def test_a_derived_column_has_its_expression_compiled() -> None:
    count = column_of(shipped("yolo"), "dataset", "count")
    assert count.derive is not None
    assert count.derive.needs == {Need(("category",), "count")}
    assert shipped("yolo").tables["dataset"].columns["count"].derive == count.derive


def test_a_fault_in_derive_points_into_the_expression() -> None:
    with pytest.raises(StandardError) as error:
        things("a: {type: integer, derive: '1 + nothing'}")
    (fault,) = error.value.faults
    text = "      a: {type: integer, derive: '1 + nothing'}"
    assert text[fault.column - 1 :].startswith("nothing")


def scope(plan_name: str, table: str | None) -> TableScope:
    plan = shipped(plan_name)
    return TableScope(table, plan.types, {"slack": NUMBER}, text_constants(plan.tables))


def test_a_scope_follows_references_to_the_columns_of_other_tables() -> None:
    annotation = scope("coco", "annotation")
    assert annotation.column(("media", "width")) == Type("integer", unit="pixel")
    assert annotation.column(("media", "nothing")) is None
    assert annotation.column(("id", "width")) is None
    assert annotation.column(("box",)) == Type("box", unit="pixel")
    assert annotation.column(("category",)) == Type("reference", table="category")


def test_a_canonical_column_that_a_standard_does_not_bind_has_its_type() -> None:
    types = shipped("yolo").types
    assert types["annotation"]["mask"] == Type("mask")
    assert types["annotation"]["score"] == Type("number")
    assert types["annotation"]["box"] == Type("box", unit="fraction")
    assert types["annotation"]["parent"] == Type("reference", table="annotation")


@pytest.mark.parametrize(("standard", "unit"), [("coco", "pixel"), ("yolo", "fraction")])
def test_the_extent_stands_in_the_unit_of_the_geometries(standard: str, unit: str) -> None:
    annotation = scope(standard, "annotation")
    assert annotation.column(("extent", "width")) == Type("number", unit=unit)
    assert annotation.column(("extent",)) == Type("box", unit=unit)
    assert annotation.column(("extent", "depth")) is None


def test_geometries_in_two_units_have_none_in_common() -> None:
    assert geometry_unit({"a": Type("box", "pixel"), "b": Type("box", "fraction")}) is None
    assert geometry_unit({"a": Type("number", "second")}) is None


def test_a_scope_lists_what_may_follow() -> None:
    annotation = scope("coco", "annotation")
    assert {"box", "extent", "slack"} <= set(annotation.names(()))
    assert "width" in annotation.names(("media",))
    assert annotation.names(("box",)) == []
    assert annotation.parameter("slack") == NUMBER
    assert annotation.parameter("box") is None
    assert "media" in annotation.tables


def test_the_dataset_has_no_columns_of_its_own() -> None:
    dataset = scope("coco", None)
    assert dataset.column(("box",)) is None
    assert dataset.names(()) == ["slack"]


def test_words_of_closed_sets_are_texts() -> None:
    assert {"polygon", "image", "Frontal"} <= set(scope("voc", "annotation").constants)


def test_rows_are_grouped_by_columns_and_geometries_as_they_stand() -> None:
    annotation = scope("coco", "annotation")
    assert group_need("media.width", annotation) == Need(("media", "width"))
    assert group_need("polygons", annotation) == Need(("polygons",), "native")
    assert group_need("nothing", annotation) is None


def test_an_expression_of_another_type_is_a_fault_at_its_mark() -> None:
    mark = Mark("x.yaml", 3, 7)
    annotation = scope("coco", "annotation")
    assert check_expression("score > 0", annotation, mark, BOOLEAN).type == BOOLEAN
    with pytest.raises(StandardError, match=r"x\.yaml:3:7: the expression gives number"):
        check_expression("score", annotation, mark, BOOLEAN)


def test_what_is_derived_looks_at_no_column_of_another_table() -> None:
    body = BODY.replace("score: {}", "difficult: {derive: note in licence.name}")
    with pytest.raises(StandardError) as error:
        plan_of(body.removesuffix("rules:\n"))
    (fault,) = error.value.faults
    assert fault.message == "'derive' looks at a column of another table, expected none"
