"""What judging leaves behind: tallies, and the rows that only the whole dataset can judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annostd.findings import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from annostd.columns.gain import Gain
    from annostd.findings import Finding


@dataclass(frozen=True, slots=True)
class Unknown:
    """An undeclared member: how often it was met, and a frame with the place of the first."""

    count: int
    first: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Summary:
    """The mergeable part of judging a batch.

    `rows` counts the rows of each table, `tallies` each rule's outcomes; `groups` holds for each
    rule over groups the rows that it has to see together: their keys, inputs and places.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    groups: Mapping[str, tuple[pl.DataFrame, ...]] = field(default_factory=dict)
    unknown: Mapping[tuple[str, str], Unknown] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of one batch and its summary."""

    findings: tuple[Finding, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging a part found, and what its rows add to what is known."""

    judgement: Judgement
    gain: Gain


def merge(summaries: Iterable[Summary]) -> Summary:
    """Merge summaries; the order of batches is kept, the grouping does not matter."""
    rows: dict[str, int] = {}
    tallies: dict[str, Tally] = {}
    groups: dict[str, list[pl.DataFrame]] = {}
    unknown: dict[tuple[str, str], Unknown] = {}
    for summary in summaries:
        for table, count in summary.rows.items():
            rows[table] = rows.get(table, 0) + count
        for rule, tally in summary.tallies.items():
            tallies[rule] = tallies.get(rule, Tally()) + tally
        for rule, frames in summary.groups.items():
            groups.setdefault(rule, []).extend(frames)
        for key, member in summary.unknown.items():
            known = unknown.get(key)
            unknown[key] = Unknown(known.count + member.count, known.first) if known else member
    together = {rule: tuple(frames) for rule, frames in groups.items()}
    return Summary(rows, tallies, together, unknown)
