"""Plans made by hand, as the compiler would make them, for the tests of bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annostd.columns.raw import DataFile, Place
from annostd.plan.model import ColumnPlan, Field, FilePlan, Source, Step, Variant
from annostd.standard.model import Column, File, Mark
from annostd.templates import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.columns.raw import RawBatch
    from annostd.findings import Finding

MARK = Mark("made.yaml", 1, 1)
ROLE = "label"


def steps(locator: str) -> tuple[Step, ...]:
    """Read a locator as the compiler does."""
    made: list[Step] = []
    for part in locator.strip("/").split("/"):
        if part == "*":
            made.append(Step("each"))
        elif part.startswith("{"):
            name, _, choices = part[1:-1].partition(":")
            made.append(Step("capture", name, tuple(choices.split("|")) if choices else ()))
        elif part:
            made.append(Step("member", part))
    return tuple(made)


def fields(*names: str, **defaults: str) -> tuple[Field, ...]:
    """Make fields: `a/b`, `@x`, `.`, and `{x}` for a capture; `defaults` by name."""
    made: list[Field] = []
    for name in names:
        capture = name[1:-1] if name.startswith("{") else None
        path = () if capture or name == "." else tuple(name.split("/"))
        made.append(Field(name, path, "string", capture, defaults.get(name)))
    return tuple(made)


def source(table: str, locator: str = "", *names: str, **more: Any) -> Source:
    """Make a source; `text` is a template, `absent` native spellings of missing by field."""
    text = more.pop("text", None)
    absent: Mapping[str, Sequence[str]] = more.pop("absent", {})
    defaults: Mapping[str, str] = more.pop("defaults", {})
    columns = tuple(
        ColumnPlan(
            name,
            "string",
            Column(name, (name,), MARK, absent=tuple(values)),
            (name,),
            canonical=False,
        )
        for name, values in absent.items()
    )
    return Source(
        name=more.pop("name", table),
        table=table,
        file=ROLE,
        locator=steps(locator),
        fields=fields(*names, **defaults),
        variants=(Variant(None, (), {}, columns),),
        template=parse(text) if text is not None else None,
        **more,
    )


def plan(carrier: str, *sources: Source, **more: Any) -> FilePlan:
    """Make a role's plan; `more` are options of the file."""
    return FilePlan(File(ROLE, ("{stem}.txt",), carrier, MARK, **more), (), tuple(sources))


VOC = plan(
    "xml",
    source(
        "media",
        "/annotation",
        "{stem}",
        "folder",
        "filename",
        "source/database",
        "source/image",
        "size/width",
        "size/height",
        "size/depth",
        "segmented",
        defaults={"segmented": '"0"'},
        children=(
            source(
                "annotation",
                "object",
                "name",
                "pose",
                "truncated",
                "difficult",
                "point",
                "point/x",
                "point/y",
                "bndbox/xmin",
                "bndbox/ymin",
                "bndbox/xmax",
                "bndbox/ymax",
                absent={"truncated": ("", "Unspecified"), "difficult": ("", "Unspecified")},
                defaults={"difficult": '"0"'},
                enclosing="media",
                children=(
                    source(
                        "annotation",
                        "part",
                        "name",
                        "bndbox/xmin",
                        "bndbox/ymin",
                        "bndbox/xmax",
                        "bndbox/ymax",
                        name="annotation.part",
                        enclosing="parent",
                    ),
                    source("attribute", "actions/{name}", "{name}", ".", enclosing="annotation"),
                ),
            ),
        ),
    ),
)

YOLO = plan(
    "lines",
    source(
        "annotation",
        "",
        "category",
        "cx",
        "cy",
        "w",
        "h",
        text="{category} {cx} {cy} {w} {h}",
        enclosing="media",
    ),
    blanks="any",
)


def files(root: Path, contents: Mapping[str, bytes]) -> list[tuple[int, DataFile]]:
    """Write files of the role and number them from 10, so that numbers are no positions."""
    made: list[tuple[int, DataFile]] = []
    for position, (name, data) in enumerate(contents.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        made.append((10 + position, DataFile(ROLE, name, {"stem": path.stem})))
    return made


def whole(batches: Sequence[RawBatch], name: str) -> list[dict[str, Any]]:
    """Put the rows of a source over all batches together."""
    return [
        row for batch in batches if name in batch.rows for row in batch.rows[name].frame.to_dicts()
    ]


def found(batches: Sequence[RawBatch]) -> list[Finding]:
    """Put the findings of all batches together."""
    return [finding for batch in batches for finding in batch.findings]


def told(batches: Sequence[RawBatch]) -> list[tuple[str, str, int | None, int | None]]:
    """Give rule, file, line and column of each finding."""
    return [
        (each.rule, each.location.file, each.location.line, each.location.column)
        for each in found(batches)
    ]


def place(row: Mapping[str, Any]) -> Place:
    """Make the place of a raw row."""
    return Place(row["@file"], row["@start"], row["@end"], row["@index"], row["@path"])


def frames(batches: Sequence[RawBatch]) -> dict[str, pl.DataFrame]:
    """Give the frames of the only batch."""
    (batch,) = batches
    return {name: rows.frame for name, rows in batch.rows.items()}
