"""Convert with supervision, which has no command.

The words are: format of the source, source, folder of pictures, format of the target, target.
"""

from __future__ import annotations

import sys
from pathlib import Path

import supervision as sv


def read(kind: str, source: Path, pictures: str) -> sv.DetectionDataset:
    """Read a dataset."""
    if kind == "coco":
        return sv.DetectionDataset.from_coco(pictures, str(source))
    if kind == "coco-masks":
        return sv.DetectionDataset.from_coco(pictures, str(source), force_masks=True)
    if kind == "voc":
        return sv.DetectionDataset.from_pascal_voc(pictures, str(source / "Annotations"))
    labels = source / "labels" / "train"
    return sv.DetectionDataset.from_yolo(pictures, str(labels), str(source / "data.yaml"))


def write(dataset: sv.DetectionDataset, kind: str, target: Path) -> None:
    """Write a dataset without its pictures."""
    if kind == "coco":
        dataset.as_coco(annotations_path=str(target))
    elif kind == "voc":
        dataset.as_pascal_voc(annotations_directory_path=str(target))
    else:
        dataset.as_yolo(
            annotations_directory_path=str(target / "labels"),
            data_yaml_path=str(target / "data.yaml"),
        )


if __name__ == "__main__":
    from_kind, origin, folder, to_kind, goal = sys.argv[1:]
    write(read(from_kind, Path(origin), folder), to_kind, Path(goal))
