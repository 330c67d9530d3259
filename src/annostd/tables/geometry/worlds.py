"""Frames of the world: where the axes point, told by words as in `forward-left-up`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

Point: TypeAlias = Literal["centre", "bottom"]
FORWARD_LEFT_UP = "forward-left-up"
_WAYS: dict[str, tuple[int, int]] = {
    "forward": (0, 1),
    "back": (0, -1),
    "left": (1, 1),
    "right": (1, -1),
    "up": (2, 1),
    "down": (2, -1),
}
"""Where a word points: along which axis of forward, left, up, and in which sense."""
_UP = 2
_DIRECTIONS = {(0, 1): 0.0, (1, 1): math.pi / 2, (0, -1): math.pi, (1, -1): -math.pi / 2}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame beside the one of forward, left, up.

    `places` gives for each of forward, left and up the position of the frame's axis along it, and
    whether that points the same way (1) or against it (-1). `first` is the direction of the first
    axis as a turn about up from forward, in radians; `sense` is -1 where the vertical axis points
    down, so that a right-handed turn about it is a left-handed one about up.
    """

    places: tuple[tuple[int, int], ...]
    first: float
    sense: int

    @property
    def is_upright(self) -> bool:
        """Whether the third axis points up."""
        return self.places[_UP] == (_UP, 1)


@cache
def frame_of(axes: str) -> Frame:
    """Read a frame; ValueError where its axes are no right-handed frame, or the first is vertical.

    A plane has no frame: what has a place in one has no height.
    """
    words = axes.split("-")
    ways = [_WAYS[word] for word in words if word in _WAYS]
    if len(ways) != len(words) or sorted(axis for axis, _ in ways) != [0, 1, _UP]:
        raise ValueError(f"the axes are {axes}, expected three as in {FORWARD_LEFT_UP}")
    if ways[0][0] == _UP:
        raise ValueError(f"the axes are {axes}, expected a first one that is level")
    if _handedness(ways) < 0:
        raise ValueError(f"the axes {axes} make a left-handed frame, expected a right-handed one")
    found = {axis: (at, sign) for at, (axis, sign) in enumerate(ways)}
    places = tuple(found[axis] for axis in range(len(words)))
    return Frame(places, _DIRECTIONS[ways[0]], places[_UP][1])


def _handedness(ways: list[tuple[int, int]]) -> int:
    """Give the determinant of the axes: 1 where they are right-handed, -1 where they are not."""
    order = [axis for axis, _ in ways]
    swaps = sum(order[a] > order[b] for a in range(3) for b in range(a + 1, 3))
    sign = 1 if swaps % 2 == 0 else -1
    for _, way in ways:
        sign *= way
    return sign
