"""Telling dialects from data: by the files, by what `tell` asks, by what is at fault."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.findings import Finding, Level, Location, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.api.choice import How
    from annostd.bindings.document import Document
    from annostd.bindings.files import Walked
    from annostd.plan.model import Plan
    from annostd.standard import Standard
    from annostd.standard.model import Alternative


def tell_dialects(
    walked: Walked,
    standard: Standard,
    named: Mapping[str, str],
    sample: Callable[[Document], Document],
) -> dict[str, tuple[str, How]]:
    """Tell the alternative on every axis that is not named, and whether the data speak for it.

    Axes on which the files differ are told first, by the files that are there; then those with a
    `tell`, by what `sample` leaves of the data; the others by what is least at fault there.
    """
    from annostd.api.once import with_dialects

    told: dict[str, tuple[str, How]] = {}
    axes = [axis for axis in standard.dialects if axis not in named]
    for axis in sorted(axes, key=lambda axis: not _moves_files(standard, axis)):
        alternatives = standard.dialects[axis]
        so_far = {name: choice for name, (choice, _) in told.items()}
        current = with_dialects(standard, so_far)
        if len(alternatives) == 1:
            told[axis] = (alternatives[0].name, "assumed")
        elif _moves_files(standard, axis):
            told[axis] = _by_files(walked, current, axis)
        else:
            told[axis] = _by_data(walked, current, axis, sample)
    return told


def contradictions(walked: Walked, standard: Standard, named: Mapping[str, str]) -> list[Finding]:
    """Find dialects that were named although the data speak for another one."""
    from annostd.api.choice import sampled

    found = []
    for axis, name in named.items():
        for option in standard.dialects[axis]:
            if option.name == name or not option.tell:
                continue
            document = sampled(_opened(walked, standard, axis, option))
            if _speaks_for(document.plan, document, option):
                message = f"the dialect {name} was named, the data speak for {option.name}"
                place = Location(".")
                rule = "layout.dialect"
                found.append(Finding(rule, Level.SHOULD, "layout", Phase.IO, place, message))
    return found


def _moves_files(standard: Standard, axis: str) -> bool:
    from annostd.api.once import with_dialects

    if not any(option.files for option in standard.dialects[axis]):
        return False
    files = [
        {
            role: file.path
            for role, file in with_dialects(standard, {axis: option.name}).files.items()
        }
        for option in standard.dialects[axis]
    ]
    return any(other != files[0] for other in files)


def _by_files(walked: Walked, standard: Standard, axis: str) -> tuple[str, How]:
    """Choose by the files found: no role without any, and the most that rows are read from.

    One that is missing beside another of its own is a fault, and speaks against nothing.
    """
    from annostd.api.choice import open_plan
    from annostd.api.once import compile_placing, with_dialects
    from annostd.bindings.walk import ROOT_NAME

    best: tuple[str, int] | None = None
    ties = 0
    for option in standard.dialects[axis]:
        plan = compile_placing(with_dialects(standard, {axis: option.name}))
        document = open_plan(walked, plan)
        if any(
            finding.rule == "layout.missing" and finding.location.file == ROOT_NAME
            for finding in document.findings
        ):
            continue
        read = {plan.role for plan in document.plan.files if plan.sources}
        count = sum(file.role in read for file in document.files)
        if best is None or count > best[1]:
            best, ties = (option.name, count), 1
        elif count == best[1]:
            ties += 1
    if best is None:
        return standard.dialects[axis][0].name, "assumed"
    return best[0], "told" if ties == 1 else "assumed"


def _by_data(
    walked: Walked, standard: Standard, axis: str, sample: Callable[[Document], Document]
) -> tuple[str, How]:
    """Choose by a sample: what `tell` says, else what makes the fewest things malformed.

    An alternative that asks something of the data is not chosen where they do not say it.
    """
    options = standard.dialects[axis]
    for option in options:
        if option.tell:
            document = sample(_opened(walked, standard, axis, option))
            if _speaks_for(document.plan, document, option):
                return option.name, "told"
    options = tuple(option for option in options if not option.tell) or options[:1]
    if len(options) == 1:
        return options[0].name, "assumed"
    faults = {
        option.name: _structure_faults(sample(_opened(walked, standard, axis, option)))
        for option in options
    }
    fewest = min(faults.values())
    fitting = [name for name, count in faults.items() if count == fewest]
    return fitting[0], "told" if len(fitting) == 1 else "assumed"


def _opened(walked: Walked, standard: Standard, axis: str, option: Alternative) -> Document:
    from annostd.api.choice import open_plan
    from annostd.api.once import compile_reading, with_dialects

    plan = compile_reading(with_dialects(standard, {axis: option.name}))
    return open_plan(walked, plan)


def _speaks_for(plan: Plan, document: Document, option: Alternative) -> bool:
    """Evaluate `tell` over the rows of the sample."""
    import polars as pl

    from annostd.columns.assemble import Assembler
    from annostd.columns.environment import Environment, Rows
    from annostd.expressions import BOOLEAN, vectorise
    from annostd.plan.rules import check_expression
    from annostd.plan.scope import TableScope, text_constants
    from annostd.standard.model import Mark
    from annostd.validators.run import batches, plan_forms

    scopes = {
        table: TableScope(table, plan.types, {}, text_constants(plan.tables), grouped=True)
        for table in option.tell
    }
    typed = {
        table: check_expression(text, scopes[table], Mark(plan.standard.id, 1, 1), BOOLEAN)
        for table, text in option.tell.items()
    }
    frames: dict[str, list[pl.DataFrame]] = {table: [] for table in typed}
    for batch in batches(Assembler(plan, document.files), document):
        for table in typed:
            if table in batch.frames:
                frames[table].append(batch.frames[table])
    environment = Environment(plan, plan_forms(plan), lambda _: None, {})
    for table, expression in typed.items():
        if not frames[table]:
            continue
        rows = Rows(table, pl.concat(frames[table], how="diagonal_relaxed"))
        flat = environment.flatten(rows, expression.needs)
        if flat.select(vectorise(expression, {}).alias("t"))["t"][0] is True:
            return True
    return False


def _structure_faults(document: Document) -> tuple[int, int, int]:
    """Count the tables that cannot be read at all, whatever is malformed, what of it is unread."""
    from annostd.plan.want import want_for_rules
    from annostd.validators.run import validate

    rules = {
        name: rule
        for name, rule in document.plan.rules.items()
        if rule.phase in {Phase.IO, Phase.STRUCTURE}
    }
    document = replace(document, want=want_for_rules(document.plan, rules))
    found = validate(document, rules).findings
    faults = [finding.rule for finding in found if finding.level is Level.MUST]
    unread = sum(rule.rpartition(".")[0] in document.plan.tables for rule in faults)
    cells = sum(not rule.endswith(".sequence") for rule in faults)
    return unread, len(faults), cells
