"""Trying all that standards promise: the examples of their rules, their cases, conversions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from annostd.conformance.cases import case_folders, find_cases, find_conversions
from annostd.conformance.known import read_known, weigh
from annostd.conformance.trying import try_case, try_conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.conformance.cases import Case, ConversionCase
    from annostd.reports import Trial
    from annostd.standard import Standard

    Task: TypeAlias = Callable[[], tuple[Trial, ...]]

FEW = 200
"""How many tasks are done before a second process would have begun."""
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Scope:
    """What is tried: standards by id and as they were named, folders of standards and of cases."""

    tried: Mapping[str, Standard]
    names: Mapping[str, str]
    standards: tuple[Path, ...]
    cases: tuple[Path, ...]


def test(
    names: Sequence[str] = (),  # noqa: PT028
    standards: Sequence[Path] = (),  # noqa: PT028
    *,
    processes: int = 1,  # noqa: PT028
) -> tuple[Trial, ...]:
    """Try the cases and examples of the standards named (all that are known, if none is).

    `standards` are folders with more of them; their cases stand in `conformance/` inside. Where
    there is much to try, up to `processes` share it; the order of what comes back is the same.
    Raises UsageError for a name that no standard has, StandardError for a standard that is broken.
    """
    scope = _scope(names, tuple(standards))
    tasks = [task for kind in KINDS for task in kind(scope)]
    trials = [trial for done in _done(tasks, processes) for trial in done]
    return weigh(list(dict.fromkeys(trials)), read_known(scope.cases), frozenset(scope.tried))


def _done(tasks: Sequence[Task], processes: int) -> list[tuple[Trial, ...]]:
    """Do tasks, in order or in processes that begin afresh: what runs threads must not fork."""
    if processes < 2 or len(tasks) < FEW:  # noqa: PLR2004
        return [task() for task in tasks]
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return list(pool.map(_do, tasks, chunksize=AT_ONCE))


def _do(task: Task) -> tuple[Trial, ...]:
    return task()


def _scope(names: Sequence[str], standards: tuple[Path, ...]) -> Scope:
    from annostd.api.choice import name_standard
    from annostd.api.once import library

    known = library(standards)
    wanted = list(names) or sorted({entry.id for entry in known.standards})
    found = {name: name_standard(name, known)[0] for name in wanted}
    tried = {each.id: each for each in found.values()}
    return Scope(
        tried, {each.id: n for n, each in found.items()}, standards, case_folders(standards)
    )


def _examples(scope: Scope) -> Iterator[Task]:
    from annostd.api.examples import dialects_tried

    for name, standard in scope.tried.items():
        for chosen in dialects_tried(standard):
            yield partial(_try_examples, scope.names[name], scope.standards, chosen)


def _try_examples(
    name: str, standards: tuple[Path, ...], chosen: dict[str, str]
) -> tuple[Trial, ...]:
    from annostd.api.choice import name_standard
    from annostd.api.examples import try_dialect
    from annostd.api.once import library

    return try_dialect(name_standard(name, library(standards))[0], chosen)


def _cases(scope: Scope) -> Iterator[Task]:
    for case in find_cases(scope.cases):
        if case.standard in scope.tried:
            yield partial(_try_case, case, scope.standards)


def _try_case(case: Case, standards: tuple[Path, ...]) -> tuple[Trial, ...]:
    return (try_case(case, standards),)


def _conversions(scope: Scope) -> Iterator[Task]:
    for case in find_conversions(scope.cases):
        if {case.source, case.target} & scope.tried.keys():
            yield partial(_try_conversion, case, scope.standards)


def _try_conversion(case: ConversionCase, standards: tuple[Path, ...]) -> tuple[Trial, ...]:
    return (try_conversion(case, standards),)


KINDS: tuple[Callable[[Scope], Iterator[Task]], ...] = (_examples, _cases, _conversions)
"""The kinds of trials, in the order in which they are reported."""
