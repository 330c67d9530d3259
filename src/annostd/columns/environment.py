"""The flat environment of rules: one column for each need, references followed, parts computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from annostd.expressions import NAMERS, PARTS, SAID, WHOLE, Need
from annostd.tables.geometry import intervals, points, slotted
from annostd.tables.geometry.forms import PLACED
from annostd.tables.lists import filled
from annostd.tables.schema import GEOMETRIES, PLANAR, POINTED, SHAPES, SLOTTED
from annostd.tables.times import TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from annostd.expressions import Type
    from annostd.plan.model import Plan
    from annostd.tables.geometry.forms import Form

_DTYPES: Mapping[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "time": TIME,
    "reference": pl.UInt32(),
    "any": pl.String(),
    "spans": pl.List(pl.List(pl.Int64)),
}


PAIRS: Mapping[str, int] = {"first": 0, "last": 1, "start": 0, "end": 1}
"""The parts of an edge, the positions of the points that it joins, and those of a span."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table; the first of them is row `start` of the dataset."""

    table: str
    frame: pl.DataFrame
    start: int = 0


@dataclass(frozen=True, slots=True)
class Environment:
    """What rules can reach: rows of other tables, the count of each, the plan's types and forms.

    `rows` gives the rows of a table read so far, None where there are none.
    """

    plan: Plan
    forms: Mapping[str, Mapping[str, Form]]
    rows: Callable[[str], Rows | None]
    counts: Mapping[str, int]

    def flatten(self, rows: Rows, needs: Iterable[Need]) -> pl.DataFrame:
        """Make the frame of a table's rows with a column per need, named by its key."""
        columns = [self._need(rows, need).alias(need.key) for need in needs]
        if not columns:
            return pl.DataFrame({"@none": pl.repeat(0, rows.frame.height, eager=True)})
        return pl.DataFrame(columns)

    def blocked(self, rows: Rows, needs: Iterable[Need]) -> pl.Series | None:
        """Tell the rows of which a needed cell is faulty or a reference dangles (None: no row)."""
        masks = [mask for need in needs for mask in self._bad(rows, need)]
        return reduce(or_, masks) if masks else None

    def _need(self, rows: Rows, need: Need) -> pl.Series:
        if need.measure == "count":
            count = self.counts.get(need.path[0], 0)
            return filled(count, rows.frame.height, pl.Int64)
        if need.measure == NAMERS:
            return filled(None, rows.frame.height, pl.Int64)
        if need.measure == SAID:
            return filled(None, rows.frame.height, pl.List(pl.String))
        if need.path == ("extent",):
            return self._extent(rows, need.part or "width")
        target, at = rows, None
        for step in need.path[:-1]:
            followed = self._follow(target, step)
            if followed is None:
                return self._nothing(rows.table, need, rows.frame.height)
            target, references = followed
            at = references if at is None else references.gather(at)
        value = self._column(target, replace(need, path=need.path[-1:]))
        return value if at is None else value.gather(at)

    def _follow(self, rows: Rows, step: str) -> tuple[Rows, pl.Series] | None:
        kind = self.plan.types.get(rows.table, {}).get(step)
        target = self.rows(kind.table) if kind is not None and kind.table else None
        if target is None or step not in rows.frame.columns:
            return None
        return target, rows.frame[step] - target.start

    def _column(self, rows: Rows, need: Need) -> pl.Series:
        """Compute a column, part or measure on the rows of the table that holds it."""
        (column,) = need.path
        if column == "shape" and need.measure in {"area", "bounds"}:
            return self._shape(rows, need)
        expression = self._expression(rows, column, need.measure, need.part)
        if expression is None:
            return self._nothing(rows.table, need, rows.frame.height)
        return rows.frame.select(expression.alias(need.key)).to_series()

    def _expression(
        self, rows: Rows, column: str, measure: str | None, part: str | None
    ) -> pl.Expr | None:
        form = self.forms.get(rows.table, {}).get(column)
        names = rows.frame.columns
        if form is None:
            return _plain(column, part) if column in names else None
        if measure == "present":
            name = f"present({column})"
            return pl.col(name).fill_null(value=False) if name in names else None
        if measure == "native":
            return _native(column, part, form, names)
        return _measured(column, (measure, part), form, names)

    def _shape(self, rows: Rows, need: Need) -> pl.Series:
        """Measure each row's own geometry, as its `shape` names it."""
        if "shape" not in rows.frame.columns:
            return self._nothing(rows.table, need, rows.frame.height)
        measured = pl.lit(None, dtype=pl.Float64)
        for shape, column in SHAPES.items():
            if column not in PLANAR:
                continue
            expression = self._expression(rows, column, need.measure, need.part)
            if expression is not None:
                value = expression.cast(pl.Float64)
                measured = pl.when(pl.col("shape") == shape).then(value).otherwise(measured)
        return rows.frame.select(measured.alias(need.key)).to_series()

    def _extent(self, rows: Rows, part: str) -> pl.Series:
        """Give the size of the medium in the unit of the table's geometries."""
        forms = self.forms.get(rows.table, {}).values()
        units = {form.unit for form in forms if form.kind in PLANAR}
        if units == {"fraction"}:
            return filled(1.0, rows.frame.height, pl.Float64)
        followed = self._follow(rows, "media")
        if followed is None or part not in followed[0].frame.columns:
            return filled(None, rows.frame.height, pl.Float64)
        media, at = followed
        return media.frame[part].cast(pl.Float64).gather(at)

    def _nothing(self, table: str, need: Need, height: int) -> pl.Series:
        """Give a missing value of the right type for each row."""
        if need.measure == "present":
            return filled(value=False, height=height, dtype=pl.Boolean)
        if need.measure is not None or need.part is not None:
            own = self.plan.types.get(table, {}).get(need.path[0])
            return filled(None, height, _made_dtype(own, need))
        kind: Type | None = None
        for step in need.path:
            kind = self.plan.types.get(table, {}).get(step)
            table = (kind.table if kind is not None else None) or ""
        if kind is not None and kind.kind == "list":
            return filled(None, height, pl.List(pl.String))
        dtype = _DTYPES.get(kind.kind if kind is not None else "string", pl.String())
        return filled(None, height, dtype)

    def _bad(self, rows: Rows, need: Need) -> Iterable[pl.Series]:
        if need.measure in WHOLE:
            return
        path = ("media", need.part or "") if need.path == ("extent",) else need.path
        target, at = rows, None
        for index, column in enumerate(path):
            for name in _touched(column, need, target.frame.columns):
                mask = target.frame[name].fill_null(value=False)
                yield (mask if at is None else mask.gather(at).fill_null(value=False))
            if index == len(path) - 1:
                return
            followed = self._follow(target, column)
            if followed is None:
                return
            target, references = followed
            at = references if at is None else references.gather(at)


def _made_dtype(own: Type | None, need: Need) -> pl.DataType:
    """Tell what a part or a measure of a geometry is held as."""
    kind = own.kind if own is not None else ""
    if need.measure == "points" and kind == "polygons":
        return pl.List(pl.UInt32)
    made = PARTS.get(kind, {}).get(need.part or "")
    if need.measure is not None or made is None:
        return pl.Float64()
    item = made.type.item
    if item is not None:
        return pl.List(_DTYPES[item.kind])
    return TIME if made.type.kind == "time" else pl.Float64()


def _touched(column: str, need: Need, names: list[str]) -> list[str]:
    """Name the marks of faulty cells that a need touches in one table."""
    wanted = [column]
    if column == "shape" and need.measure is not None:
        wanted = list(GEOMETRIES)
    return [f"{name}@bad" for name in wanted if f"{name}@bad" in names]


def _plain(column: str, part: str | None) -> pl.Expr:
    """Give a column that is no geometry, or what it says of each of its edges or spans."""
    if part is None:
        return pl.col(column)
    return pl.col(column).list.eval(pl.element().list.get(PAIRS[part]))


def _native(column: str, part: str | None, form: Form, names: list[str]) -> pl.Expr | None:
    """Give a geometry as it stands: one slot of it, or all of it in one value to compare."""
    if part is not None:
        return pl.col(f"{column}.{part}") if f"{column}.{part}" in names else None
    if form.kind in SLOTTED or form.kind == "interval":
        parts = intervals.ENDS if form.kind == "interval" else form.slots
        return pl.struct([f"{column}.{part}" for part in parts]).hash(seed=7)
    name = column if form.kind in POINTED else f"{column}.runs"
    if form.codec == PLACED:
        name = f"{column}.text"
    return pl.col(name).hash(seed=7) if name in names else None


def _measured(
    column: str, asked: tuple[str | None, str | None], form: Form, names: list[str]
) -> pl.Expr | None:
    """Give a part or a measure of a geometry, computed, or measured when it was read."""
    measure, part = asked
    if form.kind in SLOTTED:
        return _slotted(column, asked, form, names)
    if form.kind == "interval":
        has_ends = measure is None and f"{column}.{intervals.ENDS[0]}" in names
        return intervals.part(column, part or "duration") if has_ends else None
    if measure is None and form.kind in POINTED:
        return _each(column, part or "", form) if column in names else None
    if measure is None and part in slotted.EDGES:
        return _mask_edge(column, part or "", form, names)
    name = f"{column}.{part}"
    if measure is not None:
        name = f"{measure}({column})" + (f".{part}" if part else "")
    return pl.col(name) if name in names else None


def _slotted(
    column: str, asked: tuple[str | None, str | None], form: Form, names: list[str]
) -> pl.Expr | None:
    """Give a part of a geometry of slots, or one of its bounds, or its area."""
    measure, part = asked
    if f"{column}.{form.slots[0]}" not in names:
        return None
    if measure == "bounds":
        return slotted.bounds(form, column)[part or ""]
    return slotted.parts(form, column)[part or measure or "area"]


def _each(column: str, part: str, form: Form) -> pl.Expr:
    """List what a slot says of each point of a row."""
    kind = pl.String() if part == points.VISIBILITY else pl.Float64()
    if part not in form.slots:
        return pl.lit(None, dtype=pl.List(kind))
    return pl.col(column).map_batches(
        lambda series: points.slot(series, form, part), return_dtype=pl.List(kind)
    )


def _mask_edge(column: str, part: str, form: Form, names: list[str]) -> pl.Expr | None:
    """Give an edge of where a mask lies: its place, or all of its medium."""
    if f"{column}.width" not in names:
        return None
    if form.codec == PLACED:
        return slotted.bounds(replace(form, kind="box"), column)[part]
    side = pl.col(f"{column}.{'width' if part[0] == 'x' else 'height'}")
    return side.cast(pl.Float64) if part[1] == "2" else side * 0.0
