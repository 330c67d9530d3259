"""Paths as data name them: text from a file, never trusted to stay inside the dataset."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

PathFault: TypeAlias = Literal[
    "empty",
    "null",
    "unicode",
    "long",
    "address",
    "drive",
    "absolute",
    "home",
    "outside",
    "backslash",
    "link",
]

WRONG: Final[dict[PathFault, str]] = {
    "empty": "is empty",
    "null": "holds a null character",
    "unicode": "holds half of a character",
    "long": "is longer than a path can be",
    "address": "is an address",
    "drive": "names a drive",
    "absolute": "is absolute",
    "home": "starts in somebody's home",
    "outside": "leaves the dataset",
    "backslash": "is separated by backslashes",
    "link": "passes a symbolic link that leaves the dataset",
}
"""What a fault says of a path: the predicate of a sentence."""

UNNAMEABLE: Final[frozenset[PathFault]] = frozenset({"null", "unicode", "long", "backslash"})
"""The faults of a path that some system cannot hold, wherever it leads."""

LONGEST_NAME: Final = 255
LONGEST_PATH: Final = 4096

_PLAIN = re.compile(r"(?:[\w-]{1,60}/){0,9}[\w-]{1,60}(?:\.\w{1,9})?", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DRIVE = re.compile(r"[A-Za-z]:")
SUSPECT: Final = (
    r"(?:^|[/\\])\.{0,2}(?:[/\\]|$)|[\\\x00]|^[A-Za-z]:|://|^~(?:[/\\]|$)|[^/]{64}|(?s:^.{1024})"
)
"""A pattern of polars that fits each path that is not plainly relative and normal."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A path kept inside a root.

    `path` is relative to the root with `/` and safe to use, "" the root itself; None where nothing
    can be used. `fault` says what is wrong with the text as it stood; with a path, how it should
    not have been written.
    """

    path: str | None
    fault: PathFault | None = None


def is_plain(text: str) -> bool:
    """Tell quickly that `confine` keeps a path as it is; False where that takes a closer look."""
    return _PLAIN.fullmatch(text) is not None


def confine(text: str) -> Inside:
    """Read a path by its text alone: relative, normalised, below its root.

    `.` and `..` are resolved by text. What would leave the root keeps its tail: `../a/b` and `/a/b`
    become `a/b`, with the fault; of an address nothing is kept.
    """
    if "\0" in text:
        return Inside(None, "null")
    if _HALF.search(text):
        return Inside(None, "unicode")
    if not text:
        return Inside(None, "empty")
    if _ADDRESS.match(text):
        return Inside(None, "address")
    fault: PathFault | None = "backslash" if "\\" in text else None
    text = text.replace("\\", "/")
    if _DRIVE.match(text):
        fault, text = "drive", text[2:].lstrip("/")
    elif text.startswith("/"):
        fault, text = "absolute", text.lstrip("/")
    elif text == "~" or text.startswith("~/"):
        fault, text = "home", text[2:]
    parts, left = _resolve(text)
    if left and fault in (None, "backslash"):
        fault = "outside"
    path = "/".join(parts)
    if is_long(path):
        return Inside(None, "long")
    return Inside(path, fault)


def _resolve(text: str) -> tuple[list[str], bool]:
    """Resolve `.` and `..` by text: the parts that remain, and whether it went above its start."""
    parts: list[str] = []
    left = False
    for part in text.split("/"):
        if part == "..":
            if parts:
                parts.pop()
            else:
                left = True
        elif part not in ("", "."):
            parts.append(part)
    return parts, left


def inside(root: Path, text: str) -> Inside:
    """Read a path below a root, whose folders and links are looked at: what leaves it is not given.

    The path need not exist. A path that passes a symbolic link out of the root has the fault `link`
    and no path.
    """
    found = confine(text)
    if found.path is None:
        return found
    if not is_below(os.path.realpath(root), os.path.realpath(root / found.path)):
        return Inside(None, "link")
    return found


def join(folder: str, text: str) -> Inside:
    """Read a path that is relative to a folder of the root ("" or `a/b`).

    `..` may leave the folder, not the root; the tail of what leaves the root is taken in the
    folder.
    """
    plain = text.removeprefix("./")
    if is_plain(plain):
        return Inside(f"{folder}/{plain}" if folder else plain)
    alone = confine(text)
    if not folder or alone.path is None or alone.fault in ("absolute", "drive", "home"):
        return alone
    whole = confine(f"{folder}/{text}")
    if whole.fault == "outside":
        return Inside(f"{folder}/{alone.path}", "outside")
    return whole


def is_below(root: str, path: str) -> bool:
    """Tell whether a real absolute path is a root or lies below it."""
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def is_long(path: str) -> bool:
    """Tell whether a path is longer than 4096 bytes or a name in it than 255, as systems allow."""
    if len(path) * 4 <= LONGEST_NAME:
        return False
    data = path.encode()
    return len(data) > LONGEST_PATH or any(len(n) > LONGEST_NAME for n in data.split(b"/"))


def tails(path: str) -> list[str]:
    """List the shorter ends of a path that still name a folder and what is in it, longest first."""
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(1, len(parts) - 1)]
