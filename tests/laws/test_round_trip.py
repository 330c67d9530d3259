"""The first law: what is written is what is read."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.datasets import Chosen, read_folder, shipped, tables_of, told, write_draft
from tests.laws.strategies import drafts

STANDARDS = list(shipped())


@pytest.mark.parametrize("chosen", STANDARDS, ids=lambda chosen: chosen.name)
@given(data=st.data())
def test_what_is_written_is_what_is_read(chosen: Chosen, data: st.DataObject) -> None:
    draft = data.draw(drafts(chosen.plan))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_draft(draft, folder)
        dataset = read_folder(folder, chosen.choice)
        assert not dataset.findings
        assert not dataset.faults
        before = told(chosen.plan, tables_of(draft))
        after = told(chosen.plan, dataset.tables)
    for table, rows in before.items():
        assert Counter(rows) == Counter(after.get(table, [])), table
