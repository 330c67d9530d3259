"""A standard is loaded and compiled once with the same dialects, and anew where a file changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.api.once import compile_plan, library, load, with_dialects
from annostd.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.standard import Library, Standard

SHAPES = """
annostd: 1
id: shapes
version: "{version}"
status: draft
title: {title}
publisher: tests
domain: vision
licence: CC0-1.0
files: {{data: {{path: data.json, carrier: json}}}}
tables:
  media:
    from: data
    rows: images/*
    columns: {{id: {{key: true}}}}
"""


@pytest.fixture(name="known")
def _known() -> Library:
    return library()


@pytest.fixture(name="coco")
def _coco(known: Library) -> Standard:
    return load("coco-instances", known)


def write(folder: Path, version: str = "1.0.0", title: str = "Shapes") -> Path:
    path = folder / "shapes" / f"{version}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SHAPES.format(version=version, title=title), "utf-8")
    return path


def test_a_standard_is_loaded_once(known: Library, coco: Standard) -> None:
    assert load("coco", library()) is coco
    assert library() is known


def test_the_same_dialects_are_one_standard_and_one_plan(coco: Standard) -> None:
    roboflow = with_dialects(coco, {"layout": "roboflow"})
    assert with_dialects(coco, {"layout": "roboflow"}) is roboflow
    assert compile_plan(roboflow) is compile_plan(with_dialects(roboflow, {"layout": "roboflow"}))


def test_other_dialects_are_another_plan(coco: Standard) -> None:
    roboflow = with_dialects(coco, {"layout": "roboflow"})
    assert roboflow.chosen["layout"] == "roboflow"
    assert compile_plan(roboflow).files != compile_plan(coco).files


def test_without_a_dialect_a_standard_stays_what_it_is(coco: Standard) -> None:
    assert with_dialects(coco, {}) is coco


def test_a_dialect_that_is_unknown_is_refused_each_time(coco: Standard) -> None:
    for _ in range(2):
        with pytest.raises(UsageError, match="no alternative 'none'"):
            with_dialects(coco, {"layout": "none"})


def test_a_file_that_changes_is_loaded_anew(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert api.load(str(path)).title == "Shapes"
    write(tmp_path, title="Other shapes")
    assert api.load(str(path)).title == "Other shapes"
    assert api.load("shapes", [tmp_path]).title == "Other shapes"


def test_a_version_that_is_added_is_found(tmp_path: Path) -> None:
    write(tmp_path)
    assert api.load("shapes", [tmp_path]).version == "1.0.0"
    write(tmp_path, "1.1.0")
    assert api.load("shapes", [tmp_path]).version == "1.1.0"


def test_what_a_standard_inherits_is_read_anew_where_it_changes(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.yaml"
    child.write_text(
        'annostd: 1\nid: child\nversion: "1.0.0"\nstatus: draft\ntitle: Child\n'
        "publisher: tests\ndomain: vision\nlicence: CC0-1.0\nextends: shapes\n",
        "utf-8",
    )
    before = api.load(str(child), [tmp_path]).files["data"].path
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8").replace("data.json", "other.json"), "utf-8")
    assert before == ("data.json",)
    assert api.load(str(child), [tmp_path]).files["data"].path == ("other.json",)


def test_a_relative_path_means_the_file_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = []
    for title in ("One", "Two"):
        folder = tmp_path / title
        folder.mkdir()
        write(folder, title=title)
        monkeypatch.chdir(folder)
        titles.append(api.load("shapes/1.0.0.yaml").title)
    assert titles == ["One", "Two"]
