"""Lines that head runs of rows: which rows stand below which, on reading and on writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.bindings.lines import LINES
from annostd.columns.raw import Origin
from tests.bindings.plans import files, frames, plan, source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from annostd.columns.raw import RawBatch

HIGH = "{name:[a-z]+}[ {height:[0-9]+}]"
ANIMAL = source("animal", "", "name", text="{name:[a-z]+}", heads=("[animals]", "[beasts]"))
PLANT = source("plant", "", "name", "height", text=HIGH, heads=("[plants]",))
NOTE = source("note", "", "said", text="- {said*}")
GARDEN = plan("lines", NOTE, ANIMAL, PLANT, blanks="exact", comment="#")
DATA = b"""\
# a garden
- begun
[animals]
cat
- soft

 [plants]\x20
oak 20
moss
[beasts]
dog
[animals]
"""


def batches(root: Path, data: bytes) -> list[RawBatch]:
    return list(LINES.read(root, files(root, {"a.txt": data}), GARDEN, None, 1000))


def said(frame: pl.DataFrame, name: str) -> list[tuple[str | None, int, int]]:
    return list(frame.select(name, "@start", "@index").iter_rows())


def regrafted(root: Path, data: bytes, **rows: pl.DataFrame) -> str:
    made = files(root, {"a.txt": data})
    read = frames(list(LINES.read(root, made, GARDEN, None, 1000)))
    given: Mapping[str, pl.DataFrame] = {**read, **rows}
    origin = Origin(root, dict(made), 10)  # type: ignore[arg-type]
    return b"".join(LINES.write(GARDEN, given, origin)).decode()


def test_a_row_is_of_the_kind_that_stands_below_its_head(tmp_path: Path) -> None:
    read = frames(batches(tmp_path, DATA))
    assert said(read["note"], "said") == [("begun", 2, 0), ("soft", 5, 2)]
    assert said(read["animal"], "name") == [("cat", 4, 1), ("dog", 11, 5)]
    assert said(read["plant"], "name") == [("oak", 8, 3), ("moss", 9, 4)]
    assert read["plant"]["height"].to_list() == ["20", None]


def test_a_head_ends_with_its_file(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"[plants]\noak 20\n", "b.txt": b"cat\n[animals]\ndog\n"})
    found = list(LINES.read(tmp_path, made, GARDEN, None, 1000))
    assert said(frames(found)["animal"], "name") == [("dog", 3, 1)]
    (fault,) = [finding for batch in found for finding in batch.findings]
    assert (fault.location.file, fault.location.line) == ("b.txt", 1)
    assert fault.expected == "- {said*}"


@pytest.mark.parametrize(
    ("data", "line", "expected"),
    [
        (b"oak 20\n", 1, "- {said*}"),
        (b"[animals]\noak 20\n", 2, "- {said*} or {name:[a-z]+}"),
        (b"[plants]\noak 20 3\n", 2, f"- {{said*}} or {HIGH}"),
        (b"[plants]\n[fruits] of 3\n", 2, f"- {{said*}} or {HIGH}"),
    ],
)
def test_a_line_that_may_not_stand_there_is_told_what_may(
    tmp_path: Path, data: bytes, line: int, expected: str
) -> None:
    ((fault,),) = [batch.findings for batch in batches(tmp_path, data)]
    assert (fault.rule, fault.location.line, fault.expected) == ("lines.template", line, expected)


def test_rows_are_written_below_heads_with_a_blank_line_between() -> None:
    rows = {
        "plant": pl.DataFrame({"name": ["oak", "moss"], "height": ["20", None]}),
        "animal": pl.DataFrame({"name": ["cat"]}),
        "note": pl.DataFrame({"said": ["soft"]}),
    }
    written = b"".join(LINES.write(GARDEN, rows, None)).decode()
    assert written == "- soft\n\n[animals]\ncat\n\n[plants]\noak 20\nmoss\n"


def test_each_of_many_files_gets_its_heads() -> None:
    rows = {
        "plant": pl.DataFrame({"name": ["oak", "moss"], "height": [None, None], "@file": [1, 0]}),
        "animal": pl.DataFrame({"name": ["cat"], "@file": [0]}),
    }
    written = dict(LINES.write_files(GARDEN, rows))
    assert written == {0: b"[animals]\ncat\n\n[plants]\nmoss\n", 1: b"[plants]\noak\n"}


def test_what_has_not_changed_is_written_byte_by_byte(tmp_path: Path) -> None:
    assert regrafted(tmp_path, DATA).encode() == DATA


def test_a_row_that_is_gone_takes_its_line_along_and_no_other(tmp_path: Path) -> None:
    data = b"cat\n[plants]\nmoss\noak 20\n"
    gone = frames(batches(tmp_path, data))["plant"].head(1)
    assert regrafted(tmp_path, data, plant=gone) == "cat\n[plants]\nmoss\n"


def test_a_new_row_stands_below_the_last_one_of_its_head(tmp_path: Path) -> None:
    data = b"[animals]\ncat\n\n[plants]\noak 20"
    read = frames(batches(tmp_path, data))
    more = pl.concat([read["animal"], pl.DataFrame({"name": ["dog"]})], how="diagonal")
    assert regrafted(tmp_path, data, animal=more) == "[animals]\ncat\ndog\n\n[plants]\noak 20\n"


def test_a_new_row_brings_the_head_that_is_not_there(tmp_path: Path) -> None:
    data = b"[animals]\ncat\n"
    plant = pl.DataFrame({"name": ["oak", "moss"], "height": [None, "1"]})
    whole = "[animals]\ncat\n\n[plants]\noak\nmoss 1\n"
    assert regrafted(tmp_path, data, plant=plant) == whole
    assert regrafted(tmp_path, b"", plant=plant) == "[plants]\noak\nmoss 1\n"
