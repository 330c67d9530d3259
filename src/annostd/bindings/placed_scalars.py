"""Scalars of trees with places: as a column holds them, and as JSON says them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from annostd.bindings.trees import LEAST, MOST, Cell

if TYPE_CHECKING:
    from annostd.bindings.placed_nodes import Scalar
    from annostd.plan.model import Kind

_JSON = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LONG = 400


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
        if abs(float(text)) != float("inf"):
            return _plain(text)
    return json.dumps(text, ensure_ascii=False)


def _plain(text: str) -> str:
    """Spell a number as JSON does, digit by digit: no plus, no needless zero, no bare point."""
    sign = "-" if text[0] == "-" else ""
    mantissa, mark, power = text.lstrip("+-").lower().partition("e")
    whole, point, places = mantissa.partition(".")
    behind = f".{places or '0'}" if point else ""
    return f"{sign}{whole.lstrip('0') or '0'}{behind}{mark}{power}"
