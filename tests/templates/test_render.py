"""Values are printed by templates so that they are read back, or it is said why they cannot be."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.errors import UsageError
from annostd.templates import (
    Unfit,
    fields,
    fits_expr,
    is_unambiguous,
    match,
    parse,
    reads_back_expr,
    render,
    render_expr,
)
from tests.templates.strategies import READINGS, fit_rows, rows, templates


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{a} {b}", {"a": "1", "b": "2"}, "1 2"),
        ("{a}[ {b}[ {c}]];", {"a": "1"}, "1;"),
        ("{a}[ {b}[ {c}]];", {"a": "1", "b": "2"}, "1 2;"),
        ("{a}[ {b}[ {c}]];", {"a": "1", "b": "2", "c": "3"}, "1 2 3;"),
        ("{n:06}.png", {"n": "42"}, "000042.png"),
        ("{n:02}", {"n": "1234"}, "1234"),
        ("{{{a}}}[[", {"a": "x"}, "{x}["),
        ("{f/}{a}", {"a": "x"}, "x"),
        ("{f/}{a}", {"f": "p/q/", "a": "x"}, "p/q/x"),
        ("{a} {b*}", {"a": "x", "b": ""}, "x "),
    ],
)
def test_values_are_put_into_their_fields(
    template: str,
    values: dict[str, str | None],
    text: str,
) -> None:
    assert render(parse(template), values) == text


@pytest.mark.parametrize(
    ("template", "values", "field", "part"),
    [
        ("{a} {b}", {"a": "x"}, "b", "missing"),
        ("{a}[ {b} {c}]", {"a": "x", "c": "y"}, "b", "missing"),
        ("{a} {b}", {"a": "", "b": "y"}, "a", "expected text"),
        ("{a} {b}", {"a": "x y", "b": "z"}, "a", "no ' ' in it"),
        ("{a} {b}", {"a": "x", "b": "y\nz"}, "b", r"no '\n' in it"),
        ("{a} {b}", {"a": "x", "b": "y\r"}, "b", r"no '\r' in it"),
        ("{a}, {b}", {"a": "x, y", "b": "z"}, "a", "no ', ' in it"),
        ("{a:[0-9]+} {b}", {"a": "x", "b": "z"}, "a", "fits [0-9]+"),
        ("{a:03} {b}", {"a": "-1", "b": "z"}, "a", "digits"),
        ("{a:03} {b}", {"a": "00001", "b": "z"}, "a", "digits"),
        ("{f/}{b}", {"f": "x", "b": "z"}, "f", "slash"),
    ],
)
def test_a_value_that_cannot_stand_in_its_field_is_named(
    template: str,
    values: dict[str, str | None],
    field: str,
    part: str,
) -> None:
    found = render(parse(template), values)
    assert isinstance(found, Unfit)
    assert found.field == field
    assert part in found.message


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{a}/b", "x/y"),
        ("{a}/b", ".."),
        ("{a}/b", "."),
        ("{a}/b", "x\0"),
        ("{a}/b", "\udc80"),
        ("{a/}b", "../"),
        ("{a/}b", "/"),
        ("{a/}b", "x/../"),
        ("b/{a.path}", "../x"),
        ("b/{a.path}", "x/"),
        ("b/{a.path}", "/x"),
        (".{a:[.a]}/b", "."),
    ],
)
def test_no_value_leads_out_of_its_folder(template: str, value: str) -> None:
    made = parse(template)
    assert isinstance(render(made, {fields(made)[0]: value}, mode="path"), Unfit)


def test_values_that_would_be_read_otherwise_are_unfit() -> None:
    made = parse("{a:[^ ]+}{b*}")
    assert render(made, {"a": "x", "b": " y"}) == "x y"
    found = render(made, {"a": "x", "b": "y"})
    assert isinstance(found, Unfit)
    assert found.field is None


def test_a_path_that_is_only_looked_for_need_not_be_read_back() -> None:
    made = parse("{split}[{edition}]/{media.path}")
    values = {"split": "train", "edition": "2017", "media.path": "a.jpg"}
    assert isinstance(render(made, values, mode="path"), Unfit)
    assert render(made, values, mode="path", read_back=False) == "train2017/a.jpg"


def test_an_empty_rest_in_an_optional_part_cannot_be_told_from_none() -> None:
    made = parse("{a}[ {b*}]")
    assert render(made, {"a": "x", "b": ""}) == "x "
    assert isinstance(render(made, {"a": "x", "b": ""}, blanks="any"), Unfit)


@given(st.data())
def test_what_is_printed_is_read_back(data: st.DataObject) -> None:
    made = data.draw(templates())
    mode, blanks = data.draw(READINGS)
    values = data.draw(fit_rows(made, mode, blanks))
    text = render(made, values, mode=mode, blanks=blanks)
    if isinstance(text, Unfit):
        is_missing = text.value is None
        is_path = mode == "path" and "." in str(text.value)
        assert is_missing or is_path or not is_unambiguous(made, mode=mode, blanks=blanks)
        return
    wanted = {name: value for name, value in values.items() if value is not None}
    read = match(made, text, mode=mode, blanks=blanks)
    assert read is not None
    for name, value in read.items():
        put = wanted.pop(name, "")
        assert value == put or (value == put.zfill(3) and put.isdigit())
    assert wanted == {}


@given(st.data())
def test_whole_columns_are_printed_as_each_row_is(data: st.DataObject) -> None:
    made = data.draw(templates())
    mode, blanks = data.draw(READINGS)
    any_row = st.one_of(rows(made), fit_rows(made, mode, blanks))
    drawn = data.draw(st.lists(any_row, min_size=1, max_size=6))
    frame = pl.DataFrame(drawn, schema=dict.fromkeys(fields(made), pl.String))
    columns = {name: pl.col(name) for name in fields(made)}
    printed = frame.select(
        text=render_expr(made, columns),
        good=reads_back_expr(made, columns, mode=mode, blanks=blanks),
    )
    for row, text, good in zip(drawn, printed["text"], printed["good"], strict=True):
        alone = render(made, row, mode=mode, blanks=blanks)
        assert good == isinstance(alone, str)
        assert not good or text == alone


@given(st.data())
def test_the_fields_that_fit_are_those_of_a_row_that_can_be_printed(data: st.DataObject) -> None:
    made = data.draw(templates())
    mode, blanks = data.draw(READINGS)
    values = data.draw(rows(made))
    text = render(made, values, mode=mode, blanks=blanks)
    frame = pl.DataFrame([values], schema=dict.fromkeys(fields(made), pl.String))
    fits = frame.select(fits_expr(made, name, mode=mode, blanks=blanks) for name in fields(made))
    if isinstance(text, str):
        assert False not in fits.row(0)
    elif text.value is not None and text.field is not None:
        assert fits[text.field][0] is False
    elif text.field is None and mode == "line":
        assert not is_unambiguous(made, mode=mode, blanks=blanks)


def test_a_field_that_the_template_has_not_is_misuse() -> None:
    with pytest.raises(UsageError, match="no field y"):
        fits_expr(parse("{x}"), "y")


def test_a_missing_needed_value_prints_no_row_and_missing_folders_are_none() -> None:
    made = parse("{f/}{a}[.{b}]")
    frame = pl.DataFrame(
        {"a": ["x", None, "y"], "b": [None, "1", "2"]},
        schema={"a": pl.String, "b": pl.String},
    )
    text = frame.select(text=render_expr(made, {"a": pl.col("a"), "b": pl.col("b")}))["text"]
    assert text.to_list() == ["x", None, "y.2"]
