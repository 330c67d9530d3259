"""What text may stand in an element or attribute: datatypes that agree with the engine's casts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from annostd.codecs.number_lists import TEXT_NUMBER
from annostd.columns.cells import INTEGER_TEXT, NUMBER_TEXT
from annostd.columns.natives import native_text
from annostd.expressions import ExpressionFault
from annostd.expressions.patterns import pattern
from annostd.findings import Level
from annostd.schemas.json_values import number
from annostd.tables.schema import GEOMETRIES, POINTED, SLOTTED

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan, Kind

BLANKS = r"\s*"
NOT_BLANK = r"\S|\S[\s\S]*\S"
GREATEST = "1.7976931348623157E308"
_SIGNS = frozenset("\\.|?*+{}()[]^$-")
_BREAKS = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}


@dataclass(frozen=True, slots=True)
class Lexical:
    """One kind of text: a datatype of XML Schema with facets; `pattern` knows no blanks around."""

    base: Literal["string", "long", "double"]
    pattern: str
    minimum: str | None = None
    maximum: str | None = None

    @property
    def facets(self) -> tuple[tuple[str, str], ...]:
        """The facets by name; blanks around the text say nothing, as for the engine."""
        facets = [("pattern", f"{BLANKS}({self.pattern}){BLANKS}")]
        if self.minimum is not None:
            facets.append(("minInclusive", self.minimum))
        if self.maximum is not None:
            facets.append(("maxInclusive", self.maximum))
        return tuple(facets)


def texts(plan: ColumnPlan, kind: Kind) -> tuple[Lexical, ...] | None:
    """List the kinds of text that a field of a column may hold; None: any text at all."""
    kinds = _kinds(plan, kind)
    if plan.column.required is Level.MUST:
        is_free = kinds is None and "" in plan.column.absent
        return (Lexical("string", NOT_BLANK),) if is_free else kinds
    if kinds is None:
        return None
    spellings = [spelling for spelling in plan.column.absent if spelling is not None]
    if not spellings:
        return kinds
    absent = "|".join(map(_literal, spellings))
    if kinds[-1].base == "string":
        return (*kinds[:-1], Lexical("string", f"{kinds[-1].pattern}|{absent}"))
    return (*kinds, Lexical("string", absent))


def constants(values: tuple[object, ...]) -> tuple[Lexical, ...]:
    """Describe the text of one of some native constants."""
    return (Lexical("string", "|".join(_literal(value) for value in values)),)


def _kinds(plan: ColumnPlan, kind: Kind) -> tuple[Lexical, ...] | None:
    if plan.type in GEOMETRIES:
        return _geometry(plan)
    if plan.column.values:
        return (_values(plan),)
    return _plain(plan, kind if plan.type == "reference" else plan.type)


def _plain(plan: ColumnPlan, kind: str) -> tuple[Lexical, ...] | None:
    match kind:
        case "integer":
            return (Lexical("long", _bare(INTEGER_TEXT), *_limits(plan)),)
        case "number" | "time":
            return (_number(plan),)
        case "boolean":
            return (Lexical("string", "true|false"),)
        case "string":
            return _string(plan)
        case _:
            return None


PAIR = 2


def _geometry(plan: ColumnPlan) -> tuple[Lexical, ...] | None:
    if plan.type in SLOTTED | {"interval"} and len(plan.fields) > 1:
        return (_number(plan),)
    if plan.type in POINTED and plan.column.pattern is not None:
        return (Lexical("string", _portable(plan.column.pattern)),)
    if plan.type in POINTED and plan.column.minimum is None and plan.column.maximum is None:
        separators = plan.column.separators or (" ",)
        return (Lexical("string", _number_pairs(separators)),) if len(separators) <= PAIR else None
    return None


def _number_pairs(separators: tuple[str, ...]) -> str:
    """Make the pattern of pairs of numbers, with separators in turn."""
    one = _bare(TEXT_NUMBER)
    within, between = (_between(mark) for mark in (separators * 2)[:2])
    return f"({one}{within}{one}({between}{one}{within}{one})*)?"


def _between(separator: str) -> str:
    return r"\s+" if separator == " " else rf"\s*{_literal(separator)}\s*"


def _number(plan: ColumnPlan) -> Lexical:
    least, most = _limits(plan)
    return Lexical("double", _bare(NUMBER_TEXT), least or f"-{GREATEST}", most or GREATEST)


def _limits(plan: ColumnPlan) -> tuple[str | None, str | None]:
    least, most = plan.column.minimum, plan.column.maximum
    return (
        None if least is None else str(number(least)),
        None if most is None else str(number(most)),
    )


def _string(plan: ColumnPlan) -> tuple[Lexical, ...] | None:
    least, most = plan.column.length or (None, None)
    if plan.column.pattern is not None:
        return (Lexical("string", _portable(plan.column.pattern)),)
    if least is None and most is None:
        return None
    middle = f"{{{max((least or 0) - 2, 0)},{'' if most is None else max(most - 2, 0)}}}"
    short = r"|\S" if (least or 0) <= 1 else ""
    empty = "|" if not least else ""
    return (Lexical("string", rf"\S(.|\n){middle}\S{short}{empty}"),)


def _values(plan: ColumnPlan) -> Lexical:
    natives = [native for native, _ in plan.column.values]
    if all(isinstance(native, int) and not isinstance(native, bool) for native in natives):
        return Lexical("long", "|".join(_integer(native) for native in natives))
    return Lexical("string", "|".join(_literal(native) for native in natives))


def _integer(value: object) -> str:
    """Write a pattern of all spellings of an integer: leading zeros are one."""
    digits = str(value).lstrip("-")
    sign = "-" if str(value).startswith("-") else ""
    return "-?0{1,19}" if digits == "0" else f"{sign}0{{0,{19 - len(digits)}}}{digits}"


def _literal(value: object) -> str:
    text = native_text(value)
    return "".join(_BREAKS.get(sign, "\\" + sign if sign in _SIGNS else sign) for sign in text)


def _bare(text: str) -> str:
    """Write one of the engine's patterns for XML Schema: groups without `?:`, no anchors."""
    inner = text.removeprefix("^").removesuffix("$").replace("(?:", "(")
    return re.sub(r"\[\+-\]", r"[+\\-]", inner)


def _portable(text: str) -> str:
    try:
        return pattern(text).portable
    except ExpressionFault:
        return text
