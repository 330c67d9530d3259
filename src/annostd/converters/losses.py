"""Losses: what the source's tables hold and the output's, read back, do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.converters.enclosing import MADE
from annostd.converters.geometry import OUTLINED
from annostd.converters.keys import generate
from annostd.converters.model import Lost, lose
from annostd.converters.shelves import shelf_of
from annostd.converters.values import is_fixed
from annostd.expressions import Need, vectorise
from annostd.findings import Loss, LossKind
from annostd.plan.sources import walk
from annostd.tables.geometry import polygons
from annostd.tables.schema import GEOMETRIES, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from annostd.converters.work import TableMap, Work
    from annostd.plan.model import ColumnPlan

IN_HEADER = "size from the image header"
"""Why a size comes back where the pictures are; no loss where they are put beside the output."""
_CLOSE = 1e-6
_NOISE = 1e-9
_MEASURED = ("polygons", "mask", "rotated_box", "ellipse", "box")
_PRINTED = 0.01
"""How far, in pixels, what is drawn anew may lie apart from what it was drawn of."""
_TOLD = frozenset({"shape", "kind"})
_UNITS: Final = {"interval": "second", "cuboid": "metre"}
"""In what the error of a geometry is measured that lies not in the plane."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a table before and after: rows are aligned."""

    work: Work
    table: str
    name: str
    mapped: TableMap
    lost: pl.Series


def table_losses(work: Work, table: str, mapped: TableMap) -> Iterator[Lost]:
    """Compare the rows of a table that were taken with what is written of them."""
    yield from mapped.losses
    unwritten = _unwritten(work, table, mapped)
    yield from _told_unwritten(table, mapped, unwritten)
    if unwritten:
        kept = ~reduce(or_, unwritten.values())
        mapped = replace(mapped, frame=mapped.frame.filter(kept), rows=mapped.rows.filter(kept))
    source = work.source.frames.get(table)
    for name, types in work.source_plan.types.get(table, {}).items():
        if name in _TOLD or source is None or _is_told_elsewhere(work, table, name):
            continue
        if types.kind in GEOMETRIES:
            yield from _geometry(work, table, name, mapped)
        elif name in source.columns:
            yield from _scalar(work, table, name, mapped)


def _is_told_elsewhere(work: Work, table: str, name: str) -> bool:
    """Tell whether a column is the source's own and not read: nothing is lost with it.

    It tells variants apart, or names the row around, which is told of itself.
    """
    known = work.source_plan.tables.get(table)  # rows that were made may be of a table of their own
    column = known.columns.get(name) if known is not None else None
    return column is not None and column.implied and not column.canonical


def is_counted(plan: ColumnPlan) -> bool:
    """Tell whether a value only counts the rows of other tables."""
    needs = plan.derive.needs if plan.derive is not None else ()
    return bool(needs) and all(need.measure == "count" for need in needs)


def _unwritten(work: Work, table: str, mapped: TableMap) -> dict[str, pl.Series]:
    """Tell by reason the rows not written where a row exists only in that another names it."""
    named = _named(work, table, mapped)
    if named is None:
        return {}
    plan = work.plan.tables[table]
    key = plan.teller or ""
    frame = pl.DataFrame([mapped.frame[key].alias("key"), named.alias("named")])
    again = pl.col("named") & pl.col("named").cum_sum().over("key").gt(1)
    why = f"has each {table} fixed" if plan.fixed else f"names a {table} only where it is used"
    return {
        f"{work.target} {why}": ~named,
        f"{work.target} tells a {table} by its {key}": frame.select(again.alias("again"))["again"],
    }


def _named(work: Work, table: str, mapped: TableMap) -> pl.Series | None:
    """Tell the rows that a written row names, where the target has no others (None: it has)."""
    plan = work.plan.tables[table]
    if plan.fixed:
        return is_fixed(plan, mapped.frame)
    placed = any(source.table == table for file in work.plan.files for source in walk(file.sources))
    if placed or plan.created is None:
        return None
    named: set[int] = set()
    for name, other in work.mapped.items():
        for column in work.plan.tables[name].columns.values():
            makes = column.column.create and column.refers and column.refers[0] == table
            if makes and column.name in other.frame.columns:
                named.update(other.frame[column.name].drop_nulls().unique())
    return pl.int_range(mapped.frame.height, eager=True).is_in(sorted(named)).alias("named")


def _told_unwritten(
    table: str, mapped: TableMap, unwritten: Mapping[str, pl.Series]
) -> Iterator[Lost]:
    for reason, gone in unwritten.items():
        rows = mapped.frame["@from"].filter(gone).drop_nulls()
        if len(rows):
            yield lose(Loss(LossKind.LOST, table, reason, len(rows)), table, rows)


def _geometry(work: Work, table: str, name: str, mapped: TableMap) -> Iterator[Lost]:
    present = f"present({name})"
    if present not in mapped.rows.columns:
        return
    had = mapped.rows[present].fill_null(value=False)
    has = (
        mapped.frame[present]
        if present in mapped.frame.columns
        else pl.repeat(value=False, n=len(had), dtype=pl.Boolean, eager=True)
    )
    yield from _told(_Column(work, table, name, mapped, had & ~has))
    yield from _rounded(table, name, mapped, had)


def _rounded(table: str, name: str, mapped: TableMap, had: pl.Series) -> Iterator[Lost]:
    error = mapped.errors.get(name)
    if error is None:
        return
    moved = (error > _NOISE).fill_null(value=False) & had
    largest = error.filter(moved).max()
    if isinstance(largest, float):
        reason = f"rounded to {mapped.forms[name].decimals} decimals"
        rows = mapped.rows["@from"].filter(moved).unique(maintain_order=True)
        what = f"{table}.{name}"
        unit = _UNITS.get(mapped.forms[name].kind, "pixel")
        loss = Loss(LossKind.ROUNDED, what, reason, len(rows), error=largest, unit=unit)
        yield lose(loss, table, rows)


def _scalar(work: Work, table: str, name: str, mapped: TableMap) -> Iterator[Lost]:
    """Compare values: those that the source holds, not what was filled in for it."""
    own = work.source.frames[table][name].gather(mapped.rows["@from"])
    had = mapped.rows[name]
    known = own.is_not_null()
    if isinstance(had.dtype, pl.List):
        known = known & (had.list.len() > 0).fill_null(value=False)
    lost = known
    if name in mapped.frame.columns:
        has = _with_default(work, table, name, mapped.frame[name])
        if has.dtype != had.dtype:
            had, has = had.cast(pl.String, strict=False), has.cast(pl.String, strict=False)
        lost = known & (had.is_null() | ~had.eq_missing(has))
    canonical = TABLES.get(table, {}).get(name)
    if canonical is not None and canonical.neutral is not None:
        lost = lost & (own != canonical.neutral).fill_null(value=False)
    yield from _told(_Column(work, table, name, mapped, lost))


def _with_default(work: Work, table: str, name: str, values: pl.Series) -> pl.Series:
    """Give what is read back of values: what is not written means the default."""
    column = work.plan.tables[table].columns.get(name)
    default = column.column.default if column is not None else None
    if default is None or isinstance(default, list | dict):
        return values
    return pl.select(pl.coalesce(values, pl.lit(default, dtype=values.dtype))).to_series()


def _told(column: _Column) -> Iterator[Lost]:
    """Say of lost values which the target gives back, and by which rule; the rest is lost."""
    what = f"{column.table}.{column.name}"
    left = column.lost
    for rule in DERIVABLE:
        if not left.any():
            return
        for reason, given in rule(column):
            back = left & given.fill_null(value=False)
            left = left & ~back
            yield from _counted(column, LossKind.DERIVABLE, what, (reason, back))
    yield from _counted(column, LossKind.LOST, what, (_gone(column), left))


def _counted(
    column: _Column, kind: LossKind, what: str, told: tuple[str, pl.Series]
) -> Iterator[Lost]:
    """Count the source's rows of a loss, each once, even where it was split."""
    reason, mask = told
    rows = column.mapped.rows["@from"].filter(mask).unique(maintain_order=True)
    if len(rows):
        yield lose(Loss(kind, what, reason, len(rows)), column.table, rows)


def _gone(column: _Column) -> str:
    canonical = TABLES.get(column.table, {}).get(column.name)
    other = canonical.fallback if canonical is not None else None
    if other in column.mapped.ids or column.name in column.mapped.ids:
        return f"{column.work.target} counts otherwise; the report has the map"
    return f"{column.work.target} does not hold it"


def _shelves(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    plan = column.work.source_plan.tables[column.table].columns.get(column.name)
    if plan is not None and shelf_of(column.work.source_plan, plan) is not None:
        yield "it says only in which of the files the row stands", column.lost


def _ordinals(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    plan = column.work.source_plan.tables[column.table].columns.get(column.name)
    if plan is None or "{n" not in (plan.column.generate or ""):
        return
    frame = column.work.source.frames[column.table]
    if MADE in frame.columns:
        frame = frame.filter(pl.col(MADE).is_null())
    values = frame[column.name]
    made = generate(plan.column.generate, len(values), values.dtype)
    if made is not None and made.equals(values):
        yield "numbered in order", column.lost


def _defaults(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    plan = column.work.source_plan.tables[column.table].columns.get(column.name)
    if plan is not None and plan.column.default is not None:
        yield "absence means the same", column.mapped.rows[column.name] == plan.column.default


def _counts(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    plan = column.work.source_plan.tables[column.table].columns.get(column.name)
    if plan is None or plan.derive is None or not is_counted(plan):
        return
    counts = {name: frame.height for name, frame in column.work.source.frames.items()}
    environment = Environment(column.work.source_plan, {}, lambda _: None, counts)
    flat = environment.flatten(Rows(column.table, column.mapped.rows), plan.derive.needs)
    made = flat.with_columns(vectorise(plan.derive, {}).alias("@made"))["@made"]
    yield "counted anew", made == column.mapped.rows[column.name]


def _fallbacks(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    """Give the values that the canonical table's fallback finds in what is written."""
    canonical = TABLES.get(column.table, {}).get(column.name)
    if canonical is None or canonical.fallback is None:
        return
    values, written = column.mapped.rows[column.name], column.mapped.frame
    if canonical.fallback == "stem(path)":
        if "path" in written.columns:
            stem = written["path"].str.replace(r"^.*/", "").str.replace(r"(.)\.[^.]*$", "$1")
            yield "the stem of the path", stem == values
        return
    reference, _, column_of = canonical.fallback.partition(".")
    other = column.work.plan.tables[column.table].columns.get(reference)
    mapped = column.work.mapped.get(other.refers[0]) if other and other.refers else None
    if mapped is not None and column_of in mapped.frame.columns and reference in written.columns:
        followed = mapped.frame[column_of].gather(written[reference])
        yield f"the same as its {canonical.fallback}", followed == values
    elif canonical.fallback in written.columns:
        same = written[canonical.fallback].cast(pl.String) == values.cast(pl.String)
        yield f"the same as its {canonical.fallback}", same


def _headers(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    """Give the sides that a target reads from the picture itself."""
    bound = column.work.plan.tables[column.table].columns
    if column.table != "media" or column.name not in {"width", "height", "depth"} & bound.keys():
        return
    if any(
        file.file.carrier == "image" and any(source.table == "media" for source in file.sources)
        for file in column.work.plan.files
    ):
        yield IN_HEADER, column.lost


def _areas(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    """Give the areas that are those of the geometry that is written."""
    if column.name != "area":
        return
    own = column.mapped.rows["area"].cast(pl.Float64)
    measured = pl.repeat(value=False, n=len(own), dtype=pl.Boolean, eager=True)
    for name in _MEASURED:
        made = _measure(column, name, "area", None) if _is_written(column, name) else None
        if made is not None:
            close = _close(own, made.cast(pl.Float64))
            drawn = _drawn_area(column, name) if name in OUTLINED else None
            if drawn is not None:
                close = _close(own, drawn, _PRINTED)
            yield f"the area of its {name}", close & ~measured
            measured = measured | made.is_not_null()


def _bounds(column: _Column) -> Iterator[tuple[str, pl.Series]]:
    """Give the boxes that are just the bounds of the outline or mask that is written."""
    for name in ("polygons", "mask", "keypoints") if column.name == "box" else ():
        if name not in column.mapped.forms:
            continue
        same = drawn = column.mapped.frame[f"present({name})"]
        for corner in ("x1", "y1", "x2", "y2"):
            own = _measure(column, "box", None, corner)
            made = _measure(column, name, "bounds", corner)
            if own is None:
                return
            known = name == "keypoints"  # of which some may have no place at all
            near = made is not None and _close(own, made) | (made.is_null() & (not known))
            same = same & (near if made is not None else drawn)
        yield f"the bounds of its {name}", same & ~_is_moved(column, name)


def _is_moved(column: _Column, name: str) -> pl.Series:
    """Tell the rows whose outline was drawn anew, apart from what it was drawn of."""
    moved = column.mapped.errors.get(name)
    if moved is None:
        return pl.repeat(value=False, n=column.mapped.frame.height, dtype=pl.Boolean, eager=True)
    far = (moved > _PRINTED).fill_null(value=False)
    kept = _measure(column, name, "bounds", "x1")
    return far if kept is None else far & kept.is_null()


def _is_written(column: _Column, name: str) -> bool:
    """Tell whether a geometry is written, itself or as an outline that is drawn of it."""
    forms = column.mapped.forms
    return name in forms or (name in OUTLINED and "polygons" in forms)


DERIVABLE: tuple[Callable[[_Column], Iterator[tuple[str, pl.Series]]], ...] = (
    _shelves,
    _ordinals,
    _defaults,
    _counts,
    _fallbacks,
    _headers,
    _areas,
    _bounds,
)
"""By which rules a target gives back what it does not hold: why, and for which rows."""


def _measure(column: _Column, name: str, measure: str | None, part: str | None) -> pl.Series | None:
    forms = column.work.source.forms
    if name not in forms.get(column.table, {}):
        return None
    environment = Environment(column.work.source_plan, forms, lambda _: None, {})
    need = Need((name,), measure, part)
    return environment.flatten(Rows(column.table, column.mapped.rows), [need])[need.key]


def _drawn_area(column: _Column, name: str) -> pl.Series | None:
    """Measure outlines in pixels that are written in place of boxes (None: boxes are written)."""
    form = column.mapped.forms.get("polygons")
    if name in column.mapped.forms or form is None or form.unit != "pixel":
        return None
    return polygons.measure(column.mapped.frame["polygons"])["area"].cast(pl.Float64)


def _close(own: pl.Series, made: pl.Series, far: float = _CLOSE) -> pl.Series:
    apart = (own - made).abs() > far * (made.abs() + 1)
    return ~apart.fill_null(value=True)
