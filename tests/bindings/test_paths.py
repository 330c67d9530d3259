from __future__ import annotations

import os
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.paths import (
    SUSPECT,
    Inside,
    confine,
    inside,
    is_below,
    is_plain,
    join,
    tails,
)

PIECES = [*"/\\.~:\0ab C\n/", "..", "../", "a/", "é", "e\u0301", "\ud800", "x" * 200]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b.jpg", Inside("a/b.jpg")),
        ("./a//b/./c", Inside("a/b/c")),
        ("a/../b", Inside("b")),
        (".", Inside("")),
        ("..a/...b", Inside("..a/...b")),
        ("~a/b~", Inside("~a/b~")),
        ("a:b/c", Inside("b/c", "drive")),
        ("ab:c", Inside("ab:c")),
        ("../train/images", Inside("train/images", "outside")),
        ("a/../../b", Inside("b", "outside")),
        ("/etc/passwd", Inside("etc/passwd", "absolute")),
        ("/../../etc", Inside("etc", "absolute")),
        ("~/a", Inside("a", "home")),
        ("C:\\a\\b", Inside("a/b", "drive")),
        ("\\\\host\\a", Inside("host/a", "absolute")),
        ("a\\b", Inside("a/b", "backslash")),
        ("..\\b", Inside("b", "outside")),
        ("https://example.org/a", Inside(None, "address")),
        ("", Inside(None, "empty")),
        ("a\0b", Inside(None, "null")),
        ("\ud800", Inside(None, "unicode")),
        ("é" * 128, Inside(None, "long")),
        ("a" * 255, Inside("a" * 255)),
        ("a/" * 2100, Inside(None, "long")),
    ],
)
def test_a_path_is_kept_inside_by_its_text(text: str, expected: Inside) -> None:
    assert confine(text) == expected


@pytest.mark.parametrize(
    ("folder", "text", "expected"),
    [
        ("", "a/b.jpg", Inside("a/b.jpg")),
        ("x", "./a/b.jpg", Inside("x/a/b.jpg")),
        ("x", "a.b.jpg", Inside("x/a.b.jpg")),
        ("x", ".", Inside("x")),
        ("x", "../b", Inside("b")),
        ("x/y", "../../../b", Inside("x/y/b", "outside")),
        ("x", "/b", Inside("b", "absolute")),
        ("x", "b\\c", Inside("x/b/c", "backslash")),
        ("x", "http://b", Inside(None, "address")),
    ],
)
def test_a_path_is_relative_to_a_folder_and_may_leave_it_but_not_the_root(
    folder: str, text: str, expected: Inside
) -> None:
    assert join(folder, text) == expected


def test_tails_are_shorter_ends_of_two_names_at_least() -> None:
    assert tails("a/b/c/d") == ["b/c/d", "c/d"]
    assert tails("a") == []


def test_a_link_that_leaves_gives_no_path(tmp_path: Path) -> None:
    (tmp_path / "in" / "a").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "leaves").symlink_to("../out")
    (tmp_path / "in" / "stays").symlink_to("a")
    root = tmp_path / "in"
    assert inside(root, "leaves/x") == Inside(None, "link")
    assert inside(root, "stays/x") == Inside("stays/x")
    assert inside(root, "new/x") == Inside("new/x")


def test_a_neighbour_with_a_longer_name_is_not_below() -> None:
    assert is_below("/a", "/a/b")
    assert is_below("/", "/a")
    assert not is_below("/a", "/ab")


@given(TEXTS)
def test_whatever_the_text_the_path_stays_below_the_root(text: str) -> None:
    for found in (confine(text), join("x/y", text), join("", text)):
        if found.path is not None:
            parts = found.path.split("/")
            assert ".." not in parts
            assert "." not in parts
            assert not found.path.startswith("/")
            real = os.path.normpath(f"/dataset/{found.path}")
            assert is_below("/dataset", real)


@given(TEXTS)
def test_whatever_the_text_nothing_outside_is_named_on_the_disk(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve() / "in"
        root.mkdir()
        (root / "a").symlink_to("..")
        found = inside(root, text)
        if found.path is not None:
            assert (root / found.path).resolve().is_relative_to(root)


@given(TEXTS)
def test_a_path_inside_is_its_own_reading(text: str) -> None:
    found = confine(text)
    if found.path and found.fault is None:
        again = confine(found.path)
        assert again == Inside(found.path) or again.fault in ("home", "drive", "address")


@given(TEXTS.filter(lambda text: "\ud800" not in text))
def test_a_path_that_is_not_suspect_is_plain(text: str) -> None:
    if not pl.Series([text]).str.contains(SUSPECT).item():
        assert confine(text) == Inside(text)


@given(TEXTS | st.text("ab.-/~:", max_size=9))
def test_what_is_plain_is_kept_as_it_is(text: str) -> None:
    assert not is_plain(text) or confine(text) == Inside(text)


@pytest.mark.parametrize("text", ["", "a\n", "/a", "a/", "a//b", "..", "a/../b", ".a", "a:b", "é"])
def test_what_may_not_be_plain_is_looked_at_closely(text: str) -> None:
    assert not is_plain(text)
    assert is_plain("labels/train/a-1_b.txt")
