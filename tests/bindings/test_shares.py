"""Files are divided so that each is in one part, in order, and few more change few parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.bindings import shares
from annostd.bindings.bytes import PIECE
from annostd.bindings.digests import ABSENT, digest_of, state_of
from annostd.bindings.shares import divide, runs
from annostd.columns.packed import PackedFiles
from annostd.columns.raw import DataFile

if TYPE_CHECKING:
    from pathlib import Path


def files(count: int) -> list[tuple[int, DataFile]]:
    """Make files, numbered from 7 on."""
    return [(7 + n, DataFile("label", f"{n:06}.txt", {"stem": str(n)})) for n in range(count)]


def paths(some: list[tuple[int, DataFile]], parts: list[tuple[int, ...]]) -> set[tuple[str, ...]]:
    """Name the files of parts."""
    named = dict(some)
    return {tuple(named[number].path for number in part) for part in parts}


@pytest.mark.parametrize("most", [1, 8, 64])
def test_parts_are_all_files_in_order(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FILES", most)
    parts = runs(files(500))
    assert [number for part in parts for number in part] == [number for number, _ in files(500)]
    assert max(map(len, parts)) <= most


def test_few_files_are_no_parts() -> None:
    assert runs(files(2 * shares.FILES - 1)) == []


def test_a_file_more_changes_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FILES", 64)
    before = files(2_000)
    more = DataFile("label", "000777-more.txt", {})
    after = sorted([*before, (9_999, more)], key=lambda pair: pair[1].path)
    new = paths(after, runs(after)) - paths(before, runs(before))
    assert 1 <= len(new) <= 2
    assert len(runs(before)) > 30


def test_large_files_are_parts_by_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "BYTES", 100)
    some = files(5)
    for (_, file), size in zip(some, [10, 90, 300, 5, 5], strict=True):
        (tmp_path / file.path).write_bytes(b" " * size)
    some.append((99, DataFile("label", "gone.txt", {}, exists=False)))
    assert divide(tmp_path, some) == [(7, 8), (9,), (10, 11, 99)]


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 << 20])
def test_a_digest_is_of_all_bytes(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    first, state = digest_of(str(path))
    assert state == state_of(str(path))
    path.write_bytes(b"x" * size + b"y")
    second, _ = digest_of(str(path))
    path.write_bytes(b"y" + b"x" * size)
    assert len({first, second, digest_of(str(path))[0], ABSENT}) == (3 if size == 0 else 4)
    path.write_bytes(b"x" * size)
    assert digest_of(str(path))[0] == first


def test_what_cannot_be_read_has_no_digest(tmp_path: Path) -> None:
    gone = (ABSENT, ABSENT)
    assert digest_of(str(tmp_path / "none")) == digest_of(str(tmp_path)) == gone
    assert state_of(str(tmp_path / "none")) == ABSENT
    (tmp_path / "none").touch()
    assert state_of(str(tmp_path / "none")) != ABSENT


def test_packed_files_are_the_files() -> None:
    some = [file for _, file in files(4)]
    some.append(DataFile("picture", "a.png", {}, 2, exists=False, splits=("train", "val")))
    packed = PackedFiles(some)
    assert list(packed) == some
    assert (len(packed), packed[-1], packed[1:3]) == (5, some[-1], tuple(some[1:3]))
    assert list(PackedFiles([])) == []
