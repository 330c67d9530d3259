"""Where things stand in files, in words: columns, rows, forms, types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.sources import walk
from annostd.tables.geometry.forms import CENTRE, POSITION
from annostd.tables.schema import SLOTTED, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.plan.model import ColumnPlan, Plan, Source, Variant
    from annostd.tables.geometry.forms import Form

_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "time": "a time",
    "json": "any value",
    "strings": "a list of texts",
    "spans": "pieces of the text",
    "texts": "a list of texts",
    "edges": "a list of pairs of positions",
}


_DOCUMENTS = {
    "json": "a text that is JSON",
    "list": "a list",
    "map": "an object",
    "schema": "a JSON Schema",
}


def sources_of(plan: Plan, table: str) -> list[Source]:
    """List the places where rows of a table stand, in order."""
    return [s for file in plan.files for s in walk(file.sources) if s.table == table]


def scheme_of(plan: Plan, table: str, name: str) -> str | None:
    """Name the scheme of the tags that stand in a field of a table; None where it holds none."""
    every = (source.marked for file in plan.files for source in walk(file.sources))
    found = (m.scheme for m in every if m is not None and (m.table, m.tag) == (table, name))
    return next(found, None)


def locator(source: Source) -> str:
    """Write a locator as the standard does."""
    steps = []
    for step in source.locator:
        choices = f":{'|'.join(step.choices)}" if step.choices else ""
        words = {"each": "*", "capture": f"{{{step.name}{choices}}}"}
        steps.append(words.get(step.kind, step.name + ("!json" if step.text else "")))
    return "/".join(steps)


def bindings(plan: Plan, table: str, name: str) -> Iterator[tuple[Source, Variant, ColumnPlan]]:
    """Yield each place where a column is read, with its source and variant."""
    for source in sources_of(plan, table):
        for variant in source.variants:
            for column in variant.columns:
                if column.name == name and not column.implied:
                    yield source, variant, column


def places(plan: Plan, table: str, name: str) -> list[str]:
    """Name the native places of a column, each once, as its files spell them."""
    found = [place for _, _, column in bindings(plan, table, name) for place in spelled(column)]
    return [*dict.fromkeys(found)]


def spelled(column: ColumnPlan) -> list[str]:
    """Name the native places of one binding of a column, as its files spell them.

    What is gathered of rows stands where their column does.
    """
    if column.gather is not None:
        return [f"{column.gather.table}.{column.gather.column}"]
    return [place.removeprefix("./") for place in column.fields]


def kind(column: ColumnPlan) -> str:
    """Say what a column holds, as a noun with its article."""
    if column.refers is not None:
        table, key = column.refers
        return f"the `{key}` of a row of `{table}`" if key else f"a row of `{table}`"
    form = column.written
    if form is not None:
        return _shape(column, form)
    if column.type == "json" and column.column.type in _DOCUMENTS:
        return _DOCUMENTS[column.column.type]
    return _TYPES.get(column.type, column.type)


def _shape(column: ColumnPlan, form: Form) -> str:
    """Say how a geometry is written."""
    if column.type in SLOTTED:
        name = column.type.replace("_", " ")
        listed = form.slots if form.layout is None else _pairs(form.slots)
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name}, `{' '.join(listed)}`"
    if column.type == "mask":
        return f"a mask as `{form.codec}`"
    each = "`x1 y1 x2 y2 …`" if form.layout == "flat" else "`[x1, y1], [x2, y2], …`"
    if len(form.slots) > len(POSITION):
        each = f"`{' '.join(form.slots)}` of each"
    if column.type != "polygons":
        return f"points {each}"
    return f"a list of rings {each}" if form.parts == "many" else f"one ring {each}"


def _pairs(slots: tuple[str, ...]) -> list[str]:
    return [f"[{x}, {y}]" for x, y in zip(slots[0::2], slots[1::2], strict=True)]


def described(table: str, column: ColumnPlan) -> str:
    """Say what a column means: as the standard does, else as the canonical tables do."""
    if column.column.doc is not None:
        return column.column.doc
    canonical = TABLES.get(table, {}).get(column.name)
    return canonical.doc if canonical is not None else ""


def unit(column: ColumnPlan) -> str:
    """Say the unit of a column, with the convention of a geometry."""
    form = column.form
    if form is None or column.type == "mask":
        return column.unit or ""
    if column.type == "interval":
        return form.unit
    if column.type == "cuboid":
        point = "its centre" if form.point == CENTRE else "the middle of its bottom"
        return f"{form.unit}, axes {form.axes}, at {point}"
    if form.unit == "fraction":
        return "fraction of the medium"
    ends = ", the last pixel belongs" if form.ends == "inclusive" else ""
    return f"{form.unit}, first is {form.origin}{ends}"
