"""Judging one batch: an ordered tuple of checks that give findings, tallies, rows for later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annostd.columns.environment import Environment, Rows
from annostd.expressions import NAMERS, SAID, WHOLE
from annostd.findings import Tally
from annostd.plan.gathers import naming_parts
from annostd.plan.sources import walk
from annostd.validators.derived import judge_derived
from annostd.validators.groups import gather_rows
from annostd.validators.messages import fault_message
from annostd.validators.offsets import file_habits
from annostd.validators.places import Placer, pointed
from annostd.validators.rules import judge_rows
from annostd.validators.structure import gather_unknown, judge_cells
from annostd.validators.summary import Judgement, Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from annostd.bindings.document import Document
    from annostd.columns.assemble import Assembler, Batch
    from annostd.expressions import Need
    from annostd.findings import Finding
    from annostd.plan.model import ColumnPlan, Plan, RulePlan
    from annostd.tables.geometry.forms import Form

Texts = "Sequence[tuple[str, str | None, str | None]]"


@dataclass(slots=True)
class Found:
    """What one check found in a batch."""

    findings: list[Finding] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    groups: dict[str, pl.DataFrame] = field(default_factory=dict)


class Judge:
    """Judges batches of one dataset by the rules of one plan."""

    def __init__(
        self,
        plan: Plan,
        document: Document,
        rules: Mapping[str, RulePlan],
        assembler: Assembler,
    ) -> None:
        self.plan = plan
        self.rules = rules
        self.assembler = assembler
        self.sources = [source for file in plan.files for source in walk(file.sources)]
        self.placer = Placer(document, plan, self.sources)
        self.forms = plan_forms(plan)

    def judge(self, batch: Batch) -> Judgement:
        """Judge what one batch shows by itself; the summary is for the whole."""
        findings = list(batch.findings)
        tallies: dict[str, Tally] = {}
        groups: dict[str, tuple[pl.DataFrame, ...]] = {}
        for check in CHECKS:
            found = check(self, batch)
            findings.extend(found.findings)
            for rule, tally in found.tallies.items():
                tallies[rule] = tallies.get(rule, Tally()) + tally
            for rule, frame in found.groups.items():
                groups[rule] = (*groups.get(rule, ()), frame)
        rows = {table: frame.height for table, frame in batch.frames.items()}
        return Judgement(tuple(findings), Summary(rows, tallies, groups, gather_unknown(batch)))

    def environment(self, batch: Batch) -> Environment:
        """Make the environment of a batch's rules."""

        def rows(table: str) -> Rows | None:
            if table in batch.frames and table not in self.assembler.kept:
                return batch_rows(batch, table)
            whole = self.assembler.table(table)
            return Rows(table, whole) if whole is not None else None

        return Environment(self.plan, self.forms, rows, {})

    def keys(self, table: str) -> Iterator[tuple[RulePlan, ColumnPlan, list[str]]]:
        """Yield the key columns of a table with the rule on each, and the columns of its scope."""
        for rule, plan in self._columns(table, "duplicate"):
            yield rule, plan, self.key_scope(table, plan)

    def redundant(self, table: str) -> Iterator[tuple[RulePlan, ColumnPlan]]:
        """Yield the columns of a table whose value is also derived, with the rule on each."""
        for rule, plan in self._columns(table, "differs"):
            if plan.derive is not None:
                yield rule, plan

    def key_scope(self, table: str, plan: ColumnPlan) -> list[str]:
        """Name the columns within whose values a key is unique."""
        key = plan.column.key
        parts = naming_parts(self.plan, table)
        apart = [parts] if parts is not None else []
        shared = any(source.shared for source in self.sources if source.table == table)
        if key == "file" or shared:
            return ["@file", *apart]
        return [key, *apart] if isinstance(key, str) else apart

    def placed(
        self,
        rule: RulePlan,
        rows: pl.DataFrame,
        texts: Sequence[tuple[str, str | None, str | None]],
        path: tuple[str, ...] | None = None,
    ) -> list[Finding]:
        """Make findings of rows; without a path each source tells which value the rule is about."""
        if rows.is_empty():
            return []
        if path is not None or "@source" not in rows.columns:
            return self.placer.findings(rule, rows, texts, path)
        findings: list[Finding] = []
        for number in rows["@source"].unique(maintain_order=True):
            mine = rows["@source"].eq_missing(number)
            said = [text for text, own in zip(texts, mine, strict=True) if own]
            where = pointed(rule, self.sources[number]) if number is not None else None
            findings.extend(self.placer.findings(rule, rows.filter(mine), said, where))
        return findings

    def differing(
        self,
        rule: RulePlan,
        rows: pl.DataFrame,
        texts: Sequence[tuple[str, str]],
        habits: Mapping[int, str] | None = None,
    ) -> list[Finding]:
        """Make findings of rows whose value differs from the derived one.

        `habits` say of files, by number, what all that differs in them has in common.
        """
        files: list[int] = rows["@file"].to_list() if habits else [-1] * rows.height
        told = {n: f"; over the file {words}" for n, words in (habits or {}).items()}
        common = [told.get(n, "") for n in files]
        said = [
            (fault_message(rule.id, here, there) + more, here, there)
            for (here, there), more in zip(texts, common, strict=True)
        ]
        table, column, _ = rule.check or ("", None, "")
        fields = self.plan.tables[table].columns[column or ""].fields
        return self.placed(
            rule, rows, said, tuple(fields[0].split("/")) if len(fields) == 1 else None
        )

    def _columns(self, table: str, fault: str) -> Iterator[tuple[RulePlan, ColumnPlan]]:
        columns = self.plan.tables[table].columns if table in self.plan.tables else {}
        for plan in columns.values():
            rule = self.rules.get(f"{table}.{plan.name}.{fault}")
            if rule is not None:
                yield rule, plan


def plan_forms(plan: Plan) -> dict[str, dict[str, Form]]:
    """Collect the form of every geometry column."""
    return {
        table.name: {c.name: c.form for c in table.columns.values() if c.form is not None}
        for table in plan.tables.values()
    }


def batch_rows(batch: Batch, table: str) -> Rows:
    """Give the rows of a table in a batch."""
    frame = batch.frames[table]
    start = frame["@row"][0] if frame.height and "@row" in frame.columns else 0
    return Rows(table, frame, start)


def is_global(rule: RulePlan) -> bool:
    """Tell whether a written rule on a table has to see rows of several batches together."""
    if rule.check is not None or rule.table is None:
        return False
    return rule.per is not None or rule.pairs is not None or reads_whole(rule.needs)


def is_local(rule: RulePlan) -> bool:
    """Tell whether a rule is a written one, judged row by row."""
    return rule.check is None and rule.table is not None and not is_global(rule)


def reads_whole(needs: Iterable[Need]) -> bool:
    """Tell whether any need is of what only the whole dataset shows."""
    return any(need.measure in WHOLE for need in needs)


def _check_cells(judge: Judge, batch: Batch) -> Found:
    findings, tallies = judge_cells(judge.placer, judge.rules, batch)
    return Found(findings, tallies)


def _check_rules(judge: Judge, batch: Batch) -> Found:
    found = Found()
    environment = judge.environment(batch)
    for table in batch.frames:
        rows = batch_rows(batch, table)
        local = [rule for rule in judge.rules.values() if rule.table == table and is_local(rule)]
        for rule, tally, broken in judge_rows(environment, rows, local):
            found.tallies[rule.id] = tally
            if broken is not None:
                texts = [(message, None, None) for message in broken.messages]
                found.findings.extend(judge.placed(rule, rows.frame[broken.rows], texts))
    return found


def _check_derived(judge: Judge, batch: Batch) -> Found:
    found = Found()
    environment = judge.environment(batch)
    for table, frame in batch.frames.items():
        for rule, plan in judge.redundant(table):
            if plan.derive is None or plan.name not in _columns_of(frame, plan):
                continue
            if reads_whole(plan.derive.needs):
                found.groups[rule.id] = frame
                continue
            rows = batch_rows(batch, table)
            found.tallies[rule.id], at, texts = judge_derived(environment, rows, plan)
            habits = file_habits(environment, rows, plan) if texts else {}
            found.findings.extend(judge.differing(rule, frame[at], texts, habits))
    return found


def _columns_of(frame: pl.DataFrame, plan: ColumnPlan) -> set[str]:
    """Name the columns that a frame has; a geometry is there where its presence is known."""
    return {*frame.columns, *([plan.name] if f"present({plan.name})" in frame.columns else [])}


def _gather_groups(judge: Judge, batch: Batch) -> Found:
    found = Found()
    environment = judge.environment(batch)
    for table in batch.frames:
        rows = batch_rows(batch, table)
        for rule in judge.rules.values():
            if rule.table == table and is_global(rule):
                found.groups[rule.id], found.tallies[rule.id] = gather_rows(environment, rows, rule)
    return found


def _gather_elsewhere(judge: Judge, batch: Batch) -> Found:
    found = Found()
    needs = (need for rule in judge.rules.values() for need in rule.needs)
    for need in {need for need in needs if need.measure in {NAMERS, SAID}}:
        table, column = need.path
        frame = batch.frames.get(table)
        if frame is not None and column in frame.columns:
            named = frame.select(column)
            found.groups[need.key] = named if need.measure == NAMERS else named.unique()
    return found


def _gather_keys(judge: Judge, batch: Batch) -> Found:
    found = Found()
    for table, frame in batch.frames.items():
        if "@source" not in frame.columns:
            continue
        for rule, plan, scope in judge.keys(table):
            if plan.name in frame.columns:
                known = [name for name in scope if name in frame.columns]
                places = [n for n in frame.columns if n in _PLACES and _says(frame[n])]
                names = [plan.name, *known, *places]
                found.groups[rule.id] = frame.select(list(dict.fromkeys(names)))
    return found


def _says(values: pl.Series) -> bool:
    """Tell whether a column says anything: one that does not needs no memory until the end."""
    return values.null_count() < len(values)


_PLACES = ("@file", "@start", "@end", "@index", "@path", "@source", "@row")
CHECKS: tuple[Callable[[Judge, Batch], Found], ...] = (
    _check_cells,
    _check_rules,
    _check_derived,
    _gather_groups,
    _gather_elsewhere,
    _gather_keys,
)
