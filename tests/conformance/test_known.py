"""Failures that are known are forgiven; what passes, or is gone, is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.conformance.known import FILE, read_known, weigh
from annostd.errors import StandardError
from annostd.reports import Trial

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {("fruit", "valid/a"): "not yet"}


def test_the_list_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("fruit:\n  valid/a: not yet\n")
    assert read_known([tmp_path, tmp_path / "nothing"]) == KNOWN


def test_a_list_without_entries_is_fine(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{}\n")
    assert read_known([tmp_path]) == {}


def test_a_broken_list_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("fruit:\n  valid/a: [\n")
    with pytest.raises(StandardError, match=FILE):
        read_known([tmp_path])


def test_a_known_failure_is_forgiven() -> None:
    failed = Trial("fruit", "valid/a", ("wrong",))
    assert weigh([failed], KNOWN, frozenset({"fruit"})) == (Trial("fruit", "valid/a"),)


def test_an_unknown_failure_is_not_forgiven() -> None:
    failed = Trial("fruit", "valid/b", ("wrong",))
    assert weigh([failed], {}, frozenset({"fruit"})) == (failed,)


def test_a_known_failure_that_passes_is_told() -> None:
    (trial,) = weigh([Trial("fruit", "valid/a")], KNOWN, frozenset({"fruit"}))
    assert "it passes" in trial.problems[0]


def test_a_known_failure_without_its_case_is_told_where_its_standard_is_tried() -> None:
    assert weigh([], KNOWN, frozenset({"fruit"}))[0].problems
    assert weigh([], KNOWN, frozenset({"trees"})) == ()
