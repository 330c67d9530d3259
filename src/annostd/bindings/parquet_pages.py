"""A look over a Parquet file before it is read: sizes that no honest file states are refused.

What decodes pages trusts the sizes that they state and asks for so much memory at once; a file
that lies would end the whole process. Footer and page headers are Thrift's compact protocol.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader

MAGIC: Final = b"PAR1"
TAIL: Final = 8
LARGEST: Final = 1 << 30
"""A page has at most so many bytes when it is unpacked."""
MOST: Final = 1 << 26
"""A page holds at most so many values."""
_HEADERS: Final = (1 << 12, 1 << 24)
_DEPTH: Final = 32
_BITS: Final = 64
_NONE: Final = "has no footer that can be read"

Thrift: TypeAlias = "int | bytes | list[Thrift] | dict[int, Thrift]"


class Unsound(Exception):
    """A file is no Parquet file, or states sizes that it cannot have: what it is, as a clause."""


def check_pages(path: str) -> None:
    """Look at the footer of a file and at the header of each of its pages.

    Raises:
        Unsound: it is no Parquet file, ends too early or states sizes that it cannot have.
        OSError: it cannot be read.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 - a Path costs more than reading a small file
        size = os.fstat(stream.fileno()).st_size
        footer = _footer(stream, size)
        rows = 0
        for group in _structs(footer, 4):
            rows += _number(group, 3)
            for chunk in _structs(group, 1):
                _check_chunk(stream, size, _struct(chunk, 3))
        if rows != _number(footer, 3):
            raise Unsound(f"states {_number(footer, 3)} rows and holds {rows}")


def _footer(stream: BufferedReader, size: int) -> dict[int, Thrift]:
    start = stream.read(len(MAGIC))
    if start != MAGIC or size < len(MAGIC) + TAIL:
        raise Unsound("is empty" if not size else "does not begin as Parquet does")
    stream.seek(size - TAIL)
    tail = stream.read(TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC:
        raise Unsound("does not end as Parquet does")
    if length > size - len(MAGIC) - TAIL:
        raise Unsound("is shorter than its footer")
    stream.seek(size - TAIL - length)
    return _Reader(stream.read(length)).struct()


def _check_chunk(stream: BufferedReader, size: int, column: dict[int, Thrift]) -> None:
    """Follow the pages of one column of a row group."""
    first = _number(column, 9)
    if 11 in column and 0 < _number(column, 11) < first:  # noqa: PLR2004 - the dictionary's offset
        first = _number(column, 11)
    at, end = first, first + _number(column, 7)
    if not 0 <= at <= end <= size:
        raise Unsound("states a column that is not inside it")
    values = 0
    while at < end:
        header, length = _header(stream, at, end)
        packed = _number(header, 3)
        at += length + packed
        if packed < 0 or at > end or not 0 <= _number(header, 2) <= LARGEST:
            raise Unsound("states a page of a size that it cannot have")
        counts = [_number(_struct(header, kind), 1) for kind in (5, 7, 8) if kind in header]
        if any(not 0 <= count <= MOST for count in counts):
            raise Unsound("states a page of more values than a page can have")
        values += sum(counts) if 7 not in header else 0  # noqa: PLR2004 - a dictionary
    if values != _number(column, 5):
        raise Unsound(f"states a column of {_number(column, 5)} values and holds {values}")


def _header(stream: BufferedReader, at: int, end: int) -> tuple[dict[int, Thrift], int]:
    """Read the header of a page and tell its length; one with long statistics is tried again."""
    for most in _HEADERS:
        stream.seek(at)
        reader = _Reader(stream.read(min(most, end - at)))
        try:
            return reader.struct(), reader.at
        except Unsound:
            if end - at <= most:
                raise
    raise Unsound(_NONE)


def _structs(outer: dict[int, Thrift], key: int) -> Iterator[dict[int, Thrift]]:
    members = outer.get(key, [])
    if not isinstance(members, list) or not all(isinstance(each, dict) for each in members):
        raise Unsound(_NONE)
    yield from cast("list[dict[int, Thrift]]", members)


def _struct(outer: dict[int, Thrift], key: int) -> dict[int, Thrift]:
    found = outer.get(key)
    if not isinstance(found, dict):
        raise Unsound(_NONE)
    return found


def _number(outer: dict[int, Thrift], key: int) -> int:
    found = outer.get(key)
    if not isinstance(found, int):
        raise Unsound(_NONE)
    return found


class _Reader:
    """Reads values of Thrift's compact protocol from bytes; raises Unsound where there are none."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def struct(self, depth: int = 0) -> dict[int, Thrift]:
        """Read a struct: its fields by number."""
        if depth > _DEPTH:
            raise Unsound(_NONE)
        fields: dict[int, Thrift] = {}
        key = 0
        while (head := self._byte()) != 0:
            key = key + (head >> 4) if head >> 4 else self._signed()
            fields[key] = self._value(head & 15, depth, inline=True)
        return fields

    def _value(self, kind: int, depth: int, *, inline: bool = False) -> Thrift:
        if kind in {1, 2} and inline:
            return int(kind == 1)
        read = self._kinds().get(kind)
        if read is None:
            raise Unsound(_NONE)
        return read(depth)

    def _kinds(self) -> dict[int, Callable[[int], Thrift]]:
        """Tell by its number how a kind of value is read."""
        byte, signed = (lambda _: self._byte()), (lambda _: self._signed())
        listed = partial(_deeper, self._list)
        return {
            **dict.fromkeys((1, 2, 3), byte),
            **dict.fromkeys((4, 5, 6), signed),
            7: lambda _: self._bytes(8),
            8: lambda _: self._bytes(self._varint()),
            9: listed,
            10: listed,
            12: partial(_deeper, self.struct),
        }

    def _list(self, depth: int) -> list[Thrift]:
        head = self._byte()
        count = head >> 4 if head >> 4 != 15 else self._varint()  # noqa: PLR2004 - a nibble is full
        if count > len(self.data) - self.at or depth > _DEPTH:
            raise Unsound(_NONE)
        return [self._value(head & 15, depth) for _ in range(count)]

    def _signed(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:  # noqa: PLR2004 - the last byte lacks the highest bit
                return value
            if shift > _BITS:
                raise Unsound(_NONE)

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _bytes(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) < count:
            raise Unsound(_NONE)
        self.at += count
        return found


def _deeper(read: Callable[[int], Thrift], depth: int) -> Thrift:
    """Read what stands inside."""
    return read(depth + 1)
