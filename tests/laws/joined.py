"""What other files say of rows, drawn for the laws: lists, values, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from annostd.plan.sources import walk
from annostd.templates import render
from annostd.templates.model import slots as slots_of
from tests.laws.cells import cells
from tests.laws.naming import refer
from tests.laws.values import slot_of, slot_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annostd.plan.model import ColumnPlan, FilePlan, Source
    from tests.laws.strategies import Draft, Row


def draw_joined(draw: st.DrawFn, draft: Draft) -> None:
    """Draw the columns that another file gives to rows."""
    for file in draft.plan.files:
        for source in walk(file.sources):
            if source.join is None:
                continue
            if file.file.carrier == "image":
                _pictured(draw, draft, file, source)
                continue
            rows = draft.rows.get(source.table, [])
            columns = [p for v in source.variants for p in v.columns]
            is_there = any(p.column.required for p in columns) or draw(st.booleans())
            for plan in columns:
                if plan.type == "strings":
                    _listed(draw, file, plan, rows)
                else:
                    _said(draw, draft, (file, source), plan, is_there=is_there)


def _listed(draw: st.DrawFn, file: FilePlan, plan: ColumnPlan, rows: Iterable[Row]) -> None:
    slot = slot_of(None, [file], plan.fields[0].strip("{}"))
    for row in rows:
        chosen = sorted(draw(st.lists(slot_texts(slot, file), max_size=2, unique=True)))
        if chosen:
            row[plan.name] = list(chosen)


def _said(
    draw: st.DrawFn,
    draft: Draft,
    place: tuple[FilePlan, Source],
    plan: ColumnPlan,
    *,
    is_there: bool,
) -> None:
    """Draw what a join says of each row, or that it says nothing of any."""
    file, source = place
    for row in draft.rows.get(source.table, []):
        if not is_there:
            row.pop(plan.name, None)
        elif plan.refers is not None:
            refer(draw, draft, (source, source.variants[0]), plan, row)
        else:
            row[plan.name] = draw(cells(draft.plan, (file, source), plan))


def _pictured(draw: st.DrawFn, draft: Draft, file: FilePlan, source: Source) -> None:
    """Draw what the pictures of rows say: for each one a path and a size, or none at all."""
    slots = {slot.name: slot_of(None, [file], slot.name) for slot in slots_of(file.paths[0].pieces)}
    for row in draft.rows.get(source.table, []):
        if not draw(st.booleans()):
            continue
        for plan in source.variants[0].columns:
            if plan.template is None:
                row[plan.name] = draw(st.integers(1, 64)) if plan.type == "integer" else None
                continue
            keys = dict(source.join.by) if source.join is not None else {}
            told = {there.strip("{}"): row[here] for here, there in keys.items()}
            texts = {n: told.get(n) or draw(slot_texts(slot, file)) for n, slot in slots.items()}
            wanted = (name.strip("{}") for name in plan.fields)
            path = render(plan.template, {n: str(texts[n]) for n in wanted}, mode="path")
            assert isinstance(path, str)
            row[plan.name] = path
