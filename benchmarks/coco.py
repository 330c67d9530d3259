"""The generated dataset as one JSON file with polygons and masks, clean or with faults."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from benchmarks.faults import FAULTS
from benchmarks.scene import CATEGORIES, CENTS, CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from benchmarks.faults import Record
    from benchmarks.scene import Objects, Scene

NAME: Final = "annotations/instances_train.json"
"""Where the file stands in its dataset."""

_TEXTS = [str(cents / CENTS) for cents in range(700 * CENTS)]


@dataclass(frozen=True, slots=True)
class Fault:
    """A record at fault: the rule that it breaks, and which annotation of the file it is."""

    rule: str
    annotation: int


def write_coco(scene: Scene, folder: Path, faults: int = 0) -> tuple[Fault, ...]:
    """Write the file of a scene below a folder; gives what a validator has to find.

    `faults` annotations, spread over the whole file, have one fault each, of ten kinds in turn; of
    an id given twice both records are told.
    """
    if faults * 2 > scene.annotations:
        raise ValueError(f"{faults} faults in {scene.annotations} annotations, expected fewer")
    path = folder / NAME
    path.parent.mkdir(parents=True)
    places = {
        (2 * number + 1) * scene.annotations // (2 * faults): number % len(FAULTS)
        for number in range(faults)
    }
    found: list[Fault] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('{"info": {"description": "generated", "version": "1.0", "year": 2017},\n')
        file.write('"licenses": [{"id": 1, "name": "CC0-1.0", "url": ""}],\n')
        _write_list(file, "images", _images(scene))
        _write_list(file, "annotations", _annotations(scene, places, found))
        _write_list(file, "categories", iter([_categories()]))
        file.seek(file.tell() - 2)
        file.write("}\n")
    return tuple(found)


def break_byte(path: Path, share: float) -> int:
    """Put a byte that no UTF-8 has into a file, at a share of its size; gives its offset."""
    place = int(path.stat().st_size * share)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xff")
    return place


def _write_list(file: IO[str], name: str, chunks: Iterator[list[str]]) -> None:
    """Write a member that is a list, and the comma after it."""
    file.write(f'"{name}": [')
    for number, chunk in enumerate(chunks):
        file.write((",\n" if number else "\n") + ",\n".join(chunk))
    file.write("\n],\n")


def _categories() -> list[str]:
    return [
        json.dumps({"supercategory": c.group, "id": c.id, "name": c.name}, ensure_ascii=False)
        for c in CATEGORIES
    ]


def _images(scene: Scene) -> Iterator[list[str]]:
    numbers = iter(range(scene.images))
    while chunk := list(islice(numbers, CHUNK)):
        yield [_image(scene, image) for image in chunk]


def _image(scene: Scene, image: int) -> str:
    width, height = scene.sizes[image].tolist()
    number = scene.image_ids[image]
    return (
        f'{{"license": 1,"file_name": "{scene.image_name(image)}",'
        f'"coco_url": "http://images.example.org/train2017/{number:012d}.jpg","height": {height},'
        f'"width": {width},"date_captured": "2013-11-{1 + image % 30:02d} 17:02:52",'
        f'"flickr_url": "http://farm.example.org/7/{number:012d}_{image:08x}_z.jpg",'
        f'"id": {number}}}'
    )


def _annotations(scene: Scene, places: dict[int, int], found: list[Fault]) -> Iterator[list[str]]:
    for objects in scene.chunks():
        records = _records(scene, objects)
        for place in range(len(records)):
            annotation = objects.first + place
            if annotation in places:
                rule, spoil = FAULTS[places[annotation]]
                record = _plain(scene, objects, place)
                before = scene.annotation_id(annotation - 1)
                found.extend(Fault(rule, annotation + by) for by in spoil(record, before))
                records[place] = json.dumps(record, separators=(",", ": "))
        yield records


def _records(scene: Scene, objects: Objects) -> list[str]:
    """Print a chunk of annotations."""
    texts = [""] * (2 * len(objects.x))
    texts[::2] = map(_TEXTS.__getitem__, objects.x.tolist())
    texts[1::2] = map(_TEXTS.__getitem__, objects.y.tolist())
    ends = [*(2 * objects.parts).tolist(), len(texts)]
    parts = [",".join(texts[start:end]) for start, end in pairwise(ends)]
    owned = pairwise([*objects.first_part.tolist(), len(parts)])
    ids = scene.image_ids[objects.image].tolist()
    sizes = scene.sizes[objects.image].tolist()
    boxes = objects.box.tolist()
    records = []
    for place, (start, end) in enumerate(owned):
        x, y, far_x, far_y = box = boxes[place]
        if objects.crowd[place]:
            runs = _runs(sizes[place], [cents // CENTS for cents in box])
            area, crowd = sum(runs[1::2]), 1
            shape = f'{{"counts": {runs},"size": {sizes[place][::-1]}}}'
        else:
            area, crowd = objects.double_area[place] / (2 * CENTS * CENTS), 0
            shape = f"[[{'],['.join(parts[start:end])}]]"
        records.append(
            f'{{"segmentation": {shape},"area": {area},"iscrowd": {crowd},"image_id": {ids[place]},'
            f'"bbox": [{_TEXTS[x]},{_TEXTS[y]},{_TEXTS[far_x - x]},{_TEXTS[far_y - y]}],'
            f'"category_id": {CATEGORIES[objects.category[place]].id},'
            f'"id": {scene.annotation_id(objects.first + place)}}}'
        )
    return records


def _runs(size: list[int], box: list[int]) -> list[int]:
    """Count the pixels off and on, column by column, of a mask with a frayed edge."""
    width, height = size
    left, top, right, bottom = box
    runs = []
    done = 0
    for column in range(right - left):
        start = (left + column) * height + top + column % 3
        end = (left + column) * height + bottom - column % 2
        runs += [start - done, end - start]
        done = end
    return [*runs, width * height - done]


def _plain(scene: Scene, objects: Objects, place: int) -> Record:
    """Give an annotation the outline of its box, so that only what is changed of it is odd."""
    x, y, far_x, far_y = (cents / CENTS for cents in objects.box[place].tolist())
    width, height = ((objects.box[place, 2:] - objects.box[place, :2]) / CENTS).tolist()
    return {
        "segmentation": [[x, y, far_x, y, far_x, far_y, x, far_y]],
        "area": width * height,
        "iscrowd": 0,
        "image_id": int(scene.image_ids[objects.image[place]]),
        "bbox": [x, y, width, height],
        "category_id": CATEGORIES[objects.category[place]].id,
        "id": scene.annotation_id(objects.first + place),
    }
