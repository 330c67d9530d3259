"""Plans for carriers of trees, made by hand as the compiler would make them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from annostd.columns.raw import DataFile, RawRows
from annostd.findings import Level
from annostd.plan.model import Field, FilePlan, Kind, Source, Step
from annostd.standard.model import File, Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from annostd.bindings.binding import Binding
    from annostd.findings import Finding

MARK = Mark("made.yaml", 1, 1)
ROLE = "data"


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
            name = part.removesuffix("!json")
            made.append(Step("member", name, text=name != part))
    return tuple(made)


def field(text: str) -> Field:
    """Make a field of `path:kind`, `.:kind` or `{capture}:kind`, with ` = default` behind it."""
    text, _, default = text.partition(" = ")
    name, _, kind = text.rpartition(":")
    kinds: Mapping[str, Kind] = {
        "i": "integer",
        "n": "number",
        "s": "string",
        "b": "boolean",
        "v": "value",
    }
    capture = name[1:-1] if name.startswith("{") else None
    path = () if capture or name == "." else tuple(name.split("/"))
    return Field(name, path, kinds[kind], capture, default or None)


def source(table: str, locator: str, *fields: str, **more: Any) -> Source:
    """Make a source of a locator and fields."""
    return Source(
        name=more.pop("name", table),
        table=table,
        file=ROLE,
        locator=steps(locator),
        fields=tuple(map(field, fields)),
        variants=(),
        **more,
    )


def plan(*sources: Source, carrier: str = "json") -> FilePlan:
    """Make a role's plan."""
    return FilePlan(File(ROLE, ("{name}.json",), carrier, MARK), (), tuple(sources))


FLAT = plan(
    source("dataset", "/info", "year:i", "version:s", "{name}:s"),
    source("media", "/images/*", "id:i", "file_name:s", "width:i", required=Level.MUST),
    source(
        "annotation",
        "/annotations/*",
        "id:i",
        "image_id:i",
        "bbox:v",
        "area:n",
        "segmentation:v",
        "iscrowd:i = 0",
        "ok:b",
        "{order}:i",
        required=Level.MUST,
    ),
)
DEEP = plan(
    source(
        "media",
        "",
        "imagePath:s",
        "size/width:i",
        "size/height:i",
        children=(
            source(
                "annotation",
                "shapes/*",
                "label:s",
                "points:v",
                "at/0:n",
                "at/1:n",
                children=(
                    source("attribute", "flags/{key}", "{key}:s", ".:v", empty="write"),
                    source("argument", "objects/{track}/data/box/*", "{track}:s", "val:v"),
                    source("cuboid", "objects/{track}/data/cube/*", "{track}:s", "val:v"),
                ),
            ),
            source("note", "text!json/items/*", "a:i"),
        ),
    ),
)
NAMES = plan(
    source("dataset", "", "nc:i", "train:v"),
    source("category", "/names/{number}", "{number}:i", ".:s", required=Level.MUST),
)
LISTED = plan(
    source("dataset", "", "nc:i"),
    source("category", "/names/*", "{order}:i", ".:s", required=Level.MUST),
)


def file(path: str = "a.json", **captures: str) -> DataFile:
    """Make a file of the role."""
    return DataFile(ROLE, path, captures)


def read(  # noqa: PLR0913
    binding: Binding,
    root: Path,
    text: bytes | str,
    made: FilePlan,
    *,
    name: str = "a.json",
    want: Mapping[str, frozenset[str]] | None = None,
) -> tuple[dict[str, RawRows], list[Finding]]:
    """Write a file and read it; all batches put together."""
    (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    batches = binding.read(root, [(0, file(name, name=Path(name).stem))], made, want, 100_000)
    return together(batches)


def together(batches: Iterable[Any]) -> tuple[dict[str, RawRows], list[Finding]]:
    """Put batches together (rows of sources without children only, where there are several)."""
    found: dict[str, RawRows] = {}
    findings: list[Finding] = []
    for batch in batches:
        findings.extend(batch.findings)
        for name, more in batch.rows.items():
            known = found.get(name)
            if known is None:
                found[name] = more
                continue
            by = known.frame.height
            counts = {item.path: item for item in known.unknown}
            for item in more.unknown:
                old = counts.get(item.path)
                counts[item.path] = (
                    type(item)(item.path, item.count + old.count, old.row)
                    if old
                    else type(item)(item.path, item.count, item.row + by)
                )
            found[name] = RawRows(
                name,
                pl.concat([known.frame, more.frame]),
                (*known.misfits, *(replace(m, row=m.row + by) for m in more.misfits)),
                tuple(counts.values()),
            )
    return found, findings


def cells(rows: RawRows, *names: str) -> list[tuple[Any, ...]]:
    """Give chosen columns as tuples."""
    frame: pl.DataFrame = rows.frame.select(names)
    return frame.rows()
