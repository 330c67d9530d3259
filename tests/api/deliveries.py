"""Small datasets as people deliver them, written into a folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from annostd.findings import Finding, Loss
    from annostd.reports import ConversionReport, Report

Json: TypeAlias = "dict[str, object]"
Box: TypeAlias = tuple[float, float, float, float]
SIZE = (64, 48)
CATEGORIES: tuple[Json, ...] = (
    {"id": 3, "name": "pear"},
    {"id": 17, "name": "plum"},
    {"id": 90, "name": "fig"},
)


def put(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def picture(path: Path, size: tuple[int, int] = SIZE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size).save(path, "PNG")


def image(number: int, name: str, **more: object) -> Json:
    return {"id": number, "file_name": name, "width": SIZE[0], "height": SIZE[1]} | more


def instance(number: int, media: int, category: int, box: Box, **more: object) -> Json:
    made: Json = {"id": number, "image_id": media, "category_id": category, "bbox": list(box)}
    return made | {"area": box[2] * box[3], "iscrowd": 0, "segmentation": []} | more


def coco_text(
    images: Iterable[Json], instances: Iterable[Json], categories: Iterable[Json] = CATEGORIES
) -> str:
    lists = {"images": list(images), "annotations": list(instances)}
    return json.dumps({"info": {}, "licenses": [], **lists, "categories": list(categories)})


def coco(
    root: Path,
    images: Iterable[Json],
    instances: Iterable[Json] = (),
    categories: Iterable[Json] = CATEGORIES,
) -> Path:
    """Write one COCO file, for the split train, without its pictures."""
    text = coco_text(images, instances, categories)
    put(root / "annotations" / "instances_train.json", text)
    return root


def two_splits(root: Path) -> Path:
    """Write a COCO delivery of two files, whose ids begin anew, with its pictures."""
    outline = {"segmentation": [[1, 1, 11, 1, 11, 11, 1, 11]]}
    train = [instance(1, 1, 3, (4, 6, 20, 10)), instance(2, 2, 17, (1, 1, 10, 10), **outline)]
    put(
        root / "annotations" / "instances_train2017.json",
        coco_text([image(1, "a.png"), image(2, "b.png")], train),
    )
    put(
        root / "annotations" / "instances_val2017.json",
        coco_text([image(1, "c.png")], [instance(1, 1, 17, (0, 0, 64, 48))]),
    )
    for name in ("train2017/a.png", "train2017/b.png", "val2017/c.png"):
        picture(root / name)
    return root


def voc_text(name: str, objects: Iterable[tuple[str, Box, str]], extra: str = "") -> str:
    made = "".join(
        f"<object><name>{label}</name><bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin>"
        f"<xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox>{more}</object>"
        for label, (x1, y1, x2, y2), more in objects
    )
    size = f"<size><width>{SIZE[0]}</width><height>{SIZE[1]}</height><depth>3</depth></size>"
    return f"<annotation><filename>{name}</filename>{size}{extra}{made}</annotation>\n"


def voc(root: Path, sets: Mapping[str, str] | None = None) -> Path:
    """Write a VOC delivery of the pictures a, b, c; `sets` are the names in each image set."""
    for stem in "abc":
        objects = [
            ("pear", (5, 7, 24, 16), ""),
            ("plum", (1, 1, 64, 48), "<truncated>1</truncated>"),
        ]
        put(root / "Annotations" / f"{stem}.xml", voc_text(f"{stem}.png", objects))
        picture(root / "JPEGImages" / f"{stem}.png")
    for split, names in (sets or {}).items():
        put(root / "ImageSets" / "Main" / f"{split}.txt", "".join(f"{n}\n" for n in names))
    return root


def yolo(root: Path, lines: str = "0 0.21875 0.229167 0.3125 0.208333\n", **more: str) -> Path:
    """Write a YOLO delivery with the pictures a (labelled) and e (not), and b in val.

    `more` are lines of the yaml in place of those of the same name.
    """
    document = {"path": ".", "train": "images/train", "val": "images/val"} | more
    head = "".join(f"{name}: {value}\n" for name, value in document.items())
    put(root / "data.yaml", head + ("" if "names" in more else "names:\n  0: pear\n  1: plum\n"))
    put(root / "labels" / "train" / "a.txt", lines)
    put(root / "labels" / "val" / "b.txt", "")
    for name in ("train/a", "train/e", "val/b"):
        picture(root / "images" / f"{name}.png")
    return root


def rules(report: Report | ConversionReport) -> list[str]:
    return [finding.rule for finding in report.findings]


def the(findings: Iterable[Finding], rule: str) -> Finding:
    (found,) = [finding for finding in findings if finding.rule == rule]
    return found


def lost(report: ConversionReport) -> dict[str, int]:
    """Count what is lost, by what it is."""
    return {loss.what: loss.count for loss in report.losses if loss.kind == "lost"}


def loss_of(report: ConversionReport, what: str, kind: str = "lost") -> Loss:
    (found,) = [loss for loss in report.losses if (loss.what, loss.kind) == (what, kind)]
    return found


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
