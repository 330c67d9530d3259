"""The carrier of plain text: one row a file, whose one field is all of its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import (
    Decoded,
    Undecodable,
    byte_order_mark,
    decode,
    fault,
    full_path,
    read_bytes,
    unreadable,
)
from annostd.bindings.frames import raw_frame, wanted
from annostd.columns.raw import RawBatch, RawRows
from annostd.errors import UsageError
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import DataFile, Origin, Place
    from annostd.plan.model import FilePlan, Source

_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Text(Binding):
    """Text files.

    The field `.` is the text without a byte order mark, its line ends as they are.
    """

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read files in batches of about `rows`, fewer where they are big."""
        if not plan.sources:
            return
        texts: list[tuple[int, DataFile, str]] = []
        findings: list[Finding] = []
        size = 0
        for number, file in files:
            if not file.exists:
                continue
            text = _read(root, file, plan, findings)
            if text is not None:
                texts.append((number, file, text))
                size += len(text)
            if len(texts) >= rows or size >= _BYTES:
                yield _batch(plan, want, texts, findings)
                texts, findings, size = [], [], 0
        if texts or findings:
            yield _batch(plan, want, texts, findings)

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Give the file, and its first line where the text itself is meant."""
        del root, source, place
        return Location(file.path) if path is None else Location(file.path, line=1, column=1)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one file; with an origin that holds the same text, its bytes."""
        texts = [text for source in plan.sources for text in _texts(source, rows)]
        if len(texts) > 1:
            raise UsageError(f"a file of {plan.role} has {len(texts)} rows, expected one")
        text = texts[0] if texts else ""
        encoding = plan.file.encoding[0] if plan.file.encoding else "utf-8"
        if origin is None or origin.file is None:
            yield text.encode(encoding)
            return
        data = read_bytes(full_path(origin.root, origin.files[origin.file]))
        found = decode(data, plan.file.encoding)
        if isinstance(found, Undecodable):
            yield text.encode(encoding)
        elif found.text == text:
            yield data
        else:
            yield data[: byte_order_mark(data)[0]] + text.encode(found.encoding)


def _read(root: Path, file: DataFile, plan: FilePlan, findings: list[Finding]) -> str | None:
    try:
        data = read_bytes(full_path(root, file))
    except OSError as error:
        findings.append(unreadable("text", file, error))
        return None
    found = decode(data, plan.file.encoding)
    if isinstance(found, Undecodable):
        where = Location(file.path, line=found.line, column=found.column)
        findings.append(fault("text.encoding", where, found.message))
        return None
    findings.extend(_marks(file, found, plan))
    return found.text


def _marks(file: DataFile, found: Decoded, plan: FilePlan) -> Iterator[Finding]:
    """Tell of a byte order mark in UTF-8, which needs none, and of NUL, which is no text."""
    where = Location(file.path, line=1, column=1)
    if found.marked and found.encoding == "utf-8" and "utf-8-sig" not in plan.file.encoding:
        message = "the file begins with a byte order mark, expected none"
        yield fault("text.bom", where, message, Level.SHOULD)
    if "\0" in found.text:
        before = found.text[: found.text.index("\0")]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        where = Location(file.path, line=line, column=column)
        yield fault("text.encoding", where, "a byte 0x00, expected text")


def _batch(
    plan: FilePlan,
    want: Mapping[str, frozenset[str]] | None,
    texts: Sequence[tuple[int, DataFile, str]],
    findings: Sequence[Finding],
) -> RawBatch:
    places = {
        "@file": [number for number, _, _ in texts],
        "@start": [1] * len(texts),
        "@end": [max(text.count("\n") + (not text.endswith("\n")), 1) for _, _, text in texts],
        "@index": [0] * len(texts),
    }
    rows: dict[str, RawRows] = {}
    for source in plan.sources:
        fields = wanted(source, want)
        if fields is None:
            continue
        columns: dict[str, list[str | None]] = {}
        for item in fields:
            if item.capture is None:
                columns[item.name] = [text for _, _, text in texts]
            elif item.capture == "order":
                columns[item.name] = ["0"] * len(texts)
            else:
                columns[item.name] = [file.captures.get(item.capture) for _, file, _ in texts]
        rows[source.name] = RawRows(source.name, raw_frame(columns, places))
    return RawBatch(rows, tuple(findings))


def _texts(source: Source, rows: Mapping[str, pl.DataFrame]) -> list[str]:
    frame = rows.get(source.name)
    names = [item.name for item in source.fields if item.capture is None]
    if frame is None or not names:
        return []
    return [text or "" for text in frame[names[0]].to_list()]


TEXT = Text()
