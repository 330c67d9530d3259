"""What an entry of the table of functions is, and the questions that its typing asks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import polars as pl

from annostd.expressions.faults import ExpressionFault
from annostd.expressions.terms import Apply, Constant, Parameter, Term
from annostd.expressions.types import NUMBER, TIME, Type, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Reach: TypeAlias = Literal["row", "order", "group"]

SMALLEST: Final = -(2**63)
LARGEST: Final = 2**63 - 1
EXACT: Final = 2**53
"""Up to here each integer is a float64, and the order of integers and numbers is that of floats."""

NUMERIC: Final = frozenset({"integer", "number"})
MEASURABLE: Final = NUMERIC | {"time"}
"""What can be added and ordered: numbers, and times among themselves."""
WIDE: Final = pl.Int128()
SECONDS: Final = pl.Decimal(38, 18)
"""What times are held in: the column type of the tables."""

LONGEST: Final = 10**12
"""Seconds that no time of a rule reaches."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function or operator of the rule language: what it is, in all three engines.

    `typing` gets a draft whose type is not known and gives it back typed, arguments converted;
    `value` computes from values what `column` computes from Polars expressions; both get the typed
    application first. `reach`: a `row` function sees the values of one row, an `order` function all
    values of a group and gives as many, a `group` function gives one for all (and `members` is its
    column for the members of lists). A `strict` row function is missing where an argument is.
    `copies` says how often `column` repeats each argument (the last is for all further ones),
    since repeats multiply when nested. A `fluid` function takes NaN, which the language does not
    know, and hands it on or drops it; NaN becomes missing where another function or the caller
    takes it. (Polars writes `fill_nan` with its argument twice: after each sum that is 2**n.)
    """

    name: str
    typing: Callable[[Apply], Apply]
    value: Callable[..., Value]
    column: Callable[..., pl.Expr]
    reach: Reach = "row"
    members: Callable[..., pl.Expr] | None = None
    strict: bool = True
    copies: tuple[int, ...] = (1,)
    fluid: bool = False


def expect_count(call: Apply, least: int, most: int | None = None) -> None:
    """A fault unless the call has as many arguments as it takes."""
    most = least if most is None else most
    found = len(call.arguments)
    if least <= found <= most:
        return
    expected = f"{least}" if least == most else f"at least {least}"
    raise ExpressionFault(
        f"'{call.function}' has {found} arguments, expected {expected}", call.offset
    )


def expect_kind(call: Apply, argument: Term, kinds: frozenset[str]) -> None:
    """A fault unless the argument's type is of one of the kinds."""
    if argument.type.kind not in kinds:
        shown = " or ".join(sorted(kinds))
        raise ExpressionFault(
            f"'{shown_name(call)}' is given {argument.type}, expected {shown}", argument.offset
        )


def shown_name(call: Apply) -> str:
    """The function's name as it is written."""
    return "-" if call.function == "-x" else call.function


def common_unit(call: Apply, arguments: Sequence[Term]) -> str | None:
    """The one unit of all arguments, where None goes with any; a fault where there are two."""
    unit: str | None = None
    for argument in arguments:
        other = argument.type.unit
        if unit is not None and other is not None and other != unit:
            raise ExpressionFault(
                f"'{shown_name(call)}' mixes the units {unit} and {other}", argument.offset
            )
        unit = unit or other
    return unit


def alike(arguments: Sequence[Term]) -> tuple[Term, ...]:
    """Arguments of one kind: integers become numbers where one is a number.

    Where one is a time, numbers that stand in the rule are seconds; a fault where others do.
    """
    if any(argument.type.kind == "time" for argument in arguments):
        return tuple(as_time(argument) for argument in arguments)
    if all(argument.type.kind == "integer" for argument in arguments):
        return tuple(arguments)
    return tuple(as_number(argument) for argument in arguments)


def as_number(term: Term) -> Term:
    """The nearest float64 of an integer or a time; what is a number already stays."""
    if term.type.kind not in {"integer", "time"}:
        return term
    type_ = replace(NUMBER, unit=term.type.unit)
    if isinstance(term, Constant) and not isinstance(term.value, str):
        return Constant(float(term.value), type_, term.offset)
    return Apply("as number", (term,), type_, term.offset)


def as_time(term: Term) -> Term:
    """The time of so many seconds; what is a time already stays.

    A fault where the number is that of a column: no float becomes a time.
    """
    if term.type.kind == "time":
        return term
    if isinstance(term, Parameter):
        return Parameter(term.name, TIME, term.offset)
    if not isinstance(term, Constant) or isinstance(term.value, str):
        raise ExpressionFault(f"a time meets {term.type}, expected a time", term.offset)
    seconds = exact(term.value)
    if abs(seconds) >= LONGEST:
        raise ExpressionFault(f"{term.value} s is too long for a time", term.offset)
    return Constant(seconds, TIME, term.offset)


def exact(number: float | Decimal) -> Decimal:
    """The decimal that a number is written as."""
    return Decimal(str(number))


def typed(
    call: Apply, type_: Type, arguments: Sequence[Term] | None = None, function: str | None = None
) -> Apply:
    """The draft with its type, and with other arguments or another function where given."""
    return replace(
        call,
        type=type_,
        arguments=call.arguments if arguments is None else tuple(arguments),
        function=function or call.function,
    )


def within_int64(value: int) -> int | None:
    """The integer, or missing where it does not fit."""
    return value if SMALLEST <= value <= LARGEST else None


def not_nan(value: float) -> float | None:
    """The number, or missing where it is none."""
    return None if math.isnan(value) else value


def narrow(expression: pl.Expr) -> pl.Expr:
    """The column rule of `within_int64`, for a wide integer or a whole float."""
    return expression.cast(pl.Int64, strict=False)


def constant(value: Value, type_: Type) -> pl.Expr:
    """A literal of the column type that stands for `type_`."""
    return pl.lit(value, dtype=DTYPES.get(type_.kind))


DTYPES: Final = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "time": SECONDS,
    "reference": pl.Int64(),
}
"""Kind → the column type that all arithmetic is done in."""
