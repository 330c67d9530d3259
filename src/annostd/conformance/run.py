"""Trying all that standards promise: their cases, their conversions, the examples of their rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.conformance.cases import case_folders, find_cases, find_conversions
from annostd.conformance.known import read_known, weigh
from annostd.conformance.trying import try_case, try_conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from annostd.reports import Trial


@dataclass(frozen=True, slots=True)
class Scope:
    """What is tried: standards by id, the given folders of standards, the folders of cases."""

    ids: frozenset[str]
    standards: tuple[Path, ...]
    cases: tuple[Path, ...]


def test(names: Sequence[str] = (), standards: Sequence[Path] = ()) -> tuple[Trial, ...]:
    """Try the cases and examples of the standards named (all that are known, if none is).

    `standards` are folders with more of them; their cases stand in `conformance/` inside. Raises
    UsageError for a name that no standard has, StandardError for a standard that is broken.
    """
    scope = _scope(names, tuple(standards))
    trials = [trial for kind in KINDS for trial in kind(scope)]
    return weigh(trials, read_known(scope.cases), scope.ids)


def _scope(names: Sequence[str], standards: tuple[Path, ...]) -> Scope:
    from annostd.api.choice import library, name_standard

    known = library(standards)
    ids = (
        [name_standard(name, known)[0].id for name in names]
        if names
        else [entry.id for entry in known.standards]
    )
    return Scope(frozenset(ids), standards, case_folders(standards))


def _cases(scope: Scope) -> Iterator[Trial]:
    for case in find_cases(scope.cases):
        if case.standard in scope.ids:
            yield try_case(case, scope.standards)


def _conversions(scope: Scope) -> Iterator[Trial]:
    for case in find_conversions(scope.cases):
        if {case.source, case.target} & scope.ids:
            yield try_conversion(case, scope.standards)


KINDS: tuple[Callable[[Scope], Iterator[Trial]], ...] = (_cases, _conversions)
"""The kinds of trials, in the order in which they are reported."""
