"""Written rules of a plan: expressions checked against the tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.errors import Fault, StandardError
from annostd.expressions import (
    BOOLEAN,
    NAMERS,
    NUMBER,
    SAID,
    ExpressionFault,
    Need,
    Type,
    Typed,
    check,
    parse,
    parse_message,
)
from annostd.findings import Phase
from annostd.plan.model import ColumnPlan, RulePlan
from annostd.plan.scope import TableScope, geometry_unit, group_need

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import Source
    from annostd.standard.model import Mark, Rule, Standard


def written_rules(
    standard: Standard, types: Mapping[str, Mapping[str, Type]], texts: frozenset[str]
) -> tuple[RulePlan, ...]:
    """Compile every written rule; raises StandardError with all that is wrong in them."""
    faults: list[Fault] = []
    rules = []
    for rule in standard.rules.values():
        try:
            rules.append(_compile(standard, rule, types, texts))
        except StandardError as error:
            faults.extend(error.faults)
    if faults:
        raise StandardError(faults)
    return tuple(rules)


def derived(
    standard: Standard, table: str, plan: ColumnPlan, types: Mapping[str, Mapping[str, Type]]
) -> ColumnPlan:
    """Give a column its compiled `derive` expression, if it has one."""
    text = plan.column.derive
    if text is None:
        return plan
    scope = TableScope(table, types, {}, frozenset())
    mark = _derive_mark(standard, plan)
    derive = _check(text, scope, mark)
    if any(need.measure == NAMERS for need in derive.needs):
        raise StandardError([_fault(mark, "'derive' counts the rows that name one, expected none")])
    if any(need.measure == SAID for need in derive.needs):
        message = "'derive' looks at a column of another table, expected none"
        raise StandardError([_fault(mark, message)])
    return replace(plan, derive=derive)


def creating(
    standard: Standard, source: Source, types: Mapping[str, Mapping[str, Type]]
) -> dict[str, Typed] | None:
    """Compile what an enclosing row is made of that a row of a source lacks (None: not made)."""
    table = standard.tables[source.table]
    names = [variant.name for variant in source.variants]
    rows = next((table.variants[name] for name in names if name is not None), table.rows)
    if rows.create is None or source.join is not None:
        return None
    scope = TableScope(source.table, types, {}, frozenset())
    return {name: _check(text, scope, rows.mark) for name, text in rows.create.items()}


def with_made(plan: ColumnPlan, table: str, types: Mapping[str, Mapping[str, Type]]) -> ColumnPlan:
    """Compile what the row is made of that a row of `table` names if it names none."""
    if plan.column.made is None:
        return plan
    scope = TableScope(table, types, {}, frozenset())
    mark = plan.column.mark
    made = {name: _check(text, scope, mark) for name, text in plan.column.made.items()}
    return replace(plan, made=made)


def _derive_mark(standard: Standard, plan: ColumnPlan) -> Mark:
    """Find where the expression of a column stands: below the key at the column's own mark."""
    here = plan.column.mark
    below = [(*path, "derive") for path, mark in standard.marks.items() if mark == here]
    found = [standard.marks[path] for path in below if path in standard.marks]
    return found[0] if found else replace(here, inset=None)


def check_expression(text: str, scope: TableScope, mark: Mark, expect: Type | None = None) -> Typed:
    """Parse and check one expression; raises StandardError at the place of the fault."""
    typed = _check(text, scope, mark)
    if expect is not None and typed.type.kind != expect.kind:
        message = f"the expression gives {typed.type.kind}, expected {expect.kind}"
        raise StandardError([_fault(mark, message)])
    return typed


def _compile(
    standard: Standard,
    rule: Rule,
    types: Mapping[str, Mapping[str, Type]],
    texts: frozenset[str],
) -> RulePlan:
    unit = geometry_unit(types.get(rule.table or "", {}))
    parameters = {p.name: p.values.get(unit, p.values.get(None)) for p in rule.parameters}
    known = {name: value for name, value in parameters.items() if value is not None}
    row = TableScope(rule.table, types, dict.fromkeys(known, NUMBER), texts)
    per, pairs = _groups(rule.per, row, rule), _groups(rule.pairs, row, rule)
    grouped = rule.per is not None or rule.table is None
    scope = replace(
        row,
        grouped=grouped,
        paired=pairs is not None,
        keys=frozenset(need.key for need in per or ()),
    )
    when = _part(standard, rule, "when", rule.when, row if grouped and rule.table else scope)
    require = _part(standard, rule, "require", rule.require, scope)
    message = _message(standard, rule, scope)
    typed = [part for part in (when, require, *message) if isinstance(part, Typed)]
    return RulePlan(
        id=rule.id,
        level=rule.level,
        class_name=rule.class_name,
        phase=Phase.SEMANTIC,
        table=rule.table,
        message=message,
        per=per,
        pairs=pairs,
        is_adjacent=rule.is_adjacent,
        when=when,
        require=require,
        parameters=known,
        needs=frozenset().union(*(part.needs for part in typed), per or (), pairs or ()),
        why=rule.why,
        clause=rule.clause,
    )


def _groups(
    names: tuple[str, ...] | None, scope: TableScope, rule: Rule
) -> tuple[Need, ...] | None:
    if names is None:
        return None
    needs = []
    for name in names:
        need = group_need(name, scope)
        if need is None:
            raise StandardError([_fault(rule.mark, f"the column {name!r} of the group is unknown")])
        needs.append(need)
    return tuple(needs)


def _part(
    standard: Standard, rule: Rule, key: str, text: str | None, scope: TableScope
) -> Typed | None:
    if text is None:
        return None
    mark = standard.marks.get(("rules", rule.id, key), rule.mark)
    return check_expression(text, scope, mark, BOOLEAN)


def _message(standard: Standard, rule: Rule, scope: TableScope) -> tuple[str | Typed, ...]:
    mark = standard.marks.get(("rules", rule.id, "message"), rule.mark)
    text = rule.message or f"expected {rule.require}"
    if rule.message is None:
        return (text,)
    return tuple(
        piece if isinstance(piece, str) else _check(piece[0], scope, mark, piece[1])
        for piece in parse_message(text)
    )


def _check(text: str, scope: TableScope, mark: Mark, offset: int = 0) -> Typed:
    try:
        return check(parse(text), scope)
    except ExpressionFault as fault:
        hint = f"; {fault.hint}" if fault.hint else ""
        place = mark.inside(offset + fault.offset)
        raise StandardError([_fault(place, f"{fault.message}{hint}")]) from fault


def _fault(mark: Mark, message: str) -> Fault:
    return Fault(mark.file, mark.line, mark.column, message)
