"""What values are made of, for carriers whose columns have types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.plan.model import Items
from annostd.tables.schema import POINTED, SLOTTED

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, Kind


def items_of(plan: ColumnPlan, kind: Kind) -> Items | None:
    """Tell what each field of a column is made of; None where that is more than lists of a kind.

    Only what is handed over as a `value` is made of more than itself.
    """
    if kind != "value" or (plan.column.values and plan.form is None):
        return None
    if plan.type in {"time", "interval"}:
        is_apart = plan.form is None or len(plan.fields) == len(plan.form.slots)
        return Items("time", 0) if is_apart else None
    if plan.type in {"texts", "edges", "strings"}:
        return _listed(plan)
    if plan.form is None or plan.type not in SLOTTED | POINTED or len(plan.fields) > 1:
        return None
    is_many = plan.form.parts == "many" and plan.type in POINTED
    return Items("number", 2 if is_many or plan.form.layout == "pairs" else 1)


def _listed(plan: ColumnPlan) -> Items | None:
    """Tell of lists of items; a set of texts of which one stands there is a text."""
    if plan.type == "strings" and plan.column.items != "string":
        return None
    return Items("integer", 2) if plan.type == "edges" else Items("string", 1)
