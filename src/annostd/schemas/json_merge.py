"""Laying schemas of one place over each other, so that what several sources say reads as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annostd.schemas.json_values import Schema
    from annostd.standard.model import Json


def merged(one: Schema, other: Schema) -> Schema:
    """Make the schema that says what both say: names become one list, the rest is said once."""
    result = dict(one)
    rest: Schema = {}
    for key, value in other.items():
        if key not in result:
            result[key] = value
        elif key in _MERGERS:
            result[key] = _MERGERS[key](result[key], value)
        elif result[key] != value:
            rest[key] = value
    if rest:
        result["allOf"] = [*_listed(result.get("allOf", [])), rest]
    return result


def _properties(one: Json, other: Json) -> Json:
    result = dict(one) if isinstance(one, dict) else {}
    for name, schema in other.items() if isinstance(other, dict) else ():
        result[name] = _inner(result[name], schema) if name in result else schema
    return result


def _inner(one: Json, other: Json) -> Json:
    """Merge two schemas, either perhaps a truth value; a name declared by one is legal."""
    if isinstance(one, dict) and isinstance(other, dict):
        return merged(one, other)
    return one if isinstance(one, dict) else other


def _types(one: Json, other: Json) -> Json:
    both = [kind for kind in _listed(one) if kind in _listed(other)]
    return both[0] if len(both) == 1 else both


def _required(one: Json, other: Json) -> Json:
    return list(dict.fromkeys([*_names(one), *_names(other)]))


def _items(one: Json, other: Json) -> Json:
    first, second = _listed(one), _listed(other)
    longest = max(first, second, key=len)
    pairs = zip(first, second, strict=False)
    both = [_inner(left, right) for left, right in pairs]
    return [*both, *longest[len(both) :]]


def _most(one: Json, other: Json) -> Json:
    return max(one, other) if isinstance(one, int) and isinstance(other, int) else one


def _all(one: Json, other: Json) -> Json:
    return [*_listed(one), *_listed(other)]


def _first(one: Json, _: Json) -> Json:
    return one


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _names(value: Json) -> list[str]:
    return [name for name in _listed(value) if isinstance(name, str)]


_MERGERS = {
    "properties": _properties,
    "additionalProperties": _inner,
    "items": _inner,
    "prefixItems": _items,
    "minItems": _most,
    "type": _types,
    "required": _required,
    "allOf": _all,
    "description": _first,
}
