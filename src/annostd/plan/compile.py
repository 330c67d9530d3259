"""Compile a standard to a plan: an ordered tuple of passes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from annostd.plan.agreement import (
    check_columns,
    check_created,
    check_nesting,
    check_order,
    check_records,
    check_rows,
    check_texts,
)
from annostd.plan.columns import column_plan, constant_column
from annostd.plan.division_checks import check_divisions
from annostd.plan.gathers import held_forms, with_gathers, with_held_forms
from annostd.plan.generated import generated_rules
from annostd.plan.model import FilePlan, Plan, RulePlan, Source, TablePlan
from annostd.plan.order import order_files
from annostd.plan.possible import can_fail
from annostd.plan.rules import creating, derived, with_made, written_rules
from annostd.plan.scope import table_types, text_constants
from annostd.plan.sources import compile_sources, walk
from annostd.plan.support import refuse_unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from annostd.expressions import Type
    from annostd.plan.model import ColumnPlan
    from annostd.standard.model import Standard


@dataclass(slots=True)
class _Draft:
    """A plan in the making; each pass adds what it knows."""

    standard: Standard
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    files: tuple[FilePlan, ...] = ()
    tables: dict[str, TablePlan] = field(default_factory=dict)
    types: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    rules: dict[str, RulePlan] = field(default_factory=dict)


def compile_plan(standard: Standard) -> Plan:
    """Compile a standard; raises StandardError where it does not hold together."""
    return _compiled(_Draft(standard), PASSES)


def compile_reading(standard: Standard) -> Plan:
    """Compile what reading needs: a plan with the generated rules only, none that is written.

    Raises StandardError where the standard does not hold together.
    """
    return _compiled(_Draft(standard), READING)


def compile_placing(standard: Standard) -> Plan:
    """Compile what finding files needs: a plan of its files alone, their order not checked.

    Raises StandardError where their parts do not hold together.
    """
    return _compiled(_Draft(standard), PLACING)


def with_written(reading: Plan) -> Plan:
    """Give a plan compiled for reading its written rules. Raises StandardError where one fails."""
    draft = _Draft(reading.standard, {}, reading.files, dict(reading.tables), reading.types)
    draft.rules.update(reading.rules)
    return _compiled(draft, WRITTEN)


def _compiled(draft: _Draft, passes: Sequence[Callable[[_Draft], None]]) -> Plan:
    for compile_pass in passes:
        compile_pass(draft)
    return Plan(draft.standard, draft.files, draft.tables, draft.rules, draft.types)


def _refuse(draft: _Draft) -> None:
    refuse_unsupported(draft.standard)


def _place(draft: _Draft) -> None:
    placed = compile_sources(draft.standard)
    held = held_forms(source for members in placed.values() for source in walk(members))
    draft.sources = {
        role: tuple(with_held_forms(source, held) for source in members)
        for role, members in placed.items()
    }
    every = [source for members in draft.sources.values() for source in walk(members)]
    check_columns(every)
    check_created(every)
    check_records(draft.standard, draft.sources)
    check_rows(draft.standard, draft.sources)
    check_divisions(draft.standard, draft.sources)
    carriers = {role: file.carrier for role, file in draft.standard.files.items()}
    check_texts(every, carriers)
    check_nesting(every, carriers)


def _tabulate(draft: _Draft) -> None:
    for name, table in draft.standard.tables.items():
        found = [s for role in draft.sources.values() for s in walk(role) if s.table == name]
        columns: dict[str, ColumnPlan] = {}
        for source in found:
            for variant in source.variants:
                for plan in variant.columns:
                    known = columns.get(plan.name)
                    if known is None or (known.implied and not plan.implied):
                        columns[plan.name] = plan
        for plan in _unplaced(draft, name):
            columns.setdefault(plan.name, plan)
        created = _created(draft, name)
        draft.tables[name] = TablePlan(
            name, columns, tuple(source.name for source in found), created, table.fixed
        )


def _unplaced(draft: _Draft, name: str) -> Sequence[ColumnPlan]:
    table = draft.standard.tables[name]
    rows = table.rows
    said = {row_name: value for row in reversed(table.fixed) for row_name, value in row.items()}
    declared = [column_plan(draft.standard, name, column) for column in rows.columns.values()]
    fixed = [constant_column(name, each, rows.mark, value) for each, value in said.items()]
    return [*declared, *(replace(column, implied=False) for column in fixed)]


def _created(draft: _Draft, name: str) -> str | None:
    """Tell the column by which rows of a table exist because they are named."""
    for role in draft.sources.values():
        for source in walk(role):
            for variant in source.variants:
                for plan in variant.columns:
                    if plan.column.create and plan.refers is not None and plan.refers[0] == name:
                        return plan.refers[1]
    return None


def _gather(draft: _Draft) -> None:
    draft.sources = {
        role: tuple(with_gathers(source, draft.tables) for source in sources)
        for role, sources in draft.sources.items()
    }
    _tabulate(draft)


def _type(draft: _Draft) -> None:
    draft.types = table_types(draft.tables)


def _derive(draft: _Draft) -> None:
    def with_derived(source: Source) -> Source:
        variants = tuple(
            replace(
                variant,
                columns=tuple(
                    with_made(
                        derived(draft.standard, source.table, plan, draft.types),
                        source.table,
                        draft.types,
                    )
                    for plan in variant.columns
                ),
            )
            for variant in source.variants
        )
        children = tuple(with_derived(child) for child in source.children)
        create = creating(draft.standard, source, draft.types)
        return replace(source, variants=variants, children=children, create=create)

    draft.sources = {
        role: tuple(with_derived(source) for source in sources)
        for role, sources in draft.sources.items()
    }
    _tabulate(draft)


def _order(draft: _Draft) -> None:
    draft.files = order_files(draft.standard, draft.sources)


def _check_order(draft: _Draft) -> None:
    check_order(draft.files)


def _generate(draft: _Draft) -> None:
    axes = draft.standard.dialects.values()
    is_told = any(option.tell for options in axes for option in options)
    for rule in generated_rules(draft.files, draft.tables, is_told=is_told):
        if can_fail(rule, draft.files):
            draft.rules.setdefault(rule.id, rule)


def _oblige(draft: _Draft) -> None:
    texts = text_constants(draft.tables)
    for rule in written_rules(draft.standard, draft.types, texts):
        draft.rules[rule.id] = rule


PLACING: tuple[Callable[[_Draft], None], ...] = (_refuse, _place, _order)
READING: tuple[Callable[[_Draft], None], ...] = (
    _refuse,
    _place,
    _tabulate,
    _gather,
    _type,
    _derive,
    _order,
    _check_order,
    _generate,
)
WRITTEN: tuple[Callable[[_Draft], None], ...] = (_oblige,)
PASSES: tuple[Callable[[_Draft], None], ...] = (*READING, *WRITTEN)
