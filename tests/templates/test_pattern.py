"""Texts are taken apart by templates: one, or a column, strictly or leniently, always in time."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annostd.templates import (
    Blanks,
    Mode,
    Template,
    TemplateFault,
    extract,
    fields,
    is_unambiguous,
    match,
    parse,
    pattern,
    render,
)
from tests.templates.strategies import LETTERS, READINGS, fit_rows, templates

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = r"-?[0-9]+(\.[0-9]+)?"
STANDARDS = sorted((Path(__file__).parents[2] / "standards").rglob("*.yaml"))


@pytest.mark.parametrize(
    ("template", "text", "found"),
    [
        ("{c} {w} {h}", " 0\t0.5  1 ", {"c": "0", "w": "0.5", "h": "1"}),
        ("{c} {w} {h}", "0 0.5", None),
        ("{c} {w} {h}", "0 0.5 1 2", None),
        ("{c} {w}[ {h}]", "0 0.5", {"c": "0", "w": "0.5"}),
        ("{c} {w}[ {h}]", "0 0.5 1 ", {"c": "0", "w": "0.5", "h": "1"}),
        ("{c} {p+}", "3 0.1 0.2\t 0.3 ", {"c": "3", "p": "0.1 0.2\t 0.3"}),
        ("{id} {text*}", "u1  ab  c  ", {"id": "u1", "text": "ab  c"}),
        ("{id} {text*}", "u1", {"id": "u1", "text": ""}),
        ("{id} {text*}", "u1 ", {"id": "u1", "text": ""}),
        ("{a}:{b} {c}", "x:y:z w", {"a": "x", "b": "y:z", "c": "w"}),
        ("A {x} <NA>", "A 胃部  <NA>", {"x": "胃部"}),
        ("A {x} <NA>", "B 胃部  <NA>", None),
        ("{a}\n{b}", "x \r\n y", {"a": "x", "b": "y"}),
        ("{a} {b}", "x\u00a0y z", {"a": "x\u00a0y", "b": "z"}),
        ("{a} {b}", "x\0y z", {"a": "x\0y", "b": "z"}),
        ("{a} {b}", "x y\n", None),
        ("{a} {b}", "x y\r", None),
    ],
)
def test_lines_with_any_blanks(template: str, text: str, found: dict[str, str] | None) -> None:
    assert match(parse(template), text, blanks="any") == found


@pytest.mark.parametrize(
    ("template", "text", "found"),
    [
        ("{id:T[0-9]+}\t{c} {f*}\t{q*}", "T1\tA 0 4;6 7\ta b", ("T1", "A", "0 4;6 7", "a b")),
        ("{id:T[0-9]+}\t{c} {f*}\t{q*}", "T1\tA 0 4\t", ("T1", "A", "0 4", "")),
        ("{id:T[0-9]+}\t{c} {f*}\t{q*}", "T1 A 0 4\tx", None),
        ("{a} --> {b}[ {s*}]\n{v**}", "0:1 --> 0:2\nx\n\ny\n", ("0:1", "0:2", None, "x\n\ny\n")),
        ("{a} --> {b}[ {s*}]\n{v**}", "0 --> 2 c: 1\r\nx", ("0", "2", "c: 1", "x")),
        ("{a}, {b}", "1,5, 2", ("1,5", "2")),
        ("{a}--{b}", "x---y", ("x", "-y")),
        ("{a}||{b}", "x|y||z", ("x|y", "z")),
        ("{a} {b}", "x y z", ("x", "y z")),
        ("{a} {b}", "x ", None),
        ("{a}", "", None),
        ("{n:03}", "007", ("007",)),
        ("{n:03}", "1234", ("1234",)),
        ("{n:03}", "0007", None),
        ("{n:03}", "07", None),
        ("{n:03}", "\u0660\u0660\u0667", None),
    ],
)
def test_lines_with_exact_blanks(
    template: str,
    text: str,
    found: tuple[str | None, ...] | None,
) -> None:
    made = parse(template)
    read = match(made, text)
    assert (read and tuple(read.get(name) for name in fields(made))) == found


@pytest.mark.parametrize(
    ("template", "path", "found"),
    [
        ("{stem}.{ext}", "a.rf.0.jpg", ("a.rf.0", "jpg")),
        ("{stem}.{ext}", "a/b.jpg", None),
        ("{stem}.{ext:jpg|png}", "a.b.gif", None),
        ("i/{split}/{folder/}{stem}.{ext}", "i/val/a/b/c.d.jpg", ("val", "a/b/", "c.d", "jpg")),
        ("i/{split}/{folder/}{stem}.{ext}", "i/val/c.jpg", ("val", "", "c", "jpg")),
        ("{c}_{s:train|trainval}.txt", "a_b_trainval.txt", ("a_b", "trainval")),
        ("{split}/{media.path}", "train/a/b.png", ("train", "a/b.png")),
        ("x_{s:[a-z]+}[{e:[0-9]+}].json", "x_train2017.json", ("train", "2017")),
        ("x_{s:[a-z]+}[{e:[0-9]+}].json", "x_train.json", ("train", None)),
        ("{a}[_{b}].txt", "x_y.txt", ("x", "y")),
        ("{a}[_{b}].txt", "x.y.txt", ("x.y", None)),
        ("{a}--{b}.x", "p---q.x", ("p-", "q")),
        ("{a}.x", "b\0.x", None),
        ("{a:[^.]+}.x", "b/c.x", None),
        ("{a}.x", "a.x\n", None),
        ("{a}.x", "a b.x", ("a b",)),
        ("{a}.x", "\udc80.x", None),
    ],
)
def test_paths(template: str, path: str, found: tuple[str | None, ...] | None) -> None:
    made = parse(template)
    read = match(made, path, mode="path")
    assert (read and tuple(read.get(name) for name in fields(made))) == found


def test_a_column_gives_a_frame_and_which_rows_fit() -> None:
    series = pl.Series(["1 2", "1", "x y z", None, " 3  4 "])
    frame, matched = extract(parse("{a.b} {c}"), series, blanks="any")
    assert frame.to_dict(as_series=False) == {
        "a.b": ["1", None, None, None, "3"],
        "c": ["2", None, None, None, "4"],
    }
    assert matched.to_list() == [True, False, False, False, True]


def test_a_column_without_fields_gives_only_which_rows_fit() -> None:
    frame, matched = extract(parse("-X- O"), pl.Series(["-X-  O", "X", None]), blanks="any")
    assert frame.shape == (0, 0)
    assert matched.to_list() == [True, False, False]


def test_a_column_of_no_rows_gives_string_columns() -> None:
    frame, matched = extract(parse("{a} {b*}"), pl.Series([], dtype=pl.String), blanks="any")
    assert frame.schema == {"a": pl.String, "b": pl.String}
    assert len(matched) == 0


def test_a_missing_rest_of_the_line_is_empty_only_outside_of_optional_parts() -> None:
    outer, _ = extract(parse("{a} {b*}"), pl.Series(["x", "x y", ""]), blanks="any")
    inner, _ = extract(parse("{a}[ {b*}]"), pl.Series(["x", "x y", ""]), blanks="any")
    assert outer["b"].to_list() == ["", "y", None]
    assert inner["b"].to_list() == [None, "y", None]


def test_kinds_narrow_fields_and_items() -> None:
    made = parse("{c} {p+}")
    kinds = {"c": "[0-9]+", "p": NUMBER}
    assert match(made, "1 0.5 -2", blanks="any", kinds=kinds) == {"c": "1", "p": "0.5 -2"}
    assert match(made, "1 0.5 x", blanks="any", kinds=kinds) is None
    assert match(made, "x 0.5", blanks="any", kinds=kinds) is None
    assert match(made, "x 0.5 x", blanks="any") == {"c": "x", "p": "0.5 x"}


def test_a_kind_never_reaches_over_what_follows() -> None:
    made = parse("{x}.{y}")
    assert match(made, "1.5.3") == {"x": "1", "y": "5.3"}
    assert match(made, "1.5.3", kinds={"x": NUMBER}) == {"x": "1", "y": "5.3"}


def test_a_kind_that_fits_the_empty_text_is_refused() -> None:
    with pytest.raises(TemplateFault, match="empty"):
        pattern(parse("{x}"), kinds={"x": "[0-9]*"})


@given(st.data())
def test_a_column_agrees_with_each_of_its_texts(data: st.DataObject) -> None:
    made = data.draw(templates())
    mode, blanks = data.draw(READINGS)
    texts = data.draw(st.lists(st.text(alphabet=LETTERS, max_size=8), max_size=5))
    printed = [
        render(made, row, mode=mode, blanks=blanks)
        for row in data.draw(st.lists(fit_rows(made, mode, blanks), max_size=5))
    ]
    texts += [text for text in printed if isinstance(text, str)]
    frame, matched = extract(made, pl.Series(texts, dtype=pl.String), mode=mode, blanks=blanks)
    alone = [match(made, text, mode=mode, blanks=blanks) for text in texts]
    assert matched.to_list() == [found is not None for found in alone]
    for name in fields(made):
        assert frame[name].to_list() == [(found or {}).get(name) for found in alone]


@given(st.data())
def test_what_strict_accepts_lenient_accepts_with_the_same_groups(data: st.DataObject) -> None:
    made = data.draw(templates())
    mode, blanks = data.draw(READINGS)
    kind = data.draw(st.sampled_from([NUMBER, "[0-9]+", "a|b:", "[^ ]+"]))
    kinds = dict.fromkeys(fields(made), kind)
    row = data.draw(fit_rows(made, mode, blanks))
    text = render(made, row, mode=mode, blanks=blanks)
    if not isinstance(text, str):
        text = data.draw(st.text(alphabet=LETTERS, max_size=8))
    strict = match(made, text, mode=mode, blanks=blanks, kinds=kinds)
    lenient = match(made, text, mode=mode, blanks=blanks)
    assert strict is None or lenient is not None
    if strict is not None and is_unambiguous(made, mode=mode, blanks=blanks):
        assert strict == lenient


@given(templates(), READINGS, st.text(alphabet=LETTERS, max_size=8))
def test_python_and_rust_read_a_pattern_alike(
    made: Template,
    reading: tuple[Mode, Blanks],
    text: str,
) -> None:
    made_pattern = pattern(made, mode=reading[0], blanks=reading[1])
    python = re.fullmatch(made_pattern.text, text)
    rust = pl.Series([text]).str.extract_groups(made_pattern.text).struct.unnest().row(0)
    assert rust == (python.groups() if python else (None,) * len(rust))


@pytest.mark.parametrize(
    ("template", "mode", "blanks"),
    [
        ("{a} {b} {c} {d} {e}", "line", "any"),
        ("{a} {b*}", "line", "any"),
        ("{a+} x {b*};{c*}", "line", "any"),
        ("{a*} {b*} {c*} {d*}!", "line", "any"),
        ("{a}--{b}--{c}--{d}!", "line", "exact"),
        ("{a} <NA> <NA> {b} <NA> <NA> {c}!", "line", "exact"),
        ("{a**}{b**}{c**}!", "line", "exact"),
        ("{a}{b}{c}{d}{e}!", "line", "exact"),
        ("{a:[ab -]+}{b:[ab -]+}{c:[ab -]+}!", "line", "exact"),
        ("{a:b*a*b*a*b*a*x}", "line", "exact"),
        ("{a}-{b}-{c}-{d}.{e}!", "path", "exact"),
        ("{f/}{media.path}!", "path", "exact"),
        ("{f/}{a}{g/}{b}!", "path", "exact"),
    ],
)
@pytest.mark.parametrize("piece", ["a", "-", " ", "a ", "ab", "/a", "- ", " <NA>", "a.", "\t"])
def test_no_line_of_a_hundred_kilobytes_takes_long(
    template: str,
    mode: Mode,
    blanks: Blanks,
    piece: str,
) -> None:
    made = parse(template)
    line = piece * (100_000 // len(piece))
    pattern(made, mode=mode, blanks=blanks)
    start = time.process_time()
    match(made, line, mode=mode, blanks=blanks)
    render(made, dict.fromkeys(fields(made), line), mode=mode, blanks=blanks)
    assert time.process_time() - start < 2


def test_a_million_lines_take_less_than_two_seconds() -> None:
    series = pl.Series(["12 0.512345 0.25 0.125 0.0625"]).new_from_index(0, 1_000_000)
    start = time.process_time()
    frame, matched = extract(parse("{c} {x} {y} {w} {h}"), series, blanks="any")
    assert time.process_time() - start < 2
    assert frame.height == matched.sum() == 1_000_000


def test_the_largest_template_is_judged_in_time() -> None:
    modes: tuple[Mode, Mode] = ("line", "path")
    start = time.process_time()
    for text in (
        " ".join(f"{{x{i}}}" for i in range(550)),
        "a" * 4096,
        "-".join(f"{{y{i}}}" for i in range(550)),
    ):
        for mode in modes:
            made = parse(text)
            values = dict.fromkeys(fields(made), "a")
            printed = render(made, values, mode=mode, blanks="any")
            assert isinstance(printed, str)
            assert match(made, printed, mode=mode, blanks="any") == values
    assert time.process_time() - start < 20


def _templates_of(node: object, key: str) -> Iterator[tuple[Mode, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name != "where":  # native values of fields, whatever these are called
                yield from _templates_of(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _templates_of(value, key)
    elif isinstance(node, str) and (key in ("path", "text") or (key == "at" and "{" in node)):
        yield ("line" if key == "text" else "path"), node


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_template_of_every_standard_makes_a_pattern_for_both_engines(path: Path) -> None:
    for mode, text in _templates_of(yaml.safe_load(path.read_text("utf-8")), ""):
        made = pattern(parse(text), mode=mode, blanks="any")
        re.compile(made.text)
        pl.Series(["a"]).str.contains(made.text)
