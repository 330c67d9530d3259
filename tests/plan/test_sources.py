"""Where rows stand: places, variants that share one, enclosure, captures, joins, listings."""

from __future__ import annotations

import pytest

from annostd.errors import StandardError
from annostd.plan.model import Source, Step
from annostd.plan.sources import parse_locator, walk
from tests.plan.made import HEAD_LINES, column_of, plan_of, shipped, source_of


def implied(source: Source) -> dict[str, tuple[str, str] | None]:
    return {plan.name: plan.refers for plan in source.variants[0].columns if plan.implied}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (None, ()),
        ("/annotation", (Step("member", "annotation"),)),
        ("/images/*", (Step("member", "images"), Step("each"))),
        ("actions/{name}", (Step("member", "actions"), Step("capture", "name"))),
        ("{k:a|b}", (Step("capture", "k", ("a", "b")),)),
        ("note!json/*", (Step("member", "note", text=True), Step("each"))),
    ],
)
def test_a_locator_is_steps_down_from_the_record(text: str | None, steps: tuple[Step, ...]) -> None:
    assert parse_locator(text) == steps


def test_variants_in_one_place_are_one_source() -> None:
    annotation = source_of(shipped("coco"), "annotation")
    assert [variant.name for variant in annotation.variants] == ["mask", "polygon", "box"]
    assert [variant.constants for variant in annotation.variants] == [
        {"shape": "mask"},
        {"shape": "polygon"},
        {"shape": "box"},
    ]
    assert [field.name for field in annotation.fields].count("segmentation") == 1


def test_variants_in_a_place_of_their_own_are_sources_named_by_the_first() -> None:
    media = source_of(shipped("voc"), "media")
    (objects, *_) = media.children
    assert (objects.name, objects.locator) == ("annotation.point", (Step("member", "object"),))
    part = source_of(shipped("voc"), "annotation.part")
    assert part in objects.children
    assert part.enclosing == "parent"


def test_what_stands_inside_several_variants_has_a_name_for_each_place() -> None:
    names = [source.name for source in walk(source_of(shipped("voc"), "media").children)]
    assert len(names) == len(set(names))
    assert {"attribute", "attribute@annotation.point"} <= set(names)


def test_an_enclosing_row_fills_the_reference_of_its_table_through_any_depth() -> None:
    assert implied(source_of(shipped("voc"), "annotation.part")) == {
        "parent": ("annotation", ""),
        "media": ("media", ""),
        "shape": None,
    }


def test_the_owner_of_a_file_fills_the_reference_of_its_table() -> None:
    annotation = source_of(shipped("yolo"), "annotation")
    assert annotation.enclosing == "media"
    assert implied(annotation) == {"media": ("media", ""), "shape": None}


def test_a_constant_has_the_type_of_the_canonical_column_or_its_own() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  annotation: {from: data, rows: /a/*, set: {crowd: true, level: 3}, columns: {id: {}}}
"""
    )
    assert column_of(plan, "annotation", "crowd").type == "boolean"
    assert column_of(plan, "annotation", "level").type == "integer"


def test_a_test_of_a_capture_reads_that_and_no_member() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  thing:
    from: data
    rows: "/t/{k}"
    columns: {k: {at: "{k}"}}
    variants: {a: {where: {"{k}": a}, set: {n: 1}}, b: {set: {n: 2}}}
"""
    )
    (field,) = source_of(plan, "thing").fields
    assert (field.name, field.capture, field.kind) == ("{k}", "k", "string")


def test_a_join_is_a_source_with_the_field_that_names_its_row() -> None:
    join = source_of(shipped("voc"), "media.sets")
    assert (join.table, join.file) == ("media", "sets")
    assert join.enclosing is None
    assert {field.name: field.capture for field in join.fields} == {
        "name": None,
        "{split}": "split",
    }


def test_the_key_of_a_join_is_of_the_kind_of_what_it_names() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}, more: {path: m.json, carrier: json}}
tables:
  media:
    from: data
    rows: /m/*
    columns: {id: {key: true}}
    join: {more: {from: more, rows: /x/*, by: {id: of}, missing: fine, columns: {note: {}}}}
"""
    )
    kinds = {field.name: field.kind for field in source_of(plan, "media.more").fields}
    assert kinds == {"note": "string", "of": "integer"}


def test_a_listing_without_a_capture_compiles() -> None:
    plan = plan_of(
        """files:
  list: {path: list.json, carrier: json}
  picture: {path: "{stem}.png", carrier: image, listed: {by: list, at: files}}
tables: {media: {from: picture, columns: {path: {at: "{stem}.png"}}}}
"""
    )
    assert source_of(plan, "@listing.picture").locator == (Step("member", "files"),)


def test_rows_inside_rows_of_their_own_kind_are_refused() -> None:
    with pytest.raises(StandardError, match="expected 'in' a variant of it"):
        plan_of(
            """files: {data: {path: d.json, carrier: json}}
tables:
  annotation:
    columns: {id: {}}
    variants:
      outer: {from: data, rows: /a/*}
      inner: {in: annotation, rows: b/*}
"""
        )


def test_a_constant_that_is_a_reference_is_refused() -> None:
    with pytest.raises(StandardError, match="'set' gives 'category' a constant, expected no ref"):
        plan_of(
            """files: {data: {path: d.json, carrier: json}}
tables: {annotation: {from: data, rows: /a/*, set: {category: 1}, columns: {id: {}}}}
"""
        )


def test_the_place_of_what_is_refused_is_that_of_the_rows() -> None:
    with pytest.raises(StandardError) as error:
        plan_of(
            """files: {data: {path: d.json, carrier: json}}
tables:
  thing: {from: data, rows: /a/*, comment: "#", columns: {id: {}}}
"""
        )
    (fault,) = error.value.faults
    assert (fault.line, fault.message) == (
        HEAD_LINES + 3,
        "the table key 'comment' is not supported by this version",
    )


@pytest.mark.parametrize(
    ("inside", "within"),
    [
        ("[thing.a, thing.b]", ("a", "b")),
        ("[thing.c, thing.a]", ("a", "c")),
        ("[thing.a, thing.b, thing.c]", ()),
        ("thing", ()),
        ("thing.b", ("b",)),
    ],
)
def test_what_stands_inside_some_variants_of_a_place_says_which(
    inside: str, within: tuple[str, ...]
) -> None:
    plan = plan_of(
        f"""files: {{data: {{path: data.json, carrier: json}}}}
tables:
  thing:
    from: data
    rows: /things/*
    variants:
      a: {{where: {{kind: a}}, set: {{sort: a}}}}
      b: {{where: {{kind: b}}, set: {{sort: b}}}}
      c: {{where: {{kind: c}}, set: {{sort: c}}}}
  part: {{in: {inside}, rows: parts/*, columns: {{name: {{type: string}}}}}}
"""
    )
    assert [child.within for child in source_of(plan, "thing").children] == [within]
