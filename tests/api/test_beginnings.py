"""Detection reads the beginnings of files, and the whole only of a standard that they fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from annostd.api.beginnings import BYTES, FILES, Beginnings
from annostd.api.choice import open_plan
from annostd.api.detect import detect
from annostd.api.once import compile_reading, library, load
from annostd.bindings.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from annostd.columns.raw import RawBatch
    from annostd.plan.model import FilePlan

SMALL = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "a"}]}


def coco(images: int) -> str:
    """Print a dataset of that many images."""
    rows = [
        {"id": n, "file_name": f"{n}.png", "width": 9, "height": 9} for n in range(1, images + 1)
    ]
    return json.dumps(SMALL | {"images": rows})


def opened(root: Path, standard: str) -> Document:
    """Open a folder under a standard's first dialects."""
    return open_plan(root, compile_reading(load(standard, library(()))))


def test_no_more_than_the_beginning_of_a_file_is_taken(tmp_path: Path) -> None:
    data, aside = tmp_path / "data", tmp_path / "aside"
    path = data / "annotations" / "instances_train.json"
    path.parent.mkdir(parents=True)
    path.write_text(coco(2000))
    beginnings = Beginnings(aside)
    taken = beginnings.take(opened(data, "coco-instances"))
    assert taken.root == aside
    assert (aside / "annotations" / "instances_train.json").stat().st_size == BYTES
    assert beginnings.cut == {"annotations/instances_train.json"}
    assert not beginnings.is_whole


def test_no_more_than_twenty_files_of_a_role_are_taken(tmp_path: Path) -> None:
    data, aside = tmp_path / "data", tmp_path / "aside"
    data.mkdir()
    for number in range(FILES + 1):
        (data / f"{number}.json").write_text("{}")
    beginnings = Beginnings(aside)
    taken = beginnings.take(opened(data, "labelme"))
    assert len([*aside.iterdir()]) == FILES
    assert taken.only is not None
    assert len(taken.only) == FILES
    assert not beginnings.is_whole
    assert not beginnings.cut


def test_what_is_small_is_whole(tmp_path: Path) -> None:
    data, aside = tmp_path / "data", tmp_path / "aside"
    data.mkdir()
    (data / "a.json").write_text("{}")
    beginnings = Beginnings(aside)
    beginnings.take(opened(data, "labelme"))
    assert beginnings.is_whole


def test_only_the_standard_that_fits_is_read_beyond_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "annotations" / "instances_train.json"
    path.parent.mkdir()
    path.write_text(coco(2000))
    whole: set[str] = set()
    read = Document.read

    def watched(self: Document, plan: FilePlan) -> Iterator[RawBatch]:
        if self.root == tmp_path:
            whole.add(self.plan.standard.id)
        return read(self, plan)

    monkeypatch.setattr(Document, "read", watched)
    found = detect(tmp_path)
    assert found.chosen == "coco-instances"
    assert whole <= {"coco-instances"}
    labelme = next(c for c in found.candidates if c.id == "labelme")
    assert labelme.evidence[-1] == "nothing that the standard declares stands in what was looked at"
