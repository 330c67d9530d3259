"""The carrier `json`: one JSON document a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import full_path, unreadable
from annostd.bindings.json_array import STEP
from annostd.bindings.json_mend import mend
from annostd.bindings.json_read import Batching, read_file
from annostd.bindings.json_text import opened, position
from annostd.bindings.json_tree import JsonTree, Unsound, sound
from annostd.bindings.json_write import write_document
from annostd.bindings.tree_rows import Gathering
from annostd.bindings.tree_shape import shape_of
from annostd.bindings.tree_walk import pointer_of
from annostd.bindings.trees import escape, find, is_container
from annostd.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import DataFile, Origin, Place, RawBatch
    from annostd.plan.model import FilePlan, Source


@dataclass(frozen=True, slots=True)
class JsonBinding(Binding):
    """Reads, places and writes JSON documents; big lists are read every `step` bytes."""

    step: int = STEP

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
        batching = Batching(root, gathering, rows, self.step)
        for number, file in files:
            if not file.exists:
                continue
            try:
                with opened(full_path(root, file)) as data:
                    yield from read_file(batching, number, file, data)
            except OSError as error:
                gathering.findings.append(unreadable("json", file, error))
            if batching.is_full():
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
        full = full_path(root, file)
        pointer, offset = pointer_of(source, place), place.start
        try:
            if path:
                offset, steps = _inside(full, place, path)
                pointer += "".join(f"/{escape(step)}" for step in steps)
            line, column = position(full, offset)
        except OSError:
            return Location(file.path, pointer=pointer)
        return Location(file.path, line, column, pointer)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one document, as the protocol of bindings says."""
        return write_document(plan, rows, origin)


def _inside(full: str, place: Place, path: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """Find the offset of a value in a record, and its path; the record's where it is missing."""
    descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        os.lseek(descriptor, place.start, os.SEEK_SET)
        text = mend(os.read(descriptor, place.end - place.start)).text
    finally:
        os.close(descriptor)
    try:
        node = sound(text)
    except Unsound:
        return place.start, ()
    tree = JsonTree(text, place.start)
    found, depth = find(tree, node, path)
    if depth == len(path) or (depth and not is_container(tree, found)):
        return tree.span(found)[0], path[:depth]
    return place.start, ()


JSON = JsonBinding()
"""The binding of the carrier `json`."""
