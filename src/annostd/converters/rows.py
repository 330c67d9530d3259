"""The rows of a table that a target takes: meaning kept, parts split, references renumbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.columns.masks import measure_placed
from annostd.converters import outlines
from annostd.converters.model import lose
from annostd.converters.work import sources_of
from annostd.expressions import check, parse, vectorise
from annostd.findings import Level, Loss, LossKind
from annostd.plan.gathers import gathered, naming_parts
from annostd.plan.scope import TableScope
from annostd.tables.geometry import masks, points
from annostd.tables.geometry.forms import PLACED
from annostd.tables.geometry.intervals import ENDS
from annostd.tables.schema import GEOMETRIES, POINTED, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.converters.work import TableMap, Work
    from annostd.tables.geometry.forms import Form

_COUNTS = ("area", "points", "parts", "length")
_EDGES = ("x1", "y1", "x2", "y2")


def take_rows(work: Work, table: str, environment: Environment, result: TableMap) -> pl.DataFrame:
    """Choose and complete the rows of a table before they are given homes.

    Rows whose meaning the target cannot say are left out, outlines of several parts become several
    rows where the target holds one part; both are losses.
    """
    frame = _followed(work, table, _with_measures(work, table, result.frame))
    kept = pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)
    for choose in (_without_parts, _understood, _neutral):
        kept = choose(work, table, frame, kept, result)
    frame = _parts(work, table, frame, kept, result)
    return _fallbacks(work, table, frame, environment)


def measured(frame: pl.DataFrame, forms: Mapping[str, Form]) -> pl.DataFrame:
    """Add what is measured of points and masks."""
    for name, form in forms.items():
        if form.kind in POINTED and name in frame.columns:
            frame = frame.with_columns(_measures(name, points.measure(frame[name], form)))
        elif form.codec == PLACED and f"{name}.text" in frame.columns:
            frame = frame.with_columns(_measures(name, measure_placed(frame, name, form)))
        elif form.kind == "mask" and f"{name}.runs" in frame.columns:
            sides = frame[f"{name}.height"], frame[f"{name}.width"]
            made = masks.measure(*sides, frame[f"{name}.runs"])
            frame = frame.with_columns(_measures(name, made))
    return frame


def is_measure(name: str) -> bool:
    """Tell whether a column holds what was measured of a geometry."""
    return "(" in name and not name.startswith("present(")


def _measures(name: str, made: pl.DataFrame) -> list[pl.Series]:
    bounds = [made[edge].alias(f"bounds({name}).{edge}") for edge in _EDGES]
    return [*bounds, *(made[n].alias(f"{n}({name})") for n in _COUNTS if n in made.columns)]


def _with_measures(work: Work, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Add presence, and what is measured of shapes where the target derives from them.

    What is measured tells, too, which values the shapes of another standard give back.
    """
    forms = work.source.forms.get(table, {})
    columns = work.plan.tables[table].columns.values()
    derives = any(column.derive is not None for column in columns)
    if derives or (not work.is_same and any(column.form is not None for column in columns)):
        frame = measured(frame, forms)
        if "polygons" in forms and outlines.are_aside(work, table, frame):
            made = outlines.measure(work, table, frame, forms["polygons"])
            frame = frame.with_columns(_measures("polygons", made))
    missing = [name for name in forms if f"present({name})" not in frame.columns]
    return frame.with_columns([_presence(frame, name, forms[name]) for name in missing])


def _presence(frame: pl.DataFrame, name: str, form: Form) -> pl.Expr:
    first = ENDS[0] if form.kind == "interval" else (*form.slots, "runs")[0]
    column = name if form.kind in POINTED else f"{name}.{first}"
    known = pl.col(column).is_not_null() if column in frame.columns else pl.lit(value=False)
    return known.alias(f"present({name})")


def _followed(work: Work, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Point references at the rows of the tables mapped before; what they named may be gone."""
    columns = []
    # rows that were made to stand in others refer as the target does
    types = {**work.plan.types.get(table, {}), **work.source_plan.types.get(table, {})}
    for name, kind in types.items():
        mapped = work.mapped.get(kind.table or "")
        if name in frame.columns and kind.kind == "reference" and mapped is not None:
            columns.append(renumbered(frame[name], mapped.frame["@from"]))
    return frame.with_columns(columns)


def follow_own(work: Work, table: str, frame: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Point the references of a table at its own rows; `numbers` are those that they had."""
    types = {**work.plan.types.get(table, {}), **work.source_plan.types.get(table, {})}
    own = [name for name, kind in types.items() if kind.table == table and name in frame.columns]
    return frame.with_columns(renumbered(frame[name], numbers) for name in own)


def follow_late(work: Work) -> None:
    """Point references at rows of tables that were mapped after them."""
    order = list(work.mapped)
    for number, (table, mapped) in enumerate(work.mapped.items(), start=1):
        late = set(order[number:])
        for name, kind in work.source_plan.types.get(table, {}).items():
            if kind.kind != "reference" or kind.table not in late:
                continue
            numbers = work.mapped[kind.table].frame["@from"]
            for part in ("frame", "rows"):
                frame: pl.DataFrame = getattr(mapped, part)
                if name in frame.columns:
                    new = renumbered(frame[name], numbers)
                    setattr(mapped, part, frame.with_columns(new))


def renumbered(references: pl.Series, numbers: pl.Series) -> pl.Series:
    """Point references at where the rows of those numbers stand now (null: they are gone)."""
    to = pl.int_range(len(numbers), dtype=pl.UInt32, eager=True)
    pairs = pl.DataFrame({"from": numbers, "to": to}).drop_nulls()
    pairs = pairs.unique("from", keep="first", maintain_order=True)
    if pairs.is_empty():
        return references.clear().extend_constant(None, len(references))
    new = references.replace_strict(
        pairs["from"], pairs["to"], default=None, return_dtype=pl.UInt32
    )
    return new.alias(references.name)


def _pointed(work: Work, table: str, references: pl.Series) -> pl.Series:
    """Point references that were followed among the source's rows at the rows mapped of these."""
    mapped = work.mapped.get(table)
    references = references.cast(pl.UInt32)
    return references if mapped is None else renumbered(references, mapped.frame["@from"])


def _understood(
    work: Work, table: str, frame: pl.DataFrame, kept: pl.Series, result: TableMap
) -> pl.Series:
    """Leave out rows of which a value that the target requires is missing or not understood.

    Only what the source's standard calls a fault is left out. Where the caller supplies a value, or
    rows go back where they were read, they stay.
    """
    if work.is_again:
        return kept
    for name, plan in work.plan.tables[table].columns.items():
        required = plan.column.required is Level.MUST and plan.type not in GEOMETRIES
        supplied = f"{table}.{name}" in work.values or plan.column.generate is not None
        if not required or supplied or not {name, f"{name}@bad"} <= set(frame.columns):
            continue
        unread = frame[f"{name}@bad"].fill_null(value=False) & frame[name].is_null() & kept
        count = int(unread.sum())
        if count:
            reason = f"their {name} could not be read; --set {table}.{name}=VALUE supplies one"
            loss = Loss(LossKind.LOST, table, reason, count)
            result.losses.append(lose(loss, table, frame["@from"].filter(unread)))
            kept = kept & ~unread
    return kept


def _without_parts(
    work: Work, table: str, frame: pl.DataFrame, kept: pl.Series, result: TableMap
) -> pl.Series:
    """Leave out rows that are only parts of others of the table, which say what they do."""
    by = naming_parts(work.source_plan, table)
    if work.is_same or by is None or by not in frame.columns:
        return kept
    parts = frame[by].is_not_null()
    if not parts.any():
        return kept
    whole = next(plan.name for _, plan, g in gathered(work.source_plan) if g.table == table)
    says = whole in work.plan.tables[table].columns
    kind = LossKind.DERIVABLE if says else LossKind.LOST
    reason = f"the {whole} say the same" if says else f"{work.target} has no {whole}"
    loss = Loss(kind, table, reason, int(parts.sum()))
    result.losses.append(lose(loss, table, frame["@from"].filter(parts)))
    return kept & ~parts


def _neutral(
    work: Work, table: str, frame: pl.DataFrame, kept: pl.Series, result: TableMap
) -> pl.Series:
    """Leave out rows whose meaning the target cannot say (a crowd among objects)."""
    bound = work.plan.tables[table].columns
    for column in TABLES.get(table, {}).values():
        if column.neutral is None or column.name in bound or column.name not in frame.columns:
            continue
        unlike = ~frame[column.name].is_in([column.neutral, *column.tame])
        changed = unlike.fill_null(value=False) & kept
        count = int(changed.sum())
        if count:
            pauses = changed & _fills_gaps(work, table, frame)
            reasons = (
                (LossKind.DERIVABLE, "what others leave free says the same", pauses),
                (
                    LossKind.LOST,
                    f"rows with {column.name} cannot be told apart in {work.target}",
                    changed & ~pauses,
                ),
            )
            for kind, reason, rows in reasons:
                if rows.any():
                    loss = Loss(kind, table, reason, int(rows.sum()))
                    result.losses.append(lose(loss, table, frame["@from"].filter(rows)))
            kept = kept & ~changed
    return kept


def _fills_gaps(work: Work, table: str, frame: pl.DataFrame) -> pl.Series:
    """Tell the rows that only fill what others leave free, by the variants that they are of."""
    tests = [
        (pl.col("@source") == number) & (pl.col("@variant") == index)
        for number, source in sources_of(work.source_plan, table)
        for index, variant in enumerate(source.variants)
        if variant.gaps is not None
    ]
    if not tests or not {"@source", "@variant"} <= set(frame.columns):
        return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return frame.select(pl.any_horizontal(tests).fill_null(value=False).alias("@fills"))["@fills"]


def _parts(
    work: Work, table: str, frame: pl.DataFrame, kept: pl.Series, result: TableMap
) -> pl.DataFrame:
    """Take the rows kept; each part of an outline has its own row where the target holds one."""
    counts = _parts_to_split(work, table, frame)
    several = (counts > 1).fill_null(value=False) & kept if counts is not None else None
    if counts is None or several is None or not several.any():
        return frame if kept.all() else frame.filter(kept)
    reason = f"an outline has one part in {work.target}; parts are split into rows"
    loss = Loss(LossKind.LOST, f"{table}.polygons", reason, int(several.sum()))
    result.losses.append(lose(loss, table, frame["@from"].filter(several)))
    stale = [name for name in frame.columns if is_measure(name)]
    return _with_measures(work, table, outlines.split(frame, counts, kept, stale))


def _parts_to_split(work: Work, table: str, frame: pl.DataFrame) -> pl.Series | None:
    """Count the parts of each row's outline; None where the target has no outlines of one part."""
    target = work.plan.tables[table].columns.get("polygons")
    if target is None or target.form is None or target.form.parts != "one":
        return None
    if "polygons" not in frame.columns and not outlines.are_aside(work, table, frame):
        return None
    return outlines.part_counts(work, table, frame)


def _fallbacks(
    work: Work, table: str, frame: pl.DataFrame, environment: Environment
) -> pl.DataFrame:
    """Fill canonical columns that the target binds by what the canonical table says of absence.

    Rows that go back where they came from say no more than they did.
    """
    for column in () if work.is_again else TABLES.get(table, {}).values():
        if column.fallback is None or column.name not in work.plan.tables[table].columns:
            continue
        scope = TableScope(table, work.source_plan.types, {}, frozenset())
        typed = check(parse(column.fallback), scope)
        flat = environment.flatten(Rows(table, frame), typed.needs)
        made = flat.select(vectorise(typed, {}).alias(column.name)).to_series()
        if column.table is not None:
            made = _pointed(work, column.table, made)
        if made.null_count() < len(made):
            known = frame[column.name] if column.name in frame.columns else made
            filled = pl.select(pl.coalesce(known, made)).to_series()
            frame = frame.with_columns(filled.alias(column.name))
    return frame
