"""What the carrier of JSON Lines reads, where it says that things stand, and what it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.jsonl import JSONL
from annostd.columns.raw import Origin
from annostd.findings import Level
from tests.bindings.tree_plans import cells, file, plan, read, source

if TYPE_CHECKING:
    from pathlib import Path

TALKS = plan(
    source(
        "talk",
        "",
        "id:i",
        "{order}:i",
        children=(source("word", "words/*", "text:s"),),
        required=Level.MUST,
    ),
    carrier="jsonl",
)


def test_each_line_is_a_record_with_its_ordinal_and_its_bytes(tmp_path: Path) -> None:
    text = '{"id":1,"words":[{"text":"é"},{"text":"b"}]}\r\n {"id":2} \n'
    rows, findings = read(JSONL, tmp_path, text, TALKS)
    assert cells(rows["talk"], "id", "{order}") == [(1, 0), (2, 1)]
    data = text.encode()
    places = rows["talk"].frame.select("@start", "@end").rows()
    assert [data[start:end] for start, end in places] == [data[:45], b'{"id":2}']
    words = rows["word"].frame.select("text", "@parent", "@index", "@path").rows()
    assert words == [("é", 0, 0, "/words/0"), ("b", 0, 1, "/words/1")]
    assert findings == []


def test_a_broken_line_is_told_where_it_breaks_and_takes_no_other_with_it(tmp_path: Path) -> None:
    text = '{"id":1}\n{"id":\n\n{"id":4} 5\n[6]\n{"id":7}'
    rows, findings = read(JSONL, tmp_path, text, TALKS)
    assert cells(rows["talk"], "id", "{order}") == [(1, 0), (7, 5)]
    told = [(f.rule, f.location.line, f.location.column) for f in findings]
    assert told == [
        ("jsonl.syntax", 2, 7),
        ("jsonl.syntax", 3, 1),
        ("jsonl.syntax", 4, 10),
        ("talk.type", 5, 1),
    ]


def test_a_file_without_a_line_lacks_the_rows_that_have_to_be_there(tmp_path: Path) -> None:
    _, findings = read(JSONL, tmp_path, "", TALKS)
    assert [finding.rule for finding in findings] == ["talk.missing"]


def test_records_are_printed_one_a_line() -> None:
    rows = {
        "talk": pl.DataFrame({"id": [1, None]}),
        "word": pl.DataFrame({"text": ["é\n", "b"], "@parent": [0, 0]}),
    }
    printed = b"".join(JSONL.write(TALKS, rows, None)).decode()
    assert printed == '{"id": 1, "words": [{"text": "é\\n"}, {"text": "b"}]}\n{}\n'


def test_a_line_that_nothing_changed_comes_back_as_it_was(tmp_path: Path) -> None:
    text = '{ "x":[1.50], "id" : 1.0}\n{"id":2,"words":[{"text":"\\u0061","y":null}]}\n'
    rows, _ = read(JSONL, tmp_path, text, TALKS)
    frames = {name: part.frame for name, part in rows.items() if name != "data"}
    frames["talk"] = frames["talk"].with_columns(id=pl.Series([1, 3]))
    origin = Origin(tmp_path, [file("a.json", name="a")], 0)
    printed = b"".join(JSONL.write(TALKS, frames, origin)).decode()
    first, second = printed.splitlines()
    assert first == '{ "x":[1.50], "id" : 1.0}'
    assert second == '{"id": 3, "words": [{"text": "\\u0061", "y": null}]}'
