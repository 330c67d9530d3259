"""The closed table of what the rule language can compute: to add a function is to add one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annostd.expressions.aggregates import AGGREGATES
from annostd.expressions.angles import ANGLES
from annostd.expressions.arithmetic import ARITHMETIC
from annostd.expressions.documents import DOCUMENTS
from annostd.expressions.logic import LOGIC
from annostd.expressions.spans import SPANS
from annostd.expressions.terms import Apply
from annostd.expressions.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.expressions.entries import Function
    from annostd.expressions.terms import Term

FUNCTIONS: Final[Mapping[str, Function]] = {
    function.name: function
    for function in (*ARITHMETIC, *ANGLES, *LOGIC, *TEXTS, *SPANS, *DOCUMENTS, *AGGREGATES)
}
"""Name → function. Operators stand under their signs; a name that is no word cannot be called."""


def may_be_nan(term: Term) -> bool:
    """Whether the column of a term may hold NaN, which the language does not know."""
    fluid = isinstance(term, Apply) and FUNCTIONS[term.function].fluid
    return fluid and term.type.kind == "number"


CALLABLE: Final = tuple(
    name
    for name in FUNCTIONS
    if name.isidentifier() and name not in {"and", "or", "not", "in", "if"}
)
"""The names that can be called."""
