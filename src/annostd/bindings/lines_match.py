"""From lines to raw rows: each line belongs to the first source whose template it fits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.bindings.frames import raw_frame, wanted
from annostd.bindings.lines_heads import Headed
from annostd.bindings.lines_misfits import BLANKS, Unfitting, misfits
from annostd.columns.raw import RawRows
from annostd.templates import extract, is_unambiguous, pattern
from annostd.templates import match as match_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annostd.bindings.lines_text import Lines
    from annostd.findings import Finding
    from annostd.plan.model import Field, FilePlan, Source
    from annostd.templates import Blanks, Template


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of line: its source, and the fields that are handed over.

    `fields` is None where the source is not asked for, and its lines are only told from the others.
    """

    source: Source
    fields: tuple[Field, ...] | None


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows by source of a run of lines, the lines that are none, and the number of rows by file."""

    rows: Mapping[str, RawRows]
    findings: tuple[Finding, ...]
    counts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """The lines of one kind: the values of its fields, where they stand, their ordinals."""

    values: Mapping[str, pl.Series]
    lines: NDArray[np.int64]
    index: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Lines by kind, in the order of the kinds; of the others what is wrong; rows by file."""

    taken: tuple[Taken, ...]
    findings: tuple[Finding, ...]
    counts: Mapping[int, int]


def kinds(plan: FilePlan, want: Mapping[str, frozenset[str]] | None) -> tuple[Kind, ...]:
    """List the kinds of line of a role in the order in which they are tried."""
    return tuple(kind_of(source, want) for source in plan.sources)


def kind_of(source: Source, want: Mapping[str, frozenset[str]] | None) -> Kind:
    """Make the kind of line of a source, with the fields that are asked for."""
    return Kind(source, wanted(source, want))


def match(
    lines: Lines, plan: FilePlan, kinds: Sequence[Kind], before: Mapping[int, int]
) -> Matched:
    """Divide lines among the kinds of a role.

    `before` counts the rows of a file that were met in earlier runs of its lines. A line that fits
    no template is the finding `lines.template`; it counts as a row all the same, so that the
    ordinals of the rows behind it stay what they are in the file.
    """
    sorted_ = sort_lines(lines, plan, kinds, before)
    rows = {
        kind.source.name: raw_rows(lines, kind, taken)
        for kind, taken in zip(kinds, sorted_.taken, strict=True)
        if kind.fields is not None
    }
    return Matched(rows, sorted_.findings, sorted_.counts)


def sort_lines(
    lines: Lines, plan: FilePlan, kinds: Sequence[Kind], before: Mapping[int, int]
) -> Sorted:
    """Tell which lines are of which kind, with the values of those that are asked for."""
    rest = _candidates(lines, plan.file.comment)
    headed = Headed.of(lines, plan)
    if headed is not None:
        rest = rest[~headed.is_head[rest]]
    index = ordinals(lines.file, rest, before)
    files, numbers = np.unique(lines.file[rest], return_counts=True)
    counts = dict(zip(files.tolist(), numbers.tolist(), strict=True))
    rest = rest[~lines.broken[rest]]
    taken: list[Taken] = []
    for kind in kinds:
        text = lines.text.gather(rest) if len(rest) < len(lines) else lines.text
        fits, values = _extract(text, kind, plan.file.blanks)
        if headed is not None:
            below = headed.allow(kind.source, rest)
            fits = below if fits is None else fits & below
        chosen = rest if fits is None else rest[fits]
        if fits is not None:
            values = {name: value.filter(pl.Series(fits)) for name, value in values.items()}
        taken.append(Taken(values, chosen, index[chosen]))
        rest = rest[:0] if fits is None else rest[~fits]
    findings = tuple(_misfits(Unfitting(lines, rest, index), plan, kinds, headed))
    return Sorted(tuple(taken), findings, counts)


def _misfits(
    unfitting: Unfitting, plan: FilePlan, kinds: Sequence[Kind], headed: Headed | None
) -> Iterator[Finding]:
    """Tell of each line that fits nothing what may stand there."""
    sources = [kind.source for kind in kinds if kind.source.template is not None]
    runs = [(unfitting.rows, sources)]
    if headed is not None:
        runs = list(headed.runs(unfitting.rows, sources))
    for rows, allowed in runs:
        if len(rows):
            templates = [source.template for source in allowed if source.template is not None]
            yield from misfits(replace(unfitting, rows=rows), plan, templates)


def spans(template: Template, text: str, blanks: Blanks) -> Mapping[str, tuple[int, int]] | None:
    """Tell where in a line the text of each field stands that is there.

    None where the line does not fit.
    """
    if not is_unambiguous(template, blanks=blanks):
        return _found_spans(template, text, blanks)
    made = pattern(template, blanks=blanks)
    fitted = re.fullmatch(made.text, text)
    if fitted is None:
        return None
    places = {name: fitted.span(f"g{group}") for group, name in enumerate(made.names)}
    return {name: span for name, span in places.items() if span[0] >= 0}


def _found_spans(
    template: Template, text: str, blanks: Blanks
) -> Mapping[str, tuple[int, int]] | None:
    """Look for the values one behind the other, where a pattern might take very long."""
    values = match_one(template, text, blanks=blanks)
    if values is None:
        return None
    places: dict[str, tuple[int, int]] = {}
    end = 0
    for name, value in values.items():
        start = text.index(value, end)
        end = start + len(value)
        places[name] = (start, end)
    return places


def _candidates(lines: Lines, comment: str | None) -> NDArray[np.int64]:
    """Find the lines that are neither blank nor comments."""
    bare = lines.text.str.strip_chars_start(BLANKS)
    keep = bare != ""
    if comment:
        keep &= ~bare.str.starts_with(comment)
    return np.flatnonzero(keep.to_numpy() | lines.broken)


def ordinals(
    files: NDArray[np.uint32], rows: NDArray[np.int64], before: Mapping[int, int]
) -> NDArray[np.int64]:
    """Number the rows of each file from 0.

    What comes back runs over all lines; only those of rows mean something.
    """
    index = np.zeros(len(files), dtype=np.int64)
    if not len(rows):
        return index
    owners = files[rows]
    first = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
    lengths = np.diff(np.append(first, len(rows)))
    index[rows] = np.arange(len(rows)) - np.repeat(first, lengths)
    seen = before.get(int(owners[0]))
    if seen:
        index[rows[: lengths[0]]] += seen
    return index


def _extract(
    text: pl.Series, kind: Kind, blanks: Blanks
) -> tuple[NDArray[np.bool_] | None, dict[str, pl.Series]]:
    """Tell which lines are of a kind (None: all), and the values of its fields for all lines."""
    template = kind.source.template
    if template is None:
        whole = text.str.strip_chars(BLANKS) if blanks == "any" else text
        return None, {field.name: whole for field in kind.source.fields if field.capture is None}
    values, fits = extract(template, text, blanks=blanks)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(text))
    return None if fits.all() else fits.to_numpy(), {
        field.name: values[field.path[0]] if field.path[0] in values.columns else nothing
        for field in kind.fields or ()
        if field.capture is None
    }


def raw_rows(lines: Lines, kind: Kind, taken: Taken, **places: NDArray[np.int64]) -> RawRows:
    """Make raw rows of lines; `places` are columns of the place, `@` left out, if others."""
    owner = lines.owner[taken.lines]
    columns = {
        field.name: taken.values[field.name]
        if field.capture is None
        else captured(lines, field.capture, owner, taken.index)
        for field in kind.fields or ()
    }
    line = lines.line[taken.lines]
    standing = {"start": line, "end": line, "index": taken.index, **places}
    named = {f"@{name}": pl.Series(values) for name, values in standing.items()}
    named["@file"] = pl.Series(lines.file[taken.lines])
    return RawRows(kind.source.name, raw_frame(columns, named))


def captured(
    lines: Lines, name: str, owner: NDArray[np.int64], index: NDArray[np.int64]
) -> pl.Series:
    """Give a capture of the path, or the ordinal of the row (`order`), to each row."""
    if name == "order":
        return pl.Series(index).cast(pl.String)
    given = [file.captures.get(name) for file in lines.files]
    return pl.Series(given, dtype=pl.String).gather(owner)
