from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.names import folded, name_findings, wrong_names


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("a\\b.jpg", "holds a backslash"),
        ("C:a.jpg", "starts like a drive"),
        ("x/con.jpg", "keeps for itself"),
        ("Aux/b.jpg", "keeps for itself"),
        ("LPT1", "keeps for itself"),
        ("a?.jpg", "does not allow"),
        ("a\x1b[31m.jpg", "does not allow"),
        ("a./b.jpg", "ends in a dot"),
        ("a ", "ends in a dot or a blank"),
        (" ", "ends in a dot or a blank"),
        ("a. /b.jpg", "ends in a dot"),
        ("...", "ends in a dot"),
        ("a\nb.jpg", "does not allow"),
        ("x/nul", "keeps for itself"),
        ("", "the name is empty"),
        ("a.jpg/", "names a folder"),
        ("x/..", "names a folder"),
        (".", "names a folder"),
        ("x/../a.jpg", "steps back"),
    ],
)
def test_a_name_that_not_every_system_holds_is_one_finding(path: str, wrong: str) -> None:
    (finding,) = name_findings(["fine.jpg", "./x//.y", path])
    assert (finding.rule, finding.level, finding.location.file) == ("layout.name", "SHOULD", path)
    assert wrong in finding.message


@pytest.mark.parametrize(
    ("paths", "how"),
    [
        (["x/A.jpg", "x/a.jpg"], "case"),
        (["X/a.jpg", "x/a.jpg"], "case"),
        (["é.jpg", "e\u0301.jpg"], "its Unicode normal form"),
        (["ß.jpg", "SS.jpg"], "case"),
    ],
)
def test_names_that_some_system_cannot_tell_apart_are_told_at_the_later(
    paths: list[str], how: str
) -> None:
    (finding,) = name_findings(paths)
    assert finding.location.file == paths[1]
    assert finding.message.startswith(f"{paths[1]} differs from {paths[0]} only by {how}")


def test_names_that_data_repeat_or_leave_out_are_no_twins() -> None:
    assert wrong_names(pl.Series(["a.jpg", None, "a.jpg", None, "é.jpg", "é.jpg"])) == {}


def test_names_are_alike_where_the_paths_are_that_they_mean() -> None:
    names = pl.Series(["A.jpg", "a.jpg", "a.jpg"])
    wrong = wrong_names(names, pl.Series(["x/A.jpg", "y/a.jpg", "x/a.jpg"]))
    assert wrong == {2: "differs from A.jpg only by case"}
    assert wrong_names(pl.Series(["a.jpg"] * 2), pl.Series(["x/a.jpg", "X/a.jpg"])) == {}


def test_ordinary_names_are_no_finding() -> None:
    assert (
        name_findings(["a b.jpg", "a-b_c.rf.0.jpg", "console.txt", "日本.png", "x/com.txt"]) == []
    )


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.lists(st.text(st.sampled_from("aAé. \\/:?Cc")), unique=True, max_size=8))
def test_each_file_has_one_finding_at_most(paths: list[str]) -> None:
    places = [finding.location.file for finding in name_findings(paths)]
    assert len(places) == len(set(places))
