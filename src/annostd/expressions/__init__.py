"""The rule language: parse, check against a scope, compute row by row or over columns."""

from annostd.expressions.check import check
from annostd.expressions.documents import is_schema
from annostd.expressions.faults import ExpressionFault
from annostd.expressions.functions import CALLABLE, FUNCTIONS
from annostd.expressions.interpret import interpret, interpret_group
from annostd.expressions.nodes import Node, Parsed
from annostd.expressions.parse import parse, parse_message
from annostd.expressions.patterns import Pattern, pattern
from annostd.expressions.terms import (
    Apply,
    Column,
    Constant,
    Each,
    Parameter,
    Term,
    Typed,
    columns,
)
from annostd.expressions.types import (
    ANY,
    BOOLEAN,
    INTEGER,
    MEASURES,
    NAMERS,
    NUMBER,
    PARTS,
    SAID,
    STRING,
    TIME,
    WHOLE,
    Need,
    Scope,
    Type,
    Value,
)
from annostd.expressions.vectorise import vectorise

__all__ = [
    "ANY",
    "BOOLEAN",
    "CALLABLE",
    "FUNCTIONS",
    "INTEGER",
    "MEASURES",
    "NAMERS",
    "NUMBER",
    "PARTS",
    "SAID",
    "STRING",
    "TIME",
    "WHOLE",
    "Apply",
    "Column",
    "Constant",
    "Each",
    "ExpressionFault",
    "Need",
    "Node",
    "Parameter",
    "Parsed",
    "Pattern",
    "Scope",
    "Term",
    "Type",
    "Typed",
    "Value",
    "check",
    "columns",
    "interpret",
    "interpret_group",
    "is_schema",
    "parse",
    "parse_message",
    "pattern",
    "vectorise",
]
