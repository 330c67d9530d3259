"""From rows to lines: at array speed over many files, or into the lines that the rows came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.bytes import (
    Decoded,
    Undecodable,
    byte_order_mark,
    decode,
    full_path,
    read_bytes,
)
from annostd.bindings.frames import file_numbers
from annostd.bindings.lines_heads import (
    NOWHERE,
    head_of,
    heads_of,
    may_stand,
    put_in,
    with_heads,
)
from annostd.bindings.lines_match import spans
from annostd.bindings.lines_misfits import BLANKS
from annostd.bindings.lines_text import split_lines
from annostd.bindings.spelling import absent_spellings, is_default, is_same
from annostd.errors import UsageError
from annostd.templates import match, render_expr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.columns.raw import Origin
    from annostd.plan.model import FilePlan, Source

_ESCAPED = "surrogateescape"
_BROKEN = re.compile("[\0\udc80-\udcff]")


def unfit(values: pl.Series) -> pl.Series:
    """Tell which texts no line can hold.

    These hold line ends or NUL. What fits a field its template tells.
    """
    return values.str.contains("[\\n\\r\\x00]").fill_null(value=False)


def print_files(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], *, single: bool
) -> Iterator[tuple[int, bytes]]:
    """Print files: one for each file that `@file` names.

    With `single` all rows go into one, as file 0.
    The rows of several sources stand one source after the other.
    """
    numbers = [0] if single else file_numbers(plan, rows)
    printed = [
        pl.DataFrame(
            {
                "file": pl.repeat(0, frame.height, dtype=pl.UInt32, eager=True)
                if single
                else frame["@file"].cast(pl.UInt32),
                "line": print_lines(source, frame),
                "head": pl.repeat(
                    next(iter(source.heads), None), frame.height, dtype=pl.String, eager=True
                ),
            }
        )
        for source in plan.sources
        if (frame := rows.get(source.name)) is not None and frame.height
    ]
    end = line_end(plan)
    texts: dict[int, str] = {}
    if printed:
        joined = (
            with_heads(pl.concat(printed), end)
            .group_by("file", maintain_order=True)
            .agg(pl.col("line").str.join(end))
        )
        texts = dict(zip(joined["file"].to_list(), joined["line"].to_list(), strict=True))
    encoding = encoding_of(plan)
    for number in numbers:
        text = texts.get(number)
        yield number, b"" if text is None else (text + end).encode(encoding)


def print_lines(source: Source, frame: pl.DataFrame) -> pl.Series:
    """Print each row of a source; UsageError where a row lacks a value that its line needs."""
    if source.template is None:
        whole = [item.name for item in source.fields if item.capture is None]
        lines = frame[whole[0]] if whole else pl.Series([""]).new_from_index(0, frame.height)
    else:
        columns = {
            item.path[0]: pl.col(item.name)
            for item in source.fields
            if item.capture is None and item.name in frame.columns
        }
        lines = frame.select(render_expr(source.template, columns).alias("line"))["line"]
        if len(lines) != frame.height:
            lines = lines.new_from_index(0, frame.height)
    if lines.null_count():
        row = lines.is_null().arg_max()
        raise UsageError(f"row {row} of {source.name} lacks a value that its line needs")
    return lines


def graft(plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin) -> bytes:
    """Print one file from its rows and from the lines that they came from.

    Lines that are no rows stay where they are, lines whose row is gone are left out, rows from
    elsewhere are appended in order, each below its head. With nothing changed the bytes are the
    original's.
    """
    new = {
        source.name: RowValues.of(source, rows[source.name])
        for source in plan.sources
        if source.name in rows
    }
    originals = Originals(plan, origin)
    text = (
        originals.text(origin.file)
        if origin.file is not None
        else _Text([], b"", encoding_of(plan))
    )
    end = _ends_with(text.lines) or line_end(plan)
    placed = {
        int(line): (source, number)
        for source in plan.sources
        if source.name in new
        for number, (file, line) in enumerate(new[source.name].places)
        if file == origin.file and file is not None and line is not None
    }
    kept: list[str] = []
    heads, above = heads_of(plan), NOWHERE
    for number, line in enumerate(text.lines, start=1):
        at, head = placed.get(number), head_of(heads, line)
        above = head or above
        if at is not None:
            kept.append(merged(plan, at[0], new[at[0].name], (at[1], line)))
        elif head is not None or not _is_row(plan, line, above):
            kept.append(line)
    for source in plan.sources:
        places = new[source.name].places if source.name in new else []
        for number, (there, at_line) in enumerate(places):
            if placed.get(at_line or 0) == (source, number) and there == origin.file:
                continue
            whole = originals.line(there, at_line)
            appended = merged(plan, source, new[source.name], (number, whole))
            put_in(plan, kept, source, appended, end)
    return text.mark + "".join(kept).encode(text.encoding, _ESCAPED)


@dataclass(frozen=True, slots=True)
class RowValues:
    """Rows of one source as Python reads them.

    `places` are the file and line that each comes from.
    """

    values: Mapping[str, list[str | None]]
    frame: pl.DataFrame
    places: list[tuple[int | None, int | None]]
    absent: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, source: Source, frame: pl.DataFrame) -> RowValues:
        """Take the columns of a frame apart."""
        names = [item.name for item in source.fields if item.name in frame.columns]
        nothing = [None] * frame.height
        places = [
            frame[name].to_list() if name in frame.columns else nothing
            for name in ("@file", "@start")
        ]
        values = {name: frame[name].to_list() for name in names}
        return cls(values, frame, list(zip(*places, strict=True)), absent_spellings(source))


@dataclass(frozen=True, slots=True)
class _Text:
    """A file's lines with their ends, which encoding it had, and its byte order mark."""

    lines: list[str]
    mark: bytes
    encoding: str


class Originals:
    """The files that rows came from, each read once."""

    def __init__(self, plan: FilePlan, origin: Origin) -> None:
        self._plan = plan
        self._origin = origin
        self._texts: dict[int, _Text] = {}

    def text(self, number: int) -> _Text:
        """Read a file, once."""
        if number not in self._texts:
            file = self._origin.files[number]
            data = read_bytes(full_path(self._origin.root, file))
            found = decode(data, self._plan.file.encoding)
            length = byte_order_mark(data)[0]
            if isinstance(found, Undecodable):
                # broken lines are no rows: they are carried through byte by byte
                found = Decoded(data[length:].decode("utf-8", _ESCAPED), "utf-8", marked=False)
            lines = split_lines(found.text, self._plan.file.newline)
            self._texts[number] = _Text(lines, data[:length], found.encoding)
        return self._texts[number]

    def line(self, number: int | None, line: int | None) -> str | None:
        """Give a line of a file with its end; None for a row that comes from nowhere."""
        if number is None or line is None:
            return None
        lines = self.text(number).lines
        return lines[line - 1] if 0 < line <= len(lines) else None


def merged(plan: FilePlan, source: Source, rows: RowValues, at: tuple[int, str | None]) -> str:
    """Give a row's original line with what differs replaced; a new line where there is none."""
    number, line = at
    old = None if line is None else _values(plan, source, line.rstrip("\r\n"))
    if line is None or old is None:
        return str(print_lines(source, rows.frame.slice(number, 1))[0])
    texts: dict[str, str | None] = {}
    changed = False
    for item in source.fields:
        if item.capture is not None or item.name not in rows.values:
            continue
        name = item.path[0] if item.path else "."
        before, now = old.get(name), rows.values[item.name][number]
        if _stays(rows, item.name, before, now) or (
            now is not None and before is None and is_default(item, now)
        ):
            texts[item.name] = before
        else:
            texts[item.name], changed = now, True
    return _replaced(plan, source, texts, line) if changed else line


def _stays(rows: RowValues, name: str, before: str | None, now: str | None) -> bool:
    """Tell whether the token that stands there says the new value already."""
    if before is None or now is None:
        return before == now or (now is None and before in rows.absent.get(name, ()))
    return is_same(before, now)


def _replaced(plan: FilePlan, source: Source, texts: Mapping[str, str | None], line: str) -> str:
    """Put new tokens into a line.

    Where one comes or goes, print it anew between its outer blanks.
    """
    bare = line.rstrip("\r\n")
    places = {".": (0, len(bare))}
    if source.template is not None:
        places = dict(spans(source.template, bare, plan.file.blanks) or {})
    named = {
        (item.path[0] if item.path else "."): texts.get(item.name)
        for item in source.fields
        if item.capture is None
    }
    if all((name in places) == (text is not None) for name, text in named.items()):
        for name, (start, end) in sorted(places.items(), key=lambda each: -each[1][0]):
            line = line[:start] + (named.get(name) or bare[start:end]) + line[end:]
        return line
    body = bare.strip(BLANKS) if plan.file.blanks == "any" else bare
    frame = pl.DataFrame({name: pl.Series([text], dtype=pl.String) for name, text in texts.items()})
    start = line.index(body) if body else 0
    return line[:start] + str(print_lines(source, frame)[0]) + line[start + len(body) :]


def _values(plan: FilePlan, source: Source, line: str) -> Mapping[str, str] | None:
    """Take a line apart; None where it is no row of the source."""
    bare = line.strip(BLANKS)
    if (
        not bare
        or _BROKEN.search(bare)
        or (plan.file.comment and bare.startswith(plan.file.comment))
    ):
        return None
    if source.template is None:
        return {".": bare if plan.file.blanks == "any" else line}
    return match(source.template, line, blanks=plan.file.blanks)


def _is_row(plan: FilePlan, line: str, head: str) -> bool:
    bare = line.rstrip("\r\n")
    return any(
        may_stand(source, head) and _values(plan, source, bare) is not None
        for source in plan.sources
    )


def _ends_with(lines: list[str]) -> str | None:
    """Tell the line end that a file uses, by its first line."""
    if not lines:
        return None
    return lines[0][len(lines[0].rstrip("\r\n")) :] or None


def line_end(plan: FilePlan) -> str:
    """Give the line end that a role is written with."""
    return "\r\n" if plan.file.newline == "crlf" else "\n"


def encoding_of(plan: FilePlan) -> str:
    """Give the encoding that a role is written in."""
    return plan.file.encoding[0] if plan.file.encoding else "utf-8"
