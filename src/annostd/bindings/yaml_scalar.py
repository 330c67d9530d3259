"""Scalars of YAML 1.2's core schema: what a plain text stands for, and how it is said in JSON."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from annostd.bindings.trees import LEAST, MOST, Cell

if TYPE_CHECKING:
    from annostd.plan.model import Kind

Scalar: TypeAlias = Literal["null", "boolean", "integer", "number", "nonfinite", "string"]

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NONFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_JSON = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TAGS: dict[str, Scalar] = {
    "tag:yaml.org,2002:null": "null",
    "tag:yaml.org,2002:bool": "boolean",
    "tag:yaml.org,2002:int": "integer",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:str": "string",
    "!": "string",
}
_PATTERNS: dict[Scalar, re.Pattern[str]] = {
    "null": _NULL,
    "boolean": _BOOLEAN,
    "integer": _INTEGER,
    "number": _NUMBER,
    "nonfinite": _NONFINITE,
}
_LONG = 400


def resolve(text: str) -> Scalar:
    """Tell what a plain scalar is."""
    for kind, pattern in _PATTERNS.items():
        if pattern.fullmatch(text):
            return kind
    return "string"


def tagged(tag: str, text: str) -> Scalar | None:
    """Tell what a scalar with a tag is; None where the tag is unknown or does not fit the text."""
    kind = _TAGS.get(tag)
    if kind is None or kind == "string":
        return kind
    plain = resolve(text)
    if kind == "number" and plain in {"integer", "nonfinite"}:
        return plain
    return kind if plain == kind else None


def cell(scalar: Scalar, text: str, kind: Kind) -> tuple[Cell, bool]:
    """Give a scalar as a column of that kind holds it, and whether it fits (null does)."""
    if scalar == "null":
        return None, True
    if kind == "value":
        return json_text(scalar, text), True
    if kind in {"string", "boolean"}:
        value = text if kind == "string" else text.lower() == "true"
        return (value, True) if scalar == kind else (None, False)
    if scalar not in {"integer", "number"} or len(text) > _LONG:
        return None, False
    return _integer(scalar, text) if kind == "integer" else _number(scalar, text)


def _number(scalar: Scalar, text: str) -> tuple[Cell, bool]:
    try:
        number = float(_whole(text)) if scalar == "integer" else float(text)
    except OverflowError:
        return None, False
    return (number, True) if abs(number) != float("inf") else (None, False)


def _integer(scalar: Scalar, text: str) -> tuple[Cell, bool]:
    if scalar == "integer":
        number = _whole(text)
    else:
        exact = Decimal(text)
        if exact.adjusted() > len(str(MOST)) or exact != exact.to_integral_value():
            return None, False
        number = int(exact)
    return (number, True) if LEAST <= number <= MOST else (None, False)


def _whole(text: str) -> int:
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def json_text(scalar: Scalar, text: str) -> str:
    """Write a scalar as JSON: numbers as written where JSON allows it."""
    if scalar == "null":
        return "null"
    if scalar == "boolean":
        return text.lower()
    if scalar in {"integer", "number"} and len(text) <= _LONG:
        if _JSON.fullmatch(text):
            return text
        if scalar == "integer":
            return str(_whole(text))
        number = float(text)
        if abs(number) != float("inf"):
            return repr(number)
    return json.dumps(text, ensure_ascii=False)
