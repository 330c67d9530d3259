"""This machine: a process for each processor, where there is more than one thing to do."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, TypeVar

from annostd.engines.engine import AHEAD, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

Item = TypeVar("Item")
Result = TypeVar("Result")


class Local:
    """Runs in `workers` processes, by default as many as this process may use processors."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or processors()

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield the result for each item in order.

        What was lost with a process is done again, in a new one, then in this one.
        """
        if min(self.workers, len(items)) <= 1:
            yield from map(function, items)
            return

        def submit(item: Item) -> Future[Result]:
            return self._pool().submit(function, item)

        def take(item: Item, future: Future[Result]) -> Result:
            try:
                return future.result()
            except BrokenExecutor:
                return self._again(function, item)

        yield from in_order(items, submit, take, AHEAD * self.workers)

    def _again(self, function: Callable[[Item], Result], item: Item) -> Result:
        try:
            return self._pool().submit(function, item).result()
        except BrokenExecutor:
            return function(item)

    def _pool(self) -> Executor:
        """Give the processes, which are started where there are none or one of them died."""
        from loky import get_reusable_executor

        # each process has one processor: threads of its own would take those of the others
        one: dict[str, str] = {"POLARS_MAX_THREADS": "1"}
        pool: Executor = get_reusable_executor(max_workers=self.workers, env=one)
        return pool


def processors() -> int:
    """Count the processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
