"""Judging the whole: groups, keys, counts and the dataset, from what the batches left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.environment import Environment, Rows
from annostd.findings import Finding, Location, Phase, Tally
from annostd.plan.gathers import naming_parts
from annostd.validators.derived import judge_derived
from annostd.validators.groups import (
    judge_dataset,
    judge_duplicates,
    judge_groups,
    judge_neighbours,
    judge_pairs,
    with_counts,
    with_namers,
    with_said,
)
from annostd.validators.messages import fault_message
from annostd.validators.rules import judge_gathered
from annostd.validators.structure import judge_unknown
from annostd.validators.summary import Judgement, Summary

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, RulePlan
    from annostd.validators.judge import Judge


def conclude(judge: Judge, summary: Summary) -> Judgement:
    """Judge what only the whole dataset shows."""
    findings: list[Finding] = []
    tallies: dict[str, Tally] = {}
    for rule in judge.rules.values():
        found, tally = _rule(judge, rule, summary)
        findings.extend(found)
        if tally is not None:
            tallies[rule.id] = tally
    tables = {source.name: source.table for source in judge.sources}
    findings.extend(judge_unknown(judge.placer, judge.rules, summary.unknown, tables))
    return Judgement(tuple(findings), Summary(tallies=tallies))


def completed(judge: Judge, summary: Summary, findings: tuple[Finding, ...]) -> dict[str, Tally]:
    """Fill in what generated rules let pass: the rows of their table less those that they found."""
    failed: dict[str, int] = {}
    for finding in findings:
        failed[finding.rule] = failed.get(finding.rule, 0) + 1
    tallies = dict(summary.tallies)
    for rule in judge.rules.values():
        judged = rule.id in summary.groups or rule.phase is Phase.MEDIA
        if rule.check is not None and not judged:
            bad = failed.get(rule.id, 0)
            skipped = tallies.get(rule.id, Tally()).skipped
            rest = summary.rows.get(rule.table or "", 0) - bad - skipped
            tallies[rule.id] = Tally(max(rest, 0), bad, skipped=skipped)
    return tallies


def _rule(judge: Judge, rule: RulePlan, summary: Summary) -> tuple[list[Finding], Tally | None]:
    if rule.check is None and rule.table is None:
        tally, text = judge_dataset(rule, summary.rows)
        return ([_at_root(rule, text)] if text is not None else []), tally
    frames = summary.groups.get(rule.id)
    if not frames:
        return [], None
    frame = pl.concat(frames, how="diagonal_relaxed") if len(frames) > 1 else frames[0]
    frame = with_said(with_namers(frame, rule, summary.groups), rule, summary.groups)
    if rule.check is not None:
        return _check(judge, rule, frame, summary)
    if rule.is_adjacent:
        tally, rows, messages = judge_neighbours(rule, frame, summary.rows)
    elif rule.pairs is not None:
        tally, rows, messages = judge_pairs(rule, frame, summary.rows)
    elif rule.per is None:
        return _rows(judge, rule, frame, summary)
    else:
        tally, rows, messages = judge_groups(rule, frame, summary.rows)
    return judge.placed(rule, rows, [(message, None, None) for message in messages]), tally


def _check(
    judge: Judge, rule: RulePlan, frame: pl.DataFrame, summary: Summary
) -> tuple[list[Finding], Tally]:
    table, column, fault = rule.check or ("", None, "")
    plan = judge.plan.tables[table].columns[column or ""]
    if fault == "duplicate":
        keys = [plan.name, *(n for n in judge.key_scope(table, plan) if n in frame.columns)]
        parts = naming_parts(judge.plan, table)
        tally, rows = judge_duplicates(frame, keys, parts)
        shown = _named(judge, plan, rows[plan.name]).cast(pl.String)
        texts = [(fault_message(rule.id, text, "once"), text, "once") for text in shown]
        path = None if plan.fields[0].startswith("{") else tuple(plan.fields[0].split("/"))
        return judge.placed(rule, rows, texts, path), tally
    environment = Environment(judge.plan, judge.forms, lambda _: None, summary.rows)
    tally, at, pairs = judge_derived(environment, Rows(table, frame), plan)
    return judge.differing(rule, frame[at], pairs), tally


def _named(judge: Judge, plan: ColumnPlan, values: pl.Series) -> pl.Series:
    """Give the keys of the rows that references name; other values as they are."""
    table, key = plan.refers or ("", "")
    rows = judge.assembler.table(table)
    return rows[key].gather(values) if rows is not None and key in rows.columns else values


def _rows(
    judge: Judge, rule: RulePlan, frame: pl.DataFrame, summary: Summary
) -> tuple[list[Finding], Tally]:
    """Judge a rule on rows that reads counts of rows of the whole dataset."""
    if frame.is_empty():
        return [], Tally()
    tally, broken = judge_gathered(rule, with_counts(frame, rule, summary.rows))
    if broken is None:
        return [], tally
    texts = [(message, None, None) for message in broken.messages]
    return judge.placed(rule, frame[broken.rows], texts), tally


def _at_root(rule: RulePlan, text: str) -> Finding:
    return Finding(rule.id, rule.level, rule.class_name, rule.phase, Location("."), text)
