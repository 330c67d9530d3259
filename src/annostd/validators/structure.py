"""Findings of what decoding met: faulty, missing and dangling cells, undeclared members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.trees import unescape
from annostd.findings import Tally
from annostd.validators.messages import fault_message
from annostd.validators.summary import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.columns.assemble import Batch
    from annostd.columns.faults import CellFaults
    from annostd.findings import Finding
    from annostd.plan.model import RulePlan
    from annostd.validators.places import Placer


def judge_cells(
    placer: Placer, rules: Mapping[str, RulePlan], batch: Batch
) -> tuple[list[Finding], dict[str, Tally]]:
    """Make findings of the faulty cells of a batch, with the count of each rule."""
    findings: list[Finding] = []
    tallies: dict[str, Tally] = {}
    for fault in batch.faults:
        rule = rules.get(fault.rule)
        if rule is not None:
            rows = batch.sources[fault.source][fault.rows]
            findings.extend(placer.findings(rule, rows, _texts(fault), fault.path))
            tallies[rule.id] = tallies.get(rule.id, Tally()) + Tally(failed=len(fault.rows))
    for name, count in batch.unjudged.items():
        if name in rules:
            tallies[name] = tallies.get(name, Tally()) + Tally(skipped=count)
    return findings, tallies


def gather_unknown(batch: Batch) -> dict[tuple[str, str], Unknown]:
    """Collect the undeclared members of a batch, with the first place of each."""
    found: dict[tuple[str, str], Unknown] = {}
    for name, path, count, row in batch.unknown:
        frame = batch.sources.get(name)
        if frame is not None and frame.height > row:
            found[name, path] = Unknown(count, frame[row : row + 1])
        else:
            found[name, path] = Unknown(count, _no_place())
    return found


def judge_unknown(
    placer: Placer,
    rules: Mapping[str, RulePlan],
    unknown: Mapping[tuple[str, str], Unknown],
    tables: Mapping[str, str],
) -> list[Finding]:
    """Make a finding for each kind of undeclared member; `tables` is by source."""
    findings: list[Finding] = []
    for (name, path), member in unknown.items():
        rule = rules.get(f"{tables.get(name, name)}.unknown-key")
        if rule is not None:
            times = f", {member.count} times" if member.count > 1 else ""
            steps = tuple(unescape(step) for step in path.split("/"))
            shown = "/".join(steps)
            message = f"{shown} is not declared by the standard{times}; it is kept"
            where = steps if "@source" in member.first.columns else None
            findings.extend(placer.findings(rule, member.first, [(message, shown, None)], where))
    return findings


def _texts(fault: CellFaults) -> list[tuple[str, str | None, str | None]]:
    actual: pl.Series | list[None] = (
        fault.actual if fault.actual is not None else [None] * len(fault.rows)
    )
    return [
        (
            fault_message(fault.rule, text, fault.expected, inside=fault.inside),
            text,
            fault.expected,
        )
        for text in actual
    ]


def _no_place() -> pl.DataFrame:
    return pl.DataFrame({"@file": [None]})
