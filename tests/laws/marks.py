"""Rows inside others as a text, and spans of it that tags can mark, said row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hypothesis import strategies as st

from annostd.plan.divisions import leaf_of, way
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from annostd.plan.model import FilePlan, Source, Variant
    from tests.laws.strategies import Draft, Row


def is_in_block(file: FilePlan, source: Source) -> bool:
    """Tell whether rows of a source stand in blocks, which are not there without them."""
    return any(o.division == "block" and source in o.children for o in walk(file.sources))


def compose(draft: Draft) -> None:
    """Give enclosing rows the texts that are made of the rows inside."""
    for file in draft.plan.files:
        for outer in walk(file.sources):
            for name, table, field in outer.composed:
                leaf = leaf_of(outer, table)
                for number, row in enumerate(draft.rows.get(outer.table, [])):
                    blocks = _blocks(draft, outer, leaf, number, field)
                    row[_column(outer, name)] = "\n".join(" ".join(block) for block in blocks)


def mark(draw: st.DrawFn, draft: Draft, source: Source, row: Row) -> bool:
    """Draw a span of whole rows in one block of which none is taken; False where none is left."""
    marked, enclosing = source.marked, source.enclosing or ""
    every = (o for file in draft.plan.files for o in walk(file.sources))
    outer = next(o for o in every if source in o.children)
    number = row[enclosing]
    if marked is None or not isinstance(number, int):
        return False
    leaf = leaf_of(outer, marked.table)
    rows = draft.rows.get(source.table, [])
    own = [r for r in rows if r.get(enclosing) == number]
    spans = [tuple(cast("list[list[int]]", r["spans"])[0]) for r in own]
    free: list[tuple[int, int]] = []
    at = 0
    for block in _blocks(draft, outer, leaf, number, marked.text):
        places: list[tuple[int, int]] = []
        for text in block:
            places.append((at, at + len(text)))
            at += len(text) + 1
        pairs = [(a, b) for n, (a, _) in enumerate(places) for _, b in places[n:]]
        free += [(a, b) for a, b in pairs if not any(a < y and x < b for x, y in spans)]
    if not free:
        return False
    row["spans"] = [list(draw(st.sampled_from(free)))]
    return True


def cover(draw: st.DrawFn, draft: Draft, place: tuple[Source, Variant], row: Row) -> None:
    """Draw pieces of the text of a row's medium, where a row says some."""
    source, variant = place
    if source.marked is not None or all(plan.type != "spans" for plan in variant.columns):
        return
    number = row.get("media")
    media = draft.rows["media"][number] if isinstance(number, int) else {}
    text = str(media.get("text") or "")
    places = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=4)))
    row["spans"] = [list(pair) for pair in zip(places[::2], places[1::2], strict=False)]


def _blocks(
    draft: Draft, outer: Source, leaf: Source | None, number: int, field: str
) -> list[list[str]]:
    """List the texts inside an enclosing row, by block."""
    if leaf is None:
        return []
    sources = way(outer, leaf)
    inside = [number]
    for source in sources[:-1]:
        rows, by = draft.rows.get(source.table, []), source.enclosing or ""
        inside = [n for at in inside for n, r in enumerate(rows) if r.get(by) == at]
    name = _column(leaf, field)
    rows = draft.rows.get(leaf.table, [])
    return [
        [str(row[name]) for row in rows if row.get(leaf.enclosing or "") == at] for at in inside
    ]


def _column(source: Source, field: str) -> str:
    return next(c.name for v in source.variants for c in v.columns if c.fields == (field,))
