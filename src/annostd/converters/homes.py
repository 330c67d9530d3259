"""Where rows go: the first variant whose constants, columns and enclosing row fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.model import Homes
from annostd.tables.schema import GEOMETRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annostd.plan.model import ColumnPlan, Source, Variant


def find_homes(
    frame: pl.DataFrame,
    sources: Sequence[tuple[int, Source]],
    available: Callable[[ColumnPlan], pl.Expr],
    outer: Callable[[Source], pl.Expr] = lambda _: pl.lit(value=True),
) -> Homes:
    """Give each row of a frame a source and a variant.

    `available` tells for a column the rows that have a value for it, read or derived; `outer` for a
    source the rows whose enclosing row stands where the source's rows are enclosed. Exact fits
    come first: constants equal or unknown, required columns there. Then a row that has a geometry
    may go where another of its geometries is held (a polygon's box into a format of boxes).
    """
    places = [
        (index, number, source, variant)
        for index, source in sources
        for number, variant in enumerate(source.variants)
    ]
    parted = {source.enclosing for _, source in sources if _is_own(source)}
    home, kind = pl.lit(None, dtype=pl.UInt16), pl.lit(None, dtype=pl.UInt8)
    for exact in (False, True):
        for index, number, source, variant in reversed(places):
            enclosed = [*_enclosed(frame, source, parted), outer(source)]
            fits = _fits(frame, variant, available, enclosed, exact=exact)
            home = pl.when(fits).then(pl.lit(index, pl.UInt16)).otherwise(home)
            kind = pl.when(fits).then(pl.lit(number, pl.UInt8)).otherwise(kind)
    found = frame.with_columns(home.alias("@source"), kind.alias("@variant"))
    return Homes(found["@source"], found["@variant"])


def _fits(
    frame: pl.DataFrame,
    variant: Variant,
    available: Callable[[ColumnPlan], pl.Expr],
    enclosed: Sequence[pl.Expr],
    *,
    exact: bool,
) -> pl.Expr:
    tests = list(enclosed)
    tests.extend(
        available(plan)
        for plan in variant.columns
        if (plan.column.required is not None or plan.fields == (".",)) and not plan.implied
    )
    tests.extend(constants_fit(frame, variant, exact=exact))
    if not exact:
        geometries = [plan for plan in variant.columns if plan.type in GEOMETRIES]
        if not geometries:
            return pl.lit(value=False)
        tests.append(pl.any_horizontal([available(plan) for plan in geometries]))
    return pl.all_horizontal(tests).fill_null(value=False) if tests else pl.lit(value=True)


def _enclosed(frame: pl.DataFrame, source: Source, parted: set[str | None]) -> Iterator[pl.Expr]:
    """Ask for the enclosing row; a part goes nowhere else, where parts have a place."""
    enclosing = source.enclosing
    if enclosing is not None:
        yield pl.col(enclosing).is_not_null() if enclosing in frame.columns else pl.lit(value=False)
    for column in parted - {enclosing, None}:
        if column in frame.columns:
            yield pl.col(str(column)).is_null()


def _is_own(source: Source) -> bool:
    """Tell whether a source stands inside rows of its own table."""
    return any(
        plan.implied
        and plan.name == source.enclosing
        and plan.refers is not None
        and plan.refers[0] == source.table
        for variant in source.variants
        for plan in variant.columns
    )


def constants_fit(frame: pl.DataFrame, variant: Variant, *, exact: bool) -> Iterator[pl.Expr]:
    """Ask that the constants of a variant are equal or unknown (unless `exact`: but its shape)."""
    for name, value in variant.constants.items():
        if name in frame.columns and (exact or name != "shape"):
            column = pl.col(name)
            yield (column == pl.lit(value)) | column.is_null()
