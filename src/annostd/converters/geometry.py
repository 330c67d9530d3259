"""Geometries in another form: carried, or made from the row's other geometries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.tables.geometry import boxes, polygons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import ColumnPlan
    from annostd.tables.geometry.forms import Form

_CORNERS = ("x1", "y1", "x2", "y2")


@dataclass(slots=True)
class Made:
    """The columns of one geometry in the target's form, and how they came about.

    `error` is the largest move of an edge or point by rounding, in pixels; `collapsed` counts
    boxes that became one pixel; `derived` counts values by the geometry that they were made from.
    """

    columns: dict[str, pl.Series] = field(default_factory=dict)
    present: pl.Series = field(default_factory=pl.Series)
    error: pl.Series | None = None
    collapsed: int = 0
    derived: dict[str, int] = field(default_factory=dict)


def make_geometry(
    frame: pl.DataFrame,
    forms: Mapping[str, Form],
    plan: ColumnPlan,
    size: tuple[pl.Series, pl.Series],
) -> Made:
    """Make one geometry column of the target from the rows of a table.

    `frame` holds the source's rows with its measures; `size` is the width and height of each row's
    medium in pixels (null: unknown).
    """
    width, height = size
    sized = frame.with_columns(
        width.cast(pl.Float64).alias("@w"), height.cast(pl.Float64).alias("@h")
    )
    if plan.form is None:
        return Made()
    if plan.type == "box":
        return _box(sized, forms, plan, plan.form)
    if plan.type == "polygons":
        return _polygons(sized, forms, plan, plan.form)
    return _mask(sized, plan)


def has_geometry(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Tell the rows that have a geometry of this name."""
    present = f"present({name})"
    return (
        pl.col(present).fill_null(value=False) if present in frame.columns else pl.lit(value=False)
    )


def _box(frame: pl.DataFrame, forms: Mapping[str, Form], plan: ColumnPlan, form: Form) -> Made:
    made = Made()
    width, height = pl.col("@w"), pl.col("@h")
    options: list[tuple[str, pl.Expr, boxes.Conversion]] = []
    own = forms.get(plan.name)
    if own is not None and f"{plan.name}.{own.slots[0]}" in frame.columns:
        known = has_geometry(frame, plan.name)
        options.append(("", known, boxes.convert(own, form, plan.name, width, height)))
    for other in ("polygons", "mask"):
        if plan.derive is not None and f"bounds({other}).x1" in frame.columns:
            unit = forms[other].unit
            parts = boxes.corners(*(pl.col(f"bounds({other}).{corner}") for corner in _CORNERS))
            known = pl.col(f"bounds({other}).x1").is_not_null()
            options.append((other, known, boxes.place(form, parts, unit, width, height)))
    _choose(frame, options, plan, form, made)
    return made


def _choose(
    frame: pl.DataFrame,
    options: list[tuple[str, pl.Expr, boxes.Conversion]],
    plan: ColumnPlan,
    form: Form,
    made: Made,
) -> None:
    """Take for each row the first option that has a value."""
    slots = {slot: pl.lit(None, pl.Float64) for slot in form.slots}
    error, collapsed, origin = (
        pl.lit(None, pl.Float64),
        pl.lit(value=False),
        pl.lit(None, pl.String),
    )
    for other, known, conversion in reversed(options):
        for slot, value in slots.items():
            slots[slot] = pl.when(known).then(conversion.slots[slot]).otherwise(value)
        error = pl.when(known).then(conversion.error).otherwise(error)
        collapsed = pl.when(known).then(conversion.collapsed).otherwise(collapsed)
        origin = pl.when(known).then(pl.lit(other)).otherwise(origin)
    result = frame.select(
        *(value.alias(f"{plan.name}.{slot}") for slot, value in slots.items()),
        error.alias("@error"),
        collapsed.alias("@collapsed"),
        origin.alias("@origin"),
    )
    for slot in form.slots:
        made.columns[f"{plan.name}.{slot}"] = result[f"{plan.name}.{slot}"]
    made.present = result[f"{plan.name}.{form.slots[0]}"].is_not_null()
    made.error = result["@error"]
    made.collapsed = int(result["@collapsed"].fill_null(value=False).sum())
    for other in ("polygons", "mask"):
        count = int(((result["@origin"] == other) & made.present).sum())
        if count:
            made.derived[f"{plan.name} from {other}"] = count


def _polygons(frame: pl.DataFrame, forms: Mapping[str, Form], plan: ColumnPlan, form: Form) -> Made:
    made = Made()
    own = forms.get(plan.name)
    nothing = pl.repeat(None, frame.height, dtype=pl.List(pl.List(pl.Float64)), eager=True)
    values, error = nothing, pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    if own is not None and plan.name in frame.columns:
        converted = polygons.convert(frame[plan.name], own, form, frame["@w"], frame["@h"])
        values, error = converted.polygons, converted.error
    box = forms.get("box")
    if plan.derive is not None and box is not None and f"box.{box.slots[0]}" in frame.columns:
        drawn = _outlined(frame, box, form)
        count = int((values.is_null() & drawn.is_not_null()).sum())
        if count:
            made.derived[f"{plan.name} from box"] = count
        values = pl.select(pl.coalesce(values, drawn)).to_series()
    made.columns[plan.name] = values.alias(plan.name)
    made.present = values.is_not_null()
    made.error = error
    return made


def _outlined(frame: pl.DataFrame, box: Form, form: Form) -> pl.Series:
    """Draw the corners of rows whose own shape is the box."""
    parts = boxes.scale(boxes.edges(box, "box"), box.unit, form.unit, (pl.col("@w"), pl.col("@h")))
    own = pl.col("shape") == "box" if "shape" in frame.columns else pl.lit(value=True)
    edges = frame.select(
        *(pl.when(own).then(_decimal(parts[corner], form)).alias(corner) for corner in _CORNERS)
    )
    return polygons.outline(edges["x1"], edges["y1"], edges["x2"], edges["y2"])


def _decimal(value: pl.Expr, form: Form) -> pl.Expr:
    return value if form.decimals is None else value.round(form.decimals)


def _mask(frame: pl.DataFrame, plan: ColumnPlan) -> Made:
    names = [f"{plan.name}.{part}" for part in ("height", "width", "runs")]
    made = Made()
    if all(name in frame.columns for name in names):
        packed = f"{plan.name}.packed"
        kept = [*names, packed] if packed in frame.columns else names
        made.columns = {name: frame[name] for name in kept}
        made.present = frame[names[2]].is_not_null()
    else:
        made.present = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return made
