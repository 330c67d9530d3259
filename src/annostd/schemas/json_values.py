"""JSON Schema of one column's native value, as typed carriers hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from annostd.expressions import ExpressionFault
from annostd.expressions.patterns import pattern
from annostd.tables.geometry.forms import PLACED
from annostd.tables.schema import GEOMETRIES, POINTED, SLOTTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import ColumnPlan, Kind
    from annostd.standard.model import Json
    from annostd.tables.geometry.forms import Form

Schema: TypeAlias = "dict[str, Json]"

PAIR = 2
_DOCUMENTS: Mapping[str, Schema] = {
    "json": {"type": "string", "contentMediaType": "application/json"},
    "list": {"type": "array"},
    "map": {"type": "object"},
    "schema": {"type": ["object", "boolean"]},
}
LEAST, MOST = -(2**63), 2**63 - 1
LONGEST_RUN = 2**31 - 1
_EDGE: Schema = {"type": "array", "items": {"type": "integer"}, "minItems": PAIR, "maxItems": PAIR}
_WHOLE: Mapping[str, Schema] = {
    "boolean": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "edges": {"type": "array", "items": _EDGE},
}
"""Of what is said whole by its type."""
COUNTS = "^(?:[P-o]{0,11}[0-O])*$"
"""Compressed counts: numbers of at most twelve characters, `0`-`O` the last of each."""


def value_schema(plan: ColumnPlan, kind: Kind, field: str | None = None) -> Schema:
    """Make the schema of what may stand where a field of the column does, null aside.

    `field` is which of several, where they are not all alike.
    """
    if plan.type in GEOMETRIES:
        is_picture = plan.form is not None and plan.form.codec == PLACED
        if is_picture and field == plan.fields[0]:
            return {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}
        return _geometry(plan)
    if plan.column.values:
        return {"enum": [native for native, _ in plan.column.values if native is not None]}
    document = _DOCUMENTS.get(plan.column.type or "") if plan.type == "json" else None
    if document is not None:
        return dict(document)
    is_listed = plan.type == "strings" and plan.column.items is not None
    return _plain(plan, "texts" if is_listed else _type(plan, kind))


def _plain(plan: ColumnPlan, kind: str) -> Schema:
    match kind:
        case "integer":
            return _integer(plan)
        case "number" | "time":
            return {"type": "number", **_limits(plan)}
        case "string":
            return _string(plan)
        case _:
            return dict(_WHOLE.get(kind, {}))


def with_null(schema: Schema) -> Schema:
    """Allow null besides."""
    if not schema:
        return schema
    if "enum" in schema:
        values = schema["enum"]
        return {**schema, "enum": [*(values if isinstance(values, list) else ()), None]}
    kinds = schema.get("type")
    if isinstance(kinds, str | list):
        every = kinds if isinstance(kinds, list) else [kinds]
        return {**schema, "type": [*every, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def name_schema(plan: ColumnPlan) -> Schema:
    """Make the schema of the text of a member's name that a column is read from."""
    if plan.column.values:
        return {"enum": [str(native) for native, _ in plan.column.values]}
    if plan.type == "integer":
        is_counted = plan.column.minimum is not None and plan.column.minimum >= 0
        return {"pattern": "^(?:[0-9]{1,19}|-0{1,19})$" if is_counted else "^-?[0-9]{1,19}$"}
    if plan.type == "string" and (plan.column.pattern or plan.column.length):
        return {key: value for key, value in _string(plan).items() if key != "type"}
    return {}


def number(value: float) -> int | float:
    """Write a limit without a needless fraction."""
    return int(value) if value == int(value) else value


def portable(text: str) -> str:
    """Write a pattern so that ECMA-262 reads it as the engine does: anchored."""
    try:
        return pattern(text).anchored
    except ExpressionFault:
        return f"^(?:{text})$"


def _type(plan: ColumnPlan, kind: Kind) -> str:
    if plan.type == "reference":
        return kind
    return kind if kind != "value" else plan.type


def _integer(plan: ColumnPlan) -> Schema:
    limits = _limits(plan)
    return {"type": "integer", "minimum": LEAST, "maximum": MOST, **limits}


def _limits(plan: ColumnPlan) -> Schema:
    limits: Schema = {}
    if plan.column.minimum is not None:
        limits["minimum"] = number(plan.column.minimum)
    if plan.column.maximum is not None:
        limits["maximum"] = number(plan.column.maximum)
    return limits


def _string(plan: ColumnPlan) -> Schema:
    schema: Schema = {"type": "string"}
    if plan.column.pattern is not None:
        schema["pattern"] = portable(plan.column.pattern)
    least, most = plan.column.length or (None, None)
    if least is not None:
        schema["minLength"] = least
    if most is not None:
        schema["maxLength"] = most
    return schema


def _geometry(plan: ColumnPlan) -> Schema:
    coordinate: Schema = {"type": "number", **_limits(plan)}
    form = plan.written
    if form is None:
        return {}
    if plan.type in SLOTTED or plan.type == "interval" or form.codec == PLACED:
        if len(plan.fields) > 1 and form.codec != PLACED:
            return coordinate
        if form.layout == "pairs":
            return _some(_some(coordinate, PAIR), len(form.slots) // PAIR)
        return _some(coordinate, len(form.slots))
    return _points(plan, form, coordinate) if plan.type in POINTED else _mask()


def _points(plan: ColumnPlan, form: Form, coordinate: Schema) -> Schema:
    if form.layout == "pairs":
        least, most = plan.column.length or (None, None)
        return _between(_some(coordinate, len(form.slots)), least, most)
    ring: Schema = {"type": "array", "items": coordinate}
    return {"type": "array", "items": ring} if form.parts == "many" else ring


def _some(items: Schema, count: int) -> Schema:
    """Make the schema of a list of so many items."""
    return {"type": "array", "items": items, "minItems": count, "maxItems": count}


def _between(items: Schema, least: int | None, most: int | None) -> Schema:
    limits: Schema = {} if least is None else {"minItems": least}
    limits |= {} if most is None else {"maxItems": most}
    return {"type": "array", "items": items, **limits}


def _mask() -> Schema:
    side: Schema = {"type": "integer", "minimum": 0, "maximum": LONGEST_RUN}
    size: Schema = {"type": "array", "items": side, "minItems": 2, "maxItems": 2}
    runs: Schema = {"type": "array", "items": side}
    counts: Schema = {"anyOf": [runs, {"type": "string", "pattern": COUNTS}]}
    return {
        "type": "object",
        "properties": {"size": size, "counts": counts},
        "required": ["size", "counts"],
    }
