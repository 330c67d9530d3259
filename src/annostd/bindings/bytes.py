"""Bytes of a dataset's files, and the findings about bytes that every carrier shares."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.findings import Finding, Level, Location, Phase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from annostd.columns.raw import DataFile

PIECE = 65536
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SHORT = 80


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of bytes, the encoding that gave it, and whether a byte order mark stood before it."""

    text: str
    encoding: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why bytes are no text: a sentence, and the 1-based line and column where it shows."""

    message: str
    line: int
    column: int


def read_bytes(path: str) -> bytes:
    """Read a whole file; small ones in one call, which is twice as fast as `open`.

    Raises:
        OSError: it is not there, is a folder, or is not permitted.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, PIECE)
        if len(data) < PIECE:
            return data
        pieces = [data]
        while data:
            data = os.read(descriptor, max(PIECE, os.fstat(descriptor).st_size))
            pieces.append(data)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def folder_prefix(root: Path | str) -> str:
    """Give the text that makes a full path of a file's path by being put before it.

    To join them costs more than reading a small file.
    """
    return os.path.join(root, "")  # noqa: PTH118


def full_path(root: Path | str, file: DataFile) -> str:
    """Join the dataset's root and a file's path, as text."""
    return os.path.join(root, file.path)  # noqa: PTH118


def fault(
    rule: str,
    location: Location,
    message: str,
    level: Level = Level.MUST,
    **more: str | None,
) -> Finding:
    """Make a finding of a reader: class structure, phase io.

    `more` may be `object`, `actual`, `expected`.
    """
    return Finding(
        rule=rule,
        level=level,
        class_name="structure",
        phase=Phase.IO,
        location=location,
        message=message,
        object=more.get("object"),
        actual=more.get("actual"),
        expected=more.get("expected"),
    )


def unreadable(carrier: str, file: DataFile, error: OSError) -> Finding:
    """Tell that a file cannot be opened or read: `<carrier>.unreadable`."""
    reason = (error.strerror or "an unknown fault").lower()
    return fault(
        f"{carrier}.unreadable",
        Location(file.path),
        f"the file cannot be read ({reason}), expected one that can",
        actual=reason,
    )


def shorten(text: str) -> str:
    """Cut a text that is quoted in a finding to a readable length."""
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def byte_order_mark(data: bytes) -> tuple[int, str | None]:
    """Tell the length of the byte order mark that bytes begin with, and the encoding it names."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return len(mark), encoding
    return 0, None


def decode(data: bytes, encodings: Sequence[str]) -> Decoded | Undecodable:
    """Decode bytes with the first of the encodings that fits all of them.

    A byte order mark names the encoding if that is among the listed ones (`utf-16` lists both byte
    orders); it is no part of the text. Of several faults the first encoding's is told.
    """
    length, marked = byte_order_mark(data)
    body = data[length:]
    if marked is not None:
        if not any(_is_listed(marked, encoding) for encoding in encodings):
            names = " or ".join(encodings)
            return Undecodable(f"the file begins as {marked}, expected {names}", 1, 1)
        encodings = [marked]
    else:
        # without a mark nearly all bytes are UTF-16: it is tried only where nothing else is meant
        encodings = [each for each in encodings if not _needs_mark(each)] or encodings
    found = decode_body(body, encodings)
    if isinstance(found, Undecodable):
        return found
    return Decoded(found.text, found.encoding, marked is not None)


def decode_body(body: bytes, encodings: Sequence[str]) -> Decoded | Undecodable:
    """Decode bytes before which no byte order mark is looked for, as `decode` does."""
    failed: Undecodable | None = None
    for encoding in encodings:
        try:
            return Decoded(body.decode(encoding), encoding, marked=False)
        except UnicodeDecodeError as error:
            failed = failed or _undecodable(body, encoding, error.start)
        except LookupError:
            failed = failed or Undecodable(f"the encoding {encoding} is unknown here", 1, 1)
    return failed or Undecodable("no encoding is given", 1, 1)


def _needs_mark(encoding: str) -> bool:
    return encoding.lower().replace("_", "-") in {"utf-16", "utf-32"}


def _is_listed(marked: str, encoding: str) -> bool:
    plain = encoding.lower().replace("_", "-")
    return plain in {marked, marked.removesuffix("-le").removesuffix("-be"), f"{marked}-sig"}


def _undecodable(body: bytes, encoding: str, start: int) -> Undecodable:
    before = body[:start].decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    shown = body[start : start + 1].hex()
    return Undecodable(
        f"the byte 0x{shown} is not {encoding}, expected text in {encoding}", line, column
    )
