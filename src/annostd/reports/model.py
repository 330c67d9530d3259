"""The nouns of reports: what the verbs found out, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from annostd.findings import Finding, Level, Loss, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STRENGTH = {Level.MUST: 0, Level.SHOULD: 1, Level.MAY: 2}
"""The levels by how strongly they oblige, the strongest first."""


def tool_version() -> str:
    """The version of annostd as installed; `unknown` in a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("annostd")
    except PackageNotFoundError:
        return "unknown"


class Verdict(StrEnum):
    """What a validation comes to; incomplete: a class that was required could not be evaluated."""

    CONFORMS = "conforms"
    FAILS = "fails"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The alternative taken on one axis, and how it was chosen."""

    alternative: str
    how: Literal["named", "told", "assumed"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which standard was judged by.

    `digest` is the sha256 of its resolved form; `dialects` are by axis.
    """

    id: str
    version: str
    digest: str
    dialects: Mapping[str, Dialect] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


@dataclass(frozen=True, slots=True)
class Report:
    """What validating one path found.

    `path` is as the caller wrote it and stands in no JSON; `classes` says of each conformance class
    `evaluated` or why not; `counts` are rows by table; `findings` stand in the order of `in_order`.
    """

    path: str
    standard: Identity
    verdict: Verdict
    classes: Mapping[str, str]
    counts: Mapping[str, int]
    rules: Mapping[str, Tally]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    tool: str = field(default_factory=tool_version)

    def fails(self, at: Level = Level.MUST) -> bool:
        """Whether there is a finding of this level or a stronger one."""
        return any(STRENGTH[finding.level] <= STRENGTH[at] for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """What converting wrote, or why it wrote nothing.

    `source_path` and `target_path` are as the caller wrote them and stand in no JSON; `refused`
    lists the reasons where nothing may be written; `derived` counts values by the name of what made
    them (`annotation.box from polygons`); `ids` maps by table the source's ids to those written;
    `findings` are those of the output, judged by the target.
    """

    source_path: str
    target_path: str
    source: Identity
    target: Identity
    written: bool
    refused: tuple[str, ...] = ()
    files: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    derived: Mapping[str, int] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    tool: str = field(default_factory=tool_version)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A standard that detection looked at, with what speaks for it and against it."""

    id: str
    version: str
    evidence: tuple[str, ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class Detection:
    """What detection found: `chosen` is the id of the one standard that fits, else None."""

    candidates: tuple[Candidate, ...]
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A standard in the list of those known."""

    id: str
    version: str
    status: str
    title: str
    domain: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule in words: what it obliges to, why, an example that breaks it, what instead."""

    rule: str
    standard: str
    version: str
    level: Level
    class_name: str
    what: str
    why: str | None = None
    example: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One case of a standard, tried: `problems` says what came out other than expected."""

    standard: str
    case: str
    problems: tuple[str, ...] = ()


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by file, position, rule and object, the order of every report."""
    return tuple(sorted(findings, key=_position))


def _position(finding: Finding) -> tuple[str, int, int, str, str, str]:
    place = finding.location
    return (
        place.file,
        place.line or 0,
        place.column or 0,
        finding.rule,
        place.pointer or place.xpath or "",
        finding.object or "",
    )
