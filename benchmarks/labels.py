"""The generated dataset as one file an image: XML with pixel corners, text with fractions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import numpy as np

from benchmarks.scene import CATEGORIES, CENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scene import Ints, Scene

_NAMES: Final = [escape(category.name) for category in CATEGORIES]
_IMAGE = """<annotation>
\t<folder>generated</folder>
\t<filename>{name}</filename>
\t<source>
\t\t<database>generated</database>
\t\t<annotation>generated</annotation>
\t\t<image>none</image>
\t</source>
\t<size>
\t\t<width>{width}</width>
\t\t<height>{height}</height>
\t\t<depth>3</depth>
\t</size>
\t<segmented>0</segmented>
{objects}</annotation>
"""
_OBJECT = """\t<object>
\t\t<name>{}</name>
\t\t<pose>Unspecified</pose>
\t\t<truncated>0</truncated>
\t\t<difficult>0</difficult>
\t\t<bndbox>
\t\t\t<xmin>{}</xmin>
\t\t\t<ymin>{}</ymin>
\t\t\t<xmax>{}</xmax>
\t\t\t<ymax>{}</ymax>
\t\t</bndbox>
\t</object>
"""


def write_voc(scene: Scene, folder: Path) -> None:
    """Write one XML file an image, and the list of images of the split."""
    labels, sets = folder / "Annotations", folder / "ImageSets" / "Main"
    labels.mkdir(parents=True)
    sets.mkdir(parents=True)
    stems = []
    for image, categories, boxes in _by_image(scene):
        width, height = scene.sizes[image].tolist()
        name = scene.image_name(image)
        corners = np.concatenate([boxes[:, :2] // CENTS + 1, -(-boxes[:, 2:] // CENTS)], axis=1)
        objects = [
            _OBJECT.format(_NAMES[category], *corner)
            for category, corner in zip(categories.tolist(), corners.tolist(), strict=True)
        ]
        text = _IMAGE.format(name=name, width=width, height=height, objects="".join(objects))
        stem = name.rpartition(".")[0]
        (labels / f"{stem}.xml").write_bytes(text.encode())
        stems.append(f"{stem}\n")
    (sets / "train.txt").write_bytes("".join(stems).encode())


def write_yolo(scene: Scene, folder: Path) -> None:
    """Write one text file an image, and the YAML file that names the categories; no pictures."""
    labels = folder / "labels" / "train"
    labels.mkdir(parents=True)
    for image, categories, boxes in _by_image(scene):
        size = np.concatenate([scene.sizes[image]] * 2) * CENTS
        centred = np.concatenate([boxes[:, :2] + boxes[:, 2:], boxes[:, 2:] - boxes[:, :2]], axis=1)
        fractions = centred / size / [2, 2, 1, 1]
        lines = [
            f"{category} {cx:.6f} {cy:.6f} {width:.6f} {height:.6f}\n"
            for category, (cx, cy, width, height) in zip(
                categories.tolist(), fractions.tolist(), strict=True
            )
        ]
        stem = scene.image_name(image).rpartition(".")[0]
        (labels / f"{stem}.txt").write_bytes("".join(lines).encode())
    names = "".join(
        f"  {number}: {json.dumps(category.name, ensure_ascii=False)}\n"
        for number, category in enumerate(CATEGORIES)
    )
    text = f"path: .\ntrain: images/train\nnames:\n{names}"
    (folder / "data.yaml").write_bytes(text.encode())


def _by_image(scene: Scene) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield each image with the categories and boxes of its objects, in the order of the file."""
    chunks = [(chunk.image, chunk.category, chunk.box) for chunk in scene.chunks()]
    image, category, box = (np.concatenate(column) for column in zip(*chunks, strict=True))
    order = np.argsort(image, kind="stable")
    ends = np.searchsorted(image[order], np.arange(scene.images), side="right")
    for number, rows in enumerate(np.split(order, ends[:-1])):
        yield number, category[rows], box[rows]
