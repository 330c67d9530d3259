"""What a binding is: one carrier's way from bytes to raw columns, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.columns.raw import DataFile, Origin, Place, RawBatch
    from annostd.findings import Location
    from annostd.plan.model import FilePlan, Source


class Binding(Protocol):
    """Reads, places and writes the files of one carrier, knowing nothing of types.

    `reads_whole`: all that a file holds may matter, not its beginning alone.
    """

    reads_whole: ClassVar[bool] = True

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read files of one role in batches of about `rows` rows.

        `files` pairs each file with its index in the document; `want` names the fields needed of
        each source (None: all; a source not named is not read). Sources are read in the plan's
        order. A source that has no list or member to stand in (missing, null or of another type) is
        told by the findings `<table>.missing` and `<table>.type` where it is required.
        """
        ...

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Find the place of a record (`path` None) or of a value in it.

        Where the value is missing, of the record.
        """
        ...

    def write(
        self,
        plan: FilePlan,
        rows: Mapping[str, pl.DataFrame],
        origin: Origin | None,
    ) -> Iterator[bytes]:
        """Print one file.

        `rows` holds per source the raw rows of this file in order: one column per field (String for
        text carriers, typed or JSON text for others; null: left out) and `@parent`, the row in the
        frame of the enclosing source. With an `origin`, rows that come from a file also have their
        place columns.
        """
        ...

    def write_files(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame]
    ) -> Iterator[tuple[int, bytes]]:
        """Print many files, none of which takes anything over from where its rows were read.

        `rows` are as for `write`, over all files: the frames of the outermost sources have `@file`,
        and `@parent` is a row of the whole frame. Each file that `@file` names is given with its
        number, in rising order; a file without rows is not. A binding that can print at array speed
        does.
        """
        for number, part in parts(plan, rows):
            yield number, b"".join(self.write(plan, part, None))

    def beginning(self, path: Path, most: int) -> bytes:
        """Give the first `most` bytes of a file, or a file of about that size that begins like it.

        Raises:
            OSError: it cannot be read.
        """
        with path.open("rb") as stream:
            return stream.read(most)


def parts(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame]
) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """Divide the rows of many files: each file's number and its rows, `@parent` counted anew."""
    numbers = {
        number
        for source in plan.sources
        if source.name in rows
        for number in rows[source.name]["@file"].drop_nulls().to_list()
    }
    for number in sorted(numbers):
        part: dict[str, pl.DataFrame] = {}
        for source in plan.sources:
            if source.name in rows:
                chosen = rows[source.name].with_row_index("@row").filter(pl.col("@file") == number)
                _take(source, chosen, rows, part)
        yield number, part


def _take(
    source: Source,
    chosen: pl.DataFrame,
    rows: Mapping[str, pl.DataFrame],
    part: dict[str, pl.DataFrame],
) -> None:
    """Take chosen rows of a source, and of the sources inside it those that stand in them."""
    part[source.name] = chosen.drop("@row")
    places = chosen.select(pl.col("@row").alias("@parent"), pl.int_range(pl.len()).alias("@new"))
    for child in source.children:
        if child.name in rows:
            inside = (
                rows[child.name]
                .with_row_index("@row")
                .with_columns(pl.col("@parent").cast(pl.UInt32))
                .join(places, on="@parent", how="inner", maintain_order="left")
                .with_columns(pl.col("@new").cast(pl.UInt32).alias("@parent"))
                .drop("@new")
            )
            _take(child, inside, rows, part)
