"""Scalars of YAML 1.2's core schema: what a plain text stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annostd.bindings.placed_nodes import Scalar

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NONFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
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
