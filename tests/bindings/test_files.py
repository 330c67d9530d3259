from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annostd.bindings.files import discover
from annostd.columns.raw import DataFile
from annostd.errors import UsageError
from annostd.plan.model import Source
from annostd.standard.model import Capture
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

EDITIONS = role(
    "instances",
    "annotations/instances_{split:[A-Za-z_-]+}[{edition:[0-9]+}].json",
    captures={"split": Capture("train")},
)
BY_SPLIT = role(
    "label",
    "{split}/{stem}.xml",
    captures={"split": Capture("train", (("train", "train"), ("valid", "val")))},
)


def test_files_have_their_role_and_captures_sorted_by_path(tmp_path: Path) -> None:
    fill(tmp_path, "annotations/instances_val2017.json", "annotations/instances_train.json")
    fill(tmp_path, "annotations/captions_val2017.json", "val2017/1.jpg")
    found = discover(tmp_path, [EDITIONS], NOTHING)
    assert found.root == tmp_path
    assert found.findings == ()
    assert found.files == (
        DataFile("instances", "annotations/instances_train.json", {"split": "train"}),
        DataFile(
            "instances", "annotations/instances_val2017.json", {"split": "val", "edition": "2017"}
        ),
    )


def test_captures_are_canonical_and_a_text_that_the_map_lacks_does_not_fit(tmp_path: Path) -> None:
    fill(tmp_path, "valid/a.xml", "export/b.xml", "c.xml")
    found = discover(tmp_path, [BY_SPLIT], NOTHING)
    assert found.files == (DataFile("label", "valid/a.xml", {"split": "val", "stem": "a"}),)


def test_a_path_plays_the_first_role_that_fits(tmp_path: Path) -> None:
    sets = role("sets", "Main/{split:train|val}.txt", missing="fine")
    others = role("class-sets", "Main/{category}.txt", missing="fine")
    fill(tmp_path, "Main/train.txt", "Main/dog.txt")
    found = discover(tmp_path, [sets, others], NOTHING)
    assert paths_of(found, "sets") == ["Main/train.txt"]
    assert paths_of(found, "class-sets") == ["Main/dog.txt"]
    found = discover(tmp_path, [others, sets], NOTHING)
    assert paths_of(found, "class-sets") == ["Main/dog.txt", "Main/train.txt"]


def test_all_templates_of_a_role_are_read(tmp_path: Path) -> None:
    found = discover(fill(tmp_path, "a.yml", "b.yaml"), [SET], NOTHING)
    assert [(f.path, f.captures) for f in found.files] == [
        ("a.yml", {"name": "a"}),
        ("b.yaml", {"name": "b"}),
    ]


def test_the_dataset_is_not_guessed_one_level_below(tmp_path: Path) -> None:
    found = discover(fill(tmp_path, "deep/a.yaml"), [SET], NOTHING)
    assert found.files == ()


def test_a_role_without_files_is_a_finding_at_the_folder(tmp_path: Path) -> None:
    (finding,) = discover(tmp_path, [SET], NOTHING).findings
    assert (finding.rule, finding.level, finding.class_name) == ("layout.missing", "MUST", "layout")
    assert finding.location.file == "."
    assert finding.expected == "{name}.yaml or {name}.yml"


def test_a_role_that_may_be_missing_is_no_finding(tmp_path: Path) -> None:
    plan = [role("sets", "{split}.txt", missing="fine")]
    assert discover(tmp_path, plan, NOTHING).findings == ()


def test_files_of_rows_are_missed_only_where_the_rows_are(tmp_path: Path) -> None:
    source = Source("media", "media", "image", (), (), ())
    image = replace(role("image", "image/{stem}.png", missing="fine"), sources=(source,))
    label = role("label", "label/{stem}.txt", of="media")
    assert discover(tmp_path, [image, label], NOTHING).findings == ()
    fill(tmp_path, "image/a.png")
    assert rules_of(discover(tmp_path, [image, label], NOTHING).findings) == [
        ("layout.missing", ".")
    ]


def test_files_looked_up_for_each_row_are_not_searched_for(tmp_path: Path) -> None:
    picture = role("picture", "images/{media.path}", of="media")
    found = discover(fill(tmp_path, "images/a.jpg"), [picture], NOTHING)
    assert (found.files, found.findings) == ((), ())


def test_roles_follow_what_they_depend_on_whatever_the_order_of_the_plan(tmp_path: Path) -> None:
    fill(tmp_path, "a.yaml", "images/train/x.jpg", "labels/train/x.txt")
    read = Reader([("train", "images/train")])
    found = discover(tmp_path, [LABELS, PICTURES, SET], read)
    assert found == discover(tmp_path, PLAN, read)
    assert [(file.role, file.owner) for file in found.files] == [
        ("set", None),
        ("picture", 0),
        ("label", 1),
    ]


def test_names_are_judged_of_the_files_that_play_a_part(tmp_path: Path) -> None:
    fill(tmp_path, "con.yaml", "aux.md")
    assert rules_of(discover(tmp_path, [SET], NOTHING).findings) == [("layout.name", "con.yaml")]


@pytest.mark.parametrize(("missing", "level"), [("fine", "MAY"), ("empty", "MUST")])
def test_links_that_are_not_followed_are_one_finding(
    tmp_path: Path, missing: str, level: str
) -> None:
    fill(tmp_path, "out/a.txt", "in/")
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).symlink_to("../out/a.txt")
    plan = [role("text", "{stem}.txt", missing=missing)]
    found = discover(tmp_path / "in", plan, NOTHING)
    assert [file.exists for file in found.files] == [False, False]
    (finding,) = found.findings
    assert (finding.rule, finding.level, finding.actual) == ("layout.link", level, "2")
    assert finding.message.endswith(f"expected {finding.expected}")
    followed = discover(tmp_path / "in", plan, NOTHING, follow_links=True)
    assert [file.exists for file in followed.files] == [True, True]
    assert followed.findings == ()


@pytest.mark.parametrize(
    ("path", "plan", "expected"),
    [
        ("x/annotations/instances_val2017.json", [EDITIONS], {"split": "val", "edition": "2017"}),
        ("x/instances_val.json", [EDITIONS], {"split": "val"}),
        ("valid/a.xml", [BY_SPLIT], {"split": "val", "stem": "a"}),
        ("export/a.xml", [BY_SPLIT], {"stem": "a"}),
        ("x/images/train/a.jpg", PLAN, {"split": "train", "folder": "", "stem": "a", "ext": "jpg"}),
        ("x/a.jpg", PLAN, {"folder": "", "stem": "a", "ext": "jpg"}),
        ("x/a.yml", PLAN, {"name": "a"}),
        ("x/a.txt", PLAN, {}),
    ],
)
def test_a_single_file_plays_a_role_by_the_end_of_its_path(
    tmp_path: Path, path: str, plan: list[object], expected: dict[str, str]
) -> None:
    fill(tmp_path, path, "x/other.txt")
    found = discover(tmp_path / path, plan, NOTHING)  # type: ignore[arg-type]
    (file,) = found.files
    assert found.root == (tmp_path / path).parent
    assert (file.path, file.captures, file.owner) == (path.rpartition("/")[2], expected, None)
    assert found.findings == ()


def test_a_single_file_without_a_role_is_a_finding(tmp_path: Path) -> None:
    fill(tmp_path, "a.md")
    found = discover(tmp_path / "a.md", PLAN, NOTHING)
    assert found.files == ()
    assert rules_of(found.findings) == [("layout.unfit", "a.md")]


def test_a_path_where_nothing_is_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist, expected a folder or a file"):
        discover(tmp_path / "none", PLAN, NOTHING)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_folder_that_may_not_be_read_is_a_misuse(tmp_path: Path) -> None:
    fill(tmp_path, "a/").joinpath("a").chmod(0)
    with pytest.raises(UsageError, match="may not be read"):
        discover(tmp_path / "a", PLAN, NOTHING)


NAMES = st.text(st.sampled_from("aA.é \n$[*"), min_size=1, max_size=4).filter(
    lambda name: name.strip(".") != ""
)
PLACES = st.sampled_from(["images/train", "images/val/x", "labels/train", "labels/val/x", "."])
ENDS = st.sampled_from([".jpg", ".png", ".txt", ".yaml", ""])
TREES = st.lists(st.builds("{}/{}{}".format, PLACES, NAMES, ENDS), max_size=12, unique=True)


@given(TREES, st.randoms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_give_the_same_files_whatever_their_order(
    tmp_path_factory: pytest.TempPathFactory, tree: list[str], random: object
) -> None:
    read = Reader([("train", "images/train"), ("val", "images/val"), ("test", "../images")], ".")
    shuffled = sorted(tree, key=lambda _: random.random())  # type: ignore[attr-defined]
    one = fill(tmp_path_factory.mktemp("one"), "a.yaml", *tree)
    two = fill(tmp_path_factory.mktemp("two"), "a.yaml", *shuffled)
    found, again = discover(one, PLAN, read), discover(two, PLAN, read)
    assert (found.files, found.findings) == (again.files, again.findings)
    paths = [file.path for file in found.files]
    assert len(paths) == len(set(paths))
    assert all((one / path).resolve().is_relative_to(one.resolve()) for path in paths)
    assert all((one / file.path).is_file() for file in found.files if file.exists)
