"""The generated datasets: clean ones without a finding, faulty ones with what was injected."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import annostd
from benchmarks import scene as scenes
from benchmarks.coco import NAME, break_byte, write_coco
from benchmarks.labels import write_voc, write_yolo
from benchmarks.pictures import jpeg, write_pictures
from benchmarks.scene import CATEGORIES, Scene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCENE = Scene(60)
ANNOTATIONS = 436
"""60 of the 118,287 images have 60 * 860,001 / 118,287 annotations."""


def write_yolo_with_pictures(scene: Scene, folder: Path) -> None:
    write_yolo(scene, folder)
    write_pictures(scene, folder / "images" / "train")


def write_clean_coco(scene: Scene, folder: Path) -> None:
    write_coco(scene, folder)


WRITERS = {
    "coco-instances": write_clean_coco,
    "pascal-voc": write_voc,
    "yolo-detect": write_yolo_with_pictures,
}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several chunks in every dataset."""
    monkeypatch.setattr(scenes, "CHUNK", 100)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("standard", WRITERS)
def test_a_clean_dataset_has_no_finding_of_any_level(standard: str, tmp_path: Path) -> None:
    WRITERS[standard](SCENE, tmp_path / "data")
    (report,) = annostd.validate(tmp_path / "data")
    assert report.standard.id == standard
    assert report.findings == ()
    assert report.counts["media"] == 60
    assert report.counts["annotation"] == ANNOTATIONS
    used = len({number for chunk in SCENE.chunks() for number in chunk.category.tolist()})
    assert report.counts["category"] in {len(CATEGORIES), used}, "as listed, or as used"


@pytest.mark.parametrize("writer", [*WRITERS.values(), write_pictures], ids=lambda w: w.__name__)
def test_a_seed_gives_the_same_bytes(writer: Callable[[Scene, Path], None], tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        writer(Scene(20, seed), tmp_path / name)
    one = files(tmp_path / "one")
    assert one == files(tmp_path / "again")
    assert one != files(tmp_path / "other")


@pytest.mark.parametrize("count", [1, 10, 47])
def test_a_faulty_dataset_has_the_faults_told_and_no_other(count: int, tmp_path: Path) -> None:
    faults = write_coco(SCENE, tmp_path / "data", count)
    (report,) = annostd.validate(tmp_path / "data", standard="coco-instances")
    found = Counter(
        (finding.rule, int((finding.location.pointer or "").split("/")[2]))
        for finding in report.findings
    )
    assert found == Counter((fault.rule, fault.annotation) for fault in faults)
    both = count // 10 + (count % 10 > 5)
    assert len(faults) == count + both, "an id given twice is told of both records"


def test_faults_are_spread_over_the_whole_file(tmp_path: Path) -> None:
    faults = write_coco(SCENE, tmp_path / "data", 40)
    quarters = Counter(fault.annotation * 4 // ANNOTATIONS for fault in faults)
    assert set(quarters) == {0, 1, 2, 3}
    assert len({fault.rule for fault in faults}) == 10


def test_more_faults_than_every_other_record_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="219 faults in 436 annotations, expected fewer"):
        write_coco(SCENE, tmp_path / "data", 219)


def test_a_broken_byte_is_found_where_it_stands(tmp_path: Path) -> None:
    write_coco(SCENE, tmp_path / "data")
    path = tmp_path / "data" / NAME
    place = break_byte(path, 0.9)
    (report,) = annostd.validate(tmp_path / "data", standard="coco-instances")
    lines = path.read_bytes()[:place].split(b"\n")
    (finding,) = report.findings
    assert finding.rule == "json.syntax", "the byte stands in a number"
    assert finding.location.line == len(lines)
    assert finding.location.column == len(lines[-1].decode()) + 1


@pytest.mark.parametrize("size", [(640, 480), (333, 500), (1, 1), (8, 16)], ids=str)
def test_a_picture_can_be_decoded_and_has_its_size(size: tuple[int, int]) -> None:
    data = jpeg(*size)
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert picture.size == size
    assert len(data) < 1000


def test_a_scene_has_what_makes_real_ones_hard() -> None:
    chunks = list(SCENE.chunks())
    assert any(chunk.crowd.any() for chunk in chunks)
    assert any(len(chunk.parts) > len(chunk.image) for chunk in chunks), "several parts"
    assert len(np.unique(SCENE.image_ids)) == 60
    assert SCENE.image_ids.tolist() != sorted(SCENE.image_ids)
    ids = [SCENE.annotation_id(number) for number in range(ANNOTATIONS)]
    assert len(set(ids)) == ANNOTATIONS
    assert ids != sorted(ids)
    assert not SCENE.image_name(7).isascii()
