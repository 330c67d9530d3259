"""Lines that are divided: files, sections of blocks of rows, runs that tags mark, joined texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from annostd.codecs.tags import SCHEMES
from annostd.plan.columns import broken
from annostd.plan.model import Field, Marked, Pieces
from annostd.templates import fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from annostd.plan.model import ColumnPlan, Source, Variant
    from annostd.standard.model import Rows

Division: TypeAlias = Literal["file", "section", "block"]

SPAN, LABEL = "span", "label"
"""The places in a run: the piece of the text that it takes up, and its class."""
PAIRS = "start end"
"""The form of spans that are written as pairs of numbers."""
DIVISIONS: tuple[Division, ...] = ("file", "section", "block")
"""What lines are divided into, the outer one first; a file, even an empty one, is one row."""


def division_of(rows: Rows) -> Division | None:
    """Tell whether rows of a file of lines are whole files, sections or blocks (None: lines).

    Raises StandardError for another locator.
    """
    if rows.rows is None or "." in rows.rows:
        return None
    found = next((each for each in DIVISIONS if each == rows.rows), None)
    if found is None:
        legal = ", ".join(DIVISIONS)
        message = f"the locator {rows.rows!r} stands in a file of lines, expected {legal}"
        raise broken(rows.mark, f"{message} or table.field")
    return found


def pieces_of(rows: Rows, parent: Source | None) -> Pieces | None:
    """Tell the field of the enclosing line of which rows are pieces (None: they are none)."""
    if parent is None or parent.template is None or parent.division is not None:
        return None
    if rows.rows is None or "." in rows.rows:
        return None
    known = fields(parent.template)
    if rows.rows not in known:
        message = f"the locator {rows.rows!r} names no field of the line, expected one of"
        raise broken(rows.mark, f"{message} {', '.join(known)}")
    if rows.text is None:
        raise broken(rows.mark, f"the pieces of {rows.rows!r} have no 'text', expected one")
    return Pieces(rows.rows, parent.template)


def composed_fields(variants: Iterable[Variant]) -> tuple[tuple[str, str, str], ...]:
    """List the fields of a source of lines that are made of a field of the rows inside."""
    names = dict.fromkeys(name for v in variants for plan in v.columns for name in plan.fields)
    return tuple((name, *_parted(name)) for name in names if _parted(name) != ("", ""))


def marked_by(rows: Rows, columns: Sequence[ColumnPlan], parent: Source | None) -> Marked | None:
    """Tell which tags mark rows, where a file of lines holds them as such.

    Raises StandardError where they name no scheme, or count over no text of the rows around them.
    """
    table, tag = _parted(rows.rows or "")
    if not table:
        return None
    spans = next((plan for plan in columns if plan.type == "spans"), None)
    scheme = (spans.column.form if spans is not None else None) or ""
    if scheme not in SCHEMES:
        known = ", ".join(SCHEMES)
        message = f"the rows at {rows.rows!r} have no column of spans with the form of a scheme"
        raise broken(rows.mark, f"{message}, expected one of {known}")
    strays = [n for plan in columns for n in plan.fields if n not in {SPAN, LABEL}]
    if strays:
        message = (
            f"there is no field {strays[0]!r} in rows that tags mark, expected {SPAN}, {LABEL}"
        )
        raise broken(rows.mark, message)
    composed = parent.composed if parent is not None else ()
    text = next((field for _, inner, field in composed if inner == table), None)
    if text is None:
        message = f"the rows at {rows.rows!r} are inside none whose text is made of {table!r}"
        raise broken(rows.mark, f"{message}, expected a column there with at: {table}.text")
    return Marked(table, tag, scheme, text)


def leaves(sources: Iterable[Source]) -> Iterator[Source]:
    """Yield the sources whose rows are lines, inside sections and blocks or not."""
    for source in sources:
        if source.division is not None:
            yield from leaves(source.children)
        elif source.marked is None and source.join is None:
            yield source


def with_tags(source: Source) -> Source:
    """Give a source whose lines hand over the tags that mark rows inside it, and their pieces."""
    children = tuple(with_tags(child) for child in source.children)
    held = {field.name for field in source.fields}
    cut = dict.fromkeys(c.pieces.field for c in children if c.pieces is not None)
    added = tuple(Field(name, (name,), "string") for name in cut if name not in held)
    source = replace(source, fields=(*source.fields, *added))
    for child in source.children:
        if child.marked is not None:
            children = tuple(_tagged(each, child.marked) for each in children)
    return replace(source, children=children)


def _tagged(source: Source, marked: Marked) -> Source:
    if source.division is not None:
        return replace(source, children=tuple(_tagged(c, marked) for c in source.children))
    known = {field.name for field in source.fields}
    if source.table != marked.table or source.marked is not None or marked.tag in known:
        return source
    return replace(source, fields=(*source.fields, Field(marked.tag, (marked.tag,), "string")))


def read_inside(outer: Source) -> Iterator[tuple[str, str]]:
    """Name the fields, by table, of which an enclosing source and runs inside it are made."""
    for _, table, field in outer.composed:
        yield table, field
    for source in outer.children:
        if source.marked is not None:
            yield source.marked.table, source.marked.tag


def pieces_inside(outer: Source) -> Iterator[str]:
    """Name the fields of a line that are cut into rows inside it."""
    yield from dict.fromkeys(c.pieces.field for c in outer.children if c.pieces is not None)


def way(outer: Source, leaf: Source) -> list[Source]:
    """List the sources from inside an outer one to one of its leaves; none where it is not."""
    for child in outer.children:
        if child == leaf:
            return [child]
        further = way(child, leaf)
        if further:
            return [child, *further]
    return []


def leaf_of(outer: Source, table: str) -> Source | None:
    """Find the source inside another whose rows are lines of a table."""
    return next((source for source in leaves(outer.children) if source.table == table), None)


def _parted(place: str) -> tuple[str, str]:
    """Take `table.field` apart; nothing where the place is another."""
    table, dot, field = place.partition(".")
    return (table, field) if dot and table.isidentifier() and field.isidentifier() else ("", "")
