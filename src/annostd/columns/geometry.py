"""Geometry cells: native numbers to geometry columns in the source's form, with the faults met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.codecs.number_lists import parse_json_numbers, parse_separated
from annostd.columns.cells import CellFault, cast
from annostd.columns.limits import expected_range, is_ranged, out_of_range
from annostd.columns.masks import decode_masks, measure_placed, read_pictures
from annostd.columns.texts import without_null
from annostd.columns.times import decode_intervals
from annostd.plan.columns import absent_numbers
from annostd.plan.want import PRESENCE
from annostd.tables import lists
from annostd.tables.geometry import masks, points
from annostd.tables.geometry.forms import PLACED, Form
from annostd.tables.geometry.points import VISIBILITY
from annostd.tables.numbers import shortest
from annostd.tables.schema import POINTED, SLOTTED, VISIBILITIES

if TYPE_CHECKING:
    from collections.abc import Collection

    from annostd.codecs.number_lists import Depth
    from annostd.plan.model import ColumnPlan

MEASURES = ("area", "bounds", "points", "parts", "length")
PAIR = 2


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
    nothing else; PRESENCE: only whether one is there). A slotted geometry becomes a Float64 column
    `name.slot` per slot; points List(List(Float64)) `name`; a mask `name.height`, `name.width` and
    `name.runs`, or its text and place; an interval its two ends. `present(name)` is always made.
    """
    shapes = Shapes()
    if plan.type == "interval":
        decode_intervals(frame, plan, shapes, coded=coded)
    elif parts == PRESENCE and plan.type not in SLOTTED:
        raw = without_null(frame[plan.fields[0]])
        shapes.columns[f"present({plan.name})"] = raw.is_not_null()
    elif plan.type in SLOTTED:
        _slotted(frame, plan, shapes, coded=coded)
    elif plan.type in POINTED:
        _points(frame, plan, shapes, coded=coded, parts=parts)
    elif plan.form is not None and plan.form.codec == PLACED:
        _placed(frame, plan, shapes, parts=parts)
    else:
        _masks(frame, plan, shapes, parts=parts)
    return shapes


def _slotted(frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, coded: bool) -> None:
    if len(plan.fields) == 1:
        columns = _listed_slots(frame, plan, shapes, coded=coded)
    else:
        columns = []
        for name in plan.fields:
            cells = cast(frame[name], "number", coded=coded)
            columns.append(cells.values)
            shapes.faults.extend((name, fault) for fault in cells.faults)
    columns = _without_absent(columns, plan)
    whole = pl.select(pl.all_horizontal([series.is_not_null() for series in columns])).to_series()
    for slot, series in zip(_slots(plan), columns, strict=True):
        shapes.columns[f"{plan.name}.{slot}"] = pl.select(pl.when(whole).then(series)).to_series()
    shapes.columns[f"present({plan.name})"] = whole
    _slot_range(plan, shapes, columns)


def _without_absent(columns: list[pl.Series], plan: ColumnPlan) -> list[pl.Series]:
    """Take the numbers that together say that there is no geometry for none."""
    for numbers in absent_numbers(plan.column):
        pairs = zip(columns, numbers, strict=True)
        told = pl.select(pl.all_horizontal([series == number for series, number in pairs]))
        absent = told.to_series().fill_null(value=False)
        columns = [pl.select(pl.when(~absent).then(series)).to_series() for series in columns]
    return columns


def _listed_slots(
    frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, coded: bool
) -> list[pl.Series]:
    """Read all slots of one place; those of a placed mask stand in its last."""
    slots = _slots(plan)
    name = plan.fields[-1]
    raw = frame[name]
    if coded and plan.form is not None and plan.form.layout == "pairs":
        values, wrong = _paired_slots(without_null(raw), name, plan, shapes)
    else:
        if coded:
            values, wrong = parse_json_numbers(without_null(raw), depth=1, is_json=True)
        else:
            values, wrong = parse_separated(raw, plan.column.separators or (" ",))
        shapes.fault(name, "type", wrong, f"a list of {len(slots)} numbers")
        other = (values.list.len() != len(slots)).fill_null(value=False) & ~wrong
        shapes.fault(name, "length", other, f"{len(slots)} numbers: {' '.join(slots)}")
        wrong = wrong | other
    values = pl.select(pl.when(~wrong).then(values)).to_series()
    return [values.list.get(index, null_on_oob=True) for index in range(len(slots))]


def _paired_slots(
    raw: pl.Series, name: str, plan: ColumnPlan, shapes: Shapes
) -> tuple[pl.Series, pl.Series]:
    """Read points as pairs of numbers, chained; also tell the rows at fault."""
    count = len(_slots(plan)) // PAIR
    points, wrong = parse_json_numbers(raw, depth=2, is_json=True)
    shapes.fault(name, "type", wrong, f"a list of {count} points [x, y]")
    uneven = _uneven(points, PAIR) | (points.list.len() != count).fill_null(value=False)
    shapes.fault(name, "length", uneven & ~wrong, f"{count} points of 2 numbers each")
    return _chained(points), wrong | uneven


def _uneven(points: pl.Series, stride: int) -> pl.Series:
    """Tell the rows with a point of more or fewer numbers than it has slots."""
    sizes = lists.lengths(lists.leaves(points))
    wrong = lists.reduced(
        np.logical_or.reduceat, sizes != stride, lists.lengths(points), empty=False
    )
    return pl.Series(wrong, dtype=pl.Boolean)


def _chained(points: pl.Series) -> pl.Series:
    """Chain the numbers of a row's points."""
    inner = lists.leaves(points)
    counts = lists.reduced(np.add.reduceat, lists.lengths(inner), lists.lengths(points), 0)
    return lists.nested(lists.leaves(inner), counts, points.is_null().to_numpy())


def _slot_range(plan: ColumnPlan, shapes: Shapes, columns: list[pl.Series]) -> None:
    """Find boxes with a number outside the range declared for each; a list is at fault once."""
    if not is_ranged(plan):
        return
    if len(plan.fields) == 1:
        if not any(_has_outside(plan, series) for series in columns):
            return
        listed = pl.DataFrame([series.alias(str(at)) for at, series in enumerate(columns)])
        _list_range(listed.select(pl.concat_list(pl.all())).to_series(), plan, shapes)
        return
    for where, series in zip(plan.fields, columns, strict=True):
        outside = out_of_range(plan, series)
        if outside is not None:
            shapes.fault(where, "range", outside, expected_range(plan))


def _has_outside(plan: ColumnPlan, values: pl.Series) -> bool:
    outside = out_of_range(plan, values)
    return outside is not None and bool(outside.any())


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


def _points(
    frame: pl.DataFrame,
    plan: ColumnPlan,
    shapes: Shapes,
    *,
    coded: bool,
    parts: Collection[str] | None,
) -> None:
    form = plan.written or Form("polygons")
    name = plan.fields[0]
    values = _rings(frame[name], plan, form, shapes, coded=coded)
    shapes.columns[f"present({plan.name})"] = values.is_not_null()
    values = _worded(values, plan, form, shapes)
    measures = points.measure(values, form)
    odd = measures["odd"].fill_null(value=False)
    _point_length(values, plan, odd, shapes)
    if is_ranged(plan):
        placed = points.planar(values, form)
        _list_range(placed.list.eval(pl.element().list.explode()), plan, shapes)
    if not coded:
        _text_pattern(frame[name], values.is_null() | odd, plan, shapes)
    shapes.columns.update(_measured(plan, measures))
    shapes.fault(name, "length", odd, _whole_points(form))
    _drop_unwanted(shapes, parts)
    if parts is None or "" in parts:
        shapes.columns[plan.name] = (
            values if plan.said is None else points.with_unsaid(values, form)
        )


def measure_points(
    plan: ColumnPlan, values: pl.Series, parts: Collection[str] | None
) -> dict[str, pl.Series]:
    """Make the columns of points that are put together of rows; `parts` as in decoding."""
    made = Shapes({f"present({plan.name})": values.is_not_null()})
    if plan.form is not None:
        made.columns.update(_measured(plan, points.measure(values, plan.form)))
    _drop_unwanted(made, parts)
    if parts is None or "" in parts:
        made.columns[plan.name] = values
    return made.columns


def _measured(plan: ColumnPlan, measures: pl.DataFrame) -> dict[str, pl.Series]:
    return {_measure_name(plan.name, n): measures[n] for n in measures.columns if n != "odd"}


def _text_pattern(raw: pl.Series, faulty: pl.Series, plan: ColumnPlan, shapes: Shapes) -> None:
    """Find texts of numbers that are not spelled as their column asks."""
    pattern = plan.column.pattern
    if pattern is not None:
        fits = raw.str.contains(f"^(?:{pattern})$").fill_null(value=True)
        shapes.fault(plan.fields[0], "pattern", ~fits & ~faulty, f"text of the pattern {pattern}")


def _rings(
    raw: pl.Series, plan: ColumnPlan, form: Form, shapes: Shapes, *, coded: bool
) -> pl.Series:
    """Read the parts of points as they stand."""
    name, stride = plan.fields[0], len(form.slots)
    is_paired = coded and form.layout == "pairs"
    many = form.parts == "many"
    if coded:
        depth: Depth = 2 if many or is_paired else 1
        values, faulty = parse_json_numbers(without_null(raw), depth, is_json=True)
    else:
        values, faulty = parse_separated(raw, plan.column.separators or (" ",))
    expected = "a list of lists of numbers" if many else "a list of numbers"
    if is_paired:
        expected = f"a list of points [{', '.join(form.slots)}]"
        uneven = _uneven(values, stride)
        shapes.fault(name, "length", uneven, f"points of {stride} numbers: {' '.join(form.slots)}")
        values = _chained(pl.select(pl.when(~uneven).then(values)).to_series())
    shapes.fault(name, "type", faulty, expected)
    return values if coded and many else _one_part(values)


def _whole_points(form: Form) -> str:
    if len(form.slots) == PAIR:
        return "an even count of numbers"
    return f"{len(form.slots)} numbers for each point: {' '.join(form.slots)}"


def _worded(values: pl.Series, plan: ColumnPlan, form: Form, shapes: Shapes) -> pl.Series:
    """Hold visibility as its position in the words for it, whatever the source writes."""
    if VISIBILITY not in form.slots or not plan.column.values:
        return values
    natives, codes = visibilities(plan)
    made, unknown = points.recoded(values, form, natives, codes)
    expected = f"{VISIBILITY} one of {', '.join(f'{native:g}' for native in natives)}"
    shapes.fault(plan.fields[0], "value", unknown, expected)
    return made


def visibilities(plan: ColumnPlan) -> tuple[list[float], list[float]]:
    """Give the numbers that a column writes for visibility, and those that are held for them."""
    pairs = [(native, word) for native, word in plan.column.values if isinstance(native, int)]
    return (
        [float(native) for native, _ in pairs],
        [float(VISIBILITIES.index(str(word))) for _, word in pairs],
    )


def _point_length(values: pl.Series, plan: ColumnPlan, odd: pl.Series, shapes: Shapes) -> None:
    """Find rows with a part of too few or too many numbers, or of points written in pairs.

    Rows of which a last point is not whole are told already.
    """
    form = plan.written
    if plan.column.length is None or form is None:
        return
    least, most = plan.column.length
    item, each = ("points", len(form.slots)) if form.layout == "pairs" else ("numbers", 1)
    sizes = pl.select(pl.when(~odd).then(values)).to_series().list.eval(pl.element().list.len())
    if least is not None:
        few = (sizes.list.min() < least * each).fill_null(value=False)
        shapes.fault(plan.fields[0], "length", few, f"at least {least} {_some(item, least)}")
    if most is not None:
        many = (sizes.list.max() > most * each).fill_null(value=False)
        shapes.fault(plan.fields[0], "length", many, f"at most {most} {_some(item, most)}")


def _some(item: str, count: int) -> str:
    return item.removesuffix("s") if count == 1 else item


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


def _placed(
    frame: pl.DataFrame, plan: ColumnPlan, shapes: Shapes, *, parts: Collection[str] | None
) -> None:
    """Read a picture in a text and the corners of its place."""
    name = plan.name
    found = read_pictures(without_null(frame[plan.fields[0]]))
    shapes.fault(plan.fields[0], "type", found.faulty, "a PNG of one channel in base64")
    corners = _listed_slots(frame, plan, shapes, coded=True)
    whole = found.text.is_not_null() & corners[0].is_not_null()
    made = {f"{name}.{s}": c for s, c in zip(_slots(plan), corners, strict=True)}
    made |= {f"{name}.text": found.text}
    made |= {f"{name}.height": found.height, f"{name}.width": found.width}
    columns = pl.DataFrame(made).select(pl.when(pl.lit(whole)).then(pl.all()))
    shapes.columns.update({column: columns[column] for column in columns.columns})
    shapes.columns[f"present({name})"] = whole
    shapes.columns[f"{name}.total"] = columns[f"{name}.height"] * columns[f"{name}.width"]
    if plan.form is not None and parts is not None and {"area", "bounds"} & {*parts}:
        measures = measure_placed(columns, name, plan.form)
        shapes.columns.update(
            {_measure_name(name, column): measures[column] for column in measures.columns}
        )
    _drop_unwanted(shapes, parts)


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
