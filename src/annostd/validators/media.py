"""Media against what is said of them: sizes in picture headers, and files that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.bindings.media import FOLDER, MediaPlaces, find_media
from annostd.bindings.patterns import is_per_row
from annostd.bindings.reading import Reading, read_files
from annostd.columns.raw import DataFile
from annostd.findings import Finding, Location, Phase, Tally
from annostd.plan.model import Field, FilePlan, Source, Variant
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.bindings.document import Document
    from annostd.plan.model import Plan, RulePlan
    from annostd.tables.dataset import Tables
    from annostd.validators.places import Placer

NAMING: Final = frozenset({"layout.name", "layout.outside-root"})
"""The rules about the paths by which rows name their media."""

_SIDES = ("width", "height", "raw_width", "raw_height")
_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class MediaOutcome:
    """What looking at the media found; `reason` says why it could not be done (None: it was)."""

    findings: tuple[Finding, ...] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    reason: str | None = None


def judge_media(
    placer: Placer,
    document: Document,
    rules: Mapping[str, RulePlan],
    media: pl.DataFrame | None,
    override: Path | None = None,
) -> MediaOutcome:
    """Compare the size that rows give their media with the headers of the files that are there."""
    role = _role(document.plan)
    if role is None:
        return MediaOutcome()
    if media is None or media.is_empty():
        return MediaOutcome(reason="there are no media")
    rows = _rows(document, role, media)
    places = MediaPlaces(document.root, override, document.follow_links)
    names = _Names(placer, media)
    found = find_media(places, role, rows, names.place)
    named = names.named(found.findings)
    if not found.found:
        media_rules = [name for name, rule in rules.items() if rule.phase is Phase.MEDIA]
        skipped = dict.fromkeys(media_rules, Tally(skipped=media.height))
        return MediaOutcome(named, skipped, "no media files were found")
    sizes, broken = _sizes(document, found.root, role, found.frame)
    findings = [*named, *broken]
    tallies: dict[str, Tally] = {}
    for rule, rows_at, texts in _compared(rules, media, sizes):
        findings.extend(placer.findings(replace(rule, table="media"), media[rows_at], texts, None))
        seen, failed = int(found.frame["exists"].sum()), len(rows_at)
        blocked = int((_blocked(media) & found.frame["exists"]).sum())
        passed = seen - failed - blocked
        tallies[rule.id] = Tally(passed, failed, blocked, skipped=media.height - seen)
    missing = media.height - int(found.frame["exists"].sum())
    reason = f"{missing} of {media.height} media files were not found" if missing else None
    return MediaOutcome(tuple(findings), tallies, reason)


def _role(plan: Plan) -> FilePlan | None:
    """Find the role of pictures that are looked up for each medium."""
    for file in plan.files:
        if file.file.carrier == "image" and file.file.of and any(map(is_per_row, file.paths)):
            return file
    return None


def _rows(document: Document, role: FilePlan, media: pl.DataFrame) -> pl.DataFrame:
    """Give the values that the templates of pictures name, a row for each medium."""
    named = {field for template in role.paths for field in template_fields(template)}
    columns = []
    for name in sorted(named):
        column = name.rpartition(".")[2]
        if column in media.columns:
            value = pl.col(column)
            is_list = media.schema[column] == pl.List(pl.String)
            text = value.list.first() if is_list else value.cast(pl.String)
            columns.append(text.alias(name))
    folders = [_folder(file.path) for file in document.files]
    own = pl.Series(FOLDER, [folders[at] if at is not None else "" for at in media["@file"]])
    return media.select(columns).with_columns(own)


def _folder(path: str) -> str:
    folder, slash, _ = path.rpartition("/")
    return folder + slash


class _Names:
    """The places of the paths that media are named by, and which medium stands at each."""

    def __init__(self, placer: Placer, media: pl.DataFrame) -> None:
        self._placer = placer
        self._media = media
        self._objects: dict[Location, str | None] = {}

    def place(self, row: int) -> Location:
        """Find the place of a medium's path."""
        some = next(iter(self._placer.plan.rules.values()))
        rule = replace(some, table="media")
        columns = self._placer.plan.tables["media"].columns
        fields = columns["path"].fields if "path" in columns else ()
        path = tuple(fields[0].split("/")) if len(fields) == 1 and fields[0][:1] != "{" else None
        rows = self._media[row : row + 1]
        (found,) = self._placer.findings(rule, rows, [("", None, None)], path)
        self._objects[found.location] = found.object
        return found.location

    def named(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Name the medium in findings at places that were asked for."""
        return tuple(replace(each, object=self._objects.get(each.location)) for each in findings)


def _sizes(
    document: Document, root: Path, role: FilePlan, frame: pl.DataFrame
) -> tuple[pl.DataFrame, list[Finding]]:
    """Read the headers of the files that exist; rows are those of the media."""
    at = frame["exists"].arg_true()
    files = [
        (index, DataFile(role.role, path, {}))
        for index, path in zip(at, frame["path"].gather(at), strict=True)
    ]
    fields = tuple(Field(side, (side,), "integer") for side in _SIDES)
    source = Source("@sizes", "@sizes", role.role, (), fields, (Variant(None, (), {}, ()),))
    plan = FilePlan(role.file, role.paths, (source,))
    findings: list[Finding] = []
    frames: list[pl.DataFrame] = []
    reading = Reading(document.bindings["image"], root, files, plan, None, _ROWS)
    for batch in read_files(reading, document.engine):
        findings.extend(batch.findings)
        frames.extend(rows.frame for rows in batch.rows.values())
    sizes = pl.concat(frames) if frames else pl.DataFrame(schema={"@file": pl.UInt32})
    rows = pl.DataFrame({"@file": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)})
    columns = [side for side in _SIDES if side in sizes.columns]
    return rows.join(
        sizes.select("@file", *columns), on="@file", how="left", maintain_order="left"
    ), findings


def _blocked(media: pl.DataFrame) -> pl.Series:
    """Tell the media whose size is known to be wrong by itself."""
    marks = [f"{side}@bad" for side in ("width", "height") if f"{side}@bad" in media.columns]
    bad = pl.any_horizontal(marks) if marks else pl.lit(value=False)
    blocked = media.select(pl.int_range(pl.len()), bad.fill_null(value=False).alias("@blocked"))
    return blocked["@blocked"]


def _compared(
    rules: Mapping[str, RulePlan], media: pl.DataFrame, sizes: pl.DataFrame
) -> Iterator[tuple[RulePlan, pl.Series, list[tuple[str, str | None, str | None]]]]:
    """Yield the rows whose size is not the file's, and those where only the unturned size is."""
    if "width" not in media.columns or "width" not in sizes.columns:
        return
    said = media.select("width", "height").rename({"width": "w", "height": "h"})
    frame = pl.concat([said, sizes], how="horizontal")
    same = (pl.col("w") == pl.col("width")) & (pl.col("h") == pl.col("height"))
    raw = (pl.col("w") == pl.col("raw_width")) & (pl.col("h") == pl.col("raw_height"))
    known = pl.all_horizontal(pl.col("width", "w", "h").is_not_null()) & ~_blocked(media)
    tests = {
        "media.size-differs": known & ~same & ~raw,
        "media.turned": known & ~same & raw,
    }
    for name, test in tests.items():
        rule = rules.get(name)
        rows = frame.select(test.fill_null(value=False).alias("t"))["t"].arg_true().cast(pl.UInt32)
        if rule is None:
            continue
        texts = [
            _text(name, values)
            for values in frame[rows].select("w", "h", "width", "height").iter_rows()
        ]
        yield rule, rows, texts


def _text(rule: str, values: tuple[int, ...]) -> tuple[str, str | None, str | None]:
    width, height, real_width, real_height = values
    actual, expected = f"{width} x {height}", f"{real_width} x {real_height}"
    if rule == "media.turned":
        return (
            f"the size is {actual} before the picture is turned upright, expected {expected}",
            actual,
            expected,
        )
    return f"the size is {actual}, expected that of the file, {expected}", actual, expected


def _joined(document: Document, media: pl.DataFrame) -> list[str | None]:
    """Give the path of the picture that is joined to each medium by a capture of its name."""
    for plan in document.plan.files:
        for source in plan.sources if plan.file.carrier == "image" else ():
            for here, there in source.join.by if source.join is not None else ():
                name = there.strip("{}")
                own = [f for f in document.files if f.role == plan.role and f.exists]
                paths = {file.captures.get(name): file.path for file in own}
                return [paths.get(key) for key in media[here].cast(pl.String)]
    return [None] * media.height


def locate_media(
    document: Document, tables: Tables, override: Path | None = None
) -> list[str | None]:
    """Give the path of each medium, relative to the root; None where it is not there."""
    media = tables.frames.get("media")
    if media is None or "@file" not in media.columns:
        return []
    images = {plan.role for plan in document.plan.files if plan.file.carrier == "image"}
    own = [document.files[at] if at is not None else None for at in media["@file"]]
    if all(file is not None and file.role in images for file in own):
        return [file.path if file is not None and file.exists else None for file in own]
    role = _role(document.plan)
    if role is None:
        return _joined(document, media) if override is None else [None] * media.height
    places = MediaPlaces(document.root, override, document.follow_links)
    found = find_media(places, role, _rows(document, role, media), lambda _: Location("."))
    return [path if exists else None for path, exists in found.frame.iter_rows()]
