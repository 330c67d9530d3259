"""Many files divided: a run of some thousand, or of some MiB, is a part.

Where runs of many files end is said by the paths, so that one file more changes one part only.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from annostd.columns.raw import DataFile

    Numbered = tuple[int, DataFile]

FILES = 4096
"""The most files of a part; fewer than two parts are not worth an engine."""
BYTES = 32 << 20
"""From how many bytes on a part of few files is whole."""


def divide(root: Path, files: Sequence[Numbered]) -> list[tuple[int, ...]]:
    """Divide files into parts, by number: many files by their paths, few by their sizes."""
    if many := runs(files):
        return many
    size = 0

    def is_whole(file: DataFile, _: int) -> bool:
        nonlocal size
        size += size_of(root / file.path)
        if size < BYTES:
            return False
        size = 0
        return True

    return _cut(files, is_whole)


def runs(files: Sequence[Numbered]) -> list[tuple[int, ...]]:
    """Divide many files behind each whose path says so; none where they are few."""
    if len(files) < 2 * FILES:
        return []
    often = max(FILES // 2, 1)
    return _cut(
        files,
        lambda file, count: count >= FILES or zlib.crc32(file.path.encode()) % often == 0,
    )


def size_of(path: Path) -> int:
    """Tell the bytes of a file; one that is not there has none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _cut(
    files: Sequence[Numbered], is_last: Callable[[DataFile, int], bool]
) -> list[tuple[int, ...]]:
    parts: list[tuple[int, ...]] = []
    part: list[int] = []
    for number, file in files:
        part.append(number)
        if is_last(file, len(part)):
            parts.append(tuple(part))
            part = []
    return [*parts, tuple(part)] if part else parts
