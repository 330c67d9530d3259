"""Batches are read ahead by a thread: in order, to the end, and with what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.bindings.reading import ahead
from annostd.columns.raw import RawBatch

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCHES = [RawBatch() for _ in range(5)]


def test_all_batches_come_in_their_order() -> None:
    found = list(ahead(iter(BATCHES)))
    assert [id(batch) for batch in found] == [id(batch) for batch in BATCHES]
    assert list(ahead(iter(()))) == []


def test_what_reading_raises_is_raised_where_it_is_read() -> None:
    def broken() -> Iterator[RawBatch]:
        yield BATCHES[0]
        raise MemoryError

    reading = ahead(broken())
    assert next(reading) is BATCHES[0]
    with pytest.raises(MemoryError):
        next(reading)


def test_one_batch_is_read_ahead_and_no_more() -> None:
    read: list[int] = []

    def counted() -> Iterator[RawBatch]:
        for number, batch in enumerate(BATCHES):
            read.append(number)
            yield batch

    reading = ahead(counted())
    next(reading)
    reading.close()
    assert read in ([0], [0, 1])
