"""Draw the bundled example: `python examples/draw.py [DIR]` writes `orchard/`, the same every time.

A tiny dataset in the layout of COCO: four pictures of fruit, two splits. Nothing in it is wrong,
but some of it is not as it should be: a box that reaches beyond its picture, an object without its
area and its crowd flag, a member that the format does not know.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (96, 64)
PEAR, PLUM, BASKET = 1, 2, 5
SKY, GRASS = (188, 214, 232), (126, 160, 92)
CATEGORIES = [
    {"id": PEAR, "name": "pear", "supercategory": "fruit"},
    {"id": PLUM, "name": "plum", "supercategory": "fruit"},
    {"id": BASKET, "name": "basket", "supercategory": "container"},
]
COLOURS = {PEAR: (196, 204, 78), PLUM: (112, 62, 122), BASKET: (156, 110, 64)}
BEYOND = 2
"""Pixels by which one box reaches beyond its picture."""

SCENES: dict[str, list[list[tuple[int, list[int]]]]] = {
    "train": [
        [(PEAR, [8, 30, 16, 20]), (PEAR, [30, 34, 14, 18]), (PLUM, [60, 40, 10, 10])],
        [(BASKET, [50, 28, 40, 30]), (PLUM, [56, 22, 9, 9]), (PLUM, [70, 21, 9, 9])],
        [(PEAR, [82, 30, 14, 20])],
    ],
    "val": [[(PLUM, [20, 40, 10, 10]), (BASKET, [40, 30, 36, 26])]],
}


def outline(category: int, box: list[int]) -> list[float]:
    """The shape's corners, x and y in turn: a basket is a trapezium, a fruit has eight sides."""
    x, y, w, h = box
    if category == BASKET:
        return [x, y, x + w, y, x + w - 5, y + h, x + 5, y + h]
    cut_x, cut_y = w * 0.25, h * 0.25
    left, right, top, bottom = x + cut_x, x + w - cut_x, y + cut_y, y + h - cut_y
    corners = [(left, y), (right, y), (x + w, top), (x + w, bottom)]
    corners += [(right, y + h), (left, y + h), (x, bottom), (x, top)]
    return [float(number) for corner in corners for number in corner]


def area(points: list[float]) -> float:
    """The area inside the corners (shoelace formula), in square pixels."""
    xs, ys = points[::2], points[1::2]
    turns = zip(xs, ys, xs[1:] + xs[:1], ys[1:] + ys[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for x1, y1, x2, y2 in turns)) / 2


def picture(scene: list[tuple[int, list[int]]]) -> Image.Image:
    """The scene, painted."""
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 44, *SIZE), fill=GRASS)
    for category, box in scene:
        draw.polygon(outline(category, box), fill=COLOURS[category], outline=(60, 50, 40))
    return image


def labels(split: str) -> dict[str, object]:
    """The split's JSON document."""
    images: list[dict[str, object]] = []
    objects: list[dict[str, object]] = []
    for number, scene in enumerate(SCENES[split], start=1):
        size = {"width": SIZE[0], "height": SIZE[1]}
        images.append({"id": number, "file_name": f"{split}-{number}.png", **size})
        for category, box in scene:
            points = outline(category, box)
            objects.append(
                {
                    "id": len(objects) + 1,
                    "image_id": number,
                    "category_id": category,
                    "bbox": box,
                    "segmentation": [points],
                    "area": area(points),
                    "iscrowd": 0,
                }
            )
    document = {"info": {"description": "An orchard, drawn by a script", "version": "1.0"}}
    rest = {"licenses": [], "images": images, "categories": CATEGORIES, "annotations": objects}
    return {**document, **rest}


def flawed(document: dict[str, object]) -> dict[str, object]:
    """The document with what is allowed but not as it should be."""
    objects = document["annotations"]
    assert isinstance(objects, list)  # noqa: S101  made above
    first, second, last = objects[0], objects[1], objects[-1]
    del first["area"]
    del first["iscrowd"]
    second["tool"] = "drawn"
    last["bbox"] = [last["bbox"][0], last["bbox"][1], last["bbox"][2] + BEYOND, last["bbox"][3]]
    return document


def printed(document: dict[str, object]) -> str:
    """The document as JSON, each record on its own line."""
    members = []
    for name, value in document.items():
        if isinstance(value, list) and value:
            records = ",\n".join(f"    {json.dumps(record)}" for record in value)
            members.append(f'  "{name}": [\n{records}\n  ]')
        else:
            members.append(f'  "{name}": {json.dumps(value)}')
    return "{\n" + ",\n".join(members) + "\n}\n"


def write(root: Path) -> None:
    """Write pictures and annotations under `root`."""
    for split, scenes in SCENES.items():
        document = labels(split)
        text = printed(flawed(document) if split == "train" else document)
        target = root / "annotations" / f"instances_{split}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        folder = root / "images" / split
        folder.mkdir(parents=True, exist_ok=True)
        for number, scene in enumerate(scenes, start=1):
            picture(scene).save(folder / f"{split}-{number}.png", optimize=True)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent) / "orchard")
