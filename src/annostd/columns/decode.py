"""Raw rows of one source to typed rows: variants, values, geometries, and their faults."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import (
    DTYPES,
    CellFault,
    Cells,
    cast,
    map_values,
    repeated,
    word,
)
from annostd.columns.documents import WORDS, is_document, read_documents
from annostd.columns.faults import CellFaults
from annostd.columns.geometry import decode_geometry
from annostd.columns.items import decode_items, is_listed
from annostd.columns.limits import find_outside
from annostd.columns.natives import is_among
from annostd.columns.raw import PLACE
from annostd.columns.texts import unquoted
from annostd.columns.times import cast_times
from annostd.columns.variants import variant_of
from annostd.plan.columns import place_path
from annostd.tables.lists import filled
from annostd.tables.numbers import shortest
from annostd.tables.schema import GEOMETRIES, SLOTTED
from annostd.templates import render_expr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.columns.raw import Misfit, RawRows
    from annostd.plan.model import ColumnPlan, Field, Source, Variant

TYPED_CARRIERS = frozenset({"json", "jsonl", "yaml", "tokens", "image", "parquet"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """Typed rows of one source as read, with places, `@variant`, and `c@bad`: faulty cells.

    References still hold the key that names the row.
    """

    frame: pl.DataFrame
    faults: tuple[CellFaults, ...]


def decode(
    source: Source,
    rows: RawRows,
    *,
    carrier: str,
    want: Mapping[str, frozenset[str]] | None,
) -> Decoded:
    """Decode the raw rows of a source; `want` names columns and their parts (None: all values)."""
    coded = carrier in TYPED_CARRIERS
    raw = rows.frame
    variant = variant_of(source, raw, coded=coded)
    faults: list[CellFaults] = []
    told = _is_told(source, rows)
    none = variant.is_null() & ~told
    if none.any():
        faults.append(_no_variant(source, raw, none))
    frames = []
    position = pl.int_range(raw.height, dtype=pl.UInt32, eager=True).alias("@pos")
    misfits = _misfits(rows)
    for index, shape in enumerate(source.variants):
        mine = (variant == index).fill_null(value=False)
        if not mine.any():
            continue
        whole = bool(mine.all())
        part = raw if whole else raw.filter(mine)
        at = position if whole else position.filter(mine)
        cells = _Cells(source, shape, part, at, misfits, coded)
        frame = cells.decode(want).with_columns(at, pl.lit(index, pl.UInt8).alias("@variant"))
        if told.any():  # of which kind the row is was told by what could not be read
            marks = [told.gather(at).alias(f"{name}@bad") for name in shape.constants]
            frame = frame.with_columns(marks)
        frames.append(frame)
        faults.extend(cells.faults)
    if variant.has_nulls():
        frames.append(_keyed(source, raw, position, variant.is_null(), coded=coded))
    frame = _joined(frames, raw, position)
    if source.join is not None:
        keys = [raw[there].alias(key_name(there)) for _, there in source.join.by]
        said = [
            frame[plan.name].alias(said_name(plan.name))
            for plan in source.variants[0].columns
            if plan.refers is not None and plan.name in frame.columns
        ]
        frame = frame.with_columns(*keys, *said)
    return Decoded(frame, tuple(faults))


def key_name(place: str) -> str:
    """Name the column that holds the key by which a join finds its row."""
    return f"@by:{place}"


def said_name(column: str) -> str:
    """Name the column that keeps the key by which a reference of a join names its row."""
    return f"@said:{column}"


def _joined(frames: list[pl.DataFrame], raw: pl.DataFrame, position: pl.Series) -> pl.DataFrame:
    places = raw.select([name for name in PLACE if name in raw.columns]).with_columns(position)
    if len(frames) == 1 and frames[0].height == raw.height:
        return pl.concat([places.drop("@pos"), frames[0].drop("@pos")], how="horizontal")
    if not frames:
        return places.drop("@pos").with_columns(pl.lit(None, pl.UInt8).alias("@variant"))
    typed = pl.concat(frames, how="diagonal").sort("@pos")
    return places.join(typed, on="@pos", how="left", maintain_order="left").drop("@pos")


def _keyed(
    source: Source, raw: pl.DataFrame, position: pl.Series, rows: pl.Series, *, coded: bool
) -> pl.DataFrame:
    """Decode the key of rows that fit no variant, by which they are named."""
    keys = tuple(plan for plan in source.variants[0].columns if plan.column.key)
    shape = replace(source.variants[0], constants={}, columns=keys)
    at = position.filter(rows)
    cells = _Cells(source, shape, raw.filter(rows), at, {}, coded)
    return cells.decode(None).with_columns(at, pl.lit(None, pl.UInt8).alias("@variant"))


def _is_told(source: Source, rows: RawRows) -> pl.Series:
    """Tell the rows of which the binding has already reported a value that variants are told by."""
    tested = {condition.at for shape in source.variants for condition in shape.where}
    told = [each.row for each in rows.misfits if each.told and each.field in tested]
    count = pl.int_range(rows.frame.height, dtype=pl.UInt32, eager=True)
    return count.is_in(pl.Series(told, dtype=pl.UInt32).implode())


def _no_variant(source: Source, raw: pl.DataFrame, none: pl.Series) -> CellFaults:
    names = ", ".join(str(shape.name) for shape in source.variants)
    tested = next((c.at for shape in source.variants for c in shape.where), None)
    actual = raw[tested].filter(none).cast(pl.String) if tested in raw.columns else None
    return CellFaults(
        f"{source.table}.variant",
        source.name,
        None,
        place_path(tested) if tested else None,
        none.arg_true().cast(pl.UInt32),
        actual,
        f"one of the kinds {names}",
    )


def _misfits(rows: RawRows) -> dict[str, dict[int, Misfit]]:
    found: dict[str, dict[int, Misfit]] = {}
    for misfit in rows.misfits:
        found.setdefault(misfit.field, {})[misfit.row] = misfit
    return found


def _spelled(values: pl.Series) -> pl.Series:
    """Print values as their file would spell them."""
    return shortest(values) if values.dtype == pl.Float64 else values.cast(pl.String)


@dataclass(slots=True)
class _Cells:
    """Decodes the columns of the rows of one variant, collecting faults.

    `at` are the positions of the rows of `raw` in the batch.
    """

    source: Source
    variant: Variant
    raw: pl.DataFrame
    at: pl.Series
    misfits: Mapping[str, Mapping[int, Misfit]]
    coded: bool
    faults: list[CellFaults] = field(default_factory=list)
    columns: dict[str, pl.Series] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Field]:
        """The native fields of the source by name."""
        return {native.name: native for native in self.source.fields}

    def decode(self, want: Mapping[str, frozenset[str]] | None) -> pl.DataFrame:
        """Decode all wanted columns to one frame."""
        height = self.raw.height
        for plan in self.variant.columns:
            if want is not None and plan.name not in want:
                continue
            if plan.name in self.variant.constants:
                constant = self.variant.constants[plan.name]
                self.columns[plan.name] = repeated(constant, plan.type, height)
            elif not plan.implied and plan.gather is None:
                self._column(plan, None if want is None else want[plan.name])
        if not self.columns:
            return pl.DataFrame({"@none": pl.repeat(0, height, eager=True)}).drop("@none")
        return pl.DataFrame([series.alias(name) for name, series in self.columns.items()])

    def _column(self, plan: ColumnPlan, parts: frozenset[str] | None) -> None:
        if plan.type in GEOMETRIES:
            missing, bad = self._geometry(plan, parts)
        else:
            missing, bad = self._scalar(plan)
        bad = self._misfit(plan, bad)
        missing = missing & ~bad
        if plan.column.required is not None and missing.any():
            where = plan.fields[0] if len(plan.fields) == 1 else ""
            self._fault(plan, where, CellFault("missing", missing, _what(plan)))
            if plan.column.default is None:
                bad = bad | missing
        if bad.any():
            self.columns[f"{plan.name}@bad"] = bad
        if plan.column.default is not None and plan.type not in GEOMETRIES:
            self._default(plan, missing)

    def _geometry(
        self, plan: ColumnPlan, parts: frozenset[str] | None
    ) -> tuple[pl.Series, pl.Series]:
        shapes = decode_geometry(self.raw, plan, coded=self.coded, parts=parts)
        self.columns.update(shapes.columns)
        bad = self._none()
        for where, fault in shapes.faults:
            self._fault(plan, where, fault)
            bad = bad | fault.rows
        missing = ~self.columns[f"present({plan.name})"]
        return missing, bad

    def _scalar(self, plan: ColumnPlan) -> tuple[pl.Series, pl.Series]:
        coded = self.coded and self.fields[plan.fields[0]].kind == "value"
        cells = self._cells(plan, _without_absent(self._text(plan), plan, coded=coded), coded=coded)
        self.columns[plan.name] = cells.values
        bad = self._none()
        for fault in (*cells.faults, *find_outside(plan, cells.values)):
            self._fault(plan, plan.fields[0], fault)
            bad = bad | fault.rows
        return cells.values.is_null(), bad

    def _cells(self, plan: ColumnPlan, raw: pl.Series, *, coded: bool) -> Cells:
        if plan.column.values:
            return map_values(raw, plan, coded=coded)
        if is_document(plan):
            return read_documents(raw, plan.column.type or "", coded=coded)
        if plan.type == "time":
            return cast_times(raw, plan.unit, coded=coded)
        if plan.type in {"texts", "edges", "spans"} or is_listed(plan):
            return decode_items(raw, plan)
        kind = plan.type
        if kind == "reference":
            named = self.fields[plan.fields[0]].kind
            if named == "value":
                return Cells(unquoted(raw) if coded else raw)
            kind = named
        return cast(raw, kind, coded=coded)

    def _text(self, plan: ColumnPlan) -> pl.Series:
        if plan.template is None:
            return self.raw[plan.fields[0]]
        columns = {name.strip("{}"): pl.col(name) for name in plan.fields}
        return self.raw.select(render_expr(plan.template, columns).alias(plan.name)).to_series()

    def _misfit(self, plan: ColumnPlan, bad: pl.Series) -> pl.Series:
        for name in plan.fields:
            misfits = self.misfits.get(name, {})
            if not misfits:
                continue
            bad = bad | self._among(list(misfits))
            untold = [row for row, misfit in misfits.items() if not misfit.told]
            if untold and (rows := self._among(untold)).any():
                texts = [misfits[row].actual for row in self.at.filter(rows)]
                fault = CellFault("type", rows, _what(plan))
                self._fault(plan, name, fault, pl.Series(texts, dtype=pl.String))
        return bad

    def _among(self, rows: list[int]) -> pl.Series:
        return self.at.is_in(pl.Series(rows, dtype=pl.UInt32).implode())

    def _default(self, plan: ColumnPlan, missing: pl.Series) -> None:
        values = self.columns[plan.name]
        kind = plan.type
        if kind == "reference":
            kind = next(name for name, dtype in DTYPES.items() if dtype == values.dtype)
        default = repeated(plan.column.default, kind, len(values))
        self.columns[plan.name] = default.zip_with(missing, values)

    def _fault(
        self, plan: ColumnPlan, where: str, fault: CellFault, actual: pl.Series | None = None
    ) -> None:
        native = self.fields.get(where)
        if fault.inside is not None:
            actual = fault.inside
        elif actual is None and fault.fault != "missing":
            actual = _spelled(self.raw[where].filter(fault.rows))
        self.faults.append(
            CellFaults(
                f"{self.source.table}.{plan.name}.{fault.fault}",
                self.source.name,
                plan.name,
                native.path if native is not None and native.capture is None else None,
                self.at.filter(fault.rows),
                actual,
                fault.expected,
                inside=fault.inside is not None,
            )
        )

    def _none(self) -> pl.Series:
        return filled(value=False, height=self.raw.height, dtype=pl.Boolean)


def _without_absent(raw: pl.Series, plan: ColumnPlan, *, coded: bool) -> pl.Series:
    spellings = [spelling for spelling in plan.column.absent if spelling is not None]
    if not spellings:
        return raw
    absent = is_among(raw, spellings, coded=coded)
    return pl.select(pl.when(~absent).then(raw)).to_series().alias(raw.name)


def _what(plan: ColumnPlan) -> str:
    name = plan.type.replace("_", " ")
    article = "an" if name[0] in "aeiou" else "a"
    if plan.form is not None and plan.type in SLOTTED | {"interval"}:
        return f"{article} {name}: {' '.join(plan.form.slots)}"
    if is_document(plan):
        return WORDS[plan.column.type or ""]
    return word(plan.type) if plan.type in DTYPES else f"{article} {name}"
