"""JSON Schema of the native tests that tell variants apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.columns import place_path
from annostd.schemas.json_values import Schema, portable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.standard.model import Condition, Json

_NOT_NULL: Schema = {"not": {"type": "null"}}


def fits(conditions: Sequence[Condition]) -> Schema:
    """Make the schema of a record that keeps all tests of a variant."""
    tests = [test for condition in conditions for test in _tests(condition)]
    return tests[0] if len(tests) == 1 else {"allOf": list(tests)}


def _tests(condition: Condition) -> list[Schema]:
    path = place_path(condition.at)
    tests: list[Schema] = []
    if condition.constants is not None:
        tests.append(_constant(path, condition.constants))
    if condition.types:
        tests.append(_typed(path, condition.types))
    if condition.negated:
        tests.append({"not": _typed(path, condition.negated)})
    if condition.pattern is not None:
        text: Schema = {"type": "string", "pattern": portable(condition.pattern)}
        tests.append(_holds(path, text))
    if condition.length is not None:
        tests.append(_holds(path, _long(condition.length)))
    return tests


def _holds(path: Sequence[str], schema: Schema) -> Schema:
    """Say that a value stands at a path, and of which schema it is."""
    for step in reversed(path):
        schema = {"type": "object", "properties": {step: schema}, "required": [step]}
    return schema


def _missing(path: Sequence[str]) -> Schema:
    return {"not": _holds(path, _NOT_NULL)}


def _any(tests: list[Schema]) -> Schema:
    return tests[0] if len(tests) == 1 else {"anyOf": list(tests)}


def _constant(path: Sequence[str], constants: Sequence[Json]) -> Schema:
    present: list[Json] = [constant for constant in constants if constant is not None]
    tests = [_missing(path)] if len(present) < len(constants) else []
    if present:
        tests.append(_holds(path, {"enum": present}))
    return _any(tests)


def _typed(path: Sequence[str], types: Sequence[str]) -> Schema:
    tests: list[Schema] = []
    for kind in types:
        if kind == "present":
            tests.append(_holds(path, _NOT_NULL))
        elif kind == "null":
            tests.append(_missing(path))
        else:
            tests.append(_holds(path, {"type": kind}))
    return _any(tests)


def _long(length: tuple[int | None, int | None]) -> Schema:
    least, most = length
    schema: Schema = {"type": ["array", "string"]}
    if least:
        schema |= {"minItems": least, "minLength": least}
    if most is not None:
        schema |= {"maxItems": most, "maxLength": most}
    return schema
