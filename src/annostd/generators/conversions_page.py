"""The page of what each standard can hold, and what is not held on the way to each other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.generators.markdown import code, codes, head, page, table
from annostd.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan import Plan

_ABOUT = """\
Only the columns of [the canonical tables](tables.md) travel from one standard to another. The
first part says which of them each standard holds, geometry with the form of its numbers; the second
what the source holds and the target does not. That is the most that can be lost: a value that the
target gives back by rule (the area of a box, numbers in order, a size from the picture's header) is
counted as derivable, one that no row has costs nothing. A conversion tells what it costs before it
writes.

The columns that a standard has of its own come back on writing the same standard, and go nowhere
else. Numbers of another form are computed, and rounded where the target declares decimals. Columns
with † change what a row means: a row with another value than the neutral one is left out where the
target cannot say it.
"""
_HELD = "✓"
_CHANGES_MEANING = " †"


def conversions_page(plans: Sequence[Plan]) -> str:
    """Write the page of some standards, as Markdown."""
    return page(_lines(sorted(plans, key=lambda plan: plan.standard.id)))


def _lines(plans: Sequence[Plan]) -> Iterator[str]:
    yield from head("What travels from one standard to another", _ABOUT)
    yield "## What each holds"
    yield ""
    held = {plan.standard.id: _held(plan) for plan in plans}
    for name, known in TABLES.items():
        rows = [row for column in known if any((row := _row(name, column, held))[1:])]
        if rows:
            yield f"### {code(name)}"
            yield ""
            yield from table(("column", *(code(each) for each in held)), rows)
    yield "## What is not held"
    yield ""
    for source, columns in held.items():
        yield f"### From {code(source)}"
        yield ""
        rows = [(code(to), _missing(columns, other)) for to, other in held.items() if to != source]
        yield from table(("to", "held by the source, not by the target"), rows)


def _held(plan: Plan) -> dict[tuple[str, str], str]:
    """Collect the canonical columns that a standard binds, each with the form of its numbers."""
    return {
        (name, column.name): _form(str(column.column.form or ""))
        for name, bound in plan.tables.items()
        for column in bound.columns.values()
        if column.canonical
    }


def _form(form: str) -> str:
    return code(form) if form else _HELD


def _row(
    name: str, column: str, held: Mapping[str, Mapping[tuple[str, str], str]]
) -> tuple[str, ...]:
    return (
        code(column) + _mark(name, column),
        *(columns.get((name, column), "") for columns in held.values()),
    )


def _missing(source: Mapping[tuple[str, str], str], target: Mapping[tuple[str, str], str]) -> str:
    """List what only the source holds: whole tables first, then columns."""
    tables = {name for name, _ in source} - {name for name, _ in target}
    said = [
        code(f"{name}.{column}") + _mark(name, column)
        for name, column in source
        if (name, column) not in target and name not in tables
    ]
    whole = [name for name in TABLES if name in tables]
    parts = [f"all of {codes(whole)}"] if whole else []
    return "; ".join([*parts, ", ".join(said)] if said else parts) or "nothing"


def _mark(name: str, column: str) -> str:
    return "" if TABLES[name][column].neutral is None else _CHANGES_MEANING
