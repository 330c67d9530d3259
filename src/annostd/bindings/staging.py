"""Output that appears whole or not at all: written aside, then put in its place by rename."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from annostd.bindings.paths import WRONG, confine, is_below, is_plain
from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

ASIDE: Final = ".annostd-part-"
"""What stands between a target's name and a random tail in the name of the folder written aside."""

_HANDLES: Final = 64
_BY_HANDLE: Final = {os.open, os.symlink} <= os.supports_dir_fd
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class WriteError(UsageError):
    """The output could not be written (no space, no permission, a name taken); nothing is left."""


class Staging:
    """A target being written: a folder, or a single file, that appears when the block is left.

    With an exception nothing is left, and what stood there before stays. A run that is killed
    leaves at most a folder beside the target whose name holds `ASIDE`. Enter it with `with`.
    """

    def __init__(
        self,
        target: Path,
        *,
        force: bool = False,
        single: bool = False,
        sources: Sequence[Path] = (),
    ) -> None:
        """Say what is written where.

        Args:
            target: the folder or, with `single`, the file to be written.
            force: replace what stands there; it is renamed away first and removed last.
            single: the target is a file, and so is all that is written.
            sources: what is read meanwhile; a target in one of them, or around one, is refused.

        """
        self.target = Path(os.path.abspath(target))  # noqa: PTH100  Path.absolute keeps `..`
        self.force = force
        self.single = single
        self.sources = tuple(sources)
        self._aside = Path()
        self._made: list[Path] = []
        self._handles: dict[str, int] = {}
        self._folders: set[str] = set()
        self._links: dict[tuple[str, str], str] = {}

    @property
    def folder(self) -> Path:
        """The folder that is written aside, which takes the target's name in the end."""
        return self._aside / "new"

    def __enter__(self) -> Self:
        check_target(self.target, self.sources, force=self.force)
        try:
            self._made = _make_parents(self.target.parent)
            # its name is known before it is there, so that a run ended in between removes it
            name = f".{self.target.name[:32]}{ASIDE}{secrets.token_hex(4)}"
            self._aside = self.target.parent / name
            self._aside.mkdir(mode=0o700)
            self.folder.mkdir()
        except BaseException as error:
            self._discard()
            if isinstance(error, OSError):
                raise _explain(error, str(self.target)) from error
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close()
            if error is None:
                self._commit()
        except OSError as fault:
            raise _explain(fault, str(self.target)) from fault
        finally:
            self._discard()

    def write(self, path: str, data: bytes | Iterable[bytes]) -> None:
        """Write one file, given by its path below the target with `/` (a single file: any name).

        Raises:
            WriteError: the disk refuses it, the path is written already, or it leaves the target.

        """
        try:
            self._write(path, data)
        except OSError as error:
            raise _explain(error, path) from error

    def _write(self, path: str, data: bytes | Iterable[bytes]) -> None:
        handle = self._open(path)
        try:
            for piece in (data,) if isinstance(data, bytes) else _pieces(data):
                _write_all(handle, piece)
        finally:
            os.close(handle)

    def copy(self, path: str, source: Path) -> None:
        """Copy a file's bytes to a path below the target.

        Raises:
            WriteError: as `write`, or the source cannot be read.

        """
        try:
            os.close(self._open(path))
            shutil.copyfile(source, self.folder / path)
        except OSError as error:
            raise _explain(error, path) from error

    def link(self, path: str, source: Path) -> None:
        """Make a symbolic link at a path below the target, relative to where it will stand.

        Raises:
            WriteError: as `write`, or the system has no symbolic links.

        """
        folder, _, name = _safe(path).rpartition("/")
        try:
            self._make(folder)
            where = self._relative(folder, str(source.parent))
            if _BY_HANDLE:
                os.symlink(f"{where}/{source.name}", name, dir_fd=self._handle(folder))
            else:
                (self.folder / path).symlink_to(f"{where}/{source.name}")
        except (OSError, NotImplementedError) as error:
            raise _explain(error, path) from error

    def _relative(self, folder: str, source: str) -> str:
        """Find the way from a folder of the target to one of the source, once for each pair."""
        known = self._links.get((folder, source))
        if known is None:
            end = os.path.realpath(source)
            start = f"{os.path.realpath(self.target.parent)}/{self.target.name}/{folder}"
            try:
                known = os.path.relpath(end, start).replace(os.sep, "/")
            except ValueError:
                known = end  # another drive: no relative path leads there
            self._links[folder, source] = known
        return known

    def _open(self, path: str) -> int:
        folder, _, name = _safe(path).rpartition("/")
        self._make(folder)
        if _BY_HANDLE:
            return os.open(name, _NEW, 0o666, dir_fd=self._handle(folder))
        return os.open(self.folder / path, _NEW, 0o666)

    def _make(self, folder: str) -> None:
        """Make a folder below the target, once."""
        if folder and folder not in self._folders:
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)

    def _handle(self, folder: str) -> int:
        """Give the open handle of a folder: many small files are written faster through one."""
        handle = self._handles.get(folder)
        if handle is None:
            if len(self._handles) >= _HANDLES:
                os.close(self._handles.pop(next(iter(self._handles))))
            handle = os.open(self.folder / folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
            self._handles[folder] = handle
        return handle

    def _close(self) -> None:
        while self._handles:
            os.close(self._handles.popitem()[1])

    def _commit(self) -> None:
        """Put what was written in its place; what stood there comes back where that fails."""
        written = self._single_file() if self.single else self.folder
        if not os.path.lexists(self.target):
            written.rename(self.target)
            self._made = []
            return
        if not self.force:
            raise WriteError(f"{self.target} was written by another meanwhile")
        if self.single and self.target.is_file():
            written.replace(self.target)
            return
        old = self._aside / "old"
        self.target.rename(old)
        try:
            written.rename(self.target)
        except BaseException:
            old.rename(self.target)
            raise

    def _single_file(self) -> Path:
        files = [path for path in self.folder.rglob("*") if not path.is_dir()]
        if len(files) != 1:
            raise WriteError(
                f"{len(files)} files were written, expected one for {self.target.name}"
            )
        return files[0]

    def _discard(self) -> None:
        """Remove what stands aside, and parents that were made for a target that never came."""
        with suppress(OSError):
            self._close()
        if self._aside.name:
            shutil.rmtree(self._aside, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()


def _pieces(data: Iterable[bytes], size: int = 1 << 20) -> Iterator[bytes]:
    """Gather small pieces into few writes of about 1 MiB."""
    waiting: list[bytes] = []
    length = 0
    for piece in data:
        waiting.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)


def _write_all(handle: int, data: bytes) -> None:
    """Write all bytes: a call may take only a part of them."""
    done = os.write(handle, data)
    while done < len(data):
        done += os.write(handle, memoryview(data)[done:])


def _safe(path: str) -> str:
    """Hand on a path that is relative, normal and below the target; refuse any other."""
    if is_plain(path):
        return path
    found = confine(path)
    if found.fault is not None or found.path != path:
        wrong = "is not plain" if found.fault is None else WRONG[found.fault]
        raise WriteError(f"the path {path} {wrong}, expected one inside the target")
    return path


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder with its parents, and list those that were missing, outermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    missing.reverse()
    for each in missing:
        each.mkdir(exist_ok=True)
    return missing


def check_target(target: Path, sources: Sequence[Path], *, force: bool) -> None:
    """Refuse a target that stands there already, or is, lies in, or holds what is read.

    Nothing is written. Raises UsageError.
    """
    whole = Path(os.path.abspath(target))  # noqa: PTH100  Path.absolute keeps `..`
    if not whole.name:
        raise UsageError(f"{target} cannot be replaced", "name a new folder")
    place = f"{os.path.realpath(whole.parent)}{os.sep}{whole.name}"
    for source in sources:
        other = os.path.realpath(source)
        if is_below(other, place) or is_below(other, os.path.realpath(whole)):
            raise UsageError(f"{target} lies in {source}, which is read", "write beside it")
        if is_below(place, other):
            raise UsageError(f"{target} holds {source}, which is read", "write beside it")
    if os.path.lexists(whole) and not force:
        raise UsageError(f"{target} exists already", "replace it with --force")


def _explain(error: OSError | NotImplementedError, path: str) -> WriteError:
    """Say in a sentence why the system would not write."""
    if isinstance(error, FileExistsError):
        return WriteError(f"{path} would be written twice, expected each file once")
    reason = getattr(error, "strerror", None) or str(error) or "the system refuses it"
    return WriteError(f"{path} could not be written: {reason[0].lower()}{reason[1:]}")
