from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from annostd.bindings import staging
from annostd.bindings.staging import ASIDE, Staging, WriteError
from annostd.errors import UsageError


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(
    target: Path,
    *paths: str,
    single: bool = False,
    force: bool = False,
    error: type[BaseException] | None = None,
) -> None:
    """Write files, and raise an error midway where one is given."""
    with Staging(target, single=single, force=force) as stage:
        for path in paths:
            stage.write(path, b"1")
        if error is not None:
            raise error


def test_a_folder_appears_whole_when_the_block_is_left(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with Staging(target) as stage:
        stage.write("a/b.txt", b"1")
        stage.write("a/c.txt", [b"2", b"", b"3"])
        stage.write("d.txt", (piece for piece in [b"x" * 700_000, b"y" * 700_000]))
        stage.write("empty.txt", b"")
        assert not target.exists()
    assert content(target) == {
        "a/b.txt": "1",
        "a/c.txt": "23",
        "d.txt": "x" * 700_000 + "y" * 700_000,
        "empty.txt": "",
    }
    assert os.listdir(tmp_path) == ["out"]  # noqa: PTH208


def test_a_folder_without_files_appears_too(tmp_path: Path) -> None:
    with Staging(tmp_path / "out"):
        pass
    assert (tmp_path / "out").is_dir()


def test_a_single_file_appears(tmp_path: Path) -> None:
    with Staging(tmp_path / "out.json", single=True) as stage:
        stage.write("any/name.json", b"1")
    assert content(tmp_path) == {"out.json": "1"}


@pytest.mark.parametrize("names", [[], ["a", "b"]])
def test_a_single_file_is_exactly_one(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(WriteError, match="files were written, expected one"):
        write(tmp_path / "out.json", *names, single=True)
    assert list(tmp_path.iterdir()) == []


def test_missing_parents_are_made_and_go_again_with_a_failure(tmp_path: Path) -> None:
    with Staging(tmp_path / "x/y/out") as stage:
        stage.write("a", b"1")
    assert content(tmp_path) == {"x/y/out/a": "1"}
    with pytest.raises(KeyError):
        write(tmp_path / "x/z/w/out", error=KeyError)
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == ["y"]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, SystemExit])
def test_with_any_exception_nothing_is_left(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        write(tmp_path / "out", "a/b.txt", error=error)
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_exists_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="out exists already; replace it with --force"):
        Staging(tmp_path / "out").__enter__()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("old", ["folder", "file", "link"])
@pytest.mark.parametrize("single", [False, True])
def test_with_force_the_old_one_is_replaced(tmp_path: Path, old: str, *, single: bool) -> None:
    target = tmp_path / "out"
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "kept").write_text("kept", "utf-8")
    if old == "folder":
        target.mkdir()
        (target / "old").touch()
    elif old == "file":
        target.touch()
    else:
        target.symlink_to("else")
    with Staging(target, force=True, single=single) as stage:
        stage.write("new", b"1")
        assert os.path.lexists(target)
    name = "out" if single else "out/new"
    assert content(tmp_path) == {"else/kept": "kept", name: "1"}
    assert not target.is_symlink()


def test_with_force_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old", "utf-8")
    with pytest.raises(KeyError):
        write(tmp_path / "out", "new", force=True, error=KeyError)
    assert content(tmp_path) == {"out/old": "old"}


def test_a_rename_that_fails_brings_the_old_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old", "utf-8")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(errno.EIO, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(WriteError, match="could not be written: input/output error"):
        write(tmp_path / "out", "new", force=True)
    assert content(tmp_path) == {"out/old": "old"}


def test_a_full_disk_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    message = r"a/b\.txt could not be written: no space left on device"
    with pytest.raises(WriteError, match=message):
        write(tmp_path / "out", "a/b.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_system_that_takes_only_a_part_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with Staging(tmp_path / "out") as stage:
        monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:3]))
        stage.write("a", b"0123456789")
    assert content(tmp_path / "out") == {"a": "0123456789"}


@pytest.mark.parametrize(
    ("target", "sources"),
    [("in", ["in"]), ("in/out", ["in"]), (".", ["in"]), ("out", ["in", "out/deep/x.json"])],
)
def test_a_target_in_or_around_what_is_read_is_refused(
    tmp_path: Path, target: str, sources: list[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out/deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("in")
    every = [tmp_path / source for source in sources]
    with pytest.raises(UsageError, match="which is read; write beside it"):
        Staging(tmp_path / target, force=True, sources=every).__enter__()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "link", "out"]


@pytest.mark.parametrize("target", ["link/out", "link"])
def test_a_link_does_not_hide_that_the_target_is_what_is_read(tmp_path: Path, target: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("in")
    with pytest.raises(UsageError, match="which is read"):
        Staging(tmp_path / target, force=True, sources=[tmp_path / "in"]).__enter__()


def test_a_file_may_be_written_beside_one_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").touch()
    with Staging(tmp_path / "b.json", single=True, sources=[tmp_path / "a.json"]) as stage:
        stage.write("b.json", b"1")
    assert content(tmp_path) == {"a.json": "", "b.json": "1"}


def test_the_root_of_the_disk_is_no_target() -> None:
    with pytest.raises(UsageError, match="cannot be replaced"):
        Staging(Path("/"), force=True).__enter__()


@pytest.mark.parametrize("path", ["../x", "/x", "a/../b", "a\\b", "", ".", "a//b", "x\0", "C:x"])
def test_a_path_that_is_not_plain_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(WriteError, match="expected one inside the target"):
        write(tmp_path / "out", path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("second", ["a/b", "a/b/c", "a"])
def test_a_name_that_is_taken_is_refused(tmp_path: Path, second: str) -> None:
    with pytest.raises(WriteError):
        write(tmp_path / "out", "a/b", second)
    assert list(tmp_path.iterdir()) == []


def test_more_folders_than_handles_are_written(tmp_path: Path) -> None:
    with Staging(tmp_path / "out") as stage:
        for turn in "xy":
            for number in range(150):
                stage.write(f"{number}/{turn}", turn.encode())
    assert len(content(tmp_path / "out")) == 300


def test_files_have_the_rights_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a").touch()
    with Staging(tmp_path / "out") as stage:
        stage.write("a", b"1")
    for name in ("", "a"):
        plain, written = tmp_path / "plain" / name, tmp_path / "out" / name
        assert plain.stat().st_mode == written.stat().st_mode


def test_media_are_copied_or_linked_relatively(tmp_path: Path) -> None:
    (tmp_path / "in/x").mkdir(parents=True)
    (tmp_path / "in/x/a.jpg").write_text("a", "utf-8")
    (tmp_path / "in/x/b.jpg").write_text("b", "utf-8")
    with Staging(tmp_path / "deep/out") as stage:
        stage.copy("images/c.jpg", tmp_path / "in/x/a.jpg")
        stage.link("images/train/a.jpg", tmp_path / "in/x/a.jpg")
        stage.link("images/train/b.jpg", tmp_path / "in/x/b.jpg")
    out = tmp_path / "deep/out"
    assert content(out) == {
        "images/c.jpg": "a",
        "images/train/a.jpg": "a",
        "images/train/b.jpg": "b",
    }
    assert (out / "images/train/a.jpg").readlink() == Path("../../../../in/x/a.jpg")
    assert not (out / "images/c.jpg").is_symlink()


def test_a_medium_that_cannot_be_read_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with (
        pytest.raises(WriteError, match=r"a\.jpg could not be written: no such file"),
        Staging(tmp_path / "out") as stage,
    ):
        stage.copy("a.jpg", tmp_path / "none.jpg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill so")
def test_killed_midway_the_target_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old", "utf-8")
    program = """
        import os, signal, sys
        from pathlib import Path
        from annostd.bindings.staging import Staging
        with Staging(Path(sys.argv[1]), force=True) as stage:
            stage.write("a/new", b"1")
            os.kill(os.getpid(), signal.SIGKILL)
    """
    source = Path(staging.__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), tmp_path / "out"],
        env={**os.environ, "PYTHONPATH": str(source)},
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    assert content(tmp_path / "out") == {"old": "old"}
    (left,) = (path.name for path in tmp_path.iterdir() if path.name != "out")
    assert left.startswith(f".out{ASIDE}")
