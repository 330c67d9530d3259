"""The carrier `parquet`: tables in columns, a row each of them one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import fault, full_path, unreadable
from annostd.bindings.frames import KINDS, raw_frame, wanted
from annostd.bindings.parquet_again import write_again
from annostd.bindings.parquet_cells import printed, read_column, write_column, written_type
from annostd.bindings.parquet_pages import Unsound, check_pages
from annostd.bindings.trees import captured, escape
from annostd.columns.raw import Misfit, RawBatch, RawRows, Unknown
from annostd.findings import Finding, Level, Location, Phase
from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.columns.raw import DataFile, Origin, Place
    from annostd.plan.model import ColumnPlan, Field, FilePlan, Source

_WIDE = 1024
"""About how many bytes a row has at most."""
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class ParquetBinding(Binding):
    """Reads, places and writes Parquet files, each of them rows of one table.

    A place is a row, counted from 0, and a column. What no type of a column can hold (a value of
    any kind, a mask) is JSON text; lists of numbers or texts, and times, are columns of such.
    """

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read files in batches of at most `rows` rows; a batch is of one file."""
        for source in plan.sources[:1]:
            fields = wanted(source, want)
            for number, file in files if fields is not None else ():
                if file.exists:
                    reading = _Reading(root, source, fields or (), number, file, want is None)
                    yield from reading.run(max(rows, 1))

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Point at a row, or at a column in it; what the path captures stands in no column."""
        del root
        captures = {item.name for item in source.fields if item.capture is not None}
        path = None if captures.intersection(path or ()) else path
        steps = "".join(f"/{escape(step)}" for step in path or ())
        return Location(file.path, pointer=f"/{place.index}{steps}")

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one file; with an origin its undeclared columns stay, and the order and types."""
        (source,) = plan.sources
        fields = [item for item in source.fields if item.capture is None]
        frame = rows.get(source.name)
        if frame is None:
            frame = pl.DataFrame(schema={item.name: KINDS[item.kind] for item in fields})
        raw = {item.path[-1]: (_column(frame, item), item) for item in fields}
        if origin is not None and origin.file is not None:
            path = full_path(origin.root, origin.files[origin.file])
            yield write_again(raw, frame, path)
        else:
            yield printed([write_column(*each).alias(name) for name, each in raw.items()])

    def beginning(self, path: Path, most: int) -> bytes:
        """Give a file of the first rows, which is as short as asked for where it can be."""
        try:
            check_pages(str(path))
            frame = pl.scan_parquet(path, glob=False).head(most // _WIDE).collect()
            return printed(frame.get_columns())
        except (Unsound, pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError):
            return Binding.beginning(self, path, most)


@dataclass(slots=True)
class _Reading:
    """One file on its way to rows; of a `whole` one what is not declared has to be readable, too.

    It is to be written again.
    """

    root: Path
    source: Source
    fields: tuple[Field, ...]
    number: int
    file: DataFile
    whole: bool
    findings: list[Finding] = field(default_factory=list)
    lacking: set[str] = field(default_factory=set)

    def run(self, rows: int) -> Iterator[RawBatch]:
        """Read batch by batch; what cannot be read any further ends the file."""
        path = full_path(self.root, self.file)
        found = self._tried(partial(_open, path))
        if found is not None:
            lazy, height = found
            names = lazy.collect_schema().names()
            self._judge(names, height)
            for start in range(0, height, rows):
                frame = self._tried(partial(_slice, lazy, self._columns(names), start, rows))
                if frame is None or not frame.height:
                    break
                yield self._batch(frame, start, names)
        if self.findings:
            yield RawBatch({}, tuple(self.findings))

    def _tried(self, read: Callable[[], _Read]) -> _Read | None:
        """Read something of the file; None and a finding where it cannot be read."""
        try:
            return read()
        except OSError as error:
            self.findings.append(unreadable("parquet", self.file, error))
        except Unsound as error:
            self._tell(str(error))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError):
            self._tell("holds what cannot be decoded")
        return None

    def _tell(self, actual: str) -> None:
        message = f"the file {actual}, expected a whole Parquet file"
        place = Location(self.file.path)
        self.findings.append(fault("parquet.syntax", place, message, actual=actual))

    def _columns(self, names: Sequence[str]) -> list[str]:
        if self.whole:
            return [*names]
        members = (item.path[-1] for item in self.fields if item.capture is None)
        return [name for name in dict.fromkeys(members) if name in names]

    def _judge(self, names: Sequence[str], height: int) -> None:
        """Tell, once a file, of columns that rows must have, and of rows that must be there."""
        if not height and self.source.required is not None:
            message = f"the rows of {self.source.table} are missing, expected a row"
            self._fault("missing", None, self.source.required, message, ("nothing", "a row"))
        for item in self.fields if height else ():
            plan = self._required(item)
            if plan is not None and item.path[-1] not in names:
                self.lacking.add(item.name)
                expected = f"a column {item.path[-1]!r} of {written_type(item)}"
                message = f"the column {item.path[-1]!r} is missing, expected {expected}"
                level = plan.column.required or Level.MUST
                self._fault("missing", plan, level, message, (None, expected))

    def _required(self, item: Field) -> ColumnPlan | None:
        """Give the column that every row must have in a field."""
        plans = [_plan_of(shape.columns, item) for shape in self.source.variants]
        owed = all(plan is not None and plan.column.required for plan in plans)
        return plans[0] if plans and owed and item.capture is None else None

    def _batch(self, frame: pl.DataFrame, start: int, names: Sequence[str]) -> RawBatch:
        height = frame.height
        misfits: list[Misfit] = []
        columns = {item.name: self._cells(frame, item, misfits, start) for item in self.fields}
        order = pl.int_range(start, start + height, dtype=pl.UInt32, eager=True)
        places = {
            "@file": filled(self.number, height, pl.UInt32()),
            "@start": order + 1,
            "@end": order + 1,
            "@index": order,
        }
        kinds = {item.name: KINDS[item.kind] for item in self.fields}
        made = raw_frame(columns, places, kinds)
        known = {item.path[-1] for item in self.source.fields if item.capture is None}
        unknown = tuple(Unknown(escape(n), height, 0) for n in names if n not in known)
        findings, self.findings = tuple(self.findings), []
        rows = RawRows(self.source.name, made, tuple(misfits), unknown)
        return RawBatch({self.source.name: rows}, findings)

    def _cells(
        self, frame: pl.DataFrame, item: Field, misfits: list[Misfit], start: int
    ) -> pl.Series:
        height = frame.height
        nothing = filled(None, height, KINDS[item.kind]())
        if item.capture is not None:
            return self._captured(item, height, start, misfits)
        if item.path[-1] in frame.columns:
            column = read_column(frame[item.path[-1]], item)
            misfits.extend(Misfit(row, item.name, text) for row, text in column.misfits)
            if column.values is not None:
                return column.values
            self._tell_type(frame[item.path[-1]].dtype, item)
        if item.name in self.lacking:
            misfits.extend(Misfit(row, item.name, "", told=True) for row in range(height))
        return nothing

    def _captured(self, item: Field, height: int, start: int, misfits: list[Misfit]) -> pl.Series:
        if item.capture == "order":
            return pl.int_range(start, start + height, eager=True)
        text = self.file.captures.get(item.capture or "")
        value, fits = captured(text, item.kind) if text is not None else (None, True)
        if not fits:
            misfits.extend(Misfit(row, item.name, str(text)) for row in range(height))
        return filled(value, height, KINDS[item.kind]())

    def _tell_type(self, found: pl.DataType, item: Field) -> None:
        """Tell once that a column is of another type; its values are neither read nor missing."""
        if item.name in self.lacking:
            return
        self.lacking.add(item.name)
        plans = [_plan_of(shape.columns, item) for shape in self.source.variants]
        plan = next((plan for plan in plans if plan is not None), None)
        name, expected = item.path[-1], str(written_type(item))
        message = f"the column {name!r} is of {found}, expected {expected}"
        self._fault("type", plan, Level.MUST, message, (str(found), expected, name))

    def _fault(
        self,
        what: str,
        plan: ColumnPlan | None,
        level: Level,
        message: str,
        sides: tuple[str | None, ...],
    ) -> None:
        at = f"/{escape(sides[2] or '')}" if len(sides) > 2 else None  # noqa: PLR2004
        parts = [self.source.table, *([plan.name] if plan is not None else []), what]
        self.findings.append(
            Finding(
                rule=".".join(parts),
                level=level,
                class_name="structure",
                phase=Phase.STRUCTURE,
                location=Location(self.file.path, pointer=at),
                message=message,
                actual=sides[0],
                expected=sides[1],
            )
        )


def _open(path: str) -> tuple[pl.LazyFrame, int]:
    """Open a file whose sizes have been looked at, and count its rows."""
    check_pages(path)
    lazy = pl.scan_parquet(path, glob=False)
    return lazy, int(lazy.select(pl.len()).collect().item())


def _slice(lazy: pl.LazyFrame, columns: Sequence[str], start: int, rows: int) -> pl.DataFrame:
    if columns:
        return lazy.select(columns).slice(start, rows).collect()
    height = lazy.select(pl.len()).collect().item() - start
    return pl.DataFrame({"@none": filled(None, min(rows, height), pl.Boolean())})


def _plan_of(columns: Sequence[ColumnPlan], item: Field) -> ColumnPlan | None:
    return next((plan for plan in columns if item.name in plan.fields), None)


def _column(frame: pl.DataFrame, item: Field) -> pl.Series:
    if item.name in frame.columns:
        return frame[item.name]
    return filled(None, frame.height, KINDS[item.kind]())


PARQUET = ParquetBinding()
"""The binding of the carrier `parquet`."""
