"""The carrier `yaml`: one YAML document a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import full_path
from annostd.bindings.placed_files import Opener, locate_node, read_trees
from annostd.bindings.tree_rows import Gathering
from annostd.bindings.tree_shape import shape_of
from annostd.bindings.tree_walk import pointer_of
from annostd.bindings.yaml_tree import TREE, open_tree
from annostd.bindings.yaml_write import write_document
from annostd.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import DataFile, Origin, Place, RawBatch
    from annostd.plan.model import FilePlan, Source

_OPENER = Opener("yaml", TREE, open_tree)


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
        return read_trees(_OPENER, root, files, Gathering(shape_of(plan, want), plan.role), rows)

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Find the line, column and pointer of a record, or of a value in it where it is there."""
        record = Location(file.path, place.start, pointer=pointer_of(source, place))
        return locate_node(_OPENER, full_path(root, file), record, path)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one document, as the protocol of bindings says."""
        return write_document(plan, rows, origin)


YAML = YamlBinding()
"""The binding of the carrier `yaml`."""
