"""Many shards of few: what was injected is found, and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import annostd
from annostd.bindings import shares
from benchmarks.datasets import prepare
from benchmarks.scene import Scene
from benchmarks.shards import repeat

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

COPIES = 3


def test_shards_have_the_faults_that_were_injected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voc = prepare("voc", Scene(20), tmp_path)
    tables = tmp_path / "tables"
    made = annostd.convert(voc, tables, standard="pascal-voc", to="annostd-tables", allow_loss=True)
    count = repeat(tables, COPIES, tmp_path / "shards")
    assert count == COPIES * made.counts["annotation"]
    monkeypatch.setattr(shares, "BYTES", 1)
    (report,) = annostd.validate(tmp_path / "shards", standard="annostd-tables")
    assert report.counts["annotation"] == count
    assert Counter(finding.rule for finding in report.findings) == {
        "annotation.category.dangling": COPIES,
        "annotation.media.dangling": COPIES,
        "annotation.id.duplicate": COPIES + 1,
    }
    files = Counter(finding.location.file for finding in report.findings)
    assert files == {
        "annotation/00000.parquet": 4,
        "annotation/00001.parquet": 3,
        "annotation/00002.parquet": 3,
    }
