"""The two grammars inside a standard's texts, expressions and templates, as lints need them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from annostd import templates
from annostd.errors import Fault
from annostd.expressions.faults import ExpressionFault
from annostd.expressions.nodes import Call, Choices, Name, Operation
from annostd.expressions.parse import parse as parse_expression
from annostd.expressions.parse import parse_message
from annostd.expressions.patterns import pattern as check_pattern
from annostd.standard.yaml_tree import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annostd.expressions.nodes import Node as ExpressionNode
    from annostd.standard.yaml_tree import Node
    from annostd.templates import Blanks, Mode, Template


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a text, at a 0-based offset into it."""

    message: str
    offset: int


def text_faults(node: Node | None, judge: Callable[[str], Iterator[Complaint]]) -> Iterator[Fault]:
    """Judge the text of a node; no text, no fault."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        for complaint in judge(node.value):
            mark = node.place(complaint.offset)
            yield Fault(mark.file, mark.line, mark.column, complaint.message)


def expression(text: str) -> Iterator[Complaint]:
    """Find what keeps a text from being an expression; types are judged when it is compiled."""
    try:
        parse_expression(text)
    except ExpressionFault as fault:
        yield Complaint(str(fault), fault.offset)


def message(text: str) -> Iterator[Complaint]:
    """Find what keeps a text from being a message with expressions in it."""
    try:
        pieces = parse_message(text)
    except ExpressionFault as fault:
        yield Complaint(str(fault), fault.offset)
        return
    for piece in pieces:
        if isinstance(piece, tuple):
            inner, start = piece
            yield from (
                Complaint(found.message, start + found.offset) for found in expression(inner)
            )


def pattern(text: str) -> Iterator[Complaint]:
    """Find what keeps a text from being a pattern that all engines read alike."""
    try:
        check_pattern(text)
    except ExpressionFault as fault:
        yield Complaint(str(fault), fault.offset)


@lru_cache(maxsize=1024)
def template(text: str) -> Template | Complaint:
    """Parse a template, or say what is wrong with it."""
    try:
        return templates.parse(text)
    except templates.TemplateFault as fault:
        return Complaint(fault.message, fault.offset)


def template_complaints(text: str) -> Iterator[Complaint]:
    """Find what keeps a text from being a template."""
    found = template(text)
    if isinstance(found, Complaint):
        yield found


def touching(text: str) -> Iterator[Complaint]:
    """Find two fields of a template between which nothing tells where one ends."""
    found = template(text)
    if not isinstance(found, Complaint):
        touch = templates.ambiguous(found)
        if touch is not None:
            yield Complaint(touch[1], touch[0])


def fields(text: str) -> tuple[str, ...]:
    """List the fields of a template; none where it is broken."""
    found = template(text)
    return () if isinstance(found, Complaint) else templates.fields(found)


def field_offset(text: str, name: str) -> int:
    """Give where a field of a template begins."""
    return max(text.find(f"{{{name}"), 0)


def clash(left: str, right: str, mode: Mode, blanks: Blanks = "exact") -> str | None:
    """Give a text that two templates both fit; None where there is none, or where one is broken."""
    one, two = template(left), template(right)
    if isinstance(one, Complaint) or isinstance(two, Complaint):
        return None
    try:
        return templates.clash(one, two, mode=mode, blanks=blanks)
    except templates.TemplateFault:
        return None


def fits(text: str, line: str, blanks: Blanks) -> bool:
    """Tell whether a line fits a template; no line fits a broken one."""
    found = template(text)
    return not isinstance(found, Complaint) and (
        templates.match(found, line, blanks=blanks) is not None
    )


def names(text: str) -> frozenset[str]:
    """List the first parts of all names in an expression; none where it is broken."""
    try:
        return frozenset(_names(parse_expression(text).node))
    except ExpressionFault:
        return frozenset()


def _names(node: ExpressionNode) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.path[0]
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from _names(argument)
    elif isinstance(node, Operation):
        for operand in node.operands:
            yield from _names(operand)
    elif isinstance(node, Choices):
        for item in node.items:
            yield from _names(item)
