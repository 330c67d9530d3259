"""Versions (SemVer 2.0) and which of several is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Precedence: TypeAlias = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]
VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z.-]+))?")
RANGE = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){0,1}|" + VERSION.pattern)
_RELEASED = frozenset({"published", "deprecated"})
_OPEN = frozenset({"draft", "candidate"})


def precedence(version: str) -> Precedence:
    """Give what versions are ordered by (SemVer 2.0 §11); an ill-formed one comes first."""
    found = VERSION.fullmatch(version)
    if found is None:
        return ((), False, ((False, 0, version),))
    *numbers, pre = found.groups()
    parts = tuple(_identifier(part) for part in pre.split(".")) if pre else ()
    return (tuple(int(number) for number in numbers), pre is None, parts)


def _identifier(text: str) -> tuple[bool, int, str]:
    return (False, int(text), "") if text.isdigit() else (True, 0, text)


def is_in_range(version: str, wanted: str | None) -> bool:
    """Tell whether a version is the one named or begins with its numbers; None holds every one."""
    return wanted is None or version == wanted or version.startswith(f"{wanted}.")


def choose(versions: Sequence[tuple[str, str]], wanted: str | None) -> str | None:
    """Choose among (version, status): the one named in full, else the highest released in range.

    Where none in the range is released, the highest draft or candidate; one withdrawn only in full.
    """
    for version, _ in versions:
        if version == wanted:
            return version
    fitting = [(version, status) for version, status in versions if is_in_range(version, wanted)]
    released = [v for v, status in fitting if status in _RELEASED and "-" not in v]
    unfinished = [
        v for v, status in fitting if status in _OPEN or (status in _RELEASED and "-" in v)
    ]
    return max(released or unfinished, key=precedence, default=None)
