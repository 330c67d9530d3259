"""What the language can say and this engine cannot do yet: refused, never ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.errors import Fault, StandardError
from annostd.plan.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.standard.model import Column, Mark, Rows, Standard, Table

CARRIERS = frozenset(
    {"json", "jsonl", "yaml", "xml", "lines", "text", "tokens", "image", "parquet"}
)
_COLUMN_KEYS = ("holes", "closed", "pivot", "through", "file", "pack", "text")
_ROW_KEYS = ("comment",)
WORLDLY = ("axes", "point")
"""Conventions that only the world has."""
_FILE_KEYS = ("header", "separator")


def refuse_unsupported(standard: Standard) -> None:
    """Raise StandardError with every key that would have no effect."""
    faults = [
        Fault(mark.file, mark.line, mark.column, f"{what} is not supported by this version")
        for mark, what in _unsupported(standard)
    ]
    if faults:
        raise StandardError(faults)


def _unsupported(standard: Standard) -> Iterator[tuple[Mark, str]]:
    for name, convention in standard.conventions.items():
        mark = standard.marks.get(("conventions", name))
        for key in WORLDLY if name != "world" else ():
            if getattr(convention, key) is not None and mark is not None:
                yield mark, f"the convention {key!r} of {name}"
        if convention.turn is not None and name != "angle" and mark is not None:
            yield mark, f"the convention 'turn' of {name}"
    for file in standard.files.values():
        if file.carrier not in CARRIERS:
            yield file.mark, f"the carrier {file.carrier!r}"
        for key in _FILE_KEYS:
            if getattr(file, key) is not None:
                yield file.mark, f"the file key {key!r}"
    for table in standard.tables.values():
        yield from _table(table)
        yield from _heads(standard, table)


def _table(table: Table) -> Iterator[tuple[Mark, str]]:
    joined = [join.rows for join in table.joins.values()]
    for rows in (table.rows, *table.variants.values(), *joined):
        yield from _rows(rows)
    for rows in table.variants.values() if table.rows.sorted is not None else ():
        if rows.text != table.rows.text or rows.file != table.rows.file:
            yield rows.mark, "'sorted' with several texts or files"
    for join in table.joins.values():
        if len(join.by) > 1:
            yield join.rows.mark, "'by' with several columns"
        for column in join.rows.columns.values():
            if column.form is not None:
                yield column.mark, "a geometry in a join"
    if table.fixed and (table.rows.file or table.rows.inside or table.variants or table.joins):
        yield table.rows.mark, "the table key 'fixed' with rows that are read"


def _heads(standard: Standard, table: Table) -> Iterator[tuple[Mark, str]]:
    """Tell of heads before rows that are not each a line of a file."""
    joined = [join.rows for join in table.joins.values()]
    for rows in (table.rows, *table.variants.values(), *joined):
        file = standard.files.get(rows.file or "")
        is_line = file is not None and file.carrier == "lines" and rows.rows is None
        if rows.head and (rows in joined or not is_line):
            yield rows.mark, "the table key 'head' of rows that are no lines"


def _rows(rows: Rows) -> Iterator[tuple[Mark, str]]:
    for key in _ROW_KEYS:
        if getattr(rows, key) is not None:
            yield rows.mark, f"the table key {key!r}"
    if rows.sorted is not None and rows.inside:
        yield rows.mark, "'sorted' of rows inside others"
    if rows.enclosing_target is not None:
        yield rows.mark, "'as' with two columns"
    if rows.rows is not None and rows.rows.partition("/")[0] == "value":
        yield rows.mark, f"the locator {rows.rows!r}"
    for column in rows.columns.values():
        yield from _column(column)


def _column(column: Column) -> Iterator[tuple[Mark, str]]:
    if column.gathers is not None and column.at:
        yield column.mark, "'at' of a column that is gathered of rows"
    if column.named is not None and column.gathers is None:
        yield column.mark, "'named' without 'gathers'"
    for key in _COLUMN_KEYS:
        if getattr(column, key):
            yield column.mark, f"the column key {key!r}"
    if column.items is not None and column.items not in LISTS:
        yield column.mark, f"a list of items of the type {column.items!r}"
    if column.form == "pairs" and column.name == "polygons" and column.parts != "one":
        yield column.mark, "the form 'pairs' of several parts"
