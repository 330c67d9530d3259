"""From rows to divided lines: a blank line behind each block and each beginning of a section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.bytes import full_path, read_bytes
from annostd.bindings.frames import file_numbers
from annostd.bindings.lines_divide import chain, has_line, match_divided
from annostd.bindings.lines_text import Gathering, Piece
from annostd.bindings.lines_write import (
    Originals,
    RowValues,
    encoding_of,
    line_end,
    merged,
    print_lines,
)
from annostd.errors import UsageError
from annostd.templates import extract
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.columns.raw import Origin
    from annostd.plan.model import FilePlan, Source

_HEAD, _BEHIND, _LAST = -2, -1, 1 << 40
_KEYS = ("file", "outer", "block", "row")


def print_divided(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], *, single: bool
) -> Iterator[tuple[int, bytes]]:
    """Print files: one for each that `@file` names, or with `single` all rows as file 0.

    Raises UsageError for a row that would not read back as one.
    """
    texts = {
        source.name: _printed(source, rows[source.name])
        for source in chain(plan)
        if source.name in rows and has_line(source)
    }
    laid = _lay_out(plan, rows, texts, single=single)
    end = line_end(plan)
    joined = laid.group_by("file", maintain_order=True).agg(pl.col("line").str.join(end))
    found = dict(joined.iter_rows())
    for number in [0] if single else file_numbers(plan, rows):
        text = found.get(number)
        yield number, b"" if text is None else (text + end).encode(encoding_of(plan))


def graft_divided(plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin) -> bytes:
    """Print one file from its rows and from the lines that they came from.

    Where rows stand in the sections and blocks that they were read from, all other lines stay as
    they are. Else it is laid out anew, each row with the line that it came from.
    """
    if origin.file is None:
        return b"".join(data for _, data in print_divided(plan, rows, single=True))
    originals = Originals(plan, origin)
    text = originals.text(origin.file)
    read = _read(plan, origin, origin.file)
    lines = list(text.lines)
    if _stands(plan, rows, read, origin.file):
        for source in filter(has_line, chain(plan)):
            if source.name in rows:
                _replace(plan, source, rows[source.name], read[source.name], lines)
        return text.mark + "".join(lines).encode(text.encoding)
    end = _end_of(lines) or line_end(plan)
    texts = {
        source.name: _again(plan, source, rows[source.name], originals)
        for source in chain(plan)
        if source.name in rows and has_line(source)
    }
    laid = _lay_out(plan, rows, texts, single=True)["line"]
    whole = "".join(f"{line}{end}" for line in laid)
    return text.mark + whole.encode(text.encoding)


def _printed(source: Source, frame: pl.DataFrame) -> pl.Series:
    """Print the rows of a source that have a line: a section may begin without one."""
    if source.division is None:
        return print_lines(source, frame)
    said = _has_head(source, frame)
    nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    return nothing.scatter(said.arg_true(), print_lines(source, frame.filter(said)))


def _has_head(source: Source, frame: pl.DataFrame) -> pl.Series:
    """Tell which sections have a line: those with a value in it, all where it is a constant."""
    names = [name for name in _line_fields(source) if name in frame.columns]
    if source.template is None or not names:
        known = source.template is not None
        return pl.repeat(known, frame.height, dtype=pl.Boolean, eager=True)
    return frame.select(pl.any_horizontal(pl.col(names).is_not_null()).alias("head"))["head"]


def _line_fields(source: Source) -> list[str]:
    """Name the fields of a source that stand in its line."""
    if source.template is None:
        return [item.name for item in source.fields if item.capture is None]
    inside = set(template_fields(source.template))
    return [f.name for f in source.fields if f.capture is None and f.path[0] in inside]


def _lay_out(
    plan: FilePlan,
    rows: Mapping[str, pl.DataFrame],
    texts: Mapping[str, pl.Series],
    *,
    single: bool,
) -> pl.DataFrame:
    """Put lines in order, with the blank ones between them: `file` and `line`."""
    above: pl.DataFrame | None = None
    parts: list[pl.DataFrame] = []
    for source in chain(plan):
        frame = rows.get(source.name)
        if frame is None:
            break
        above = _keys(source, frame, above, single=single)
        if source.division is None:
            parts.append(above.with_columns(texts[source.name].alias("line")))
            if plan.sources[0].division != "file":
                parts.append(_ends(above))
        elif source.name in texts:
            parts.extend(_heads(source, above, texts[source.name]))
    if not parts:
        return pl.DataFrame(schema={"file": pl.Int64, "line": pl.String})
    laid = pl.concat(parts).sort(_KEYS, maintain_order=True)
    _check(plan, laid)
    return laid.select("file", "line")


def _keys(
    source: Source, frame: pl.DataFrame, above: pl.DataFrame | None, *, single: bool
) -> pl.DataFrame:
    """Give the place of each row: its file, its outermost row, its block, its number."""
    number = pl.int_range(frame.height, dtype=pl.Int64)
    if above is None:
        file = pl.lit(0, pl.Int64) if single else pl.col("@file").cast(pl.Int64)
        keys = frame.select(file.alias("file"), number.alias("outer"))
        if frame.height and keys.height != frame.height:
            keys = pl.DataFrame({"file": [0] * frame.height, "outer": range(frame.height)})
        if source.division != "section":
            keys = keys.with_columns(pl.lit(0, pl.Int64).alias("outer"))
    else:
        keys = above[frame["@parent"]].select("file", "outer", "block")
    block = number if source.division == "block" else pl.lit(_HEAD, pl.Int64)
    if source.division == "block" or "block" not in keys.columns:
        keys = keys.with_columns(block.alias("block"))
    return keys.with_columns(number.alias("row"))


def _ends(keys: pl.DataFrame) -> pl.DataFrame:
    """Put a blank line behind the rows of each block."""
    each = keys.unique(("file", "outer", "block"), maintain_order=True)
    return each.with_columns(row=pl.lit(_LAST, pl.Int64), line=pl.lit(""))


def _heads(source: Source, keys: pl.DataFrame, texts: pl.Series) -> Iterator[pl.DataFrame]:
    """Give the lines that begin sections, each with a blank line behind."""
    bare = texts.is_null() & (keys["file"] == keys["file"].shift(1)).fill_null(value=False)
    if bare.any():
        message = f"row {bare.arg_max()} of {source.name} lacks the line that begins it"
        raise UsageError(f"{message}, expected one for each but the first of a file")
    own = keys.with_columns(texts.alias("line")).filter(pl.col("line").is_not_null())
    for place, line in ((_HEAD, pl.col("line")), (_BEHIND, pl.lit(""))):
        at = pl.lit(_HEAD - 1, pl.Int64)
        yield own.with_columns(block=at, row=pl.lit(place, pl.Int64), line=line)


def _check(plan: FilePlan, laid: pl.DataFrame) -> None:
    """Check that no row reads as the line that begins a section."""
    outer = plan.sources[0]
    if outer.template is None or outer.division is None:
        return
    lines = laid.filter((pl.col("row") >= 0) & (pl.col("row") < _LAST))["line"]
    _, fits = extract(outer.template, lines, blanks=plan.file.blanks)
    if fits.any():
        line = lines.filter(fits)[0]
        raise UsageError(f"the row {line!r} would read as the line that begins a {outer.table}")


def _read(plan: FilePlan, origin: Origin, number: int) -> dict[str, pl.DataFrame]:
    """Read the raw rows that a file holds."""
    gathering = Gathering(plan.file.encoding, plan.file.newline, whole=True)
    file = origin.files[number]
    gathering.add(Piece(number, file, read_bytes(full_path(origin.root, file))))
    matched = match_divided(gathering.take(), plan, None)
    return {name: rows.frame for name, rows in matched.rows.items()}


def _stands(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], read: Mapping[str, pl.DataFrame], file: int
) -> bool:
    """Tell whether rows stand just where they were read."""
    for source in chain(plan):
        old, new = read[source.name], rows.get(source.name)
        if new is None or new.height != old.height:
            if new is None and old.is_empty():
                continue
            return False
        if not _same(new["@file"].eq_missing(file)) or not _same(
            new["@start"].eq_missing(old["@start"])
        ):
            return False
        if old["@parent"].null_count() < old.height and not _same(
            new["@parent"].cast(pl.UInt32).eq_missing(old["@parent"])
        ):
            return False
        heads = _has_head(source, new).eq_missing(_has_head(source, old))
        if source.division is not None and not _same(heads):
            return False
    return True


def _same(flags: pl.Series) -> bool:
    return bool(flags.all())


def _replace(
    plan: FilePlan, source: Source, new: pl.DataFrame, old: pl.DataFrame, lines: list[str]
) -> None:
    """Replace what differs in the lines of rows that stand where they were."""
    names = [name for name in _line_fields(source) if name in new.columns]
    if not names or not new.height:
        return
    differs = pl.any_horizontal(
        ~new[name].cast(pl.String).eq_missing(old[name]).alias(name) for name in names
    )
    changed = pl.select(differs.alias("differs"))["differs"].arg_true().to_list()
    if changed:
        own = _in_line(source)
        values = RowValues.of(own, new)
        for at in changed:
            place = int(new["@start"][at]) - 1
            lines[place] = merged(plan, own, values, (at, lines[place]))


def _again(plan: FilePlan, source: Source, frame: pl.DataFrame, originals: Originals) -> pl.Series:
    """Print rows anew, each with what stays of the line that it came from."""
    own = _in_line(source)
    values = RowValues.of(own, frame)
    said = _has_head(source, frame) if source.division is not None else None
    made: list[str | None] = []
    for at, (file, line) in enumerate(values.places):
        if said is not None and not said[at]:
            made.append(None)
        else:
            whole = originals.line(file, line)
            made.append(merged(plan, own, values, (at, whole)).rstrip("\r\n"))
    return pl.Series(made, dtype=pl.String)


def _in_line(source: Source) -> Source:
    """Give a source with those of its fields that stand in its line."""
    inside = set(_line_fields(source))
    return replace(source, fields=tuple(f for f in source.fields if f.name in inside))


def _end_of(lines: list[str]) -> str | None:
    return lines[0][len(lines[0].rstrip("\r\n")) :] or None if lines else None
