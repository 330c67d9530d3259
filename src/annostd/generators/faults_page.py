"""The page of the rules that declarations imply: one entry for each kind of fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.generators import fault_words
from annostd.generators.markdown import code, head, page, sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.generators.fault_words import Words

_ABOUT = """\
What a standard declares of a table, a column or a file is judged without a rule being written.
Such rules have ids made of what they judge and of the fault: `media.width.range`, `json.syntax`.
The page of each standard lists them with their levels; `annostd explain` says what each one means
there, with the place as its files spell it (`PLACE`), what should stand there (`KIND`), and the
declared set, range, pattern or expression (`LIMITS`).
"""
_GENERIC: Mapping[str, str] = {
    "{table}": "`TABLE`",
    "{column}": "`COLUMN`",
    "{join}": "`JOIN`",
    "{place}": "`PLACE`",
    "{kind}": "`KIND`",
    "{limits}": "`LIMITS`",
    "{is}": "is",
    "{makes}": "is",
    "{holds}": "holds",
    "{names}": "names",
    "{agrees}": "agrees",
}
_PARTS: Mapping[str, tuple[str, Mapping[str, Words]]] = {
    "Columns": ("TABLE.COLUMN", fault_words.COLUMN_FAULTS),
    "Tables": ("TABLE", fault_words.TABLE_FAULTS),
    "Joins": ("TABLE.JOIN", fault_words.JOIN_FAULTS),
    "Carriers": ("CARRIER", fault_words.CARRIER_FAULTS),
    "Layout": ("layout", fault_words.LAYOUT_FAULTS),
    "Media": ("media", fault_words.MEDIA_FAULTS),
}


def faults_page() -> str:
    """Write the page, as Markdown."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield from head("Rules that declarations imply", _ABOUT)
    for heading, (prefix, faults) in _PARTS.items():
        yield f"## {heading}"
        yield ""
        rows = (
            (code(f"{prefix}.{fault}"), _said(words.what), _said(words.why), _said(words.instead))
            for fault, words in faults.items()
        )
        yield from table(("rule", "what it obliges to", "why", "instead"), rows)


def _said(words: str) -> str:
    words = words.replace("{kind}{limits}", "{kind}")
    for name, generic in _GENERIC.items():
        words = words.replace(name, generic)
    return sentence(words)
