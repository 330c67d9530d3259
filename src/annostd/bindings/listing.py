"""What a listing file must say so that the files of a role are found again."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.patterns import last_cut
from annostd.bindings.targets import as_lines
from annostd.templates import Unfit, fields, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import FilePlan

_CAPTURE = re.compile(r"\{(\w+)(?::([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a listing file must say, and the list files that it names.

    `entries` are the texts for each native value of the listing's capture ("" where it has none),
    in the order of its choices; `lists` are list files: path below the target to text. `unheld` are
    the splits that the listing cannot name, `unlisted` the positions of paths no line can hold.
    """

    entries: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, str]
    unheld: tuple[str, ...] = ()
    unlisted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a listed role that are written: their paths, and the canonical splits of each.

    `placed` says that the files themselves are put in their places; else only lists can name them.
    `by` is the path of the listing file.
    """

    paths: Sequence[str]
    splits: Sequence[Sequence[str]]
    by: str
    placed: bool


def outline(plan: FilePlan, shelf: Shelf) -> Outline:
    """Say how the listing file names the files of a role, split by split.

    A split is named by its folder where all that stands there is of the split and put in place, and
    by a list file `<split><suffix>` with a line `./<path>` for each file otherwise.
    """
    listing = plan.file.listed
    if listing is None:
        return Outline({}, {})
    found = _CAPTURE.search(listing.at)
    name = found[1] if found else ""
    choices = found[2].split("|") if found and found[2] else None
    natives = _natives(plan, name, shelf)
    unheld = [split for split, text in natives.items() if choices and text not in choices]
    held = {split: text for split, text in natives.items() if split not in unheld}
    order = sorted(held, key=lambda split: choices.index(held[split]) if choices else 0)
    entries: dict[str, tuple[str, ...]] = {}
    lists: dict[str, str] = {}
    bad = set(as_lines(shelf.paths))
    unlisted: set[int] = set()
    for split in order:
        rows = [row for row, splits in enumerate(shelf.splits) if split in _of(plan, name, splits)]
        folder = _folder(plan, name, held[split])
        rest = rows if folder is None or not shelf.placed else _outside(shelf, rows, folder)
        texts = () if rest is rows or folder is None else (_relative(folder, shelf.by),)
        if rest:
            path = posixpath.join(
                posixpath.dirname(shelf.by), f"{held[split] or plan.role}{listing.suffix or ''}"
            )
            unlisted.update(rest if listing.suffix is None else bad.intersection(rest))
            lines = [shelf.paths[row] for row in rest if row not in bad]
            lists[path] = "".join(f"./{_relative(line, shelf.by)}\n" for line in lines)
            texts = (*texts, _relative(path, shelf.by))
        entries[held[split]] = texts
    return Outline(entries, lists, tuple(unheld), tuple(sorted(unlisted)))


def _natives(plan: FilePlan, name: str, shelf: Shelf) -> dict[str, str]:
    """Give the native text of every split that a file has, in order of first appearance."""
    capture = plan.file.captures.get(name)
    back = {canonical: text for text, canonical in capture.values} if capture else {}
    splits = dict.fromkeys(split for each in shelf.splits for split in _of(plan, name, each))
    return {split: back.get(split, split) for split in splits}


def _of(plan: FilePlan, name: str, splits: Sequence[str]) -> Sequence[str]:
    """Give a file's splits, the capture's default where it has none."""
    if not name:
        return ("",)
    capture = plan.file.captures.get(name)
    return splits or ((capture.default,) if capture and capture.default else ())


def _folder(plan: FilePlan, name: str, text: str) -> str | None:
    """Give the folder of a split, None where the paths' folder is not made of the split alone."""
    if not plan.paths:
        return None
    before = last_cut(plan.paths[0]).before
    if set(fields(before)) - {name}:
        return None
    path = render(before, {name: text} if name else {}, mode="path")
    return None if isinstance(path, Unfit) else path.strip("/") or None


def _outside(shelf: Shelf, rows: list[int], folder: str) -> list[int]:
    """Give the rows that a folder does not hold; all where it holds files of other splits."""
    chosen = set(rows)
    below = {row for row, path in enumerate(shelf.paths) if path.startswith(f"{folder}/")}
    if not below or not below <= chosen:
        return rows
    return [row for row in rows if row not in below]


def _relative(path: str, by: str) -> str:
    """Give the way from the listing file's folder to a path."""
    folder = posixpath.dirname(by)
    return posixpath.relpath(path, folder) if folder else path
