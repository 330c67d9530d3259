"""Losses with their places: where in the source's files stands what does not survive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from annostd.api.tables import Dataset
    from annostd.columns.assemble import Batch
    from annostd.converters.model import Lost
    from annostd.findings import Finding, Loss

SHOWN = 10
_UNREAD = frozenset({"type", "value", "sequence", "length", "variant", "dangling"})


@dataclass(frozen=True, slots=True)
class Unread:
    """Cells or rows of which nothing was read; `rows` are the first of them."""

    rule: str
    count: int
    rows: pl.DataFrame


def unread_cells(batch: Batch) -> Iterator[Unread]:
    """Collect what could not be read of a batch."""
    for fault in batch.faults:
        if fault.rule.rpartition(".")[2] in _UNREAD:
            rows = batch.sources[fault.source][fault.rows.head(SHOWN)]
            yield Unread(fault.rule, len(fault.rows), rows)


def placed_losses(dataset: Dataset, losses: Sequence[Lost]) -> tuple[Loss, ...]:
    """Give each loss the places and the objects of its first rows."""
    return tuple(_placed(dataset, lost) for lost in losses)


def unread_losses(dataset: Dataset) -> tuple[Loss, ...]:
    """Tell what another standard cannot get: what was not read, and what is not declared."""
    return (*_cells(dataset), *_records(dataset.findings), *_undeclared(dataset))


def _placed(dataset: Dataset, lost: Lost) -> Loss:
    frame = dataset.tables.frames.get(lost.table)
    if not lost.rows or frame is None or "@source" not in frame.columns:
        return lost.loss
    # outlines stay out of this: taking rows of all columns together may copy each of them whole
    light = frame.select(name for name, dtype in frame.schema.items() if not dtype.is_nested())
    rows = [row for row in lost.rows if row < frame.height]  # others were made to be written
    return _with_places(dataset, lost.loss, lost.table, light[rows])


def _with_places(dataset: Dataset, loss: Loss, table: str, rows: pl.DataFrame) -> Loss:
    from annostd.findings import Level, Phase
    from annostd.plan.model import RulePlan
    from annostd.plan.sources import walk
    from annostd.validators.places import Placer

    document = dataset.opened.document
    sources = [source for file in document.plan.files for source in walk(file.sources)]
    placer = Placer(document, document.plan, sources)
    rule = RulePlan("", Level.MUST, "", Phase.SEMANTIC, table, ())
    found = placer.findings(rule, rows, [("", None, None)] * rows.height, None)
    objects = tuple(finding.object for finding in found if finding.object is not None)
    return replace(loss, places=tuple(finding.location for finding in found), objects=objects)


def _cells(dataset: Dataset) -> Iterator[Loss]:
    from annostd.findings import Loss, LossKind

    by_rule: dict[str, list[Unread]] = {}
    for unread in dataset.unread:
        by_rule.setdefault(unread.rule, []).append(unread)
    for rule, members in by_rule.items():
        count = sum(unread.count for unread in members)
        loss = Loss(LossKind.LOST, rule.rpartition(".")[0], "could not be read", count)
        yield _with_places(dataset, loss, rule.partition(".")[0], members[0].rows)


def _records(findings: Sequence[Finding]) -> Iterator[Loss]:
    """Count what was refused before it became a row: broken files, lines of no template."""
    from annostd.findings import Level, Loss, LossKind, Phase

    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.phase is Phase.IO and finding.level is Level.MUST:
            by_rule.setdefault(finding.rule, []).append(finding)
    for rule, members in by_rule.items():
        places = tuple(finding.location for finding in members[:SHOWN])
        yield Loss(LossKind.LOST, rule, "could not be read", len(members), places)


def _undeclared(dataset: Dataset) -> Iterator[Loss]:
    from annostd.findings import Loss, LossKind

    for (table, member), count in dataset.unknown.items():
        reason = "the source's standard does not declare it"
        yield Loss(LossKind.LOST, f"{table}.{member}", reason, count)
