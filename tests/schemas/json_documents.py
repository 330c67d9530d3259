"""JSON documents of a role: sound by construction from its plan, and with one thing changed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from annostd.schemas.json_values import LEAST, MOST
from annostd.tables.schema import GEOMETRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan import ColumnPlan, FilePlan, Source, Step, Variant

Json = Any
TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
FINITE = st.floats(-1e6, 1e6, allow_nan=False)
COUNTS = st.sampled_from(["", "0", "`1o0", "PPYo1", [], [0, 4], [3, 0, 1]])
JUNK: st.SearchStrategy[Json] = st.sampled_from(
    [
        *(None, True, False, "", "x", "1", "true", [], {}),
        *(0, 1, 2, -1, 1.0, 1.5, -0.0, 2**63, -(2**63), 1e30, 0.5),
        *([1], [1, 2], [1, 2, 3, 4], [1, 2, 3, "4"], [None], [{}]),
        *([[]], [[1, 2, 3, 4, 5, 6]], [[1, 2, 3]]),
        *({"a": 1}, {"size": [2, 2], "counts": [0, 4]}, {"size": [2], "counts": "0"}),
        *({"size": [2, 2], "counts": "P"}, {"size": [2, -2], "counts": ""}, {"size": [2, 2]}),
    ]
)


def values(plan: ColumnPlan) -> st.SearchStrategy[Json]:
    """Make native values that a column may hold."""
    column = plan.column
    if plan.type in GEOMETRIES:
        return _geometries(plan)
    if column.values:
        return st.sampled_from([native for native, _ in column.values])
    if plan.type in {"integer", "reference"}:
        least = LEAST if column.minimum is None else int(column.minimum)
        most = MOST if column.maximum is None else int(column.maximum)
        small = st.integers(max(least, -99), min(most, 99)).map(float)
        return st.integers(least, most) | small
    if plan.type == "number":
        lowest = -1e6 if column.minimum is None else column.minimum
        return st.floats(lowest, 1e6) | st.integers(max(int(lowest), -99), 99)
    return TEXTS


def _geometries(plan: ColumnPlan) -> st.SearchStrategy[Json]:
    form = plan.form
    assert form is not None
    if plan.type == "box":
        return st.lists(FINITE, min_size=len(form.slots), max_size=len(form.slots))
    if plan.type == "polygons":
        rings = st.lists(FINITE, max_size=6).map(lambda numbers: numbers[: len(numbers) // 2 * 2])
        return st.lists(rings, min_size=1, max_size=2) if form.parts == "many" else rings
    side = st.integers(0, 9)
    return st.fixed_dictionaries(
        {"size": st.lists(side, min_size=2, max_size=2), "counts": COUNTS},
    )


@st.composite
def records(draw: st.DrawFn, source: Source) -> Json:
    """Make one record of a source."""
    variant = draw(st.sampled_from(source.variants))
    record: Json = {}
    for plan in variant.columns:
        for name in () if plan.implied else plan.fields:
            if name.startswith("{"):
                continue
            value = draw(values(plan))
            if name == ".":
                return value
            if plan.column.required is None or plan.column.default is not None:
                value = draw(st.sampled_from([value, value, None, ...]))
            if value is not ...:
                record[name] = value
    _put_back(record, variant)
    if draw(st.booleans()) and draw(st.booleans()):
        record["undeclared"] = draw(JUNK)
    for child in source.children:
        _place(record, child.locator, draw(st.lists(records(child), max_size=2)))
    return record


def _put_back(record: Json, variant: Variant) -> None:
    for condition in variant.where:
        constants = condition.constants
        if constants and constants[0] is not None:
            record[condition.at] = constants[0]


@st.composite
def documents(draw: st.DrawFn, file: FilePlan) -> Json:
    """Make a whole document."""
    document: Json = {}
    for source in [source for source in file.sources if source.variants]:
        rows = draw(st.lists(records(source), max_size=3))
        if source.required is not None or draw(st.booleans()):
            _place(document, source.locator, rows)
    return document


def _place(at: Json, steps: Sequence[Step], rows: list[Json]) -> None:
    """Put rows where a locator leads."""
    if not steps:
        for row in rows[:1]:
            at.update(row)
        return
    step, rest = steps[0], steps[1:]
    if rest and rest[0].kind == "each":
        at[step.name] = rows
    elif rest and rest[0].kind == "capture":
        at[step.name] = {str(number): row for number, row in enumerate(rows)}
    elif rows:
        at[step.name] = rows[0]


def paths(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value below a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, key))


@st.composite
def changed(draw: st.DrawFn, file: FilePlan) -> Json:
    """Make a document in which one value is another, or gone, or something new stands."""
    document = copy.deepcopy(draw(documents(file)))
    found = list(paths(document))
    if not found or draw(st.integers(0, 19)) == 0:
        return draw(JUNK)
    *way, last = draw(st.sampled_from(found))
    at = document
    for step in way:
        at = at[step]
    match draw(st.sampled_from(["other", "gone", "renamed"])):
        case "other":
            at[last] = draw(JUNK)
        case "renamed" if isinstance(at, dict):
            at[draw(st.sampled_from(["01", "-1", "x", "92233720368547758080", "7", "-0"]))] = (
                at.pop(last)
            )
        case _:
            del at[last]
    return document
