"""Files that stand beside others: where each is expected, which are missing, which are alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.walk import ROOT_NAME, Tree, layout_finding
from annostd.columns.raw import DataFile
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from annostd.plan.model import FilePlan
    from annostd.standard.model import Beside


@dataclass(frozen=True, slots=True)
class Owners:
    """The files that others stand beside.

    `files` are the owners by their index in the document; `others` are paths of files of the same
    kind that the dataset does not use, whose neighbours are not alone either.
    """

    files: Mapping[int, DataFile]
    others: Sequence[str] = ()


def beside_paths(beside: Beside, paths: Iterable[str]) -> list[str]:
    """Give for each path that of the file beside it.

    The last folder named by a key of `swap` becomes its value, where there is none the folder
    stays; the name's last suffix becomes `suffix`.
    """
    swap = dict(beside.swap)
    folders: dict[str, str] = {}
    result = []
    for path in paths:
        folder, slash, name = path.rpartition("/")
        other = folders.get(folder)
        if other is None:
            other = folders[folder] = _swapped(folder, swap) + slash
        result.append(f"{other}{name.rpartition('.')[0] or name}{beside.suffix}")
    return result


def needs_one(beside: Beside, path: str) -> bool:
    """Tell whether a file has to stand beside what is at a path, or would stand at this one."""
    return set(beside.optional).isdisjoint(path.split("/")[:-1])


def _swapped(folder: str, swap: Mapping[str, str]) -> str:
    parts = folder.split("/")
    for index in range(len(parts) - 1, -1, -1):
        if parts[index] in swap:
            parts[index] = swap[parts[index]]
            break
    return "/".join(parts)


def find_beside(
    tree: Tree, plan: FilePlan, owners: Owners, taken: AbstractSet[str]
) -> tuple[list[DataFile], list[Finding]]:
    """Find the files of a role that stand beside others.

    Each has its owner's captures and splits. `taken` are files that play another part. The findings
    are `layout.clash` (two owners, one file), `layout.orphan` (no owner), `layout.none` (not one of
    them is there) and `layout.missing` (where the role's absence is an error).
    """
    beside = plan.file.beside
    if beside is None:
        return [], []
    expected = beside_paths(beside, (file.path for file in owners.files.values()))
    files: list[DataFile] = []
    findings: list[Finding] = []
    first: dict[str, DataFile] = {}
    for (index, owner), path in zip(owners.files.items(), expected, strict=True):
        if path in first:
            findings.append(_clash(first[path], owner, path))
            continue
        first[path] = owner
        if path in tree.names:
            files.append(_data_file(plan, tree, path, (index, owner)))
        elif plan.file.missing == "error" and needs_one(beside, owner.path):
            findings.append(_missing(owner, path))
    hint = ""
    due = {path: owner for path, owner in first.items() if needs_one(beside, owner.path)}
    if due and not files and plan.file.missing != "fine":
        hint = _misnamed(tree, beside, due, taken)
        findings = [_none(beside, due, hint, tree)]
    owned = first.keys() | set(beside_paths(beside, owners.others))
    alone = _alone(tree, beside, owned, taken)
    findings += [_orphan(path, beside) for path in alone if _folder(path) != hint or not hint]
    return files, findings


def _data_file(plan: FilePlan, tree: Tree, path: str, owner: tuple[int, DataFile]) -> DataFile:
    index, file = owner
    return DataFile(
        plan.role, path, file.captures, index, path not in tree.links, splits=file.splits
    )


def _folder(path: str) -> str:
    """Give the folder of a path as a tree has it: "" or `a/b/`."""
    return path[: path.rfind("/") + 1]


def _alone(
    tree: Tree, beside: Beside, owned: Collection[str], taken: AbstractSet[str]
) -> list[str]:
    """List files with the suffix, in a folder where such files are expected, that no file owns."""
    places = {_folder(path) for path in owned}
    marks = {value for _, value in beside.swap}
    return [
        path
        for folder, names in tree.folders.items()
        if folder in places or not marks.isdisjoint(folder.split("/"))
        for name in names
        if name.endswith(beside.suffix)
        and (path := folder + name) not in owned
        and path not in taken
    ]


def _misnamed(
    tree: Tree, beside: Beside, expected: Collection[str], taken: AbstractSet[str]
) -> str:
    """Find the folder that holds most of the files' names, though it is not where they belong."""
    names = {path.rpartition("/")[2] for path in expected}
    counts = {
        folder: len(names.intersection(there))
        for folder, there in tree.folders.items()
        if any(name.endswith(beside.suffix) and folder + name not in taken for name in there)
    }
    best = max(counts, key=lambda folder: (counts[folder], folder), default="")
    return best if counts.get(best) else ""


def _clash(first: DataFile, second: DataFile, path: str) -> Finding:
    return layout_finding(
        "layout.clash",
        Level.MUST,
        Location(second.path),
        f"{path} belongs to {first.path} and to {second.path}, expected a file of its own for each",
        (path, None),
    )


def _missing(owner: DataFile, path: str) -> Finding:
    return layout_finding(
        "layout.missing",
        Level.MUST,
        Location(owner.path),
        f"no file stands beside {owner.path}, expected {path}",
        (None, path),
    )


def _none(beside: Beside, expected: Mapping[str, DataFile], hint: str, tree: Tree) -> Finding:
    folder = _folder(next(iter(expected))) or ROOT_NAME
    shown = f"{folder}*{beside.suffix}" if folder != ROOT_NAME else f"*{beside.suffix}"
    message = (
        f"none of the {len(expected)} files of role {beside.role} has a file beside it, "
        f"expected {shown}"
    )
    if hint:
        count = sum(name.endswith(beside.suffix) for name in tree.folders[hint])
        message += f"; {hint} holds {count} files of that kind"
    return layout_finding(
        "layout.none", Level.MUST, Location(folder.rstrip("/")), message, (hint or None, shown)
    )


def _orphan(path: str, beside: Beside) -> Finding:
    return layout_finding(
        "layout.orphan",
        Level.MUST,
        Location(path),
        f"{path} stands beside no file of role {beside.role}, expected one to which it belongs",
        (path, None),
    )
