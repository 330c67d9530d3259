"""This machine: a process for each processor, where there is more than one thing to do."""

from __future__ import annotations

import os
import pickle
import tempfile
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from annostd.engines.engine import AHEAD, Engine, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Local(Engine):
    """Runs in `workers` processes, by default as many as this process may use processors.

    One worker is this process itself.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or processors()

    def map(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the result for each item in order.

        What was lost with a process is done again, in a new one, then in this one.
        """
        if min(self.workers, len(items)) <= 1:
            yield from (function(common, item) for item in items)
            return
        with _laid_down(common) as place:

            def submit(item: Item) -> Future[Result]:
                return self._pool().submit(_call, function, place, item)

            def take(item: Item, future: Future[Result]) -> Result:
                try:
                    return future.result()
                except BrokenExecutor:
                    pass
                try:
                    return submit(item).result()
                except BrokenExecutor:
                    return function(common, item)

            yield from in_order(items, submit, take, AHEAD * self.workers)

    def map_light(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the result for each item in order, by this process: a start costs more."""
        return (function(common, item) for item in items)

    def _pool(self) -> Executor:
        """Give the processes, which are started where there are none or one of them died."""
        from loky import get_reusable_executor

        # each process has one processor: threads of its own would take those of the others
        one: dict[str, str] = {"POLARS_MAX_THREADS": "1"}
        pool: Executor = get_reusable_executor(max_workers=self.workers, env=one)
        return pool


@contextmanager
def _laid_down(common: object) -> Iterator[str]:
    """Write what is common where processes of this machine read it, once each."""
    with tempfile.TemporaryDirectory(prefix="annostd-") as folder:
        place = Path(folder, "common")
        with place.open("wb") as file:
            pickle.dump(common, file, pickle.HIGHEST_PROTOCOL)
        yield str(place)


def _call(function: Callable[[Common, Item], Result], place: str, item: Item) -> Result:
    return function(cast("Common", _picked_up(place)), item)


@lru_cache(maxsize=1)
def _picked_up(place: str) -> object:
    # it was written by the process that started this one, in a folder that is only its user's
    with Path(place).open("rb") as file:
        return pickle.load(file)  # noqa: S301


def processors() -> int:
    """Count the processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
