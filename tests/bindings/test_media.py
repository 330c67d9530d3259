from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.media import MediaPlaces, find_media
from annostd.findings import Location
from annostd.standard.model import Capture
from tests.bindings.roles import fill, role

PICTURE = role(
    "picture",
    "{split}[{edition}]/{media.path}",
    "images/{split}[{edition}]/{media.path}",
    "{media.path}",
    captures={"split": Capture("train", (("train", "train"), ("valid", "val")))},
    of="media",
    missing="fine",
)


def place(row: int) -> Location:
    return Location("set.json", row + 1)


def never(row: int) -> Location:
    raise AssertionError(row)


def rows(*paths: str | None, **columns: Any) -> pl.DataFrame:
    frame = pl.DataFrame({"media.path": paths}, schema={"media.path": pl.String})
    return frame.with_columns(pl.lit(text).alias(name) for name, text in columns.items())


@pytest.mark.parametrize(
    ("files", "columns", "expected"),
    [
        (["train2017/a.jpg"], {"split": "train", "edition": "2017"}, "train2017/a.jpg"),
        (["valid/a.jpg"], {"split": "val"}, "valid/a.jpg"),
        (["images/train/a.jpg"], {"split": "train"}, "images/train/a.jpg"),
        (["a.jpg"], {"split": "train"}, "a.jpg"),
        (["a.jpg"], {}, "a.jpg"),
        (["a.jpg", "images/train/a.jpg"], {"split": "train"}, "images/train/a.jpg"),
    ],
)
def test_the_first_template_with_a_hit_decides(
    tmp_path: Path, files: list[str], columns: dict[str, str], expected: str
) -> None:
    fill(tmp_path, *files)
    media = find_media(MediaPlaces(tmp_path), PICTURE, rows("a.jpg", **columns), never)
    assert media.found
    assert media.frame.rows() == [(expected, True)]


def test_the_first_hit_decides_for_all(tmp_path: Path) -> None:
    fill(tmp_path, "images/train/b.jpg", "train/c.jpg", "images/train/sub/d.jpg")
    frame = rows("a.jpg", "b.jpg", "c.jpg", "sub/d.jpg", None, split="train")
    media = find_media(MediaPlaces(tmp_path), PICTURE, frame, never)
    assert media.frame.rows() == [
        ("images/train/a.jpg", False),
        ("images/train/b.jpg", True),
        ("images/train/c.jpg", False),
        ("images/train/sub/d.jpg", True),
        (None, False),
    ]


def test_the_folder_of_the_rows_own_file_comes_first(tmp_path: Path) -> None:
    fill(tmp_path, "x/a.jpg", "train/a.jpg")
    frame = rows("a.jpg", split="train", **{"@folder": "x/"})
    media = find_media(MediaPlaces(tmp_path), PICTURE, frame, never)
    assert media.frame["path"].to_list() == ["x/a.jpg"]


def test_nothing_found_names_where_media_would_be(tmp_path: Path) -> None:
    media = find_media(MediaPlaces(tmp_path), PICTURE, rows("a.jpg", split="train"), never)
    assert not media.found
    assert media.frame.rows() == [("train/a.jpg", False)]


def test_no_rows_have_no_media(tmp_path: Path) -> None:
    media = find_media(MediaPlaces(tmp_path), PICTURE, rows(), never)
    assert media.frame.schema == {"path": pl.String, "exists": pl.Boolean}
    assert media.frame.height == 0


@pytest.mark.parametrize(("file", "expected"), [("a.jpg", "a.jpg"), ("valid/a.jpg", "valid/a.jpg")])
def test_an_override_is_looked_through_instead(tmp_path: Path, file: str, expected: str) -> None:
    fill(tmp_path, "set/valid/a.jpg", f"media/{file}")
    places = MediaPlaces(tmp_path / "set", tmp_path / "media")
    media = find_media(places, PICTURE, rows("a.jpg", split="val"), never)
    assert (media.root, media.frame.rows()) == (tmp_path / "media", [(expected, True)])


def test_an_override_serves_pictures_that_captures_name(tmp_path: Path) -> None:
    plan = role("picture", "images/{split}/{folder/}{stem}.{ext:jpg|png}")
    frame = pl.DataFrame({"split": ["val"], "folder": ["x/"], "stem": ["a.b"], "ext": ["jpg"]})
    fill(tmp_path, "media/x/a.b.jpg")
    media = find_media(MediaPlaces(tmp_path, tmp_path / "media"), plan, frame, never)
    assert media.frame.rows() == [("x/a.b.jpg", True)]


@pytest.mark.parametrize(
    ("text", "rule", "found"),
    [
        ("../out/a.jpg", "layout.outside-root", False),
        ("../a.jpg", "layout.outside-root", True),
        ("/a.jpg", "layout.outside-root", True),
        ("sub\\a.jpg", "layout.name", True),
        ("https://x.org/a.jpg", "layout.outside-root", False),
        ("a\0.jpg", "layout.name", False),
        ("é" * 200, "layout.name", False),
        ("", "layout.name", False),
        ("sub/", "layout.name", False),
        ("sub/../a.jpg", "layout.name", True),
        ("B.jpg", "layout.name", False),
        ("nul.jpg", "layout.name", False),
    ],
)
def test_a_path_that_leads_out_is_told_and_its_tail_is_looked_up(
    tmp_path: Path, text: str, rule: str, *, found: bool
) -> None:
    fill(tmp_path, "out/a.jpg", "in/a.jpg", "in/b.jpg", "in/sub/a.jpg")
    media = find_media(MediaPlaces(tmp_path / "in"), PICTURE, rows("b.jpg", text), place)
    assert media.frame["exists"].to_list() == [True, found]
    (finding,) = media.findings
    assert (finding.rule, finding.level, finding.location) == (rule, "SHOULD", place(1))


def test_paths_that_are_only_spelled_otherwise_are_no_finding(tmp_path: Path) -> None:
    fill(tmp_path, "a/b.jpg", f"{'x' * 80}.jpg", "a/.hidden.jpg")
    frame = rows("./a//b.jpg", f"{'x' * 80}.jpg", "a/.hidden.jpg")
    media = find_media(MediaPlaces(tmp_path), PICTURE, frame, never)
    assert media.frame["exists"].to_list() == [True, True, True]


def test_links_that_leave_are_not_followed_unless_asked(tmp_path: Path) -> None:
    fill(tmp_path, "out/a.jpg", "in/b.jpg")
    (tmp_path / "in/folder").symlink_to("../out")
    (tmp_path / "in/a.jpg").symlink_to("../out/a.jpg")
    frame = rows("b.jpg", "a.jpg", "folder/a.jpg")
    shut = find_media(MediaPlaces(tmp_path / "in"), PICTURE, frame, never)
    assert shut.frame["exists"].to_list() == [True, False, False]
    places = MediaPlaces(tmp_path / "in", follow_links=True)
    assert find_media(places, PICTURE, frame, never).frame["exists"].to_list() == [True] * 3


PIECES = ["..", "../", "/", "a", "in", "out", ".jpg", "\\", "~", "C:", "\0", "folder/"]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_whatever_a_row_names_nothing_outside_is_found(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = fill(Path(name).resolve(), "out/a.jpg", "a.jpg", "in/in/a.jpg") / "in"
        (root / "folder").symlink_to("../out")
        media = find_media(MediaPlaces(root), PICTURE, rows(text, "in/a.jpg"), place)
        for path, exists in media.frame.rows():
            if exists:
                assert (root / path).resolve().is_relative_to(root)
