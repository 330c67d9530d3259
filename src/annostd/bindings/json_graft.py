"""JSON files that rows came from, opened again for writing."""

from __future__ import annotations

import json
from contextlib import ExitStack
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Self

import polars as pl
from msgspec import Raw

from annostd.bindings.branches import Branch, rows_of
from annostd.bindings.bytes import full_path
from annostd.bindings.grafts import Old, compact, graft, graft_row, graft_rows
from annostd.bindings.json_array import STEP
from annostd.bindings.json_mend import mend
from annostd.bindings.json_read import Batching, read_file
from annostd.bindings.json_split import Section, outline
from annostd.bindings.json_text import opened
from annostd.bindings.json_tree import JsonTree, Unsound, sound
from annostd.bindings.tree_rows import Gathering
from annostd.bindings.tree_shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from annostd.bindings.branches import Spot
    from annostd.bindings.json_text import Buffer
    from annostd.bindings.tree_shape import Site, Trie
    from annostd.columns.raw import Origin
    from annostd.plan.model import Field, FilePlan

_ALL = 1 << 62


class Archives:
    """The files of an origin, opened when they are asked for and closed together."""

    def __init__(self, origin: Origin | None, plan: FilePlan) -> None:
        self._origin = origin
        self._plan = plan
        self._stack = ExitStack()
        self._open: dict[int, Buffer | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def data(self, number: int) -> Buffer | None:
        """Give the bytes of a file; None where it cannot be read any more."""
        if number not in self._open:
            self._open[number] = None
            if self._origin is not None:
                path = full_path(self._origin.root, self._origin.files[number])
                try:
                    self._open[number] = self._stack.enter_context(opened(path))
                except OSError:
                    return None
        return self._open[number]

    def record(self, spot: Spot) -> Old[Raw] | None:
        """Find a record again; None where it cannot be read."""
        data = self.data(spot.file)
        if data is None:
            return None
        text = mend(data[spot.start : spot.end]).text
        try:
            return Old(JsonTree(text), sound(text))
        except Unsound:
            return None

    def document(self, root: Branch, trie: Trie) -> Branch:
        """Put a new document in the place of the one that the written file takes over from."""
        number = self._origin.file if self._origin is not None else None
        data = self.data(number) if number is not None else None
        if data is None:
            return graft_rows(root, self)
        found = outline(data)
        if found.kind != "object":
            return graft_rows(root, self)
        members = {str(section.name): _node(data, section) for section in found.sections}
        node = sound(b"{}")
        return graft(Old(_TopTree(node, members), node), root, trie, self)

    def rows(self, site: Site, number: int) -> pl.DataFrame | None:
        """Read the rows of a source again, as they stand in a file."""
        data = self.data(number)
        if data is None or self._origin is None:
            return None
        names = frozenset(item.name for item in site.source.fields)
        gathering = Gathering(shape_of(self._plan, {site.source.name: names}), self._plan.role)
        batching = Batching(self._origin.root, gathering, _ALL, STEP)
        for _ in read_file(batching, number, self._origin.files[number], data):
            pass
        batch = gathering.take()
        found = batch.rows.get(site.source.name)
        return found.frame if found is not None else None


class _TopTree(JsonTree):
    """A document of which only the members of its top level are looked at, where they stand."""

    __slots__ = ("_members", "_top")

    def __init__(self, top: Raw, members: Mapping[str, Raw]) -> None:
        super().__init__(b"{}")
        self._top = top
        self._members = members

    def members(self, node: Raw) -> Mapping[str, Raw] | None:
        """List the members of an object; those of the document itself are known."""
        return self._members if node is self._top else super().members(node)


def _node(data: Buffer, section: Section) -> Raw:
    """Take a section as a node, without copying it where it is sound."""
    try:
        if section.is_sound:
            return sound(memoryview(data)[section.start : section.end])
        return sound(mend(data[section.start : section.end]).text)
    except Unsound:
        return Raw(b"null")


def grafted_texts(
    site: Site, frame: pl.DataFrame, texts: pl.Series, archives: Archives
) -> Sequence[str]:
    """Print records: those that nothing changed as they were, the others grafted or new."""
    made: list[str] = texts.to_list()
    if not {"@file", "@start", "@end"} <= set(frame.columns):
        return made
    placed = frame.with_row_index("@row").filter(
        pl.col("@file").is_not_null() & pl.col("@start").is_not_null()
    )
    for (number,), part in placed.group_by("@file"):
        data = archives.data(int(str(number)))
        was = archives.rows(site, int(str(number)))
        if data is None or was is None:
            continue
        same = _is_unchanged(site.source.fields, part, was)
        kept = part.filter(same).select("@row", "@start", "@end").rows()
        for row, start, end in kept:
            made[row] = data[start:end].decode("utf-8", "replace")
        changed = part.filter(~same)
        for row, new in zip(changed["@row"].to_list(), rows_of(site, changed), strict=True):
            made[row] = compact(graft_row(new, archives))
    return made


def _is_unchanged(fields: Sequence[Field], part: pl.DataFrame, was: pl.DataFrame) -> pl.Series:
    """Tell of each row whether its fields are what they were, or what absence means."""
    items = [item for item in fields if item.capture is None and item.name in part.columns]
    old = was.select("@start", *(pl.col(item.name).alias(f"was {item.name}") for item in items))
    both = part.join(
        old.with_columns(found=pl.lit(value=True)), on="@start", how="left", maintain_order="left"
    )
    tests = [pl.col("found").is_not_null()]
    for item in items:
        kind = both.schema[f"was {item.name}"]
        new, before = pl.col(item.name).cast(kind), pl.col(f"was {item.name}")
        test = new.eq_missing(before)
        if item.default is not None:
            absent = item.default if item.kind == "value" else json.loads(item.default)
            test = test | (before.is_null() & new.eq(pl.lit(absent)).fill_null(value=False))
        tests.append(test)
    return both.select(reduce(and_, tests).alias("same")).to_series()
