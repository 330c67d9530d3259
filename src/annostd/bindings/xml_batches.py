"""Batches of documents: what was read at once and what one by one, in the order of the files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from annostd.bindings.bytes import folder_prefix, read_bytes, unreadable
from annostd.bindings.xml_parse import parse, parser
from annostd.bindings.xml_quick import Quick
from annostd.bindings.xml_read import Reading
from annostd.bindings.xml_rows import Text
from annostd.bindings.xml_shape import shape
from annostd.columns.raw import RawBatch, RawRows, Unknown
from annostd.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.bindings.xml_shape import Shape
    from annostd.columns.raw import DataFile
    from annostd.plan.model import FilePlan
    from annostd.tables.lists import Integers

FILES = 8192
"""Documents of a batch, at most."""
BYTES = 1 << 24
"""Bytes of the documents of a batch, about."""
LARGEST = 1 << 22
"""Bytes of the largest document that is read with others."""
_ONE_BY_ONE = 1000
_STRANGE = ("\ufffe", "\uffff")  # characters that no document may hold


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a role: its sources and fields, and about how many rows at a time."""

    plan: FilePlan
    want: Mapping[str, frozenset[str]] | None
    rows: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was learned of documents that were read, for more of them."""

    asked: Asked
    made: Shape
    quick: Quick


_SPARE: Final[list[_Kept]] = []
"""What was learned last; while it is used nobody else has it."""


def read_singly(
    root: Path, files: Sequence[tuple[int, DataFile]], asked: Asked
) -> Iterator[RawBatch]:
    """Read documents one by one; one is never split over batches."""
    reading, using = Reading(asked.plan, shape(asked.plan), asked.want), parser()
    met, folder = 0, folder_prefix(root)
    for number, file in files:
        if not file.exists:
            continue
        data = _read(folder, file)
        found = data if isinstance(data, Finding) else parse(data, file, using)
        if isinstance(found, Finding):
            reading.findings.append(found)
        else:
            reading.add(found, number, file)
        met += 1
        if reading.count >= asked.rows or met >= _ONE_BY_ONE:
            yield reading.take()
            met = 0
    if met:
        yield reading.take()


def read_together(
    root: Path, files: Sequence[tuple[int, DataFile]], asked: Asked
) -> Iterator[RawBatch]:
    """Read many documents of one program at once; any that is not like others, by itself."""
    kept: _Kept | None = None
    with suppress(IndexError):
        kept = _SPARE.pop()
    if kept is None or kept.asked != asked:
        made = shape(asked.plan)
        kept = _Kept(asked, made, Quick(asked.plan, made, asked.want))
    if not kept.quick.is_able:
        yield from read_singly(root, files, asked)
        return
    yield from _read_groups(_groups(root, files), kept)
    if kept.quick.can_learn():
        _SPARE[:] = [kept]


def _read_groups(
    groups: Iterator[list[tuple[int, DataFile, bytes | Finding]]], kept: _Kept
) -> Iterator[RawBatch]:
    made, quick = kept.made, kept.quick
    reading, using = Reading(kept.asked.plan, made, kept.asked.want), parser()
    for group in groups:
        texts = [
            (at, text)
            for at, (number, file, data) in enumerate(group)
            if (text := _text(number, file, data)) is not None
        ]
        rows, left = quick.read([text for _, text in texts]) if texts else ({}, [])
        done = {at for at, _ in texts} - {texts[place][0] for place in left}
        for at, (number, file, data) in enumerate(group):
            if at in done:
                continue
            found = data if isinstance(data, Finding) else parse(data, file, using)
            if isinstance(found, Finding):
                reading.findings.append(found)
            else:
                reading.add(found, number, file)
        numbers = [number for number, _, _ in group]
        yield merged(made, RawBatch(rows), reading.take(), numbers)


def merged(made: Shape, batch: RawBatch, other: RawBatch, numbers: Sequence[int]) -> RawBatch:
    """Put the rows of two batches of one group of files into the order of these."""
    if not other.rows or not batch.rows:
        return RawBatch({**batch.rows, **other.rows}, (*batch.findings, *other.findings))
    parents = {
        child.name: record.source.name
        for record in made.records
        for child in record.source.children
    }
    rows: dict[str, RawRows] = {}
    moved: dict[str, tuple[int, Integers]] = {}
    for record in made.records:
        name = record.source.name
        both = [part.rows[name] for part in (batch, other) if name in part.rows]
        if both:
            shift, places = moved.get(parents.get(name, ""), (0, np.array([], dtype=np.int64)))
            own = batch.rows[name].frame.height if name in batch.rows else 0
            rows[name], order = _joined(
                batch.rows.get(name), other.rows.get(name), (shift, places), numbers
            )
            moved[name] = (own, order)
    rows |= {name: found for name, found in other.rows.items() if name not in rows}
    return RawBatch(rows, (*batch.findings, *other.findings))


def _joined(
    one: RawRows | None, two: RawRows | None, parents: tuple[int, Integers], numbers: Sequence[int]
) -> tuple[RawRows, Integers]:
    """Join the rows of a source; also give where each of them went.

    `parents` says of the enclosing rows how many were in the first part, and where each went.
    """
    shift, moved = parents
    frames = [] if one is None else [one.frame]
    if two is not None:
        frames.append(two.frame.with_columns(pl.col("@parent") + pl.lit(shift, pl.UInt32)))
    frame = pl.concat(frames)
    rank = {number: place for place, number in enumerate(numbers)}
    places = frame["@file"].replace_strict(rank, return_dtype=pl.Int64).to_numpy()
    order = np.argsort(places, kind="stable")
    where = np.empty_like(order)
    where[order] = np.arange(len(order))
    frame = frame[order]
    if len(moved):
        parent = pl.Series("@parent", moved, dtype=pl.UInt32).gather(frame["@parent"])
        frame = frame.with_columns(parent)
    some = one or two
    name = some.source if some is not None else ""
    height = 0 if one is None else one.frame.height
    unknown = _unknown(
        () if one is None else one.unknown, () if two is None else two.unknown, (height, where)
    )
    return RawRows(name, frame, unknown=unknown), where


def _unknown(
    one: Sequence[Unknown], two: Sequence[Unknown], moved: tuple[int, Integers]
) -> tuple[Unknown, ...]:
    """Add up undeclared members; the first row that has one is the first of both."""
    height, where = moved
    found: dict[str, Unknown] = {}
    parts = [*one, *(replace(each, row=each.row + height) for each in two)]
    for part in parts:
        row = int(where[part.row])
        known = found.get(part.path, Unknown(part.path, 0, row))
        found[part.path] = Unknown(part.path, known.count + part.count, min(row, known.row))
    return tuple(sorted(found.values(), key=lambda each: each.row))


def _groups(
    root: Path, files: Sequence[tuple[int, DataFile]]
) -> Iterator[list[tuple[int, DataFile, bytes | Finding]]]:
    """Read files in groups of a bounded size."""
    group: list[tuple[int, DataFile, bytes | Finding]] = []
    size, folder = 0, folder_prefix(root)
    for number, file in files:
        if not file.exists:
            continue
        data = _read(folder, file)
        group.append((number, file, data))
        size += 0 if isinstance(data, Finding) else len(data)
        if len(group) >= FILES or size >= BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _read(folder: str, file: DataFile) -> bytes | Finding:
    try:
        return read_bytes(folder + file.path)
    except OSError as error:
        return unreadable("xml", file, error)


def _text(number: int, file: DataFile, data: bytes | Finding) -> Text | None:
    """Give a document as text, None where it is none, or too large."""
    if isinstance(data, Finding) or len(data) > LARGEST:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if not text.isascii() and any(strange in text for strange in _STRANGE):
        return None
    return Text(number, file, text)
