"""Projections: what of a dataset a stage needs to have read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.gathers import gathered
from annostd.plan.model import Want
from annostd.plan.sources import walk
from annostd.tables.schema import GEOMETRIES, POINTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from annostd.expressions import Need
    from annostd.plan.model import ColumnPlan, Plan, RulePlan

VALUES = ""
PRESENCE = frozenset({"present"})
MEASURES = frozenset({"area", "bounds"})


def want_for_rules(plan: Plan, rules: Mapping[str, RulePlan]) -> Want:
    """Want every declared column, since each is checked; of geometries what rules measure."""
    measures = _measures(plan, rules)
    columns: dict[str, dict[str, frozenset[str]]] = {}
    for file in plan.files:
        for source in walk(file.sources):
            wanted = columns.setdefault(source.table, {})
            for variant in source.variants:
                for column in variant.columns:
                    parts = measures.get(source.table, {}).get(column.name, frozenset())
                    values = frozenset({VALUES})
                    wanted[column.name] = parts if column.type in GEOMETRIES else values
    return _with_gathered(plan, columns)


def _with_gathered(plan: Plan, columns: dict[str, dict[str, frozenset[str]]]) -> Want:
    """Want the values, too, of which others are gathered."""
    for _, _, gather in gathered(plan):
        wanted = columns.setdefault(gather.table, {})
        wanted[gather.column] = wanted.get(gather.column, frozenset()) - PRESENCE | {VALUES}
    return Want(columns)


def want_for_conversion(source: Plan, target: Plan) -> Want:
    """Want what the target can say; of geometries that it cannot hold what others are derived from.

    A geometry that only counts as a loss is wanted as mere presence.
    """
    if source.standard.id == target.standard.id:
        return Want(everything=True)
    columns: dict[str, dict[str, frozenset[str]]] = {}
    for table in source.tables.values():
        wanted = columns.setdefault(table.name, {})
        for column in table.columns.values():
            shaped = column.type in GEOMETRIES
            parts = _parts(source, target, table.name, column) if shaped else frozenset({VALUES})
            wanted[column.name] = parts
    return _with_gathered(source, columns)


def _parts(source: Plan, target: Plan, table: str, column: ColumnPlan) -> frozenset[str]:
    bound = target.tables[table].columns if table in target.tables else {}
    if column.name in bound:
        return MEASURES | {VALUES}
    derived = any(
        other.derive is not None
        and other.type in GEOMETRIES
        and not _is_always_there(source, table, other.name)
        for other in bound.values()
    )
    return MEASURES if derived else PRESENCE


def _is_always_there(plan: Plan, table: str, name: str) -> bool:
    """Tell whether every kind of row of a table has to have a column."""
    variants = [
        variant
        for file in plan.files
        for source in walk(file.sources)
        if source.table == table and source.join is None
        for variant in source.variants
    ]
    return all(
        any(column.name == name and column.column.required for column in variant.columns)
        for variant in variants
    )


def _measures(plan: Plan, rules: Mapping[str, RulePlan]) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for rule in rules.values():
        for need in _needs(plan, rule):
            table = _table(plan, rule.table or "", need)
            for column in _columns(plan, table, need):
                known = found.setdefault(table, {}).get(column, frozenset())
                part = _part(plan, table, column, need)
                found[table][column] = known | {part} if part is not None else known
    return found


def _part(plan: Plan, table: str, column: str, need: Need) -> str | None:
    """Tell what of a column is needed; what is said of each point is among its values."""
    kind = plan.types.get(table, {}).get(column)
    is_pointed = kind is not None and kind.kind in POINTED
    if need.measure == "native" and need.part is None:
        return VALUES
    return VALUES if is_pointed and need.measure is None and need.part else need.measure


def _needs(plan: Plan, rule: RulePlan) -> Iterable[Need]:
    if rule.check is None:
        return rule.needs
    table, column, fault = rule.check
    bound = plan.tables[table].columns.get(column or "") if table in plan.tables else None
    if fault != "differs" or bound is None or bound.derive is None:
        return ()
    return bound.derive.needs


def _table(plan: Plan, table: str, need: Need) -> str:
    """Follow the references of a need to the table that holds its column."""
    for step in need.path[:-1]:
        kind = plan.types.get(table, {}).get(step)
        table = (kind.table if kind is not None else None) or ""
    return table


def _columns(plan: Plan, table: str, need: Need) -> list[str]:
    types = plan.types.get(table, {})
    if need.path[-1] == "shape" and need.measure is not None:
        return [name for name, kind in types.items() if kind.kind in GEOMETRIES]
    return [need.path[-1]]
