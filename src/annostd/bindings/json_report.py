"""From flaws of a JSON text, and sources that could not be entered, to findings with places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.bindings.bytes import fault, full_path, shorten
from annostd.bindings.json_text import position
from annostd.bindings.tree_walk import stray_finding
from annostd.findings import Level, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from msgspec import Raw

    from annostd.bindings.json_scan import Flaw
    from annostd.bindings.tree_walk import Strayed
    from annostd.columns.raw import DataFile
    from annostd.findings import Finding

_LEVELS = {"bom": Level.SHOULD}


def report(
    root: Path,
    file: DataFile,
    flaws: Sequence[Flaw],
    strayed: Sequence[Strayed[Raw]],
    carrier: str = "json",
) -> Iterator[Finding]:
    """Make the findings of one file, in the order of their places.

    Of several faults of syntax only the first is told (the innermost, where several end in one
    place): what follows it may be its consequence.
    """
    path = full_path(root, file)
    told: set[tuple[str, int, str]] = set()
    is_broken = False
    for flaw in sorted(flaws, key=lambda flaw: (flaw.offset, flaw.rule, -len(flaw.pointer))):
        key = (flaw.rule, flaw.offset, flaw.pointer)
        if key in told or (flaw.rule == "syntax" and is_broken):
            continue
        told.add(key)
        is_broken = is_broken or flaw.rule == "syntax"
        line, column = position(path, flaw.offset)
        actual = shorten(flaw.actual) if flaw.actual else None
        yield fault(
            f"{carrier}.{flaw.rule}",
            Location(file.path, line, column, flaw.pointer),
            flaw.message,
            _LEVELS.get(flaw.rule, Level.MUST),
            actual=actual,
            expected=flaw.expected,
        )
    for stray in strayed:
        line, column = position(path, stray.at.tree.span(stray.at.node)[0])
        yield stray_finding(stray, Location(file.path, line, column, stray.at.pointer))
