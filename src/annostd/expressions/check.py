"""Names, types and units of an expression, checked once, before any row is seen."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from annostd.expressions.faults import ExpressionFault, nearest
from annostd.expressions.functions import CALLABLE, FUNCTIONS, may_be_nan
from annostd.expressions.names import (
    MEASURE_NAMES,
    NATIVE,
    Context,
    counted,
    find,
    is_measured,
    is_of_points,
    is_shared,
    measured,
    native,
    of_points,
    said,
    unknown,
)
from annostd.expressions.nodes import Call, Choices, Literal, Name, Node, Operation, Parsed
from annostd.expressions.terms import (
    Apply,
    Column,
    Constant,
    Each,
    Over,
    Parameter,
    Term,
    Typed,
    columns,
)
from annostd.expressions.types import ANY, BOOLEAN, INTEGER, MEASURES, NUMBER, STRING, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.expressions.types import Scope

HEAVIEST: Final = 1500
"""Polars expressions that one expression may become, counted with their repeats."""

_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_LITERALS: Final[Mapping[type, Type]] = {
    bool: BOOLEAN,
    int: INTEGER,
    float: NUMBER,
    str: STRING,
}


def check(parsed: Parsed, scope: Scope) -> Typed:
    """Look up every name in `scope` and type every value; `ExpressionFault` where that fails."""
    node = _term(parsed.node, Context(scope, rows=not scope.grouped))
    if _weight(node) > HEAVIEST:
        raise ExpressionFault(
            "the expression repeats too much inside conditions and divisors",
            node.offset,
            "give rules of their own to its parts",
        )
    needs = frozenset(column.need for column in columns(node))
    return Typed(parsed.text, node, node.type, needs, scope.grouped)


def _weight(term: Term) -> int:
    if isinstance(term, Each):
        return 1 + _weight(term.term)
    if not isinstance(term, Apply):
        return 1
    function = FUNCTIONS[term.function]
    copies = chain(function.copies, repeat(function.copies[-1]))
    parts = (
        times * _weight(argument) * (1 if function.fluid or not may_be_nan(argument) else 2)
        for argument, times in zip(term.arguments, copies, strict=False)
    )
    return 1 + sum(parts)


def _term(node: Node, context: Context) -> Term:
    return _CHECKS[type(node)](node, context)


def _literal(node: Literal, _: Context) -> Term:
    return Constant(node.value, _LITERALS[type(node.value)], node.offset)


def _name(node: Name, context: Context) -> Term:
    if len(node.path) == 1:
        type_ = context.scope.parameter(node.path[0])
        column = None if context.scope.paired else context.scope.column(node.path)
        if type_ is not None and column is None:
            return Parameter(node.path[0], type_, node.offset)
    found = find(node, context.scope)
    if found is None:
        raise unknown(node, context.scope)
    return _seen(found, context)


def _seen(column: Column, context: Context) -> Column:
    """The column, if it has one value where it stands."""
    if context.rows or is_shared(column, context.scope):
        item = column.type.item if context.points and is_of_points(column) else None
        return column if item is None else replace(column, type=item)
    raise ExpressionFault(
        f"'{column.need.key}' may differ from row to row, expected it inside an aggregate",
        column.offset,
        "such as least(…), all(…) or first(…)",
    )


def _choices(node: Choices, _: Context) -> Term:
    raise ExpressionFault("a list stands only at the right of 'in'", node.offset)


def _operation(node: Operation, context: Context) -> Term:
    if node.operator in _COMPARISONS:
        return _comparison(node, context)
    arguments = tuple(_term(operand, context) for operand in node.operands)
    return _apply(Apply(node.operator, arguments, ANY, node.offset))


def _comparison(node: Operation, context: Context) -> Term:
    left, right = node.operands
    sides = (left, *(right.items if isinstance(right, Choices) else (right,)))
    words = {side: _word(side, context.scope) for side in sides}
    known = {side: _side(side, node, context) for side in sides if words[side] is None}
    texts = any(term.type.kind == "string" or _holds_texts(term) for term in known.values())
    for word in words.values():
        if word is not None and not texts:
            raise _loose_word(word, context.scope)
    for term in known.values():
        _judge_shadow(term, context.scope)
    terms = tuple(words[side] or known[side] for side in sides)
    if node.operator == "in" and not isinstance(right, Choices) and not _is_list(terms[1]):
        raise ExpressionFault(
            f"'in' needs a list on its right, found {terms[1].type}", terms[1].offset
        )
    return _apply(Apply(node.operator, terms, ANY, node.offset))


def _side(side: Node, node: Operation, context: Context) -> Term:
    """The term of a side of a comparison: at the right of `in` it may be a column of any table."""
    if node.operator == "in" and side is node.operands[1] and isinstance(side, Name):
        column = said(side, context.scope)
        if column is not None:
            return column
    return _term(side, context)


def _judge_shadow(term: Term, scope: Scope) -> None:
    """Refuse a geometry that is compared: its name may have been meant as a text."""
    if isinstance(term, Column) and term.type.kind in MEASURES and term.need.key in scope.constants:
        name = term.need.key
        hint = f"write '\"{name}\"' for the text"
        raise ExpressionFault(f"'{name}' is a geometry, it cannot be compared", term.offset, hint)


def _is_list(term: Term) -> bool:
    return term.type.kind == "list"


def _holds_texts(term: Term) -> bool:
    return term.type.item is not None and term.type.item.kind == "string"


def _word(node: Node, scope: Scope) -> Constant | None:
    """The text that a bare word stands for where a text is compared; real columns win."""
    if not isinstance(node, Name) or len(node.path) > 1 or node.path[0] not in scope.constants:
        return None
    word = node.path[0]
    if scope.parameter(word) is not None or (not scope.paired and scope.column((word,))):
        return None
    return Constant(word, STRING, node.offset)


def _loose_word(word: Constant, scope: Scope) -> ExpressionFault:
    hint = None if scope.paired else nearest(str(word.value), scope.names(()))
    message = f"'{word.value}' is a text, but is not compared with one"
    return ExpressionFault(message, word.offset, hint)


def _call(node: Call, context: Context) -> Term:
    if node.function == NATIVE:
        return _seen(native(node, context.scope), context)
    if node.function in MEASURE_NAMES and (
        node.function not in CALLABLE or is_measured(node, context.scope)
    ):
        return _seen(measured(node, context.scope), context)
    if node.part is not None:
        raise ExpressionFault(
            f"'{node.function}' gives no geometry, it has no part '{node.part}'", node.part_offset
        )
    if node.function == "count":
        rows = counted(node, context.scope)
        if rows is not None:
            return rows
    if node.function not in CALLABLE:
        known = {*CALLABLE, *MEASURE_NAMES, NATIVE}
        raise ExpressionFault(
            f"there is no function '{node.function}'", node.offset, nearest(node.function, known)
        )
    reach = FUNCTIONS[node.function].reach
    return {"row": _row_call, "order": _order_call, "group": _group_call}[reach](node, context)


def _row_call(node: Call, context: Context, over: Over = "row") -> Term:
    arguments = tuple(_term(argument, context) for argument in node.arguments)
    return _apply(Apply(node.function, arguments, ANY, node.offset, over))


def _order_call(node: Call, context: Context) -> Term:
    if not (context.scope.grouped and context.rows):
        raise ExpressionFault(
            f"'{node.function}' looks at another row, expected it inside an aggregate",
            node.offset,
            _group_hint(context),
        )
    return _of_rows(_row_call(node, context, "order"), node)


def _group_call(node: Call, context: Context) -> Term:
    """An aggregate is of a list where its argument is one, else of the rows of the group."""
    if context.points:
        raise ExpressionFault(
            f"'{node.function}' cannot stand inside another aggregate of the same points",
            node.offset,
        )
    inside = replace(context, rows=True)
    if len(node.arguments) == 1 and not isinstance(node.arguments[0], Name):
        lists = tuple(of_points(node.arguments[0], context.scope))
        if lists:
            each = _each(node.arguments[0], lists, context)
            return _apply(Apply(node.function, (each,), ANY, node.offset, "list"))
    if node.arguments and _is_list(_term(node.arguments[0], inside)):
        return _row_call(node, context, "list")
    if not context.scope.grouped:
        raise ExpressionFault(
            f"'{node.function}' needs a list or a group, and the rule is about single rows",
            node.offset,
            _group_hint(context),
        )
    if context.rows:
        raise ExpressionFault(
            f"'{node.function}' cannot stand inside another aggregate of the same rows", node.offset
        )
    if not node.arguments and node.function != "count":
        raise ExpressionFault(f"'{node.function}' has 0 arguments, expected 1", node.offset)
    return _of_rows(_row_call(node, inside, "group"), node)


def _each(node: Node, lists: tuple[Column, ...], context: Context) -> Each:
    """The node for each point of a row; all points that it speaks of must be the same ones."""
    for column in lists:
        if column.need.path != lists[0].need.path:
            raise ExpressionFault(
                f"'{column.need.key}' and '{lists[0].need.key}' are of other points", column.offset
            )
    term = _term(node, replace(context, points=True))
    return Each(term, lists, Type("list", item=term.type), node.offset)


def _of_rows(term: Term, node: Call) -> Term:
    """The term, unless it asks the same of every row."""
    if node.arguments and not columns(term):
        raise ExpressionFault(
            f"'{node.function}' is given what does not depend on a row", node.offset
        )
    return term


def _group_hint(context: Context) -> str | None:
    return None if context.scope.grouped else "a rule with 'per' is about groups"


def _apply(draft: Apply) -> Term:
    return FUNCTIONS[draft.function].typing(draft)


_CHECKS: Final[Mapping[type[Node], Callable[..., Term]]] = {
    Literal: _literal,
    Name: _name,
    Call: _call,
    Operation: _operation,
    Choices: _choices,
}
