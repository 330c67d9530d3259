"""What has to agree wherever the rows of a table stand, and in what order they are read."""

from __future__ import annotations

import pytest

from annostd.errors import StandardError
from annostd.plan.model import Items
from tests.plan.made import HEAD, plan_of, things

TWO = """    variants:
      one: {{where: {{k: a}}, columns: {{{0}}}}}
      two: {{where: {{k: b}}, columns: {{{1}}}}}
"""
FILES = """files:
  data: {path: d.json, carrier: json}
  more: {path: m.json, carrier: json}
"""


def refusal(body: str) -> tuple[str, str]:
    """Give the message of the one fault, and the text of the line that it points to."""
    with pytest.raises(StandardError) as error:
        plan_of(body)
    (fault,) = error.value.faults
    return fault.message, (HEAD + body).splitlines()[fault.line - 1].strip()


@pytest.mark.parametrize(
    ("one", "two", "message"),
    [
        (
            "a: {type: integer}",
            "a: {type: number}",
            "the column 'a' is of type number, expected integer as elsewhere",
        ),
        (
            "a: {type: integer}",
            "a: {at: b}",
            "the column 'a' is of type string, expected integer as elsewhere",
        ),
    ],
)
def test_a_column_of_two_types_is_refused_where_it_is_the_other(
    one: str, two: str, message: str
) -> None:
    with pytest.raises(StandardError) as error:
        things("n: {}", more=TWO.format(one, two))
    assert error.value.faults[0].message == message


def test_a_column_of_one_type_in_two_places_is_fine() -> None:
    plan = things("n: {}", more=TWO.format("a: {type: integer}", "a: {at: b, type: integer}"))
    assert plan.tables["thing"].columns["a"].type == "integer"


def test_a_geometry_in_two_forms_is_refused_for_the_form_stands_beside_the_column() -> None:
    message, line = refusal(
        FILES
        + """tables:
  annotation:
    columns: {}
    variants:
      one: {from: data, rows: /a/*, columns: {box: {form: "x y w h"}}}
      two: {from: more, rows: /a/*, columns: {box: {form: "x1 y1 x2 y2"}}}
"""
    )
    assert message == "the column 'box' has the form 'x1 y1 x2 y2', expected 'x y w h' as elsewhere"
    assert line.startswith("two:")


def test_forms_that_differ_in_decimals_alone_hold_the_same_column() -> None:
    plan = plan_of(
        FILES
        + """tables:
  annotation:
    columns: {}
    variants:
      one: {from: data, rows: /a/*, columns: {box: {form: "x y w h"}}}
      two: {from: more, rows: /a/*, columns: {box: {form: "x y w h", decimals: 2}}}
"""
    )
    assert plan.tables["annotation"].columns["box"].decimals is None


def test_references_make_no_rows_in_a_table_that_has_its_own() -> None:
    message, _ = refusal(
        FILES
        + """tables:
  category: {from: data, rows: /c/*, columns: {name: {key: true}}}
  annotation:
    from: data
    rows: /a/*
    columns: {category: {at: c, refers: category.name, create: true}}
"""
    )
    assert message == "the column 'category' makes rows of 'category', which has rows of its own"


def test_references_make_rows_of_a_table_by_one_key() -> None:
    message, line = refusal(
        FILES
        + """tables:
  category: {columns: {name: {key: true}, number: {key: true}}}
  annotation:
    from: data
    rows: /a/*
    columns:
      category: {at: c, refers: category.name, create: true}
      other: {at: n, refers: category.number, create: true}
"""
    )
    assert message == (
        "the column 'other' makes rows of 'category' by 'number', expected 'name' as elsewhere"
    )
    assert line.startswith("other:")


def test_a_list_in_a_text_is_refused() -> None:
    body = """files: {data: {path: d.txt, carrier: lines}}
tables:
  category: {from: data, text: "{k}", columns: {keypoints: {at: k}}}
"""
    message, _ = refusal(body)
    assert message == "the column 'keypoints' is a list in a text, expected another type there"


def test_polygons_in_a_text_have_one_part() -> None:
    body = """files: {{data: {{path: d.txt, carrier: lines}}}}
tables:
  annotation: {{from: data, text: "{{p+}}", columns: {{polygons: {{at: p, form: flat{0}}}}}}}
"""
    message, _ = refusal(body.format(""))
    assert message == "the column 'polygons' stands in a text, expected 'parts: one'"
    assert "annotation" in plan_of(body.format(", parts: one")).tables


def test_a_reference_to_rows_that_are_read_later_is_refused() -> None:
    message, _ = refusal(
        FILES
        + """tables:
  media: {from: data, rows: /m/*, columns: {id: {key: true}, c: {refers: category.id}}}
  category: {from: data, rows: /c/*, columns: {id: {key: true}, m: {refers: media.id}}}
"""
    )
    assert message == (
        "the column 'm' names rows of 'media' that are not read before, "
        "expected 'key: TABLE' of a record that holds both"
    )


WITHIN = """tables:
  media: {{from: data, rows: /m/*, columns: {{id: {{key: true}}}}}}
  thing: {{in: media, rows: t/*, columns: {{p: {{refers: part.id}}}}}}
  part: {{in: thing, rows: p/*, columns: {{id: {{key: {}}}}}}}
"""


def test_a_reference_to_rows_that_are_read_later_in_the_same_record_compiles() -> None:
    assert list(plan_of(FILES + WITHIN.format("media")).tables) == ["media", "thing", "part"]


@pytest.mark.parametrize("scope", ["true", "file", "thing"])
def test_a_reference_to_rows_of_another_record_is_refused(scope: str) -> None:
    message, _ = refusal(FILES + WITHIN.format(scope))
    assert message.startswith("the column 'p' names rows of 'part' that are not read before")


LINES = """files: {{data: {{path: d.jsonl, carrier: jsonl}}}}
tables:
  media: {{from: data, {}columns: {{a: {{}}}}}}
  thing: {{from: data, columns: {{b: {{}}}}}}
"""


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("rows: x/*, ", "a row of 'media' is a line, expected no 'rows'"),
        ("", "a line is a row of 'media', expected 'thing' 'in' it"),
    ],
)
def test_a_line_of_json_is_one_record_of_one_table(rows: str, told: str) -> None:
    message, _ = refusal(LINES.format(rows))
    assert message == told


def test_a_reference_to_rows_of_the_same_table_is_refused() -> None:
    message, _ = refusal(
        FILES
        + """tables:
  annotation: {from: data, rows: /a/*, columns: {id: {key: true}, p: {refers: annotation.id}}}
"""
    )
    assert message.startswith("the column 'p' names rows of 'annotation' that are not read before")


TABLES = """files: {{data: {{path: d.parquet, carrier: parquet}}}}
tables:
  media: {{from: data, {}columns: {{a: {}}}}}
{}"""


@pytest.mark.parametrize(
    ("rows", "column", "more", "told"),
    [
        ("rows: x/*, ", "{}", "", "a file of 'data' holds rows of several places"),
        ("", "{}", "  thing: {from: data, columns: {b: {}}}", "a file of 'data' holds rows of se"),
        ("", "{}", "  thing: {in: media, rows: b, columns: {b: {}}}", "a file of 'data' holds ro"),
        ("", "{at: a/b}", "", "'a' stands at 'a/b', expected the name of a column"),
        ("", "{at: .}", "", "'a' stands at '.', expected the name of a column"),
    ],
)
def test_a_file_of_columns_holds_one_table(rows: str, column: str, more: str, told: str) -> None:
    message, _ = refusal(TABLES.format(rows, column, more))
    assert message.startswith(told)


def test_a_column_knows_of_what_lists_it_is_made() -> None:
    tables = """files: {data: {path: d.parquet, carrier: parquet}}
tables:
  annotation:
    from: data
    columns:
      polygons: {form: flat, parts: many}
      polyline: {form: pairs}
      keypoints: {form: "x y"}
      box: {form: "x y w h"}
      ellipse: {at: [a, b, c, d], form: "cx cy rx ry"}
      interval: {at: [start, duration], form: "start duration"}
      mask: {form: coco-rle}
      when: {type: time}
      names: {type: list, items: string}
      joints: {type: list, items: edge}
"""
    (source,) = plan_of(tables).files[0].sources
    made = {field.name: field.items for field in source.fields}
    assert made == {
        "polygons": Items("number", 2),
        "polyline": Items("number", 2),
        "keypoints": Items("number", 1),
        "box": Items("number", 1),
        **dict.fromkeys("abcd"),
        "start": Items("time", 0),
        "duration": Items("time", 0),
        "mask": None,
        "when": Items("time", 0),
        "names": Items("string", 1),
        "joints": Items("integer", 2),
    }
