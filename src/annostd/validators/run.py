"""Validating a dataset: batches as they are read, then what they left together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from annostd.columns.assemble import Assembler
from annostd.columns.gathering import gather
from annostd.findings import Phase, Tally
from annostd.validators.judge import Judge, plan_forms
from annostd.validators.media import NAMING, judge_media
from annostd.validators.parts import judge_role
from annostd.validators.summary import Summary, merge
from annostd.validators.whole import completed, conclude

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.bindings.document import Document
    from annostd.columns.assemble import Batch
    from annostd.findings import Finding
    from annostd.plan.model import FilePlan, RulePlan
    from annostd.validators.memory import Memory
    from annostd.validators.summary import Judgement


@dataclass(frozen=True, slots=True)
class Outcome:
    """All findings of a dataset, what was counted on the way, and why a class was not evaluated."""

    findings: tuple[Finding, ...]
    rows: Mapping[str, int]
    tallies: Mapping[str, Tally]
    unevaluated: Mapping[str, str] = field(default_factory=dict)


def validate(
    document: Document,
    rules: Mapping[str, RulePlan],
    progress: Callable[[int], None] | None = None,
    *,
    media_root: Path | None = None,
    memory: Memory | None = None,
) -> Outcome:
    """Read a dataset and judge it by `rules`, batch by batch, then its media.

    What `memory` knows of parts of it is not judged again.
    """
    plan = document.plan
    assembler = Assembler(plan, document.files, document.want, alone=document.single)
    judge = Judge(plan, document, rules, assembler)
    findings = list(document.findings)
    summaries: list[Summary] = []
    for judged in _judged(judge, document, memory):
        findings.extend(judged.findings)
        summaries.append(judged.summary)
        if progress is not None:
            progress(sum(judged.summary.rows.values()))
    findings, withdrawn = _withdrawn(assembler, findings)
    summary = merge([*summaries, Summary(tallies=withdrawn)])
    concluded = conclude(judge, summary)
    findings.extend(concluded.findings)
    unevaluated = dict(assembler.unresolved())
    summaries = [summary, concluded.summary]
    if any(rule.phase is Phase.MEDIA or rule.id in NAMING for rule in rules.values()):
        media = judge_media(judge.placer, document, rules, assembler.table("media"), media_root)
        findings.extend(media.findings)
        summaries.append(Summary(tallies=media.tallies))
        if media.reason is not None:
            unevaluated["media"] = media.reason
    total = merge(summaries)
    kept = tuple(f for f in findings if f.rule in rules or f.rule not in plan.rules)
    return Outcome(kept, total.rows, completed(judge, total, kept), unevaluated)


def _withdrawn(
    assembler: Assembler, findings: Sequence[Finding]
) -> tuple[list[Finding], dict[str, Tally]]:
    """Take findings back that hold no longer: a large file may prove broken at its very end."""
    kept: list[Finding] = []
    tallies: dict[str, Tally] = {}
    for finding in findings:
        if assembler.withdraw(finding.rule, finding.location.file):
            known = tallies.get(finding.rule, Tally())
            tallies[finding.rule] = known + Tally(failed=-1, skipped=1)
        else:
            kept.append(finding)
    return kept, tallies


def batches(assembler: Assembler, document: Document) -> Iterator[Batch]:
    """Yield the typed batches of a document, role by role in the plan's order.

    A role whose rows may name ones of its later files is one batch.
    """
    for file in document.plan.files:
        yield from _of_role(assembler, document, file)
    yield assembler.finish()


def _of_role(assembler: Assembler, document: Document, file: FilePlan) -> Iterator[Batch]:
    read = document.read(file)
    if assembler.needs_whole(file):
        parts = list(read)
        read = iter([gather(file, parts)] if parts else [])
    for raw in read:
        yield assembler.take(file, raw)


def _as_one(judge: Judge, document: Document, file: FilePlan) -> Iterator[Judgement]:
    """Judge the batches of a role as they come."""
    return map(judge.judge, _of_role(judge.assembler, document, file))


def _judged(judge: Judge, document: Document, memory: Memory | None) -> Iterator[Judgement]:
    """Judge role by role: its parts where they are read, or its batches as they come."""
    for file in document.plan.files:
        as_one = partial(_as_one, judge, document, file)
        yield from judge_role(judge, document, file, memory, as_one)
    yield judge.judge(judge.assembler.finish())


__all__ = ["Outcome", "batches", "plan_forms", "validate"]
