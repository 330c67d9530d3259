"""Mapped tables to files: every role printed by the binding of its carrier, into a staging area."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.beside import needs_one
from annostd.bindings.listing import Outline, Shelf, outline
from annostd.bindings.targets import find_clashes
from annostd.converters.placing import Placing, RolePlan
from annostd.plan.order import listing_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.bindings.binding import Binding
    from annostd.plan.model import FilePlan, Plan, Source
    from annostd.tables.dataset import Tables


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be written (path, bytes), the paths of media by row, and what forbids it.

    `has_any`: a row, or the name of a medium, stands somewhere in it.
    """

    files: Iterator[tuple[str, bytes]]
    media: pl.Series | None
    refused: tuple[str, ...]
    has_any: bool


def print_files(
    plan: Plan,
    tables: Tables,
    roles: Sequence[FilePlan],
    bindings: Mapping[str, Binding],
    *,
    placed_media: bool,
) -> Written:
    """Print tables as the files of a plan.

    `roles` are the plan's files with their shared captures; `placed_media` says that media are put
    beside what is written, so that folders can be listed instead of each file.
    """
    placing = Placing(plan, tables, roles)
    placed = placing.place()
    media = next((p for r in roles if (p := placing.paths_of(r.role)) is not None), None)
    refused = [fault for role in placed.values() for fault in role.faults]
    lists: dict[str, str] = {}
    for role in roles:
        if role.file.listed is not None and media is not None:
            made = _list(
                role, placed[role.file.listed.by], media, tables, placed_media=placed_media
            )
            lists.update(made.lists)
            refused.extend(f"no split {split} can be listed" for split in made.unheld)
    refused.extend(_clashes(placed, roles, lists))
    files = _files(placing, roles, bindings, lists)
    has_any = bool(lists) or _holds_any(placed, roles)
    return Written(files, media, tuple(dict.fromkeys(refused)), has_any)


def _holds_any(placed: Mapping[str, RolePlan], roles: Sequence[FilePlan]) -> bool:
    """Tell whether any row is to be written; pictures are what they are without."""
    written = [placed[role.role] for role in roles if role.file.carrier != "image"]
    frames = (f for each in written for f in (*each.rows.values(), *(w for _, w in each.waiting)))
    return any(frame.height for frame in frames)


def _list(
    role: FilePlan, by: RolePlan, media: pl.Series, tables: Tables, *, placed_media: bool
) -> Outline:
    """Say in the listing file where a role's files are."""
    listed = role.file.listed
    frame = tables.frames["media"]
    splits = (
        [list(each) if each is not None else [] for each in frame["split"]]
        if "split" in frame.columns
        else [[]] * frame.height
    )
    if not by.paths:
        by.paths.append(by.plan.paths[0].text)
    made = outline(role, Shelf(media.fill_null("").to_list(), splits, by.paths[0], placed_media))
    if listed is None:
        return made
    source = listing_source(role.role, listed)
    by.rows[source.name] = listing_rows(source, made).with_columns(
        pl.lit(0, pl.UInt32).alias("@file")
    )
    return made


def listing_rows(source: Source, made: Outline) -> pl.DataFrame:
    """Make the raw rows of a listing: what is named for each value of its capture."""
    capture = next((field.name for field in source.fields if field.capture), ".")
    texts = [json.dumps(t[0] if len(t) == 1 else list(t)) for t in made.entries.values()]
    return pl.DataFrame(
        {capture: list(made.entries), ".": texts}, schema={capture: pl.String, ".": pl.String}
    )


def _files(
    placing: Placing,
    roles: Sequence[FilePlan],
    bindings: Mapping[str, Binding],
    lists: Mapping[str, str],
) -> Iterator[tuple[str, bytes]]:
    for role in roles:
        result = placing.placed[role.role]
        if role.file.carrier == "image" or not result.paths:
            continue
        written: set[int] = set()
        binding = bindings[role.file.carrier]
        for rows in placing.parts(role.role):
            for number, data in binding.write_files(result.plan, rows):
                written.add(number)
                yield result.paths[number], data
        if role.file.beside is not None and role.file.missing in {"empty", "error"}:
            for number, path in enumerate(result.paths):
                if number not in written and needs_one(role.file.beside, path):
                    yield path, b""
    for path, text in lists.items():
        yield path, text.encode()


def _clashes(
    placed: Mapping[str, RolePlan], roles: Sequence[FilePlan], lists: Mapping[str, str]
) -> Iterator[str]:
    paths = [path for role in roles for path in placed[role.role].paths] + list(lists)
    seen: set[str] = set()
    for clash in find_clashes(paths):
        first, second = paths[clash.first], paths[clash.second]
        text = f"{first} and {second} cannot both be written"
        if text not in seen:
            seen.add(text)
            yield text
