"""One table of the target: which rows it takes, where they go, and the value of each column."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import DTYPES
from annostd.columns.environment import Rows
from annostd.converters import outlines
from annostd.converters.enclosing import MADE
from annostd.converters.gaps import standing
from annostd.converters.generated import needs_others
from annostd.converters.geometry import (
    BOUNDED,
    OUTLINED,
    is_bounded,
    is_carried,
    is_outlined,
    make_geometry,
)
from annostd.converters.homes import find_homes
from annostd.converters.intervals import has_interval, make_interval
from annostd.converters.marking import joined_texts, keep_markable
from annostd.converters.media import told_by_picture
from annostd.converters.model import Homes, lose
from annostd.converters.named import name_made
from annostd.converters.rows import follow_own, is_measure, measured, take_rows
from annostd.converters.supplied import repeat_supplied
from annostd.converters.values import (
    Making,
    constant,
    demand,
    is_fixed,
    is_sayable,
    make_value,
    with_constants,
)
from annostd.converters.work import TableMap, bound_rows, is_record, is_unwritten, sources_of
from annostd.findings import Loss, LossKind
from annostd.tables.schema import GEOMETRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from annostd.columns.environment import Environment
    from annostd.converters.geometry import Made
    from annostd.converters.work import Work
    from annostd.plan.model import ColumnPlan, Source, TablePlan
    from annostd.tables.geometry.forms import Form

RECORD = (".",)
_SINGLE = frozenset({"json", "jsonl", "yaml"})
"""Carriers in which a member stands once; an element of XML stands as often as there are rows."""


def map_table(work: Work, table: str, environment: Environment) -> TableMap:
    """Map one table: choose rows, give them homes, make columns."""
    start = _start(work, table)
    result = TableMap(start, start)
    frame = take_rows(work, table, environment, result)
    result.frame = result.rows = frame  # so that the rows that it began with are let go
    frame = follow_own(work, table, frame, frame["@from"])
    sources = sources_of(work.plan, table)
    if sources:
        homes = find_homes(
            frame,
            sources,
            _availability(work, table, frame),
            _outer(work, table, frame),
            lambda plan, names: _named(work, plan, frame, names),
        )
        if work.is_again:
            homes = _own_homes(frame, homes)
        frame = frame.with_columns(homes.source.alias("@source"), homes.variant.alias("@variant"))
        frame = _one_each(work, frame, sources)
        frame = keep_markable(work, table, _housed(work, table, frame, result), result)
    return _columns(work, table, frame, environment, result)


def _start(work: Work, table: str) -> pl.DataFrame:
    """Give the source's rows with their numbers; a record that has to be written is made."""
    source = work.source.frames.get(table)
    if source is None or (source.is_empty() and is_record(work.plan, table)):
        return pl.DataFrame({"@from": [None]}, schema={"@from": pl.UInt32})
    own = outlines.aside(work, source)
    return own.with_columns(pl.int_range(source.height, dtype=pl.UInt32).alias("@from"))


def _availability(work: Work, table: str, frame: pl.DataFrame) -> Callable[[ColumnPlan], pl.Expr]:
    """Tell the rows that can have a value; scalars that nothing gives are asked for later.

    A record that is nothing but one value cannot be there without it.
    """
    forms = work.source.forms.get(table, {})

    def available(plan: ColumnPlan) -> pl.Expr:
        if plan.type in GEOMETRIES:
            return _geometry_available(frame, forms, plan)
        named = work.plan.tables[plan.refers[0]] if plan.refers is not None else None
        if named is not None and named.fixed and plan.name in frame.columns and not work.is_again:
            return pl.lit(_is_known(work, named, frame[plan.name]))
        if plan.fields == RECORD and plan.name in frame.columns and not work.is_same:
            kept = frame[plan.name].cast(DTYPES[plan.type], strict=False)
            return pl.lit(is_sayable(plan, kept))
        return pl.lit(value=True)

    return available


def _is_known(work: Work, named: TablePlan, references: pl.Series) -> pl.Series:
    """Tell the references to rows that a table whose rows are fixed has, too."""
    mapped = work.mapped.get(named.name)
    if mapped is None:
        return pl.repeat(value=False, n=len(references), dtype=pl.Boolean, eager=True)
    return is_fixed(named, mapped.frame).gather(references).fill_null(value=False)


def _own_homes(frame: pl.DataFrame, found: Homes) -> Homes:
    """Leave rows where they were read, whatever is wrong with them."""
    if "@source" not in frame.columns or "@variant" not in frame.columns:
        return found
    own = frame.select(
        known=pl.col("@source").is_not_null() & pl.col("@variant").is_not_null(),
        source=pl.col("@source").cast(pl.UInt16),
        variant=pl.col("@variant").cast(pl.UInt8),
    ).with_columns(found.source.alias("@s"), found.variant.alias("@v"))
    chosen = own.select(
        pl.when("known").then("source").otherwise("@s").alias("@source"),
        pl.when("known").then("variant").otherwise("@v").alias("@variant"),
    )
    return Homes(chosen["@source"], chosen["@variant"])


def _outer(work: Work, table: str, frame: pl.DataFrame) -> Callable[[Source], pl.Expr]:
    """Tell the rows whose enclosing row was placed where the rows of a source are enclosed."""

    def outer(source: Source) -> pl.Expr:
        name = source.enclosing or ""
        bound = work.plan.tables[table].columns.get(name)
        mapped = work.mapped.get(bound.refers[0]) if bound is not None and bound.refers else None
        if mapped is None or "@source" not in mapped.frame.columns or name not in frame.columns:
            return pl.lit(value=True)
        fits = standing(work, source, mapped).gather(frame[name])
        return pl.lit(fits.fill_null(value=False))

    return outer


def _named(work: Work, plan: ColumnPlan, frame: pl.DataFrame, names: Sequence[str]) -> pl.Expr:
    """Tell the rows whose value is written as one of some names."""
    if plan.name not in frame.columns:
        return pl.lit(value=False)
    values = frame[plan.name]
    if plan.refers is not None:
        table, key = plan.refers
        mapped = work.mapped.get(table)
        if mapped is None or key not in mapped.frame.columns:
            return pl.lit(value=False)
        values = mapped.frame[key].gather(values)
    told = {str(held): native for native, held in plan.column.values}
    natives = values.cast(pl.String).replace(told)
    return pl.lit(natives.is_in(list(names)).fill_null(value=False))


def _geometry_available(
    frame: pl.DataFrame, forms: Mapping[str, Form], plan: ColumnPlan
) -> pl.Expr:
    if plan.type == "interval":
        return has_interval(frame, plan)
    known = is_carried(frame, forms, plan)
    if plan.derive is None:
        return known
    if plan.type == "box":
        return reduce(or_, (is_bounded(frame, name) for name in BOUNDED), known)
    if plan.type == "polygons":
        return reduce(or_, (is_outlined(frame, name) for name in OUTLINED), known)
    return known


def _one_each(
    work: Work, frame: pl.DataFrame, sources: Sequence[tuple[int, Source]]
) -> pl.DataFrame:
    """Take their home from rows whose place in the enclosing row is taken: it holds one of them."""
    for number, source in sources:
        outer = source.enclosing or ""
        is_one = all(step.kind == "member" for step in source.locator)
        carrier = work.plan.standard.files[source.file].carrier
        if outer not in frame.columns or not is_one or carrier not in _SINGLE:
            continue
        mine = pl.col("@source") == number
        again = mine & (mine.cum_sum().over(outer) > 1)
        kept = pl.when(~again.fill_null(value=False))
        frame = frame.with_columns(
            kept.then(pl.col(name)).alias(name) for name in ("@source", "@variant")
        )
    return frame


def _housed(work: Work, table: str, frame: pl.DataFrame, result: TableMap) -> pl.DataFrame:
    """Keep the rows that have a home; the others are losses."""
    homeless = frame["@source"].is_null()
    lost = homeless & ~frame[MADE].fill_null(value=False) if MADE in frame.columns else homeless
    count = int(lost.sum())
    if count:
        reason = f"{work.target} has no place for them"
        loss = Loss(LossKind.LOST, table, reason, count)
        result.losses.append(lose(loss, table, frame["@from"].filter(lost)))
    if homeless.any():
        numbers = pl.int_range(frame.height, dtype=pl.UInt32, eager=True).filter(~homeless)
        frame = follow_own(work, table, frame.filter(~homeless), numbers)
    return frame


def _columns(
    work: Work, table: str, frame: pl.DataFrame, environment: Environment, result: TableMap
) -> TableMap:
    """Make every column that the target binds: shapes first, since others are derived from them."""
    made = _shapes(work, table, frame, result)
    rows = frame.select([name for name in frame.columns if not is_measure(name)])
    rows = rows.with_columns([series.alias(name) for name, series in made.items()])
    forms: Mapping[str, Mapping[str, Form]] = {table: result.forms}
    making = Making(
        work,
        table,
        frame,
        measured(rows, result.forms),
        replace(environment, plan=work.plan, forms=forms, rows=_mapped_rows(work, environment)),
    )
    for plan in sorted(work.plan.tables[table].columns.values(), key=_rank):
        if plan.name not in made and plan.type not in GEOMETRIES:
            if _rank(plan):
                said = [series.alias(name) for name, series in made.items()]
                making = replace(making, frame=frame.with_columns(said))
            bound = bound_rows(work, table, plan.name, frame)
            joined = None if work.is_same else joined_texts(work, table, plan, frame)
            value = make_value(making, plan, result) if joined is None else joined
            if plan.made is not None:
                told = name_made(making, plan, value, bound, map_table)
                result.derived |= _made_for(plan, value, told)
                value = told
            value = _nulled(value, bound).alias(plan.name)
            made[plan.name] = with_constants(work, table, value, frame)
            if not work.placed_media and is_unwritten(work.plan, table, plan):
                made[plan.name] = made[plan.name].clear().extend_constant(None, frame.height)
            demand(making, plan, made[plan.name], bound, result)
    _forget_unread(work, table, made)
    marks = "@bad" if work.is_again else ""
    kept = [name for name in frame.columns if name.startswith("@") or (marks and marks in name)]
    kept = [name for name in kept if name != outlines.PART]
    columns = [series.alias(name) for name, series in made.items() if name not in kept]
    result.frame = frame.select(kept).with_columns(columns)
    result.rows = frame
    return result


def _made_for(plan: ColumnPlan, before: pl.Series, after: pl.Series) -> dict[str, int]:
    count = int((before.is_null() & after.is_not_null()).sum())
    return {f"{plan.name} of its own": count} if count else {}


def _rank(plan: ColumnPlan) -> int:
    """Put columns that are made of others behind these, keys last: a key names what a row says."""
    return 0 if not needs_others(plan) else 2 if plan.column.key else 1


def _mapped_rows(work: Work, environment: Environment) -> Callable[[str], Rows | None]:
    """Give the rows of a table as the target holds them, where they were mapped before."""

    def rows(table: str) -> Rows | None:
        mapped = work.mapped.get(table)
        return environment.rows(table) if mapped is None else Rows(table, mapped.frame)

    return rows


def _forget_unread(work: Work, table: str, made: dict[str, pl.Series]) -> None:
    """Leave out what pictures will not say that are named by other columns of their rows."""
    for plan in work.plan.tables[table].columns.values():
        if plan.template is not None and plan.name in made and plan.type == "string":
            columns = [each.alias(n) for n, each in made.items() if "(" not in n]
            known = told_by_picture(work.plan, table, plan, pl.DataFrame(columns))
            made[plan.name] = _nulled(made[plan.name], known)


def _shapes(work: Work, table: str, frame: pl.DataFrame, result: TableMap) -> dict[str, pl.Series]:
    """Make the constants of variants and the geometries."""
    made: dict[str, pl.Series] = {}
    for plan in work.plan.tables[table].columns.values():
        bound = bound_rows(work, table, plan.name, frame)
        if plan.type in GEOMETRIES:
            made.update(_geometry(work, (table, plan), frame, bound, result))
        elif plan.implied and plan.refers is None:
            made[plan.name] = constant(work, table, plan.name, frame)
    return made


def _geometry(
    work: Work,
    place: tuple[str, ColumnPlan],
    frame: pl.DataFrame,
    bound: pl.Series | None,
    result: TableMap,
) -> dict[str, pl.Series]:
    table, plan = place
    size = (_media_side(work, table, frame, "width"), _media_side(work, table, frame, "height"))
    forms = work.source.forms.get(table, {})
    if plan.type == "interval":
        geometry = make_interval(frame, forms, plan)
    else:
        are_aside = plan.name == outlines.NAME and outlines.are_aside(work, table, frame)
        held = outlines.pieces(work, table, frame) if are_aside else None
        geometry = make_geometry(frame, forms, plan, size, held)
    made = {name: _nulled(values, bound) for name, values in geometry.columns.items()}
    present = geometry.present if bound is None else geometry.present & bound
    made[f"present({plan.name})"] = present
    if geometry.error is not None:
        result.errors[plan.name] = _nulled(geometry.error, bound)
    if plan.form is not None:
        result.forms[plan.name] = plan.form
    result.derived.update(_told(plan.name, geometry, present))
    missing = (frame.height if bound is None else int(bound.sum())) - int(present.sum())
    if missing and plan.column.required is not None and not work.is_same:
        result.refused.append(
            f"{missing} rows of {table} have no {plan.name} that can be computed; "
            "are the sizes of their media known? (--media-root, or --set media.width=…)"
        )
    return made


def _told(name: str, geometry: Made, present: pl.Series) -> dict[str, int]:
    """Count how the values of a geometry came about, where the rows' variants hold it."""
    told: dict[str, int] = {}
    if geometry.origin is not None:
        origins = geometry.origin.filter(present).drop_nulls()
        for other in origins.unique(maintain_order=True):
            told[f"{name} from {other}"] = int((origins == other).sum())
    widened = 0 if geometry.collapsed is None else int((geometry.collapsed & present).sum())
    return told | ({f"{name} widened to one pixel": widened} if widened else {})


def _media_side(work: Work, table: str, frame: pl.DataFrame, side: str) -> pl.Series:
    """Give the width or height in pixels of each row's medium."""
    media = work.mapped.get("media")
    known = pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    if media is not None and "media" in frame.columns and side in media.rows.columns:
        known = media.rows[side].cast(pl.Float64).gather(frame["media"])
    if table == "media" or f"media.{side}" not in work.values:
        return known
    given = repeat_supplied(work, f"media.{side}", frame.height).cast(pl.Float64)
    return pl.select(pl.coalesce(known, given)).to_series()


def _nulled(values: pl.Series, bound: pl.Series | None) -> pl.Series:
    return values if bound is None else pl.select(pl.when(bound).then(values)).to_series()
