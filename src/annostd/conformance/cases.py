"""Where cases are found: shipped ones in the package or the checkout, others in given folders.

A folder of cases holds `<standard>/valid/<case>`, `<standard>/invalid/<rule>/<case>` and
`convert/<from>--<to>/<case>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CASES = "conformance"
CONVERT = "convert"


@dataclass(frozen=True, slots=True)
class Case:
    """A dataset with what a standard has to find in it.

    `name` is its path below the standard's cases; `rule` is None for a valid one.
    """

    standard: str
    name: str
    folder: Path
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class ConversionCase:
    """A dataset with what converting it has to write and to lose."""

    source: str
    target: str
    name: str
    folder: Path


def case_folders(standards: Sequence[Path] = ()) -> tuple[Path, ...]:
    """List the folders of cases that are there: beside the given standards, and the shipped one."""
    package = Path(__file__).resolve().parent.parent
    shipped = (package / "_data" / CASES, package.parent.parent / CASES)
    given = [folder / CASES for folder in standards]
    return (*(each for each in given if each.is_dir()), *[s for s in shipped if s.is_dir()][:1])


def find_cases(folders: Sequence[Path]) -> tuple[Case, ...]:
    """Find the cases of all standards, in order of their paths."""
    return tuple(case for folder in folders for case in _cases(folder))


def find_conversions(folders: Sequence[Path]) -> tuple[ConversionCase, ...]:
    """Find the cases of conversions, in order of their paths."""
    return tuple(
        ConversionCase(source, target, f"{CONVERT}/{pair.name}/{each.name}", each)
        for folder in folders
        for pair in _inside(folder / CONVERT)
        for source, sign, target in [pair.name.partition("--")]
        if sign
        for each in _inside(pair)
    )


def _cases(folder: Path) -> Iterator[Case]:
    for standard in _inside(folder):
        for each in _inside(standard / "valid"):
            yield Case(standard.name, f"valid/{each.name}", each)
        for rule in _inside(standard / "invalid"):
            for each in _inside(rule):
                yield Case(standard.name, f"invalid/{rule.name}/{each.name}", each, rule.name)


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir())
