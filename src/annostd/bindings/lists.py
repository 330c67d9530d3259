"""List files: one path a line, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.named import absence_finding, existing, writing_finding
from annostd.bindings.paths import join
from annostd.bindings.walk import Tree, layout_finding
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ListFile:
    """The paths that a list file names, in order and each once, their places, and what is wrong."""

    paths: list[str]
    places: list[Location]
    findings: list[Finding]


def read_list(root: Path, tree: Tree, path: str, base: str) -> ListFile:
    """Read a list file: one path a line, blank lines skipped.

    `./` is the list's own folder; any other line is relative to that or to `base`, whichever holds
    the file, and to `base` where neither does: what is listed need not be there.
    """
    found = ListFile([], [], [])
    text = _text(root, path, found)
    folders = (path.rpartition("/")[0], base)
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        name = line.strip()
        if not name:
            continue
        place = Location(path, number, line.index(name[0]) + 1)
        used = _resolve(tree, found, folders, (name, place))
        if used is None:
            continue
        if used in seen:
            found.findings.append(twice_finding(name, place))
            continue
        seen.add(used)
        found.paths.append(used)
        found.places.append(place)
    return found


def _text(root: Path, path: str, found: ListFile) -> str:
    """Read the text of a list file; bytes that are not UTF-8 are told once and replaced."""
    rule, data = "layout.unreadable", b""
    try:
        data = (root / path).read_bytes()
        rule = "layout.encoding"
        return data.decode("utf-8-sig")
    except OSError as error:
        wrong = (error.strerror or "not readable").lower()
    except UnicodeDecodeError as error:
        wrong = f"the byte 0x{data[error.start]:02x} is not UTF-8"
    message = f"the list {path} cannot be read ({wrong}), expected text in UTF-8"
    found.findings.append(
        layout_finding(rule, Level.MUST, Location(path), message, (wrong, "UTF-8"))
    )
    return data.decode("utf-8", "replace")


def _resolve(
    tree: Tree, listed: ListFile, folders: tuple[str, str], line: tuple[str, Location]
) -> str | None:
    """Find the path that a line means."""
    (own, base), (text, place) = folders, line
    found = join(own, text)
    if not text.startswith("./") and own != base and found.path not in tree.names:
        found = join(base, text)
    if found.fault is None:
        return found.path
    used = found.path if found.fault in ("outside", "backslash") else existing(tree, found)
    listed.findings.append(writing_finding(text, found.fault, used, place))
    if used is None:
        listed.findings.append(absence_finding(text, found, place))
    return used


def twice_finding(text: str, place: Location) -> Finding:
    """Tell that a list, or a listing, names the same again (`layout.listed-twice`)."""
    message = f"{text} is listed a second time, expected once"
    return layout_finding("layout.listed-twice", Level.SHOULD, place, message, (text, None))
