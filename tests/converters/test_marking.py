"""Spans of a text changed by a caller: written as tags, or told as losses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd import read, write

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.api.tables import Dataset
    from annostd.reports import ConversionReport

SPANS = pl.List(pl.List(pl.Int64))
DATA = """-DOCSTART-  -X- O O

EU NNP  I-NP B-ORG
in IN I-PP O
West NNP I-NP B-LOC
Berlin NNP I-NP I-LOC

Yes UH O I-ORG

"""
"""In IOB2, with a tag that cannot stand where it does; `EU in West Berlin`, a line end, `Yes`."""
AS = "conll-2003:four,iob2"


def opened(tmp_path: Path) -> Dataset:
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.txt").write_text(DATA, "utf-8")
    return read(source, standard=AS)


def written(
    dataset: Dataset, tmp_path: Path, spans: list[list[list[int]]]
) -> tuple[ConversionReport, str]:
    """Write a dataset with other spans in place of its own."""
    frames = dict(dataset.tables.frames)
    changed = frames["annotation"].with_columns(pl.Series("spans", spans, dtype=SPANS))
    tables = replace(dataset.tables, frames={**frames, "annotation": changed})
    target = tmp_path / "written"
    report = write(replace(dataset, tables=tables), target, to=AS, allow_loss=True)
    return report, (target / "train.txt").read_text("utf-8") if report.written else ""


def test_spans_as_they_were_leave_each_tag(tmp_path: Path) -> None:
    dataset = opened(tmp_path)
    assert dataset.tables.frames["annotation"]["spans"].to_list() == [
        [[0, 2]],
        [[6, 17]],
        [[18, 21]],
    ]
    report, text = written(dataset, tmp_path, [[[0, 2]], [[6, 17]], [[18, 21]]])
    assert report.losses == ()
    assert text == DATA


def test_a_span_that_is_moved_changes_the_tags_of_its_rows_alone(tmp_path: Path) -> None:
    report, text = written(opened(tmp_path), tmp_path, [[[0, 2]], [[11, 17]], [[18, 21]]])
    assert report.losses == ()
    assert text == DATA.replace("B-LOC", "O").replace("I-LOC", "B-LOC")


def test_a_span_that_no_tags_can_mark_is_a_loss(tmp_path: Path) -> None:
    report, text = written(opened(tmp_path), tmp_path, [[[0, 2]], [[7, 17]], [[0, 5]]])
    unnamed, loss = report.losses
    assert (str(loss.kind), loss.what, loss.count) == ("lost", "annotation", 2)
    assert (unnamed.what, unnamed.count) == ("category", 1)
    assert "marks runs of whole token rows" in loss.reason
    assert [place.line for place in loss.places] == [5, 8]
    gone = DATA.replace("B-LOC", "O").replace("I-LOC", "O").replace("I-ORG", "O")
    assert text == gone
