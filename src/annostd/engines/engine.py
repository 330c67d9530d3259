"""What an engine is, and which there are.

An engine schedules, places and repeats; what it runs is the same everywhere, and results come in
the order of what they are of, so that nothing that is reported tells which one it was.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Common = TypeVar("Common")
Item = TypeVar("Item")
Handle = TypeVar("Handle")
Result = TypeVar("Result")

ENGINES: Final = ("local", "ray", "spark")
AHEAD: Final = 2
"""How many results for each worker may wait to be taken."""


class Engine(Protocol):
    """Applies a function of a module to many items that can be pickled."""

    def map(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the result of `function(common, item)` for each item in order.

        What is common goes to each worker once; what failed with a worker is done again.
        """
        ...

    def map_light(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the same of a function that reads more than it computes."""
        return self.map(function, common, items)


def in_order(
    items: Iterable[Item],
    submit: Callable[[Item], Handle],
    take: Callable[[Item, Handle], Result],
    ahead: int,
) -> Iterator[Result]:
    """Yield the results of items that are submitted, at most `ahead` before theirs is taken."""
    rest = iter(items)
    waiting = deque((item, submit(item)) for item in islice(rest, ahead))
    while waiting:
        result = take(*waiting.popleft())
        waiting.extend((item, submit(item)) for item in islice(rest, 1))
        yield result


def open_engine(name: str, *, busy: bool = False) -> Engine:
    """Give an engine by its name; one processor of this machine is for who asks and is `busy`.

    Raises UsageError where it is unknown or not installed.
    """
    if name == "local":
        from annostd.engines.local import Local, processors

        return Local(max(processors() - 1, 1) if busy else None)
    if name not in ENGINES:
        raise UsageError(f"the engine is {name!r}, expected one of {', '.join(ENGINES)}")
    try:
        if name == "ray":
            from annostd.engines.ray import Ray

            return Ray()
        from annostd.engines.spark import Spark

        return Spark()
    except ImportError as error:
        hint = f"pip install 'annostd[{name}]'"
        raise UsageError(f"the engine {name} is not installed ({error})", hint) from error
