"""Generated rules: their ids, levels, classes and phases."""

from __future__ import annotations

import pytest

from annostd.findings import Level, Phase
from tests.plan.made import plan_of, shipped, things


def columns_rules(columns: str, **more: str) -> set[str]:
    rules = things(columns, **more).rules
    return {id_.removeprefix("thing.") for id_, r in rules.items() if r.check and r.check[1]}


@pytest.mark.parametrize(
    ("declared", "faults"),
    [
        ("a: {}", {"type"}),
        ("a: {required: true}", {"type", "missing"}),
        ("a: {type: any}", set()),
        ("a: {values: [x, y]}", {"type", "value"}),
        ("a: {values: [true]}", {"type", "value"}),
        ("a: {values: [false, true]}", {"type"}),
        ("a: {type: integer, minimum: 1}", {"type", "range"}),
        ("a: {type: integer, maximum: 1}", {"type", "range"}),
        ('a: {pattern: "[a-z]+"}', {"type", "pattern"}),
        ("a: {length: 3}", {"type", "length"}),
        ("a: {key: true}", {"type", "duplicate"}),
        ("a: {type: integer, derive: count(thing)}", {"type", "differs"}),
    ],
)
def test_each_declaration_obliges(declared: str, faults: set[str]) -> None:
    assert columns_rules(declared) == {f"a.{fault}" for fault in faults}


def test_a_reference_can_dangle_unless_it_makes_its_row() -> None:
    rules = shipped("voc").rules
    assert "class_set.media.dangling" in rules
    assert "annotation.category.dangling" not in rules


def test_a_derived_box_differs_only_where_a_tolerance_is_declared() -> None:
    assert shipped("coco").rules["annotation.box.differs"].level is Level.SHOULD
    assert "annotation.box.differs" not in shipped("voc").rules


def test_levels_are_those_declared_and_must_otherwise() -> None:
    rules = shipped("coco").rules
    assert rules["annotation.area.missing"].level is Level.SHOULD
    assert rules["annotation.box.missing"].level is Level.MUST
    assert rules["annotation.area.range"].level is Level.MUST
    assert rules["annotation.unknown-key"].level is Level.MAY
    assert rules["json.bom"].level is Level.SHOULD
    assert rules["layout.missing"].level is Level.MUST


def test_a_member_that_is_refused_is_an_unknown_key_at_must() -> None:
    rules = things("a: {}", rows="rows: /t/*\n    unknown: refuse").rules
    assert rules["thing.unknown-key"].level is Level.MUST


@pytest.mark.parametrize(
    ("rule", "class_name", "phase"),
    [
        ("media.id.duplicate", "identity", Phase.REFERENCE),
        ("annotation.media.dangling", "reference", Phase.REFERENCE),
        ("annotation.area.differs", "consistency", Phase.SEMANTIC),
        ("category.differs", "identity", Phase.REFERENCE),
        ("annotation.box.type", "structure", Phase.STRUCTURE),
        ("json.syntax", "structure", Phase.IO),
        ("layout.missing", "layout", Phase.IO),
        ("media.size-differs", "media", Phase.MEDIA),
        ("media.turned", "media", Phase.MEDIA),
    ],
)
def test_a_generated_rule_has_a_class_and_a_phase(rule: str, class_name: str, phase: Phase) -> None:
    found = shipped("coco").rules[rule]
    assert (found.class_name, found.phase) == (class_name, phase)


def test_a_clause_of_a_column_stands_in_its_rules() -> None:
    assert shipped("coco").rules["annotation.box.length"].clause == "format-data"


def test_rows_that_are_required_shared_or_of_variants_oblige_as_a_table() -> None:
    plan = things("a: {}", rows="rows: /t/*\n    required: SHOULD\n    shared: true")
    assert plan.rules["thing.missing"].level is Level.SHOULD
    assert "thing.differs" in plan.rules
    assert "annotation.variant" in shipped("coco").rules


@pytest.mark.parametrize(("missing", "obliged"), [("error", True), ("fine", False)])
def test_a_join_can_dangle_and_be_missing_where_that_is_an_error(
    missing: str, *, obliged: bool
) -> None:
    plan = plan_of(
        f"""files: {{data: {{path: d.json, carrier: json}}, more: {{path: m.json, carrier: json}}}}
tables:
  media:
    from: data
    rows: /m/*
    columns: {{id: {{key: true}}}}
    join:
      more: {{from: more, rows: /x/*, by: {{id: of}}, missing: {missing}, columns: {{n: {{}}}}}}
"""
    )
    assert "media.more.dangling" in plan.rules
    assert ("media.more.missing" in plan.rules) is obliged


def test_files_that_are_listed_or_stand_beside_oblige_the_layout() -> None:
    yolo, coco = shipped("yolo").rules, shipped("coco").rules
    faults = {"layout.root", "layout.listed-twice", "layout.unlisted", "layout.orphan"}
    assert faults <= set(yolo)
    assert not faults & set(coco)


def test_variants_that_oblige_differently_oblige_each_as_it_says() -> None:
    rules = things(
        "n: {}",
        more="""    variants:
      one: {where: {k: a}, columns: {a: {required: true}}}
      two: {where: {k: b}, columns: {a: {pattern: "[a-z]+"}}}
""",
    ).rules
    assert {"thing.a.missing", "thing.a.pattern"} <= set(rules)


def test_the_tables_of_rules_are_those_that_they_check() -> None:
    for rule in shipped("voc").rules.values():
        if rule.check is not None and rule.check[0]:
            assert (rule.table, rule.id) == (rule.check[0], ".".join(w for w in rule.check if w))


@pytest.mark.parametrize(
    ("second", "can_fail"),
    [
        ('"{kind}": b', False),
        ('"{kind}": [b, c]', False),
        ('"{kind}": b, "tag": x', True),
        ("tag: x", True),
    ],
)
def test_rows_told_by_a_name_that_some_variant_asks_nothing_else_of_always_fit(
    second: str, *, can_fail: bool
) -> None:
    plan = plan_of(
        f"""files:
  data: {{path: data.json, carrier: json}}
tables:
  thing:
    from: data
    rows: "/things/{{kind:a|b}}"
    columns:
      tag: {{type: string}}
    variants:
      first: {{where: {{"{{kind}}": a}}, set: {{shape: box}}}}
      second: {{where: {{{second}}}, set: {{shape: none}}}}
"""
    )
    assert ("thing.variant" in plan.rules) is can_fail


def test_rows_of_a_single_kind_that_is_asked_for_may_be_of_none() -> None:
    text = """files: {{data: {{path: data.json, carrier: json}}}}
tables:
  thing:
    from: data
    variants:
      first: {{rows: /things/*, {where}set: {{shape: none}}}}
"""
    assert "thing.variant" in plan_of(text.format(where="where: {tag: {type: string}}, ")).rules
    assert "thing.variant" not in plan_of(text.format(where="")).rules


@pytest.mark.parametrize(
    ("rows", "key", "can_fail"),
    [
        ("things/{id}", "page", False),
        ("boxes/*/{id}", "page", True),
        ("things/{id}", "true", True),
    ],
)
def test_the_name_of_a_member_cannot_be_twice_in_its_object(
    rows: str, key: str, *, can_fail: bool
) -> None:
    plan = plan_of(
        f"""files: {{data: {{path: data.json, carrier: json}}}}
tables:
  page: {{from: data, rows: /pages/*}}
  thing:
    in: page
    rows: "{rows}"
    columns: {{id: {{at: "{{id}}", type: string, key: {key}}}}}
"""
    )
    assert ("thing.id.duplicate" in plan.rules) is can_fail
