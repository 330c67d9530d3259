from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from annostd.bindings.walk import walk
from tests.bindings.roles import fill, rules_of

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_listed_by_path_whatever_the_order_they_were_made_in(tmp_path: Path) -> None:
    names = ["b/z.txt", "a.txt", "b/a.txt", "b-c.txt", "b/c/d.txt"]
    one = walk(fill(tmp_path / "one", *names))
    two = walk(fill(tmp_path / "two", *reversed(names)))
    assert one == two
    assert one.paths == ("a.txt", "b-c.txt", "b/a.txt", "b/c/d.txt", "b/z.txt")
    assert one.folders["b/"] == ("a.txt", "z.txt")


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    assert walk(fill(tmp_path, "a", ".b", ".git/c", "._a")).paths == ("a",)


def test_empty_folders_are_known(tmp_path: Path) -> None:
    assert set(walk(fill(tmp_path, "a/b/")).folders) == {"", "a/", "a/b/"}


def test_links_inside_are_followed_and_those_that_leave_are_only_named(tmp_path: Path) -> None:
    fill(tmp_path, "out/a.txt", "out/deep/b.txt", "in/real/c.txt")
    root = tmp_path / "in"
    (root / "stays.txt").symlink_to("real/c.txt")
    (root / "leaves.txt").symlink_to("../out/a.txt")
    (root / "absolute.txt").symlink_to(tmp_path / "out" / "a.txt")
    (root / "nowhere.txt").symlink_to("real/none.txt")
    (root / "folder").symlink_to("../out/deep")
    (root / "again").symlink_to("real")
    tree = walk(root)
    assert tree.paths == (
        "absolute.txt",
        "again/c.txt",
        "folder",
        "leaves.txt",
        "nowhere.txt",
        "real/c.txt",
        "stays.txt",
    )
    assert tree.links == {"absolute.txt", "folder", "leaves.txt", "nowhere.txt"}


def test_links_that_leave_are_followed_when_asked(tmp_path: Path) -> None:
    fill(tmp_path, "out/a.txt", "in/")
    (tmp_path / "in" / "folder").symlink_to("../out")
    tree = walk(tmp_path / "in", follow_links=True)
    assert tree.paths == ("folder/a.txt",)
    assert not tree.links


@pytest.mark.parametrize("follow", [False, True])
def test_links_in_circles_end(tmp_path: Path, follow: bool) -> None:  # noqa: FBT001  a parameter
    fill(tmp_path, "a/x", "b/y")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "b").symlink_to("../b")
    (tmp_path / "b" / "a").symlink_to("../a")
    (tmp_path / "self").symlink_to("self")
    paths = walk(tmp_path, follow_links=follow).paths
    assert {"a/x", "b/y"} <= set(paths)
    assert len(paths) < 20


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert walk(tmp_path).paths == ()


@pytest.mark.skipif(sys.platform != "linux", reason="the system allows only UTF-8")
def test_a_name_that_is_not_utf8_is_a_finding_and_not_read(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    with open(os.fsencode(tmp_path) + b"/b\xff.txt", "wb"):  # noqa: PTH123  bytes are no Path
        pass
    tree = walk(tmp_path)
    assert tree.paths == ("a.txt",)
    assert rules_of(tree.findings) == [("layout.name-encoding", "b\\xff.txt")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_folder_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    fill(tmp_path, "a/b.txt")
    (tmp_path / "a").chmod(0)
    tree = walk(tmp_path)
    (tmp_path / "a").chmod(0o755)
    assert rules_of(tree.findings) == [("layout.unreadable", "a")]
