"""Which files make a dataset: each role's files below a folder, or one file by itself."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.beside import Owners, find_beside
from annostd.bindings.collector import without_collector
from annostd.bindings.listed import Listed, Listings, ReadListing, find_listed
from annostd.bindings.names import name_findings
from annostd.bindings.patterns import (
    ROW,
    PathPattern,
    capture_rows,
    cuts,
    fit,
    fit_all,
    found_by_name,
    with_shared_captures,
    with_values,
)
from annostd.bindings.walk import (
    ROOT_NAME,
    Tree,
    layout_finding,
    printable,
    walk,
)
from annostd.columns.raw import DataFile
from annostd.errors import UsageError
from annostd.findings import Finding, Level, Location
from annostd.templates import Literal, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from annostd.plan.model import FilePlan
    from annostd.templates import Template


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a dataset.

    Paths are relative to `root`, a folder. Files stand by role, in the plan's order save that a
    role follows the one it stands beside or is listed by; within a role they are sorted by path,
    listed ones stand as they are listed. A file's `owner` is an index here. `lists` are the paths
    of the lists that named files.
    """

    root: Path
    files: tuple[DataFile, ...]
    findings: tuple[Finding, ...]
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Walked:
    """A dataset's path with its folders walked; no tree where it is a single file or not there.

    `known` is what was found there for roles that were searched for already.
    """

    path: Path
    follow_links: bool = False
    tree: Tree | None = None
    known: list[tuple[list[object], Found]] = field(default_factory=list, compare=False)


def walk_once(path: Path, *, follow_links: bool = False) -> Walked:
    """Walk a dataset's folders for all that is to be found in them."""
    tree = walk(path, follow_links=follow_links) if path.is_dir() else None
    return Walked(path, follow_links, tree)


@dataclass(slots=True)
class _Search:
    """What is searched, and what has been found so far.

    `roles` are each role's files by their index; `taken` are the paths that play a part, `idle`
    those of a role that its listing passes over.
    """

    root: Path
    tree: Tree
    names: pl.Series
    read: ReadListing
    files: list[DataFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    roles: dict[str, dict[int, DataFile]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    idle: dict[str, list[str]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)

    def of_role(self, role: str) -> dict[int, DataFile]:
        """Give a role's files by their index."""
        return self.roles.get(role, {})


def discover(
    place: Path | Walked,
    plan: Sequence[FilePlan],
    read_listing: ReadListing,
    *,
    follow_links: bool = False,
) -> Found:
    """Find the files of a dataset, given by its folder or by a single file.

    A path belongs to the first role whose templates fit it. Roles that are looked up for each row
    (their templates name columns) are not searched for. What is odd about the layout is told by
    findings `layout.*`.

    Args:
        place: the folder, taken as it is: the dataset is not sought above or below it. A single
            file is judged alone, and plays the first role of which a template's end fits its path.
            A folder that was walked is not walked again.
        plan: the roles in the plan's order.
        read_listing: reads what a file lists for a role.
        follow_links: follow symbolic links that leave the folder, too, where it is walked here.

    Raises:
        UsageError: nothing is there, or it may not be read.

    """
    walked = place if isinstance(place, Walked) else walk_once(place, follow_links=follow_links)
    sought: list[object] = [
        (role.file, role.paths, [source.table for source in role.sources]) for role in plan
    ]
    for known, found in walked.known:
        if known == sought:
            return found
    found = _search(walked, plan, read_listing)
    walked.known.append((sought, found))
    return found


def _search(walked: Walked, plan: Sequence[FilePlan], read_listing: ReadListing) -> Found:
    root = walked.path
    if root.is_file():
        return _single(root, plan)
    if not root.is_dir():
        raise UsageError(f"{root} does not exist, expected a folder or a file")
    try:
        os.scandir(root).close()
    except OSError as error:
        raise UsageError(f"{root} may not be read") from error
    with without_collector():
        tree = walked.tree
        if tree is None:
            tree = walk(root, follow_links=walked.follow_links)
        names = pl.Series(tree.paths, dtype=pl.String)
        search = _Search(root, tree, names, read_listing, findings=list(tree.findings))
        return _found(search, with_shared_captures(plan))


def _found(search: _Search, plan: Sequence[FilePlan]) -> Found:
    """Search for each role's files, then judge what is there."""
    for role in _order(plan):
        if role.file.listed is not None:
            _search_listed(search, role)
        elif role.file.beside is not None:
            _search_beside(search, role)
        else:
            _add(search, role, _fitting(search, role))
    for role in plan:
        _judge(search, role, plan)
    search.findings += name_findings(list(dict.fromkeys(file.path for file in search.files)))
    lists = tuple(sorted(search.lists))
    return Found(search.root, tuple(search.files), _sorted(search.findings), lists)


def _order(plan: Sequence[FilePlan]) -> list[FilePlan]:
    """Put each role behind the one that lists it or that it stands beside, else keep the order."""
    roles = {role.role: role for role in plan}
    ordered: dict[str, FilePlan] = {}

    def put(role: FilePlan, waiting: frozenset[str]) -> None:
        needed = [role.file.listed.by] if role.file.listed else []
        needed += [role.file.beside.role] if role.file.beside else []
        for name in needed:
            if name in roles and name not in ordered and name not in waiting:
                put(roles[name], waiting | {role.role})
        ordered.setdefault(role.role, role)

    for role in plan:
        put(role, frozenset())
    return list(ordered.values())


def _sorted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    def key(finding: Finding) -> tuple[str, int, int, str, str]:
        place = finding.location
        return (place.file, place.line or 0, place.column or 0, finding.rule, finding.message)

    return tuple(sorted(findings, key=key))


def _fitting(search: _Search, role: FilePlan) -> list[DataFile]:
    """Find a role's files by its path templates, those that play a part already left out."""
    rows: dict[int, dict[str, str]] = {}
    for template in found_by_name(role):
        frame = fit_all(with_values(template, role.file.captures), search.names)
        for row, captures in zip(frame[ROW].to_list(), capture_rows(frame), strict=True):
            rows.setdefault(row, captures)
    paths, links = search.tree.paths, search.tree.links
    return [
        DataFile(role.role, paths[row], rows[row], None, paths[row] not in links)
        for row in sorted(rows)
        if paths[row] not in search.taken
    ]


def _in_usual_places(search: _Search, role: FilePlan) -> list[str]:
    """List the paths that a role's templates fit and that play no part."""
    rows: set[int] = set()
    for template in found_by_name(role):
        frame = fit_all(with_values(template, role.file.captures), search.names)
        rows.update(frame[ROW].to_list())
    paths = (search.tree.paths[row] for row in sorted(rows))
    return [path for path in paths if path not in search.taken]


def _add(search: _Search, role: FilePlan, files: Sequence[DataFile]) -> None:
    search.roles[role.role] = dict(enumerate(files, len(search.files)))
    search.files += files
    search.taken.update(file.path for file in files)


def _search_listed(search: _Search, role: FilePlan) -> None:
    """Take what is listed; where nothing is, the role's own places."""
    listing = role.file.listed
    listing_files = search.of_role(listing.by) if listing else {}
    by = {index: file for index, file in listing_files.items() if file.exists}
    listed = Listed()
    if by:
        listed = find_listed(Listings(search.root, search.tree, search.read), role, by)
    search.findings += listed.findings
    if not listed.anything:
        _add(search, role, _fitting(search, role))
        return
    _add(search, role, list(listed.files.values()))
    search.taken |= listed.lists
    search.lists |= listed.lists
    idle = _in_usual_places(search, role)
    search.idle[role.role] = idle
    if idle:
        search.findings.append(_unlisted(role, idle))


def _search_beside(search: _Search, role: FilePlan) -> None:
    """Take what stands beside the files found so far."""
    beside = role.file.beside
    if beside is None:
        return
    owners = Owners(search.of_role(beside.role), search.idle.get(beside.role, ()))
    files, findings = find_beside(search.tree, role, owners, search.taken)
    _add(search, role, files)
    search.findings += findings


def _judge(search: _Search, role: FilePlan, plan: Sequence[FilePlan]) -> None:
    """Tell that a role has no file where it must have one, and which files are not opened."""
    files = search.of_role(role.role)
    templates = found_by_name(role)
    if not files and role.file.missing == "error" and templates and _is_owed(search, role, plan):
        search.findings.append(_missing(templates))
    links = [file.path for file in files.values() if file.path in search.tree.links]
    if links:
        search.findings.append(_not_followed(role, links))


def _is_owed(search: _Search, role: FilePlan, plan: Sequence[FilePlan]) -> bool:
    """Tell whether a file is due: always, or, for rows of a table, when files hold that table."""
    if role.file.of is None:
        return True
    makers = {each.role for each in plan for source in each.sources if source.table == role.file.of}
    return any(search.of_role(maker) for maker in makers)


def _single(path: Path, plan: Sequence[FilePlan]) -> Found:
    """Find the role of a single file by the end of its path, the longer end before the shorter."""
    folder = path.parent
    shown = printable(path.name)
    if shown != path.name:
        raise UsageError(f"the name {shown} is not UTF-8", "give the folder")
    for role in plan:
        captures = _part_of(path, role)
        if captures is not None:
            files = (DataFile(role.role, path.name, captures),)
            return Found(folder, files, tuple(name_findings([path.name])))
    return Found(folder, (), (_roleless(path.name, plan),))


def _part_of(path: Path, role: FilePlan) -> dict[str, str] | None:
    """Give the captures with which a single file plays a role, None where it does not."""
    beside = role.file.beside
    if beside is not None and path.name.endswith(beside.suffix):
        return {}
    parts = path.absolute().as_posix().split("/")
    for template in found_by_name(role):
        for end in (template, *(cut.after for cut in cuts(template))):
            pattern = with_values(end, role.file.captures)
            count = sum(piece.text.count("/") for piece in end.pieces if isinstance(piece, Literal))
            captures = fit(pattern, "/".join(parts[-count - 1 :]))
            if captures is not None and _is_telling(pattern):
                return captures
    return None


def _is_telling(pattern: PathPattern) -> bool:
    """Tell whether the folders of a template's end are surely those of the template.

    Any folder fits a mere capture, but not a literal, nor a capture with a value map.
    """
    places = cuts(pattern.template)
    folders = places[-1].before.pieces if places else ()
    if any(isinstance(piece, Literal) and piece.text.strip("/") for piece in folders):
        return True
    captures = [piece for piece in folders if isinstance(piece, Slot) and piece.kind != "folders"]
    return all(capture.name in pattern.values for capture in captures)


def _missing(templates: Sequence[Template]) -> Finding:
    expected = " or ".join(map(str, templates))
    return layout_finding(
        "layout.missing",
        Level.MUST,
        Location(ROOT_NAME),
        f"no file is there whose path fits, expected {expected}",
        (None, expected),
    )


def _roleless(name: str, plan: Sequence[FilePlan]) -> Finding:
    expected = " or ".join(str(t) for role in plan for t in found_by_name(role))
    return layout_finding(
        "layout.unfit",
        Level.MUST,
        Location(name),
        f"{name} has no name of a file of this standard, expected {expected}",
        (name, expected),
    )


def _unlisted(role: FilePlan, paths: Sequence[str]) -> Finding:
    return layout_finding(
        "layout.unlisted",
        Level.MAY,
        Location(paths[0]),
        f"{len(paths)} files of role {role.role} are not listed and not read, the first is "
        f"{paths[0]}, expected each to be listed",
        (str(len(paths)), "each to be listed"),
    )


def _not_followed(role: FilePlan, paths: Sequence[str]) -> Finding:
    """Tell of links that are not opened: harmless where a role's files may be missing."""
    return layout_finding(
        "layout.link",
        Level.MAY if role.file.missing == "fine" else Level.MUST,
        Location(paths[0]),
        f"{len(paths)} files of role {role.role} are symbolic links that leave the dataset or lead "
        f"nowhere and are not opened, the first is {paths[0]}, expected files inside it",
        (str(len(paths)), "files inside it"),
    )
