"""From files of text to one series of lines: reading, cutting, decoding, counting.

Many small files make one series, a big file makes several; both are made of pieces, each a run of
whole lines of one file.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.bindings.bytes import (
    PIECE,
    Undecodable,
    byte_order_mark,
    decode,
    decode_body,
    fault,
    folder_prefix,
    unreadable,
)
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from annostd.columns.raw import DataFile
    from annostd.standard.model import File

_STREAMED = 4 << 20
_LONGEST = 64 << 20
_BROKEN = b"?"  # what stands for a line that is no text: never read, but not blank
_WIDE = ("utf-16", "utf-32")
_ALONE = re.compile(rb"(?<!\r)\n")
_ENDS = re.compile(r"[^\n]*\n|[^\n]+")
_ENDS_ANY = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of whole lines of one file; `first` says that the file begins with it."""

    number: int
    file: DataFile
    data: bytes
    first: bool = True


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of several files in order.

    `line` counts from 1 in the file that `file` numbers; `broken` lines are no text.
    `files` are the files met, `owner` the position in it of each line's file.
    """

    text: pl.Series
    file: NDArray[np.uint32]
    line: NDArray[np.int64]
    broken: NDArray[np.bool_]
    owner: NDArray[np.int64]
    files: tuple[DataFile, ...]

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.text)

    def part(self, start: int, length: int) -> Lines:
        """Take a run of lines out."""
        end = start + length
        return Lines(
            self.text.slice(start, length),
            self.file[start:end],
            self.line[start:end],
            self.broken[start:end],
            self.owner[start:end],
            self.files,
        )


@dataclass(slots=True)
class Gathering:
    """Pieces on their way to a series of lines.

    `seen` counts the lines of a file that came in pieces before; `whole` says that files come
    whole, an empty one as a blank line; `ended` are the files of which a wrong line end was told.
    """

    encodings: Sequence[str]
    newline: str
    whole: bool = False
    texts: list[bytes] = field(default_factory=list)
    pieces: list[tuple[int, DataFile, int, int]] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: int = 0
    size: int = 0
    seen: dict[int, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    def add(self, piece: Piece) -> None:
        """Take the lines of one piece in."""
        data = piece.data
        if self.newline != "any" and piece.number not in self.ended:
            self._check_ends(piece)
        if not data.isascii() or b"\r" in data or b"\0" in data:
            data = self._cleaned(piece)
        if (data or self.whole) and not data.endswith(b"\n"):
            data += b"\n"
        count = data.count(b"\n")
        before = 0 if piece.first else self.seen.get(piece.number, 0)
        self.texts.append(data)
        self.pieces.append((piece.number, piece.file, before, count))
        self.seen = {piece.number: before + count}
        self.lines += count
        self.size += len(data)

    def take(self) -> Lines:
        """Hand the lines over and begin anew."""
        counts = np.array([piece[3] for piece in self.pieces], dtype=np.int64)
        starts = np.cumsum(counts) - counts
        offsets = np.array([piece[2] for piece in self.pieces], dtype=np.int64) - starts
        numbers = np.array([piece[0] for piece in self.pieces], dtype=np.uint32)
        broken = np.zeros(self.lines, dtype=np.bool_)
        broken[self.broken] = True
        lines = Lines(
            split(b"".join(self.texts)),
            np.repeat(numbers, counts),
            np.arange(1, self.lines + 1, dtype=np.int64) + np.repeat(offsets, counts),
            broken,
            np.repeat(np.arange(len(counts)), counts),
            tuple(piece[1] for piece in self.pieces),
        )
        self.texts, self.pieces, self.broken, self.lines, self.size = [], [], [], 0, 0
        return lines

    def _check_ends(self, piece: Piece) -> None:
        """Tell the first line of a file that does not end as its standard says that lines end."""
        wrong = _wrong_end(piece.data, self.newline)
        if wrong is None or any(encoding.startswith(_WIDE) for encoding in self.encodings):
            return
        self.ended.add(piece.number)
        at, actual = wrong
        before = 0 if piece.first else self.seen.get(piece.number, 0)
        line = before + piece.data.count(b"\n", 0, at) + 1
        expected = self.newline.upper()
        message = f"the line ends in {actual}, expected {expected}"
        where = Location(piece.file.path, line=line)
        told = fault(
            "lines.newline", where, message, Level.SHOULD, actual=actual, expected=expected
        )
        self.findings.append(told)

    def _cleaned(self, piece: Piece) -> bytes:
        """Make plain UTF-8 with line feeds of what is not, and tell what was wrong with it."""
        length, marked = byte_order_mark(piece.data) if piece.first else (0, None)
        if length and marked == "utf-8" and "utf-8-sig" not in self.encodings:
            where = Location(piece.file.path, line=1, column=1)
            message = "the file begins with a byte order mark, expected none"
            self.findings.append(fault("lines.bom", where, message, Level.SHOULD))
        found = decode(piece.data, self.encodings)
        if not isinstance(found, Undecodable):
            return self._without_nul(piece, _joined(found.text.encode("utf-8"), self.newline))
        if marked not in {None, "utf-8"}:
            self._tell(piece, found, 1)
            return b""
        return self._decoded_by_line(piece, _joined(piece.data[length:], self.newline))

    def _without_nul(self, piece: Piece, data: bytes) -> bytes:
        if b"\0" not in data:
            return data
        lines = data.split(b"\n")
        for number, line in enumerate(lines):
            if b"\0" in line:
                lines[number] = _BROKEN
                column = len(line[: line.index(b"\0")].decode("utf-8")) + 1
                self._break(piece, number, Undecodable("a byte 0x00, expected text", 1, column))
        return b"\n".join(lines)

    def _decoded_by_line(self, piece: Piece, data: bytes) -> bytes:
        lines = data.split(b"\n")
        for number, line in enumerate(lines):
            found = decode_body(line, self.encodings)
            if isinstance(found, Undecodable):
                lines[number] = _BROKEN
                self._break(piece, number, found)
            else:
                lines[number] = found.text.encode("utf-8")
        return self._without_nul(piece, b"\n".join(lines))

    def _break(self, piece: Piece, number: int, found: Undecodable) -> None:
        before = 0 if piece.first else self.seen.get(piece.number, 0)
        self.broken.append(self.lines + number)
        self._tell(piece, found, before + number + 1)

    def _tell(self, piece: Piece, found: Undecodable, line: int) -> None:
        where = Location(piece.file.path, line=line, column=found.column)
        expected = " or ".join(self.encodings)
        self.findings.append(
            fault("lines.encoding", where, found.message, Level.MUST, expected=expected)
        )


def split(data: bytes) -> pl.Series:
    """Split UTF-8 text, each line of which ends with a line feed, into its lines."""
    if not data:
        return pl.Series("line", [], dtype=pl.String)
    text = data[:-1].decode("utf-8")
    return pl.Series("line", [text]).str.split("\n").explode()


def split_lines(text: str, newline: str = "any") -> list[str]:
    """Split text into lines as `split` does, each with the line end that it has.

    A carriage return alone ends a line where any newline is allowed; what else Unicode calls a
    separator never does.
    """
    pattern = _ENDS_ANY if newline == "any" else _ENDS
    return pattern.findall(text)


def pieces(
    root: Path, files: Sequence[tuple[int, DataFile]], plan: File
) -> Iterator[Piece | Finding]:
    """Read files in order: small ones whole, big ones in pieces of about 4 MB cut at line ends."""
    folder = folder_prefix(root)
    for number, file in files:
        if not file.exists:
            continue
        try:
            data = _small(folder + file.path)
            if data is not None:
                yield Piece(number, file, data)
            else:
                yield from _read(number, file, folder + file.path, plan)
        except OSError as error:
            yield unreadable("lines", file, error)


def _wrong_end(data: bytes, newline: str) -> tuple[int, str] | None:
    """Find the first line end that is not `newline` (lf, crlf), and say what it is."""
    alone = _ALONE.search(data) if newline == "crlf" else None
    at = data.find(b"\r\n") if newline == "lf" else alone.start() if alone else -1
    if at >= 0:
        return at, "CRLF" if newline == "lf" else "LF"
    return (len(data), "nothing") if data and not data.endswith(b"\n") else None


def _joined(data: bytes, newline: str) -> bytes:
    data = data.replace(b"\r\n", b"\n")
    return data.replace(b"\r", b"\n") if newline == "any" else data


def _small(path: str) -> bytes | None:
    """Read a small file; None where it is a big one."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, PIECE)
    finally:
        os.close(descriptor)
    return data if len(data) < PIECE else None


def _read(number: int, file: DataFile, path: str, plan: File) -> Iterator[Piece | Finding]:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, PIECE)
        if any(encoding.startswith(_WIDE) for encoding in plan.encoding):
            # a byte that looks like a line end may be half a character: such files are read whole
            while more := os.read(descriptor, _STREAMED):
                data += more
            yield Piece(number, file, data)
        else:
            yield from _stream(Piece(number, file, data), descriptor, plan.newline)
    finally:
        os.close(descriptor)


def _stream(begun: Piece, descriptor: int, newline: str) -> Iterator[Piece | Finding]:
    """Read on where a piece was begun; what is held back is always less than one whole line."""
    number, file, first = begun.number, begun.file, True
    held, size = [begun.data], len(begun.data)
    while size <= _LONGEST and (more := os.read(descriptor, _STREAMED)):
        cut = _last_end(more, newline)
        if cut:
            yield Piece(number, file, b"".join([*held, more[:cut]]), first)
            first, held, size = False, [more[cut:]], len(more) - cut
        else:
            held.append(more)
            size += len(more)
    yield Piece(number, file, b"".join(held) if size <= _LONGEST else b"", first)
    if size > _LONGEST:
        yield fault(
            "lines.size",
            Location(file.path),
            f"a line of more than {_LONGEST >> 20} MiB, expected shorter ones; "
            "the file is not read further",
            expected=f"at most {_LONGEST >> 20} MiB",
        )


def _last_end(data: bytes, newline: str) -> int:
    """Find where the last line that ends in a buffer ends; 0 where none does."""
    found = data.rfind(b"\n")
    if found < 0 and newline == "any":
        found = data.rfind(b"\r", 0, len(data) - 1)  # the last byte may be half of CRLF
    return found + 1
