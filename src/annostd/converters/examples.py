"""Rows written in YAML, as examples have them, to tables in a standard's own forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from annostd.codecs import pictures
from annostd.columns.cells import DTYPES
from annostd.columns.natives import json_text
from annostd.tables.dataset import Tables
from annostd.tables.geometry.forms import PLACED
from annostd.tables.geometry.intervals import ENDS, ends
from annostd.tables.schema import GEOMETRIES, POINTED, SLOTTED, TABLES, VISIBILITIES
from annostd.tables.times import TIME, exact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import ColumnPlan, Plan
    from annostd.standard.model import Json
    from annostd.tables.geometry.forms import Form

_F64 = pl.Float64()
Row = "Mapping[str, Json]"


def example_tables(plan: Plan, rows: Mapping[str, Sequence[Mapping[str, Json]]]) -> Tables:
    """Make tables of rows: geometries in the standard's form, references by key or position.

    Raises ValueError where a row names a column, or a reference a row, that does not exist.
    """
    frames: dict[str, pl.DataFrame] = {}
    forms: dict[str, dict[str, Form]] = {}
    rows = {**rows} | {t.name: t.fixed for t in plan.tables.values() if t.fixed}
    for table, members in rows.items():
        if table not in plan.tables:
            message = f"there is no table {table!r}"
            raise ValueError(message)
        columns: dict[str, pl.Series] = {}
        names = dict.fromkeys(name for row in members for name in row)
        for name in names:
            column = plan.tables[table].columns.get(name)
            values = [row.get(name) for row in members]
            columns.update(_column(plan, (table, name, column), values, rows))
        frames[table] = pl.DataFrame(columns)
        forms[table] = {
            c.name: c.form for c in plan.tables[table].columns.values() if c.form is not None
        }
    return Tables(frames, forms)


def _column(
    plan: Plan,
    place: tuple[str, str, ColumnPlan | None],
    values: list[Json],
    rows: Mapping[str, Sequence[Mapping[str, Json]]],
) -> dict[str, pl.Series]:
    table, name, column = place
    canonical = TABLES.get(table, {}).get(name)
    if column is None and canonical is None:
        message = f"{table} has no column {name!r}"
        raise ValueError(message)
    kind = column.type if column is not None else canonical.type if canonical else "string"
    if kind in GEOMETRIES and column is not None and column.form is not None:
        return _geometry(name, column.form, values)
    if kind == "reference":
        target = column.refers[0] if column is not None and column.refers else ""
        found = [_row(plan, target, value, rows) for value in values]
        return {name: pl.Series(name, found, dtype=pl.UInt32)}
    if kind == "time":
        return {name: _seconds(name, values)}
    if kind == "json":
        values = [None if value is None else json_text(value) for value in values]
    if kind == "strings":
        values = [[value] if isinstance(value, str) else value for value in values]
    return {name: pl.Series(name, values, dtype=DTYPES.get(kind, pl.String()), strict=False)}


def _geometry(name: str, form: Form, values: list[Json]) -> dict[str, pl.Series]:
    known = pl.Series([value is not None for value in values])
    present = {f"present({name})": known}
    if form.kind == "interval":
        return present | _times(name, form, values)
    if form.kind in SLOTTED:
        boxes = [cast("list[float]", value) if value is not None else None for value in values]
        return present | {
            f"{name}.{slot}": pl.Series(
                [box[i] if box else None for box in boxes], dtype=pl.Float64, strict=False
            )
            for i, slot in enumerate(form.slots)
        }
    if form.kind in POINTED:
        rings = [_rings(form, value) if isinstance(value, list) else None for value in values]
        return present | {name: pl.Series(rings, dtype=pl.List(pl.List(pl.Float64)))}
    masks = [value if isinstance(value, dict) else {} for value in values]
    sides = {
        f"{name}.{side}": pl.Series([mask.get(side) for mask in masks], dtype=pl.Int64)
        for side in ("height", "width")
    }
    runs = pl.Series([mask.get("runs") for mask in masks], dtype=pl.List(pl.Int64))
    if form.codec != PLACED:
        return present | sides | {f"{name}.runs": runs}
    places = [cast("list[float] | None", mask.get("place")) for mask in masks]
    made = {
        f"{name}.{slot}": pl.Series([place[i] if place else None for place in places], dtype=_F64)
        for i, slot in enumerate(form.slots)
    }
    text = pictures.render(sides[f"{name}.height"], sides[f"{name}.width"], runs)
    return present | sides | made | {f"{name}.text": text}


def _rings(form: Form, value: list[Json]) -> list[list[float | None]]:
    """Read parts of numbers; a line and keypoints are written as points."""
    if form.kind == "polygons":
        return [[float(cast("float", n)) for n in cast("list[Json]", ring)] for ring in value]
    points = [cast("list[Json]", point) for point in value]
    unsaid: list[Json] = [None] * len(form.slots)
    return [[_number(n) for point in points for n in [*point, *unsaid[len(point) :]]]]


def _number(value: Json) -> float | None:
    """Read a number, or a word for visibility; of a point that ends before, it is not said."""
    if value is None:
        return None
    if isinstance(value, str):
        return float(VISIBILITIES.index(value))
    return float(cast("float", value))


def _times(name: str, form: Form, values: list[Json]) -> dict[str, pl.Series]:
    """Make the slots of intervals; numbers are seconds."""
    pairs = [cast("list[Json]", value) if value is not None else None for value in values]
    slots = {
        slot: _seconds(slot, [pair[i] if pair else None for pair in pairs])
        for i, slot in enumerate(form.slots)
    }
    return {f"{name}.{end}": times for end, times in zip(ENDS, ends(slots), strict=True)}


def _seconds(name: str, values: Sequence[Json]) -> pl.Series:
    times = [None if value is None else exact(cast("float | str", value)) for value in values]
    return pl.Series(name, times, dtype=TIME)


def _row(
    plan: Plan, table: str, value: Json, rows: Mapping[str, Sequence[Mapping[str, Json]]]
) -> int | None:
    """Find the row that a reference means: by a key, a name or a path, else by its position."""
    if value is None:
        return None
    members = rows.get(table, ())
    keys = [c.name for c in plan.tables[table].columns.values() if c.column.key]
    for key in dict.fromkeys([*keys, "id", "name", "path"]):
        for index, row in enumerate(members):
            if row.get(key) == value and not isinstance(value, bool):
                return index
    if isinstance(value, int) and 0 <= value < len(members):
        return value
    message = f"there is no {table} {value!r}"
    raise ValueError(message)
