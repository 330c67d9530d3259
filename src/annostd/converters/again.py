"""Rows of one standard back into the files that they came from, so that all else in them stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.listing import Outline, Shelf, outline
from annostd.columns.marked import KEPT
from annostd.columns.raw import Origin
from annostd.converters.placing import FAULTY, Placing
from annostd.converters.write import listing_rows
from annostd.plan.order import listing_source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from annostd.bindings.document import Document
    from annostd.columns.raw import DataFile
    from annostd.plan.model import FilePlan, Plan, Source
    from annostd.tables.dataset import Tables

ROWS = 1 << 30
"""More rows than a batch can have: what is put back is read whole, file by file."""


def print_again(
    plan: Plan,
    tables: Tables,
    document: Document,
    broken: Collection[str],
    *,
    placed_media: bool,
) -> Iterator[tuple[str, bytes]]:
    """Print rows of the same standard into their files; what it does not declare stays.

    Lists of files stay as they stand; where media are not put beside, what listed them by folder
    lists each of them instead. A value
    that could not be read stays as it stands, and so do the files in `broken`, of which a part
    could not be read at all.
    """
    roles = {role.role: role for role in document.plan.files}
    placing = Placing(plan, tables, document.plan.files)
    listings = {} if placed_media else dict(_listings_again(document))
    found = {
        name: placing.rows_of_files(roles[name], numbers)
        for name, numbers in _changing(document, roles, broken).items()
    }
    for number, file in enumerate(document.files):
        role = roles[file.role]
        if role.file.carrier == "image" or not file.exists:
            continue
        made = listings.get(number)
        if not _may_change(file, role, broken):
            yield file.path, (document.root / file.path).read_bytes()
            continue
        rows = _as_read(document, role, number, next(found[role.role]))
        if made is not None:
            rows[made[0].name] = listing_rows(made[0], made[1])
        else:
            role = _without_listings(role)
        origin = Origin(document.root, document.files, number)
        yield file.path, b"".join(document.bindings[role.file.carrier].write(role, rows, origin))
    if placed_media:
        for path in document.lists:
            yield path, (document.root / path).read_bytes()
    for _, outlined in listings.values():
        for path, text in outlined.lists.items():
            yield path, text.encode()


def _changing(
    document: Document, roles: Mapping[str, FilePlan], broken: Collection[str]
) -> dict[str, list[int]]:
    """List by role the files that are printed again."""
    changing: dict[str, list[int]] = {name: [] for name in roles}
    for number, file in enumerate(document.files):
        if _may_change(file, roles[file.role], broken):
            changing[file.role].append(number)
    return changing


def _may_change(file: DataFile, role: FilePlan, broken: Collection[str]) -> bool:
    """Tell whether a file of a role is printed again, not taken over as it stands."""
    if role.file.carrier == "image" or not file.exists:
        return False
    joined = any(source.join is not None for source in role.sources)
    return bool(role.sources) and not joined and file.path not in broken


def _without_listings(role: FilePlan) -> FilePlan:
    """Leave out what a file lists, so that it stays as it stands: it has no columns."""
    return replace(role, sources=tuple(source for source in role.sources if source.variants))


def _listings_again(document: Document) -> Iterator[tuple[int, tuple[Source, Outline]]]:
    """Say anew, for each file that lists others, where those are."""
    for role in document.plan.files:
        listed = role.file.listed
        by = next(
            (n for n, f in enumerate(document.files) if listed is not None and f.role == listed.by),
            None,
        )
        if listed is None or by is None:
            continue
        files = [file for file in document.files if file.role == role.role]
        splits = [
            file.splits or tuple(file.captures.get(n, "") for n in ("split",)) for file in files
        ]
        shelf = Shelf([file.path for file in files], splits, document.files[by].path, placed=False)
        yield by, (listing_source(role.role, listed), outline(role, shelf))


def _as_read(
    document: Document, role: FilePlan, number: int, rows: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Put back values that could not be understood, as they stand in their file."""
    faulty = {name for name, frame in rows.items() if _marks(frame) or _kept(frame)}
    read: dict[str, list[pl.DataFrame]] = {}
    if faulty:
        binding, file = document.bindings[role.file.carrier], document.files[number]
        for batch in binding.read(document.root, [(number, file)], role, None, ROWS):
            for name, raw in batch.rows.items():
                read.setdefault(name, []).append(raw.frame)
    return {
        name: _restored(frame, pl.concat(read[name]) if name in faulty and name in read else None)
        for name, frame in rows.items()
    }


def _marks(frame: pl.DataFrame) -> dict[str, str]:
    """Map the fields that hold a value not understood to the columns that mark them."""
    marks = {name.removeprefix(FAULTY): name for name in frame.columns if name.startswith(FAULTY)}
    return {field: name for field, name in marks.items() if frame[name].any()}


def _kept(frame: pl.DataFrame) -> dict[str, str]:
    """Map the fields of which something is to stay as it was read to the columns that say when."""
    kept = {name.removeprefix(KEPT): name for name in frame.columns if name.startswith(KEPT)}
    return {field: name for field, name in kept.items() if frame[name].null_count() < frame.height}


def _restored(frame: pl.DataFrame, read: pl.DataFrame | None) -> pl.DataFrame:
    aside = (FAULTY, KEPT)
    stays = [column for column in frame.get_columns() if not column.name.startswith(aside)]
    plain = pl.DataFrame(stays)  # a query for each small file would cost more than its printing
    if read is None:
        return plain
    marks = {field: name for field, name in _marks(frame).items() if field in read.columns}
    kept = {field: name for field, name in _kept(frame).items() if field in read.columns}
    keys = [name for name in ("@start", "@index", "@path") if name in read.columns]
    old = read.select(*keys, *(pl.col(field).alias(f"@old {field}") for field in marks | kept))
    both = frame.join(old, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return both.select(_put_back(n, marks.get(n), kept.get(n)) for n in plain.columns)


def _put_back(name: str, mark: str | None, kept: str | None) -> pl.Expr:
    """Take the old value where the new one was not understood, or says what the old one did."""
    value, old = pl.col(name), pl.col(f"@old {name}")
    if mark is not None:
        value = pl.when(mark).then(pl.coalesce(value, old)).otherwise(value)
    if kept is not None:
        value = pl.when(pl.col(kept) == value).then(old).otherwise(value)
    return value.alias(name)
