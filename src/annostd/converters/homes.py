"""Where rows go: the first variant whose constants, columns and enclosing row fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import polars as pl

from annostd.columns.variants import is_typed
from annostd.converters.geometry import has_geometry
from annostd.converters.model import Homes
from annostd.tables.schema import GEOMETRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annostd.plan.model import ColumnPlan, Source, Variant


How: TypeAlias = Literal["made", "held", "exact"]
_HOW: tuple[How, ...] = ("made", "held", "exact")
"""How rows fit a variant, the weakest first."""


def find_homes(
    frame: pl.DataFrame,
    sources: Sequence[tuple[int, Source]],
    available: Callable[[ColumnPlan], pl.Expr],
    outer: Callable[[Source], pl.Expr] = lambda _: pl.lit(value=True),
    named: Callable[[ColumnPlan, Sequence[str]], pl.Expr] = lambda *_: pl.lit(value=True),
) -> Homes:
    """Give each row of a frame a source and a variant.

    `available` tells for a column the rows that have a value for it, read or derived; `outer` for a
    source the rows whose enclosing row stands where the source's rows are enclosed; `named` for a
    column the rows whose native value is among some names. Exact fits come first: constants equal
    or unknown, required columns there. Then a row of another shape may go where a geometry that it
    has is held, and last where one is made of it (a polygon's box into a format of boxes). Rows
    inside others of the frame follow these.
    """
    places = [
        _Place(index, number, source, variant)
        for index, source in sources
        for number, variant in enumerate(source.variants)
    ]
    places.sort(key=lambda place: place.variant.rank)
    parted = {source.enclosing for _, source in sources if is_own(source)}
    asking = _Asking(frame, available, outer, named, parted)
    found = asking.homes(places, Homes.none(frame.height))
    inside = [name for name in parted if name in frame.columns and frame[name].count()]
    while inside:
        last, found = found, asking.homes(places, found)
        if found.source.equals(last.source) and found.variant.equals(last.variant):
            break
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """A variant of a source, and the numbers of both."""

    index: int
    number: int
    source: Source
    variant: Variant


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is asked of a frame's rows; `parted` are the references that rows inside others have."""

    frame: pl.DataFrame
    available: Callable[[ColumnPlan], pl.Expr]
    outer: Callable[[Source], pl.Expr]
    named: Callable[[ColumnPlan, Sequence[str]], pl.Expr]
    parted: set[str | None]

    def homes(self, places: Sequence[_Place], known: Homes) -> Homes:
        """Give rows their places; rows inside others only where these have a place already."""
        home, kind = pl.lit(None, dtype=pl.UInt16), pl.lit(None, dtype=pl.UInt8)
        for how in _HOW:
            for place in reversed(places):
                enclosed = [*self._enclosed(place.source), self.outer(place.source)]
                if is_own(place.source):
                    enclosed.append(self._inside(places, place.source, known))
                enclosed.extend(self._choices(place))
                fits = _fits(self.frame, place.variant, self.available, enclosed, how)
                home = pl.when(fits).then(pl.lit(place.index, pl.UInt16)).otherwise(home)
                kind = pl.when(fits).then(pl.lit(place.number, pl.UInt8)).otherwise(kind)
        found = self.frame.with_columns(home.alias("@source"), kind.alias("@variant"))
        return Homes(found["@source"], found["@variant"])

    def _inside(self, places: Sequence[_Place], source: Source, known: Homes) -> pl.Expr:
        """Tell the rows that stand in a row of the frame whose place encloses a source's rows."""
        if source.enclosing not in self.frame.columns:
            return pl.lit(value=False)
        outer = {p.index for p in places if source in p.source.children}
        outer |= {p.index for p in places if p.source is source and source.nests}
        standing = known.source.gather(self.frame[source.enclosing])
        return pl.lit(standing.is_in(list(outer)).fill_null(value=False))

    def _enclosed(self, source: Source) -> Iterator[pl.Expr]:
        """Ask for the enclosing row; a part goes nowhere else, where parts have a place."""
        enclosing, names = source.enclosing, self.frame.columns
        if enclosing is not None:
            yield pl.col(enclosing).is_not_null() if enclosing in names else pl.lit(value=False)
        for column in self.parted - {enclosing, None}:
            if column in names:
                yield pl.col(str(column)).is_null()

    def _choices(self, place: _Place) -> Iterator[pl.Expr]:
        """Ask for a name among those that a step of the locator allows, or the variant's tests."""
        allowed = {f"{{{step.name}}}": step.choices for step in place.source.locator}
        for test in place.variant.where:
            if test.constants and None not in test.constants:
                allowed[test.at] = tuple(map(str, test.constants))
        for plan in place.variant.columns:
            names = allowed.get(plan.fields[0]) if len(plan.fields) == 1 else None
            if names:
                yield self.named(plan, names)


def _fits(
    frame: pl.DataFrame,
    variant: Variant,
    available: Callable[[ColumnPlan], pl.Expr],
    enclosed: Sequence[pl.Expr],
    how: How,
) -> pl.Expr:
    tests = list(enclosed)
    tests.extend(
        available(plan)
        for plan in variant.columns
        if (plan.column.required is not None or plan.fields == (".",)) and not plan.implied
    )
    tests.extend(constants_fit(frame, variant, exact=how == "exact"))
    tests.extend(_tests_met(frame, variant, available))
    if how != "exact":
        held = [
            available(plan) & (has_geometry(frame, plan.name) if how == "held" else True)
            for plan in variant.columns
            if plan.type in GEOMETRIES
        ]
        tests.append(pl.any_horizontal(held) if held else pl.lit(value=False))
    return pl.all_horizontal(tests).fill_null(value=False) if tests else pl.lit(value=True)


def _tests_met(
    frame: pl.DataFrame, variant: Variant, available: Callable[[ColumnPlan], pl.Expr]
) -> Iterator[pl.Expr]:
    """Ask that something is written at each place whose presence tells a variant."""
    for place in (test.at for test in variant.where if "present" in test.types):
        yield pl.any_horizontal(
            pl.lit(value=False),
            *(
                available(plan) if plan.type in GEOMETRIES else _is_given(frame, plan)
                for plan in variant.columns
                if any(field == place or field.startswith(f"{place}/") for field in plan.fields)
            ),
        )
    for test in variant.where:
        for plan in variant.columns:
            if test.types and plan.type == "json" and plan.fields == (test.at,):
                yield _is_of(frame, plan, test.types)


def _is_of(frame: pl.DataFrame, plan: ColumnPlan, types: Sequence[str]) -> pl.Expr:
    """Tell the rows whose value is of one of some types, for columns that take any."""
    if plan.name not in frame.columns or "present" in types:
        return pl.lit(value=True)
    missing = pl.col(plan.name).is_null() if "null" in types else pl.lit(value=False)
    return missing | is_typed(pl.col(plan.name), types).fill_null(value=False)


def _is_given(frame: pl.DataFrame, plan: ColumnPlan) -> pl.Expr:
    """Tell the rows that have a value for a column, or get one."""
    if plan.column.default is not None or plan.column.generate is not None:
        return pl.lit(value=True)
    return pl.col(plan.name).is_not_null() if plan.name in frame.columns else pl.lit(value=False)


def is_own(source: Source) -> bool:
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
