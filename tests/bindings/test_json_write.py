"""What the json carrier prints, from rows alone and into what stood there before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings import json_write
from annostd.bindings.json import JSON
from annostd.columns.raw import Origin
from annostd.findings import Level
from tests.bindings.tree_plans import DEEP, FLAT, LISTED, NAMES, ROLE, file, plan, read, source
from tests.plan.made import plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from annostd.plan.model import FilePlan

COCO = (
    '{"info":{"version": null,"year":2017.0},"x":[1, 2.50],"annotations":[\n'
    '{"zz":1,"id":1,"area":4.0,"bbox":[1.0, 2.50],"segmentation":null},\n'
    '{"area":10.123456789,"id":2,"iscrowd":0,"note":"\\u00e9"},{"id":"7"}],"images":[{"id":1}]}'
)


def frames(root: Path, text: str, made: FilePlan) -> dict[str, pl.DataFrame]:
    """Read a text into raw frames."""
    rows, _ = read(JSON, root, text, made)
    return {name: part.frame for name, part in rows.items() if name != ROLE}


def printed(made: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None = None) -> str:
    """Print rows."""
    return b"".join(JSON.write(made, rows, origin)).decode()


def grafted(root: Path, made: FilePlan, rows: Mapping[str, pl.DataFrame]) -> str:
    """Print rows into the file they came from."""
    return printed(made, rows, Origin(root, [file("a.json", name="a")], 0))


def test_one_record_stands_on_each_line_and_null_cells_are_left_out(tmp_path: Path) -> None:
    rows = frames(tmp_path, COCO, FLAT)
    assert printed(FLAT, rows) == (
        "{\n"
        '  "info": {"year": 2017},\n'
        '  "images": [\n'
        '    {"id": 1}\n'
        "  ],\n"
        '  "annotations": [\n'
        '    {"id": 1, "bbox": [1.0, 2.50], "area": 4},\n'
        '    {"id": 2, "area": 10.123456789, "iscrowd": 0},\n'
        "    {}\n"
        "  ]\n"
        "}\n"
    )


@pytest.mark.parametrize("many", [1, 2, 3])
def test_records_are_joined_alike_however_many_at_once(
    many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = frames(tmp_path, COCO, FLAT)
    whole = printed(FLAT, rows)
    monkeypatch.setattr(json_write, "_MANY", many)
    monkeypatch.setattr(json_write, "_LONG", 8)
    assert printed(FLAT, rows) == whole


def test_required_lists_are_written_without_rows_too() -> None:
    assert printed(FLAT, {}) == '{\n  "images": [],\n  "annotations": []\n}\n'
    assert printed(NAMES, {}) == '{\n  "names": {}\n}\n'


def test_nothing_changed_gives_equal_values_in_the_same_order(tmp_path: Path) -> None:
    text = grafted(tmp_path, FLAT, frames(tmp_path, COCO, FLAT))
    assert _pairs(text) == _pairs(COCO)
    for spelling in ("2017.0", '"version": null', "4.0", "[1.0, 2.50]", "\\u00e9", '"id":"7"'):
        assert spelling in text


def test_only_what_differs_changes(tmp_path: Path) -> None:
    rows = frames(tmp_path, COCO, FLAT)
    rows["annotation"] = rows["annotation"].with_columns(
        area=pl.Series([5.5, 10.123456789, None]),
        iscrowd=pl.Series([0, None, 1]),
        bbox=pl.Series(["[1, 2.5]", None, None]),
    )
    assert (
        grafted(tmp_path, FLAT, rows)
        .split('"annotations": [\n')[1]
        .startswith(
            '    {"zz": 1, "id": 1, "area": 5.5, "bbox": [1.0, 2.50], "segmentation": null},\n'
            '    {"area": 10.123456789, "id": 2, "note": "\\u00e9"},\n'
            '    {"id": "7", "iscrowd": 1}\n'
        )
    )


def test_rows_that_are_gone_and_rows_that_are_new_are_so_in_the_file(tmp_path: Path) -> None:
    rows = frames(tmp_path, COCO, FLAT)
    kept = rows["annotation"].filter(pl.col("id") == 2)
    new = kept.with_columns(
        pl.lit(9, pl.Int64).alias("id"),
        *(
            pl.lit(None, kept.schema[name]).alias(name)
            for name in ("@file", "@start", "@end", "@path")
        ),
    )
    rows["annotation"] = pl.concat([kept, new])
    text = grafted(tmp_path, FLAT, rows)
    assert [r["id"] for r in json.loads(text)["annotations"]] == [2, 9]
    assert "note" not in json.loads(text)["annotations"][1]


def test_nested_records_are_grafted_at_any_depth(tmp_path: Path) -> None:
    text = (
        '{"version":"5","imagePath":"a","size":{"width":3.0,"q":1},"shapes":[{"label":"a","at":[1,2.0,3],'
        '"flags":{"x":true,"y":null},"objects":{"t":{"data":{"box":[{"val":[1],"z":0}],"o":1}}}}],'
        '"text":"{\\"items\\": [{\\"a\\": 3}]}"}'
    )
    rows = frames(tmp_path, text, DEEP)
    assert _pairs(grafted(tmp_path, DEEP, rows)) == _pairs(text)
    rows["annotation"] = rows["annotation"].with_columns(label=pl.lit("b"))
    rows["attribute"] = rows["attribute"].head(1)
    expected = text.replace('"label":"a"', '"label":"b"').replace(',"y":null', "")
    assert _pairs(grafted(tmp_path, DEEP, rows)) == _pairs(expected)


def test_children_captures_and_texts_that_are_json_come_back(tmp_path: Path) -> None:
    text = (
        '{"imagePath":"a","size":{"width":3},"shapes":[{"label":"a","at":[1,2.5],"flags":{"x":true},'
        '"objects":{"t":{"data":{"box":[{"val":[1]}],"cube":[{"val":2}]}},"u":{"data":{"box":[{"val":3}]}}}},'
        '{"label":"b","flags":{}}],"text":"{\\"items\\": [{\\"a\\": 3}]}"}'
    )
    written = printed(DEEP, frames(tmp_path, text, DEEP))
    assert _pairs(written) == _pairs(text)
    for made, names in (
        (NAMES, '{"nc":2,"names":{"0":"c","7":"v"}}'),
        (LISTED, '{"nc":2,"names":["c","v"]}'),
    ):
        assert json.loads(printed(made, frames(tmp_path, names, made))) == json.loads(names)


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.text(st.characters(exclude_categories=["Cs"])),
            st.none() | st.booleans(),
            st.none()
            | st.recursive(
                st.integers(0, 9) | st.text(max_size=3),
                lambda inner: (
                    st.lists(inner, max_size=2)
                    | st.dictionaries(st.text(max_size=2), inner, max_size=2)
                ),
            ),
        ),
        max_size=6,
    ),
    st.sampled_from([(), ("notes/*",)]),
)
def test_what_is_written_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[Any, ...]], more: tuple[str, ...]
) -> None:
    children = tuple(source("note", locator, "a:i") for locator in more)
    made = plan(
        source(
            "media",
            "/images/*",
            "i:i",
            "a/n:n",
            "a/s t:s",
            'b":b',
            "v:v",
            children=children,
            required=Level.MUST,
        )
    )
    columns = list(zip(*cells, strict=True)) or [()] * 5
    frame = pl.DataFrame(
        {
            "i": pl.Series(columns[0], dtype=pl.Int64),
            "a/n": pl.Series(columns[1], dtype=pl.Float64),
            "a/s t": pl.Series(columns[2], dtype=pl.String),
            'b"': pl.Series(columns[3], dtype=pl.Boolean),
            "v": pl.Series(
                [None if v is None else json.dumps(v) for v in columns[4]], dtype=pl.String
            ),
        }
    )
    rows, findings = read(JSON, tmp_path_factory.mktemp("w"), printed(made, {"media": frame}), made)
    assert not findings
    if cells:
        assert rows["media"].frame.select(frame.columns).rows() == frame.rows()
        assert not rows["media"].misfits


def test_the_fast_printer_and_the_slow_one_print_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = frames(tmp_path, COCO, FLAT)
    fast = printed(FLAT, rows)
    monkeypatch.setattr("annostd.bindings.json_write.is_flat", lambda *_: False)
    assert printed(FLAT, rows) == fast


def _pairs(text: str) -> Any:
    """Read a text with the order of members kept, numbers by value."""
    return json.loads(text, object_pairs_hook=list)


SCENE = """files: {data: {path: data.json, carrier: json}}
tables:
  scene:
    from: data
    rows: /scene
    columns: {title: {type: string}, part: {type: string, absent: ["", none]}}
  thing:
    in: scene
    rows: "things/{id}"
    columns: {id: {at: "{id}", type: string}, name: {type: string}}
  mark: {in: scene, rows: marks/*, columns: {name: {type: string}}}
"""
TOLD = """{
  "scene": {
    "title": "a",
    "part": "none",
    "things": {
      "7": {"name": "x"},
      "8": {}
    },
    "marks": [
      {"name": "y"}
    ]
  }
}
"""


def test_the_rows_of_a_single_record_stand_on_a_line_each(tmp_path: Path) -> None:
    made = plan_of(SCENE).files[0]
    read_again = frames(tmp_path, TOLD, made)
    new = {name: rows.drop("@file", "@path") for name, rows in read_again.items()}
    assert printed(made, new) == TOLD


def test_what_says_that_nothing_is_there_stays(tmp_path: Path) -> None:
    made = plan_of(SCENE).files[0]
    read_again = frames(tmp_path, TOLD, made)
    emptied = read_again["scene"].with_columns(pl.lit(None, pl.String).alias("part"))
    assert grafted(tmp_path, made, {**read_again, "scene": emptied}) == TOLD
    renamed = emptied.with_columns(pl.lit("b").alias("part"))
    assert '"part": "b"' in grafted(tmp_path, made, {**read_again, "scene": renamed})
