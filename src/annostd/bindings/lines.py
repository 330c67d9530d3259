"""The carrier of lines: reads, places and writes text files with one row a line."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import (
    Undecodable,
    byte_order_mark,
    decode_body,
    full_path,
    read_bytes,
)
from annostd.bindings.lines_divide import is_divided, match_divided
from annostd.bindings.lines_divide_write import graft_divided, print_divided
from annostd.bindings.lines_heads import heads_of
from annostd.bindings.lines_match import kinds, match, spans
from annostd.bindings.lines_text import Gathering, Piece, pieces
from annostd.bindings.lines_write import graft, print_files, unfit
from annostd.columns.raw import RawBatch
from annostd.findings import Location
from annostd.plan.agreement import names_own_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from annostd.columns.raw import DataFile, Origin, Place
    from annostd.plan.model import FilePlan, Source
    from annostd.templates import Blanks, Template

__all__ = ["LINES", "TextLines", "unfit"]

_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class TextLines(Binding):
    """Text files with one row a line.

    A line belongs to the first source whose template it fits, whatever its tokens are; types are
    judged later. Blank lines and comments are no rows. A source without a template takes whole
    lines.
    """

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read files in batches of about `rows` lines.

        Many small files make one batch, a big one is read in pieces; whole, where it is divided
        into sections or blocks, its rows name one another, or lines head runs of them.
        """
        if not plan.sources:
            return
        whole = is_divided(plan) or names_own_rows(plan) or bool(heads_of(plan))
        divider = _Divider(plan, want, rows, whole)
        gathered = Gathering(plan.file.encoding, plan.file.newline, whole)
        for piece in pieces(root, files, plan.file):
            is_full = gathered.lines >= rows or gathered.size >= _BYTES
            if is_full and not (whole and isinstance(piece, Piece) and not piece.first):
                yield from divider.batches(gathered)
            if isinstance(piece, Piece):
                gathered.add(piece)
            else:
                gathered.findings.append(piece)
        yield from divider.batches(gathered)

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Give the line of a row, and the column (in code points) of the token of a field."""
        record = Location(file.path, line=place.start)
        if path is None:
            return record
        text = _line(full_path(root, file), place.start)
        column = None if text is None else _found(source, text, place, path)
        return record if column is None else Location(file.path, line=place.start, column=column)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one file.

        With an origin it is the lines that the rows came from, with tokens replaced that differ.
        """
        print_all = print_divided if is_divided(plan) else print_files
        put_back = graft_divided if is_divided(plan) else graft
        if origin is None:
            yield from (data for _, data in print_all(plan, rows, single=True))
        else:
            yield put_back(plan, rows, origin)

    def write_files(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame]
    ) -> Iterator[tuple[int, bytes]]:
        """Print many files at once, those that `@file` names."""
        print_all = print_divided if is_divided(plan) else print_files
        yield from print_all(plan, rows, single=False)


@dataclass(slots=True)
class _Divider:
    """Turns lines into batches of rows.

    `whole` says that files come whole; else `last` and `seen` count on in a file that comes in
    pieces.
    """

    plan: FilePlan
    want: Mapping[str, frozenset[str]] | None
    rows: int
    whole: bool = False
    last: int = -1
    seen: int = 0

    def batches(self, gathered: Gathering) -> Iterator[RawBatch]:
        """Divide what was gathered; findings about bytes come with the first batch."""
        findings = tuple(gathered.findings)
        gathered.findings.clear()
        if not gathered.pieces:
            if findings:
                yield RawBatch({}, findings)
            return
        lines = gathered.take()
        if is_divided(self.plan):
            divided = match_divided(lines, self.plan, self.want)
            yield RawBatch(divided.rows, (*findings, *divided.findings))
            return
        sorts = kinds(self.plan, self.want)
        step = max(len(lines) if self.whole else self.rows, 1)
        for start in range(0, max(len(lines), 1), step):
            part = lines.part(start, step)
            matched = match(part, self.plan, sorts, {self.last: self.seen})
            self._count(part.file, matched.counts)
            yield RawBatch(matched.rows, (*findings, *matched.findings))
            findings = ()

    def _count(self, files: NDArray[np.uint32], counts: Mapping[int, int]) -> None:
        """Remember how many rows the last file has had."""
        if len(files):
            last = int(files[-1])
            self.seen = counts.get(last, 0) + (self.seen if last == self.last else 0)
            self.last = last


def _line(path: str, number: int) -> str | None:
    """Read one line of a file as a finding counts it.

    It comes without its end; None where it is not there.
    """
    try:
        stat = os.stat(path)  # noqa: PTH116
        lines = _lines(path, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return None
    if not 0 < number <= len(lines):
        return None
    found = decode_body(lines[number - 1], ("utf-8", "latin-1"))
    return None if isinstance(found, Undecodable) else found.text


@lru_cache(maxsize=4)
def _lines(path: str, changed: int, size: int) -> list[bytes]:
    """Split a file once for all its findings.

    `changed` and `size` tell a file that became another.
    """
    del changed, size
    data = read_bytes(path)
    length, marked = byte_order_mark(data)
    if marked not in {None, "utf-8"}:
        data = data[length:].decode(marked or "", "replace").encode("utf-8")
    else:
        data = data[length:]
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _found(source: Source, text: str, place: Place, path: tuple[str, ...]) -> int | None:
    """Find where a field's token starts in a line, or in the piece of a line that the row is."""
    if source.pieces is None:
        return _column(source.template, text, path)
    start = _column(source.pieces.line, text, (source.pieces.field,))
    if start is None:
        return None
    pieces = list(re.finditer("[^ ]+", text[start - 1 :]))
    if place.index >= len(pieces):
        return start
    piece = pieces[place.index]
    inside = _column(source.template, piece.group(), path) or 1
    return start + piece.start() + inside - 1


def _column(template: Template | None, text: str, path: tuple[str, ...]) -> int | None:
    """Find where a field's token starts.

    The blanks may be exact or loose: the line fitted one of them.
    """
    if template is None:
        return len(text) - len(text.lstrip()) + 1
    modes: tuple[Blanks, ...] = ("any", "exact")
    places = (spans(template, text, blanks) for blanks in modes)
    found = next((each for each in places if each is not None), {})
    span = found.get(path[0] if path else "")
    return None if span is None else span[0] + 1


LINES = TextLines()
