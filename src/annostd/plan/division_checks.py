"""What has to hold of lines that are divided, so that their rows are read and written back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.columns import broken
from annostd.plan.divisions import DIVISIONS, PAIRS, leaf_of
from annostd.plan.sources import walk
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import Source
    from annostd.standard.model import Mark, Standard


_TEXTS = frozenset({"lines"})
CODE_POINT = "code-point"
"""The unit that spans count."""


def check_divisions(standard: Standard, roles: Mapping[str, tuple[Source, ...]]) -> None:
    """Check how the rows in files of lines enclose one another.

    A file of divided lines holds nothing else: one kind of section or of block, and innermost one
    kind of line. Raises StandardError.
    """
    for role, sources in roles.items():
        for source in walk(sources):
            _check_spans(source, standard.files[role].carrier)
        if standard.files[role].carrier != "lines":
            continue
        nested = any(
            source.division or source.marked or any(c.pieces is None for c in source.children)
            for source in sources
        )
        if nested:
            _check_level(standard, sources, DIVISIONS, _mark(standard, sources[0]))


def _check_level(
    standard: Standard, sources: Sequence[Source], allowed: Sequence[str], mark: Mark
) -> None:
    """Check the rows that stand in a file or in one row; `mark` is where it is declared."""
    own = [source for source in sources if source.marked is None]
    if len(own) != 1:
        raise broken(mark, f"{len(own)} kinds of rows stand side by side in lines, expected one")
    (source,) = own
    mark = _mark(standard, source)
    if source.division is None:
        if source.children:
            message = "rows stand inside a line, expected them inside a file, section or block"
            raise broken(mark, message)
        return
    if source.division not in allowed:
        raise broken(mark, f"a {source.division} stands inside one, expected blocks or lines")
    if source.division != "section" and source.template is not None:
        kind = source.division
        raise broken(mark, f"a {kind} has a 'text', expected none: it has no line of its own")
    inner = ("block",) if source.division == "section" else ()
    _check_level(standard, source.children, inner, mark)
    for child in source.children:
        _check_marked(standard, source, child)
    composed = {name for name, *_ in source.composed}
    for field in source.fields:
        if source.template is None and field.capture is None and field.name not in composed:
            raise broken(mark, f"there is no line for the field {field.name!r}, expected a 'text'")
    for _, table, name in source.composed:
        _check_field(standard, source, table, name)


def _check_spans(source: Source, carrier: str) -> None:
    """Check that spans are marked by tags, or are pairs of numbers in a text."""
    for plan in (plan for variant in source.variants for plan in variant.columns):
        if plan.type != "spans" or plan.implied or source.marked is not None:
            continue
        if plan.column.form != PAIRS or carrier not in _TEXTS:
            message = f"the column {plan.name!r} stands in rows that no tags mark"
            raise broken(plan.column.mark, f"{message}, expected the form {PAIRS!r} in lines")
        if plan.column.unit not in {None, CODE_POINT}:
            message = f"the spans {plan.name!r} count in {plan.column.unit}"
            raise broken(plan.column.mark, f"{message}, which this version cannot read")


def _check_marked(standard: Standard, outer: Source, source: Source) -> None:
    if source.marked is None:
        return
    if source.children:
        message = "rows stand inside rows that tags mark, expected none"
        raise broken(_mark(standard, source.children[0]), message)
    _check_field(standard, outer, source.marked.table, source.marked.tag, of=source)


def _check_field(
    standard: Standard, outer: Source, table: str, field: str, of: Source | None = None
) -> None:
    leaf = leaf_of(outer, table)
    known = template_fields(leaf.template) if leaf is not None and leaf.template is not None else ()
    if field not in known:
        inside = ", ".join(known) or "none"
        message = f"{table}.{field} is no field of lines inside {outer.table!r}, expected {inside}"
        raise broken(_mark(standard, of or outer), message)


def _mark(standard: Standard, source: Source) -> Mark:
    return standard.tables[source.table].rows.mark
