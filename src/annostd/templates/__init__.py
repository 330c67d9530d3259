"""The one template language, for paths, lines, cells and pieces of text.

- `{x}`: text up to what follows; never over `/` in a path, nor over a blank if `blanks` is any
- `{x:[a-z]+}`: text that fits a pattern; `{x:06}`: digits, padded with zeros
- `{x*}`: the rest of a line, which may be empty; `{x**}`: the rest over lines
- `{x+}`: items with blanks between; `{x/}`: folders, possibly none, each with its slash
- `[…]`: a part that is left out when all its fields are missing
- `{{ }} [[ ]]`: the characters themselves
"""

from annostd.templates.clash import ambiguous, clash
from annostd.templates.model import (
    Blanks,
    Literal,
    Mode,
    Optional,
    Pattern,
    Piece,
    Slot,
    Template,
    TemplateFault,
    Unfit,
    always,
    fields,
    lists,
    rests,
)
from annostd.templates.parse import parse
from annostd.templates.pattern import extract, is_unambiguous, match, pattern
from annostd.templates.render import fits_expr, reads_back_expr, render, render_expr
from annostd.templates.tokens import Grammar, parse_grammar

__all__ = [
    "Blanks",
    "Grammar",
    "Literal",
    "Mode",
    "Optional",
    "Pattern",
    "Piece",
    "Slot",
    "Template",
    "TemplateFault",
    "Unfit",
    "always",
    "ambiguous",
    "clash",
    "extract",
    "fields",
    "fits_expr",
    "is_unambiguous",
    "lists",
    "match",
    "parse",
    "parse_grammar",
    "pattern",
    "reads_back_expr",
    "render",
    "render_expr",
    "rests",
]
