"""A JSON file's bytes, and the lines in them: from byte offsets to lines and columns.

Columns count code points; CRLF counts once; a byte order mark is no column.
"""

from __future__ import annotations

import mmap
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from annostd.bindings.bytes import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

Buffer: TypeAlias = bytes | mmap.mmap
"""A file's bytes; slices of either are bytes."""
BOM = b"\xef\xbb\xbf"
_MAPPED = 1 << 25
_BLOCK = 1 << 12
_STRETCH = _BLOCK << 10


@contextmanager
def opened(path: str) -> Iterator[Buffer]:
    """Give a file's bytes: read where it is small, mapped where it is big.

    Raises:
        OSError: it is not there, is a folder, or is not permitted.
    """
    if os.stat(path).st_size < _MAPPED:  # noqa: PTH116
        yield read_bytes(path)
        return
    with open(path, "rb") as file:  # noqa: PTH123
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        yield mapped
    finally:
        with suppress(BufferError):  # a view still lives: the map goes with it
            mapped.close()


def release(data: Buffer, start: int, end: int) -> None:
    """Give back the memory of a stretch of a mapped file that has been read."""
    if isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        page = mmap.PAGESIZE
        first, last = -(-start // page) * page, end // page * page
        if last > first:
            data.madvise(mmap.MADV_DONTNEED, first, last - first)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Per block of a file: line feeds before it, and where the line that it begins in began.

    `continued` are bytes before it that only continue a character (None: the file has none).
    """

    feeds: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    continued: npt.NDArray[np.int64] | None
    is_marked: bool


def position(path: str, offset: int) -> tuple[int, int]:
    """Tell the 1-based line and column of a byte offset in a file.

    The lines of the last files asked about are kept, known by name, time and size.
    """
    status = os.stat(path)  # noqa: PTH116
    lines = _lines(path, status.st_mtime_ns, status.st_size)
    offset = max(0, min(offset, status.st_size))
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        block = min(offset // _BLOCK, len(lines.feeds) - 1)
        head = _read(descriptor, block * _BLOCK, offset)
        line = int(lines.feeds[block]) + head.count(b"\n")
        feed = head.rfind(b"\n")
        start = int(lines.starts[block]) if feed < 0 else block * _BLOCK + feed + 1
        column = offset - start
        if lines.continued is not None:
            column -= _continued(descriptor, lines.continued, offset)
            column += _continued(descriptor, lines.continued, start)
    finally:
        os.close(descriptor)
    if line == 0 and lines.is_marked and column > 0:
        column -= 1
    return line + 1, column + 1


def _read(descriptor: int, start: int, end: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, end - start)


def _continued(descriptor: int, before: npt.NDArray[np.int64], offset: int) -> int:
    """Count the bytes before an offset that only continue a character."""
    block = min(offset // _BLOCK, len(before) - 1)
    codes = np.frombuffer(_read(descriptor, block * _BLOCK, offset), np.uint8)
    return int(before[block]) + int(np.count_nonzero((codes & 0xC0) == 0x80))  # noqa: PLR2004


@lru_cache(maxsize=8)
def _lines(path: str, _time: int, size: int) -> _Lines:
    blocks = size // _BLOCK + 1
    feeds = np.zeros(blocks + 1, np.int64)
    last = np.full(blocks + 1, -1, np.int64)
    continued = np.zeros(blocks + 1, np.int64)
    is_marked = is_wide = False
    with open(path, "rb") as file:  # noqa: PTH123
        for first in range(0, blocks, _STRETCH // _BLOCK):
            data = file.read(_STRETCH)
            is_marked = is_marked or (first == 0 and data.startswith(BOM))
            codes = np.frombuffer(data, np.uint8)
            found = np.flatnonzero(codes == ord("\n"))
            at = found // _BLOCK + first + 1
            feeds += np.bincount(at, minlength=blocks + 1)
            last[at] = found + first * _BLOCK  # of equal blocks the last one stays
            if not data.isascii():
                is_wide = True
                more = np.flatnonzero((codes & 0xC0) == 0x80)  # noqa: PLR2004
                continued += np.bincount(more // _BLOCK + first + 1, minlength=blocks + 1)
    starts = np.maximum.accumulate(last) + 1
    return _Lines(
        np.cumsum(feeds)[:blocks],
        starts[:blocks],
        np.cumsum(continued)[:blocks] if is_wide else None,
        is_marked,
    )
