"""Every case of the shipped standards comes out as expected, and every rule has one that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.api.examples import dialects_tried, try_dialect
from annostd.api.once import library, load
from annostd.conformance.cases import (
    Case,
    ConversionCase,
    case_folders,
    find_cases,
    find_conversions,
)
from annostd.conformance.known import read_known, weigh
from annostd.conformance.trying import try_case, try_conversion
from annostd.plan import compile_plan
from annostd.standard import Library, with_dialects

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.plan import Plan
    from annostd.reports import Trial

FOLDERS = case_folders()
CASES = find_cases(FOLDERS)
CONVERSIONS = find_conversions(FOLDERS)
KNOWN = read_known(FOLDERS)
STANDARDS = [entry.id for entry in Library.of().standards]
DIALECTS = [
    (name, chosen) for name in STANDARDS for chosen in dialects_tried(load(name, library()))
]

EXEMPT = {
    "json.size": "a record of 64 MiB has no place in a repository",
    "jsonl.size": "as json.size",
    "xml.size": "as json.size",
    "yaml.size": "as json.size",
    "lines.size": "as json.size",
    "tokens.size": "as json.size",
    "json.unreadable": "permissions are not kept by every archive and system",
    "jsonl.unreadable": "as json.unreadable",
    "yaml.unreadable": "as json.unreadable",
    "xml.unreadable": "as json.unreadable",
    "lines.unreadable": "as json.unreadable",
    "text.unreadable": "as json.unreadable",
    "text.size": "as json.size",
    "tokens.unreadable": "as json.unreadable",
    "image.unreadable": "as json.unreadable",
    "parquet.unreadable": "as json.unreadable",
    "layout.unreadable": "as json.unreadable",
    "layout.name-encoding": "names that are not UTF-8 are not kept by every archive and system",
    "layout.link": "a link that leaves the dataset is not kept by every archive and system",
}
"""Rules without a failing case, each with the reason why it cannot have one."""

OF_ANOTHER_VARIANT = {"coco-instances": {"annotation.polygons.missing"}}
"""Rules, by standard, that no row can break: a row without the value is of another variant."""


def plans(standard: str) -> list[Plan]:
    """Compile a standard under each of its dialects."""
    found = load(standard, library())
    choices = [
        {axis: option.name} for axis, options in found.dialects.items() for option in options
    ]
    return [compile_plan(with_dialects(found, chosen)) for chosen in choices or [{}]]


def rules(standard: str) -> set[str]:
    return {rule for plan in plans(standard) for rule in plan.rules}


def expected_to_pass(trial: Trial) -> Trial:
    (weighed, *_) = weigh([trial], KNOWN, frozenset())
    return weighed


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.standard}/{case.name}")
def test_a_case_gives_exactly_the_findings_expected(case: Case) -> None:
    assert expected_to_pass(try_case(case)).problems == ()


@pytest.mark.parametrize("case", CONVERSIONS, ids=lambda case: case.name)
def test_a_conversion_gives_exactly_the_files_and_losses_expected(case: ConversionCase) -> None:
    assert expected_to_pass(try_conversion(case)).problems == ()


@pytest.mark.parametrize(("standard", "chosen"), DIALECTS)
def test_the_examples_of_every_rule_show_that_rule_and_no_other(
    standard: str, chosen: dict[str, str]
) -> None:
    trials = [expected_to_pass(trial) for trial in try_dialect(load(standard, library()), chosen)]
    assert [(trial.case, trial.problems) for trial in trials if trial.problems] == []


def _on_disk_alone(standard: str) -> set[str]:
    """Name the rules on names of files where the data name none: not every system keeps those."""
    files = load(standard, Library.of()).files.values()
    owned = (file.of is not None and file.beside is None for file in files)
    named = any(owned) or any(file.listed is not None for file in files)
    return set() if named else {"layout.name"}


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_rule_of_a_standard_has_a_failing_case(standard: str) -> None:
    failing = {case.rule for case in CASES if case.standard == standard}
    failing |= OF_ANOTHER_VARIANT.get(standard, set())
    lacking = sorted(rules(standard) - failing - EXEMPT.keys() - _on_disk_alone(standard))
    assert not lacking, f"{standard} has no failing case of {', '.join(lacking)}"


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_standard_has_valid_cases(standard: str) -> None:
    assert [case for case in CASES if case.standard == standard and case.rule is None]


def test_no_case_stands_under_a_standard_or_a_rule_that_is_unknown() -> None:
    known = {standard: rules(standard) for standard in STANDARDS}
    strangers = [
        f"{case.standard}/{case.name}"
        for case in CASES
        if case.rule is not None and case.rule not in known.get(case.standard, ())
    ]
    assert strangers == []
    assert {case.standard for case in CASES} <= known.keys()
    assert {name for case in CONVERSIONS for name in (case.source, case.target)} <= known.keys()


def test_what_is_exempt_has_no_case() -> None:
    assert [case.name for case in CASES if case.rule in EXEMPT] == []


def test_known_failures_are_cases() -> None:
    named = {(case.standard, case.name) for case in CASES}
    named |= {(case.source, case.name) for case in CONVERSIONS}
    assert KNOWN.keys() <= named


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_nothing_lies_about_among_the_cases(folder: Path) -> None:
    known = {case.folder for case in CASES} | {case.folder for case in CONVERSIONS}
    files = [path for path in folder.glob("*/*/**/*") if path.is_file()]
    stray = [
        path.relative_to(folder).as_posix()
        for path in files
        if path.relative_to(folder).parts[0] != "standards"
        and not any(parent in known for parent in path.parents)
    ]
    assert stray == []
