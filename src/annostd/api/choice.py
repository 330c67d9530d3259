"""Which standard and which dialects: named by the caller, told by the data, or assumed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from annostd.bindings.document import Document
    from annostd.bindings.files import Walked
    from annostd.plan.model import Plan
    from annostd.reports import Identity
    from annostd.standard import Library, Standard

How = Literal["named", "told", "assumed"]
SAMPLE = 100
"""How many files of each role are read to tell a dialect."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A standard with its dialects, compiled; `how` says of each axis how it was chosen."""

    standard: Standard
    plan: Plan
    how: Mapping[str, How]

    def identity(self) -> Identity:
        """Say which standard this is, for a report."""
        from annostd.reports import Dialect, Identity

        chosen = {
            axis: Dialect(name, self.how.get(axis, "assumed"))
            for axis, name in self.standard.chosen.items()
        }
        return Identity(self.standard.id, self.standard.version, self.standard.digest, chosen)


@dataclass(frozen=True, slots=True)
class Opened:
    """A dataset opened under a choice of standard and dialects; `path` is what was named."""

    choice: Choice
    document: Document
    path: Path


def name_standard(text: str, known: Library) -> tuple[Standard, dict[str, str]]:
    """Load what `ID[@RANGE][:DIALECT[,DIALECT]]` or a path names; the dialects are by axis.

    Raises UsageError where the standard or a dialect is unknown.
    """
    from annostd.api.once import load, with_dialects

    name, _, words = text.partition(":") if not _is_path(text) else (text, "", "")
    standard = load(name, known)
    named: dict[str, str] = {}
    for word in (word.strip() for word in words.split(",") if word.strip()):
        axes = [a for a, names in standard.dialects.items() if word in {n.name for n in names}]
        if len(axes) != 1:
            legal = ", ".join(n.name for names in standard.dialects.values() for n in names)
            raise UsageError(f"{standard.id} has no dialect {word!r}, expected one of {legal}")
        named[axes[0]] = word
    return with_dialects(standard, named), named


def compiled(standard: Standard, named: Mapping[str, str]) -> Choice:
    """Compile a standard with the dialects named, the first alternative on every other axis."""
    from annostd.api.once import compile_plan

    how: dict[str, How] = {
        axis: "named" if axis in named else "assumed" for axis in standard.dialects
    }
    return Choice(standard, compile_plan(standard), how)


def open_with(
    place: Path | Walked,
    standard: Standard,
    named: Mapping[str, str],
    *,
    follow_links: bool = False,
) -> Opened:
    """Open a dataset, telling from it the dialects that are not named."""
    from annostd.api.dialects import contradictions
    from annostd.bindings.files import Walked, walk_once

    walked = place if isinstance(place, Walked) else walk_once(place, follow_links=follow_links)
    final, how = choose(walked, standard, named)
    opened = open_chosen(walked, final, how)
    against = contradictions(walked, final, named)
    findings = (*opened.document.findings, *against)
    return replace(opened, document=replace(opened.document, findings=findings))


def choose(
    walked: Walked,
    standard: Standard,
    named: Mapping[str, str],
    sample: Callable[[Document], Document] | None = None,
) -> tuple[Standard, dict[str, How]]:
    """Apply the dialects that a dataset tells on the axes not named; say of each how.

    Told from the first 100 files of each role, or from what `sample` leaves of a document.
    """
    from annostd.api.dialects import tell_dialects
    from annostd.api.once import with_dialects

    told = tell_dialects(walked, standard, named, sample or sampled)
    how: dict[str, How] = {axis: how for axis, (_, how) in told.items()}
    how.update(dict.fromkeys(named, "named"))
    return with_dialects(standard, {axis: name for axis, (name, _) in told.items()}), how


def open_chosen(walked: Walked, standard: Standard, how: Mapping[str, How]) -> Opened:
    """Open a dataset under a standard with all its dialects."""
    from annostd.api.once import compile_plan

    choice = Choice(standard, compile_plan(standard), how)
    return Opened(choice, open_plan(walked, choice.plan), walked.path)


def open_plan(place: Path | Walked, plan: Plan, *, follow_links: bool = False) -> Document:
    """Open a dataset under a plan."""
    from annostd.bindings import BINDINGS
    from annostd.bindings.document import open_document

    return open_document(place, plan, BINDINGS, follow_links=follow_links)


def sampled(document: Document, count: int = SAMPLE) -> Document:
    """Keep only the first files of each role."""
    kept: dict[str, int] = {}
    numbers = []
    for number, file in enumerate(document.files):
        kept[file.role] = kept.get(file.role, 0) + 1
        if kept[file.role] <= count:
            numbers.append(number)
    return replace(document, only=frozenset(numbers))


def _is_path(text: str) -> bool:
    return text.endswith((".yaml", ".yml"))
