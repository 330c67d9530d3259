"""Failures that are known: they do not fail a run; one that passes does, and has to be taken out.

They stand in `known-failures.yaml` of a folder of cases: standard → case → why it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.errors import StandardError
from annostd.reports import Trial
from annostd.standard.read import read
from annostd.standard.yaml_tree import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FILE = "known-failures.yaml"


def read_known(folders: Sequence[Path]) -> dict[tuple[str, str], str]:
    """Read which cases are known to fail: (standard, case) → why.

    Raises StandardError where a list cannot be read, with its places.
    """
    found: dict[tuple[str, str], str] = {}
    for folder in folders:
        path = folder / FILE
        if not path.is_file():
            continue
        tree, faults = read(path)
        if tree is None or faults:
            raise StandardError(faults)
        for standard, node in tree.members.items():
            cases = plain(node)
            if isinstance(cases, dict):
                found.update({(standard, case): str(why) for case, why in cases.items()})
    return found


def weigh(
    trials: Sequence[Trial], known: Mapping[tuple[str, str], str], asked: frozenset[str]
) -> tuple[Trial, ...]:
    """Forgive the failures that are known, and tell of those that are none.

    `asked` are the standards that were tried: what is listed for others is not looked at.
    """
    weighed = [_weighed(trial, known.get((trial.standard, trial.case))) for trial in trials]
    tried = {(trial.standard, trial.case) for trial in trials}
    gone = [key for key in known if key[0] in asked and key not in tried]
    problem = f"it is listed in {FILE}, but there is no such case"
    return (*weighed, *(Trial(standard, case, (problem,)) for standard, case in gone))


def _weighed(trial: Trial, why: str | None) -> Trial:
    if why is None:
        return trial
    if trial.problems:
        return Trial(trial.standard, trial.case)
    problem = f"it passes, expected it to fail as {FILE} says ({why}); take it out there"
    return Trial(trial.standard, trial.case, (problem,))
