"""The carrier `yaml`: one YAML document a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import fault, full_path, shorten, unreadable
from annostd.bindings.tree_rows import Gathering
from annostd.bindings.tree_shape import shape_of, top_kinds
from annostd.bindings.tree_walk import Found, Walk, pointer_of, stray_finding, undeclared
from annostd.bindings.trees import escape, find, is_container, unescape
from annostd.bindings.yaml_parse import YamlFlaw, YamlNode
from annostd.bindings.yaml_tree import TREE, open_tree
from annostd.bindings.yaml_write import write_document
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import DataFile, Origin, Place, RawBatch
    from annostd.plan.model import FilePlan, Source

_LEVELS = {"bom": Level.SHOULD}


@dataclass(frozen=True, slots=True)
class YamlBinding(Binding):
    """Reads, places and writes YAML documents (core schema of YAML 1.2); names are text.

    `@start` and `@end` are lines, `@path` is given for every row. Written with an origin, comments
    and style return only where nothing has changed; undeclared members and order always do.
    """

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read files in batches of about `rows` rows, as the protocol of bindings says."""
        gathering = Gathering(shape_of(plan, want), plan.role)
        for number, file in files:
            if not file.exists:
                continue
            try:
                parsed = open_tree(full_path(root, file))
            except OSError as error:
                gathering.findings.append(unreadable("yaml", file, error))
                continue
            gathering.findings.extend(_finding(file, flaw) for flaw in parsed.flaws)
            if parsed.root is not None:
                _read(gathering, number, file, parsed.root)
            if gathering.height >= rows:
                yield gathering.take()
        if gathering.has_any():
            yield gathering.take()

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Find the line, column and pointer of a record, or of a value in it where it is there."""
        pointer = pointer_of(source, place)
        try:
            parsed = open_tree(full_path(root, file))
        except OSError:
            return Location(file.path, place.start, pointer=pointer)
        if parsed.root is None:
            return Location(file.path, place.start, pointer=pointer)
        steps = [unescape(step) for step in pointer.split("/")[1:]]
        node, _ = find(TREE, parsed.root, steps)
        if path:
            found, depth = find(TREE, node, path)
            if depth == len(path) or (depth and not is_container(TREE, found)):
                node = found
                pointer += "".join(f"/{escape(step)}" for step in path[:depth])
        return Location(file.path, node.line, node.column, pointer)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one document, as the protocol of bindings says."""
        return write_document(plan, rows, origin)


def _read(gathering: Gathering, number: int, file: DataFile, root: YamlNode) -> None:
    walk: Walk[YamlNode] = Walk(gathering, number, is_pathed=True)
    at = Found(TREE, root, captures=file.captures)
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
        flaw = YamlFlaw("type", root.line, root.column, message, "", actual, expected)
        gathering.findings.append(_finding(file, flaw))
    for stray in walk.strayed:
        node = stray.at.node
        location = Location(file.path, node.line, node.column, stray.at.pointer)
        gathering.findings.append(stray_finding(stray, location))
    if not gathering.shape.is_record and kind == "object":
        for path in undeclared(TREE, root, gathering.shape.document):
            steps = path.split("/")
            node, depth = find(TREE, root, [unescape(step) for step in steps])
            pointer = "".join(f"/{step}" for step in steps[:depth])
            gathering.count_document(path, (number, *TREE.span(node)), pointer)


def _kind(node: YamlNode) -> str:
    if node.members is not None:
        return "object"
    return "list" if node.items is not None else "scalar"


def _finding(file: DataFile, flaw: YamlFlaw) -> Finding:
    return fault(
        f"yaml.{flaw.rule}",
        Location(file.path, flaw.line, flaw.column, flaw.pointer),
        flaw.message,
        _LEVELS.get(flaw.rule, Level.MUST),
        actual=shorten(flaw.actual) if flaw.actual else None,
        expected=flaw.expected,
    )


YAML = YamlBinding()
"""The binding of the carrier `yaml`."""
