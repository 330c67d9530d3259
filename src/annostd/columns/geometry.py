"""Geometry cells: native numbers to geometry columns in the source's form, with the faults met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from annostd.codecs import rle
from annostd.codecs.number_lists import parse_json_numbers, parse_separated
from annostd.columns.cells import CellFault, cast
from annostd.plan.want import PRESENCE
from annostd.tables.geometry import masks, polygons

if TYPE_CHECKING:
    from collections.abc import Collection

    from annostd.plan.model import ColumnPlan

MEASURES = ("area", "bounds", "points", "parts")


@dataclass(slots=True)
class Shapes:
    """Columns made for one geometry, and the faults met, each with the field at fault."""

    columns: dict[str, pl.Series] = field(default_factory=dict)
    faults: list[tuple[str, CellFault]] = field(default_factory=list)

    def fault(self, where: str, kind: str, rows: pl.Series, expected: str) -> None:
        """Note a fault of some rows at a field, if there are any."""
        if rows.any():
            self.faults.append((where, CellFault(kind, rows, expected)))


def decode_geometry(
    frame: pl.DataFrame, plan: ColumnPlan, *, coded: bool, parts: Collection[str] | None
) -> Shapes:
    """Decode one geometry column of raw rows.

    `parts` are what is needed of it (`""`: its values; measures' names; None: the values and
    nothing else; PRESENCE: only whether one is there). A box becomes a Float64 column `name.slot`
    per slot; polygons List(List(Float64)) `name`; a mask `name.height`, `name.width` and
    `name.runs`. `present(name)` is always made.
    """
    shapes = Shapes()
    if parts == PRESENCE and plan.type != "box":
        raw = _without_null(frame[plan.fields[0]])
        shapes.columns[f"present({plan.name})"] = raw.is_not_null()
    elif plan.type == "box":
        _boxes(frame, plan, shapes, coded=coded)
    elif plan.type == "polygons":
        _polygons(frame, plan, shapes, coded=coded, parts=parts)
    else:
        _masks(frame, plan, shapes, parts=parts)
    return shapes


def _boxes(frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, coded: bool) -> None:
    slots = _slots(plan)
    if len(plan.fields) == 1:
        columns = _listed_slots(frame[plan.fields[0]], plan, shapes)
    else:
        columns = []
        for name in plan.fields:
            cells = cast(frame[name], "number", coded=coded)
            columns.append(cells.values)
            for fault in cells.faults:
                shapes.faults.append((name, fault))
    whole = pl.select(pl.all_horizontal([series.is_not_null() for series in columns])).to_series()
    for slot, series in zip(slots, columns, strict=True):
        shapes.columns[f"{plan.name}.{slot}"] = pl.select(pl.when(whole).then(series)).to_series()
    shapes.columns[f"present({plan.name})"] = whole
    _range(plan, shapes, columns)


def _listed_slots(raw: pl.Series, plan: ColumnPlan, shapes: Shapes) -> list[pl.Series]:
    slots = _slots(plan)
    name = plan.fields[0]
    raw = _without_null(raw)
    values, faulty = parse_json_numbers(raw, depth=1)
    shapes.fault(name, "type", faulty, f"a list of {len(slots)} numbers")
    length = values.list.len()
    wrong = (length != len(slots)).fill_null(value=False) & ~faulty
    shapes.fault(name, "length", wrong, f"{len(slots)} numbers: {' '.join(slots)}")
    values = pl.select(pl.when(~wrong & ~faulty).then(values)).to_series()
    return [values.list.get(index, null_on_oob=True) for index in range(len(slots))]


def _range(plan: ColumnPlan, shapes: Shapes, columns: list[pl.Series]) -> None:
    """Find numbers of a box outside the range declared for each of them."""
    for index, series in enumerate(columns):
        where = plan.fields[index] if len(plan.fields) > 1 else plan.fields[0]
        outside = _outside(series, plan)
        if outside is not None:
            shapes.fault(where, "range", outside, expected_range(plan))


def _outside(series: pl.Series, plan: ColumnPlan) -> pl.Series | None:
    least, most = plan.column.minimum, plan.column.maximum
    if least is None and most is None:
        return None
    outside = pl.repeat(value=False, n=len(series), dtype=pl.Boolean, eager=True)
    if least is not None:
        outside = outside | (series < least).fill_null(value=False)
    if most is not None:
        outside = outside | (series > most).fill_null(value=False)
    return outside


def expected_range(plan: ColumnPlan) -> str:
    """Say which numbers a column may hold; a fraction says what it is a fraction of."""
    least, most = plan.column.minimum, plan.column.maximum
    text = " and ".join(
        part
        for part in (
            f"at least {least:g}" if least is not None else "",
            f"at most {most:g}" if most is not None else "",
        )
        if part
    )
    if plan.form is not None and plan.form.unit == "fraction":
        return f"{text}, a fraction of the medium (are these pixels?)"
    return text


def _polygons(
    frame: pl.DataFrame,
    plan: ColumnPlan,
    shapes: Shapes,
    *,
    coded: bool,
    parts: Collection[str] | None,
) -> None:
    name, raw = plan.fields[0], frame[plan.fields[0]]
    many = plan.form is not None and plan.form.parts == "many"
    if coded:
        values, faulty = parse_json_numbers(_without_null(raw), depth=2 if many else 1)
        if not many:
            values = _one_part(values)
    else:
        values, faulty = parse_separated(raw, plan.column.separators or (" ",))
        values = _one_part(values)
    expected = "a list of lists of numbers" if many else "a list of numbers"
    shapes.fault(name, "type", faulty, expected)
    shapes.columns[f"present({plan.name})"] = values.is_not_null()
    measures = polygons.measure(values)
    shapes.fault(name, "length", measures["odd"].fill_null(value=False), "an even count of numbers")
    _polygon_length(measures, plan, shapes)
    _polygon_range(values, plan, shapes)
    for column in measures.columns:
        if column != "odd":
            shapes.columns[_measure_name(plan.name, column)] = measures[column]
    _drop_unwanted(shapes, parts)
    if parts is None or "" in parts:
        shapes.columns[plan.name] = values


def _polygon_length(measures: pl.DataFrame, plan: ColumnPlan, shapes: Shapes) -> None:
    """Find outlines with a part of too few or too many numbers."""
    if plan.column.length is None:
        return
    least, most = plan.column.length
    points = pl.col("points")
    if least is not None:
        few = measures.select((points.list.min() * 2 < least).fill_null(value=False))
        shapes.fault(plan.fields[0], "length", few.to_series(), f"at least {least} numbers")
    if most is not None:
        many = measures.select((points.list.max() * 2 > most).fill_null(value=False))
        shapes.fault(plan.fields[0], "length", many.to_series(), f"at most {most} numbers")


def _polygon_range(values: pl.Series, plan: ColumnPlan, shapes: Shapes) -> None:
    if plan.column.minimum is None and plan.column.maximum is None:
        return
    frame = values.alias("v").to_frame()
    flat = pl.col("v").list.eval(pl.element().list.min()).list.min()
    high = pl.col("v").list.eval(pl.element().list.max()).list.max()
    least, most = frame.select(least=flat, most=high)
    outside = _outside(least, plan)
    beyond = _outside(most, plan)
    if outside is not None and beyond is not None:
        shapes.fault(plan.fields[0], "range", outside | beyond, expected_range(plan))


def _one_part(values: pl.Series) -> pl.Series:
    frame = values.alias("v").to_frame()
    part = pl.when(pl.col("v").is_not_null()).then(
        pl.concat_list(pl.col("v").implode().over(pl.int_range(pl.len())))
    )
    return frame.select(part.alias(values.name)).to_series()


def _masks(
    frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, parts: Collection[str] | None
) -> None:
    name = plan.fields[0]
    raw = _without_null(frame[name])
    height, width, runs, faults = _decode_masks(raw)
    faulty = faults.is_not_null()
    short = (faults == _SIZE).fill_null(value=False)
    shapes.fault(name, "length", short, "two numbers as size: height width")
    shapes.fault(name, "type", faulty & ~short, "an object with size [height, width] and counts")
    shapes.columns[f"present({plan.name})"] = runs.is_not_null()
    shapes.columns[f"{plan.name}.height"] = height
    shapes.columns[f"{plan.name}.width"] = width
    measures = masks.measure(height, width, runs)
    for column in measures.columns:
        if column == "total":
            shapes.columns[f"{plan.name}.total"] = measures[column]
        else:
            shapes.columns[_measure_name(plan.name, column)] = measures[column]
    _drop_unwanted(shapes, parts)
    if parts is None or "" in parts:
        shapes.columns[f"{plan.name}.runs"] = runs


_SIZE = "the size is not two sides"


class _Mask(msgspec.Struct):
    size: list[int]
    counts: list[int] | str


def _decode_masks(raw: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Decode mask objects; counts are a list of runs or the compressed text."""
    decoder = msgspec.json.Decoder(_Mask)
    sizes: list[tuple[int, int] | None] = []
    lists: list[list[int] | None] = []
    texts: list[str | None] = []
    faults: list[str | None] = []
    for text in raw:
        mask, fault = _decode_mask(decoder, text) if text is not None else (None, None)
        sizes.append((mask.size[0], mask.size[1]) if mask else None)
        counts = mask.counts if mask else None
        lists.append(counts if isinstance(counts, list) else None)
        texts.append(counts if isinstance(counts, str) else None)
        faults.append(fault)
    plain = pl.Series("runs", lists, dtype=pl.List(pl.Int64))
    packed, wrong = rle.parse(pl.Series("runs", texts, dtype=pl.String))
    told = pl.select(pl.coalesce(pl.Series("f", faults, dtype=pl.String), wrong)).to_series()
    good = told.is_null()
    runs = pl.select(pl.when(good).then(pl.coalesce(plain, packed))).to_series()
    height = pl.Series("height", [size[0] if size else None for size in sizes], dtype=pl.Int64)
    width = pl.Series("width", [size[1] if size else None for size in sizes], dtype=pl.Int64)
    return height, width, runs, told


def _decode_mask(
    decoder: msgspec.json.Decoder[_Mask], text: str
) -> tuple[_Mask | None, str | None]:
    try:
        mask = decoder.decode(text)
    except msgspec.MsgspecError as error:
        return None, str(error)
    limit = 2**31
    if len(mask.size) != 2:  # noqa: PLR2004
        return None, _SIZE
    if not all(0 <= side < limit for side in mask.size):
        return None, "a side is negative or too long"
    if isinstance(mask.counts, list) and not all(0 <= run < limit for run in mask.counts):
        return None, "a run is negative or too long"
    return mask, None


def _drop_unwanted(shapes: Shapes, parts: Collection[str] | None) -> None:
    """Leave out the measures that nobody asked for."""
    for measure in MEASURES:
        if parts is None or measure not in parts:
            for key in [key for key in shapes.columns if key.startswith(f"{measure}(")]:
                del shapes.columns[key]


def _measure_name(column: str, part: str) -> str:
    if part in {"x1", "y1", "x2", "y2"}:
        return f"bounds({column}).{part}"
    return f"{part}({column})"


def _slots(plan: ColumnPlan) -> tuple[str, ...]:
    return plan.form.slots if plan.form is not None else ()


def _without_null(raw: pl.Series) -> pl.Series:
    return pl.select(pl.when(raw != "null").then(raw)).to_series().alias(raw.name)
