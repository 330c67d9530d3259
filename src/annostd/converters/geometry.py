"""Geometries in another form: carried, or made from the row's other geometries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.masks import place_masks, spread_masks
from annostd.tables.geometry import boxes, points, polygons, slotted
from annostd.tables.geometry.forms import PLACED
from annostd.tables.geometry.points import VISIBILITY
from annostd.tables.schema import POINTED, SLOTTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from annostd.plan.model import ColumnPlan
    from annostd.tables.geometry.forms import Form

_CORNERS = ("x1", "y1", "x2", "y2")
BOUNDED = ("polygons", "rotated_box", "ellipse", "mask", "polyline", "keypoints")
"""Of what a box is made, the first that a row has."""
WHOLE = "@whole"
"""Marks the rows whose points can be written as rows of their own, each by its name."""
OUTLINED = ("box", "rotated_box")
"""Of what an outline is made: their corners, where they are a row's own shape."""


@dataclass(slots=True)
class Made:
    """The columns of one geometry in the target's form, and how they came about.

    `error` is the largest move of an edge or point by rounding, in pixels; `collapsed` marks
    boxes that became one pixel; `origin` names the other geometry that a value was made from.
    """

    columns: dict[str, pl.Series] = field(default_factory=dict)
    present: pl.Series = field(default_factory=pl.Series)
    error: pl.Series | None = None
    collapsed: pl.Series | None = None
    origin: pl.Series | None = None


def make_geometry(
    frame: pl.DataFrame,
    forms: Mapping[str, Form],
    plan: ColumnPlan,
    size: tuple[pl.Series, pl.Series],
    held: Iterable[pl.Series] | None = None,
) -> Made:
    """Make one geometry column of the target from the rows of a table.

    `frame` holds the source's rows with its measures; `size` is the width and height of each row's
    medium in pixels (null: unknown). `held` are the rows' outlines where the frame has them not.
    """
    width, height = size
    sized = frame.with_columns(
        width.cast(pl.Float64).alias("@w"), height.cast(pl.Float64).alias("@h")
    )
    form = plan.form
    if form is None:
        return Made()
    if plan.type in SLOTTED:
        return _slotted(sized, forms, plan, form)
    if plan.type in POINTED:
        if held is None and plan.name in frame.columns:
            held = [frame[plan.name]]
        return _points(sized, forms, plan, (form, held))
    return _mask(sized, forms.get(plan.name), plan, form)


def has_geometry(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Tell the rows that have a geometry of this name."""
    present = f"present({name})"
    return (
        pl.col(present).fill_null(value=False) if present in frame.columns else pl.lit(value=False)
    )


def is_bounded(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Tell the rows that have a geometry of which a box can be made: points may all be absent."""
    edge = f"bounds({name}).x1"
    known = has_geometry(frame, name)
    return (
        known & pl.col(edge).is_not_null()
        if name == "keypoints" and edge in frame.columns
        else known
    )


def is_carried(frame: pl.DataFrame, forms: Mapping[str, Form], plan: ColumnPlan) -> pl.Expr:
    """Tell the rows that have a geometry which a column's form can hold."""
    own, known = forms.get(plan.name), has_geometry(frame, plan.name)
    if own is None or plan.form is None:
        return known
    if plan.type == "keypoints":
        return known & _is_pointed(frame, own, plan)
    if plan.type not in SLOTTED:
        return known
    if f"{plan.name}.{own.slots[0]}" not in frame.columns:
        return known
    return known & slotted.is_sayable(own, plan.form, plan.name)


def _is_pointed(frame: pl.DataFrame, own: Form, plan: ColumnPlan) -> pl.Expr:
    """Tell the rows of points of which as much is known as is written, and no more."""
    written = plan.written or own
    if VISIBILITY not in own.slots:
        return pl.lit(value=VISIBILITY not in written.slots)
    if plan.name not in frame.columns:
        return pl.lit(value=True)
    seen = points.slot(frame[plan.name], own, VISIBILITY)
    if VISIBILITY in written.slots:
        fits = seen.list.eval(pl.element().is_not_null()).list.all()
    else:
        fits = seen.list.eval(pl.element().fill_null("visible") == "visible").list.all()
    whole = frame[WHOLE] if plan.gather is not None and WHOLE in frame.columns else None
    return pl.lit((fits if whole is None else fits & whole).fill_null(value=False))


def is_outlined(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Tell the rows whose own shape is a geometry with corners, of which an outline is made."""
    own = pl.col("shape") == name if "shape" in frame.columns else pl.lit(value=name == "box")
    return has_geometry(frame, name) & own.fill_null(value=False)


def _slotted(frame: pl.DataFrame, forms: Mapping[str, Form], plan: ColumnPlan, form: Form) -> Made:
    made = Made()
    size = pl.col("@w"), pl.col("@h")
    options: list[tuple[str, pl.Expr, boxes.Conversion]] = []
    own = forms.get(plan.name)
    if own is not None and f"{plan.name}.{own.slots[0]}" in frame.columns:
        known = has_geometry(frame, plan.name)
        options.append(("", known, slotted.convert(own, form, plan.name, size)))
    if plan.type == "box" and plan.derive is not None:
        for other in BOUNDED:
            edges = _bounds(frame, forms, other)
            if edges is not None:
                parts, unit = boxes.corners(*edges), forms[other].unit
                options.append(
                    (other, edges[0].is_not_null(), boxes.place(form, parts, unit, size))
                )
    _choose(frame, options, plan, form, made)
    return made


def _bounds(
    frame: pl.DataFrame, forms: Mapping[str, Form], name: str
) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr] | None:
    """Give the edges around a geometry, if the rows have it."""
    form = forms.get(name)
    if form is None:
        return None
    if form.kind in SLOTTED and f"{name}.{form.slots[0]}" in frame.columns:
        known = slotted.bounds(form, name)
        return known["x1"], known["y1"], known["x2"], known["y2"]
    if f"bounds({name}).x1" not in frame.columns:
        return None
    x1, y1, x2, y2 = (pl.col(f"bounds({name}).{corner}") for corner in _CORNERS)
    return x1, y1, x2, y2


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
    result = frame.with_columns(  # which, unlike a selection, repeats constants for each row
        *(value.alias(f"{plan.name}.{slot}") for slot, value in slots.items()),
        error.alias("@error"),
        collapsed.alias("@collapsed"),
        origin.alias("@origin"),
    )
    for slot in form.slots:
        made.columns[f"{plan.name}.{slot}"] = result[f"{plan.name}.{slot}"]
    made.present = result[f"{plan.name}.{form.slots[0]}"].is_not_null()
    made.error = result["@error"]
    made.collapsed = result["@collapsed"].fill_null(value=False)
    made.origin = result["@origin"].replace("", None)


def _points(
    frame: pl.DataFrame,
    forms: Mapping[str, Form],
    plan: ColumnPlan,
    into: tuple[Form, Iterable[pl.Series] | None],
) -> Made:
    made = Made()
    own = forms.get(plan.name)
    form, held = into
    values = pl.repeat(None, frame.height, dtype=polygons.DTYPE, eager=True)
    error = pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    origin = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    if own is not None and held is not None and frame.height:
        converted = _converted(held, own, form, frame)
        values, error = converted.polygons, converted.error
    for other in OUTLINED if plan.type == "polygons" and plan.derive is not None else ():
        source = forms.get(other)
        if source is None or f"{other}.{source.slots[0]}" not in frame.columns:
            continue
        if not frame.select(is_outlined(frame, other).any()).item():
            continue
        drawn, moved = _outlined(frame, other, source, form)
        error = error.zip_with(values.is_not_null(), moved)
        origin = origin.set(values.is_null() & drawn.is_not_null(), other)
        values = pl.select(pl.coalesce(values, drawn)).to_series()
    made.columns[plan.name] = values.alias(plan.name)
    made.present = values.is_not_null()
    made.error, made.origin = error, origin
    return made


def _converted(
    held: Iterable[pl.Series], own: Form, form: Form, frame: pl.DataFrame
) -> polygons.Conversion:
    """Convert the points of rows, piece by piece."""
    made = []
    start = 0
    for piece in held:
        width, height = (frame[side].slice(start, len(piece)) for side in ("@w", "@h"))
        known, said = points.with_slots(piece, own, form)
        made.append(polygons.convert(known, said, form, width, height))
        start += len(piece)
    return polygons.Conversion(
        pl.concat([piece.polygons for piece in made]),
        pl.concat([piece.error for piece in made], rechunk=True),
    )


def _outlined(
    frame: pl.DataFrame, name: str, source: Form, form: Form
) -> tuple[pl.Series, pl.Series]:
    """Draw the corners of rows whose own shape has them; tell by how many pixels they moved."""
    own = is_outlined(frame, name)
    sides = [pl.when(side > 0).then(side) for side in (pl.col("@w"), pl.col("@h"))]
    numbers: list[pl.Expr] = []
    moves: list[pl.Expr] = []
    for point in slotted.corners(source, name):
        for value, side in zip(point, sides, strict=True):
            scaled = _scaled(value, side, source, form)
            printed = _decimal(scaled, form)
            numbers.append(pl.when(own).then(printed).alias(str(len(numbers))))
            move = (scaled - printed).abs()
            moves.append(move * side if form.unit == "fraction" else move)
    moved = frame.select(pl.when(own).then(pl.max_horizontal(moves)).alias("@moved"))["@moved"]
    return polygons.ring(frame.select(numbers)), moved


def _scaled(value: pl.Expr, side: pl.Expr, source: Form, form: Form) -> pl.Expr:
    if source.unit == form.unit:
        return value + float(form.origin) if form.origin else value
    return value / side if form.unit == "fraction" else value * side + float(form.origin)


def _decimal(value: pl.Expr, form: Form) -> pl.Expr:
    return value if form.decimals is None else value.round(form.decimals)


def _mask(frame: pl.DataFrame, own: Form | None, plan: ColumnPlan, form: Form) -> Made:
    made = Made()
    made.present = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    first = f"{plan.name}.{'text' if own is not None and own.codec == PLACED else 'runs'}"
    if own is None or first not in frame.columns:
        return made
    if own.codec == form.codec:
        made.columns = {n: frame[n] for n in frame.columns if n.startswith(f"{plan.name}.")}
    elif form.codec == PLACED:
        made.columns = place_masks(frame, plan.name, form)
    else:
        made.columns = spread_masks(frame, plan.name, own)
    last = f"{plan.name}.{'text' if form.codec == PLACED else 'runs'}"
    made.present = made.columns[last].is_not_null()
    return made
