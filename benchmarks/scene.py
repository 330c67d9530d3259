"""What the generated datasets show: pictures and objects, drawn by seed, chunk by chunk.

The same images and annotations are then written in several formats. Every chunk is drawn from its
own seed, so that a dataset of any size needs the memory of one chunk and a few numbers an image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

FULL_IMAGES: Final = 118_287
FULL_ANNOTATIONS: Final = 860_001
CHUNK: Final = 20_000
CENTS: Final = 100
CROWD_COLUMNS: Final = 40
"""How many columns of pixels a crowd's mask has at most."""

_SIZES = (
    (640, 480), (640, 427), (480, 640), (640, 426), (500, 375), (427, 640), (640, 640), (612, 612),
    (640, 360), (375, 500), (640, 424), (333, 500), (640, 512), (500, 333), (428, 640), (320, 240),
)  # fmt: skip
_THINGS = (
    "crane", "van", "bus", "tram", "ferry", "kayak", "scooter", "tractor", "digger", "trailer",
    "bench", "lantern", "hydrant", "kiosk", "fountain", "bollard", "signpost", "bridge", "ladder",
    "barrier", "heron", "otter", "badger", "hedgehog", "beaver", "stoat", "lynx", "marmot", "ibex",
    "chamois", "satchel", "parasol", "scarf", "rucksack", "bonnet", "racket", "paddle", "sledge",
    "frisbee", "javelin", "carafe", "beaker", "ladle", "skillet", "colander", "teapot", "saucer",
    "tumbler", "corkscrew", "napkin", "quince", "medlar", "pear", "plum", "apricot", "leek",
    "fennel", "radish", "pumpkin", "lentil", "stool", "hammock", "wardrobe", "lectern", "easel",
    "abacus", "sextant", "metronome", "typewriter", "gramophone", "straße", "pièce", "Träger",
    "自転車", "поезд", "ведро", "κλειδί", "ağaç", "źrebię", "ñandú",
)  # fmt: skip
_TURN = 4096
_COSINES = np.array([math.cos(2 * math.pi * step / _TURN) for step in range(_TURN)])
_SINES = np.array([math.sin(2 * math.pi * step / _TURN) for step in range(_TURN)])


@dataclass(frozen=True, slots=True)
class Category:
    """A class: its id, which has gaps, and its name."""

    id: int
    name: str
    group: str


CATEGORIES: Final = tuple(
    Category(place + 1 + place // 8, name, f"group {place // 10}")
    for place, name in enumerate(_THINGS)
)


@dataclass(frozen=True, slots=True)
class Objects:
    """A chunk of annotations, one entry each; coordinates are hundredths of a pixel.

    `image` counts the images of the scene, `category` the categories. The corners of all outlines
    stand one after the other in `x` and `y`: part p has those from `parts[p]` on, annotation a the
    parts from `first_part[a]` on. A crowd has no corners that count: its mask fills `box`, but for
    its frayed edge.
    """

    first: int
    image: Ints
    category: Ints
    crowd: NDArray[np.bool_]
    box: Ints
    double_area: Ints
    x: Ints
    y: Ints
    parts: Ints
    first_part: Ints


@dataclass(frozen=True)
class Scene:
    """A dataset of `images` images; as many annotations an image as the full size has."""

    images: int = FULL_IMAGES
    seed: int = 1

    @cached_property
    def annotations(self) -> int:
        """The number of annotations."""
        return round(self.images * FULL_ANNOTATIONS / FULL_IMAGES)

    @cached_property
    def sizes(self) -> Ints:
        """Width and height of every image."""
        # half of them have one of the first two sizes, as the photographs of one camera do
        draws = self._draws(1, 0).random(self.images)
        place = np.where(draws < 0.5, draws * 4, 2 + (draws - 0.5) * 2 * (len(_SIZES) - 2))
        return np.array(_SIZES, np.int64)[place.astype(np.int64)]

    @cached_property
    def image_ids(self) -> Ints:
        """The id of every image: unique, with gaps, in no order."""
        draws = self._draws(2, 0)
        order = np.argsort(draws.random(self.images), kind="stable")
        return 1 + order * 5 + (draws.random(self.images) * 5).astype(np.int64)

    def image_name(self, image: int) -> str:
        """Name the file of an image; one of a hundred is not ASCII."""
        number = int(self.image_ids[image])
        place = "Köln-港_" if image % 100 == 7 else ""
        return f"{place}{number:012d}.jpg"

    def annotation_id(self, annotation: int) -> int:
        """Give the id of an annotation: unique, with gaps, in no order."""
        step = 611_953
        while math.gcd(step, self.annotations) != 1:
            step += 2
        return 1 + 2 * (annotation * step % self.annotations)

    def chunks(self) -> Iterator[Objects]:
        """Draw all annotations, in the order of the file."""
        for number, first in enumerate(range(0, self.annotations, CHUNK)):
            count = min(CHUNK, self.annotations - first)
            yield self._objects(self._draws(3, number), first, count)

    def _draws(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *key])

    def _objects(self, draws: np.random.Generator, first: int, count: int) -> Objects:
        image = self._images(draws, count)
        sizes = self.sizes[image]
        category = _skewed(draws, count, len(CATEGORIES))
        crowd = draws.random(count) < 0.01
        pieces = np.select([crowd, draws.random(count) < 0.9], [1, 1], 2)
        pieces += (draws.random(count) < 0.3) & (pieces > 1)
        room = _places(draws, sizes, pieces)
        x, y, parts, first_part = _outlines(draws, room, pieces)
        corners = parts[first_part]
        tight = np.stack(
            [
                np.minimum.reduceat(x, corners),
                np.minimum.reduceat(y, corners),
                np.maximum.reduceat(x, corners),
                np.maximum.reduceat(y, corners),
            ],
            axis=1,
        )
        box = np.where(crowd[:, None], _crowd_boxes(room), tight)
        areas = np.add.reduceat(_double_areas(x, y, parts), first_part)
        return Objects(first, image, category, crowd, box, areas, x, y, parts, first_part)

    def _images(self, draws: np.random.Generator, count: int) -> Ints:
        """Choose an image each: a tenth of the images holds three tenths of the objects."""
        busy = max(1, self.images // 10)
        where = draws.random(count)
        is_busy = draws.random(count) < 0.3
        quiet = busy + (where * (self.images - busy)).astype(np.int64)
        chosen = np.where(is_busy, (where * busy).astype(np.int64), quiet)
        return np.minimum(chosen, self.images - 1)


def _skewed(draws: np.random.Generator, count: int, kinds: int) -> Ints:
    """Choose kinds, the first ones most often."""
    share = draws.random(count)
    return (share * share * kinds).astype(np.int64)


def _places(draws: np.random.Generator, sizes: Ints, pieces: Ints) -> Floats:
    """Draw left, top, width and height in pixels, a pixel from the edge at least."""
    share = draws.random((len(sizes), 2))
    spread = share * share * share
    least = np.stack([4.0 + 4 * pieces, np.full(len(sizes), 8.0)], axis=1)
    extent = np.maximum(sizes * (0.02 + 0.8 * spread), least)
    corner = 1 + draws.random((len(sizes), 2)) * (sizes - 2 - extent)
    return np.concatenate([corner, extent], axis=1)


def _outlines(
    draws: np.random.Generator, room: Floats, pieces: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Draw star-shaped outlines, the pieces of one object side by side in its room."""
    first_part = np.cumsum(pieces) - pieces
    owner = np.repeat(np.arange(len(pieces)), pieces)
    share = draws.random(len(owner))
    corners = 6 + (share * share * 42).astype(np.int64)
    parts = np.cumsum(corners) - corners
    part = np.repeat(np.arange(len(owner)), corners)
    place = np.arange(len(part)) - parts[part]
    turn = (place + 0.7 * draws.random(len(part))) / corners[part]
    step = (turn * _TURN).astype(np.int64)
    reach = 0.55 + 0.45 * draws.random(len(part))
    width = room[owner, 2] / pieces[owner]
    left = room[owner, 0] + width * (np.arange(len(owner)) - first_part[owner])
    height = room[owner, 3]
    x = left[part] + width[part] * (0.5 + 0.48 * reach * _COSINES[step])
    y = room[owner, 1][part] + height[part] * (0.5 + 0.48 * reach * _SINES[step])
    return (
        np.rint(x * CENTS).astype(np.int64),
        np.rint(y * CENTS).astype(np.int64),
        parts,
        first_part,
    )


def _double_areas(x: Ints, y: Ints, parts: Ints) -> Ints:
    """Twice the area of each part, exact (shoelace)."""
    after = np.arange(1, len(x) + 1)
    after[np.append(parts[1:], len(x)) - 1] = parts
    return np.abs(np.add.reduceat(x * y[after] - x[after] * y, parts))


def _crowd_boxes(room: Floats) -> Ints:
    """Give the box of the mask that stands where an object would: whole pixels."""
    corner = room[:, :2].astype(np.int64)
    extent = room[:, 2:].astype(np.int64)
    extent[:, 0] = np.minimum(extent[:, 0], CROWD_COLUMNS)
    return np.concatenate([corner, corner + extent], axis=1) * CENTS
