"""Trying all that standards promise: their cases, conversions, and the examples of their rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.conformance.cases import case_folders, find_cases, find_conversions
from annostd.conformance.known import read_known, weigh
from annostd.conformance.trying import try_case, try_conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.reports import Trial
    from annostd.standard import Standard


@dataclass(frozen=True, slots=True)
class Scope:
    """What is tried: standards by id, the given folders of standards, the folders of cases."""

    tried: Mapping[str, Standard]
    standards: tuple[Path, ...]
    cases: tuple[Path, ...]


def test(names: Sequence[str] = (), standards: Sequence[Path] = ()) -> tuple[Trial, ...]:  # noqa: PT028 - a verb, no test
    """Try the cases and examples of the standards named (all that are known, if none is).

    `standards` are folders with more of them; their cases stand in `conformance/` inside. Raises
    UsageError for a name that no standard has, StandardError for a standard that is broken.
    """
    scope = _scope(names, tuple(standards))
    trials = [trial for kind in KINDS for trial in kind(scope)]
    return weigh(trials, read_known(scope.cases), frozenset(scope.tried))


def _scope(names: Sequence[str], standards: tuple[Path, ...]) -> Scope:
    from annostd.api.choice import name_standard
    from annostd.api.once import library

    known = library(standards)
    wanted = list(names) or sorted({entry.id for entry in known.standards})
    found = [name_standard(name, known)[0] for name in wanted]
    return Scope({each.id: each for each in found}, standards, case_folders(standards))


def _examples(scope: Scope) -> Iterator[Trial]:
    from annostd.api.examples import try_examples

    for standard in scope.tried.values():
        yield from try_examples(standard)


def _cases(scope: Scope) -> Iterator[Trial]:
    for case in find_cases(scope.cases):
        if case.standard in scope.tried:
            yield try_case(case, scope.standards)


def _conversions(scope: Scope) -> Iterator[Trial]:
    for case in find_conversions(scope.cases):
        if {case.source, case.target} & scope.tried.keys():
            yield try_conversion(case, scope.standards)


KINDS: tuple[Callable[[Scope], Iterator[Trial]], ...] = (_examples, _cases, _conversions)
"""The kinds of trials, in the order in which they are reported."""
