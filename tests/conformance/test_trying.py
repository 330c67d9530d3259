"""Cases of other folders are found and tried; a broken case is a problem, not a crash."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from annostd.conformance.cases import CASES, Case, case_folders, find_cases, find_conversions
from annostd.conformance.trying import try_case, try_conversion

if TYPE_CHECKING:
    from pathlib import Path

DATA: dict[str, list[int]] = {"images": [], "categories": [], "annotations": []}
LABELS = "annotations/instances_train.json"


def make_case(folder: Path, name: str, expected: object, file: str = "expected.json") -> Case:
    case = folder / CASES / name
    labels = case / "in" / LABELS
    labels.parent.mkdir(parents=True)
    labels.write_text(json.dumps(DATA))
    (case / file).write_text(json.dumps(expected))
    found = find_cases([folder / CASES])
    return found[0] if found else Case("", "", case)


def test_the_shipped_cases_are_found_behind_those_of_given_folders(tmp_path: Path) -> None:
    (tmp_path / CASES).mkdir()
    given, shipped = case_folders([tmp_path, tmp_path / "none"])
    assert given == tmp_path / CASES
    assert (shipped / "expressions.yaml").is_file()


def test_a_case_is_named_by_its_path_and_its_rule(tmp_path: Path) -> None:
    case = make_case(tmp_path, "coco-instances/invalid/json.bom/one", {"findings": []})
    assert (case.standard, case.name, case.rule) == (
        "coco-instances",
        "invalid/json.bom/one",
        "json.bom",
    )


def test_a_case_that_comes_out_as_expected_has_no_problem(tmp_path: Path) -> None:
    assert (
        try_case(make_case(tmp_path, "coco-instances/valid/one", {"findings": []})).problems == ()
    )


def test_a_finding_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    expected = {"findings": [{"rule": "json.bom", "file": LABELS}]}
    case = make_case(tmp_path, "coco-instances/invalid/json.bom/one", expected)
    assert try_case(case).problems == (f"json.bom at {LABELS} is not found",)


def test_a_case_under_a_rule_that_it_does_not_expect_is_broken(tmp_path: Path) -> None:
    case = make_case(tmp_path, "coco-instances/invalid/json.bom/one", {"findings": []})
    assert "it stands under json.bom" in try_case(case).problems[0]


def test_a_key_that_no_case_knows_is_told(tmp_path: Path) -> None:
    expected: dict[str, list[str]] = {"findings": [], "finding": []}
    (problem,) = try_case(make_case(tmp_path, "coco-instances/valid/one", expected)).problems
    assert "the case is broken" in problem
    assert "`finding`" in problem


def test_a_case_without_its_expectation_is_told(tmp_path: Path) -> None:
    case = make_case(tmp_path, "coco-instances/valid/one", {}, "notes.json")
    assert "expected.json cannot be read" in try_case(case).problems[0]


def test_what_is_raised_is_a_problem_of_the_case(tmp_path: Path) -> None:
    expected = {"findings": [], "dialects": "no-such-dialect"}
    (problem,) = try_case(make_case(tmp_path, "coco-instances/valid/one", expected)).problems
    assert problem.startswith("UsageError is raised: ")


def test_a_conversion_that_writes_other_bytes_is_told(tmp_path: Path) -> None:
    expected = {"from": "coco-instances", "to": "coco-instances"}
    pair = "convert/coco-instances--coco-instances/one"
    make_case(tmp_path, pair, expected, "losses.json")
    (case,) = find_conversions([tmp_path / CASES])
    assert (case.source, case.target, case.name) == ("coco-instances", "coco-instances", pair)
    assert try_conversion(case).problems == (f"{LABELS} is written, expected no such file",)
