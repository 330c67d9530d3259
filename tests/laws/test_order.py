"""What is found depends neither on the order of rows nor on how many are read at a time."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from annostd.api.choice import Opened, open_plan
from annostd.api.validate import report_of
from annostd.bindings.lines_divide import is_divided
from annostd.reports import json_reports
from tests.laws.corrupt import corrupt
from tests.laws.datasets import Chosen, dialects_of, shipped, write_draft
from tests.laws.roles import carriers_of
from tests.laws.strategies import drafts

if TYPE_CHECKING:
    from random import Random

    from annostd.plan.model import FilePlan
    from annostd.reports import Report

BATCHES = (1, 2, 3, 7)


@st.composite
def corrupted(draw: st.DrawFn, chosen: Chosen, folder: Path) -> None:
    """Write a dataset with faults nobody chose into a folder."""
    write_draft(draw(drafts(chosen.plan)), folder)
    corrupt(folder, chosen.plan, draw(st.randoms(use_true_random=False)))


@given(data=st.data())
def test_findings_do_not_depend_on_the_size_of_batches(data: st.DataObject) -> None:
    standard = data.draw(st.sampled_from(shipped()), label="standard")
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    size = data.draw(st.sampled_from(BATCHES), label="rows at a time")
    with tempfile.TemporaryDirectory() as name:
        data.draw(corrupted(chosen, Path(name)))
        whole = _judged(Path(name), chosen)
        parts = _judged(Path(name), chosen, size)
    one, other = ("".join(json_reports([report])).splitlines() for report in (parts, whole))
    assert list(unified_diff(one, other, lineterm="", n=0)) == []


@given(data=st.data())
def test_findings_do_not_depend_on_the_order_of_records(data: st.DataObject) -> None:
    standard = data.draw(st.sampled_from(shipped()), label="standard")
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.draw(corrupted(chosen, folder))
        before = _told(_judged(folder, chosen), chosen)
        _shuffle(folder, chosen, data.draw(st.randoms(use_true_random=False)))
        after = _told(_judged(folder, chosen), chosen)
    assert after == before


def _judged(folder: Path, chosen: Chosen, rows: int | None = None) -> Report:
    document = open_plan(folder, chosen.plan)
    if rows is not None:
        document = replace(document, batch=rows)
    return report_of("", Opened(chosen.choice, document, folder), chosen.plan.rules)


def _told(report: Report, chosen: Chosen) -> Counter[tuple[str | None, ...]]:
    """Say what is found and where; what is told once is told at whichever object comes first."""
    told: Counter[tuple[str | None, ...]] = Counter()
    for finding in report.findings:
        rule = chosen.plan.rules.get(finding.rule)
        if finding.rule.endswith(".order") or (rule is not None and rule.is_adjacent):
            continue  # what is judged is the order itself
        once = rule is not None and (rule.per == () or finding.rule.endswith("unknown-key"))
        own = None if once or (finding.object or "#").startswith("#") else finding.object
        told[finding.rule, finding.location.file, own] += 1
    return told


def _shuffle(folder: Path, chosen: Chosen, random: Random) -> None:
    for path, carrier in carriers_of(folder, chosen.plan):
        if carrier == "json":
            document = json.loads(path.read_bytes())
            for members in document.values():
                if isinstance(members, list):
                    random.shuffle(members)
            path.write_text(json.dumps(document), "utf-8")
        elif carrier in {"lines", "jsonl"} and not any(map(_is_in_order, chosen.plan.files)):
            lines = path.read_text("utf-8").splitlines()
            random.shuffle(lines)
            path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _is_in_order(file: FilePlan) -> bool:
    """Tell whether a line means something else elsewhere: in another block, below another head."""
    return is_divided(file) or any(source.heads for source in file.sources)
