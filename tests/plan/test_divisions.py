"""Lines divided into sections and blocks, and rows that tags mark: what compiles, what does not."""

from __future__ import annotations

import pytest

from annostd.errors import StandardError
from annostd.plan.divisions import leaf_of, leaves, read_inside, way
from annostd.plan.model import Marked
from tests.plan.made import HEAD, plan_of, source_of

TRIPS = """files:
  log: {path: "{day}.log", carrier: lines, captures: {day: {default: monday}}}
tables:
  trip:
    from: log
    rows: section
    text: "TRIP {boat*}"
    columns: {boat: {type: string}, story: {type: string, at: haul.word}}
  watch:
    in: trip
    rows: block
    columns: {number: {type: integer, at: "{order}"}}
  haul:
    in: watch
    text: "{word} {mark}"
    columns: {word: {type: string}}
  annotation:
    in: trip
    rows: haul.mark
    set: {shape: span}
    columns:
      spans:    {at: span, form: bilou}
      category: {at: label, refers: category.name, create: true}
  category: {columns: {name: {}}}
"""


def test_lines_are_divided_as_the_locators_say() -> None:
    plan = plan_of(TRIPS)
    assert source_of(plan, "trip").division == "section"
    assert source_of(plan, "watch").division == "block"
    assert source_of(plan, "haul").division is None


def test_a_text_is_composed_of_a_field_inside_and_counts_for_the_spans() -> None:
    plan = plan_of(TRIPS)
    assert source_of(plan, "trip").composed == (("haul.word", "haul", "word"),)
    assert source_of(plan, "annotation").marked == Marked("haul", "mark", "bilou", "word")


def test_the_lines_hand_over_the_field_of_the_tags() -> None:
    fields = [field.name for field in source_of(plan_of(TRIPS), "haul").fields]
    assert fields == ["word", "mark"]


def test_the_way_from_a_section_to_its_lines() -> None:
    trip = source_of(plan_of(TRIPS), "trip")
    leaf = leaf_of(trip, "haul")
    assert leaf is not None
    assert [source.name for source in way(trip, leaf)] == ["watch", "haul"]
    assert [source.name for source in leaves([trip])] == ["haul"]
    assert leaf_of(trip, "watch") is None
    assert list(read_inside(trip)) == [("haul", "word"), ("haul", "mark")]


def test_blocks_need_no_section_and_sections_no_blocks() -> None:
    blocks = plan_of(
        "files: {d: {path: d.txt, carrier: lines}}\ntables:\n"
        '  part: {from: d, rows: block}\n  line: {in: part, text: "{x}", columns: {x: {}}}\n'
    )
    assert source_of(blocks, "part").division == "block"
    sections = plan_of(
        "files: {d: {path: d.txt, carrier: lines}}\ntables:\n"
        '  part: {from: d, rows: section, text: "= {name}", columns: {name: {}}}\n'
        '  line: {in: part, text: "{x} {y}", columns: {x: {}, y: {}}}\n'
    )
    assert source_of(sections, "part").division == "section"


@pytest.mark.parametrize(
    ("here", "instead", "told", "line"),
    [
        ("rows: block", "rows: blocks/x",
         ("the locator 'blocks/x' stands in a file of lines,"
          " expected file, section, block or table.field"),
         "  watch:"),
        ("rows: block", "rows: section",
         "a section stands inside one, expected blocks or lines", "  watch:"),
        ("rows: block\n", "rows: block\n    text: 'WATCH'\n",
         "a block has a 'text', expected none: it has no line of its own", "  watch:"),
        ('{number: {type: integer, at: "{order}"}}', "{number: {type: string}}",
         "there is no line for the field 'number', expected a 'text'", "  watch:"),
        ("in: watch\n    text", "in: trip\n    text",
         "2 kinds of rows stand side by side in lines, expected one", "  trip:"),
        ("form: bilou", "form: flat",
         ("the rows at 'haul.mark' have no column of spans with the form of a scheme, "
          "expected one of iob1, iob2, bioes, bilou"), "  annotation:"),
        ("at: label", "at: name",
         "there is no field 'name' in rows that tags mark, expected span, label", "  annotation:"),
        (", story: {type: string, at: haul.word}", "",
         ("the rows at 'haul.mark' are inside none whose text is made of 'haul', "
          "expected a column there with at: haul.text"), "  annotation:"),
        ("rows: haul.mark", "rows: haul.tag",
         "haul.tag is no field of lines inside 'trip', expected word, mark", "  annotation:"),
        ("at: haul.word", "at: haul.name",
         "haul.name is no field of lines inside 'trip', expected word, mark", "  trip:"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_back_is_refused_where_it_stands(
    here: str, instead: str, told: str, line: str
) -> None:
    body = TRIPS.replace(here, instead)
    assert body != TRIPS
    with pytest.raises(StandardError) as error:
        plan_of(body)
    (fault,) = error.value.faults
    assert fault.message == told
    assert (HEAD + body).splitlines()[fault.line - 1] == line


def test_rows_inside_a_line_are_refused() -> None:
    body = TRIPS.replace(
        "  annotation:", "  bit: {in: haul, columns: {b: {at: word}}}\n  annotation:"
    )
    with pytest.raises(StandardError, match="rows stand inside a line"):
        plan_of(body)


def test_rows_inside_rows_that_tags_mark_are_refused() -> None:
    body = f"{TRIPS}  bit: {{in: annotation, columns: {{b: {{at: x}}}}}}\n"
    with pytest.raises(StandardError, match="rows stand inside rows that tags mark"):
        plan_of(body)


def test_spans_of_another_carrier_are_refused() -> None:
    with pytest.raises(StandardError, match="the column 'spans' stands in rows that no tags mark"):
        plan_of(
            "files: {d: {path: d.json, carrier: json}}\n"
            "tables: {annotation: {from: d, rows: /a/*, columns: {spans: {}}}}\n"
        )


def test_a_division_without_rows_inside_is_refused() -> None:
    with pytest.raises(StandardError, match="0 kinds of rows stand side by side"):
        plan_of("files: {d: {path: d.txt, carrier: lines}}\ntables: {p: {from: d, rows: block}}\n")


def test_spans_that_count_what_cannot_be_counted_are_refused() -> None:
    body = """conventions: {text: {unit: utf-16}}
files:
  notes: {path: "{day}.log", carrier: lines, captures: {day: {default: monday}}}
tables:
  annotation:
    from: notes
    text: "{spans:[^ ]+ [^ ]+}"
    columns: {spans: {form: "start end", required: true}}
"""
    with pytest.raises(StandardError, match="the spans 'spans' count in utf-16"):
        plan_of(body)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rows: crew", "rows: hands", "the locator 'hands' names no field of the line"),
        ('text: "{task}"', "", "the pieces of 'crew' have no 'text'"),
    ],
)
def test_pieces_of_no_field_and_without_a_text_are_refused(
    old: str, new: str, message: str
) -> None:
    body = """files:
  log: {path: "{day}.log", carrier: lines, captures: {day: {default: monday}}}
tables:
  boat: {from: log, text: "{name}: {crew*}", columns: {name: {type: string}}}
  sailor:
    in: boat
    rows: crew
    text: "{task}"
    columns: {task: {type: string}}
"""
    assert "sailor" in plan_of(body).tables
    with pytest.raises(StandardError, match=message):
        plan_of(body.replace(old, new))
