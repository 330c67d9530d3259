"""Tables changed from Python: what was changed reaches the output, or is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd import api
from tests.api import deliveries as made

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.api.tables import Dataset

CUT = '{"images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 48}], "annotations": [{'


def changed(dataset: Dataset, table: str, frame: pl.DataFrame) -> Dataset:
    frames = {**dataset.tables.frames, table: frame}
    return replace(dataset, tables=replace(dataset.tables, frames=frames))


def test_a_change_in_a_file_that_was_read_in_part_is_refused(tmp_path: Path) -> None:
    made.put(tmp_path / "a.json", CUT)
    dataset = api.read(tmp_path / "a.json", standard="coco")
    media = dataset.tables.frames["media"].with_columns(width=pl.lit(65, pl.Int64))
    report = api.write(changed(dataset, "media", media), tmp_path / "out.json", to="coco")
    (reason,) = report.refused
    assert reason.startswith("changes of media cannot be written to a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("rows", [0, 2])
def test_rows_taken_out_or_added_are_changes(rows: int, tmp_path: Path) -> None:
    made.put(tmp_path / "a.json", CUT)
    dataset = api.read(tmp_path / "a.json", standard="coco")
    one = dataset.tables.frames["media"]
    two = one.with_columns(pl.lit(2, pl.Int64).alias("id"), pl.lit(None, pl.UInt32).alias("@file"))
    media = pl.concat([one, two]).head(rows)
    report = api.write(changed(dataset, "media", media), tmp_path / "out.json", to="coco")
    assert "changes of media" in report.refused[0]


def test_what_was_not_changed_is_written_as_it_stands(tmp_path: Path) -> None:
    made.put(tmp_path / "a.json", CUT)
    dataset = api.read(tmp_path / "a.json", standard="coco")
    same = changed(dataset, "media", dataset.tables.frames["media"].clone())
    assert api.write(same, tmp_path / "out.json", to="coco").written
    assert (tmp_path / "out.json").read_text() == CUT


def test_changes_in_the_other_files_are_written(tmp_path: Path) -> None:
    source = made.two_splits(tmp_path / "in")
    broken, whole = sorted((source / "annotations").iterdir())
    made.put(broken, CUT)
    dataset = api.read(source, standard="coco")
    at = next(n for n, f in enumerate(dataset.opened.document.files) if f.path.endswith(whole.name))
    media = dataset.tables.frames["media"].with_columns(
        width=pl.when(pl.col("@file") == at).then(65).otherwise("width").cast(pl.Int64)
    )
    report = api.write(changed(dataset, "media", media), tmp_path / "out", to="coco")
    assert report.written
    assert (tmp_path / "out" / "annotations" / broken.name).read_text() == CUT
    written = json.loads((tmp_path / "out" / "annotations" / whole.name).read_bytes())
    assert {each["width"] for each in written["images"]} == {65}


def test_a_value_given_for_one_that_could_not_be_read_is_written(tmp_path: Path) -> None:
    source = made.coco(tmp_path / "in", [made.image(1, "a.png") | {"width": "wide"}])
    dataset = api.read(source, standard="coco")
    media = dataset.tables.frames["media"].with_columns(width=pl.lit(65, pl.Int64))
    assert api.write(changed(dataset, "media", media), tmp_path / "out", to="coco").written
    ((_, text),) = made.tree(tmp_path / "out").items()
    assert json.loads(text)["images"][0]["width"] == 65
