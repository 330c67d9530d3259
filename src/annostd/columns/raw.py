"""Raw columns: the seam between bindings, which know bytes, and columns, which know types.

A row of a raw frame has one column per field of its source, and these of its place:

- `@file` UInt32: index of its file in `Document.files`
- `@start` Int64: byte offset of the record in its file (json), else its 1-based line
- `@end` Int64: byte offset behind the record (json), else its last line
- `@index` UInt32: ordinal of the record in its list, from 0; in lines: ordinal among the file's
  rows
- `@parent` UInt32: row of the enclosing source in the same batch (null: none)
- `@path` String: JSON Pointer or XPath of the record; null where locator and `@index` say it
- `@within` UInt32: where rows nest, the row of the same source that the row stands in (null: it
  stands in `@parent`); the outer row comes first
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from annostd.findings import Finding

PLACE = ("@file", "@start", "@end", "@index", "@parent", "@path", "@within")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that is not of its field's kind: the raw column holds null, this its text as written.

    `told`: the binding has already reported it (a number that is none, text that is not UTF-8);
    it is neither missing nor to be reported again.
    """

    row: int
    field: str
    actual: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A member that the standard does not declare: its path, its count, the first row with it.

    The steps of the path are escaped as in a JSON Pointer. For a member of the document, which
    stands in no record, `row` is that of its own place in the frame of the pseudo-source named
    like the role.
    """

    path: str
    count: int
    row: int


@dataclass(frozen=True, slots=True)
class RawRows:
    """Rows of one source in one batch: raw columns with places."""

    source: str
    frame: pl.DataFrame
    misfits: tuple[Misfit, ...] = ()
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class RawBatch:
    """What one reading step yields: rows by source, and what could not be read at all."""

    rows: Mapping[str, RawRows] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one row stands; the fields are those of a raw frame without their `@`."""

    file: int
    start: int
    end: int
    index: int
    path: str | None = None


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a dataset: its role, its path relative to the root with `/`, its captures.

    `owner` is the index of the file that it stands beside or that listed it; `exists` is False
    for a file that is only named (a picture in a list, not delivered). `column` captures are
    canonical (value maps of `captures` applied); `splits` are all the splits that list the file.
    """

    role: str
    path: str
    captures: Mapping[str, str]
    owner: int | None = None
    exists: bool = True
    splits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows of the same standard were read, so that what it does not declare returns.

    Rows to be written then keep their place columns. `root` and `files` are those of the document
    read; `file` is the index of the file whose undeclared parts the written file takes over.
    """

    root: Path
    files: Sequence[DataFile]
    file: int | None
