"""What is known: standards, and their rules in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.errors import UsageError
from annostd.findings import Level

if TYPE_CHECKING:
    from pathlib import Path


def test_explain_takes_standard_and_rule_in_one_word() -> None:
    found = api.explain("pascal-voc/media.width.range")
    assert (found.standard, found.rule, found.level) == (
        "pascal-voc", "media.width.range", Level.MUST,
    )  # fmt: skip
    assert found.what == "`size/width` is at least 1"


def test_explain_takes_aliases_and_the_standard_beside() -> None:
    assert api.explain("names-gap", standard="yolo") == api.explain("yolo-detect/names-gap")


def test_explain_finds_the_only_standard_that_has_a_rule() -> None:
    assert api.explain("stem-differs").standard == "pascal-voc"


def test_explain_says_which_standards_have_a_rule_where_several_do() -> None:
    with pytest.raises(UsageError, match="coco-instances/box-degenerate, coco-keypoints/box-degen"):
        api.explain("box-degenerate")


def test_explain_suggests_the_closest_rule() -> None:
    with pytest.raises(UsageError, match="did you mean 'box-outside-media'"):
        api.explain("pascal-voc/box-outside")


def test_explain_says_that_no_standard_has_a_rule() -> None:
    with pytest.raises(UsageError, match="no standard that is known has a rule"):
        api.explain("nothing-at-all")


def test_explain_speaks_of_the_dialect_named() -> None:
    assert "-0.25" not in api.explain("pascal-voc/box-degenerate").example[0]
    one, zero = (
        api.explain(f"pascal-voc:{name}/box-degenerate") for name in ("one-based", "zero-based")
    )
    assert one.instead != zero.instead


def test_list_standards_gives_the_shipped_ones_and_those_of_a_folder(tmp_path: Path) -> None:
    api.new("our-boxes", tmp_path)
    ids = [entry.id for entry in api.list_standards(standards=[tmp_path])]
    assert ids == sorted(ids)
    assert {"coco-instances", "our-boxes"} <= set(ids)


def test_load_gives_a_standard_with_the_dialect_named() -> None:
    assert api.load("voc:zero-based").chosen["boxes"] == "zero-based"
    assert api.load("voc@1").id == "pascal-voc"
