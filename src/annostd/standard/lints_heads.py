"""Lints: lines that head runs of rows are told from the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.standard import grammar
from annostd.standard.merge import fault_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.draft import Draft, SourceView

_BLANK = " \t"


def heads(draft: Draft) -> Iterator[Fault]:
    """Find heads that no line can be, that are read as rows, or that stand before no lines."""
    for source in draft.sources:
        if not source.rows.head:
            continue
        faults = [*_misplaced(draft, source), *_unreadable(draft, source)]
        for message in dict.fromkeys(faults):
            yield fault_at(source.mark("head"), message)


def _misplaced(draft: Draft, source: SourceView) -> Iterator[str]:
    """Tell of rows that are no lines of a file, each by itself."""
    role = source.rows.file or ""
    carrier = draft.files[role].carrier if role in draft.files else None
    if source.join is not None or carrier != "lines":
        yield f"the rows of '{source.name}' have a head, expected one only of the lines of a file"
        return
    if any(other.rows.rows or other.rows.inside for other in draft.in_role(role)):
        yield f"the files of '{role}' have heads and are divided, expected one of the two"


def _unreadable(draft: Draft, source: SourceView) -> Iterator[str]:
    file = draft.files.get(source.rows.file or "")
    for head in source.rows.head:
        if not head or head != head.strip(_BLANK) or "\n" in head or "\r" in head:
            yield f"the head '{head}' is no line without blanks around it"
        elif file is not None and file.comment and head.startswith(file.comment):
            yield f"the head '{head}' begins as a comment does, with '{file.comment}'"
        for other in draft.sources:
            text = other.rows.text if other.rows.file == source.rows.file else None
            if text is not None and grammar.fits(text, head, file.blanks if file else "exact"):
                yield f"the head '{head}' fits the text of '{other.name}', too"
