"""What values are made of, for carriers whose columns have types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.model import Items
from annostd.tables.schema import POINTED, SLOTTED

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan


def items_of(plan: ColumnPlan) -> Items | None:
    """Tell what each field of a column is made of; None where that is more than lists of a kind."""
    form = plan.form
    if plan.column.values and form is None:
        return None
    if plan.type == "time" or (plan.type == "interval" and form and len(plan.fields) > 1):
        return Items("time", 0)
    if plan.type == "interval" and form and len(form.slots) == 1:
        return Items("time", 0)
    if plan.type in {"texts", "edges"}:
        return Items("string", 1) if plan.type == "texts" else Items("integer", 2)
    if form is None or plan.type not in SLOTTED | POINTED or len(plan.fields) > 1:
        return None
    is_many = form.parts == "many" and plan.type in POINTED
    return Items("number", 2 if is_many or form.layout == "pairs" else 1)
