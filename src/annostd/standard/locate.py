"""Where standards are found, and which file a name means."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from annostd.errors import StandardError, UsageError
from annostd.standard.read import read
from annostd.standard.versions import RANGE, choose, precedence
from annostd.standard.yaml_tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from annostd.standard.model import Json

State: TypeAlias = tuple[str, int, int]
_HEAD = frozenset({"id", "version", "status", "aliases", "title", "domain", "extends", "fragment"})
_SIMPLE = re.compile(r"(?P<quote>[\"']?)(?P<text>[^\"'\[\]{}#&*!|>%@`\\]*)(?P=quote)")
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the head of a standard's file says."""

    id: str
    path: Path
    version: str = ""
    status: str = "draft"
    title: str = ""
    domain: str = ""
    aliases: tuple[str, ...] = ()
    extends: str | None = None
    fragment: bool = False


def shipped_standards() -> Path:
    """Find the folder of the standards that come along: in the package, else in the checkout.

    Raises `UsageError` where neither holds them.
    """
    package = Path(__file__).resolve().parent.parent
    return first_folder((package / "_data" / "standards", package.parent.parent / "standards"))


def first_folder(candidates: Sequence[Path]) -> Path:
    """Give the first folder that is there."""
    for folder in candidates:
        if folder.is_dir():
            return folder
    places = " nor in ".join(str(folder) for folder in candidates)
    raise UsageError(f"no standards are found in {places}", "install annostd again")


def state_of(files: Iterable[Path]) -> tuple[State, ...]:
    """Tell how files stand: path, time of the last change in ns, bytes; those that are there."""
    found = []
    for path in files:
        with suppress(OSError):
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@dataclass(frozen=True)
class Library:
    """The standards that are known: those in `folders`, the shipped ones last.

    `state` is how their files stood when it was made: libraries that are equal know the same.
    """

    folders: tuple[Path, ...]
    state: tuple[State, ...] = ()

    @classmethod
    def of(cls, extra: Sequence[Path] = ()) -> Library:
        """Make a library of the caller's folders and the shipped one.

        Raises `UsageError` where one of them is no folder.
        """
        for folder in extra:
            if not folder.is_dir():
                raise UsageError(f"{folder} is no folder, expected one with standards")
        folders = (*extra, shipped_standards())
        return cls(folders, state_of(path for each in folders for path in _yaml_files(each)))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every standard and fragment by id and rising version, as the heads of the files say."""
        found = {path.resolve(): path for folder in self.folders for path in _yaml_files(folder)}
        heads = (head(path) for path in found.values())
        entries = [entry for entry in heads if entry is not None]
        return tuple(
            sorted(
                entries, key=lambda entry: (entry.id, precedence(entry.version), str(entry.path))
            )
        )

    @property
    def standards(self) -> tuple[Entry, ...]:
        """Every standard that is no fragment."""
        return tuple(entry for entry in self.entries if not entry.fragment)

    def find(self, reference: str) -> Entry:
        """Find the standard that `ID`, `ALIAS` or `ID@RANGE` means.

        Raises `UsageError`: no such id or version, an ill-formed range, or two files for one.
        """
        name, at, wanted = reference.partition("@")
        if at and RANGE.fullmatch(wanted) is None:
            raise UsageError(f"'{wanted}' is no version, expected one such as 1, 1.2 or 1.2.3")
        line = self._line(name)
        version = choose([(entry.version, entry.status) for entry in line], wanted if at else None)
        if version is None:
            known = ", ".join(entry.version for entry in line)
            raise UsageError(
                f"{name} has no version {wanted or 'that is not withdrawn'},"
                f" expected one of {known}"
            )
        return _only([entry for entry in line if entry.version == version])

    def fragment(self, name: str) -> Entry:
        """Find a fragment by its id. Raises `UsageError` where there is none, or two."""
        found = [entry for entry in self.entries if entry.fragment and entry.id == name]
        if not found:
            known = [entry.id for entry in self.entries if entry.fragment]
            raise UsageError(
                f"there is no fragment '{name}', expected the id of one", hint(name, known)
            )
        return _only(found)

    def _line(self, name: str) -> list[Entry]:
        line = [entry for entry in self.standards if entry.id == name]
        if line:
            return line
        ids = {entry.id for entry in self.standards if name in entry.aliases}
        if len(ids) > 1:
            raise UsageError(
                f"'{name}' is an alias of {' and of '.join(sorted(ids))}, expected an id"
            )
        if not ids:
            known = sorted(
                {word for entry in self.standards for word in (entry.id, *entry.aliases)}
            )
            raise UsageError(
                f"there is no standard '{name}', expected an id or alias of one", hint(name, known)
            )
        return [entry for entry in self.standards if entry.id in ids]


def _only(entries: Sequence[Entry]) -> Entry:
    if len(entries) > 1:
        places = " and in ".join(str(entry.path) for entry in entries)
        label = f"{entries[0].id} {entries[0].version}".strip()
        raise UsageError(f"{label} stands in {places}, expected one file")
    return entries[0]


def hint(name: str, known: Sequence[str]) -> str | None:
    """Suggest the one closest known name, if one is close."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"did you mean '{close[0]}'?" if close else None


def _yaml_files(folder: Path) -> Iterator[Path]:
    return (
        path for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES and path.is_file()
    )


def head(path: Path) -> Entry | None:
    """Read what the head of a file says without parsing the rest; None where it has no id."""
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    said: dict[str, Json] = {}
    for line in lines:
        if not line[:1].isalpha():
            continue
        key, colon, rest = line.partition(":")
        if colon and key in _HEAD:
            value = _simple(rest.strip())
            if value is None:
                return _parsed_head(path)
            said[key] = value
    return _entry(path, said)


def _simple(text: str) -> Json:
    if text.startswith("[") and text.endswith("]"):
        inner = text[1:-1].strip()
        parts = [_SIMPLE.fullmatch(part.strip()) for part in inner.split(",")] if inner else []
        return [part.group("text").strip() for part in parts if part] if all(parts) else None
    found = _SIMPLE.fullmatch(text)
    return found.group("text").strip() or None if found else None


def _parsed_head(path: Path) -> Entry | None:
    try:
        tree, _ = read(path)
    except (UsageError, StandardError):
        return None
    if tree is None:
        return None
    return _entry(path, {name: plain(node) for name, node in tree.members.items() if name in _HEAD})


def _entry(path: Path, said: dict[str, Json]) -> Entry | None:
    identity = said.get("id")
    if not isinstance(identity, str):
        return None
    aliases = said.get("aliases")
    extends = said.get("extends")
    return Entry(
        identity,
        path,
        version=str(said.get("version", "")),
        status=str(said.get("status", "draft")),
        title=str(said.get("title", "")),
        domain=str(said.get("domain", "")),
        aliases=tuple(str(alias) for alias in aliases) if isinstance(aliases, list) else (),
        extends=extends if isinstance(extends, str) else None,
        fragment=said.get("fragment") in (True, "true"),
    )
