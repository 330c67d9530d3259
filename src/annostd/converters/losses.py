"""Losses: what the source's tables hold and the output's, read back, do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.converters.keys import generate
from annostd.converters.model import SHOWN, Lost, lose
from annostd.findings import Loss, LossKind
from annostd.plan.sources import walk
from annostd.tables.schema import GEOMETRIES, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annostd.converters.work import TableMap, Work

_CLOSE = 1e-6
_TOLD = frozenset({"shape", "kind"})


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
    yield from _unnamed(work, table)
    for name, types in work.source_plan.types.get(table, {}).items():
        if name in _TOLD:
            continue
        if types.kind in GEOMETRIES:
            yield from _geometry(work, table, name, mapped)
        elif name in mapped.rows.columns:
            yield from _scalar(work, table, name, mapped)


def untold_tables(work: Work) -> Iterator[Lost]:
    """Tell the tables that the target does not have at all."""
    for table, frame in work.source.frames.items():
        if table not in work.mapped and frame.height:
            reason = f"{work.plan.standard.id} has no {table}"
            loss = Loss(LossKind.LOST, table, reason, frame.height)
            yield Lost(loss, table, tuple(range(min(frame.height, SHOWN))))


def _unnamed(work: Work, table: str) -> Iterator[Lost]:
    """Tell the rows that exist in the target only where another names them, and that none does."""
    plan = work.plan.tables[table]
    placed = any(source.table == table for file in work.plan.files for source in walk(file.sources))
    frame = work.source.frames.get(table)
    if placed or frame is None or plan.created is None:
        return
    named: set[int] = set()
    for name, types in work.source_plan.types.items():
        rows = work.source.frames.get(name)
        for column, kind in types.items():
            if kind.table == table and rows is not None and column in rows.columns:
                named.update(rows[column].drop_nulls().unique())
    count = frame.height - len(named)
    if count > 0:
        reason = f"{work.plan.standard.id} names a {table} only where it is used"
        unnamed = [row for row in range(frame.height) if row not in named]
        loss = Loss(LossKind.LOST, table, reason, count)
        yield Lost(loss, table, tuple(unnamed[:SHOWN]))


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
    lost = had & ~has
    if lost.any():
        yield _told(_Column(work, table, name, mapped, lost))
    error = mapped.errors.get(name)
    if error is not None:
        moved = (error > _CLOSE * _CLOSE).fill_null(value=False) & had
        count = int(moved.sum())
        if count:
            largest = error.filter(moved).max()
            decimals = mapped.forms[name].decimals
            rounded = Loss(
                LossKind.ROUNDED,
                f"{table}.{name}",
                f"rounded to {decimals} decimals",
                count,
                error=float(largest) if isinstance(largest, float) else None,
                unit="pixel",
            )
            yield lose(rounded, table, mapped.rows["@from"].filter(moved))


def _scalar(work: Work, table: str, name: str, mapped: TableMap) -> Iterator[Lost]:
    had = mapped.rows[name]
    known = had.is_not_null()
    if had.dtype == pl.List(pl.String):
        known = known & (had.list.len() > 0).fill_null(value=False)
    lost = known
    if name in mapped.frame.columns:
        has = mapped.frame[name]
        if has.dtype != had.dtype:
            had, has = had.cast(pl.String, strict=False), has.cast(pl.String, strict=False)
        lost = known & ~had.eq_missing(has)
    canonical = TABLES.get(table, {}).get(name)
    if canonical is not None and canonical.neutral is not None:
        lost = lost & (mapped.rows[name] != canonical.neutral).fill_null(value=False)
    if lost.any():
        yield _told(_Column(work, table, name, mapped, lost))


def _told(column: _Column) -> Lost:
    """Say of lost values whether the target gives them back by a rule."""
    what = f"{column.table}.{column.name}"
    count = int(column.lost.sum())
    rows = column.mapped.rows["@from"].filter(column.lost)
    for rule in DERIVABLE:
        reason = rule(column)
        if reason is not None:
            return lose(Loss(LossKind.DERIVABLE, what, reason, count), column.table, rows)
    reason = f"{column.work.plan.standard.id} does not hold it"
    return lose(Loss(LossKind.LOST, what, reason, count), column.table, rows)


def _is_ordinal(column: _Column) -> str | None:
    plan = column.work.source_plan.tables[column.table].columns.get(column.name)
    if plan is None or plan.column.generate is None:
        return None
    values = column.mapped.rows[column.name]
    made = generate(plan.column.generate, len(values), values.dtype)
    return "numbered in order" if made is not None and made.equals(values) else None


def _is_default(column: _Column) -> str | None:
    plan = column.work.source_plan.tables[column.table].columns.get(column.name)
    if plan is None or plan.column.default is None or plan.type in GEOMETRIES:
        return None
    values = column.mapped.rows[column.name].filter(column.lost)
    return "absence means the same" if (values == plan.column.default).all() else None


def _is_fallback(column: _Column) -> str | None:
    """Tell whether the canonical table's fallback gives the value back from what is written."""
    canonical = TABLES.get(column.table, {}).get(column.name)
    if canonical is None or canonical.fallback is None:
        return None
    values = column.mapped.rows[column.name]
    if canonical.fallback == "stem(path)":
        if "path" not in column.mapped.frame.columns:
            return None
        path = column.mapped.frame["path"]
        stem = path.str.replace(r"^.*/", "").str.replace(r"(.)\.[^.]*$", "$1")
        return "the stem of the path" if stem.equals(values) else None
    other = canonical.fallback
    if other not in column.mapped.frame.columns:
        return None
    same = column.mapped.frame[other].cast(pl.String).equals(values.cast(pl.String))
    return f"the same as its {other}" if same else None


def _is_in_header(column: _Column) -> str | None:
    if column.table != "media" or column.name not in {"width", "height", "depth"}:
        return None
    image = any(
        file.file.carrier == "image" and any(source.table == "media" for source in file.sources)
        for file in column.work.plan.files
    )
    return "size from the image header" if image else None


def _is_measured(column: _Column) -> str | None:
    """Tell whether the area is that of the geometry that is written."""
    if column.name != "area":
        return None
    written = column.mapped.forms
    name = next((n for n in ("polygons", "mask", "box") if n in written), None)
    if name is None:
        return None
    made = _measure(column, name, "area", None)
    return f"the area of its {name}" if made is not None and _agrees(column, "area", made) else None


def _is_bounds(column: _Column) -> str | None:
    """Tell whether a box is just the bounds of the outline that is written."""
    if column.name != "box" or "polygons" not in column.mapped.forms:
        return None
    for corner in ("x1", "y1", "x2", "y2"):
        own = _measure(column, "box", None, corner)
        made = _measure(column, "polygons", "bounds", corner)
        if own is None or made is None or not _close(own, made, column.lost):
            return None
    return "the bounds of its polygons"


DERIVABLE: tuple[Callable[[_Column], str | None], ...] = (
    _is_ordinal,
    _is_default,
    _is_fallback,
    _is_in_header,
    _is_measured,
    _is_bounds,
)


def _measure(column: _Column, name: str, measure: str | None, part: str | None) -> pl.Series | None:
    from annostd.expressions import Need

    forms = column.work.source.forms
    if name not in forms.get(column.table, {}):
        return None
    environment = Environment(column.work.source_plan, forms, lambda _: None, {})
    need = Need((name,), measure, part)
    return environment.flatten(Rows(column.table, column.mapped.rows), [need])[need.key]


def _agrees(column: _Column, name: str, made: pl.Series) -> bool:
    return _close(column.mapped.rows[name].cast(pl.Float64), made.cast(pl.Float64), column.lost)


def _close(own: pl.Series, made: pl.Series, rows: pl.Series) -> bool:
    apart = (own - made).abs() > _CLOSE * (made.abs() + 1)
    return not (apart.fill_null(value=True) & rows).any()
