from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.names import folded, name_findings


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
    ],
)
def test_a_name_that_not_every_system_holds_is_one_finding(path: str, wrong: str) -> None:
    (finding,) = name_findings(["fine.jpg", path])
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
