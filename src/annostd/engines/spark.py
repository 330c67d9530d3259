"""A Spark cluster: the session that is there, else one as Spark's configuration says."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

from pyspark.sql import SparkSession

from annostd.engines.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Spark(Engine):
    """Runs as tasks of Spark, a partition for each item."""

    def map(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the result for each item in order."""
        if items:
            # where nobody says which Python the workers are, they are this one
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            context = SparkSession.builder.appName("annostd").getOrCreate().sparkContext
            shared = context.broadcast(common)
            parts = context.parallelize(list(items), len(items))
            parts = parts.map(lambda item: function(shared.value, item))
            yield from parts.toLocalIterator(prefetchPartitions=True)
