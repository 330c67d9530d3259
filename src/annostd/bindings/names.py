"""Names that not every system can hold, or tell apart."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.walk import layout_finding
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Sequence

_RESERVED = r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])"
_PITFALLS = (
    (r"^$", "is empty"),
    (r"(?:^|/)\.{0,2}$", "names a folder"),
    (r"(?:^|/)\.\./", "steps back by .., which leads elsewhere behind a symbolic link"),
    (r"\\", "holds a backslash, which separates folders on Windows"),
    (r"^[A-Za-z]:", "starts like a drive of Windows"),
    (rf"(?:^|/){_RESERVED}(?:\.[^/]*)?(?:/|$)", "is a name that Windows keeps for itself"),
    (r'[\x00-\x1f<>:"|?*]', "holds a character that Windows does not allow"),
    (
        r"(?:^|/)(?:\.? |[^/.][. ]|[^/]{2,}[. ])(?:/|$)",
        "ends in a dot or a blank, which Windows drops",
    ),
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
    wrong = wrong_names(pl.Series(paths, dtype=pl.String))
    return [name_finding(paths[row], Location(paths[row]), wrong[row]) for row in sorted(wrong)]


def wrong_names(texts: pl.Series, paths: pl.Series | None = None) -> dict[int, str]:
    """Say what is wrong with names, by row: the predicate of a sentence.

    Args:
        texts: the names as they stand; what is missing is not judged.
        paths: the paths that they mean, `texts` themselves if left out. Those that some system
            cannot tell from an earlier, other one are told at the later.

    """
    paths = texts if paths is None else paths
    alike = _twins(paths) if _are_alike(paths) else {}
    pairs = ((row, texts[row], texts[first]) for row, first in alike.items())
    wrong = {row: _difference(text, other) for row, text, other in pairs if text != other}
    for row in texts.str.contains(UNPORTABLE).arg_true().to_list():
        wrong[row] = _pitfall(texts[row])
    return wrong


def name_finding(text: str, place: Location, wrong: str) -> Finding:
    """Tell what is wrong with a name (`layout.name`)."""
    message = f"{text or 'the name'} {wrong}, expected a name that every system can hold"
    return layout_finding("layout.name", Level.SHOULD, place, message, (text, None))


def _are_alike(paths: pl.Series) -> bool:
    """Tell whether two paths are alike, at array speed where they are plain ASCII."""
    distinct = paths.drop_nulls().unique()
    spelled = distinct.str.to_lowercase()
    others = distinct.str.contains(r"[^\x00-\x7F]").arg_true()
    if len(others):
        spelled = spelled.scatter(others, [folded(path) for path in distinct.gather(others)])
    return spelled.n_unique() < distinct.len()


def _twins(paths: pl.Series) -> dict[int, int]:
    """Pair each path with an earlier, other one that some systems cannot tell from it."""
    first: dict[str, int] = {}
    twins = {}
    for row, path in enumerate(paths):
        if path is None:
            continue
        known = first.setdefault(folded(path), row)
        if paths[known] != path:
            twins[row] = known
    return twins


def _pitfall(path: str) -> str:
    return next(wrong for pattern, wrong in _PITFALLS if re.search(pattern, path))


def _difference(path: str, other: str) -> str:
    same = unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", other)
    return f"differs from {other} only by {'its Unicode normal form' if same else 'case'}"
