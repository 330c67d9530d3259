"""A dataset's folders, walked once: the names of its files, and which of them may be opened."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.bindings.collector import without_collector
from annostd.bindings.paths import is_below
from annostd.findings import Finding, Level, Location, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT_NAME = "."
"""What a location calls the dataset's own folder."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files below a root.

    `folders` maps each folder ("" or `a/b/`) to its sorted file names; `paths` are all files in the
    order of their paths; `names` the same as a set. `links` are files that are only named: symbolic
    links that leave the root, or lead nowhere, and are not followed. Hidden names are left out.
    """

    folders: dict[str, tuple[str, ...]]
    paths: tuple[str, ...]
    names: frozenset[str]
    links: frozenset[str]
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Gate:
    """Which symbolic links are followed: those inside `real`, the root's real path, or all.

    `seen` are the folders that links led to: each is entered once, so that links in circles end.
    """

    real: str
    follow: bool
    seen: set[str]


def gate_of(root: Path, *, follow_links: bool) -> Gate:
    """Open a gate for a root."""
    return Gate(os.path.realpath(root), follow_links, set())


@without_collector()
def walk(root: Path, *, follow_links: bool = False) -> Tree:
    """List the regular files below a folder, once, in an order that does not depend on the disk's.

    Folders that cannot be read give a finding `layout.unreadable`, names that are not UTF-8 one of
    `layout.name-encoding`.
    """
    gate = gate_of(root, follow_links=follow_links)
    gate.seen.add(gate.real)
    found: dict[str, tuple[str, ...]] = {}
    links: list[str] = []
    findings: list[Finding] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            seen = scan(f"{root}/{folder}", gate)
        except OSError as error:
            findings.append(_unreadable(folder, error))
            continue
        files, bad_files = _readable(folder, seen.files)
        folders, bad_folders = _readable(folder, seen.folders)
        findings += bad_files + bad_folders
        waiting += [f"{folder}{name}/" for name in sorted(folders, reverse=True)]
        found[folder] = tuple(sorted(files))
        links += [folder + name for name in seen.links.intersection(files)]
    paths = sorted(folder + name for folder, names in found.items() for name in names)
    findings.sort(key=lambda finding: finding.location.file)
    return Tree(found, tuple(paths), frozenset(paths), frozenset(links), tuple(findings))


@dataclass(slots=True)
class Scan:
    """One folder's files, its folders, and those of its files that are links not followed."""

    files: list[str]
    folders: list[str]
    links: set[str]


def scan(folder: str, gate: Gate, *, hidden: bool = False) -> Scan:
    """List one folder, hidden names only if asked; sockets, pipes and devices are no files.

    Raises OSError where the folder cannot be read.
    """
    found = Scan([], [], set())
    real: str | None = None
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == "." and not hidden:
                continue
            if entry.is_symlink():
                real = real or os.path.realpath(folder)
                _follow(found, entry.name, real, gate)
            elif entry.is_file(follow_symlinks=False):
                found.files.append(name)
            elif entry.is_dir(follow_symlinks=False):
                found.folders.append(name)
    return found


def _follow(found: Scan, name: str, here: str, gate: Gate) -> None:
    """Look where a link in the real folder `here` leads, and add its name where it belongs."""
    real = real_path(f"{here}/{name}", here, gate)
    mode = 0
    with suppress(OSError):
        mode = 0 if real is None else Path(real).stat().st_mode
    if real is not None and stat.S_ISDIR(mode):
        if real not in gate.seen and not is_below(real, here):
            gate.seen.add(real)
            found.folders.append(name)
        return
    found.files.append(name)
    if not stat.S_ISREG(mode):
        found.links.add(name)


def real_path(path: str, here: str, gate: Gate) -> str | None:
    """Follow a symbolic link in the real folder `here`; None where it leaves the root."""
    if gate.follow:
        return os.path.realpath(path)
    with suppress(OSError):
        target = os.readlink(path)  # noqa: PTH115  a Path per link costs four times as much
        if target.startswith("../") and not is_below(
            gate.real, os.path.normpath(f"{here}/{target}")
        ):
            return None  # by its text alone: a folder of linked pictures holds thousands
    real = os.path.realpath(path)
    return real if is_below(gate.real, real) else None


def files_below(tree: Tree, folder: str) -> Iterator[str]:
    """Yield the files below a folder ("" or `a/b/`) at any depth, folder by folder."""
    for other, names in tree.folders.items():
        if other.startswith(folder):
            yield from (other + name for name in names)


def _readable(folder: str, names: list[str]) -> tuple[list[str], list[Finding]]:
    """Split off the names that are not UTF-8: they can be printed nowhere as they are."""
    good = [name for name in names if name.isascii() or _is_text(name)]
    if len(good) == len(names):
        return good, []
    bad = sorted(set(names) - set(good))
    return good, [_undecodable(folder + name) for name in bad]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(name: str) -> str:
    """Write a name that may not be UTF-8 so that it can be printed."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def layout_finding(
    rule: str, level: Level, location: Location, message: str, sides: tuple[str | None, str | None]
) -> Finding:
    """Make a finding of the class layout; `sides` are actual and expected."""
    actual, expected = sides
    return Finding(
        rule, level, "layout", Phase.IO, location, message, actual=actual, expected=expected
    )


def _undecodable(path: str) -> Finding:
    shown = printable(path)
    return layout_finding(
        "layout.name-encoding",
        Level.MUST,
        Location(shown),
        f"the name {shown} is not UTF-8 and cannot be read, expected UTF-8",
        (shown, "UTF-8"),
    )


def _unreadable(folder: str, error: OSError) -> Finding:
    reason = (error.strerror or "unknown error").lower()
    return layout_finding(
        "layout.unreadable",
        Level.MUST,
        Location(printable(folder.rstrip("/")) or ROOT_NAME),
        f"the folder cannot be read ({reason}), expected a folder open to reading",
        (reason, None),
    )
