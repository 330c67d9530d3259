"""One table of the target: which rows it takes, where they go, and the value of each column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.columns.cells import DTYPES
from annostd.columns.environment import Environment, Rows
from annostd.converters.geometry import has_geometry, make_geometry
from annostd.converters.homes import find_homes
from annostd.converters.keys import fit_keys, generate
from annostd.expressions import Need, vectorise
from annostd.findings import Loss, LossKind
from annostd.tables import lists
from annostd.tables.geometry import masks, polygons
from annostd.tables.schema import GEOMETRIES, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.converters.map import Mapping_
    from annostd.plan.model import ColumnPlan
    from annostd.tables.geometry.forms import Form


@dataclass(slots=True)
class TableMap:
    """One table mapped: its frame in the target's forms, and what was noted on the way.

    `rows` are the source's rows that were taken (with `@from`), in the order of `frame`; `errors` the
    largest rounding error in pixels by column; `collapsed` boxes that became one pixel by column.
    """

    frame: pl.DataFrame
    rows: pl.DataFrame
    forms: dict[str, Form] = field(default_factory=dict)
    derived: dict[str, int] = field(default_factory=dict)
    ids: dict[str, Mapping[str, str]] = field(default_factory=dict)
    errors: dict[str, pl.Series] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def map_table(work: Mapping_, table: str, environment: Environment) -> TableMap:
    """Map one table: choose rows, give them homes, make columns."""
    from annostd.converters.map import sources_of

    source = work.source.frames.get(table)
    frame = source if source is not None else pl.DataFrame({"@none": [0]})
    if source is None or (source.is_empty() and _is_record(work, table)):
        frame = pl.DataFrame({"@none": [0]})
        frame = frame.with_columns(pl.lit(None, pl.UInt32).alias("@from"))
    else:
        frame = frame.with_columns(pl.int_range(frame.height, dtype=pl.UInt32).alias("@from"))
    result = TableMap(frame, frame)
    frame = _measured(work, table, frame)
    frame = _followed(work, table, frame)
    frame = _neutral(work, table, frame, result)
    frame = _parts(work, table, frame, result)
    frame = _fallbacks(work, table, frame, environment)
    sources = sources_of(work.plan, table)
    if sources:
        available = _availability(work, table, frame)
        homes = find_homes(frame, sources, available)
        frame = frame.with_columns(homes.source.alias("@source"), homes.variant.alias("@variant"))
        frame = _placed(work, table, frame, result)
    return _columns(work, table, frame, environment, result)


def _is_record(work: Mapping_, table: str) -> bool:
    from annostd.converters.map import _is_record as is_record

    return is_record(work.plan, table)


def _measured(work: Mapping_, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Add presence and, where the target derives from shapes, the bounds and areas of geometries."""
    forms = work.source.forms.get(table, {})
    if any(c.derive is not None for c in work.plan.tables[table].columns.values()):
        frame = measured(frame, forms)
    missing = [name for name in forms if f"present({name})" not in frame.columns]
    return frame.with_columns([_presence(frame, name, forms[name]) for name in missing])


def measured(frame: pl.DataFrame, forms: Mapping[str, Form]) -> pl.DataFrame:
    """Add the areas and bounds of outlines and masks."""
    if "polygons" in forms and "polygons" in frame.columns:
        frame = frame.with_columns(_measures("polygons", polygons.measure(frame["polygons"])))
    if "mask" in forms and "mask.runs" in frame.columns:
        sides = frame["mask.height"], frame["mask.width"]
        frame = frame.with_columns(_measures("mask", masks.measure(*sides, frame["mask.runs"])))
    return frame


def _measures(name: str, measured: pl.DataFrame) -> list[pl.Series]:
    columns = [measured["area"].alias(f"area({name})")]
    columns.extend(measured[edge].alias(f"bounds({name}).{edge}") for edge in ("x1", "y1", "x2", "y2"))
    return columns


def _presence(frame: pl.DataFrame, name: str, form: Form) -> pl.Expr:
    column = {"box": f"{name}.{form.slots[0] if form.slots else ''}", "mask": f"{name}.runs"}.get(
        form.kind, name
    )
    known = pl.col(column).is_not_null() if column in frame.columns else pl.lit(value=False)
    return known.alias(f"present({name})")


def _followed(work: Mapping_, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Point references at the rows of the tables mapped before; what they named may be gone."""
    columns = []
    for name, kind in work.source_plan.types.get(table, {}).items():
        mapped = work.mapped.get(kind.table or "")
        if name in frame.columns and kind.kind == "reference" and mapped is not None:
            height = work.source.rows(kind.table or "")
            columns.append(frame[name].replace_strict(*_renumbered(mapped, height), default=None, return_dtype=pl.UInt32).alias(name))
    return frame.with_columns(columns)


def _renumbered(mapped: TableMap, height: int) -> tuple[pl.Series, pl.Series]:
    del height
    known = mapped.frame.select(pl.col("@from"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("to"))
    known = known.drop_nulls().unique("@from", keep="first", maintain_order=True)
    return known["@from"], known["to"]


def _neutral(work: Mapping_, table: str, frame: pl.DataFrame, result: TableMap) -> pl.DataFrame:
    """Leave out rows whose meaning the target cannot say (a crowd among objects)."""
    bound = work.plan.tables[table].columns
    for column in TABLES.get(table, {}).values():
        if column.neutral is None or column.name in bound or column.name not in frame.columns:
            continue
        changed = (frame[column.name] != column.neutral).fill_null(value=False)
        count = int(changed.sum())
        if count:
            reason = f"rows with {column.name} cannot be told apart in {work.plan.standard.id}"
            result.losses.append(Loss(LossKind.LOST, table, reason, count))
            frame = frame.filter(~changed)
    return frame


def _parts(work: Mapping_, table: str, frame: pl.DataFrame, result: TableMap) -> pl.DataFrame:
    """Give each part of an outline a row of its own where the target holds one part."""
    target = work.plan.tables[table].columns.get("polygons")
    if target is None or target.form is None or target.form.parts != "one":
        return frame
    if "polygons" not in frame.columns:
        return frame
    several = (frame["polygons"].list.len() > 1).fill_null(value=False)
    count = int(several.sum())
    if not count:
        return frame
    reason = f"an outline has one part in {work.plan.standard.id}; parts are split into rows"
    result.losses.append(Loss(LossKind.LOST, f"{table}.polygons", reason, count))
    return _measured(work, table, _split(frame))


def _split(frame: pl.DataFrame) -> pl.DataFrame:
    """Repeat each row for every part of its outline; a row without parts stays one row."""
    values = frame["polygons"]
    counts = lists.lengths(values)
    rows = np.repeat(np.arange(frame.height), np.maximum(counts, 1))
    missing = values.is_null().to_numpy()[rows]
    each = np.minimum(counts, 1)[rows]
    parts = lists.nested(lists.leaves(values), each, missing)
    repeated = frame[pl.Series(rows, dtype=pl.UInt32)]
    measured = [name for name in frame.columns if name.endswith("(polygons)") or "(polygons)." in name]
    return repeated.drop(measured).with_columns(parts.alias("polygons"))


def _fallbacks(
    work: Mapping_, table: str, frame: pl.DataFrame, environment: Environment
) -> pl.DataFrame:
    """Fill canonical columns that the target binds by what the canonical table says of their absence."""
    from annostd.expressions import parse

    for column in TABLES.get(table, {}).values():
        if column.fallback is None or column.name not in work.plan.tables[table].columns:
            continue
        typed = _check(work, table, parse(column.fallback))
        flat = environment.flatten(Rows(table, frame), typed.needs)
        made = flat.select(vectorise(typed, {}).alias(column.name)).to_series()
        if made.null_count() < len(made):
            known = frame[column.name] if column.name in frame.columns else None
            filled = made if known is None else pl.select(pl.coalesce(known, made)).to_series()
            frame = frame.with_columns(filled.alias(column.name))
    return frame


def _check(work: Mapping_, table: str, node: object) -> object:
    from annostd.expressions import check
    from annostd.plan.scope import TableScope

    return check(node, TableScope(table, work.source_plan.types, {}, frozenset()))


def _availability(work: Mapping_, table: str, frame: pl.DataFrame) -> object:
    supplied = {name.partition(".")[2] for name in work.values if name.partition(".")[0] == table}

    def available(plan: ColumnPlan) -> pl.Expr:
        declared = plan.column
        if plan.name in supplied or declared.generate is not None or declared.default is not None:
            return pl.lit(value=True)
        if plan.type in GEOMETRIES:
            return _geometry_available(frame, plan)
        travels = plan.canonical or work.is_same
        if plan.name in frame.columns and travels:
            known = pl.col(plan.name).is_not_null()
            return pl.lit(value=True) if plan.derive is not None else known
        if plan.derive is not None:
            return pl.lit(value=True)
        # a column that nothing gives is asked for later, with its name
        return pl.lit(value=True)

    return available


def _geometry_available(frame: pl.DataFrame, plan: ColumnPlan) -> pl.Expr:
    known = has_geometry(frame, plan.name)
    if plan.derive is None:
        return known
    if plan.type == "box":
        return reduce(lambda a, b: a | b, (has_geometry(frame, n) for n in ("polygons", "mask")), known)
    if plan.type == "polygons":
        own = pl.col("shape") == "box" if "shape" in frame.columns else pl.lit(value=True)
        return known | (has_geometry(frame, "box") & own.fill_null(value=False))
    return known


def _placed(work: Mapping_, table: str, frame: pl.DataFrame, result: TableMap) -> pl.DataFrame:
    """Keep the rows that have a home; the others are losses."""
    homeless = frame["@source"].is_null()
    count = int(homeless.sum())
    if count:
        reason = f"{work.plan.standard.id} has no place for them"
        result.losses.append(Loss(LossKind.LOST, table, reason, count))
        frame = frame.filter(~homeless)
    return frame


def _columns(
    work: Mapping_, table: str, frame: pl.DataFrame, environment: Environment, result: TableMap
) -> TableMap:
    """Make every column that the target binds: constants and geometries first, since others are derived from them."""
    made: dict[str, pl.Series] = {}
    columns = work.plan.tables[table].columns.values()
    for plan in columns:
        bound = _bound(work, table, plan.name, frame)
        if plan.type in GEOMETRIES:
            _geometry(work, (table, plan), frame, bound, made, result)
        elif plan.implied and plan.refers is None:
            made[plan.name] = _constant(work, table, plan.name, frame)
    environment = replace(environment, plan=work.plan, forms={table: result.forms})
    for plan in columns:
        if plan.name in made or plan.type in GEOMETRIES:
            continue
        bound = _bound(work, table, plan.name, frame)
        shapes = _shapes(frame, made, result.forms)
        values = _value(work, (table, plan), (frame, shapes), environment, result)
        made[plan.name] = _nulled(values, bound)
        _demand(work, (table, plan), made[plan.name], bound, result)
    kept = [n for n in frame.columns if n.startswith("@") and not n.endswith("@bad")]
    places = frame.select([name for name in kept if name != "@none"])
    result.frame = places.with_columns(
        [series.alias(name) for name, series in made.items() if name not in places.columns]
    )
    result.rows = frame
    return result


def _shapes(
    frame: pl.DataFrame, made: Mapping[str, pl.Series], forms: Mapping[str, Form]
) -> pl.DataFrame:
    """Give the rows as the target will hold them, with the measures that columns are derived from."""
    rows = frame.select([n for n in frame.columns if not n.endswith(")") and "(" not in n])
    rows = rows.with_columns([series.alias(name) for name, series in made.items()])
    return measured(rows, forms)


def _bound(work: Mapping_, table: str, name: str, frame: pl.DataFrame) -> pl.Series | None:
    """Tell the rows whose variant binds a column (None: all rows do)."""
    from annostd.converters.map import sources_of

    tests = []
    whole = True
    for number, source in sources_of(work.plan, table):
        for index, variant in enumerate(source.variants):
            if any(column.name == name for column in variant.columns):
                tests.append((pl.col("@source") == number) & (pl.col("@variant") == index))
            else:
                whole = False
    if whole or not tests or "@source" not in frame.columns:
        return None
    return frame.select(pl.any_horizontal(tests).fill_null(value=False).alias("@b"))["@b"]


def _nulled(values: pl.Series, bound: pl.Series | None) -> pl.Series:
    return values if bound is None else pl.select(pl.when(bound).then(values)).to_series()


def _geometry(
    work: Mapping_,
    place: tuple[str, ColumnPlan],
    frame: pl.DataFrame,
    bound: pl.Series | None,
    made: dict[str, pl.Series],
    result: TableMap,
) -> None:
    table, plan = place
    size = (_media_side(work, table, frame, "width"), _media_side(work, table, frame, "height"))
    if bound is not None:
        frame = frame.with_columns(bound.alias("@bound"))
    geometry = make_geometry(frame, work.source.forms.get(table, {}), plan, size)
    for name, values in geometry.columns.items():
        made[name] = _nulled(values, bound)
    present = geometry.present
    if present is not None:
        made[f"present({plan.name})"] = present if bound is None else present & bound
    if geometry.error is not None:
        result.errors[plan.name] = _nulled(geometry.error, bound)
    if plan.form is not None:
        result.forms[plan.name] = plan.form
    result.derived.update(geometry.derived)
    if geometry.collapsed:
        result.derived[f"{plan.name} widened to one pixel"] = geometry.collapsed
    wanted = has_any = frame.height if bound is None else int(bound.sum())
    del has_any
    missing = wanted - int(made[f"present({plan.name})"].sum()) if present is not None else 0
    if missing and plan.column.required is not None:
        result.refused.append(
            f"{missing} rows of {table} have no {plan.name} that can be computed "
            "(is the size of their media known?)"
        )


def _media_side(work: Mapping_, table: str, frame: pl.DataFrame, side: str) -> pl.Series:
    """Give the width or height in pixels of each row's medium."""
    supplied = work.values.get(f"media.{side}")
    nothing = pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    media = work.mapped.get("media")
    if supplied is not None and table != "media":
        return pl.repeat(float(supplied), frame.height, dtype=pl.Float64, eager=True)
    if media is None or "media" not in frame.columns or side not in media.rows.columns:
        return nothing
    return media.rows[side].cast(pl.Float64).gather(frame["media"])


def _constant(work: Mapping_, table: str, name: str, frame: pl.DataFrame) -> pl.Series:
    """Give each row the constant of its variant."""
    from annostd.converters.map import sources_of

    value = pl.lit(None)
    for number, source in sources_of(work.plan, table):
        for index, variant in enumerate(source.variants):
            if name in variant.constants:
                here = (pl.col("@source") == number) & (pl.col("@variant") == index)
                value = pl.when(here).then(pl.lit(variant.constants[name])).otherwise(value)
    return frame.select(value.alias(name)).to_series()


def _value(
    work: Mapping_,
    place: tuple[str, ColumnPlan],
    frames: tuple[pl.DataFrame, pl.DataFrame],
    environment: Environment,
    result: TableMap,
) -> pl.Series:
    """Give a scalar column its values: supplied, carried, derived, generated, or the default."""
    table, plan = place
    frame, shapes = frames
    dtype = pl.UInt32() if plan.type == "reference" else DTYPES.get(plan.type, pl.String())
    nothing = pl.repeat(None, frame.height, dtype=dtype, eager=True)
    travels = plan.name in frame.columns and (plan.canonical or work.is_same)
    carried = frame[plan.name] if travels else None
    supplied = work.values.get(f"{table}.{plan.name}")
    if supplied is not None:
        given = pl.repeat(supplied, frame.height, dtype=pl.String, eager=True)
        given = pl.select(pl.concat_list(given)).to_series() if plan.type == "strings" else given.cast(dtype)
        return given if carried is None else pl.select(pl.coalesce(carried, given)).to_series()
    if plan.column.key and plan.type != "reference" and not work.is_same:
        keys = fit_keys(work.plan, table, plan, carried, frame.height)
        if keys.changed:
            result.ids[plan.name] = keys.changed
        return keys.values
    values = nothing if carried is None else carried.cast(dtype, strict=False)
    if plan.derive is not None and not work.is_same:
        values = _derived((table, plan), values, shapes, environment, result)
    if plan.column.generate is not None and values.has_nulls():
        made = generate(plan.column.generate, frame.height, dtype)
        if made is not None:
            values = pl.select(pl.coalesce(values, made)).to_series()
    if plan.column.default is not None and plan.column.required is not None and not work.is_same:
        values = values.fill_null(pl.lit(plan.column.default, dtype=dtype))
    return values


def _derived(
    place: tuple[str, ColumnPlan],
    values: pl.Series,
    frame: pl.DataFrame,
    environment: Environment,
    result: TableMap,
) -> pl.Series:
    table, plan = place
    typed = plan.derive
    if typed is None:
        return values
    flat = environment.flatten(Rows(table, frame), typed.needs)
    made = flat.select(vectorise(typed, {}).alias("@d")).to_series()
    if len(made) != len(values):
        made = pl.Series("@d", [made[0]] * len(values), dtype=made.dtype)
    made = made.cast(values.dtype, strict=False)
    count = int((values.is_null() & made.is_not_null()).sum())
    if count:
        result.derived[f"{plan.name} by {typed.text}"] = count
    return pl.select(pl.coalesce(values, made)).to_series()


def _demand(
    work: Mapping_,
    place: tuple[str, ColumnPlan],
    values: pl.Series,
    bound: pl.Series | None,
    result: TableMap,
) -> None:
    """Refuse what the target requires and nothing gives."""
    table, plan = place
    if plan.column.required is None or work.is_same or plan.implied:
        return
    missing = values.is_null() if bound is None else values.is_null() & bound
    count = int(missing.sum())
    if count and str(plan.column.required) == "MUST":
        result.refused.append(
            f"{table}.{plan.name} is missing in {count} rows and {work.plan.standard.id} requires it; "
            f"supply it with --set {table}.{plan.name}=VALUE"
        )


__all__ = ["Need", "TableMap", "map_table"]
