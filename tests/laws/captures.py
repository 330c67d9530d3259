"""Names that captures of locators give to rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.laws.order import sources

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, Plan, Source, Variant
    from annostd.standard.model import Json


def choices(source: Source, variant: Variant, plan: ColumnPlan) -> tuple[str, ...]:
    """List the names that a column may have, captured or tested by its variant; none: any."""
    (place,) = plan.fields
    tested = [test.constants for test in variant.where if test.at == place and test.constants]
    if tested:
        return tuple(str(name) for name in tested[0])
    return next((s.choices for s in source.locator if f"{{{s.name}}}" == place), ())


def claimed(plan: Plan, table: str, column: str) -> set[Json]:
    """List the names by which a writer gives rows another place: those captured, or tested."""
    return {
        name
        for _, source in sources(plan)
        for variant in source.variants
        for bound in variant.columns
        if source.table == table and bound.name == column and len(bound.fields) == 1
        for name in choices(source, variant, bound)
    }


def is_name(text: str, names: tuple[str, ...]) -> bool:
    return text in names if names else re.fullmatch(r"[a-z0-9_é]+", text) is not None
