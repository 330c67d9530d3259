"""Names that not every system can hold, or tell apart."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.walk import layout_finding
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RESERVED = r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])"
_PITFALLS = (
    (r"\\", "holds a backslash, which separates folders on Windows"),
    (r"^[A-Za-z]:", "starts like a drive of Windows"),
    (rf"(?:^|/){_RESERVED}(?:\.[^/]*)?(?:/|$)", "is a name that Windows keeps for itself"),
    (r'[\x00-\x1f<>:"|?*]', "holds a character that Windows does not allow"),
    (r"[. ](?:/|$)", "ends in a dot or a blank, which Windows drops"),
)
"""What a path must not hold: patterns of Python and of polars, and what they find."""

UNPORTABLE = "|".join(pattern for pattern, _ in _PITFALLS)


def folded(path: str) -> str:
    """Give the one spelling that systems blind to case and normal forms make of a path."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def name_findings(paths: Sequence[str]) -> list[Finding]:
    """Judge the names of a dataset's files: at most one finding `layout.name` for each file.

    `paths` are distinct and relative. Names that differ only by case, or by Unicode's normal form,
    are told at the later one.
    """
    series = pl.Series(paths, dtype=pl.String)
    doubtful = set(series.str.contains(UNPORTABLE).arg_true().to_list())
    twins = _twins(paths) if _may_be_alike(series) else {}
    findings = []
    for index in sorted(doubtful | twins.keys()):
        path = paths[index]
        if index in doubtful:
            findings.append(_finding(path, _pitfall(path)))
        else:
            findings.append(_finding(path, _difference(path, paths[twins[index]])))
    return findings


def _may_be_alike(paths: pl.Series) -> bool:
    """Tell at array speed whether two paths may be alike: plain ASCII without a repeat is not."""
    if paths.str.contains(r"[^\x00-\x7F]").any():
        return True
    return paths.str.to_lowercase().n_unique() < paths.len()


def _twins(paths: Iterable[str]) -> dict[int, int]:
    """Pair each path with an earlier one that some systems cannot tell from it."""
    first: dict[str, int] = {}
    twins = {}
    for index, path in enumerate(paths):
        known = first.setdefault(folded(path), index)
        if known != index:
            twins[index] = known
    return twins


def _pitfall(path: str) -> str:
    return next(wrong for pattern, wrong in _PITFALLS if re.search(pattern, path))


def _difference(path: str, other: str) -> str:
    same = unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", other)
    return f"differs from {other} only by {'its Unicode normal form' if same else 'case'}"


def _finding(path: str, wrong: str) -> Finding:
    return layout_finding(
        "layout.name",
        Level.SHOULD,
        Location(path),
        f"{path} {wrong}, expected a name that every system can hold",
        (path, None),
    )
