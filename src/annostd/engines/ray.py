"""A Ray cluster: the one that `RAY_ADDRESS` names or that was joined, else one on this machine."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import ray

from annostd.engines.engine import AHEAD, Engine, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")
_Resources: TypeAlias = "Callable[[], dict[str, float]]"


class Ray(Engine):
    """Runs as tasks of Ray, which does again what was lost with a worker."""

    def map(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the result for each item in order."""
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        task, resources = ray.remote(function), cast("_Resources", ray.cluster_resources)
        ahead = AHEAD * max(int(resources().get("CPU", 1)), 1)
        shared = ray.put(common)
        yield from in_order(
            items,
            lambda item: task.remote(shared, item),
            lambda _, reference: ray.get(reference),
            ahead,
        )
