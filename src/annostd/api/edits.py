"""Rows that were changed since they were read, where they cannot go back into their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from annostd.api.tables import Dataset


def edits_of_broken(dataset: Dataset, broken: Collection[str]) -> Iterator[str]:
    """Tell the files in `broken` whose rows are not those that were read.

    A file of which a part could not be read is kept as it stands within one standard, so that a
    changed row, a new one, or one taken out, would be dropped without a word. A row without a file
    may be meant for any of them.
    """
    now, then = dataset.tables.frames, dataset.as_read
    changed = [
        name for name in sorted(now.keys() | then.keys()) if now.get(name) is not then.get(name)
    ]
    for number, file in enumerate(dataset.opened.document.files):
        if file.path not in broken:
            continue
        names = [n for n in changed if not _equal(now.get(n), then.get(n), number)]
        if names:
            tables = ", ".join(names)
            yield (
                f"changes of {tables} cannot be written to {file.path}, of which a part could not "
                "be read, expected a file that is mended first"
            )


def _equal(now: pl.DataFrame | None, then: pl.DataFrame | None, number: int) -> bool:
    mine, read = _rows(now, number), _rows(then, number)
    if mine is None or read is None:
        return mine is read
    return mine.columns == read.columns and mine.equals(read)


def _rows(frame: pl.DataFrame | None, number: int) -> pl.DataFrame | None:
    """Give the rows of one file, and those of none; no rows are as good as no table."""
    if frame is not None and "@file" in frame.columns:
        frame = frame.filter(pl.col("@file").is_null() | (pl.col("@file") == number))
    return None if frame is None or frame.is_empty() else frame
