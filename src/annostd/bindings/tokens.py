"""The carrier `tokens`: one tree a file, written as a sequence of tokens that a grammar says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import full_path
from annostd.bindings.placed_files import locate_node, read_trees
from annostd.bindings.tokens_tree import opener_of
from annostd.bindings.tokens_write import write_text
from annostd.bindings.tree_rows import Gathering
from annostd.bindings.tree_shape import shape_of
from annostd.bindings.tree_walk import pointer_of
from annostd.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import DataFile, Origin, Place, RawBatch
    from annostd.plan.model import FilePlan, Source


@dataclass(frozen=True, slots=True)
class TokensBinding(Binding):
    """Reads, places and writes texts of tokens by the grammar of their sources.

    `@start` and `@end` are lines, `@path` is given for every row. Written with an origin, remarks
    and line breaks return only where nothing has changed.
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
        grammar = plan.sources[0].grammar if plan.sources else None
        if grammar is not None:
            gathering = Gathering(shape_of(plan, want), plan.role)
            yield from read_trees(opener_of(grammar), root, files, gathering, rows)

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
        if source.grammar is None:
            return record
        return locate_node(opener_of(source.grammar), full_path(root, file), record, path)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one file, as the protocol of bindings says."""
        return write_text(plan, rows, origin)


TOKENS = TokensBinding()
"""The binding of the carrier `tokens`."""
