"""What is wrong with data, and where: the nouns that every stage hands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How strongly a rule obliges (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Phase(StrEnum):
    """When a rule is judged; a row that failed an earlier phase is blocked in later ones."""

    IO = "io"
    STRUCTURE = "structure"
    REFERENCE = "reference"
    SEMANTIC = "semantic"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the user's files.

    `file` is relative to the dataset with `/`; `line` and `column` are 1-based, columns count code
    points; `pointer` is a JSON Pointer (RFC 6901), `xpath` an XPath with positions.
    """

    file: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    xpath: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One obligation that was not kept, and the place.

    `object` is the object's own id, else its ordinal in its file (`#3`).
    """

    rule: str
    level: Level
    class_name: str
    phase: Phase
    location: Location
    message: str
    object: str | None = None
    actual: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule was judged with which outcome; skipped never looks like passed."""

    passed: int = 0
    failed: int = 0
    blocked: int = 0
    not_applicable: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.blocked + other.blocked,
            self.not_applicable + other.not_applicable,
            self.skipped + other.skipped,
        )


class LossKind(StrEnum):
    """How bad a loss is; only what is lost needs leave."""

    ROUNDED = "rounded"
    DERIVABLE = "derivable"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Loss:
    """A difference between the source's tables and those read back from the output.

    `what` is the column (`annotation.polygons`) or the table, `reason` a clause that says why it
    does not survive; `places` and `objects` are those of the first rows, `count` all; `error` is
    the largest one, in `unit`.
    """

    kind: LossKind
    what: str
    reason: str
    count: int
    places: tuple[Location, ...] = ()
    error: float | None = None
    unit: str | None = None
    objects: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what} ({self.count}): {self.reason}"
