"""Writing the standard that was read gives the same files, whatever they hold beyond it."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.api import convert, validate
from annostd.api.choice import name_standard, open_with
from annostd.api.once import library
from tests.laws.datasets import dialects_of, named, shipped, write_draft
from tests.laws.decorate import decorate
from tests.laws.roles import carriers_of
from tests.laws.sameness import content
from tests.laws.strategies import drafts

if TYPE_CHECKING:
    from annostd.plan.model import Plan

CONFORMANCE = Path(__file__).parents[2] / "conformance"
CASES = sorted(
    case.parent
    for standard in shipped()
    for case in (CONFORMANCE / standard / "valid").glob("*/in")
    if '"path"' not in (case.parent / "expected.json").read_text("utf-8")
)


def assert_same(before: Path, after: Path, plan: Plan) -> None:
    """Ask for the same files with the same content."""
    old = {path.relative_to(before): carrier for path, carrier in carriers_of(before, plan)}
    new = {path.relative_to(after): carrier for path, carrier in carriers_of(after, plan)}
    assert new == old
    for path, carrier in old.items():
        assert content(after / path, carrier) == content(before / path, carrier), path


@given(data=st.data())
def test_generated_data_comes_back_with_all_its_liberties(data: st.DataObject) -> None:
    standard = data.draw(st.sampled_from(shipped()), label="standard")
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    random = data.draw(st.randoms(use_true_random=False))
    with tempfile.TemporaryDirectory() as name:
        source, written = Path(name) / "source", Path(name) / "written"
        write_draft(draft, source)
        decorate(source, chosen.plan, random)
        report = convert(source, written, to=named(chosen), standard=named(chosen), media="copy")
        assert report.written, report.refused
        assert report.losses == ()
        assert_same(source, written, chosen.plan)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.parent.name}/{case.name}")
def test_a_valid_case_comes_back_as_it_was(case: Path, tmp_path: Path) -> None:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    dialects = expected.get("dialects")
    standard = case.parent.parent.name + (f":{dialects}" if dialects else "")
    source = tmp_path / "source"
    shutil.copytree(case / "in", source)
    found, chosen = name_standard(standard, library(()))
    plan = open_with(source, found, chosen).choice.plan
    report = convert(source, tmp_path / "written", to=standard, standard=standard, media="copy")
    assert report.written, report.refused
    assert report.losses == ()
    assert_same(source, tmp_path / "written", plan)
    (before,) = validate(source, standard=standard)
    assert report.findings == before.findings
