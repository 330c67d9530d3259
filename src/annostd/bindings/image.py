"""The carrier of pictures: one row a file, from its header alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import fault, folder_prefix, unreadable
from annostd.bindings.frames import KINDS, raw_frame, wanted
from annostd.bindings.image_header import FIRST, MORE, MOST, Header, Short, quick, slow
from annostd.columns.raw import RawBatch, RawRows
from annostd.errors import UsageError
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import DataFile, Origin, Place
    from annostd.plan.model import Field, FilePlan, Source

FIELDS: Final = ("width", "height", "mode", "depth", "raw_width", "raw_height", "orientation")
"""What a picture tells: its size as viewers show it, its mode and number of channels, its size as
stored, and its EXIF orientation."""

_KINDS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".mpo": "JPEG", ".gif": "GIF", ".bmp": "BMP",
    ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF", ".avif": "AVIF", ".dng": "DNG",
    ".heic": "HEIC",
}  # fmt: skip
_SAME = {"MPO": "JPEG", "DIB": "BMP"}
_ENDINGS = {
    kind: tuple(suffix for suffix, named in _KINDS.items() if named == kind)
    for kind in _KINDS.values()
}


@dataclass(frozen=True, slots=True)
class Image(Binding):
    """Pictures, of which only the header is read.

    A file that is only named gives a row without a size.

    Where only captures are asked for, no file is opened.
    """

    reads_whole: ClassVar[bool] = False

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read headers in batches of `rows` files: one row a file for each source."""
        if not plan.sources:
            return
        asked = {source.name: wanted(source, want) for source in plan.sources}
        opened = any(
            item.capture is None and item.path and item.path[-1] in FIELDS
            for fields in asked.values()
            for item in fields or ()
        )
        step = max(rows, 1)
        for start in range(0, len(files), step):
            part = files[start : start + step]
            headers = _Headers(root)
            if opened:
                headers.read(part)
            yield RawBatch(
                {
                    source.name: RawRows(source.name, _frame(fields, part, headers))
                    for source in plan.sources
                    if (fields := asked[source.name]) is not None
                },
                tuple(headers.findings),
            )

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Give the file: a picture has no finer place."""
        del root, source, place, path
        return Location(file.path)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Refuse: pictures are copied or linked, never printed."""
        del rows, origin
        raise UsageError(
            f"files of {plan.role} are pictures, which cannot be made", "copy or link them instead"
        )


@dataclass(slots=True)
class _Headers:
    """The headers of a batch of files, by position; None where there is none."""

    root: Path
    found: list[Header | None] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, files: Sequence[tuple[int, DataFile]]) -> None:
        """Read the header of each file that is there, and tell what is wrong with it."""
        folder = folder_prefix(self.root)
        self.found = [self._header(folder, file) if file.exists else None for _, file in files]

    def _header(self, folder: str, file: DataFile) -> Header | None:
        try:
            found = _open(folder + file.path)
        except OSError as error:
            self.findings.append(unreadable("image", file, error))
            return None
        if isinstance(found, Header):
            self._judge(file, found)
            return found
        rule = "image.empty" if found == 0 else "image.syntax"
        actual = "is empty" if found == 0 else "has no header that can be read"
        self.findings.append(
            fault(rule, Location(file.path), f"the file {actual}, expected a picture")
        )
        return None

    def _judge(self, file: DataFile, header: Header) -> None:
        if file.path.endswith(_ENDINGS.get(header.kind, ())):
            return
        suffix = os.path.splitext(file.path)[1].lower()  # noqa: PTH122
        expected, actual = _KINDS.get(suffix), _SAME.get(header.kind, header.kind)
        if expected is not None and expected != actual:
            message = f"the picture is {actual}, expected {expected} as its name says"
            where = Location(file.path)
            self.findings.append(
                fault("image.type", where, message, Level.MAY, actual=actual, expected=expected)
            )


def _open(path: str) -> Header | int:
    """Read a header with as few bytes as it needs; where there is none, the file's size."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        found = _quick(descriptor)
        size = os.fstat(descriptor).st_size if found is None else 0
    finally:
        os.close(descriptor)
    if found is None and size:
        with open(path, "rb") as stream:  # noqa: PTH123
            found = slow(stream)
    return size if found is None else found


def _quick(descriptor: int) -> Header | None:
    """Read on until the header is there or the file ends."""
    data = os.read(descriptor, FIRST)
    for more in (MORE, MOST, 0):
        try:
            return quick(data)
        except Short:
            rest = os.read(descriptor, more) if more else b""
            if not rest:
                return None
            data += rest
    return None


def _frame(
    fields: Sequence[Field], files: Sequence[tuple[int, DataFile]], headers: _Headers
) -> pl.DataFrame:
    found = headers.found or [None] * len(files)
    columns = {item.name: _column(item, files, found) for item in fields}
    kinds = {item.name: KINDS[item.kind] for item in fields}
    places = {
        "@file": [number for number, _ in files],
        "@start": [1] * len(files),
        "@end": [1] * len(files),
        "@index": [0] * len(files),
    }
    return raw_frame(columns, places, kinds)


def _column(
    item: Field, files: Sequence[tuple[int, DataFile]], headers: Sequence[Header | None]
) -> list[object]:
    if item.capture is not None:
        named = item.capture
        if named == "order":
            return ["0"] * len(files) if item.kind == "string" else [0] * len(files)
        values = [file.captures.get(named) for _, file in files]
        return [_number(value) for value in values] if item.kind == "integer" else list(values)
    name = item.path[-1] if item.path else ""
    return [None if header is None else _value(header, name) for header in headers]


def _value(header: Header, name: str) -> object:
    """Give one of FIELDS; None for a name that a picture does not tell."""
    match name:
        case "width" | "height":
            return header.turned[name == "height"]
        case "depth":
            return header.channels
        case "raw_width":
            return header.width
        case "raw_height":
            return header.height
        case "mode" | "orientation":
            return getattr(header, name)
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


IMAGE = Image()
