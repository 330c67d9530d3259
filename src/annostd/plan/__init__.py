"""Plans: a standard compiled to what each stage needs."""

from annostd.plan.compile import compile_placing, compile_plan, compile_reading, with_written
from annostd.plan.model import (
    ColumnPlan,
    Field,
    FilePlan,
    Plan,
    RulePlan,
    Source,
    Step,
    TablePlan,
    Variant,
    Want,
)

__all__ = [
    "ColumnPlan",
    "Field",
    "FilePlan",
    "Plan",
    "RulePlan",
    "Source",
    "Step",
    "TablePlan",
    "Variant",
    "Want",
    "compile_placing",
    "compile_plan",
    "compile_reading",
    "with_written",
]
