"""Keys of the target: kept where its type and rules allow, else generated for the whole table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.cells import DTYPES
from annostd.expressions import vectorise
from annostd.templates import fits_expr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import ColumnPlan, Plan, RulePlan
    from annostd.templates import Template

ORDINAL = "{order}"
"""The field of a key that no one writes: the row's position in its list."""
TEXT = pl.String()
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Keys:
    """The values of a key column, and what became of the source's where they had to change."""

    values: pl.Series
    changed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """The keys that rows had (None: none), and the label within which none may be twice."""

    keys: pl.Series | None
    scope: pl.Series


def kept_keys(
    plan: Plan, table: str, column: ColumnPlan, given: pl.Series | None, scope: pl.Series
) -> pl.Series | None:
    """Keep the keys given if all of them fit the column; None where they do not.

    Keys are unique among the rows of one label in `scope`.
    """
    dtype = DTYPES.get(column.type, pl.String())
    kept = None if given is None else given.cast(dtype, strict=False)
    if kept is not None and _fits(plan, table, column, kept, scope):
        return kept
    return None


def new_keys(given: pl.Series, made: pl.Series | None, dtype: pl.DataType) -> Keys:
    """Give all rows the keys made; without these they keep what they have.

    Numbers are never moved without need: a column that cannot generate keeps what it was given.
    """
    if made is not None:
        return Keys(made, _changed(given, made))
    return Keys(given.cast(dtype, strict=False), {})


@dataclass(frozen=True, slots=True)
class KindOfKey:
    """A key as some rows have it: its column there, and the line and the field that it stands in.

    `rows` tells the rows.
    """

    column: ColumnPlan
    rows: pl.Series
    line: Template | None


def fit_kinds(plan: Plan, table: str, kinds: Sequence[KindOfKey], given: Given) -> Keys:
    """Keep the keys given if those of every kind fit, else generate all, each kind its own way.

    Rows of no kind have no key.
    """
    some = reduce(or_, (kind.rows for kind in kinds))
    known = given.keys if given.keys is not None else pl.Series([None], dtype=pl.String)
    whole = known.cast(pl.String) if given.keys is not None else known.new_from_index(0, len(some))
    pair = pl.DataFrame([given.scope.alias("@scope"), whole.alias("@key")]).filter(some)
    fits = not pair.is_duplicated().any() and all(
        _fits_kind(plan, table, kind, whole, given.scope) for kind in kinds
    )
    made = pl.select(pl.when(some & fits).then(whole)).to_series()
    ways: dict[str | None, pl.Series] = {}
    for kind in () if fits else kinds:
        way = kind.column.column.generate
        ways[way] = ways[way] | kind.rows if way in ways else kind.rows
    for way, rows in ways.items():
        anew = generate(way, int(rows.sum()), TEXT)
        if anew is not None:
            made = made.scatter(rows.arg_true(), anew)
    return Keys(made, {} if fits or given.keys is None else _changed(whole, made))


def _fits_kind(plan: Plan, table: str, kind: KindOfKey, keys: pl.Series, scope: pl.Series) -> bool:
    own = keys.filter(kind.rows)
    if not _fits(plan, table, kind.column, own, scope.filter(kind.rows)):
        return False
    if kind.line is None:
        return True
    fits = fits_expr(kind.line, kind.column.fields[0], pl.col("key"))
    return bool(own.alias("key").to_frame().select(fits)["key"].all())


def _changed(given: pl.Series, made: pl.Series) -> dict[str, str]:
    """Map the keys given to those made; a key given more than once is told apart by its row."""
    old, new = given.cast(pl.String), made.cast(pl.String)
    twice = old.is_duplicated()
    named = pl.select(
        pl.when(twice).then(old + pl.format(" (row {})", pl.int_range(len(old)) + 1)).otherwise(old)
    ).to_series()
    apart = (old != new).fill_null(value=False)
    return dict(zip(named.filter(apart), new.filter(apart), strict=True))


def generate(template: str | None, height: int, dtype: pl.DataType) -> pl.Series | None:
    """Number rows by a `generate` template: `{n}` from 1, `{n0}` from 0; else a constant."""
    if template is None:
        return None
    count = pl.int_range(height, dtype=pl.Int64, eager=True)
    if template == "{n}":
        return (count + 1).cast(dtype)
    if template == "{n0}":
        return count.cast(dtype)
    numbers = {"{n}": pl.col("n0") + 1, "{n0}": pl.col("n0")}
    pieces = [
        numbers[piece].cast(pl.String) if piece in numbers else pl.lit(piece)
        for piece in re.split(r"(\{n0?\})", template)
    ]
    frame = count.alias("n0").to_frame().with_columns(pl.lit("").alias("none"))
    text = frame.select(pl.concat_str("none", *pieces).alias("generated")).to_series()
    if dtype == pl.Boolean():
        return text.replace_strict(_TRUTH, default=None, return_dtype=dtype)
    return text.cast(dtype, strict=False)


def _fits(plan: Plan, table: str, column: ColumnPlan, values: pl.Series, scope: pl.Series) -> bool:
    if values.has_nulls() or pl.DataFrame([scope.alias("@scope"), values]).is_duplicated().any():
        return False
    declared = column.column
    if column.fields == (ORDINAL,):
        return values.cast(pl.Int64).equals(pl.int_range(len(values), eager=True))
    if declared.minimum is not None and (values < declared.minimum).any():
        return False
    if declared.pattern is not None and not values.str.contains(f"^(?:{declared.pattern})$").all():
        return False
    return all(
        _keeps(rule, column.name, values) for rule in plan.rules.values() if rule.table == table
    )


def _keeps(rule: RulePlan, name: str, values: pl.Series) -> bool:
    """Tell whether a rule over the whole table that reads only the key holds for these."""
    about_key = {need.key for need in rule.needs} == {name}
    if rule.require is None or rule.per != () or not about_key or len(values) == 0:
        return True
    frame = values.alias(name).to_frame()
    return bool(frame.select(vectorise(rule.require, rule.parameters).alias("@r"))["@r"][0])
