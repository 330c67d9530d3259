"""Reading the files of a role, many of them by an engine: some thousand files are one task."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from annostd.bindings.collector import without_collector
from annostd.bindings.shares import runs

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.bindings.binding import Binding
    from annostd.columns.raw import DataFile, RawBatch
    from annostd.engines import Engine
    from annostd.plan.model import FilePlan

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read: the arguments of `Binding.read`, and the binding."""

    binding: Binding
    root: Path
    files: Sequence[tuple[int, DataFile]]
    plan: FilePlan
    fields: Mapping[str, frozenset[str]] | None
    rows: int


def read_files(reading: Reading, engine: Engine | None) -> Iterator[RawBatch]:
    """Read files batch by batch, in their order; where they are many, by the engine."""
    parts = runs(reading.files) if engine is not None else []
    if engine is None or not parts:
        with without_collector():
            yield from ahead(read_here(reading))
        return
    files = dict(reading.files)
    shares = [[(number, files[number]) for number in part] for part in parts]
    with without_collector():
        for batches in ahead(engine.map(read_part, replace(reading, files=()), shares)):
            yield from batches


def ahead(batches: Iterator[Taken]) -> Generator[Taken]:
    """Yield batches, while a thread reads the next one: array code leaves the other time to it."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def read_part(reading: Reading, files: Sequence[tuple[int, DataFile]]) -> list[RawBatch]:
    """Read files whole: what a task does, wherever it runs."""
    with without_collector():
        return list(read_here(replace(reading, files=files)))


def read_here(reading: Reading) -> Iterator[RawBatch]:
    """Read files batch by batch, with nothing beside."""
    return reading.binding.read(
        reading.root, reading.files, reading.plan, reading.fields, reading.rows
    )
