"""Values that are gone and that other values of the target give back."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from annostd.tables.schema import TABLES

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, Plan
    from tests.laws.told_apart import Row


def is_union(rows: list[Row], old: Row, new: Row) -> bool:
    """Tell whether all the splits that are gone hold just what other splits hold together."""
    members: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for name in cast("list[str] | None", row.get("split")) or ():
            members.setdefault(name, set()).add(number)
    was, now = (set(cast("list[str] | None", row.get("split")) or ()) for row in (old, new))
    parts = {name: [m for m in members.values() if m < members[name]] for name in was - now}
    return all(len(p) > 1 and set().union(*p) == members[name] for name, p in parts.items())


def is_shelved(plan: Plan, column: ColumnPlan) -> bool:
    """Tell whether a column numbers files of so many rows each."""
    captures = (pair for file in plan.files for pair in file.file.captures.items())
    return any(each.rows and f"{{{name}}}" in column.fields for name, each in captures)


def is_counted(column: ColumnPlan) -> bool:
    """Tell whether a column is derived by counting rows."""
    needs = column.derive.needs if column.derive is not None else ()
    return bool(needs) and all(need.measure == "count" for need in needs)


def is_ordinal(column: ColumnPlan, rows: list[Row]) -> bool:
    """Tell whether all the values of a column are what numbering rows gives."""
    if "{n" not in (column.column.generate or ""):
        return False
    every = [str(row.get(column.name)) for row in rows]
    return every == [_numbered(column, n) for n in range(len(every))]


def falls_back(table: str, column: ColumnPlan, rows: tuple[Row, Row]) -> bool:
    """Tell whether what the canonical table says of absence gives a value back."""
    canonical = TABLES.get(table, {}).get(column.name)
    if canonical is None or canonical.fallback is None:
        return False
    value, new = rows[0][column.name], rows[1]
    if canonical.fallback == "stem(path)":
        path = new.get("path")
        return path is not None and PurePosixPath(str(path)).stem == value
    return new.get(canonical.fallback) == value


def _numbered(column: ColumnPlan, number: int) -> str:
    template = column.column.generate or ""
    return template.replace("{n}", str(number + 1)).replace("{n0}", str(number))
