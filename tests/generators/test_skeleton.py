"""A new standard to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.api.examples import try_examples
from annostd.errors import UsageError
from annostd.generators import skeleton
from annostd.standard import Library, load
from annostd.standard.lint import lint

if TYPE_CHECKING:
    from pathlib import Path

STANDARDS = [entry.id for entry in Library.of().standards]


@pytest.mark.parametrize("like", [None, *STANDARDS])
def test_a_new_standard_is_without_a_fault(tmp_path: Path, like: str | None) -> None:
    library = Library.of()
    path = tmp_path / "ours.yaml"
    path.write_text(skeleton("our-boxes", load(like, library) if like else None), "utf-8")
    assert lint(path, library, shipped=True) == ()


def test_the_examples_of_a_new_standard_come_out_as_expected(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(skeleton("our-boxes"), "utf-8")
    trials = try_examples(load(path, Library.of()))
    assert trials
    assert [trial for trial in trials if trial.problems] == []


@pytest.mark.parametrize("name", ["Our", "our_boxes", "../x", "", "a b"])
def test_what_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="lower-case words joined by hyphens"):
        skeleton(name)
