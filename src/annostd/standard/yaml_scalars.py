"""Plain YAML scalars: values of the 1.2 core schema, and spellings that other readers misread."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annostd.standard.model import Scalar

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BOOLEAN_1_1 = frozenset(
    spelling
    for word in ("yes", "no", "on", "off")
    for spelling in (word, word.title(), word.upper())
)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_OCTAL = re.compile(r"[-+]?0[0-9_]+|[-+]?0o[0-7]+")
_UNDERSCORED = re.compile(
    r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]*_[0-9a-fA-F_]*|[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?)"
)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?")
_NUMERIC = frozenset("0123456789+-.")
_LONGEST_INTEGER = 20
_INT64 = range(-(2**63), 2**63)
_REMEDY = "expected it quoted"
_NUMBER = "expected a decimal number or a quoted text"
_WORD = "expected true, false or a quoted text"


def value_of(text: str) -> Scalar:
    """Read a plain scalar without traps by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def trap(text: str) -> str | None:
    """Say why a plain scalar is read differently elsewhere or is no finite number, or None."""
    if text in _BOOLEAN_1_1:
        return f"'{text}' without quotes is a truth value in YAML 1.1, {_WORD}"
    if text in {"<<", "="}:
        return f"'{text}' without quotes is a command in YAML 1.1, {_REMEDY}"
    if not text or text[0] not in _NUMERIC:
        return None
    return _number_trap(text)


def _number_trap(text: str) -> str | None:
    if _OCTAL.fullmatch(text):
        return f"'{text}' without quotes is an octal number to some readers, {_NUMBER}"
    if _UNDERSCORED.fullmatch(text):
        return f"'{text}' without quotes is a number in YAML 1.1, {_NUMBER}"
    if _SEXAGESIMAL.fullmatch(text):
        return f"'{text}' without quotes is a number of base 60 in YAML 1.1, {_REMEDY}"
    if _DATE.fullmatch(text):
        return f"'{text}' without quotes is a date in YAML 1.1, {_REMEDY}"
    if _NOT_FINITE.fullmatch(text):
        return f"'{text}' is no finite number, expected one or a quoted text"
    return _size_trap(text)


def _size_trap(text: str) -> str | None:
    if _INTEGER.fullmatch(text) and (len(text) > _LONGEST_INTEGER or int(text) not in _INT64):
        return f"the integer {text[:40]} does not fit in 64 bits, expected less"
    if _HEX.fullmatch(text) and int(text, 16) not in _INT64:
        return f"the integer {text[:40]} does not fit in 64 bits, expected less"
    if _FLOAT.fullmatch(text) and not isfinite(float(text)):
        return f"the number {text[:40]} is beyond every float, expected less"
    return None
