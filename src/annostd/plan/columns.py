"""Columns of a plan: each declared column with its type, form, conventions and native fields."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from annostd.errors import Fault, StandardError
from annostd.plan.items import items_of
from annostd.plan.model import ColumnPlan, Field, Kind
from annostd.standard.model import Column
from annostd.tables.geometry.forms import CENTRE, PLACED, UNITS, Form, parse_form
from annostd.tables.geometry.intervals import parse_interval_form
from annostd.tables.geometry.worlds import FORWARD_LEFT_UP
from annostd.tables.schema import GEOMETRIES, SLOTTED, TABLES, CanonicalColumn, ColumnType
from annostd.tables.times import UNITS as TIMES
from annostd.templates import fields as template_fields
from annostd.templates import parse as parse_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from annostd.standard.model import Condition, Convention, Json, Mark, Scalar, Standard

_DECLARED: Mapping[str, ColumnType] = {
    "integer": "integer",
    "number": "number",
    "string": "string",
    "path": "string",
    "boolean": "boolean",
    "time": "time",
    "list": "json",
    "map": "json",
    "any": "json",
    "json": "json",
    "schema": "json",
}
LISTS: Mapping[str, ColumnType] = {"string": "texts", "edge": "edges"}
"""What the items of a list in one place may be, and the type of such a column."""
_KINDS: Mapping[ColumnType, Kind] = {
    "integer": "integer",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
}
_SPACES: Mapping[ColumnType, str] = {
    "time": "time",
    "interval": "time",
    "cuboid": "world",
    "spans": "text",
}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CAPTURE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)/?\}")
_NUMERIC = frozenset({"integer", "number", "time", "reference"}) | GEOMETRIES
_MEASURED = frozenset({"string", "json"}) | GEOMETRIES


_TAKEN = frozenset(
    f"@{name}"
    for name in (
        *("file", "start", "end", "index", "parent", "path", "within"),
        *("owner", "row", "source", "variant", "new", "from", "origin", "none", "made", "error"),
    )
)
"""Attributes whose names stand for something else beside raw columns; as fields: `./@file`."""


def broken(mark: Mark, message: str) -> StandardError:
    """Make the error for one thing wrong with a standard at `mark`."""
    return StandardError([Fault(mark.file, mark.line, mark.column, message)])


def column_plan(standard: Standard, table: str, column: Column) -> ColumnPlan:
    """Compile one declared column of `table`.

    Raises StandardError where its type is unknown, its form cannot be inverted, or it declares what
    its type cannot have.
    """
    canonical = TABLES.get(table, {}).get(column.name)
    kind = _type(column, canonical)
    space = standard.conventions.get(column.space or _SPACES.get(kind, "image"))
    template = _template(column)
    if kind == "spans" and space is not None:
        column = replace(
            column,
            unit=column.unit or space.unit,
            ends=column.ends or space.ends,
            origin=column.origin if column.origin is not None else space.origin,
        )
    plan = ColumnPlan(
        name=column.name,
        type=kind,
        column=column,
        fields=_field_names(column, template),
        canonical=canonical is not None,
        form=_form(column, kind, standard.conventions) if kind in GEOMETRIES else None,
        refers=_reference(column, canonical),
        unit=_unit(column, kind, canonical, space),
        decimals=column.decimals,
        template=parse_template(template) if template is not None else None,
    )
    _check_places(plan)
    _check_absent(plan)
    _check_limits(plan)
    return plan


def enclosing_column(table: str, name: str, mark: Mark, refers: str) -> ColumnPlan:
    """Make the plan of a reference to a row of table `refers` that the enclosing row fills."""
    column = Column(name=name, at=(), mark=mark)
    canonical = name in TABLES.get(table, {})
    return ColumnPlan(name, "reference", column, (), canonical, refers=(refers, ""), implied=True)


def constant_column(table: str, name: str, mark: Mark, constant: Scalar) -> ColumnPlan:
    """Make the plan of a column that a variant's constant gives.

    Raises StandardError where the column is a reference or a geometry: no constant is one.
    """
    canonical = TABLES.get(table, {}).get(name)
    kind = canonical.type if canonical is not None else _values_type([constant])
    if kind == "reference" or kind in GEOMETRIES:
        raise broken(mark, f"'set' gives {name!r} a constant, expected no {kind} there")
    column = Column(name=name, at=(), mark=mark)
    return ColumnPlan(name, kind, column, (), canonical is not None, implied=True)


def native_fields(
    plan: ColumnPlan, captures: frozenset[str], referred: Kind | None
) -> tuple[Field, ...]:
    """List the native fields of a column with the kind that a typed carrier hands over.

    `captures` are the names that the path and the locator bind; `referred` is the kind of the key
    that a reference names.
    """
    return tuple(_field(plan, name, captures, referred) for name in plan.fields)


def captured(name: str, captures: frozenset[str]) -> Field | None:
    """Make the field of a capture (or of the ordinal in the list), if it is one that is bound."""
    match = _CAPTURE.fullmatch(name)
    if match is None:
        return None
    if match.group(1) == "order":
        return Field(name, (), "integer", "order")
    return Field(name, (), "string", match.group(1)) if match.group(1) in captures else None


def condition_field(condition: Condition, captures: frozenset[str]) -> Field:
    """Make the field that a variant's test reads."""
    return native_field(condition.at, _kind_of(condition.constants or ()), captures)


def native_field(place: str, kind: Kind, captures: frozenset[str]) -> Field:
    """Make the field that stands at a place, or the capture that the place names."""
    name = field_name(place)
    return captured(name, captures) or Field(name, place_path(name), kind)


def merged(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Give each name one field; where two want the value in different kinds it is a `value`."""
    found: dict[str, Field] = {}
    for field in fields:
        known = found.get(field.name)
        if known is None:
            found[field.name] = field
        elif known.kind != field.kind:
            found[field.name] = replace(
                known,
                kind="value",
                default=known.default or field.default,
                absent=known.absent or field.absent,
                items=None,
            )
        elif known.items != field.items:
            found[field.name] = replace(known, items=None)
    return tuple(found.values())


def _type(column: Column, canonical: CanonicalColumn | None) -> ColumnType:
    if column.refers:
        return "reference"
    if column.type is not None:
        declared = _DECLARED.get(column.type)
        if declared is None:
            raise broken(column.mark, f"the type {column.type!r} is unknown")
        if canonical is None or canonical.name == "id":
            return LISTS.get(column.items or "", declared)
    if canonical is not None:
        return canonical.type
    if column.values:
        return _values_type([value for _, value in column.values])
    return "string"


def _values_type(values: list[Scalar]) -> ColumnType:
    kind = _kind_of(values)
    return "json" if kind == "value" else kind


def _kind_of(values: Iterable[Json]) -> Kind:
    """Tell the kind that all constants are of, null aside; `value` where they share none."""
    kinds = {_scalar_kind(value) for value in values if value is not None}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "value"


def _scalar_kind(value: Json) -> Kind:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case _:
            return "value"


def _reference(column: Column, canonical: CanonicalColumn | None) -> tuple[str, str] | None:
    if column.refers:
        table, _, key = column.refers.partition(".")
        return table, key
    if canonical is not None and canonical.table is not None:
        message = f"the column {column.name!r} names a {canonical.table}, expected 'refers'"
        raise broken(column.mark, f"{message} to say by what")
    return None


def _template(column: Column) -> str | None:
    """Give the template that composes a column of captures; None where it stands in one place."""
    if len(column.at) != 1 or "{" not in column.at[0] or _CAPTURE.fullmatch(column.at[0]):
        return None
    return column.at[0]


def _field_names(column: Column, template: str | None) -> tuple[str, ...]:
    if template is not None:
        return tuple(f"{{{name}}}" for name in template_fields(parse_template(template)))
    if column.gathers is not None:
        return ()
    places = column.at or (column.name,)
    return tuple(field_name(place) for place in places)


def field_name(place: str) -> str:
    """Name the field that stands at a place, unlike the names of a raw row's own columns."""
    if place in _TAKEN:
        return f"./{place}"
    return place.replace("/}", "}") if place[:1] == "{" else place


def _check_places(plan: ColumnPlan) -> None:
    if plan.column.gathers is not None:
        return
    places = plan.form.places if plan.form is not None else 1
    count = len(plan.fields)
    is_placed = plan.form is not None and plan.form.codec == PLACED
    if plan.template is None and count != places and (is_placed or count != 1):
        expected = f"1 or {places}" if places > 1 and not is_placed else f"{places}"
        raise broken(
            plan.column.mark, f"the column {plan.name!r} has {count} places, expected {expected}"
        )


def absent_numbers(column: Column) -> list[list[float]]:
    """List the numbers, slot by slot, that together say that there is no geometry."""
    texts = [str(text) for text in column.absent if text is not None]
    return [[float(word) for word in text.split()] for text in texts]


def _check_absent(plan: ColumnPlan) -> None:
    """A geometry of slots is missing where it is null, or where each slot has a certain number."""
    said = [text for text in plan.column.absent if text is not None]
    count = plan.form.places if plan.form is not None and plan.type in SLOTTED else 0
    for text in said if plan.type in GEOMETRIES else ():
        words = str(text).split()
        if not count or len(words) != count or not all(map(_NUMBER.fullmatch, words)):
            expected = f"{count} numbers" if count else "null"
            message = f"the {plan.type} {plan.name!r} is missing where it is {text!r}"
            raise broken(plan.column.mark, f"{message}, expected {expected}")


def _check_limits(plan: ColumnPlan) -> None:
    column = plan.column
    ranged = column.minimum is not None or column.maximum is not None
    if ranged and plan.type not in _NUMERIC:
        raise broken(column.mark, f"the column {plan.name!r} is a {plan.type}, expected no range")
    if column.length is not None and plan.type not in _MEASURED:
        raise broken(column.mark, f"the column {plan.name!r} is a {plan.type}, expected no length")


def _unit(
    column: Column,
    kind: ColumnType,
    canonical: CanonicalColumn | None,
    convention: Convention | None,
) -> str | None:
    """Tell the unit of a column's numbers; of a time that in which it is written."""
    if column.unit is None and kind == "time" and convention is not None:
        return convention.unit
    unit = column.unit or (canonical.unit if canonical else None)
    if kind == "time" and unit not in {None, *TIMES}:
        known = ", ".join(TIMES)
        raise broken(column.mark, f"the time {column.name!r} is in {unit}, expected one of {known}")
    return unit


def _form(column: Column, kind: ColumnType, conventions: Mapping[str, Convention]) -> Form:
    def setting(name: str) -> object:
        own = getattr(column, name)
        return own if own is not None else getattr(space, name, None)

    space = conventions.get(column.space or _SPACES.get(kind, "image"))
    turned = conventions.get("angle")

    if column.form is None:
        raise broken(column.mark, f"the column {column.name!r} is a geometry, expected a form")
    try:
        form = (
            _interval_form(column, setting)
            if kind == "interval"
            else parse_form(
                column.form,
                kind,
                unit=cast("str", setting("unit") or UNITS.get(kind, "pixel")),
                origin=cast("int", setting("origin") or 0),
                ends=cast("str", setting("ends") or "exclusive"),
                decimals=cast("int | None", setting("decimals")),
                angle=getattr(turned, "unit", None) or "radian",
                turn=getattr(turned, "turn", None) or "clockwise",
                axes=getattr(space, "axes", None) or FORWARD_LEFT_UP,
                point=getattr(space, "point", None) or CENTRE,
            )
        )
    except ValueError as error:
        raise broken(column.mark, str(error)) from error
    if form.kind != kind:
        raise broken(column.mark, f"the form {column.form!r} is of {form.kind}, expected {kind}")
    return replace(form, parts=column.parts or form.parts)


def _interval_form(column: Column, setting: Callable[[str], object]) -> Form:
    unit, decimals = cast("str | None", setting("unit")), cast("int | None", setting("decimals"))
    return parse_interval_form(column.form or "", unit, decimals)


def _field(plan: ColumnPlan, name: str, captures: frozenset[str], referred: Kind | None) -> Field:
    field = captured(name, captures)
    if field is not None:
        return field
    if name.startswith("{"):
        what = name.strip("{}")
        raise broken(plan.column.mark, f"the capture {what!r} is not bound by the path or the rows")
    spellings = tuple(
        json.dumps(spelling, ensure_ascii=False)
        for spelling in plan.column.absent
        if spelling is not None and plan.type not in GEOMETRIES
    )
    kind, path = _field_kind(plan, referred), place_path(name)
    return Field(name, path, kind, None, _default(plan), spellings, items_of(plan, kind))


def _field_kind(plan: ColumnPlan, referred: Kind | None) -> Kind:
    """Tell what a typed carrier hands over; a column whose natives are of several kinds is text."""
    column = plan.column
    if plan.type in GEOMETRIES:
        is_placed = plan.form is not None and plan.form.codec == PLACED
        is_text = is_placed or plan.type == "interval"
        return "number" if len(plan.fields) > 1 and not is_text else "value"
    if column.values:
        kind = _kind_of(native for native, _ in column.values)
    elif plan.type == "json" and column.type == "json":
        kind = "string"
    elif plan.type == "reference":
        kind = _KINDS.get(_DECLARED.get(column.type or "", "json"), referred or "value")
    else:
        kind = _KINDS.get(plan.type, "value")
    absent = {_scalar_kind(value) for value in column.absent}
    return kind if absent <= {kind} else "value"


def _default(plan: ColumnPlan) -> str | None:
    column = plan.column
    if column.default is None:
        return "null" if None in column.absent else None
    for native, value in column.values:
        if value == column.default and isinstance(value, bool) == isinstance(column.default, bool):
            return json.dumps(native, ensure_ascii=False)
    return json.dumps(column.default, ensure_ascii=False)


def place_path(place: str) -> tuple[str, ...]:
    """Give the steps from a record to a place in it, () for the record itself."""
    return () if place == "." else tuple(place.removeprefix("./").split("/"))
