"""Files that another file names: folders, pictures, and lists of pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.bindings.lists import read_list, twice_finding
from annostd.bindings.named import absence_finding, existing, writing_finding
from annostd.bindings.paths import WRONG, join
from annostd.bindings.patterns import (
    ROW,
    PathPattern,
    capture_rows,
    cuts,
    fit_all,
    found_by_name,
    last_cut,
    with_values,
)
from annostd.bindings.walk import ROOT_NAME, Tree, files_below, layout_finding
from annostd.columns.raw import DataFile
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from annostd.plan.model import FilePlan
    from annostd.standard.model import Capture
    from annostd.templates import Template


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that a listing file names files with, and its 1-based place.

    `captures` are the native texts of the locator's captures (`split` → `val`).
    """

    text: str
    captures: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    column: int | None = None
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a listing file names: its entries in order, and the folder they are relative to."""

    entries: tuple[Entry, ...] = ()
    root: Entry | None = None


ReadListing: TypeAlias = "Callable[[FilePlan, DataFile], Contents]"
"""Reads what one file lists for a role: texts as they stand, whatever they are."""


@dataclass(frozen=True, slots=True)
class Listings:
    """Where listings are read: the dataset's folder, its files, how one file's entries are read."""

    root: Path
    tree: Tree
    read: ReadListing


@dataclass(slots=True)
class Listed:
    """The listed files in the order of their first mention, and the lists that were read.

    `anything` says that there was an entry at all; `seen` are the entries met so far.
    """

    files: dict[str, DataFile] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    anything: bool = False


@dataclass(frozen=True, slots=True)
class _Tail:
    """The end of a path template; one without `{folder/}` fits the last name alone."""

    pattern: PathPattern
    deep: bool


@dataclass(frozen=True, slots=True)
class _Scene:
    """What stays the same while one role's listings are read."""

    root: Path
    tree: Tree
    plan: FilePlan
    whole: tuple[PathPattern, ...]
    tail: tuple[_Tail, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    """The entry that is looked at, the file it stands in, and the folder it is relative to."""

    entry: Entry
    file: DataFile
    index: int
    base: str


@dataclass(frozen=True, slots=True)
class _Mentions:
    """Paths that one entry stands for, and the place where each is named (one place for all).

    `folder` is the folder ("" or `a/b/`) that was searched; None where each is named itself.
    """

    paths: Sequence[str]
    places: Sequence[Location]
    folder: str | None = None


def find_listed(listings: Listings, plan: FilePlan, by: Mapping[int, DataFile]) -> Listed:
    """Find the files of a role that the files `by` (by their index in the document) list.

    The findings are `layout.root`, `layout.outside-root`, `layout.missing`, `layout.listed-twice`,
    `layout.unfit`, `layout.encoding`, `layout.unreadable`, and `layout.name` for backslashes.
    """
    captures = plan.file.captures
    templates = found_by_name(plan)
    scene = _Scene(
        listings.root,
        listings.tree,
        plan,
        tuple(with_values(template, captures) for template in templates),
        tuple(_tail(template, captures) for template in templates),
    )
    listed = Listed()
    for index, file in by.items():
        contents = listings.read(plan, file)
        base = _base(scene, listed, file, contents.root)
        for entry in contents.entries:
            listed.anything = True
            _find_entry(scene, listed, _Context(entry, file, index, base))
    return listed


def _tail(template: Template, captures: Mapping[str, Capture]) -> _Tail:
    end = last_cut(template).after
    return _Tail(with_values(end, captures), deep=end.text.startswith("{") and bool(cuts(end)))


def _base(scene: _Scene, listed: Listed, file: DataFile, root: Entry | None) -> str:
    """Find the folder that entries are relative to: the one that is named, else the file's own."""
    own = file.path.rpartition("/")[0]
    if root is None or not root.text.strip():
        return own
    found = join(own, root.text.strip())
    if found.path is not None and found.fault in (None, "backslash"):
        if not found.path or f"{found.path}/" in scene.tree.folders:
            return found.path
        wrong = "is no folder here"
    else:
        wrong = WRONG[found.fault or "outside"]
    listed.findings.append(
        layout_finding(
            "layout.root",
            Level.SHOULD,
            Location(file.path, root.line, root.column, root.pointer),
            f"the root {root.text} {wrong}, so the folder of {file.path} is taken, expected a "
            "folder of the dataset",
            (root.text, own or ROOT_NAME),
        )
    )
    return own


def _find_entry(scene: _Scene, listed: Listed, context: _Context) -> None:
    """Find what one entry stands for: a folder, a list or a picture."""
    entry = context.entry
    place = Location(context.file.path, entry.line, entry.column, entry.pointer)
    found = join(context.base, entry.text.strip())
    path = existing(scene.tree, found)
    if found.fault is not None and found.fault != "empty":
        listed.findings.append(writing_finding(entry.text, found.fault, path, place))
    suffix = scene.plan.file.listed.suffix if scene.plan.file.listed else None
    if path is None or (path in scene.tree.links and suffix and path.endswith(suffix)):
        listed.findings.append(absence_finding(entry.text, found, place))
        return
    key = (path, tuple(entry.captures.items()))
    if key in listed.seen:
        listed.findings.append(twice_finding(entry.text, place))
        return
    listed.seen.add(key)
    if not path or f"{path}/" in scene.tree.folders:
        folder = f"{path}/" if path else ""
        paths = list(files_below(scene.tree, folder))
        mentions = _Mentions(paths, [place] * len(paths), folder)
    elif suffix and path.endswith(suffix):
        listed.lists.add(path)
        lines = read_list(scene.root, scene.tree, path, context.base)
        listed.findings += lines.findings
        mentions = _Mentions(lines.paths, lines.places)
    else:
        mentions = _Mentions([path], [place])
    _add(scene, listed, context, mentions)


def _add(scene: _Scene, listed: Listed, context: _Context, mentions: _Mentions) -> None:
    """Add the files that fit the role's names; in a folder the others are no business of it."""
    given = _canonical(scene.plan, context.entry.captures)
    captures = _captures(scene, mentions, given)
    splits = tuple(given.values())[:1]
    for path, own, place in zip(mentions.paths, captures, mentions.places, strict=True):
        known = listed.files.get(path)
        if known is not None:
            if not set(splits) <= set(known.splits):
                listed.files[path] = _also(known, splits)
        elif own is not None:
            listed.files[path] = DataFile(
                scene.plan.role,
                path,
                own,
                context.index,
                path in scene.tree.names and path not in scene.tree.links,
                splits,
            )
        elif mentions.folder is None:
            listed.findings.append(_unfit(scene, path, place))


def _also(file: DataFile, splits: tuple[str, ...]) -> DataFile:
    return DataFile(
        file.role, file.path, file.captures, file.owner, file.exists, file.splits + splits
    )


def _canonical(plan: FilePlan, captures: Mapping[str, str]) -> dict[str, str]:
    """Map the native texts of an entry's captures; a text that the map does not know stays."""
    result = {}
    for name, text in captures.items():
        capture = plan.file.captures.get(name)
        result[name] = dict(capture.values).get(text, text) if capture else text
    return result


def _captures(
    scene: _Scene, mentions: _Mentions, given: Mapping[str, str]
) -> list[dict[str, str] | None]:
    """Fit names: below a searched folder to the ends of the role's templates, else whole first."""
    result: list[dict[str, str] | None] = [None] * len(mentions.paths)
    below = [path[len(mentions.folder or "") :] for path in mentions.paths]
    deep = pl.Series(below, dtype=pl.String)
    flat = pl.Series([path.rpartition("/")[2] for path in below], dtype=pl.String)
    whole = scene.whole if mentions.folder is None else ()
    tries = [(compiled, deep) for compiled in whole]
    tries += [(tail.pattern, deep if tail.deep else flat) for tail in scene.tail]
    for compiled, texts in tries:
        frame = fit_all(compiled, texts).with_columns(
            pl.lit(text).alias(name) for name, text in given.items()
        )
        for row, captures in zip(frame[ROW], capture_rows(frame), strict=True):
            if result[row] is None:
                result[row] = captures
    return result


def _unfit(scene: _Scene, path: str, place: Location) -> Finding:
    expected = " or ".join(str(last_cut(t).after) for t in found_by_name(scene.plan))
    return layout_finding(
        "layout.unfit",
        Level.MUST,
        place,
        f"{path} has no name of a file of role {scene.plan.role}, expected {expected}",
        (path, expected),
    )
