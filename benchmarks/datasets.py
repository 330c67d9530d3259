"""The datasets that works are done with, each made once for a size."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from benchmarks.coco import NAME, break_byte, write_coco
from benchmarks.labels import write_voc, write_yolo
from benchmarks.pictures import write_pictures
from benchmarks.scene import CATEGORIES, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PICTURES: Final = "images/train"
"""Where the dataset `yolo` has its pictures; it is the only large one with any."""

BROKEN_AT: Final = 0.9


def prepare(name: str, scene: Scene, folder: Path) -> Path:
    """Give the folder of a dataset, made where it is not there yet."""
    place = folder / name
    if not place.exists():
        part = folder / f"{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        _MAKERS[name](scene, part)
        part.rename(place)
    return place


def _coco(scene: Scene, folder: Path) -> None:
    write_coco(scene, folder)
    (folder / "images").mkdir()


def _faulty(scene: Scene, folder: Path) -> None:
    """One annotation of a hundred is at fault."""
    write_coco(scene, folder, scene.annotations // 100)
    (folder / "images").mkdir()


def _broken(scene: Scene, folder: Path) -> None:
    _coco(scene, folder)
    break_byte(folder / NAME, BROKEN_AT)


def _ten(scene: Scene, folder: Path) -> None:
    few = Scene(10, scene.seed)
    write_coco(few, folder)
    write_pictures(few, folder / "images")


def _voc(scene: Scene, folder: Path) -> None:
    write_voc(scene, folder)
    labels = "".join(f"{category.name}:::\n" for category in CATEGORIES)
    (folder / "labelmap.txt").write_text(labels, "utf-8")


def _yolo(scene: Scene, folder: Path) -> None:
    write_yolo(scene, folder)
    write_pictures(scene, folder / PICTURES)


_MAKERS: Mapping[str, Callable[[Scene, Path], None]] = {
    "coco": _coco,
    "faulty": _faulty,
    "broken": _broken,
    "ten": _ten,
    "voc": _voc,
    "yolo": _yolo,
}
"""The empty folder of pictures and the label map are what one of the peers asks for."""
