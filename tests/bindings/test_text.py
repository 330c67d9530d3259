"""Files whose one value is their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.bindings.text import TEXT
from annostd.columns.raw import Origin
from annostd.errors import UsageError
from annostd.findings import Level, Location
from tests.bindings.plans import files, found, frames, place, plan, source, told, whole

if TYPE_CHECKING:
    from pathlib import Path

ROLE = plan("text", source("media", "", ".", "{stem}", "{order}"))


def test_a_file_is_a_row_with_all_of_its_text(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": "é\r\nb\n".encode(), "b.txt": b""})
    (batch,) = TEXT.read(tmp_path, made, ROLE, None, 100)
    rows = [
        (row["."], row["{stem}"], row["{order}"], row["@file"], row["@start"], row["@end"])
        for row in whole([batch], "media")
    ]
    assert rows == [("é\r\nb\n", "a", "0", 10, 1, 2), ("", "b", "0", 11, 1, 1)]


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_the_size_of_batches_changes_nothing(tmp_path: Path, rows: int) -> None:
    made = files(tmp_path, {"a.txt": b"a", "b.txt": b"\xff", "c.txt": b"c"})
    batches = list(TEXT.read(tmp_path, made, ROLE, {"media": frozenset({"."})}, rows))
    assert [row["."] for row in whole(batches, "media")] == ["a", "c"]
    assert told(batches) == [("text.encoding", "b.txt", 1, 1)]


def test_a_byte_order_mark_and_nul_are_told(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"\xef\xbb\xbfa", "b.txt": b"a\nb\0"})
    batches = list(TEXT.read(tmp_path, made, ROLE, None, 100))
    assert [row["."] for row in whole(batches, "media")] == ["a", "a\nb\0"]
    assert [(each.rule, each.level, each.location) for each in found(batches)] == [
        ("text.bom", Level.SHOULD, Location("a.txt", 1, 1)),
        ("text.encoding", Level.MUST, Location("b.txt", 2, 2)),
    ]


def test_locate_gives_the_file_and_its_first_line(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"a"})
    (row,) = whole(list(TEXT.read(tmp_path, made, ROLE, None, 9)), "media")
    where = [
        TEXT.locate(tmp_path, made[0][1], ROLE.sources[0], place(row), path) for path in (None, ())
    ]
    assert where == [Location("a.txt"), Location("a.txt", 1, 1)]


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    assert (
        b"".join(TEXT.write(ROLE, {"media": pl.DataFrame({".": ["é\r\n"]})}, None))
        == "é\r\n".encode()
    )
    assert b"".join(TEXT.write(ROLE, {}, None)) == b""


def test_two_texts_for_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2 rows, expected one"):
        list(TEXT.write(ROLE, {"media": pl.DataFrame({".": ["a", "b"]})}, None))


def test_an_unchanged_text_gives_the_original_bytes_and_a_changed_one_its_encoding(
    tmp_path: Path,
) -> None:
    role = plan("text", *ROLE.sources, encoding=("utf-8", "utf-16"))
    data = "\ufeffé".encode("utf-16-le")
    made = files(tmp_path, {"a.txt": data})
    rows = frames(list(TEXT.read(tmp_path, made, role, None, 9)))
    origin = Origin(tmp_path, dict(made), 10)  # type: ignore[arg-type]
    assert b"".join(TEXT.write(role, rows, origin)) == data
    changed = {"media": rows["media"].with_columns(pl.lit("è").alias("."))}
    assert b"".join(TEXT.write(role, changed, origin)) == "\ufeffè".encode("utf-16-le")


def test_many_files_are_written_one_by_one(tmp_path: Path) -> None:
    rows = {"media": pl.DataFrame({".": ["a", "b"], "@file": [4, 2]})}
    assert list(TEXT.write_files(ROLE, rows)) == [(2, b"b"), (4, b"a")]
