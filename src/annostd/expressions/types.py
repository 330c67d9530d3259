"""What values are, what a rule reads of a row, and where names come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal
    from fractions import Fraction

Kind: TypeAlias = Literal[
    "integer",
    "number",
    "string",
    "boolean",
    "list",
    "reference",
    "box",
    "rotated_box",
    "ellipse",
    "cuboid",
    "polygons",
    "polyline",
    "keypoints",
    "mask",
    "interval",
    "time",
    "edges",
    "spans",
    "table",
    "any",
]
Value: TypeAlias = "bool | int | float | str | Decimal | Fraction | Sequence[Value] | None"


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is: `integer` is int64, `number` is float64 (NaN counts as missing).

    `time` is an exact decimal of a second.

    `unit` is a product of powers (`pixel`, `pixel2`, `pixel second-1`), None where there is none or
    it is not known; `item` is what a list holds, `table` what a reference names.
    """

    kind: Kind
    unit: str | None = None
    item: Type | None = None
    table: str | None = None

    def __str__(self) -> str:
        if self.kind == "list" and self.item is not None:
            return f"list of {self.item}"
        if self.kind == "reference" and self.table is not None:
            return f"reference to {self.table}"
        return self.kind


INTEGER: Final = Type("integer")
NUMBER: Final = Type("number")
STRING: Final = Type("string")
BOOLEAN: Final = Type("boolean")
ANY: Final = Type("any")
TIME: Final = Type("time")


NAMERS: Final = "namers"
"""The measure that counts the rows of another table that name the row."""
SAID: Final = "said"
"""The measure that lists the texts that a column of a table says, each once."""
WHOLE: Final = frozenset({"count", NAMERS, SAID})
"""The measures that only the whole dataset shows."""


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """A value that an expression reads from the row's environment.

    `path` is a column, references followed; `measure` is what is made of a geometry (`area`,
    `bounds`, `native`, `present`, …), `count` for the rows of the table `path`, `namers` for the
    rows whose reference `path` (table, column) names this row, or `said` for the texts of the
    column `path` (table, column); `part` is one number of a geometry or of a measure.
    """

    path: tuple[str, ...]
    measure: str | None = None
    part: str | None = None

    @property
    def key(self) -> str:
        """The name of the flat column: `media.width`, `box.x1`, `bounds(polygons).x1`."""
        name = ".".join(self.path)
        function = "count" if self.measure == NAMERS else self.measure
        measured = name if function is None else f"{function}({name})"
        return measured if self.part is None else f"{measured}.{self.part}"


class Scope(Protocol):
    """Where an expression's names come from.

    A grouped scope may also have `keys`, the `Need.key` of each column that is the same in all rows
    of a group. In a paired scope names start with `a.` or `b.`; the scope is asked without it.
    """

    @property
    def tables(self) -> Collection[str]:
        """The tables whose rows can be counted."""

    @property
    def grouped(self) -> bool:
        """Whether the expression is judged over the rows of a group: aggregates are legal."""

    @property
    def paired(self) -> bool:
        """Whether the expression is judged over pairs of rows, `a` and `b`."""

    @property
    def constants(self) -> Collection[str]:
        """Bare words that are texts where they are compared with a text."""

    def column(self, path: tuple[str, ...]) -> Type | None:
        """The type of a column, references followed; None where there is no such column."""

    def parameter(self, name: str) -> Type | None:
        """The type of a rule's parameter; None where there is no such parameter."""

    def names(self, path: tuple[str, ...]) -> Sequence[str]:
        """The names that may follow `path`."""

    def says_texts(self, table: str, column: str) -> bool:
        """Whether a column of a table holds texts."""

    def is_namer(self, table: str, column: str) -> bool:
        """Whether that column of that table refers to rows like the one judged."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a part or a measure of a geometry is: a type, in the geometry's unit to a power."""

    type: Type
    power: int = 0

    def of(self, unit: str | None) -> Type:
        """The type where the geometry stands in `unit`."""
        item = self.type.item
        if item is not None:
            return Type(self.type.kind, item=Type(item.kind, power(unit, self.power)))
        return Type(self.type.kind, self.type.unit or power(unit, self.power))


_TIME: Final = Measure(TIME)
_LENGTH: Final = Measure(NUMBER, 1)
_AREA: Final = Measure(NUMBER, 2)
_VOLUME: Final = Measure(NUMBER, 3)
_BOUNDS: Final = Measure(Type("box"), 1)

_EDGES: Final = dict.fromkeys(("x1", "y1", "x2", "y2"), _LENGTH)
_ANGLE: Final = Measure(Type("number", unit="radian"))
_EACH: Final = Measure(Type("list", item=NUMBER), 1)

PARTS: Final[Mapping[str, Mapping[str, Measure]]] = {
    "box": _EDGES | dict.fromkeys(("width", "height", "cx", "cy"), _LENGTH),
    "rotated_box": dict.fromkeys(("cx", "cy", "width", "height"), _LENGTH) | {"angle": _ANGLE},
    "ellipse": dict.fromkeys(("cx", "cy", "rx", "ry"), _LENGTH) | {"angle": _ANGLE},
    "cuboid": dict.fromkeys(("x", "y", "z", "length", "width", "height"), _LENGTH)
    | {"yaw": _ANGLE}
    | dict.fromkeys(("qx", "qy", "qz", "qw"), Measure(NUMBER)),
    "polygons": {"x": _EACH, "y": _EACH},
    "polyline": {"x": _EACH, "y": _EACH},
    "keypoints": {"x": _EACH, "y": _EACH, "visibility": Measure(Type("list", item=STRING))},
    "mask": {
        "width": Measure(INTEGER, 1),
        "height": Measure(INTEGER, 1),
        "total": Measure(INTEGER, 2),
        **_EDGES,
    },
    "interval": dict.fromkeys(("start", "end", "duration"), _TIME),
    "edges": dict.fromkeys(("first", "last"), Measure(Type("list", item=INTEGER))),
    "spans": dict.fromkeys(("start", "end"), Measure(Type("list", item=INTEGER))),
}
"""Kind of geometry, or of what joins its points → part → what it is.

`total` is the sum of a mask's runs, its edges are those of the place that it fills. The parts of
points are lists, one item for each point of the row.
"""

OWN: Final = "shape"
"""The column that as an argument of a measure means the row's own geometry, whichever it is."""

MEASURES: Final[Mapping[str, Mapping[str, Measure]]] = {
    "box": {"area": _AREA, "bounds": _BOUNDS},
    "rotated_box": {"area": _AREA, "bounds": _BOUNDS},
    "ellipse": {"area": _AREA, "bounds": _BOUNDS},
    "cuboid": {"volume": _VOLUME},
    "polygons": {
        "area": _AREA,
        "bounds": _BOUNDS,
        "points": Measure(Type("list", item=INTEGER)),
        "parts": Measure(INTEGER),
    },
    "polyline": {"bounds": _BOUNDS, "points": Measure(INTEGER)},
    "keypoints": {"bounds": _BOUNDS, "length": Measure(INTEGER)},
    "mask": {"area": _AREA, "bounds": _BOUNDS},
    "interval": {},
    OWN: {"area": _AREA, "bounds": _BOUNDS, "outline": Measure(Type("polygons"), 1)},
}
"""Kind of geometry → measure → what it is.

`points` counts the points of each ring, or those of a line; `length` counts keypoints.
"""

RATIO: Final = "fraction"


def unit_of(type_: Type) -> str | None:
    """The unit that a geometry stands in; masks are always in pixels."""
    return "pixel" if type_.kind == "mask" else type_.unit


def power(unit: str | None, exponent: int) -> str | None:
    """`unit` to a power: pixel to the second is `pixel2`, to the zeroth None."""
    return _print({name: value * exponent for name, value in _read(unit).items()})


def product(left: str | None, right: str | None) -> str | None:
    """The unit of a product. A fraction of a length is a length: `fraction` gives way to others."""
    if right == RATIO and left not in {None, RATIO, power(RATIO, 2)}:
        return left
    if left == RATIO and right not in {None, RATIO, power(RATIO, 2)}:
        return right
    powers = _read(left)
    for name, value in _read(right).items():
        powers[name] = powers.get(name, 0) + value
    return _print(powers)


def quotient(left: str | None, right: str | None) -> str | None:
    """The unit of a quotient; equal units leave none."""
    return product(left, power(right, -1)) if right != RATIO or left == RATIO else left


def _read(unit: str | None) -> dict[str, int]:
    powers: dict[str, int] = {}
    for word in (unit or "").split():
        name = word.rstrip("0123456789").rstrip("-")
        powers[name] = int(word[len(name) :] or 1)
    return powers


def _print(powers: Mapping[str, int]) -> str | None:
    words = [
        name if value == 1 else f"{name}{value}" for name, value in sorted(powers.items()) if value
    ]
    return " ".join(words) or None
