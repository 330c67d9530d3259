"""The canonical tables: what a label means, free of any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ColumnType: TypeAlias = Literal[
    "integer",
    "number",
    "string",
    "boolean",
    "time",
    "json",
    "strings",
    "reference",
    "box",
    "polygons",
    "mask",
]
Neutral: TypeAlias = bool | str | int | None

GEOMETRIES: frozenset[ColumnType] = frozenset({"box", "polygons", "mask"})


@dataclass(frozen=True, slots=True)
class CanonicalColumn:
    """A column that every standard understands in the same way.

    `neutral` is the value that leaves a row's meaning alone (None: the column has no such value);
    `table` is what a reference names; `values` is a closed set; `fallback` is the expression that
    gives the value where a source has none.
    """

    name: str
    type: ColumnType
    doc: str
    unit: str | None = None
    table: str | None = None
    neutral: Neutral = None
    values: tuple[str, ...] = ()
    fallback: str | None = None


def _column(
    name: str,
    kind: ColumnType,
    doc: str,
    *,
    unit: str | None = None,
    table: str | None = None,
    neutral: Neutral = None,
    values: tuple[str, ...] = (),
    fallback: str | None = None,
) -> CanonicalColumn:
    return CanonicalColumn(name, kind, doc, unit, table, neutral, values, fallback)


SHAPES = ("box", "polygon", "mask", "none")
MEDIA_KINDS = (
    "image",
    "frame",
    "video",
    "audio",
    "text",
    "page",
    "conversation",
    "volume",
    "cloud",
    "map",
)
_TABLES: dict[str, tuple[CanonicalColumn, ...]] = {
    "dataset": (
        _column("name", "string", "short name of the dataset"),
        _column("title", "string", "title for people"),
        _column("version", "string", "the publisher's version of the data"),
        _column("description", "string", "what the dataset is"),
        _column("licence", "reference", "licence of the whole dataset", table="licence"),
    ),
    "licence": (
        _column("id", "integer", "identifier that media refer to"),
        _column("name", "string", "name of the licence"),
        _column("url", "string", "where its text stands"),
    ),
    "media": (
        _column("id", "integer", "identifier that annotations refer to"),
        _column("name", "string", "given name, else the stem of the path", fallback="stem(path)"),
        _column("path", "string", "path of the file below its split's folder, with `/`"),
        _column("kind", "string", "what kind of medium it is", values=MEDIA_KINDS),
        _column("width", "integer", "width as displayed (after EXIF orientation)", unit="pixel"),
        _column("height", "integer", "height as displayed (after EXIF orientation)", unit="pixel"),
        _column("depth", "integer", "channels of an image"),
        _column("split", "strings", "the splits that the medium is in"),
        _column("licence", "reference", "licence of the medium", table="licence"),
    ),
    "category": (
        _column("id", "integer", "identifier that annotations refer to", fallback="number"),
        _column("name", "string", "name of the class"),
        _column(
            "number", "integer", "index of the class, or the value painted for it", fallback="id"
        ),
        _column("parent", "string", "name of the class above it"),
    ),
    "annotation": (
        _column("id", "integer", "identifier of the annotation"),
        _column("media", "reference", "the medium that is annotated", table="media"),
        _column("category", "reference", "the class given", table="category"),
        _column("parent", "reference", "the annotation that this is a part of", table="annotation"),
        _column("shape", "string", "which geometry is the annotation's own", values=SHAPES),
        _column("box", "box", "axis-aligned box"),
        _column("polygons", "polygons", "outline: parts, each a ring of x, y, …"),
        _column("mask", "mask", "pixels, as a run-length code"),
        _column("area", "number", "area of the object", unit="pixel2"),
        _column("score", "number", "confidence between 0 and 1"),
        _column("truncated", "boolean", "the object reaches beyond the medium"),
        _column("occluded", "boolean", "the object is partly hidden"),
        _column("difficult", "boolean", "hard to recognise; left out of evaluation"),
        _column("crowd", "boolean", "stands for many objects of the class", neutral=False),
    ),
    "attribute": (
        _column("annotation", "reference", "the annotation that is described", table="annotation"),
        _column("media", "reference", "the medium that is described", table="media"),
        _column("name", "string", "name of the attribute"),
        _column("value", "json", "its value"),
    ),
}
TABLES: dict[str, dict[str, CanonicalColumn]] = {
    table: {column.name: column for column in columns} for table, columns in _TABLES.items()
}
