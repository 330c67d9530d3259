"""What a cell of made data may hold: by its column's declaration, or by what a path captures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from annostd.plan.sources import walk
from annostd.templates import Optional
from annostd.templates.model import slots
from tests.laws.values import (
    Range,
    element_names,
    integers,
    is_captured,
    named_in_paths,
    names,
    paths,
    scalars,
    slot_of,
    slot_texts,
)

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source, Step, Variant
    from annostd.standard.model import Json
    from annostd.templates import Slot

SPLITS = ("train", "val", "test")


def is_order(plan: ColumnPlan) -> bool:
    """Tell whether a column is the ordinal of its row."""
    return plan.fields == ("{order}",)


def may_miss(file: FilePlan, plan: ColumnPlan, variant: Variant) -> bool:
    """Tell whether a value may be missing, and absence says nothing else."""
    declared = plan.column
    if declared.required is not None or declared.default is not None or declared.generate:
        return False
    if any(c.types and plan.fields[0].startswith(c.at) for c in variant.where):
        return False
    if not is_captured(plan):
        return plan.fields != (".",)
    optional = {
        slot.name
        for path in file.paths
        for piece in path.pieces
        if isinstance(piece, Optional)
        for slot in slots(piece.pieces)
    }
    name = plan.fields[0].strip("{}")
    default = file.file.captures[name].default if name in file.file.captures else None
    return name in optional and default is None


def cells(whole: Plan, place: tuple[FilePlan, Source], plan: ColumnPlan) -> st.SearchStrategy[Json]:
    """Draw values of a column that is neither a reference nor a geometry."""
    file, source = place
    if plan.template is not None:
        return _composed(plan, file)
    if is_captured(plan):
        return _captured(whole, place, plan)
    if named_in_paths(whole, source.table, plan.name):
        return paths()
    token = _token(source, plan)
    if plan.column.key and plan.type == "string" and token is None:
        return names()
    if plan.name in {"width", "height"}:
        return st.integers(1, 64)
    return slot_texts(token, file) if token is not None else scalars(plan, file.file.carrier)


def _token(source: Source, plan: ColumnPlan) -> Slot | None:
    """Find the field of a line that holds a column, where its template says what it may be."""
    pieces = slots(source.template.pieces) if source.template is not None else ()
    own = (slot for slot in pieces if slot.name in plan.fields)
    return next((slot for slot in own if slot.kind == "pattern"), None)


def _composed(plan: ColumnPlan, file: FilePlan) -> st.SearchStrategy[Json]:
    """Draw texts that a template of captures takes apart again."""
    from annostd.templates import render

    parts = {
        slot.name: slot_texts(slot_of(plan.template, [file], slot.name), file)
        for slot in slots(plan.template.pieces if plan.template else ())
    }
    return st.fixed_dictionaries(parts).map(lambda v: render(plan.template, v, mode="path"))  # type: ignore[arg-type,return-value]


def _captured(
    plan: Plan, place: tuple[FilePlan, Source], column: ColumnPlan
) -> st.SearchStrategy[Json]:
    file, source = place
    name = column.fields[0].strip("{}")
    step = next((s for s in source.locator if s.name == name and s.kind == "capture"), None)
    if step is None:
        listed = [s for f in plan.files for o in walk(f.sources) for s in o.locator if s.choices]
        step = next((s for s in listed if s.name == name), None)
    if step is not None:
        return _stepped(step, column)
    slot = slot_of(None, [file, *plan.files], name)
    known = [s for s in SPLITS if slot.kind == "pattern" and re.fullmatch(slot.pattern, s)]
    texts = slot_texts(slot, file)
    if known:
        texts = st.one_of(st.sampled_from(known), texts)
    return _listed(texts, column)


def _stepped(step: Step, column: ColumnPlan) -> st.SearchStrategy[Json]:
    if step.choices:
        return _listed(st.sampled_from(step.choices), column)
    return integers(Range.of(column)) if column.type == "integer" else element_names()


def _listed(texts: st.SearchStrategy[str], column: ColumnPlan) -> st.SearchStrategy[Json]:
    if column.type == "strings":
        return texts.map(lambda text: [text])
    return texts.map(lambda text: text)
