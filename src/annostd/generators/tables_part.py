"""The part of a standard's page that says what its tables hold and where each value stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from annostd.generators import places
from annostd.generators.markdown import code, codes, sentence, table, text
from annostd.generators.rules import range_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.plan.model import ColumnPlan, Plan, Source, Variant
    from annostd.standard.model import Condition

_HEAD = (
    "column",
    "place",
    "holds",
    "unit and convention",
    "required",
    "limits",
    "meaning",
    "clause",
)


def lines(plan: Plan) -> Iterator[str]:
    """Write the part: for each table where its rows stand, then a row for each column."""
    yield "## Tables"
    yield ""
    yield (
        "What is read, and where it stands. Columns with a star are this standard's own: they are "
        "kept and written back, and lost in another format."
    )
    yield ""
    for name in plan.standard.tables:
        yield f"### {code(name)}"
        yield ""
        rows = plan.standard.tables[name].rows
        if rows.doc:
            yield from (sentence(rows.doc), "")
        yield from _sources(plan, name)
        yield from table(_HEAD, _columns(plan, name))


def _sources(plan: Plan, name: str) -> Iterator[str]:
    sources = places.sources_of(plan, name)
    if not sources:
        yield from (_made(plan, name), "")
        return
    for source in sources:
        yield f"- {_source(plan, source)}"
        if len(source.variants) > 1:
            yield from (f"  - {_variant(variant)}" for variant in source.variants)
    yield ""


def _made(plan: Plan, name: str) -> str:
    known = plan.tables[name]
    if known.fixed:
        names = codes(str(row[known.teller or ""]) for row in known.fixed)
        return f"The rows are fixed by the standard: {names}."
    return "A row for each name that other tables give; no file lists them."


def _source(plan: Plan, source: Source) -> str:
    where = places.locator(source)
    inside = _outer(plan, source)
    within = f", inside each {code(inside)}" if inside else ""
    within += " and inside one another" if source.nests else ""
    words = f"in {code(source.file)}{within}" + (f", at {code(where)}" if where else "")
    if source.template is not None:
        rows = plan.standard.tables[source.table]
        said = source.join.rows.text if source.join else rows.rows.text
        words += f", a line: {code(said)}" if said else ""
    if source.heads:
        words += f", below the line {codes(source.heads)}"
    if source.join is not None:
        words += f" (joined by {codes(column for column, _ in source.join.by)})"
    if source.required is not None:
        words += f"; its place {source.required} be there"
    if source.sorted is not None:
        words += f"; sorted by {code(source.sorted)}"
    if source.shared:
        words += "; the same in every file"
    if source.unknown == "refuse":
        words += "; undeclared members are refused"
    return words


def _outer(plan: Plan, source: Source) -> str | None:
    outer = (s for table_of in plan.tables for s in places.sources_of(plan, table_of))
    return next((places.locator(s) or s.table for s in outer if source in s.children), None)


def _variant(variant: Variant) -> str:
    tests = "; ".join(_condition(condition) for condition in variant.where) or "all others"
    means = ", ".join(f"{name} = {_shown(value)}" for name, value in variant.constants.items())
    return f"{code(variant.name)}: {tests}" + (f"; means {code(means)}" if means else "")


def _condition(condition: Condition) -> str:
    words = []
    if condition.constants is not None:
        shown = ("missing" if c is None else code(_shown(c)) for c in condition.constants)
        words.append("is " + " or ".join(shown))
    if condition.types == ("present",):
        words.append("is there")
    elif condition.types:
        words.append(f"is of type {' or '.join(condition.types)}")
    if condition.negated:
        words.append(f"is not of type {' or '.join(condition.negated)}")
    if condition.pattern is not None:
        words.append(f"fits {code(condition.pattern)}")
    if condition.length is not None:
        words.append(f"has {_length(condition.length)}")
    return f"{code(condition.at.removeprefix('./'))} " + " and ".join(words)


def _length(length: tuple[int | None, int | None]) -> str:
    least, most = length
    if least == most:
        return f"{least} items"
    parts = [f"at least {least}" if least is not None else "", f"at most {most}" if most else ""]
    return " and ".join(part for part in parts if part) + " items"


def _columns(plan: Plan, name: str) -> Iterator[tuple[str, ...]]:
    seen: dict[str, list[ColumnPlan]] = {}
    for source in places.sources_of(plan, name):
        for variant in source.variants:
            for column in variant.columns:
                known = seen.setdefault(column.name, [])
                if not column.implied and column not in known:
                    known.append(column)
                    partial = _is_partial(plan, source, column)
                    yield _column(name, column, variant if partial else None)
    for column in plan.tables[name].columns.values():
        if column.name not in seen:
            yield _column(name, column, None)


def _is_partial(plan: Plan, source: Source, column: ColumnPlan) -> bool:
    """Tell whether a column belongs to some variants only."""
    others = [s for s in places.sources_of(plan, source.table) if s.join is None]
    variants = [variant for other in others for variant in other.variants]
    return source.join is None and any(column not in variant.columns for variant in variants)


def _column(name: str, column: ColumnPlan, variant: Variant | None) -> tuple[str, ...]:
    star = "" if column.canonical else " \\*"
    only = f" ({text(variant.name or '')})" if variant is not None else ""
    said = column.column
    required = str(said.required) if said.required else ""
    if said.key:
        required = (f"{required}, " if required else "") + "key"
    meaning = sentence(places.described(name, column))
    return (
        code(column.name) + star + only,
        codes(places.spelled(column)),
        text(places.kind(column)),
        text(places.unit(column)),
        required,
        "; ".join(_limits(column)),
        meaning,
        code(said.clause) if said.clause else "",
    )


def _limits(column: ColumnPlan) -> Iterator[str]:
    said = column.column
    if said.values:
        yield ", ".join(
            code(_shown(native))
            if native == value and isinstance(native, bool) == isinstance(value, bool)
            else f"{code(_shown(native))} = {text(_shown(value))}"
            for native, value in said.values
        )
    if range_text(column):
        yield range_text(column)
    if said.pattern is not None:
        yield f"fits {code(said.pattern)}"
    if said.length is not None:
        yield _length(said.length)
    if said.absent:
        means = "means" if len(said.absent) == 1 else "mean"
        yield f"{codes(_shown(spelling) for spelling in said.absent)} {means} missing"
    if said.default is not None:
        yield f"{code(_shown(said.default))} where it is missing"
    if said.derive is not None:
        yield f"follows from {code(said.derive)}"
    if said.create:
        yield "makes the row that it names"
    if said.made is not None:
        yield "a row that names none is given one of its own"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
