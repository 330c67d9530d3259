"""Examples of rules as data: patches applied to a standard's example dataset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.standard.model import Example, Json

_TARGET = re.compile(r"([a-z][a-z0-9_]*)\[([0-9]+)\](?:\.([a-z][a-z0-9_]*))?")


def apply(base: Mapping[str, Json], example: Example) -> dict[str, list[dict[str, Json]]]:
    """Make the rows of an example: tables to rows.

    `set` assigns to `table[i].column`, `remove` takes out rows `table[i]` or values
    `table[i].column`, both counted as in `base`; `add` appends. Raises UsageError
    where `base` has no such row.
    """
    tables = {name: [dict(row) for row in _rows(rows)] for name, rows in base.items()}
    for target, value in example.set.items():
        row, column = _find(tables, target)
        if column is None:
            raise UsageError(f"'{target}' is a row, expected a column of one to set")
        row[column] = value
    gone = []
    for target in example.remove:
        row, column = _find(tables, target)
        if column is None:
            gone.append(id(row))
        else:
            row.pop(column, None)
    kept = {name: [row for row in rows if id(row) not in gone] for name, rows in tables.items()}
    for table, added in example.add:
        kept.setdefault(table, []).append(dict(added))
    return kept


def _find(
    tables: Mapping[str, list[dict[str, Json]]], target: str
) -> tuple[dict[str, Json], str | None]:
    found = _TARGET.fullmatch(target)
    if found is None:
        raise UsageError(f"'{target}' is no place, expected one such as media[0].width")
    table, index, column = found.groups()
    rows = tables.get(table, [])
    if int(index) >= len(rows):
        raise UsageError(f"there is no {table}[{index}], expected an index below {len(rows)}")
    return rows[int(index)], column


def _rows(value: Json) -> list[dict[str, Json]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]
