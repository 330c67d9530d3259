"""Rows that must stand in another one and stand in none: each is given one to stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Rows
from annostd.converters.homes import constants_fit
from annostd.expressions import vectorise
from annostd.plan.sources import walk
from annostd.tables.dataset import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annostd.columns.environment import Environment
    from annostd.plan.model import Plan, Source


MADE = "@made"
"""Marks the rows that were made; a frame of nothing else would have no height."""


def enclose(tables: Tables, plan: Plan, environment_of: Callable[[Tables], Environment]) -> Tables:
    """Make the rows that a target's rows stand in where a source has none, as `create` says.

    Rows in one enclosing row of that, of which the columns made are equal, share one; one that is
    there already is taken. `environment_of` gives what expressions over the tables can reach.
    """
    for outer, inner in _creating(plan):
        missing = _missing(tables, inner)
        if missing is not None and missing.any():
            tables = _enclosed(tables, outer, inner, missing, environment_of(tables))
    return tables


def _creating(plan: Plan) -> Iterator[tuple[Source, Source]]:
    """Yield sources with those inside them that make their rows, the innermost first."""
    sources = [source for file in plan.files for source in walk(file.sources)]
    for outer in reversed(sources):
        yield from ((outer, inner) for inner in outer.children if inner.create is not None)


def _missing(tables: Tables, inner: Source) -> pl.Series | None:
    """Tell the rows that would be of a source if they stood in a row (None: there are none)."""
    frame = tables.frames.get(inner.table)
    if frame is None or inner.enclosing is None:
        return None
    fits = [
        pl.all_horizontal([pl.lit(value=True), *constants_fit(frame, variant, exact=True)])
        for variant in inner.variants
    ]
    tests = [pl.repeat(value=True, n=pl.len(), dtype=pl.Boolean), pl.any_horizontal(fits)]
    if inner.enclosing in frame.columns:
        tests.append(pl.col(inner.enclosing).is_null())
    return frame.select(pl.all_horizontal(tests)).to_series()


def _enclosed(
    tables: Tables, outer: Source, inner: Source, missing: pl.Series, environment: Environment
) -> Tables:
    """Give the rows that are `missing` one the row of the outer source that their keys tell."""
    frame, name = tables.frames[inner.table], inner.enclosing or ""
    keys = _keys(frame, outer, inner, environment).filter(missing)
    known = tables.frames.get(outer.table, pl.DataFrame())
    new = _unknown(known, keys)
    rows = pl.concat([known, new], how="diagonal_relaxed")
    numbers = _first_rows(rows, keys)
    held = pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True)
    held = frame[name] if name in frame.columns else held
    filled = held.scatter(missing.arg_true(), numbers).alias(name)
    frames = {**tables.frames, inner.table: frame.with_columns(filled), outer.table: rows}
    return Tables(frames, tables.forms, tables.standing)


def _keys(
    frame: pl.DataFrame, outer: Source, inner: Source, environment: Environment
) -> pl.DataFrame:
    """Compute what the enclosing rows are made of: where they stand, and the columns named."""
    made = {MADE: pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)}
    if outer.enclosing is not None and outer.enclosing in frame.columns:
        made[outer.enclosing] = frame[outer.enclosing]
    for name, typed in (inner.create or {}).items():
        flat = environment.flatten(Rows(inner.table, frame), typed.needs)
        made[name] = flat.with_columns(vectorise(typed, {}).alias("@value"))["@value"]
    return pl.DataFrame(made)


def _unknown(known: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Keep of the keys one of each that no row has, in order."""
    distinct = keys.unique(maintain_order=True)
    if known.is_empty():
        return distinct
    names = _names(keys)
    if not names:
        return distinct.clear()
    held = _padded(known, keys)
    return distinct.join(held, on=names, how="anti", nulls_equal=True, maintain_order="left")


def _first_rows(rows: pl.DataFrame, keys: pl.DataFrame) -> pl.Series:
    """Find the first row that has the keys."""
    names = _names(keys)
    if not names:
        return pl.repeat(0, keys.height, dtype=pl.UInt32, eager=True)
    first = _padded(rows, keys).with_row_index("@row").unique(names, keep="first")
    found = keys.join(first, on=names, how="left", nulls_equal=True, maintain_order="left")
    return found["@row"].cast(pl.UInt32)


def _names(keys: pl.DataFrame) -> list[str]:
    return [name for name in keys.columns if name != MADE]


def _padded(rows: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of the keys alone; one that the rows lack is missing in each."""
    return rows.select(
        pl.col(name).cast(keys.schema[name])
        if name in rows.columns
        else pl.lit(None, keys.schema[name]).alias(name)
        for name in _names(keys)
    )
