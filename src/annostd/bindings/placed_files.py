"""Files that are trees with places: read into raw rows, a place found in them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.bytes import fault, full_path, shorten, unreadable
from annostd.bindings.placed_nodes import Flaw, Parsed, PlacedNode
from annostd.bindings.tree_shape import top_kinds
from annostd.bindings.tree_walk import Found, Walk, stray_finding, undeclared
from annostd.bindings.trees import escape, find, is_container, unescape
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from annostd.bindings.placed_tree import PlacedTree
    from annostd.bindings.tree_rows import Gathering
    from annostd.columns.raw import DataFile, RawBatch

_LEVELS = {"bom": Level.SHOULD, "rest": Level.SHOULD}


@dataclass(frozen=True, slots=True)
class Opener:
    """How a carrier's files become trees: its name, its kind of tree, what reads a path.

    `open` raises OSError where the file is not there or not permitted.
    """

    carrier: str
    tree: PlacedTree
    open: Callable[[str], Parsed]


def read_trees(
    opener: Opener,
    root: Path,
    files: Sequence[tuple[int, DataFile]],
    gathering: Gathering,
    rows: int,
) -> Iterator[RawBatch]:
    """Read files in batches of about `rows` rows, as the protocol of bindings says."""
    for number, file in files:
        if not file.exists:
            continue
        try:
            parsed = opener.open(full_path(root, file))
        except OSError as error:
            gathering.findings.append(unreadable(opener.carrier, file, error))
            continue
        gathering.findings.extend(_finding(opener, file, flaw) for flaw in parsed.flaws)
        if parsed.root is not None:
            _read(opener, gathering, (number, file), parsed.root)
        if gathering.height >= rows:
            yield gathering.take()
    if gathering.has_any():
        yield gathering.take()


def locate_node(
    opener: Opener, path: str, record: Location, steps: tuple[str, ...] | None
) -> Location:
    """Find the line, column and pointer of a record, or of a value in it where it is there.

    `record` has the pointer of the record, and the line to fall back on.
    """
    pointer = record.pointer or ""
    try:
        parsed = opener.open(path)
    except OSError:
        return record
    if parsed.root is None:
        return record
    node, _ = find(opener.tree, parsed.root, [unescape(step) for step in pointer.split("/")[1:]])
    if steps:
        found, depth = find(opener.tree, node, steps)
        if depth == len(steps) or (depth and not is_container(opener.tree, found)):
            node = found
            pointer += "".join(f"/{escape(step)}" for step in steps[:depth])
    return Location(record.file, node.line, node.column, pointer)


def _read(
    opener: Opener, gathering: Gathering, numbered: tuple[int, DataFile], root: PlacedNode
) -> None:
    number, file = numbered
    walk: Walk[PlacedNode] = Walk(gathering, number, is_pathed=True)
    at = Found(opener.tree, root, captures=file.captures)
    kind = _kind(root)
    expected: str | None = None
    for site in gathering.shape.sites:
        needed = top_kinds(site)
        if kind in needed:
            walk.site(site, at, None)
        elif not site.is_idle and expected is None:
            expected = "a list" if needed == {"list"} else "an object"
    if expected is not None:
        actual = (
            "a single value" if kind == "scalar" else f"{'a' if kind == 'list' else 'an'} {kind}"
        )
        message = f"the top level is {actual}, expected {expected}"
        flaw = Flaw("type", root.line, root.column, message, "", actual, expected)
        gathering.findings.append(_finding(opener, file, flaw))
    for stray in walk.strayed:
        node = stray.at.node
        location = Location(file.path, node.line, node.column, stray.at.pointer)
        gathering.findings.append(stray_finding(stray, location))
    if not gathering.shape.is_record and kind == "object":
        for path in undeclared(opener.tree, root, gathering.shape.document):
            steps = path.split("/")
            node, depth = find(opener.tree, root, [unescape(step) for step in steps])
            pointer = "".join(f"/{step}" for step in steps[:depth])
            gathering.count_document(path, (number, *opener.tree.span(node)), pointer)


def _kind(node: PlacedNode) -> str:
    if node.members is not None:
        return "object"
    return "list" if node.items is not None else "scalar"


def _finding(opener: Opener, file: DataFile, flaw: Flaw) -> Finding:
    return fault(
        f"{opener.carrier}.{flaw.rule}",
        Location(file.path, flaw.line, flaw.column, flaw.pointer),
        flaw.message,
        _LEVELS.get(flaw.rule, Level.MUST),
        actual=shorten(flaw.actual) if flaw.actual else None,
        expected=flaw.expected,
    )
