"""One declared constraint broken is found as exactly the rule that the declaration generates."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annostd.api.choice import Opened, open_plan
from annostd.api.validate import report_of
from tests.laws.datasets import Chosen, dialects_of, read_folder, shipped, write_draft
from tests.laws.mutations import apply, mutations
from tests.laws.strategies import drafts


@pytest.mark.parametrize("standard", shipped())
@given(data=st.data())
def test_a_broken_datum_is_found_as_its_rule_and_no_other(
    standard: str, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_draft(draft, folder)
        before = _rules(folder, chosen)
        dataset = read_folder(folder, chosen.choice)
        possible = mutations(dataset)
        assume(possible)
        rule = data.draw(st.sampled_from(sorted({each.rule for each in possible})), label="rule")
        mutation = data.draw(st.sampled_from([m for m in possible if m.rule == rule]))
        apply(dataset.opened.document, mutation)
        after = _rules(folder, chosen)
    assert set(after - before) == {rule}


def _rules(folder: Path, chosen: Chosen) -> Counter[str]:
    document = open_plan(folder, chosen.plan)
    report = report_of("", Opened(chosen.choice, document, folder), chosen.plan.rules)
    return Counter(finding.rule for finding in report.findings)
