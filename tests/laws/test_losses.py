"""A loss is a difference between the tables and those that reading the output back gives."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.api import convert, read
from annostd.findings import LossKind
from tests.laws.datasets import dialects_of, named, shipped, write_draft
from tests.laws.difference import Side, difference
from tests.laws.strategies import drafts

CLOSE = 1e-6


@pytest.mark.parametrize("standard", shipped())
@given(data=st.data())
def test_losses_are_the_difference_that_reading_back_shows(
    standard: str, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    target = data.draw(st.sampled_from(shipped()), label="target")
    with tempfile.TemporaryDirectory() as name:
        source, written = Path(name) / "source", Path(name) / "written"
        write_draft(draft, source)
        before = read(source, standard=named(chosen))
        report = convert(source, written, to=target, standard=named(chosen), allow_loss=True)
        assert report.written, report.refused
        after = read(written, standard=target if target != standard else named(chosen))
        found = difference(
            Side.of(before.opened.choice.plan, before.tables),
            Side.of(after.opened.choice.plan, after.tables),
        )
    told: Counter[tuple[str, str]] = Counter()
    for loss in report.losses:
        told[str(loss.kind), loss.what] += loss.count
    assert dict(told) == dict(+found.counts)
    for loss in report.losses:
        if loss.kind is LossKind.ROUNDED and loss.error is not None:
            assert abs(loss.error - found.errors[loss.what]) <= CLOSE
