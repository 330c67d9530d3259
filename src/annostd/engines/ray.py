"""A Ray cluster: the one that `RAY_ADDRESS` names or that was joined, else one on this machine."""

from __future__ import annotations

import logging
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import ray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")
_Resources: TypeAlias = "Callable[[], dict[str, float]]"
_AHEAD = 2
"""How many results for each processor may wait to be taken."""


class Ray:
    """Runs as tasks of Ray, which does again what was lost with a worker."""

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield the result for each item in order."""
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        task, resources = ray.remote(function), cast("_Resources", ray.cluster_resources)
        ahead = _AHEAD * max(int(resources().get("CPU", 1)), 1)
        rest = iter(items)
        waiting = deque(task.remote(item) for item in islice(rest, ahead))
        while waiting:
            result: Result = ray.get(waiting.popleft())
            waiting.extend(task.remote(item) for item in islice(rest, 1))
            yield result
