"""Rows of which a target gathers values, made of these values where the source is of another kind.

The way back of gathering: a list of names becomes rows that name its row, points become rows inside
theirs, each with the name that the class lists in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.converters.enclosing import MADE
from annostd.converters.geometry import WHOLE
from annostd.converters.model import lose
from annostd.findings import Loss, LossKind
from annostd.plan.gathers import NAME, gathered
from annostd.plan.sources import walk
from annostd.tables import lists
from annostd.tables.geometry import points, slotted
from annostd.tables.geometry.points import VISIBILITY
from annostd.tables.lists import filled
from annostd.tables.schema import GEOMETRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.converters.model import Lost
    from annostd.plan.model import ColumnPlan, Gather, Plan
    from annostd.tables.dataset import Tables
    from annostd.tables.geometry.forms import Form


OF = "@of"
"""Names the row that another was made of."""
CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Scattered:
    """Tables with rows that were made: which columns are the target's own, what was made of what.

    `rows` has by table of what, and how many; `whole` are the tables of which all rows were made;
    `losses` are of rows that became several.
    """

    tables: Tables
    columns: frozenset[tuple[str, str]] = frozenset()
    rows: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    losses: tuple[Lost, ...] = ()


def scatter(tables: Tables, source_plan: Plan, plan: Plan) -> Scattered:
    """Make the rows of which a target gathers values; within one standard they are there."""
    made = Scattered(tables)
    if source_plan.standard.id == plan.standard.id:
        return made
    for table, column, gather in gathered(plan):
        frame = made.tables.frames.get(table)
        if frame is None or column.name not in frame.columns:
            continue
        if gather.named:
            made = _points(made, (table, column, gather), plan)
        else:
            made = _texts(made, (table, column, gather))
    return made


def _texts(made: Scattered, place: tuple[str, ColumnPlan, Gather]) -> Scattered:
    """Give each text of a list a row that names the row of the list."""
    table, column, gather = place
    frame = made.tables.frames[table]
    rows = (
        frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias(gather.by), column.name)
        .explode(column.name)
        .drop_nulls(column.name)
        .rename({column.name: gather.column})
        .with_columns(pl.lit(value=True).alias(MADE))
    )
    known = made.tables.frames.get(gather.table) if gather.table == table else None
    whole = rows if known is None else pl.concat([known, rows], how="diagonal_relaxed")
    return _with(made, place, whole, rows.height)


def _points(made: Scattered, place: tuple[str, ColumnPlan, Gather], plan: Plan) -> Scattered:
    """Give each point a row with the name that the class lists for it, where it lists one each."""
    table, column, gather = place
    frame, form = made.tables.frames[table], made.tables.forms[table][column.name]
    names = _names(made.tables, plan, table, gather, frame)
    if VISIBILITY not in form.slots or names is None:
        return made
    whole = _is_whole(frame[column.name], names, form)
    made = _apart(made, place, plan, whole)
    frame = made.tables.frames[table]  # with the rows made, of which some lost what they had
    names = names.gather(frame[OF])
    whole = whole.gather(frame[OF]) & frame[column.name].is_not_null()
    own = _own_shape(plan, table, column.name)
    if own is not None and "shape" in frame.columns:
        whole = (whole & (frame["shape"] == own)).fill_null(value=False)
    rows = _rows(frame.with_columns(whole.alias(WHOLE), names.alias(NAME)), column, gather, form)
    frame = frame.drop(OF).with_columns(whole.alias(WHOLE))
    frames = {**made.tables.frames, table: frame}
    made = replace(made, tables=replace(made.tables, frames=frames))
    held = replace(form, slots=form.slots[:-1])
    return _with(made, place, rows, rows.height, {gather.column: held})


def _is_whole(values: pl.Series, names: pl.Series, form: Form) -> pl.Series:
    """Tell the rows that have a point for each name of their class, all names unlike."""
    count = values.list.eval(pl.element().list.len()).list.sum()
    unlike = names.list.n_unique() == names.list.len()
    return ((names.list.len() * len(form.slots) == count) & unlike).fill_null(value=False)


def _rows(frame: pl.DataFrame, column: ColumnPlan, gather: Gather, form: Form) -> pl.DataFrame:
    """Make the rows of the points of a frame: named, placed, in the order of their owners."""
    known = frame.with_row_index("@at").filter(WHOLE)
    values, names = known[column.name], known[NAME]
    counts = lists.lengths(names)
    numbers = lists.leaves(lists.leaves(points.without_visibility(values, form)))
    each = lists.nested(numbers, np.full(int(counts.sum()), 2))
    owner = pl.Series(np.repeat(np.arange(known.height), counts))
    rows = {
        gather.by: known["@at"].gather(owner),
        NAME: lists.leaves(names),
        gather.column: lists.nested(each, np.ones(len(each), dtype=np.int64)),
        VISIBILITY: lists.leaves(points.slot(values, form, VISIBILITY)),
    }
    if "media" in known.columns:
        rows["media"] = known["media"].gather(owner)
    return pl.DataFrame(rows).with_columns(pl.lit(value=True).alias(MADE))


def _apart(
    made: Scattered, place: tuple[str, ColumnPlan, Gather], plan: Plan, whole: pl.Series
) -> Scattered:
    """Give the points of an object whose own shape is another a row of their own.

    The target has a place for either, and none for both. A box that is only the bounds of the
    points says nothing besides, and points of which none is seen are none. Each row gets `OF`, the
    row that it was made of.
    """
    table, column, gather = place
    frame = made.tables.frames[table].with_row_index(OF)
    own, form = _own_shape(plan, table, column.name), made.tables.forms[table][column.name]
    if "shape" in frame.columns and own is not None:
        other = (whole & (frame["shape"] != own)).fill_null(value=False)
        framed = other & _is_frame(frame, made.tables.forms[table], column.name)
        seen = points.slot(frame[column.name], form, VISIBILITY)
        told = seen.list.eval(pl.element() != "absent").list.any().fill_null(value=False)
        apart = other & told & ~framed
        copies = _copies(frame.filter(apart), column.name, gather, own)
        left = _without(frame, column.name, apart).with_columns(frame["shape"].set(framed, own))
        frame = pl.concat([left, copies], how="diagonal_relaxed")
        made = replace(made, losses=(*made.losses, *_told(plan, table, column.name, apart)))
    frames = {**made.tables.frames, table: frame}
    return replace(made, tables=replace(made.tables, frames=frames))


def _own_shape(plan: Plan, table: str, name: str) -> str | None:
    """Give the shape of the rows that hold points, where these hold no other geometry."""
    sources = [s for file in plan.files for s in walk(file.sources) if s.table == table]
    variants = [variant for source in sources for variant in source.variants]
    holding = next(v for v in variants if any(p.name == name and p.gather for p in v.columns))
    others = [p for p in holding.columns if p.type in GEOMETRIES and p.name != name]
    shape = holding.constants.get("shape")
    return shape if isinstance(shape, str) and not others else None


def _is_frame(frame: pl.DataFrame, forms: Mapping[str, Form], name: str) -> pl.Series:
    """Tell the rows whose own shape is a box that only bounds their points."""
    box, form = forms.get("box"), forms[name]
    alike = box is not None and (box.unit, box.origin, box.ends) == (form.unit, 0, "exclusive")
    if box is None or not alike or form.origin or f"box.{box.slots[0]}" not in frame.columns:
        return filled(value=False, height=frame.height, dtype=pl.Boolean)
    edges = slotted.bounds(box, "box")
    around = points.measure(frame[name], form)
    near = [
        (frame.select(edges[edge].alias(edge))[edge] - around[edge]).abs() <= CLOSE
        for edge in ("x1", "y1", "x2", "y2")
    ]
    is_box = frame["shape"] == "box"
    return reduce(and_, near, is_box).fill_null(value=False)


def _copies(frame: pl.DataFrame, name: str, gather: Gather, own: str) -> pl.DataFrame:
    """Make rows that are of the same medium and class, and hold the points alone."""
    kept = [OF, "media", gather.named[0], name, f"present({name})"]
    return frame.select(n for n in kept if n in frame.columns).with_columns(
        pl.lit(own).alias("shape"), pl.lit(value=True).alias(MADE)
    )


def _without(frame: pl.DataFrame, name: str, apart: pl.Series) -> pl.DataFrame:
    """Take the points from rows that have them in a row of their own."""
    there = (frame[name].is_not_null() & ~apart).alias(f"present({name})")
    left = pl.select(pl.when(~apart).then(frame[name])).to_series().alias(name)
    measures = [n for n in frame.columns if n.startswith(("bounds", "length")) and f"({name})" in n]
    return frame.drop(measures).with_columns(left, there)


def _told(plan: Plan, table: str, name: str, apart: pl.Series) -> Iterator[Lost]:
    rows = apart.arg_true()
    if len(rows):
        reason = f"an object has one shape in {plan.standard.id}; its {name} stand in another row"
        loss = Loss(LossKind.LOST, f"{table}.{name}", reason, len(rows))
        yield lose(loss, table, rows)


def _names(
    tables: Tables, plan: Plan, table: str, gather: Gather, frame: pl.DataFrame
) -> pl.Series | None:
    """List for each row the names in whose order its points count."""
    reference, column = gather.named
    refers = plan.tables[table].columns[reference].refers
    named = tables.frames.get(refers[0]) if refers is not None else None
    if named is None or column not in named.columns or reference not in frame.columns:
        return None
    return named[column].gather(frame[reference])


def _with(
    made: Scattered,
    place: tuple[str, ColumnPlan, Gather],
    rows: pl.DataFrame,
    count: int,
    forms: Mapping[str, Form] | None = None,
) -> Scattered:
    table, column, gather = place
    if not count:
        return made
    frames = {**made.tables.frames, gather.table: rows}
    known = {**made.tables.forms, **({gather.table: dict(forms)} if forms else {})}
    tables = replace(made.tables, frames=frames, forms=known)
    said = (f"{gather.column} of {table}.{column.name}", count)
    columns = made.columns | {(gather.table, name) for name in (gather.by, gather.column)}
    whole = made.whole | ({gather.table} - {table})
    rows_of = {**made.rows, gather.table: said}
    return replace(made, tables=tables, columns=columns, rows=rows_of, whole=whole)
