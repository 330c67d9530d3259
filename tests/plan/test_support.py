"""What this version cannot do is refused, with the place of each."""

from __future__ import annotations

import pytest

from annostd.errors import StandardError
from tests.plan.made import HEAD, plan_of

BODY = """files:
  data: {path: d.json, carrier: json}
tables:
  thing:
    from: data
    rows: /t/*
    columns:
      a: {}
"""


@pytest.mark.parametrize(
    ("here", "instead", "what"),
    [
        ("a: {}", "a: {text: '{x} {y}'}", "the column key 'text'"),
        ("a: {}", "a: {refers: thing.b, through: thing.b}", "the column key 'through'"),
        ("a: {}", "a: {type: list, items: integer}", "a list of items of the type 'integer'"),
        ("a: {}", "a: {form: flat, holes: rings}", "the column key 'holes'"),
        ("a: {}", "a: {refers: thing.b, file: data}", "the column key 'file'"),
        ("carrier: json", "carrier: csv", "the carrier 'csv'"),
        ("carrier: json", "carrier: json, separator: ';'", "the file key 'separator'"),
        ("carrier: json", "carrier: json, header: true", "the file key 'header'"),
        ("rows: /t/*", "rows: value", "the locator 'value'"),
        (
            "rows: /t/*",
            "rows: /t/*\n    head: [x]",
            "the table key 'head' of rows that are no lines",
        ),
        ("rows: /t/*", "rows: /t/*\n    comment: '#'", "the table key 'comment'"),
        (
            "rows: /t/*",
            "rows: /t/*\n    fixed: [{a: x}]",
            "the table key 'fixed' with rows that are read",
        ),
    ],
)
def test_a_key_without_effect_is_refused_where_it_stands(
    here: str, instead: str, what: str
) -> None:
    with pytest.raises(StandardError) as error:
        plan_of(BODY.replace(here, instead))
    told = {fault.message for fault in error.value.faults}
    assert f"{what} is not supported by this version" in told


def test_a_convention_without_effect_is_refused_at_the_convention() -> None:
    body = "conventions:\n  image: {axes: right-down}\n" + BODY
    with pytest.raises(StandardError) as error:
        plan_of(body)
    (fault,) = error.value.faults
    assert fault.message == "the convention 'axes' of image is not supported by this version"
    assert (HEAD + body).splitlines()[fault.line - 1].startswith("  image")


def test_rows_listed_at_both_ends_are_refused() -> None:
    body = BODY + "  other: {in: thing, rows: o/*, as: [b, c], columns: {d: {}}}\n"
    with pytest.raises(StandardError, match="'as' with two columns"):
        plan_of(body)


def test_rows_that_no_writer_sorts_are_refused() -> None:
    inside = BODY + "  other: {in: thing, rows: o/*, sorted: d, columns: {d: {}}}\n"
    with pytest.raises(StandardError, match="'sorted' of rows inside others"):
        plan_of(inside)
    texts = (
        "files: {d: {path: d.txt, carrier: lines}}\ntables:\n  t:\n    from: d\n    sorted: a\n"
        '    columns: {a: {}}\n    variants: {x: {text: "x {a}"}, y: {text: "y {a}"}}\n'
    )
    with pytest.raises(StandardError, match="'sorted' with several texts or files"):
        plan_of(texts)


@pytest.mark.parametrize(
    ("join", "what"),
    [
        ("by: {a: x, b: y}, columns: {n: {}}", "'by' with several columns"),
        ('by: {a: x}, columns: {box: {form: "x y w h"}}', "a geometry in a join"),
    ],
)
def test_a_join_that_cannot_be_followed_is_refused(join: str, what: str) -> None:
    body = BODY + f"    join: {{more: {{from: data, rows: /m/*, missing: fine, {join}}}}}\n"
    with pytest.raises(StandardError, match=what):
        plan_of(body)


def test_everything_that_is_refused_is_told_at_once() -> None:
    with pytest.raises(StandardError) as error:
        plan_of(
            BODY.replace(
                "a: {}", "a: {refers: thing.b, file: data}\n      b: {items: integer, type: list}"
            )
        )
    assert len(error.value.faults) == 2


def test_what_is_supported_compiles() -> None:
    assert list(plan_of(BODY).tables) == ["thing"]
