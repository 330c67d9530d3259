"""What a declared column becomes: type, form, fields, kinds, references; what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.errors import StandardError
from annostd.tables.geometry.forms import Form
from tests.plan.made import HEAD_LINES, column_of, plan_of, shipped, source_of, things

if TYPE_CHECKING:
    from annostd.plan.model import Field


def fields_of(columns: str, **more: str) -> tuple[Field, ...]:
    return source_of(things(columns, **more), "thing").fields


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("a: {type: integer}", "integer"),
        ("a: {type: number}", "number"),
        ("a: {type: boolean}", "boolean"),
        ("a: {type: path}", "string"),
        ("a: {}", "string"),
        ("a: {type: any}", "value"),
        ("a: {type: list}", "value"),
        ("a: {type: boolean, values: {0: false, 1: true}}", "integer"),
        ("a: {values: {0: false, 0.5: true}}", "number"),
        ('a: {values: {0: false, "no": true}}', "value"),
        ("a: {type: integer, absent: [-1]}", "integer"),
        ('a: {type: integer, absent: [""]}', "value"),
        ("a: {absent: [0]}", "value"),
    ],
)
def test_a_field_is_of_the_kind_of_its_native_values(declared: str, kind: str) -> None:
    (field,) = fields_of(declared)
    assert (field.name, field.path, field.kind) == ("a", ("a",), kind)


@pytest.mark.parametrize(
    ("declared", "type_"),
    [
        ("a: {values: [x, y]}", "string"),
        ("a: {values: {x: true, y: false}}", "boolean"),
        ("a: {values: {x: 1, y: 0.5}}", "number"),
        ("a: {values: {x: 1, y: z}}", "json"),
        ("a: {type: map}", "json"),
    ],
)
def test_a_column_without_a_type_is_of_the_type_of_its_values(declared: str, type_: str) -> None:
    assert column_of(things(declared), "thing", "a").type == type_


def test_a_canonical_column_has_its_type_and_unit_whatever_the_standard_says_less() -> None:
    width = column_of(shipped("coco"), "media", "width")
    assert (width.type, width.unit, width.canonical) == ("integer", "pixel", True)


def test_places_are_paths_and_a_full_stop_is_the_record_itself() -> None:
    fields = fields_of("a: {at: b/c}\nd: {at: .}")
    assert [(field.name, field.path) for field in fields] == [("b/c", ("b", "c")), (".", ())]


def test_a_default_is_kept_as_the_json_text_of_the_native_value() -> None:
    fields = fields_of('a: {values: {"0": false, "1": true}, default: false}\nb: {default: x}')
    assert [field.default for field in fields] == ['"0"', '"x"']


def test_captures_of_the_path_and_the_ordinal_are_no_members() -> None:
    plan = plan_of(
        """files: {data: {path: "{split}.json", carrier: json}}
tables:
  media: {from: data, rows: "/m/{id}", columns: {split: {at: "{split}"}, id: {at: "{id}"}}}
  thing: {from: data, rows: /t/*, columns: {order: {at: "{order}", type: integer}}}
"""
    )
    split, id_ = source_of(plan, "media").fields
    assert (split.capture, split.path, split.kind) == ("split", (), "string")
    assert (id_.capture, id_.kind) == ("id", "string")
    (order,) = source_of(plan, "thing").fields
    assert (order.capture, order.kind) == ("order", "integer")


def test_a_template_of_captures_is_read_from_each_of_them() -> None:
    path = column_of(shipped("yolo"), "media", "path")
    assert path.fields == ("{folder}", "{stem}", "{ext}")
    assert path.template is not None


def test_one_capture_with_text_around_it_is_a_template_too() -> None:
    plan = plan_of(
        """files: {data: {path: "{stem}.json", carrier: json}}
tables: {media: {from: data, rows: /m, columns: {path: {at: "{stem}.png"}}}}
"""
    )
    path = column_of(plan, "media", "path")
    assert path.fields == ("{stem}",)
    assert path.template is not None


@pytest.mark.parametrize(
    ("own", "form"),
    [
        ("", Form("box", ("x1", "y1", "x2", "y2"), "pixel", 1, "inclusive", 0)),
        (", origin: 0, ends: exclusive", Form("box", ("x1", "y1", "x2", "y2"), decimals=0)),
    ],
)
def test_a_form_takes_the_conventions_save_those_that_the_column_has(own: str, form: Form) -> None:
    plan = plan_of(
        f"""conventions: {{image: {{unit: pixel, origin: 1, ends: inclusive, decimals: 0}}}}
files: {{data: {{path: d.json, carrier: json}}}}
tables: {{annotation: {{from: data, rows: /a/*, columns: {{box: {{form: "x1 y1 x2 y2"{own}}}}}}}}}
"""
    )
    assert column_of(plan, "annotation", "box").form == form


def test_a_reference_takes_the_kind_of_the_key_that_it_names() -> None:
    coco, yolo, voc = shipped("coco"), shipped("yolo"), shipped("voc")
    kinds = {field.name: field.kind for field in source_of(coco, "annotation").fields}
    assert (kinds["image_id"], kinds["category_id"]) == ("integer", "integer")
    assert column_of(yolo, "annotation", "category").refers == ("category", "number")
    media = next(f for f in source_of(voc, "class_set").fields if f.name == "media")
    assert media.kind == "string"


def test_fields_that_two_variants_want_in_other_kinds_are_values() -> None:
    plan = things(
        "a: {}",
        more="""    variants:
      one: {where: {k: 1}, columns: {b: {at: x, type: integer}}}
      two: {where: {k: z}, columns: {c: {at: x, type: string}}}
""",
    )
    kinds = {field.name: field.kind for field in source_of(plan, "thing").fields}
    assert (kinds["x"], kinds["k"], kinds["a"]) == ("value", "value", "string")


ANNOTATION = """files: {{data: {{path: "{{stem}}.json", carrier: json}}}}
tables:
  annotation:
    from: data
    rows: /a/*
    columns:
      {0}
"""


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("media: {at: m}", "the column 'media' names a media, expected 'refers' to say by what"),
        ("box: {at: b}", "the column 'box' is a geometry, expected a form"),
        ('box: {form: "x y w"}', "the vertical axis has 1 slots (y), expected 2 out of"),
        ("box: {form: flat}", "the form 'flat' is of polygons, expected box"),
        ('box: {at: [a, b, c], form: "x y w h"}', "the column 'box' has 3 places, expected 1 or 4"),
        ("score: {at: [a, b]}", "the column 'score' has 2 places, expected 1"),
        ("note: {minimum: 1}", "the column 'note' is a string, expected no range"),
        ("score: {length: 3}", "the column 'score' is a number, expected no length"),
        ('note: {at: "{what}"}', "the capture 'what' is not bound by the path or the rows"),
        ("polygons: {form: pairs}", "the form 'pairs' of several parts is not supported"),
        ("ellipse: {form: 'cx cy rx'}", "the slots cx cy rx make no ellipse"),
        ("rotated_box: {form: 'cx cy w h'}", "a rotated box has no angle"),
        ("cuboid: {form: 'x y z yaw'}", "the slots x y z yaw make no cuboid"),
        (
            "cuboid: {form: 'x y z l w h yaw', absent: ['-1 -1']}",
            "the cuboid 'cuboid' is missing where it is '-1 -1', expected 7 numbers",
        ),
        (
            "cuboid: {form: 'x y z l w h yaw', absent: ['0 0 0 0 0 0 none']}",
            "the cuboid 'cuboid' is missing where it is '0 0 0 0 0 0 none', expected 7 numbers",
        ),
        (
            "polygons: {form: flat, absent: ['0']}",
            "the polygons 'polygons' is missing where it is '0'",
        ),
        ("keypoints: {form: 'x visibility'}", "each point of keypoints has the slots x visibility"),
        ("mask: {at: p, form: png-at}", "the column 'mask' has 1 places, expected 2"),
        ("category: {refers: nothing.id}", "the table 'nothing' is unknown"),
    ],
)
def test_a_column_that_cannot_be_had_is_refused_at_its_place(column: str, message: str) -> None:
    with pytest.raises(StandardError) as error:
        plan_of(ANNOTATION.format(column))
    (fault,) = error.value.faults
    assert fault.message.startswith(message)
    assert (fault.line, fault.column) == (HEAD_LINES + 7, 7)
