"""A dataset opened: its files by role, read batch by batch, with a place for every row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annostd.bindings.contents import listing_reader
from annostd.bindings.files import Walked, discover, walk_once
from annostd.bindings.patterns import with_shared_captures
from annostd.bindings.reading import Reading, ahead, read_files, read_here
from annostd.bindings.shares import divide
from annostd.plan.divisions import leaf_of, pieces_inside, read_inside
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.bindings.binding import Binding
    from annostd.columns.raw import DataFile, Place, RawBatch
    from annostd.engines import Engine
    from annostd.findings import Finding, Location
    from annostd.plan.model import FilePlan, Plan, Source, Want

ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Document:
    """A dataset's files under a plan.

    `root` is a folder; `files` and `findings` are what was found there; `single` says that one
    file is judged alone. `want` is the projection for reading; `only` restricts it to some files,
    by number; `follow_links` says that links which leave the root are followed. `lists` are the
    paths of lists that named files; `batch` is about how many rows are read at a time, `engine`
    reads where files are many.
    """

    root: Path
    plan: Plan
    files: Sequence[DataFile]
    findings: tuple[Finding, ...]
    bindings: Mapping[str, Binding]
    want: Want | None = None
    single: bool = False
    only: frozenset[int] | None = None
    follow_links: bool = False
    lists: tuple[str, ...] = ()
    batch: int = ROWS
    engine: Engine | None = None

    def read(self, plan: FilePlan) -> Iterator[RawBatch]:
        """Read the files of a role, batch by batch."""
        files = self.of_role(plan)
        if files and plan.sources:
            yield from read_files(self._reading(plan, files), self.engine)

    def read_some(self, plan: FilePlan, numbers: Sequence[int]) -> Iterator[RawBatch]:
        """Read some files of a role, by number, batch by batch."""
        return ahead(read_here(self._reading(plan, [(n, self.files[n]) for n in numbers])))

    def parts(self, plan: FilePlan) -> list[tuple[int, ...]]:
        """Divide the files of a role into parts that are worth to be read apart, by number."""
        return divide(self.root, self.of_role(plan))

    def of_role(self, plan: FilePlan) -> list[tuple[int, DataFile]]:
        """List the files of a role that are to be read, with their numbers."""
        role = plan.role
        return [
            (number, file)
            for number, file in enumerate(self.files)
            if file.role == role and (self.only is None or number in self.only)
        ]

    def _reading(self, plan: FilePlan, files: Sequence[tuple[int, DataFile]]) -> Reading:
        binding = self.bindings[plan.file.carrier]
        return Reading(binding, self.root, files, plan, self._fields(plan), self.batch)

    def locate(
        self, source: Source, file: int, place: Place, path: tuple[str, ...] | None
    ) -> Location:
        """Find the place of a row of a source, or of a value in it."""
        carrier = self.plan.standard.files[source.file].carrier
        binding = self.bindings[carrier]
        if source.marked is not None and path is not None:
            path = (source.marked.tag,)
            source = self._tagged(source)
        return binding.locate(self.root, self.files[file], source, place, path)

    def _tagged(self, source: Source) -> Source:
        """Give the source whose tags mark the rows of another."""
        outers = (outer for plan in self.plan.files for outer in walk(plan.sources))
        outer = next(outer for outer in outers if source in outer.children)
        table = source.marked.table if source.marked is not None else ""
        return leaf_of(outer, table) or source

    def _fields(self, plan: FilePlan) -> Mapping[str, frozenset[str]] | None:
        """Tell the native fields that the wanted columns are made of."""
        if self.want is None or self.want.everything:
            return None
        fields = {
            source.name: self._wanted(source) for source in walk(plan.sources) if source.variants
        }
        for outer in walk(plan.sources):
            for table, field in read_inside(outer):
                leaf = leaf_of(outer, table)
                if leaf is not None and leaf.name in fields:
                    fields[leaf.name] |= {field}
            if outer.name in fields:
                fields[outer.name] |= frozenset(pieces_inside(outer))
        return fields

    def _wanted(self, source: Source) -> frozenset[str]:
        columns = self.want.columns.get(source.table, {}) if self.want is not None else {}
        fields = {condition.at for variant in source.variants for condition in variant.where}
        for variant in source.variants:
            for plan in variant.columns:
                if plan.name in columns:
                    fields.update(plan.fields)
        if source.join is not None:
            fields.update(there for _, there in source.join.by)
        return frozenset(fields)


def open_document(
    place: Path | Walked, plan: Plan, bindings: Mapping[str, Binding], *, follow_links: bool = False
) -> Document:
    """Find the files of a dataset, a folder or a single file; one that was walked is as it was."""
    walked = place if isinstance(place, Walked) else walk_once(place, follow_links=follow_links)
    root = walked.path
    files = with_shared_captures(plan.files)
    plan = replace(plan, files=files)
    folder = root.parent if root.is_file() else root
    reader = listing_reader(folder, {file.role: file for file in files}, bindings)
    found = discover(walked, files, reader)
    return Document(
        found.root,
        plan,
        found.files,
        found.findings,
        bindings,
        single=root.is_file(),
        follow_links=walked.follow_links,
        lists=found.lists,
    )
