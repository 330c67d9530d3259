from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.beside import beside_paths
from annostd.bindings.files import discover
from annostd.standard.model import Beside
from tests.bindings.roles import (
    LABELS,
    NOTHING,
    PICTURES,
    PLAN,
    SET,
    Reader,
    fill,
    paths_of,
    role,
    rules_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.findings import Finding

SWAP = Beside("picture", ".txt", (("images", "labels"),))
FOLDER = Reader([("train", "images/train")])


def of(rule: str, findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("images/train/a.jpg", "labels/train/a.txt"),
        ("train/images/a.b.jpg", "train/labels/a.b.txt"),
        ("images/x/images/a.jpg", "images/x/labels/a.txt"),
        ("x/a.jpg", "x/a.txt"),
        ("a.jpg", "a.txt"),
        ("myimages/a.jpg", "myimages/a.txt"),
        ("images.jpg", "images.txt"),
        ("images/none", "labels/none.txt"),
    ],
)
def test_the_last_folder_is_swapped_and_the_suffix_replaced(path: str, expected: str) -> None:
    assert beside_paths(SWAP, [path]) == [expected]


FOLDERS = st.lists(st.sampled_from(["images", "labels", "myimages", "x.y"]), max_size=4)
NAMES = st.sampled_from(["a.jpg", "a.b.png", "images.jpg"])


@given(st.lists(st.builds("/".join, st.builds(lambda f, n: [*f, n], FOLDERS, NAMES))))
def test_what_stands_beside_is_where_loaders_look_for_it(paths: list[str]) -> None:
    def loader(path: str) -> str:
        swapped = "/labels/".join(f"/{path}".rsplit("/images/", 1))
        return swapped[1:].rsplit(".", 1)[0] + ".txt"

    assert beside_paths(SWAP, paths) == [loader(path) for path in paths]


def test_a_file_beside_has_its_owner_and_the_owners_captures(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "images/train/x/a.jpg", "images/train/b.jpg", "labels/train/b.txt")
    found = discover(tmp_path, PLAN, FOLDER)
    (label,) = (file for file in found.files if file.role == "label")
    owner = found.files[label.owner or 0]
    assert (label.path, owner.path) == ("labels/train/b.txt", "images/train/b.jpg")
    assert (label.captures, label.splits) == (owner.captures, ("train",))
    assert found.findings == ()


def test_a_picture_that_is_not_delivered_owns_its_label(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "labels/train/a.txt")
    (tmp_path / "train.txt").write_text("./images/train/a.jpg\n", "utf-8")
    found = discover(tmp_path, PLAN, Reader([("train", "train.txt")]))
    assert [(file.path, file.exists) for file in found.files] == [
        ("data.yaml", True),
        ("images/train/a.jpg", False),
        ("labels/train/a.txt", True),
    ]
    assert found.findings == ()


def test_two_owners_of_one_file_clash(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "images/train/a.jpg", "images/train/a.png", "labels/train/a.txt")
    found = discover(tmp_path, PLAN, FOLDER)
    (finding,) = found.findings
    assert (finding.rule, finding.level) == ("layout.clash", "MUST")
    assert finding.location.file == "images/train/a.png"
    assert "images/train/a.jpg and to images/train/a.png" in finding.message
    assert paths_of(found, "label") == ["labels/train/a.txt"]


def test_a_file_without_owner_is_a_finding_and_not_read(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "images/train/a.jpg", "labels/train/a.txt", "labels/train/b.txt")
    fill(tmp_path, "labels/val/c.txt", "labels/notes.md", "elsewhere/d.txt")
    found = discover(tmp_path, PLAN, FOLDER)
    assert rules_of(found.findings) == [
        ("layout.orphan", "labels/train/b.txt"),
        ("layout.orphan", "labels/val/c.txt"),
    ]
    assert {finding.level for finding in found.findings} == {"MUST"}
    assert paths_of(found, "label") == ["labels/train/a.txt"]


def test_lists_that_were_read_are_not_alone(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "a.jpg", "a.txt", "b.txt")
    (tmp_path / "train.txt").write_text("./a.jpg\n", "utf-8")
    found = discover(tmp_path, PLAN, Reader([("train", "train.txt")]))
    assert rules_of(found.findings) == [("layout.orphan", "b.txt")]


def test_a_misnamed_folder_is_one_loud_finding_that_names_it(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", *(f"images/train/{n}.jpg" for n in "abc"))
    fill(tmp_path, *(f"label/train/{n}.txt" for n in "ab"))
    (finding,) = discover(tmp_path, PLAN, FOLDER).findings
    assert (finding.rule, finding.level) == ("layout.none", "MUST")
    assert finding.location.file == "labels/train"
    assert finding.message == (
        "none of the 3 files of role picture has a file beside it, expected labels/train/*.txt; "
        "label/train/ holds 2 files of that kind"
    )


def test_labels_that_stand_where_no_picture_expects_them_are_told_once(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "img/train/a.jpg", "labels/train/a.txt")
    found = discover(tmp_path, PLAN, Reader([("train", "img/train")]))
    assert rules_of(found.findings) == [("layout.none", "img/train")]


def test_without_any_file_there_is_no_guess_where_they_are(tmp_path: Path) -> None:
    fill(tmp_path, "data.yaml", "images/train/a.jpg", "other/b.txt")
    (finding,) = discover(tmp_path, PLAN, FOLDER).findings
    assert finding.rule == "layout.none"
    assert finding.actual is None


def test_no_pictures_need_no_labels(tmp_path: Path) -> None:
    assert discover(fill(tmp_path, "data.yaml"), PLAN, NOTHING).findings == ()


@pytest.mark.parametrize(
    ("missing", "some", "all_of_them"),
    [
        ("fine", [], []),
        ("empty", [], ["layout.none"]),
        ("unlabelled", [], ["layout.none"]),
        ("error", ["layout.missing"], ["layout.none"]),
    ],
)
def test_what_is_missing_is_judged_as_the_role_says(
    tmp_path: Path, missing: str, some: list[str], all_of_them: list[str]
) -> None:
    label = role("label", beside=LABELS.file.beside, missing=missing)
    fill(tmp_path, "data.yaml", "images/train/a.jpg", "images/train/b.jpg", "labels/train/a.txt")
    found = discover(tmp_path, (SET, PICTURES, label), FOLDER)
    assert rules_of(found.findings) == [(rule, "images/train/b.jpg") for rule in some]
    (tmp_path / "labels/train/a.txt").unlink()
    found = discover(tmp_path, (SET, PICTURES, label), FOLDER)
    assert [finding.rule for finding in found.findings] == all_of_them


def test_what_is_in_an_optional_folder_needs_nothing_beside_it(tmp_path: Path) -> None:
    beside = replace(SWAP, optional=("test",))
    label = role("label", beside=beside, missing="error")
    reader = Reader([("train", "images/train"), ("test", "images/test")])
    fill(tmp_path, "data.yaml", "images/train/", "images/test/a.jpg", "images/test/test.jpg")
    assert discover(tmp_path, (SET, PICTURES, label), reader).findings == ()
    fill(tmp_path, "labels/test/a.txt", "images/train/b.jpg", "images/train/test.jpg")
    found = discover(tmp_path, (SET, PICTURES, label), reader)
    assert paths_of(found, "label") == ["labels/test/a.txt"]
    assert rules_of(found.findings) == [
        ("layout.missing", "images/train/b.jpg"),
        ("layout.missing", "images/train/test.jpg"),
    ]
    (tmp_path / "labels/test/a.txt").unlink()
    found = discover(tmp_path, (SET, PICTURES, label), reader)
    assert rules_of(found.findings) == [("layout.none", "labels/train")]


def test_a_label_that_is_a_link_out_of_the_dataset_is_told_and_not_opened(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "in/data.yaml", "in/images/train/a.jpg", "in/labels/train/")
    (tmp_path / "in/labels/train/a.txt").symlink_to("../../../a.txt")
    found = discover(tmp_path / "in", PLAN, FOLDER)
    assert [(f.rule, f.level) for f in found.findings] == [("layout.link", "MUST")]
    assert [file.exists for file in found.files if file.role == "label"] == [False]
