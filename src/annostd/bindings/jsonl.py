"""The carrier `jsonl`: JSON Lines, a value a line, each of them one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.branches import planted
from annostd.bindings.bytes import full_path, unreadable
from annostd.bindings.collector import without_collector
from annostd.bindings.grafts import compact, graft_row, is_same
from annostd.bindings.json import JsonBinding
from annostd.bindings.json_array import LARGEST, too_large
from annostd.bindings.json_graft import Archives
from annostd.bindings.json_mend import is_flawless, mend
from annostd.bindings.json_read import first_flaws
from annostd.bindings.json_report import report
from annostd.bindings.json_scan import Flaw, scan
from annostd.bindings.json_split import skip, syntax
from annostd.bindings.json_text import BOM, opened, release
from annostd.bindings.json_tree import JsonTree, sound
from annostd.bindings.tree_rows import Gathering
from annostd.bindings.tree_shape import shape_of
from annostd.bindings.tree_walk import Found, Strayed, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    from msgspec import Raw

    from annostd.bindings.branches import Row
    from annostd.bindings.json_text import Buffer
    from annostd.columns.raw import DataFile, Origin, RawBatch
    from annostd.plan.model import FilePlan

_CARRIER = "jsonl"
_BLANKS = b" \t\r"
_UNREADABLE = frozenset({"syntax", "depth"})
_JOINED = 20_000


@dataclass(frozen=True, slots=True)
class JsonLinesBinding(JsonBinding):
    """Reads, places and writes JSON Lines; lines end with a line feed, before which CR is blank.

    A role's one outermost source has no locator: each line is a record of it. Pointers start from
    the value of the line. What is broken on one line does not touch the others.
    """

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read files in batches of about `rows` rows; a line's rows are in one batch."""
        gathering = Gathering(shape_of(plan, want), plan.role)
        for number, file in files:
            if not file.exists:
                continue
            try:
                with opened(full_path(root, file)) as data, without_collector():
                    for _ in _Reading(root, gathering, number, file).run(data):
                        if gathering.height >= rows:
                            yield gathering.take()
            except OSError as error:
                gathering.findings.append(unreadable(_CARRIER, file, error))
        if gathering.has_any():
            yield gathering.take()

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one file; with an origin a line that nothing changed is what it was."""
        (site,) = shape_of(plan, None).sites
        waiting: list[str] = []
        with Archives(origin, plan) as archives:
            for row in planted(site, rows):
                waiting.append(_line(row, archives))
                if len(waiting) >= _JOINED:
                    yield "".join(waiting).encode()
                    waiting = []
        yield "".join(waiting).encode()


class _Reading:
    """One file on its way to rows."""

    def __init__(self, root: Path, gathering: Gathering, number: int, file: DataFile) -> None:
        self._root = root
        self._gathering = gathering
        self._file = file
        self._walk: Walk[Raw] = Walk(gathering, number)
        self._index = 0

    def run(self, data: Buffer) -> Iterator[None]:
        """Read line by line; yields after each."""
        opening = first_flaws(data)
        self._tell(opening)
        if any(flaw.rule == "encoding" for flaw in opening):
            return
        for start, end in _lines(data):
            self._line(data, start, end)
            self._index += 1
            release(data, start, end)
            yield
        if not self._index:
            self._tell_nothing()

    def _line(self, data: Buffer, start: int, end: int) -> None:
        if end - start > LARGEST:
            self._tell([too_large(start, end, "")])
            return
        text = data[start:end]
        marks: tuple[int, ...] = ()
        if not is_flawless(text):
            flaws = [*_flaws(data, text, start)]
            self._tell(flaws)
            if any(flaw.rule in _UNREADABLE for flaw in flaws):
                return
            mended = mend(text)
            text, marks = mended.text, mended.marks
        tree = JsonTree(text, start, [mark + start for mark in marks])
        found = Found(tree, sound(text), "", self._index, self._file.captures)
        for site in self._gathering.shape.sites:
            self._walk.record(site, found, None)
        if self._walk.strayed:
            self._tell([], self._walk.strayed)
            self._walk.strayed = []

    def _tell(self, flaws: Sequence[Flaw], strayed: Sequence[Strayed[Raw]] = ()) -> None:
        if flaws or strayed:
            told = report(self._root, self._file, flaws, strayed, _CARRIER)
            self._gathering.findings.extend(told)

    def _tell_nothing(self) -> None:
        """Tell that a file has no line where it has to have some."""
        at = Found(JsonTree(b"{}"), sound(b"{}"))
        wanted = [s for s in self._gathering.shape.sites if s.is_wanted and s.source.required]
        self._tell([], [Strayed(site, "missing", at, "a value on a line") for site in wanted])


def _lines(data: Buffer) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends, its line feed left out."""
    at = len(BOM) if data[: len(BOM)] == BOM else 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        yield at, end
        at = end + 1


def _flaws(data: Buffer, text: bytes, start: int) -> Iterator[Flaw]:
    """Say all that is wrong on a line."""
    if not text.strip(_BLANKS):
        yield Flaw("syntax", start, "", "the line is empty, expected a value", "nothing", "a value")
        return
    found = scan(text, 0)
    yield from found.moved(start)
    if found.end is not None and skip(text, found.end) < len(text):
        at = start + skip(text, found.end)
        yield syntax(data, at, "", "nothing behind the value on its line")


def _line(row: Row, archives: Archives) -> str:
    """Print one record on one line."""
    text = compact(graft_row(row, archives))
    data = archives.data(row.spot.file) if row.spot is not None else None
    if row.spot is not None and data is not None:
        old = data[row.spot.start : row.spot.end].decode("utf-8", "replace")
        text = old if is_same(old, text) else text
    return f"{text}\n"


JSONL = JsonLinesBinding()
"""The binding of the carrier `jsonl`."""
