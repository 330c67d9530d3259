"""The page of the canonical tables: what a label means, free of any format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.generators.markdown import code, codes, head, page, sentence, table, text
from annostd.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.tables.schema import CanonicalColumn

_HEAD = ("column", "type", "unit", "meaning", "neutral", "values")
_ABOUT = """\
Every standard is read into these tables and written from them: a column means the same in each of
them, and only these columns travel from one standard to another. A standard declares those that
its files hold, and columns of its own besides, which are judged, kept and written back, but go
nowhere else.

- A value that is *missing* is neither zero nor empty.
- A *neutral* value leaves the meaning of a row alone. A row with another one is not written where
  the target cannot say it: that is a loss, counted and told. One with a *tame* value is
  written all the same, and only the value is lost.
- A *reference* names a row of another table; it is resolved once.
- Geometry keeps the numbers of its source. Its meaning is always: x to the right, y down, (0, 0)
  the outer corner of the first pixel, the end excluded.
"""


def tables_page() -> str:
    """Write the page, as Markdown."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield from head("The canonical tables", _ABOUT)
    for name, columns in TABLES.items():
        yield f"## {code(name)}"
        yield ""
        yield from table(_HEAD, (_row(column) for column in columns.values()))


def _row(column: CanonicalColumn) -> tuple[str, ...]:
    kind = f"→ {code(column.table)}" if column.table else column.type
    neutral = "" if column.neutral is None else code(str(column.neutral).lower())
    if column.tame:
        neutral += f", tame {codes(column.tame)}"
    meaning = sentence(column.doc)
    if column.fallback:
        meaning += f" Where a source has none: {code(column.fallback)}."
    return (
        code(column.name),
        kind,
        text(column.unit or ""),
        meaning,
        neutral,
        codes(column.values),
    )
