"""The values of a target's columns: supplied, carried, derived, generated, or the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import DTYPES, held
from annostd.columns.environment import Environment, Rows
from annostd.converters.generated import generated
from annostd.converters.keys import Given, KindOfKey, fit_kinds, kept_keys, new_keys
from annostd.converters.scopes import key_scope
from annostd.converters.shelves import shelved
from annostd.converters.supplied import repeat_supplied
from annostd.converters.work import sources_of
from annostd.expressions import vectorise
from annostd.findings import Level

if TYPE_CHECKING:
    from annostd.converters.work import TableMap, Work
    from annostd.plan.model import ColumnPlan, TablePlan


@dataclass(frozen=True, slots=True)
class Making:
    """What the scalar columns of one table are made of.

    `frame` holds the source's rows with their homes, `shapes` the same rows as the target will hold
    them, in its forms, from which values are derived in `environment`.
    """

    work: Work
    table: str
    frame: pl.DataFrame
    shapes: pl.DataFrame
    environment: Environment


def constant(work: Work, table: str, name: str, frame: pl.DataFrame) -> pl.Series:
    """Give each row the constant of its variant."""
    value = pl.lit(None)
    for number, source in sources_of(work.plan, table):
        for index, variant in enumerate(source.variants):
            if name in variant.constants:
                here = (pl.col("@source") == number) & (pl.col("@variant") == index)
                value = pl.when(here).then(pl.lit(variant.constants[name])).otherwise(value)
    return frame.with_columns(value.alias(name))[name]


def with_constants(work: Work, table: str, values: pl.Series, frame: pl.DataFrame) -> pl.Series:
    """Give rows whose variant has a constant for a column that others read that constant."""
    variants = [v for _, source in sources_of(work.plan, table) for v in source.variants]
    if not any(values.name in variant.constants for variant in variants):
        return values
    said = constant(work, table, values.name, frame).cast(values.dtype)
    return pl.select(pl.coalesce(said, values).alias(values.name)).to_series()


def make_value(making: Making, plan: ColumnPlan, result: TableMap) -> pl.Series:
    """Give a scalar column of the target its values."""
    work, frame = making.work, making.frame
    dtype = pl.UInt32() if plan.type == "reference" else DTYPES.get(plan.type, pl.String())
    is_outer = plan.implied and plan.refers is not None  # the row that this one stands in
    is_made = (making.table, plan.name) in work.made
    travels = plan.name in frame.columns and (plan.canonical or is_outer or work.is_same or is_made)
    carried = frame[plan.name] if travels else None
    supplied = work.values.get(f"{making.table}.{plan.name}")
    if supplied is not None:
        given = repeat_supplied(work, f"{making.table}.{plan.name}", frame.height)
        return given if carried is None else pl.select(pl.coalesce(carried, given)).to_series()
    if plan.column.key and plan.type != "reference" and not work.is_again:
        return _keys(making, plan, carried, result)
    nothing = pl.repeat(None, frame.height, dtype=dtype, eager=True)
    values = nothing if carried is None else carried.cast(dtype, strict=False)
    if not work.is_same:
        values = values.zip_with(is_sayable(plan, values), nothing)
    return _completed(making, plan, values, result)


def _keys(
    making: Making, plan: ColumnPlan, carried: pl.Series | None, result: TableMap
) -> pl.Series:
    """Keep the keys of the source if they fit, else make all of them anew."""
    work, frame = making.work, making.frame
    scope = key_scope(work, making.table, plan, frame)
    dtype = DTYPES.get(plan.type, pl.String())
    kinds = _kinds(work, making.table, plan.name, frame)
    if len(kinds) > 1 and dtype == pl.String():
        keys = fit_kinds(work.plan, making.table, kinds, Given(carried, scope))
    else:
        kept = kept_keys(work.plan, making.table, plan, carried, scope)
        if kept is not None:
            return kept
        nothing = pl.repeat(None, frame.height, dtype=dtype, eager=True)
        made = generated(making, plan, nothing, result)
        keys = new_keys(nothing if carried is None else carried, made, dtype)
    if keys.changed:
        result.ids[plan.name] = keys.changed
    return keys.values


def _kinds(work: Work, table: str, name: str, frame: pl.DataFrame) -> list[KindOfKey]:
    """List how a key is declared, one kind a variant, each with the rows that are of it."""
    found = []
    for number, source in sources_of(work.plan, table) if "@source" in frame.columns else ():
        for index, variant in enumerate(source.variants):
            rows = (frame["@source"] == number) & (frame["@variant"] == index)
            found += [
                KindOfKey(column, rows.fill_null(value=False), source.template)
                for column in variant.columns
                if column.name == name and not column.implied
            ]
    return found


def is_sayable(plan: ColumnPlan, values: pl.Series) -> pl.Series:
    """Tell the values that a column can hold: all but missing ones, unless its set is closed."""
    if not plan.column.values or plan.type in {"strings", "reference"}:
        return values.is_not_null()
    known = [held(value, plan.type) for _, value in plan.column.values]
    return values.is_in(pl.Series(known, dtype=values.dtype).implode()).fill_null(value=False)


def is_fixed(plan: TablePlan, frame: pl.DataFrame) -> pl.Series:
    """Tell the rows that a table whose rows are fixed has, too."""
    key = plan.teller or ""
    known = pl.Series([row.get(key) for row in plan.fixed])
    own = frame[key] if key in frame.columns else pl.repeat(None, frame.height, eager=True)
    return own.cast(known.dtype, strict=False).is_in(known.implode()).fill_null(value=False)


def demand(
    making: Making, plan: ColumnPlan, values: pl.Series, bound: pl.Series | None, result: TableMap
) -> None:
    """Refuse what the target requires and nothing gives."""
    if plan.column.required is not Level.MUST or _was_bound(making, plan) or plan.implied:
        return
    missing = values.is_null() if bound is None else values.is_null() & bound
    count = int(missing.sum())
    if count:
        name = f"{making.table}.{plan.name}"
        result.refused.append(
            f"{name} is missing in {count} rows and {making.work.target} requires it; "
            f"supply it with --set {name}=VALUE"
        )


def _was_bound(making: Making, plan: ColumnPlan) -> bool:
    """Tell whether the source is of the same standard, in a dialect that has the column too."""
    bound = making.work.source_plan.tables.get(making.table)
    return making.work.is_same and bound is not None and plan.name in bound.columns


def _completed(making: Making, plan: ColumnPlan, values: pl.Series, result: TableMap) -> pl.Series:
    """Fill in what is missing: derived, generated, the default."""
    column = plan.column
    if plan.derive is not None and not making.work.is_same:
        values = _derived(making, plan, values, result)
    if values.has_nulls():
        made = generated(making, plan, values, result)
        made = shelved(making.work.plan, plan, len(values)) if made is None else made
        if made is not None:
            values = values.zip_with(values.is_not_null() | was_read(making), made)
    if column.default is not None and column.required is not None and not making.work.is_same:
        values = values.fill_null(pl.lit(column.default, dtype=values.dtype))
    return values


def was_read(making: Making) -> pl.Series:
    """Tell the rows that go back into the files that they were read from, as they are."""
    if making.work.is_again and "@file" in making.frame.columns:
        return making.frame["@file"].is_not_null()
    return pl.repeat(value=False, n=making.frame.height, dtype=pl.Boolean, eager=True)


def _derived(making: Making, plan: ColumnPlan, values: pl.Series, result: TableMap) -> pl.Series:
    typed = plan.derive
    if typed is None:
        return values
    flat = making.environment.flatten(Rows(making.table, making.shapes), typed.needs)
    made = flat.with_columns(vectorise(typed, {}).alias("@made"))["@made"]
    made = made.cast(values.dtype, strict=False)
    count = int((values.is_null() & made.is_not_null()).sum())
    if count:
        result.derived[f"{plan.name} by {typed.text}"] = count
    return pl.select(pl.coalesce(values, made)).to_series()
