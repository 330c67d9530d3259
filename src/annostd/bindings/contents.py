"""What a listing file names, read through the binding of its carrier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from annostd.bindings.listed import Contents, Entry
from annostd.columns.raw import Place
from annostd.plan.model import Field, FilePlan, Source
from annostd.plan.order import listing_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from annostd.bindings.binding import Binding
    from annostd.columns.raw import DataFile

_VALUE = "."
_ROOT = "@root"
_ROWS = 1000


def listing_reader(
    root: Path, plan: Mapping[str, FilePlan], bindings: Mapping[str, Binding]
) -> Callable[[FilePlan, DataFile], Contents]:
    """Make the reader of listings of a dataset: what a file lists for a role, with places."""

    def read(role: FilePlan, file: DataFile) -> Contents:
        listed = role.file.listed
        if listed is None or listed.by not in plan:
            return Contents()
        by = plan[listed.by]
        entries = listing_source(role.role, listed)
        sources = [entries]
        if listed.root is not None:
            path = tuple(listed.root.split("/"))
            sources.append(
                Source(_ROOT, _ROOT, by.role, (), (Field(listed.root, path, "value"),), ())
            )
        reader = _Reader(root, file, bindings[by.file.carrier])
        rows = reader.rows(FilePlan(by.file, by.paths, tuple(sources)))
        found = [
            entry for row in rows.get(entries.name, []) for entry in reader.entries(entries, row)
        ]
        roots = [e for row in rows.get(_ROOT, []) for e in reader.root_entries(sources[-1], row)]
        return Contents(tuple(found), roots[0] if roots else None)

    return read


class _Reader:
    """Reads one listing file; its faults are told when its own rows are read."""

    def __init__(self, root: Path, file: DataFile, binding: Binding) -> None:
        self.root = root
        self.file = file
        self.binding = binding

    def rows(self, plan: FilePlan) -> dict[str, list[dict[str, object]]]:
        """Read the rows of a plan's sources."""
        found: dict[str, list[dict[str, object]]] = {}
        for batch in self.binding.read(self.root, [(0, self.file)], plan, None, _ROWS):
            for name, rows in batch.rows.items():
                found.setdefault(name, []).extend(_dicts(rows.frame))
        return found

    def entries(self, source: Source, row: dict[str, object]) -> Iterator[Entry]:
        """Yield the texts of one value: itself, or the items of a list."""
        value = _value(row[_VALUE])
        captures = {
            name.strip("{}"): str(text)
            for name, text in row.items()
            if name.startswith("{") and text is not None
        }
        items = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, item in items:
            if isinstance(item, str):
                path = None if index is None else (str(index),)
                yield self._entry(item, captures, source, row, path)

    def root_entries(self, source: Source, row: dict[str, object]) -> Iterator[Entry]:
        """Yield the text that names the root folder, if there is one."""
        field = source.fields[0]
        value = _value(row[field.name])
        if isinstance(value, str):
            yield self._entry(value, {}, source, row, field.path)

    def _entry(
        self,
        text: str,
        captures: dict[str, str],
        source: Source,
        row: dict[str, object],
        path: tuple[str, ...] | None,
    ) -> Entry:
        place = self.binding.locate(self.root, self.file, source, _place(row), path)
        return Entry(text, captures, place.line, place.column, place.pointer)


def _place(row: dict[str, object]) -> Place:
    numbers = [row.get(name) for name in ("@start", "@end", "@index")]
    start, end, index = (value if isinstance(value, int) else 0 for value in numbers)
    path = row.get("@path")
    return Place(0, start, end, index, path if isinstance(path, str) else None)


def _value(text: object) -> object:
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _dicts(frame: pl.DataFrame) -> list[dict[str, object]]:
    return frame.to_dicts()
