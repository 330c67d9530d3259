"""The geometries of a made row, all of one object, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from annostd.tables.schema import GEOMETRIES
from tests.laws.shapes import (
    OTHERS,
    Edges,
    Extent,
    edges,
    intervals,
    labelled,
    masks,
    outlines,
    placed,
    written_box,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis import strategies as st

    from annostd.plan.model import ColumnPlan, Variant
    from annostd.standard.model import Json
    from tests.laws.strategies import Draft, Row

SECONDS = 10
"""How far apart intervals are drawn; the examples of standards are shorter."""


def draw_shapes(draw: st.DrawFn, draft: Draft, variant: Variant, row: Row) -> bool:
    """Draw the geometries of a row, so that all are of one object."""
    own = (plan for plan in variant.columns if plan.gather is None)
    plans = {plan.type: plan for plan in own if plan.type in GEOMETRIES}
    timed = plans.pop("interval", None)
    if timed is not None:
        row[timed.name] = _times(draw, draft, timed)
    extent = _extent(draft, row)
    if not plans:
        return True
    if extent is None:
        extent = Extent(64, 48)
    boxed = plans.get("box")
    outlined = plans.get("polygons")
    leading = outlined or boxed
    box: Edges
    if "mask" in plans:
        mask, box = draw(masks(extent))
        row[plans["mask"].name] = placed(plans["mask"], mask, box)
    else:
        box = draw(edges(leading.form if leading else None, extent))
    area = box.area
    if outlined is not None:
        rings, area = draw(outlines(outlined, box))
        row[outlined.name] = rings  # type: ignore[assignment]
    if boxed is not None and boxed.form is not None:
        row[boxed.name] = written_box(boxed.form, box)
    for plan in plans.values():
        _others(draw, draft, (plan, box), row)
    _measured(variant, row, area)
    return True


def _others(draw: st.DrawFn, draft: Draft, place: tuple[ColumnPlan, Edges], row: Row) -> None:
    """Draw a geometry that is neither outline nor mask within a box."""
    plan, box = place
    if plan.written is not None and "visibility" in plan.written.slots:
        row[plan.name] = draw(labelled(_points_of_class(draft, row), box))
    elif plan.type in OTHERS:
        row[plan.name] = draw(OTHERS[plan.type](plan, box))


def _measured(variant: Variant, row: Row, area: float) -> None:
    """Give what follows from the geometries: the area, and how many points are labelled."""
    for plan in variant.columns:
        if plan.derive is not None and plan.name not in row and plan.type == "number":
            row[plan.name] = area
        if plan.derive is not None and plan.type == "integer":
            row[plan.name] = sum("absent" not in cast("list[Json]", p) for p in _said(row))


def _points_of_class(draft: Draft, row: Row) -> int:
    """Count the points that the class of an annotation names."""
    at = row.get("category")
    named = draft.rows["category"][at].get("keypoints") if isinstance(at, int) else None
    return len(named) if isinstance(named, list) else 0


def _said(row: Row) -> list[Json]:
    points = row.get("keypoints")
    return points if isinstance(points, list) else []


def _times(draw: st.DrawFn, draft: Draft, plan: ColumnPlan) -> Json:
    """Draw an interval in the form of the whole table, apart from those drawn before."""
    whole = draft.plan.tables["annotation"].columns[plan.name].form
    if plan.form is None or whole is None:
        return None
    number = len(draft.rows.get("annotation", [])) * SECONDS
    return draw(intervals((whole, len(plan.form.slots) == 1), number))


def _extent(draft: Draft, row: Mapping[str, Json]) -> Extent | None:
    at = row.get("media")
    if not isinstance(at, int):
        return None
    medium = draft.rows["media"][at]
    width, height = medium.get("width"), medium.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return None
    return Extent(width, height)
