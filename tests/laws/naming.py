"""References in made data: which row a new one may name, and what the rows around it hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hypothesis import strategies as st

from annostd.plan.sources import walk
from tests.laws.captures import choices, claimed, is_name
from tests.laws.gathered import naming_part
from tests.laws.order import makers, sources
from tests.laws.values import is_captured

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, Plan, Source, Variant
    from tests.laws.strategies import Draft, Row


def hand_on(draft: Draft, table: str, row: Row) -> None:
    """Give a row of the example the references that the rows around it hand on to it."""
    for _, source in sources(draft.plan):
        if source.table != table or not isinstance(row.get(source.enclosing or ""), int):
            continue
        for plan in source.variants[0].columns:
            if plan.implied and plan.refers is not None and plan.name not in row:
                refer(None, draft, (source, source.variants[0]), plan, row)


def refer(
    draw: st.DrawFn | None,
    draft: Draft,
    place: tuple[Source, Variant],
    plan: ColumnPlan,
    row: Row,
) -> bool:
    """Choose the row that a reference names; tell whether there is one, if there has to be."""
    source, variant = place
    if plan.name in row:
        return True
    table = plan.refers[0] if plan.refers else ""
    if plan.implied or draw is None:
        through = row.get(source.enclosing or "")
        outer = draft.rows.get(_outer_table(source), [])
        if isinstance(through, int) and plan.name != source.enclosing and through < len(outer):
            row[plan.name] = outer[through].get(plan.name)
        return True
    part = naming_part(draft.plan, table)
    known = draft.rows.get(source.table, []) if plan.column.key else []
    once = {each.get(plan.name) for each in known}
    rows = _nameable(draft, source, plan, row)
    rows = [n for n in rows if n not in once]
    rows = [n for n in rows if part is None or draft.rows[table][n].get(part) is None]
    makes = [] if plan.column.create else makers(draft.plan, table)
    if makes:
        named = {cast("int", r[c]) for t, c in makes for r in draft.rows.get(t, []) if c in r}
        rows = sorted(named.intersection(rows))
    if is_captured(plan):
        key = plan.refers[1] if plan.refers else ""
        names = choices(source, variant, plan)
        rows = [n for n in rows if is_name(str(draft.rows[table][n].get(key)), names)]
    elif plan.refers is not None:
        key, names = plan.refers[1], choices(source, variant, plan)
        taken = claimed(draft.plan, source.table, plan.name)
        named_so = {n: draft.rows[table][n].get(key) for n in rows}
        rows = [n for n in rows if (named_so[n] in names if names else named_so[n] not in taken)]
    optional = plan.column.required is None and not is_captured(plan)
    if optional and (not rows or draw(st.booleans())):
        return True
    if not rows:
        return False
    row[plan.name] = draw(st.sampled_from(rows))
    return True


def _outer_table(source: Source) -> str:
    columns = (plan for variant in source.variants for plan in variant.columns)
    named = (plan.refers[0] for plan in columns if plan.name == source.enclosing and plan.refers)
    return next(named, "")


def _owner_of(plan: Plan, table: str) -> str | None:
    """Name the table of whose rows each has a file of its own that holds rows of a table."""
    roles = [file.file.of for file, source in sources(plan) if source.table == table]
    return next(iter(roles), None)


def _owned_by(draft: Draft, source: Source, row: Row, owner: str) -> object:
    """Give the row that the file of a row belongs to; of a row inside another that of this one."""
    if owner in row:
        return row[owner]
    outer = row.get(source.enclosing or "")
    around = draft.rows.get(_outer_table(source), [])
    return around[outer].get(owner) if isinstance(outer, int) else None


def _nameable(draft: Draft, source: Source, plan: ColumnPlan, row: Row) -> list[int]:
    """List the rows that a reference may name: those of the scope in which their key is unique."""
    table, key = plan.refers or ("", "")
    members = draft.rows.get(table, [])
    bound = draft.plan.tables[table].columns.get(key)
    scope = bound.column.key if bound is not None else False
    if not isinstance(scope, str) or scope == "file":
        owner = _owner_of(draft.plan, table) if scope == "file" else None
        if owner is None:
            return list(range(len(members)))
        mine = _owned_by(draft, source, row, owner)
        keyed = (n for n, each in enumerate(members) if each.get(key) is not None)
        return [n for n in keyed if members[n].get(owner) == mine]
    return [n for n, each in enumerate(members) if each.get(scope) == row.get(scope)]


def naming_carrier(plan: Plan, table: str) -> str:
    """Name the strictest carrier that names created rows of a table: as a token, or as any text."""
    tokens = (
        file.file.carrier
        for file in plan.files
        for source in walk(file.sources)  # joins name rows, too
        for variant in source.variants
        for column in variant.columns
        if column.column.create and column.refers is not None and column.refers[0] == table
        if source.template is not None and not is_captured(column)
    )
    return next(tokens, "xml")


def only_named(draft: Draft, table: str) -> None:
    """Leave out rows that exist only where another names them, and that none does."""
    bound = _naming(draft.plan, table)
    named = {row.get(column) for name, column in bound for row in draft.rows.get(name, [])}
    _keep(draft, table, [n for n in range(len(draft.rows[table])) if n in named])


def sort_rows(draft: Draft, source: Source) -> None:
    """Sort the rows of a table by the text that its standard says, as a writer does."""
    rows, column = draft.rows.get(source.table, []), source.sorted or ""
    plan = draft.plan.tables[source.table].columns[column]

    def text(number: int) -> str:
        value = rows[number][column]
        if plan.refers is not None:
            value = draft.rows[plan.refers[0]][cast("int", value)][plan.refers[1]]
        return str(value)

    _keep(draft, source.table, sorted(range(len(rows)), key=text))


def _naming(plan: Plan, table: str) -> list[tuple[str, str]]:
    """List the columns, by table and name, that name rows of a table."""
    return [
        (name, column.name)
        for name, bound in plan.tables.items()
        for column in bound.columns.values()
        if column.refers is not None and column.refers[0] == table
    ]


def _keep(draft: Draft, table: str, kept: list[int]) -> None:
    """Keep some rows of a table, in a new order, and what names them."""
    numbers = {old: new for new, old in enumerate(kept)}
    draft.rows[table] = [draft.rows[table][n] for n in kept]
    draft.homes[table] = [draft.homes[table][n] for n in kept]
    for name, column in _naming(draft.plan, table):
        for row in draft.rows.get(name, []):
            if column in row:
                row[column] = numbers[row[column]]  # type: ignore[index]
