"""The path templates of a role, made to fit many names at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.templates import Literal, Slot, Template, extract, fields, match

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan.model import FilePlan
    from annostd.standard.model import Capture
    from annostd.templates import Piece

ROW = "@row"


@dataclass(frozen=True, slots=True)
class Cut:
    """A place between two folders of a template: what stands before it and after it."""

    before: Template
    after: Template


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A path template with the value maps (native to canonical) of its captures."""

    template: Template
    values: Mapping[str, Mapping[str, str]]


def is_per_row(template: Template) -> bool:
    """Tell whether a template names columns (`{media.path}`): its files are those of rows."""
    return any("." in name for name in fields(template))


def found_by_name(plan: FilePlan) -> tuple[Template, ...]:
    """List the templates of a role whose files are found by their names alone."""
    return tuple(template for template in plan.paths if not is_per_row(template))


def with_values(template: Template, captures: Mapping[str, Capture]) -> PathPattern:
    """Join a path template with those value maps that its captures have."""
    maps = {name: dict(captures[name].values) for name in fields(template) if name in captures}
    return PathPattern(template, {name: values for name, values in maps.items() if values})


def with_shared_captures(plan: Sequence[FilePlan]) -> tuple[FilePlan, ...]:
    """Give each role the captures that its paths use and only other roles declare.

    A capture means the same in every path of a standard: the pictures' `{split}` is the labels'.
    """
    declared: dict[str, Capture] = {}
    for role in plan:
        for name, capture in role.file.captures.items():
            declared.setdefault(name, capture)
    shared = []
    for role in plan:
        used = {name for template in role.paths for name in fields(template)}
        known = {name: capture for name, capture in declared.items() if name in used}
        file = replace(role.file, captures=known | dict(role.file.captures))
        shared.append(replace(role, file=file))
    return tuple(shared)


def native(plan: FilePlan, template: Template, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the native texts of a template's fields, a String column each, null where missing.

    `rows` has canonical values, a column per field; a column that is not there is missing. A value
    that the field's value map does not know is null.
    """
    columns = []
    for name in fields(template):
        known = name in rows.columns
        column = pl.col(name).cast(pl.String) if known else pl.lit(None, pl.String)
        values = dict(plan.file.captures[name].values) if name in plan.file.captures else {}
        if values:
            back = {canonical: text for text, canonical in values.items()}
            column = column.replace_strict(back, default=None, return_dtype=pl.String)
        columns.append(column.alias(name))
    return rows.select(columns) if columns else pl.DataFrame()


def fit_all(pattern: PathPattern, paths: pl.Series) -> pl.DataFrame:
    """Find the paths that fit: `@row`, their positions, and a String column for each capture.

    A capture that is missing is null. Where a capture has a value map, the column is canonical, and
    a path whose text is not in the map does not fit.
    """
    captured, fits = extract(pattern.template, paths, mode="path")
    frame = fits.arg_true().rename(ROW).to_frame()
    if captured.width:
        frame = frame.hstack(captured.filter(fits))
    for name, values in pattern.values.items():
        native = pl.col(name)
        mapped = native.replace_strict(values, default=None, return_dtype=pl.String)
        frame = frame.filter(native.is_null() | mapped.is_not_null()).with_columns(mapped)
    return frame


def fit(pattern: PathPattern, path: str) -> dict[str, str] | None:
    """Fit one path: its captures, canonical, or None."""
    captures = match(pattern.template, path, mode="path")
    if captures is None:
        return None
    for name, values in pattern.values.items():
        if name in captures:
            if captures[name] not in values:
                return None
            captures[name] = values[captures[name]]
    return captures


def capture_rows(frame: pl.DataFrame) -> Iterator[dict[str, str]]:
    """Yield the captures of each row of a frame of `fit_all`, nulls left out."""
    columns = frame.drop(ROW)
    if not columns.width:
        return ({} for _ in range(frame.height))
    if not any(columns.null_count().row(0)):
        return columns.iter_rows(named=True)
    return (
        {name: text for name, text in row.items() if text is not None}
        for row in columns.iter_rows(named=True)
    )


def cuts(template: Template) -> list[Cut]:
    """List the places where a template can be cut between folders, from the left.

    `{folder/}` can be cut before and behind. Optional parts are not cut.
    """
    pieces = template.pieces
    found = []
    for index, piece in enumerate(pieces):
        if isinstance(piece, Slot) and piece.kind == "folders":
            found.append(Cut(_part(pieces[:index]), _part(pieces[index:])))
            found.append(Cut(_part(pieces[: index + 1]), _part(pieces[index + 1 :])))
        elif isinstance(piece, Literal):
            for place in (m.start() for m in re.finditer("/", piece.text)):
                before = (*pieces[:index], Literal(piece.text[:place]))
                after = (Literal(piece.text[place + 1 :]), *pieces[index + 1 :])
                found.append(Cut(_part(before), _part(after)))
    return list(dict.fromkeys(found))


def last_cut(template: Template) -> Cut:
    """Cut a template before its last name, or before the `{folder/}` that comes just before it."""
    places = cuts(template)
    if not places:
        return Cut(_part(()), template)
    if len(places) > 1 and _starts_with_folders(places[-2].after):
        return places[-2]
    return places[-1]


def _starts_with_folders(template: Template) -> bool:
    first = template.pieces[0] if template.pieces else None
    return isinstance(first, Slot) and first.kind == "folders"


def _part(pieces: Sequence[Piece]) -> Template:
    """Make a template of some pieces of another; empty literals are dropped."""
    kept = tuple(p for p in pieces if not (isinstance(p, Literal) and not p.text))
    return Template("".join(map(_written, kept)), kept)


def _written(piece: Piece) -> str:
    """Write a piece as people would, for messages."""
    if isinstance(piece, Literal):
        return piece.text
    if isinstance(piece, Slot):
        return f"{{{piece.name}{'/' if piece.kind == 'folders' else ''}}}"
    return f"[{''.join(map(_written, piece.pieces))}]"
