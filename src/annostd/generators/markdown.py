"""Markdown that shows text as it is: nothing that a standard says can become markup."""

from __future__ import annotations

import re
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_ENTITY = re.compile(r"&(?=[A-Za-z#])")
_LINK = re.compile(r"https?://[^\s<>()\"'`\\]+")
_CODE = re.compile(r"`([^`]+)`")
_START = re.compile(r"^([+-])(?= )|^(\d+)([.)])(?= )")


def text(value: str) -> str:
    """Escape a text for a line of Markdown: no HTML, no markup but `code` in back-ticks."""
    line = " ".join(value.split())
    parts = _CODE.split(line)
    shown = "".join(
        code(part) if odd else _escaped(part) for part, odd in zip(parts, cycle((0, 1)))
    )
    return _START.sub(
        lambda found: f"\\{found[0]}" if found[1] else f"{found[2]}\\{found[3]}", shown
    )


def sentence(value: str) -> str:
    """Escape a text and make a sentence of it: a capital at its start, a stop at its end."""
    line = " ".join(value.split())
    if not line:
        return ""
    stop = "" if line[-1] in ".!?:…" else "."
    return text(line[0].upper() + line[1:] + stop)


def _escaped(line: str) -> str:
    return _ENTITY.sub("&amp;", _SIGNS.sub(r"\\\1", line))


def code(value: object) -> str:
    """Show a value as code, whatever signs it holds."""
    line = " ".join(str(value).split(" ")).replace("\n", "⏎").replace("\t", "⇥").replace("\r", "")
    fence = "`"
    while fence in line:
        fence += "`"
    blank = " " if line.startswith("`") or line.endswith("`") or not line.strip() else ""
    return f"{fence}{blank}{line}{blank}{fence}"


def codes(values: Iterable[object]) -> str:
    """Show several values as code."""
    return ", ".join(code(value) for value in values)


def link(title: str, url: str) -> str:
    """Link to a web page; anything else than one is shown as text."""
    if _LINK.fullmatch(url) is None:
        return f"{text(title)} ({code(url)})"
    return f"[{text(title)}](<{url}>)"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Print a table; cells are Markdown already. Nothing is printed where there is no row."""
    lines = [[cell.replace("|", r"\|").replace(r"\\|", r"\|") for cell in row] for row in rows]
    if not lines:
        return
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(line) + " |" for line in lines)
    yield ""


def page(lines: Iterable[str]) -> str:
    """Join the lines of a page: one blank line between parts, one line end at its end."""
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return joined.strip("\n") + "\n"
