"""JSON texts judged by a JSON Schema that stands in the data: `valid(value, schema)`.

A schema is data, so nothing in it is fetched and nothing in it can run away: a reference that leads
out of it is not followed (the answer is not known), and a pattern that might backtrack is not
asked.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.expressions.entries import Function, expect_count, expect_kind, typed
from annostd.expressions.faults import ExpressionFault
from annostd.expressions.patterns import pattern
from annostd.expressions.types import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema.protocols import Validator

    from annostd.expressions.terms import Apply

_DOCUMENTS: Final = frozenset({"any"})
_PLAIN: Final = frozenset({"const", "default", "enum", "example", "examples"})
"""Keywords whose value is data, not a schema."""
_KNOWN: Final = 1024


@lru_cache(maxsize=_KNOWN)
def is_schema(text: str) -> bool:
    """Tell whether a JSON text is a JSON Schema (2020-12, or the draft that it names)."""
    import jsonschema

    schema: object = json.loads(text)
    if not isinstance(schema, dict):
        return isinstance(schema, bool)
    try:
        _draft(schema).check_schema(schema)
    except (jsonschema.SchemaError, RecursionError):
        return False
    return True


def is_valid(text: str, schema: str) -> bool | None:
    """Tell whether a JSON text is valid by a schema; None where the schema cannot say.

    It cannot where it is none, refers to something outside of it, or refers to itself for ever.
    """
    from referencing.exceptions import Unresolvable

    judge = _judge(schema)
    if judge is None:
        return None
    try:
        return judge.is_valid(json.loads(text))
    except (Unresolvable, RecursionError):
        return None


@lru_cache(maxsize=_KNOWN)
def _judge(text: str) -> Validator | None:
    from referencing import Registry

    if not is_schema(text):
        return None
    schema: object = json.loads(text)
    known = schema if isinstance(schema, dict) else {} if schema is True else {"not": {}}
    return _draft(known)({name: _tamed(each) for name, each in _tame(known)}, registry=Registry())


def _draft(schema: Mapping[str, object]) -> type[Validator]:
    import jsonschema

    return jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)


def _tamed(value: object) -> object:
    if isinstance(value, list):
        return [_tamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: each if name in _PLAIN else _tamed(each) for name, each in _tame(value)}


def _tame(schema: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Leave out the patterns that might backtrack, and what is said of all other members."""
    wild = set()
    own, named = schema.get("pattern"), schema.get("patternProperties")
    if isinstance(own, str) and not _is_tame(own):
        wild.add("pattern")
    if isinstance(named, dict) and not all(map(_is_tame, named)):
        wild |= {"patternProperties", "additionalProperties", "unevaluatedProperties"}
    return ((name, value) for name, value in schema.items() if name not in wild)


def _is_tame(text: str) -> bool:
    try:
        pattern(text.removeprefix("^").removesuffix("$"))
    except ExpressionFault:
        return False
    return True


def _type_valid(call: Apply) -> Apply:
    expect_count(call, 2)
    for argument in call.arguments:
        expect_kind(call, argument, _DOCUMENTS)
    return typed(call, BOOLEAN)


def _value_valid(_: Apply, text: str, schema: str) -> bool | None:
    return is_valid(text, schema)


def _column_valid(_: Apply, text: pl.Expr, schema: pl.Expr) -> pl.Expr:
    both = pl.struct(text.alias("text"), schema.alias("schema"))
    return both.map_elements(_of_row, return_dtype=pl.Boolean)


def _of_row(row: dict[str, str | None]) -> bool | None:
    text, schema = row["text"], row["schema"]
    return None if text is None or schema is None else is_valid(text, schema)


DOCUMENTS: Final = (Function("valid", _type_valid, _value_valid, _column_valid),)
"""The functions of JSON texts."""
