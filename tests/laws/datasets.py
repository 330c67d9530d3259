"""Drafts as tables and files, and what is read back of them, in words that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl
from PIL import Image

from annostd.api.choice import Opened, compiled, open_plan
from annostd.api.once import load, with_dialects
from annostd.api.tables import read_opened
from annostd.bindings import BINDINGS
from annostd.bindings.patterns import with_shared_captures
from annostd.converters.examples import example_tables
from annostd.converters.map import map_tables
from annostd.converters.media import media_targets
from annostd.converters.write import print_files
from annostd.standard import Library
from annostd.tables.dataset import Tables
from annostd.tables.geometry.forms import PLACED
from annostd.tables.schema import SLOTTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hypothesis.vendor.pretty import RepresentationPrinter

    from annostd.api.choice import Choice
    from annostd.api.tables import Dataset
    from annostd.converters.model import Mapped
    from annostd.plan.model import Plan
    from annostd.standard.model import Json, Standard
    from annostd.tables.geometry.forms import Form
    from tests.laws.strategies import Draft

LIBRARY = Library.of()
EXCHANGE = "exchange"
PARTNERS = ("coco-instances", "pascal-voc", "labelme", "rttm")
"""Standards that are tried together with those that hold what any other holds."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A shipped standard with one alternative of one dialect chosen, and its name for tests."""

    name: str
    choice: Choice

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:  # noqa: FBT001
        del cycle
        printer.text(self.name)

    @property
    def plan(self) -> Plan:
        return self.choice.plan


def shipped() -> list[str]:
    """List the ids of all shipped standards."""
    return sorted({entry.id for entry in LIBRARY.standards})


@lru_cache
def dialects_of(standard_id: str) -> list[Chosen]:
    """Compile a shipped standard with its first dialects, then with each other one."""
    return list(alternatives(load(standard_id, LIBRARY)))


def alternatives(standard: Standard) -> Iterator[Chosen]:
    """Yield a standard with its first dialects, then with each other one."""
    yield Chosen(standard.id, compiled(standard, {}))
    for axis, options in standard.dialects.items():
        for option in options[1:]:
            named = {axis: option.name}
            name = f"{standard.id}:{option.name}"
            yield Chosen(name, compiled(with_dialects(standard, named), named))


def tables_of(draft: Draft) -> Tables:
    """Make tables of a draft."""
    plan = draft.plan
    plain = {
        table: [{n: v for n, v in row.items() if not _refers(plan, table, n)} for row in rows]
        for table, rows in draft.rows.items()
    }
    made = example_tables(plan, plain)
    frames: dict[str, pl.DataFrame] = {}
    for table, rows in draft.rows.items():
        frame = made.frames[table]
        references = [n for n in plan.tables[table].columns if _refers(plan, table, n)]
        columns = [
            pl.Series(n, [row.get(n) for row in rows], dtype=pl.UInt32)
            for n in references
            if any(n in row for row in rows)
        ]
        frames[table] = pl.DataFrame([*frame.get_columns(), *columns])
    return Tables(frames, made.forms)


def _refers(plan: Plan, table: str, name: str) -> bool:
    bound = plan.tables[table].columns.get(name)
    return bound is not None and bound.refers is not None


def alike(standard: str) -> list[str]:
    """List the standards of the same domain: a picture is never written as a recording.

    Standards that hold what any other holds are tried with one or two of each domain.
    """
    domains = {name: load(name, Library.of()).domain for name in shipped()}
    if domains[standard] == EXCHANGE:
        return [standard, *(name for name in PARTNERS if domains[name] == "vision")]
    same = [name for name in shipped() if domains[name] == domains[standard]]
    every = [name for name in shipped() if domains[name] == EXCHANGE]
    return [*same, *every] if standard in PARTNERS else same


def write_draft(draft: Draft, folder: Path, *, pictures: bool = True) -> Mapped:
    """Write a draft by its standard's writer into a folder, with pictures of its media."""
    plan = draft.plan
    mapped = map_tables(tables_of(draft), plan, plan, {}, placed_media=pictures)
    roles = with_shared_captures(plan.files)
    written = print_files(plan, mapped.tables, roles, BINDINGS, placed_media=pictures)
    refused = (*mapped.refused, *written.refused)
    assert not refused, refused
    for path, data in written.files:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    if pictures:
        targets = media_targets(mapped.tables, roles, written.media)
        for row, target in zip(draft.rows.get("media", []), targets, strict=True):
            if target is not None:
                draw_picture(folder / target, row)
    return mapped


def draw_picture(place: Path, row: Mapping[str, Json]) -> None:
    """Draw a picture of the size that a medium says it has."""
    width, height = row.get("width"), row.get("height")
    if isinstance(width, int) and isinstance(height, int):
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, height)).save(place)


def read_folder(folder: Path, choice: Choice) -> Dataset:
    """Read a folder under a choice of standard and dialects."""
    return read_opened(Opened(choice, open_plan(folder, choice.plan), folder))


def told(plan: Plan, tables: Tables) -> dict[str, list[str]]:
    """Say each row of each table in words, and in place of references what they name."""
    rows = {table: frame.rows(named=True) for table, frame in tables.frames.items()}
    return {table: [say(plan, rows, table, row) for row in rows.get(table, [])] for table in rows}


def parts_of(name: str, form: Form) -> list[str]:
    """Name the columns of a frame that hold a geometry."""
    if form.kind in SLOTTED:
        return [f"{name}.{slot}" for slot in form.slots]
    if form.kind == "interval":
        return [f"{name}.{end}" for end in ("start", "end")]
    if form.codec == PLACED:
        return [f"{name}.text", *(f"{name}.{slot}" for slot in form.slots)]
    if form.kind == "mask":
        return [f"{name}.runs", f"{name}.height", f"{name}.width"]
    return [name]


def say(
    plan: Plan,
    rows: Mapping[str, list[dict[str, object]]],
    table: str,
    row: Mapping[str, object],
    depth: int = 3,
) -> str:
    """Say a row in words; rows may name each other in a ring, so that words end somewhere."""
    values = []
    for name, column in sorted(plan.tables[table].columns.items()):
        if (
            column.implied and not column.canonical and column.refers is None
        ):  # tells variants apart
            continue
        if column.refers is not None:
            at = row.get(name)
            target = column.refers[0]
            value = None
            if isinstance(at, int):
                value = say(plan, rows, target, rows[target][at], depth - 1) if depth else "…"
                value = f"({value})"
        elif column.form is not None:
            parts = [row.get(part) for part in parts_of(name, column.form)]
            value = repr(parts) if parts[0] is not None else None
        else:
            known, is_set = row.get(name), column.type == "strings"
            value = (
                repr(sorted(known) if isinstance(known, list) and is_set else known)
                if known is not None
                else None
            )
        if value is not None:
            values.append(f"{name}={value}")
    return ", ".join(values)


def named(chosen: Chosen) -> str:
    """Name a standard with its dialects, as `--as` and `--to` do."""
    dialects = ",".join(chosen.choice.standard.chosen.values())
    return f"{chosen.choice.standard.id}:{dialects}" if dialects else chosen.choice.standard.id
