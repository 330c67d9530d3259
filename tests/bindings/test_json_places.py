"""Lines, columns and pointers of records and values in JSON files."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.json import JSON
from annostd.bindings.json_text import position
from annostd.columns.raw import Place
from tests.bindings.tree_plans import DEEP, FLAT, file, read

if TYPE_CHECKING:
    from pathlib import Path


def places(rows: object) -> list[Place]:
    """Give the places of all rows of a source."""
    frame = rows.frame.select("@file", "@start", "@end", "@index", "@path")  # type: ignore[attr-defined]
    return [Place(*row) for row in frame.rows()]


def test_a_record_and_a_value_are_located_by_line_column_and_pointer(tmp_path: Path) -> None:
    text = '\ufeff{"images":[],\r\n"annotations":[{"é":"é","id":1,\r\n  "bbox":[1]},\n{"id":2}]}'
    rows, _ = read(JSON, tmp_path, text, FLAT)
    source = FLAT.sources[2]
    first, second = places(rows["annotation"])
    found = JSON.locate(tmp_path, file(), source, first, None)
    assert (found.file, found.line, found.column, found.pointer) == (
        "a.json",
        2,
        16,
        "/annotations/0",
    )
    value = JSON.locate(tmp_path, file(), source, first, ("id",))
    assert (value.line, value.column, value.pointer) == (2, 30, "/annotations/0/id")
    value = JSON.locate(tmp_path, file(), source, first, ("bbox", "0"))
    assert (value.line, value.column, value.pointer) == (3, 11, "/annotations/0/bbox/0")
    missing = JSON.locate(tmp_path, file(), source, second, ("bbox",))
    assert (missing.line, missing.column, missing.pointer) == (4, 1, "/annotations/1")


def test_a_byte_order_mark_is_no_column(tmp_path: Path) -> None:
    rows, _ = read(JSON, tmp_path, '\ufeff{"info":{"year":1}}', FLAT)
    found = JSON.locate(tmp_path, file(), FLAT.sources[0], places(rows["dataset"])[0], ("year",))
    assert (found.line, found.column, found.pointer) == (1, 17, "/info/year")


def test_nested_records_keep_the_pointer_they_were_read_with(tmp_path: Path) -> None:
    text = '{"shapes":[{"label":"a","flags":{"x y":true}}]}'
    rows, _ = read(JSON, tmp_path, text, DEEP)
    shapes = DEEP.sources[0].children[0]
    place = places(rows["attribute"])[0]
    found = JSON.locate(tmp_path, file(), shapes.children[0], place, None)
    assert (found.column, found.pointer) == (text.index("true") + 1, "/shapes/0/flags/x y")


def test_a_value_in_a_record_that_is_mended_is_located(tmp_path: Path) -> None:
    text = '{"images":[],"annotations":[{"area":NaN,"id":"x"}]}'
    rows, _ = read(JSON, tmp_path, text, FLAT)
    place = places(rows["annotation"])[0]
    found = JSON.locate(tmp_path, file(), FLAT.sources[2], place, ("id",))
    assert found.column == text.index('"x"') + 1


@given(st.text(alphabet="a\né€😀\r", max_size=60), st.integers(0, 3))
def test_positions_are_those_of_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, text: str, seed: int
) -> None:
    padded = "é" * (4090 * seed) + text * 40
    path = tmp_path_factory.mktemp("p") / "a"
    path.write_bytes(padded.encode())
    for end in range(0, len(padded), 1 + len(padded) // 7):
        offset = len(padded[:end].encode())
        before = padded[:end]
        assert position(str(path), offset) == (
            before.count("\n") + 1,
            len(before) - (before.rfind("\n") + 1) + 1,
        )


def test_a_hundred_thousand_places_in_one_long_line_are_found_quickly(tmp_path: Path) -> None:
    text = json.dumps(
        {"images": [{"file_name": "é" * 40} for _ in range(100_000)]}, ensure_ascii=False
    )
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    size = len(text.encode())
    start = time.process_time()
    for number in range(20_000):
        position(str(tmp_path / "a.json"), size * number // 20_000)
    assert time.process_time() - start < 4
