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
    "spans",
    "texts",
    "edges",
    "reference",
    "box",
    "rotated_box",
    "ellipse",
    "cuboid",
    "polygons",
    "polyline",
    "keypoints",
    "mask",
    "interval",
]
Neutral: TypeAlias = bool | str | int | None

SLOTTED: frozenset[ColumnType] = frozenset({"box", "rotated_box", "ellipse", "cuboid"})
"""Geometries of a fixed number of numbers: one Float64 column a slot."""

POINTED: frozenset[ColumnType] = frozenset({"polygons", "polyline", "keypoints"})
"""Geometries of points: List(List(Float64)), parts that are points one after another."""

GEOMETRIES: frozenset[ColumnType] = SLOTTED | POINTED | {"mask", "interval"}
PLANAR: frozenset[ColumnType] = GEOMETRIES - {"interval", "cuboid"}
"""Geometries in the plane of a picture, which have bounds in it."""


@dataclass(frozen=True, slots=True)
class CanonicalColumn:
    """A column that every standard understands in the same way.

    `neutral` is the value that leaves a row's meaning alone (None: the column has no such value);
    rows with a value in `tame` mean nearly the same and are written where the column cannot be;
    `table` is what a reference names; `values` is a closed set; `fallback` is the expression that
    gives the value where a source has none; `is_owner`: rows inside other rows belong to what those
    belong to.
    """

    name: str
    type: ColumnType
    doc: str
    unit: str | None = None
    table: str | None = None
    neutral: Neutral = None
    tame: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    fallback: str | None = None
    is_owner: bool = False


SHAPES: dict[str, ColumnType | None] = {
    "box": "box",
    "rotated_box": "rotated_box",
    "ellipse": "ellipse",
    "polygon": "polygons",
    "polyline": "polyline",
    "line": "polyline",
    "keypoints": "keypoints",
    "point": "keypoints",
    "mask": "mask",
    "cuboid": "cuboid",
    "interval": "interval",
    "time": "interval",
    "span": "spans",
    "relation": None,
    "event": None,
    "equivalence": None,
    "none": None,
}
"""What an annotation's own geometry may be, and the column that holds it."""

VISIBILITIES = ("absent", "hidden", "visible")
"""What may be said of a point: the number that it is held as is its position here."""

LAYER_KINDS = ("interval", "point", "span")
AGENT_KINDS = ("human", "model", "speaker")
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
BRANCHES = ("prompt", "chosen", "rejected")
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_TABLES: dict[str, tuple[CanonicalColumn, ...]] = {
    "dataset": (
        CanonicalColumn("name", "string", "short name of the dataset"),
        CanonicalColumn("title", "string", "title for people"),
        CanonicalColumn("version", "string", "the publisher's version of the data"),
        CanonicalColumn("description", "string", "what the dataset is"),
        CanonicalColumn("licence", "reference", "licence of the whole dataset", table="licence"),
    ),
    "licence": (
        CanonicalColumn("id", "integer", "identifier that media refer to"),
        CanonicalColumn("name", "string", "name of the licence"),
        CanonicalColumn("url", "string", "where its text stands"),
    ),
    "media": (
        CanonicalColumn("id", "integer", "identifier that annotations refer to"),
        CanonicalColumn(
            "name", "string", "given name, else the stem of the path", fallback="stem(path)"
        ),
        CanonicalColumn("path", "string", "path of the file below its split's folder, with `/`"),
        CanonicalColumn("kind", "string", "what kind of medium it is", values=MEDIA_KINDS),
        CanonicalColumn(
            "width", "integer", "width as displayed (after EXIF orientation)", unit="pixel"
        ),
        CanonicalColumn(
            "height", "integer", "height as displayed (after EXIF orientation)", unit="pixel"
        ),
        CanonicalColumn("depth", "integer", "channels of an image"),
        CanonicalColumn("duration", "time", "how long it lasts", unit="second"),
        CanonicalColumn(
            "text", "string", "the text; of tokens, with a blank between two, a line a sentence"
        ),
        CanonicalColumn("split", "strings", "the splits that the medium is in"),
        CanonicalColumn("licence", "reference", "licence of the medium", table="licence"),
    ),
    "category": (
        CanonicalColumn("id", "integer", "identifier that annotations refer to", fallback="number"),
        CanonicalColumn("name", "string", "name of the class"),
        CanonicalColumn(
            "number", "integer", "index of the class, or the value painted for it", fallback="id"
        ),
        CanonicalColumn("parent", "string", "name of the class above it"),
        CanonicalColumn("keypoints", "texts", "names of the points of its objects, in order"),
        CanonicalColumn(
            "skeleton", "edges", "pairs of points that are joined: positions in `keypoints`, from 0"
        ),
    ),
    "annotation": (
        CanonicalColumn("id", "integer", "identifier of the annotation"),
        CanonicalColumn(
            "media", "reference", "the medium that is annotated", table="media", is_owner=True
        ),
        CanonicalColumn(
            "category",
            "reference",
            "the class given, else the one of its track",
            table="category",
            fallback="track.category",
        ),
        CanonicalColumn(
            "track", "reference", "the object that it shows, here as elsewhere", table="track"
        ),
        CanonicalColumn("layer", "reference", "the layer or tier that it stands in", table="layer"),
        CanonicalColumn(
            "parent", "reference", "the annotation that this is a part of", table="annotation"
        ),
        CanonicalColumn(
            "shape", "string", "which geometry is the annotation's own", values=tuple(SHAPES)
        ),
        CanonicalColumn("box", "box", "axis-aligned box"),
        CanonicalColumn("rotated_box", "rotated_box", "box turned about its centre"),
        CanonicalColumn("ellipse", "ellipse", "ellipse, a circle among them"),
        CanonicalColumn("polygons", "polygons", "outline: parts, each a ring of x, y, …"),
        CanonicalColumn("polyline", "polyline", "open line: x, y of each point"),
        CanonicalColumn(
            "keypoints", "keypoints", "points in the order of the class: x, y, perhaps visibility"
        ),
        CanonicalColumn("mask", "mask", "pixels, as a run-length code"),
        CanonicalColumn(
            "cuboid",
            "cuboid",
            "box in the world, x forward, y left, z up: place of its centre, sides and turn",
        ),
        CanonicalColumn(
            "interval", "interval", "from when to when; a point in time has no duration"
        ),
        CanonicalColumn(
            "spans",
            "spans",
            "pieces of the text: start and end of each, from 0, the end excluded",
            unit="code point",
        ),
        CanonicalColumn(
            "quote", "string", "the text that the spans cover, as the source repeats it"
        ),
        CanonicalColumn("channel", "string", "channel of the recording"),
        CanonicalColumn("value", "string", "what is said or written: transcript, caption, mark"),
        CanonicalColumn("area", "number", "area of the object", unit="pixel2"),
        CanonicalColumn("score", "number", "confidence between 0 and 1"),
        CanonicalColumn(
            "truncated", "number", "how much of the object is beyond the medium, between 0 and 1"
        ),
        CanonicalColumn("occluded", "boolean", "the object is partly hidden"),
        CanonicalColumn("difficult", "boolean", "hard to recognise; left out of evaluation"),
        CanonicalColumn(
            "present",
            "boolean",
            "false: nothing is there (a pause), or it is known not to be",
            neutral=True,
        ),
        CanonicalColumn(
            "ignore", "boolean", "objects are here that nobody marked one by one", neutral=False
        ),
        CanonicalColumn("crowd", "boolean", "stands for many objects of the class", neutral=False),
        CanonicalColumn(
            "agent",
            "reference",
            "who speaks or acts, else the one of its layer",
            table="agent",
            fallback="layer.agent",
        ),
    ),
    "keypoint": (
        CanonicalColumn(
            "annotation", "reference", "the object that it is a point of", table="annotation"
        ),
        CanonicalColumn(
            "media", "reference", "the medium that it is in", table="media", is_owner=True
        ),
        CanonicalColumn("name", "string", "which of the points of the class it is"),
        CanonicalColumn("place", "keypoints", "where it is: x, y"),
        CanonicalColumn(
            "visibility", "string", "whether it is seen", values=("absent", "hidden", "visible")
        ),
    ),
    "argument": (
        CanonicalColumn(
            "annotation",
            "reference",
            "the relation, event or equivalence that it is a part of",
            table="annotation",
        ),
        CanonicalColumn("role", "string", "the part that it plays"),
        CanonicalColumn("target", "reference", "the annotation that plays it", table="annotation"),
    ),
    "track": (
        CanonicalColumn("id", "string", "identifier that annotations refer to"),
        CanonicalColumn("name", "string", "what the object is called"),
        CanonicalColumn("category", "reference", "the class of the object", table="category"),
    ),
    "layer": (
        CanonicalColumn("media", "reference", "the medium that it is about", table="media"),
        CanonicalColumn("name", "string", "name of the layer or tier"),
        CanonicalColumn("kind", "string", "what stands in it", values=LAYER_KINDS),
        CanonicalColumn("agent", "reference", "who speaks or acts in it", table="agent"),
    ),
    "agent": (
        CanonicalColumn("name", "string", "name of the speaker or annotator"),
        CanonicalColumn("kind", "string", "what kind of agent it is", values=AGENT_KINDS),
        CanonicalColumn("gender", "string", "gender, as the source tells it"),
    ),
    "sentence": (
        CanonicalColumn("media", "reference", "the medium that it stands in", table="media"),
    ),
    "token": (
        CanonicalColumn(
            "sentence", "reference", "the sentence that it stands in", table="sentence"
        ),
        CanonicalColumn("text", "string", "the token as it is written"),
        CanonicalColumn("lemma", "string", "the form under which a dictionary has it"),
        CanonicalColumn("pos", "string", "its part of speech"),
    ),
    "attribute": (
        CanonicalColumn(
            "annotation", "reference", "the annotation that is described", table="annotation"
        ),
        CanonicalColumn("media", "reference", "the medium that is described", table="media"),
        CanonicalColumn("name", "string", "name of the attribute"),
        CanonicalColumn("value", "json", "its value"),
    ),
    "tool": (
        CanonicalColumn("media", "reference", "the conversation that offers it", table="media"),
        CanonicalColumn("name", "string", "name that calls use"),
        CanonicalColumn("description", "string", "what it does, in words for the model"),
        CanonicalColumn("parameters", "json", "JSON Schema of its arguments"),
    ),
    "turn": (
        CanonicalColumn("media", "reference", "the conversation that it stands in", table="media"),
        CanonicalColumn(
            "branch",
            "string",
            "the line of talk that it belongs to; the first is common to all others",
            neutral="prompt",
            tame=("chosen",),
            values=BRANCHES,
        ),
        CanonicalColumn("role", "string", "who speaks", values=ROLES),
        CanonicalColumn("name", "string", "name of the speaker"),
        CanonicalColumn("text", "string", "what is said, where it is one text"),
        CanonicalColumn("weight", "number", "how much it counts in training"),
        CanonicalColumn("answers", "reference", "the call that it answers", table="call"),
    ),
    "part": (
        CanonicalColumn("turn", "reference", "the turn that it is a part of", table="turn"),
        CanonicalColumn("kind", "string", "what kind of content it is"),
        CanonicalColumn("text", "string", "what is said"),
        CanonicalColumn("path", "string", "where the medium stands: a path, or a URL"),
    ),
    "call": (
        CanonicalColumn("id", "string", "identifier that answers refer to"),
        CanonicalColumn("turn", "reference", "the turn that makes the call", table="turn"),
        CanonicalColumn("media", "reference", "the conversation that it stands in", table="media"),
        CanonicalColumn("tool", "reference", "the tool that is called", table="tool"),
        CanonicalColumn("arguments", "json", "what it is called with"),
    ),
    "preference": (
        CanonicalColumn("media", "reference", "the conversation with branches", table="media"),
        CanonicalColumn("winner", "string", "the branch that is preferred", values=BRANCHES),
        CanonicalColumn("loser", "string", "the branch that is not", values=BRANCHES),
        CanonicalColumn("score_winner", "number", "score of the branch preferred"),
        CanonicalColumn("score_loser", "number", "score of the other branch"),
        CanonicalColumn("criterion", "string", "what was asked when they were compared"),
    ),
}
TABLES: dict[str, dict[str, CanonicalColumn]] = {
    table: {column.name: column for column in columns} for table, columns in _TABLES.items()
}
