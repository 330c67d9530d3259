"""Reading a dataset into tables, and writing tables as a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.api.choice import Opened
    from annostd.api.losses import Unread
    from annostd.findings import Finding
    from annostd.reports import ConversionReport
    from annostd.tables.dataset import Tables


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset read whole: its tables, how it was opened, and what could not be read.

    `unread` are cells that no value was read of, `unknown` counts undeclared members by table and
    name, `as_read` keeps the frames as they were read, whatever becomes of `tables`.
    """

    tables: Tables
    opened: Opened
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    unknown: Mapping[tuple[str, str], int] = field(default_factory=dict)
    as_read: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def read(
    path: Path | str, *, standard: str | None = None, standards: Sequence[Path] = ()
) -> Dataset:
    """Read a dataset into the canonical tables; detected where no standard is named."""
    from pathlib import Path as Folder

    from annostd.api.validate import open_dataset

    return read_opened(open_dataset(Folder(path), standard, standards))


def read_opened(opened: Opened, progress: Callable[[int], None] | None = None) -> Dataset:
    """Read an opened dataset whole."""
    import polars as pl

    from annostd.api.losses import unread_cells
    from annostd.columns.assemble import Assembler
    from annostd.tables.dataset import Tables
    from annostd.validators.run import batches, plan_forms

    plan, document = opened.document.plan, opened.document
    assembler = Assembler(plan, document.files, document.want, alone=document.single)
    parts: dict[str, list[pl.DataFrame]] = {}
    findings = list(document.findings)
    unread: list[Unread] = []
    unknown: dict[tuple[str, str], int] = {}
    for batch in batches(assembler, document):
        for table, frame in batch.frames.items():
            parts.setdefault(table, []).append(frame)
        findings.extend(batch.findings)
        unread.extend(unread_cells(batch))
        for name, member, count, _ in batch.unknown:
            home = assembler.sources.get(name)
            key = (home[1].table if home else name, member)
            unknown[key] = unknown.get(key, 0) + count
        if progress is not None:
            progress(sum(frame.height for frame in batch.frames.values()))
    frames = {
        table: pl.concat(each, how="diagonal_relaxed") if len(each) > 1 else each[0]
        for table, each in parts.items()
    }
    tables = Tables(frames, plan_forms(plan), assembler.standing())
    return Dataset(tables, opened, tuple(findings), tuple(unread), unknown, dict(frames))


def write(
    dataset: Dataset, target: Path | str, *, to: str, allow_loss: bool = False, force: bool = False
) -> ConversionReport:
    """Write a dataset that was read; the same as `convert` from its tables on."""
    from pathlib import Path as Folder

    from annostd.api.convert import Order, write_dataset

    order = Order(target=Folder(target), to=to, allow_loss=allow_loss, force=force)
    return write_dataset(dataset, order)
