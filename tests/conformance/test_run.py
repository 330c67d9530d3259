"""Trials come out the same, in the same order, however many processes share them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from annostd.conformance import run
from annostd.conformance.cases import CASES, find_cases
from annostd.conformance.run import test as try_all
from annostd.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

DATA = '{"images": [], "categories": [], "annotations": []}'


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Make three cases, the second of which expects a finding that is not there."""
    for number, rule in enumerate((None, "json.bom", None)):
        case = tmp_path / CASES / "coco-instances" / "valid" / f"case-{number}"
        case.mkdir(parents=True)
        (case / "in" / "annotations").mkdir(parents=True)
        (case / "in" / "annotations" / "instances_train.json").write_text(DATA)
        findings = [{"rule": rule, "file": "annotations/instances_train.json"}] if rule else []
        (case / "expected.json").write_text(json.dumps({"findings": findings}))
    return tmp_path


@pytest.mark.parametrize("processes", [1, 2])
def test_every_task_is_done_once_and_in_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(run, "FEW", 1)
    monkeypatch.setattr(run, "KINDS", (run._cases,))
    monkeypatch.setattr(run, "case_folders", lambda _: (folder / CASES,))
    trials = try_all(["coco-instances"], processes=processes)
    assert [trial.case for trial in trials] == ["valid/case-0", "valid/case-1", "valid/case-2"]
    assert [bool(trial.problems) for trial in trials] == [False, True, False]
    assert len(find_cases([folder / CASES])) == len(trials)


def test_a_name_that_no_standard_has_is_misuse() -> None:
    with pytest.raises(UsageError, match="there is no standard 'nothing'"):
        try_all(["nothing"])
