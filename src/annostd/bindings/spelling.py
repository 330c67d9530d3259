"""When a text that is to be written is what stands there already, so that its spelling stays."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import msgspec

from annostd.plan.divisions import pieces_inside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import Field, Source


_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_BETWEEN = re.compile(r"([,;\s]+)")


def is_same(old: str, new: str) -> bool:
    """Tell whether two texts are the same text, or the same finite numbers, one or several."""
    if old == new:
        return True
    ours, theirs = _BETWEEN.split(old), _BETWEEN.split(new)
    if len(ours) > 1 and len(ours) == len(theirs):
        between = zip(ours[1::2], theirs[1::2], strict=True)
        is_spaced = all(one.strip() == other.strip() for one, other in between)
        return is_spaced and all(map(is_same, ours[::2], theirs[::2]))
    if not (_NUMBER.fullmatch(old) and _NUMBER.fullmatch(new)):
        return False
    if _INTEGER.fullmatch(old) and _INTEGER.fullmatch(new):
        return int(old) == int(new)  # beyond 2^53 floats cannot tell integers apart
    a, b = float(old), float(new)
    return a == b and math.isfinite(a)


def absent_spellings(source: Source) -> Mapping[str, frozenset[str]]:
    """List for each field of a source the native texts that mean that nothing is there."""
    found: dict[str, set[str]] = {}
    for variant in source.variants:
        for column in variant.columns:
            spellings = {_text(value) for value in column.column.absent}
            for name in column.fields:
                found.setdefault(name, set()).update(spellings)
    for name in pieces_inside(source):
        found.setdefault(name, set()).add("")
    return {name: frozenset(spellings) for name, spellings in found.items()}


def is_default(field: Field, new: str) -> bool:
    """Tell whether a text says what the absence of the field means."""
    if field.default is None:
        return False
    try:
        value = msgspec.json.decode(field.default)
    except msgspec.DecodeError:
        return is_same(field.default, new)
    return is_same(_text(value), new)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
