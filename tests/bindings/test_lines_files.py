"""Rows that are whole files of lines: one for each, an empty one too, with the lines inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.bindings.lines import LINES
from annostd.columns.raw import DataFile, Origin
from annostd.errors import StandardError
from tests.bindings.plans import files, found, frames, whole
from tests.plan.made import plan_of

if TYPE_CHECKING:
    from pathlib import Path

BOXES = """files:
  label: {path: "{stem}.txt", carrier: lines, blanks: any}
tables:
  media:
    from: label
    rows: file
    columns: {name: {at: "{stem}"}}
  mark:
    in: media
    text: "{word} {size}"
    columns: {word: {type: string}, size: {type: integer}}
"""
ROLE = plan_of(BOXES).files[0]
MANY = 65536


def test_each_file_is_a_row_and_holds_its_lines(tmp_path: Path) -> None:
    given = files(
        tmp_path, {"a.txt": b"cod 1\n\nhake 2", "b.txt": b"", "c.txt": b"\n", "d.txt": b"eel 3\n"}
    )
    for rows in (MANY, 1):
        batches = list(LINES.read(tmp_path, given, ROLE, None, rows))
        assert [row["{stem}"] for row in whole(batches, "media")] == ["a", "b", "c", "d"]
        assert [row["word"] for row in whole(batches, "mark")] == ["cod", "hake", "eel"]
        assert found(batches) == []
    (batch,) = LINES.read(tmp_path, given, ROLE, None, MANY)
    media, marks = batch.rows["media"].frame, batch.rows["mark"].frame
    assert media.select("@start", "@end").rows() == [(1, 3), (1, 1), (1, 1), (1, 1)]
    assert marks.select("@start", "@parent").rows() == [(1, 0), (3, 0), (1, 3)]


def test_a_line_that_fits_nothing_is_told_and_its_file_is_still_there(tmp_path: Path) -> None:
    batches = list(LINES.read(tmp_path, files(tmp_path, {"a.txt": b"cod\n"}), ROLE, None, MANY))
    assert [(f.rule, f.location.line) for f in found(batches)] == [("lines.template", 1)]
    assert [row["{stem}"] for row in whole(batches, "media")] == ["a"]


def test_files_are_printed_without_blank_lines_and_empty_ones_are_empty() -> None:
    media = pl.DataFrame({"{stem}": ["a", "b"], "@file": [0, 1]})
    marks = pl.DataFrame({"word": ["cod", "eel"], "size": ["1", "2"], "@parent": [0, 0]})
    written = dict(LINES.write_files(ROLE, {"media": media, "mark": marks}))
    assert written == {0: b"cod 1\neel 2\n", 1: b""}


@pytest.mark.parametrize("data", [b"", b"\n\n", b" cod\t1 \r\n\r\nhake 2", b"cod 1\nhake 2\n\n"])
def test_rows_that_stand_where_they_were_leave_each_byte(tmp_path: Path, data: bytes) -> None:
    made = files(tmp_path, {"a.txt": data})
    given = frames(list(LINES.read(tmp_path, made, ROLE, None, MANY)))
    listed: dict[int, DataFile] = dict(made)
    where = Origin(tmp_path, listed, 10)  # type: ignore[arg-type]
    assert b"".join(LINES.write(ROLE, given, where)) == data


@pytest.mark.parametrize(
    ("here", "instead", "message"),
    [
        ("rows: file\n", 'rows: file\n    text: "{a}"\n', "a file has a 'text', expected none"),
        ("rows: file", "rows: page", "'page' stands in a file of lines, expected file, section"),
        ("in: media\n", "in: media\n    rows: block\n", "a block stands inside one, expected"),
        ('at: "{stem}"', "at: name", "there is no line for the field 'name'"),
    ],
)
def test_a_file_holds_lines_and_has_none_of_its_own(here: str, instead: str, message: str) -> None:
    with pytest.raises(StandardError, match=message):
        plan_of(BOXES.replace(here, instead, 1))
