"""Geometry cells: native numbers to geometry columns in the source's form, with the faults met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.codecs.number_lists import parse_json_numbers, parse_separated
from annostd.columns.cells import CellFault, cast
from annostd.columns.limits import expected_range, is_ranged, out_of_range
from annostd.columns.masks import decode_masks
from annostd.columns.texts import without_null
from annostd.plan.want import PRESENCE
from annostd.tables import lists
from annostd.tables.geometry import masks, polygons
from annostd.tables.numbers import shortest

if TYPE_CHECKING:
    from collections.abc import Collection

    from annostd.plan.model import ColumnPlan

MEASURES = ("area", "bounds", "points", "parts")


@dataclass(slots=True)
class Shapes:
    """Columns made for one geometry, and the faults met, each with the field at fault."""

    columns: dict[str, pl.Series] = field(default_factory=dict)
    faults: list[tuple[str, CellFault]] = field(default_factory=list)

    def fault(
        self,
        where: str,
        kind: str,
        rows: pl.Series,
        expected: str,
        inside: pl.Series | None = None,
    ) -> None:
        """Note a fault of some rows at a field, if there are any."""
        if rows.any():
            self.faults.append((where, CellFault(kind, rows, expected, inside)))


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
        raw = without_null(frame[plan.fields[0]])
        shapes.columns[f"present({plan.name})"] = raw.is_not_null()
    elif plan.type == "box":
        _boxes(frame, plan, shapes, coded=coded)
    elif plan.type == "polygons":
        _polygons(frame, plan, shapes, coded=coded, parts=parts)
    else:
        _masks(frame, plan, shapes, parts=parts)
    return shapes


def _boxes(frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, coded: bool) -> None:
    if len(plan.fields) == 1:
        columns = _listed_slots(frame[plan.fields[0]], plan, shapes, coded=coded)
    else:
        columns = []
        for name in plan.fields:
            cells = cast(frame[name], "number", coded=coded)
            columns.append(cells.values)
            shapes.faults.extend((name, fault) for fault in cells.faults)
    whole = pl.select(pl.all_horizontal([series.is_not_null() for series in columns])).to_series()
    for slot, series in zip(_slots(plan), columns, strict=True):
        shapes.columns[f"{plan.name}.{slot}"] = pl.select(pl.when(whole).then(series)).to_series()
    shapes.columns[f"present({plan.name})"] = whole
    _box_range(plan, shapes, columns)


def _listed_slots(
    raw: pl.Series, plan: ColumnPlan, shapes: Shapes, *, coded: bool
) -> list[pl.Series]:
    slots = _slots(plan)
    name = plan.fields[0]
    if coded:
        raw = without_null(raw)
        values, faulty = parse_json_numbers(raw, depth=1)
    else:
        values, faulty = parse_separated(raw, plan.column.separators or (" ",))
    shapes.fault(name, "type", faulty, f"a list of {len(slots)} numbers")
    wrong = (values.list.len() != len(slots)).fill_null(value=False) & ~faulty
    shapes.fault(name, "length", wrong, f"{len(slots)} numbers: {' '.join(slots)}")
    values = pl.select(pl.when(~wrong & ~faulty).then(values)).to_series()
    return [values.list.get(index, null_on_oob=True) for index in range(len(slots))]


def _box_range(plan: ColumnPlan, shapes: Shapes, columns: list[pl.Series]) -> None:
    """Find boxes with a number outside the range declared for each; a list is at fault once."""
    if not is_ranged(plan):
        return
    if len(plan.fields) == 1:
        listed = pl.DataFrame([series.alias(str(at)) for at, series in enumerate(columns)])
        _list_range(listed.select(pl.concat_list(pl.all())).to_series(), plan, shapes)
        return
    for where, series in zip(plan.fields, columns, strict=True):
        outside = out_of_range(plan, series)
        if outside is not None:
            shapes.fault(where, "range", outside, expected_range(plan))


def _list_range(values: pl.Series, plan: ColumnPlan, shapes: Shapes) -> None:
    """Find lists with a number outside the range declared for each; the first of these is shown."""
    rows = pl.int_range(len(values), dtype=pl.UInt32, eager=True)
    numbers = pl.DataFrame({"row": rows, "number": values}).explode("number")
    outside = out_of_range(plan, numbers["number"])
    if outside is None or not outside.any():
        return
    first = numbers.filter(outside).unique("row", keep="first", maintain_order=True)
    faulty = rows.is_in(first["row"].implode())
    shapes.fault(plan.fields[0], "range", faulty, expected_range(plan), shortest(first["number"]))


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
        values, faulty = parse_json_numbers(without_null(raw), depth=2 if many else 1)
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
    if is_ranged(plan):
        _list_range(values.list.eval(pl.element().list.explode()), plan, shapes)
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


def _one_part(values: pl.Series) -> pl.Series:
    """Make outlines of one part each; a missing one stays missing."""
    there = values.is_not_null()
    return lists.nested(values.filter(there), there.cast(pl.Int64).to_numpy(), ~there.to_numpy())


def _masks(
    frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, parts: Collection[str] | None
) -> None:
    name = plan.fields[0]
    found = decode_masks(without_null(frame[name]))
    shapes.fault(name, "length", found.misshapen, "two numbers as size: height width")
    shapes.fault(name, "type", found.faulty, "an object with size [height, width] and counts")
    shapes.columns[f"present({plan.name})"] = found.runs.is_not_null()
    shapes.columns[f"{plan.name}.height"] = found.height
    shapes.columns[f"{plan.name}.width"] = found.width
    measures = masks.measure(found.height, found.width, found.runs)
    for column in measures.columns:
        part = f"{plan.name}.total" if column == "total" else _measure_name(plan.name, column)
        shapes.columns[part] = measures[column]
    _drop_unwanted(shapes, parts)
    if parts is None or "" in parts:
        shapes.columns[f"{plan.name}.runs"] = found.runs
        shapes.columns[f"{plan.name}.packed"] = found.packed


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
