"""Draw the pictures of the cases: `python conformance/draw.py [FOLDER]`.

The tables here and in `pictures.csv` say everything: path below the folder, size as stored, format,
EXIF orientation. What is drawn is committed; another zlib may compress it to other bytes, the
pixels are the same.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import NamedTuple

from PIL import ExifTags, Image, ImageDraw

SKY, GRASS, FRUIT = (200, 220, 240), (90, 150, 60), (230, 200, 60)


class Picture(NamedTuple):
    """A picture to draw: width and height as stored, format, EXIF orientation (None: not said)."""

    width: int = 64
    height: int = 48
    format: str = "PNG"
    orientation: int | None = None


USUAL = Picture()
JPEG = Picture(format="JPEG")
TURNED = Picture(format="JPEG", orientation=6)
MIRRORED = Picture(format="JPEG", orientation=2)

PICTURES: dict[str, Picture] = {
    "coco-instances/valid/layout-roboflow/in/train/a.png": USUAL,
    "coco-instances/valid/layout-roboflow/in/valid/b.png": USUAL,
    "coco-instances/valid/layout-single-file/in/images/a.png": USUAL,
    "coco-instances/valid/pictures-beside-the-labels/in/annotations/a.png": USUAL,
    "coco-instances/valid/pictures-in-the-folder-of-the-split/in/train/a.png": USUAL,
    "coco-instances/valid/pictures-in-the-folder-of-the-edition/in/train2017/a.png": USUAL,
    "coco-instances/valid/pictures-in-images/in/images/a.png": USUAL,
    "coco-instances/valid/pictures-in-images-by-split/in/images/train/a.png": USUAL,
    "coco-instances/valid/pictures-at-the-root/in/x/a.png": USUAL,
    "coco-instances/valid/picture-turned-by-exif/in/train/turned.jpg": TURNED,
    "coco-instances/valid/picture-mirrored-by-exif/in/train/mirrored.jpg": MIRRORED,
    "coco-instances/valid/picture-of-several-kinds/in/train/a.png": USUAL,
    "coco-instances/valid/picture-of-several-kinds/in/train/a.jpg": JPEG,
    "coco-instances/valid/picture-of-several-kinds/in/train/a.bmp": Picture(format="BMP"),
    "coco-instances/valid/picture-of-several-kinds/in/train/a.gif": Picture(format="GIF"),
    "coco-instances/valid/picture-of-several-kinds/in/train/a.tif": Picture(format="TIFF"),
    "coco-instances/valid/picture-of-several-kinds/in/train/a.webp": Picture(format="WEBP"),
    "coco-instances/invalid/layout.missing/no-labels/in/train/a.png": USUAL,
    "coco-instances/invalid/media.size-differs/narrower/in/train/a.png": USUAL,
    "coco-instances/invalid/media.size-differs/swapped/in/train/a.png": USUAL,
    "coco-instances/invalid/media.size-differs/turned-and-narrower/in/train/turned.jpg": TURNED,
    "coco-instances/invalid/media.turned/by-exif/in/train/turned.jpg": TURNED,
    "coco-instances/invalid/image.type/jpeg-named-png/in/train/jpeg.png": JPEG,
}


def listed() -> dict[str, Picture]:
    """Read the pictures that `pictures.csv` lists."""
    with Path(__file__).with_name("pictures.csv").open(encoding="utf-8") as lines:
        return {
            row["path"]: Picture(
                int(row["width"]),
                int(row["height"]),
                row["format"],
                int(row["orientation"]) if row["orientation"] else None,
            )
            for row in csv.DictReader(lines)
        }


def draw(picture: Picture) -> Image.Image:
    """Draw sky, grass and one fruit, which shows how the picture is turned."""
    width, height = picture.width, picture.height
    image = Image.new("RGB", (width, height), SKY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height * 2 // 3, width, height), fill=GRASS)
    pen.ellipse((width // 16, height // 8, width * 3 // 8, height // 3), fill=FRUIT)
    return image


def save(picture: Picture, path: Path) -> None:
    """Draw a picture and write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if picture.orientation is not None:
        exif[ExifTags.Base.Orientation] = picture.orientation
    more = {"exif": exif} if picture.orientation is not None else {}
    draw(picture).save(path, format=picture.format, **more)


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, drawn in {**PICTURES, **listed()}.items():
        save(drawn, into / name)
