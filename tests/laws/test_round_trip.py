"""The first law: what is written is what is read."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.datasets import dialects_of, read_folder, shipped, tables_of, told, write_draft
from tests.laws.strategies import drafts


@pytest.mark.parametrize("standard", shipped())
@given(data=st.data())
def test_what_is_written_is_what_is_read(standard: str, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_draft(draft, folder)
        dataset = read_folder(folder, chosen.choice)
        assert not dataset.findings
        assert not dataset.unread
        before = told(chosen.plan, tables_of(draft))
        after = told(chosen.plan, dataset.tables)
    for table, rows in before.items():
        known, found = Counter(rows), Counter(after.get(table, []))
        assert list(known - found) == []
        assert list(found - known) == []
