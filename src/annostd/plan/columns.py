"""Columns of a plan: each declared column with its type, form, conventions and native fields."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from annostd.errors import Fault, StandardError
from annostd.plan.model import ColumnPlan, Field, Kind
from annostd.tables.geometry.forms import Form, parse_form
from annostd.tables.schema import GEOMETRIES, TABLES, CanonicalColumn, ColumnType
from annostd.templates import fields as template_fields
from annostd.templates import parse as parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from annostd.standard.model import Column, Condition, Convention, Mark, Scalar, Standard

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
_KINDS: Mapping[ColumnType, Kind] = {
    "integer": "integer",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
}
_CAPTURE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)(/?)\}")


def broken(mark: Mark, message: str) -> StandardError:
    """Make the error for one thing wrong with a standard at `mark`."""
    return StandardError([Fault(mark.file, mark.line, mark.column, message)])


def column_plan(standard: Standard, table: str, column: Column) -> ColumnPlan:
    """Compile one declared column of `table`.

    Raises StandardError where its type is unknown or its form cannot be inverted.
    """
    canonical = TABLES.get(table, {}).get(column.name)
    kind = _type(column, canonical)
    convention = standard.conventions.get(column.space or "image")
    template = _template(column)
    unit = column.unit or (canonical.unit if canonical else None)
    return ColumnPlan(
        name=column.name,
        type=kind,
        column=column,
        fields=_field_names(column, kind),
        canonical=canonical is not None,
        form=_form(column, kind, convention) if kind in GEOMETRIES else None,
        refers=_reference(column, canonical),
        unit=unit,
        decimals=column.decimals,
        template=parse_template(template) if template else None,
    )


def implied_column(table: str, name: str, mark: Mark, refers: str | None = None) -> ColumnPlan:
    """Make the plan of a column that nothing is read for: an enclosing row's, or a constant's."""
    from annostd.standard.model import Column as Declared

    canonical = TABLES.get(table, {}).get(name)
    kind: ColumnType = "reference" if refers else (canonical.type if canonical else "string")
    return ColumnPlan(
        name=name,
        type=kind,
        column=Declared(name=name, at=(), mark=mark),
        fields=(),
        canonical=canonical is not None,
        refers=(refers, "") if refers else None,
        implied=True,
    )


def native_fields(
    plan: ColumnPlan, captures: frozenset[str], referred: Kind | None
) -> tuple[Field, ...]:
    """List the native fields of a column with the kind that a typed carrier hands over.

    `captures` are the names that the path and the locator bind; `referred` is the kind of the key
    that a reference names.
    """
    return tuple(_field(plan, name, captures, referred) for name in plan.fields)


def condition_field(condition: Condition) -> Field:
    """Make the field that a variant's test reads."""
    kinds = {_scalar_kind(constant) for constant in condition.constants or ()}
    kind = kinds.pop() if len(kinds) == 1 else "value"
    return Field(name=condition.at, path=_path(condition.at), kind=kind)


def merged(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Give each name one field; where two want the value in different kinds it is a `value`."""
    found: dict[str, Field] = {}
    for field in fields:
        known = found.get(field.name)
        if known is None:
            found[field.name] = field
        elif known.kind != field.kind:
            found[field.name] = Field(
                known.name, known.path, "value", known.capture, known.default or field.default
            )
    return tuple(found.values())


def _type(column: Column, canonical: CanonicalColumn | None) -> ColumnType:
    if column.refers:
        return "reference"
    if column.type is not None:
        declared = _DECLARED.get(column.type)
        if declared is None:
            raise broken(column.mark, f"the type {column.type!r} is unknown")
        if canonical is None or canonical.name == "id":
            return declared
    if canonical is not None:
        return canonical.type
    if column.values:
        return _values_type([value for _, value in column.values])
    return "string"


def _values_type(values: list[Scalar]) -> ColumnType:
    kinds = {_scalar_kind(value) for value in values if value is not None}
    return cast("ColumnType", kinds.pop()) if len(kinds) == 1 and kinds != {"value"} else "json"


def _scalar_kind(value: object) -> Kind:
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
        return canonical.table, ""
    return None


def _template(column: Column) -> str | None:
    if column.text is not None:
        return column.text
    if len(column.at) == 1 and len(_CAPTURE.findall(column.at[0])) > 1:
        return column.at[0]
    return None


def _field_names(column: Column, kind: ColumnType) -> tuple[str, ...]:
    places = column.at or (column.name,)
    template = _template(column)
    if template is not None and column.text is None:
        return tuple(f"{{{name}}}" for name in template_fields(parse_template(template)))
    if (kind == "box" and len(places) == 1) or len(places) == 1:
        return tuple(_plain(place) for place in places)
    return tuple(_plain(place) for place in places)


def _plain(place: str) -> str:
    return place.replace("/}", "}") if place.startswith("{") else place


def _form(column: Column, kind: ColumnType, convention: Convention | None) -> Form:
    def setting(name: str) -> object:
        own = getattr(column, name)
        return own if own is not None else getattr(convention, name, None)

    if column.form is None:
        raise broken(column.mark, f"the column {column.name!r} is a geometry, expected a form")
    try:
        form = parse_form(
            column.form,
            unit=cast("str", setting("unit") or "pixel"),
            origin=cast("int", setting("origin") or 0),
            ends=cast("str", setting("ends") or "exclusive"),
            decimals=cast("int | None", setting("decimals")),
        )
    except ValueError as error:
        raise broken(column.mark, str(error)) from error
    if form.kind != kind:
        raise broken(column.mark, f"the form {column.form!r} is of {form.kind}, expected {kind}")
    return replace(form, parts=column.parts or form.parts)


def _field(plan: ColumnPlan, name: str, captures: frozenset[str], referred: Kind | None) -> Field:
    captured = _CAPTURE.fullmatch(name)
    kind = _field_kind(plan, referred)
    if captured is not None:
        text = captured.group(1)
        if text == "order":
            return Field(name, (), "integer", "order")
        if text in captures:
            return Field(name, (), "string", text)
        raise broken(plan.column.mark, f"the capture {text!r} is not bound by the path or the rows")
    return Field(name, _path(name), kind, default=_default(plan))


def _field_kind(plan: ColumnPlan, referred: Kind | None) -> Kind:
    column = plan.column
    if plan.type in GEOMETRIES:
        return "number" if len(plan.fields) > 1 else "value"
    if column.values:
        kinds = {_scalar_kind(native) for native, _ in column.values}
        return kinds.pop() if len(kinds) == 1 else "value"
    if plan.type == "reference":
        return _KINDS.get(_DECLARED.get(column.type or "", "json"), referred or "value")
    if any(not isinstance(value, str) and value is not None for value in column.absent):
        return "value"
    return _KINDS.get(plan.type, "value")


def _default(plan: ColumnPlan) -> str | None:
    import json

    column = plan.column
    if column.default is None:
        return None
    for native, value in column.values:
        if value == column.default and isinstance(value, bool) == isinstance(column.default, bool):
            return json.dumps(native, ensure_ascii=False)
    return json.dumps(column.default, ensure_ascii=False)


def _path(place: str) -> tuple[str, ...]:
    return () if place == "." else tuple(place.split("/"))
