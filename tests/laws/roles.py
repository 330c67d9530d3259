"""The files of a dataset with the carrier of the role that each plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.api.choice import open_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annostd.plan.model import Plan
    from tests.laws.strategies import Draft


def carriers_of(folder: Path, plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield the files that play a role, with their carrier, in the order of their names."""
    document = open_plan(folder, plan)
    files = {file.path: file.role for file in document.files if file.exists}
    carriers = {file.role: file.file.carrier for file in plan.files}
    for path, role in sorted(files.items()):
        yield folder / path, carriers[role]


def only_named(draft: Draft, table: str) -> None:
    """Leave out rows that exist only where another names them, and that none does."""
    bound = [
        (name, column.name)
        for name, plan in draft.plan.tables.items()
        for column in plan.columns.values()
        if column.refers is not None and column.refers[0] == table
    ]
    named = {row.get(column) for name, column in bound for row in draft.rows.get(name, [])}
    kept = [n for n in range(len(draft.rows[table])) if n in named]
    numbers = {old: new for new, old in enumerate(kept)}
    draft.rows[table] = [draft.rows[table][n] for n in kept]
    draft.homes[table] = [draft.homes[table][n] for n in kept]
    for name, column in bound:
        for row in draft.rows.get(name, []):
            if column in row:
                row[column] = numbers[row[column]]  # type: ignore[index]
