from __future__ import annotations

import polars as pl
import pytest

from annostd.bindings.patterns import (
    capture_rows,
    cuts,
    fit,
    fit_all,
    found_by_name,
    last_cut,
    native,
    with_shared_captures,
    with_values,
)
from annostd.standard.model import Capture
from annostd.templates import parse
from tests.bindings.roles import role

VALUES = {"split": Capture("train", (("train", "train"), ("valid", "val")))}


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("{split}/{stem}.xml", "valid/a.rf.x.xml", {"split": "val", "stem": "a.rf.x"}),
        ("{split}/{stem}.xml", "export/a.xml", None),
        ("{split}/{stem}.xml", "valid/b/a.xml", None),
        ("x[{edition:[0-9]+}].json", "x2017.json", {"edition": "2017"}),
        ("x[{edition:[0-9]+}].json", "x.json", {}),
        ("{folder/}{stem}.jpg", "a/b/c.jpg", {"folder": "a/b/", "stem": "c"}),
        ("{folder/}{stem}.jpg", "c.jpg", {"folder": "", "stem": "c"}),
        ("fixed.json", "fixed.json", {}),
        ("fixed.json", "fixed_json", None),
    ],
)
def test_a_path_fits_alone_as_in_a_column(
    template: str, path: str, expected: dict[str, str] | None
) -> None:
    pattern = with_values(parse(template), VALUES)
    assert fit(pattern, path) == expected
    frame = fit_all(pattern, pl.Series(["no", path, "no/no"]))
    assert list(capture_rows(frame)) == ([] if expected is None else [expected])
    assert frame["@row"].to_list() == ([] if expected is None else [1])


def test_templates_that_name_columns_are_not_found_by_name() -> None:
    plan = role("picture", "images/{media.path}", "{stem}.jpg")
    assert [str(template) for template in found_by_name(plan)] == ["{stem}.jpg"]


def test_a_template_is_cut_between_folders() -> None:
    found = [(cut.before.text, cut.after.text) for cut in cuts(parse("a/{split}/{folder/}{s}.jpg"))]
    assert found == [
        ("a", "{split}/{folder/}{s}.jpg"),
        ("a/{split}", "{folder/}{s}.jpg"),
        ("a/{split}/", "{folder/}{s}.jpg"),
        ("a/{split}/{folder/}", "{s}.jpg"),
    ]


@pytest.mark.parametrize(
    ("template", "end"),
    [
        ("a/{split}/{folder/}{s}.jpg", "{folder/}{s}.jpg"),
        ("a/{split}/{s}.jpg", "{s}.jpg"),
        ("{folder/}x/{s}.jpg", "{s}.jpg"),
        ("{folder/}{s}.jpg", "{folder/}{s}.jpg"),
        ("{s}.jpg", "{s}.jpg"),
    ],
)
def test_the_last_cut_keeps_the_folders_just_before_the_name(template: str, end: str) -> None:
    assert last_cut(parse(template)).after.text == end


def test_roles_share_the_captures_that_only_others_declare() -> None:
    label = role("label", "{split}/{stem}.xml", captures=VALUES)
    picture, other = with_shared_captures(
        [role("picture", "{split}/{media.path}"), role("other", "{name}.txt"), label]
    )[:2]
    assert picture.file.captures == VALUES
    assert other.file.captures == {}


def test_canonical_values_become_native_and_unknown_ones_null() -> None:
    plan = role("label", "{split}/{stem}.xml", captures=VALUES)
    rows = pl.DataFrame({"split": ["val", "test", None], "stem": ["a", "b", "c"]})
    frame = native(plan, plan.paths[0], rows)
    assert frame.to_dict(as_series=False) == {
        "split": ["valid", None, None],
        "stem": ["a", "b", "c"],
    }
