"""Lints: shapes of row in one place can be told apart, on reading and on writing."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from annostd.standard import grammar
from annostd.standard.merge import fault_at
from annostd.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.draft import Draft, SourceView
    from annostd.standard.model import Column, Condition, Json
    from annostd.templates import Blanks


def told_apart(draft: Draft) -> Iterator[Fault]:
    """Find rows that two sources would take, and variants that are never read or written."""
    for one, two in combinations(draft.sources, 2):
        if not _one_place(draft, one, two):
            continue
        is_shared = bool(one.table == two.table and one.variant and two.variant)
        is_shared = is_shared and one.rows.text == two.rows.text and one.rows.head == two.rows.head
        if one.rows.text is not None and two.rows.text is not None and not is_shared:
            yield from _lines(draft, one, two)
        elif one.table == two.table and one.variant and two.variant and _takes(one, two):
            yield fault_at(
                two.key.mark,
                f"'{two.variant}' is never read, '{one.variant}' before it takes each such row,"
                " expected a 'where' that tells them apart",
            )
    yield from _written(draft)


def _one_place(draft: Draft, one: SourceView, two: SourceView) -> bool:
    left, right = one.rows, two.rows
    if (left.file, left.rows) != (right.file, right.rows):
        return False
    if left.head and right.head and set(left.head).isdisjoint(right.head):
        return False
    return left.file is not None or bool(set(draft.enclosing(one)) & set(draft.enclosing(two)))


def _lines(draft: Draft, one: SourceView, two: SourceView) -> Iterator[Fault]:
    blanks: Blanks = "exact"
    for role in draft.roles(two):
        blanks = draft.files[role].blanks if role in draft.files else blanks
    both = grammar.clash(one.rows.text or "", two.rows.text or "", "line", blanks)
    if both is not None:
        yield fault_at(
            two.mark("text"),
            f"the texts of '{one.name}' and '{two.name}' both fit '{both}', expected no such line",
        )


def _takes(one: SourceView, two: SourceView) -> bool:
    """Tell whether each row that fits the second source's tests fits the first one's."""
    tests = {condition.at: condition for condition in two.rows.where}
    return all(at in tests and _implies(tests[at], wanted) for at, wanted in _by_place(one).items())


def _by_place(source: SourceView) -> dict[str, Condition]:
    return {condition.at: condition for condition in source.rows.where}


def _implies(given: Condition, wanted: Condition) -> bool:
    if given == wanted:
        return True
    if wanted.constants is not None:
        return given.constants is not None and all(
            value in wanted.constants for value in given.constants
        )
    if wanted.pattern or wanted.length:
        return False
    if given.constants is not None:
        return all(_is_of(value, wanted) for value in given.constants)
    types = set(wanted.types)
    narrower = not types or "present" in types or (bool(given.types) and set(given.types) <= types)
    return narrower and set(wanted.negated) <= set(given.negated)


def _is_of(value: Json, wanted: Condition) -> bool:
    kinds = _kinds(value)
    allowed = not wanted.types or bool(kinds & set(wanted.types))
    return allowed and not kinds & set(wanted.negated)


def _kinds(value: Json) -> set[str]:
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean", "present"}
    if isinstance(value, int):
        return {"integer", "number", "present"}
    if isinstance(value, float):
        return {"number", "present"}
    if isinstance(value, str):
        return {"string", "present"}
    return {"array" if isinstance(value, list) else "object", "present"}


def _written(draft: Draft) -> Iterator[Fault]:
    for one, two in combinations([source for source in draft.sources if source.variant], 2):
        if one.table == two.table and _asks(one) == _asks(two):
            yield fault_at(
                two.key.mark,
                f"'{two.variant}' is never written, '{one.variant}' before it asks for the same,"
                " expected another 'set', place or required column",
            )


def _asks(source: SourceView) -> tuple[object, ...]:
    """Give what a writer chooses a variant by."""
    rows = source.rows
    fits = {
        (column.name, column.required, column.values, column.form, column.length, column.parts)
        for column in rows.columns.values()
        if column.required or column.values
    }
    lengths = tuple((test.at, test.length) for test in rows.where if test.length)
    places = {place for column in rows.columns.values() for place in column.at}
    names = tuple((test.at, test.constants) for test in rows.where if test.at in places)
    anything = {p for c in rows.columns.values() if _takes_any(source, c) for p in c.at}
    kinds = tuple((t.at, t.types) for t in rows.where if t.types and t.at in anything)
    return (
        sorted(rows.constants.items(), key=str),
        frozenset(fits),
        rows.inside,
        rows.file,
        lengths,
        names,
        kinds,
    )


def _takes_any(source: SourceView, column: Column) -> bool:
    """Tell whether a column holds values of several types, so that these tell its rows apart."""
    canonical = TABLES.get(source.table, {}).get(column.name)
    if canonical is not None:
        return canonical.type == "json"
    return column.type in {"any", "json"}
