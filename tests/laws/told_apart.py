"""What tells rows of one table apart, so that those of two datasets can be paired."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import ColumnPlan

Row = dict[str, object]
Pairs = list[tuple[int, int]]


def ordinals(rows: list[Row]) -> list[object]:
    """Number media without a name in the files that hold them, which their splits name."""
    splits = [tuple(cast("list[str] | None", row.get("split")) or ()) for row in rows]
    return [(split, splits[:number].count(split)) for number, split in enumerate(splits)]


def class_of(rows: Mapping[str, list[Row]], row: Row) -> object:
    """Name the class of an annotation: its own, else that of its track."""
    track = row.get("track")
    own = (
        row
        if row.get("category") is not None or not isinstance(track, int)
        else rows["track"][track]
    )
    at = own.get("category")
    return rows["category"][at]["name"] if isinstance(at, int) else None


def names(rows: list[Row]) -> list[object]:
    """Name classes or speakers, those of one name in their order."""
    return numbered([row["name"] for row in rows])


def numbered(keys: list[object]) -> list[object]:
    """Number keys that stand several times, in their order."""
    return [(key, keys[:number].count(key)) for number, key in enumerate(keys)]


def are_named(media: list[Row], kept: ColumnPlan | None = None) -> bool:
    """Tell whether any medium has a name; `kept` is the column that has to hold all of them."""
    pattern = kept.column.pattern if kept is not None else None
    if pattern is not None and not all(re.fullmatch(pattern, stem(row)) for row in media):
        return False
    return any(row.get("path") or row.get("name") for row in media)


def stem(row: Row) -> str:
    """Name a medium by its file, without folder and suffix."""
    path = row.get("path")
    return PurePosixPath(str(path)).stem if path else str(row.get("name"))


def label(row: Row) -> str:
    """Name a medium as it is named, or by its file where it is not."""
    return str(row.get("name") or stem(row))


def in_order(old: list[Row], new: list[Row]) -> Pairs:
    """Pair rows that nothing tells apart, the first with the first."""
    return list(zip(range(len(old)), range(len(new)), strict=False))


def by_key(old: Sequence[object], new: Sequence[object]) -> Pairs:
    """Pair the rows of one key; each stands once in what was read back."""
    at = {key: number for number, key in enumerate(new)}
    assert len(at) == len(new), "a key stands twice in what was read back"
    return [(number, at[key]) for number, key in enumerate(old) if key in at]


def differs(was: object, now: object) -> bool:
    """Tell whether values differ; a text says a flag by its word, in JSON too."""
    if isinstance(was, bool) and isinstance(now, str):
        return now != str(was).lower()
    return was != now and not (was in ("true", "false") and now == f'"{was}"')
