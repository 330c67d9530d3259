"""What the json carrier reads, and what it says of bad input."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from annostd.bindings.json import JSON, JsonBinding
from annostd.findings import Level
from tests.bindings.tree_plans import (
    DEEP,
    FLAT,
    LISTED,
    NAMES,
    cells,
    field,
    file,
    plan,
    read,
    source,
)
from tests.plan.made import plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.findings import Finding

EMPTY = '{"images":[],"annotations":[]}'


def told(findings: list[Finding]) -> list[tuple[str, int | None, int | None, str | None]]:
    """Give rule and place of findings."""
    return [(f.rule, f.location.line, f.location.column, f.location.pointer) for f in findings]


def test_kinds_and_places_of_a_flat_list_are_those_of_the_seam(tmp_path: Path) -> None:
    text = '{"images":[],\n"annotations":[\n {"id":1.0,"bbox":[1, 2.0],"area":3,"ok":true}]}'
    rows, findings = read(JSON, tmp_path, text, FLAT)
    frame = rows["annotation"].frame
    assert frame.select("id", "bbox", "area", "ok", "{order}").rows() == [
        (1, "[1, 2.0]", 3.0, True, 0)
    ]
    start = text.index('{"id"')
    assert frame.select("@file", "@start", "@end", "@index", "@parent", "@path").rows() == [
        (0, start, len(text) - 2, 0, None, None)
    ]
    assert not findings


def test_sections_stand_in_any_order_and_give_the_same_rows(tmp_path: Path) -> None:
    one, _ = read(JSON, tmp_path, '{"annotations":[{"id":1}],"images":[{"id":2}]}', FLAT)
    two, _ = read(JSON, tmp_path, '{"images":[{"id":2}],"annotations":[{"id":1}]}', FLAT)
    assert cells(one["media"], "id") == cells(two["media"], "id") == [(2,)]
    assert cells(one["annotation"], "id") == cells(two["annotation"], "id") == [(1,)]


def test_a_value_of_another_kind_is_a_misfit_and_the_row_stays(tmp_path: Path) -> None:
    text = (
        '{"images":[],"annotations":[{"id":"1"},{"id":1.7},{"id":9223372036854775808},'
        '{"area":1e400},{"ok":1},{"id":true},{"id":2}]}'
    )
    rows, findings = read(JSON, tmp_path, text, FLAT)
    assert [(m.row, m.field, m.actual) for m in rows["annotation"].misfits] == [
        (0, "id", '"1"'),
        (1, "id", "1.7"),
        (2, "id", "9223372036854775808"),
        (3, "area", "1e400"),
        (4, "ok", "1"),
        (5, "id", "true"),
    ]
    assert cells(rows["annotation"], "id")[-1] == (2,)
    assert not findings


def test_numbers_are_read_exactly(tmp_path: Path) -> None:
    text = (
        '{"images":[],"annotations":[{"id":-9223372036854775808,"area":10.123456789},'
        '{"id":9223372036854775807,"area":1e2},{"id":1e3,"area":12345678901234567890},'
        '{"id":9007199254740993.0}]}'
    )
    for step in (1, 1 << 22):
        rows, _ = read(JsonBinding(step), tmp_path, text, FLAT)
        assert cells(rows["annotation"], "id", "area") == [
            (-(2**63), 10.123456789),
            (2**63 - 1, 100.0),
            (1000, 12345678901234567890.0),
            (2**53 + 1, None),
        ]


def test_undeclared_members_are_counted_where_they_stand(tmp_path: Path) -> None:
    text = (
        '{"x":{"y":1},"info":{"q":1},"images":[{"id":1},{"id":2,"a b":1},{"a b":{"c":1}}],'
        '"annotations":[]}'
    )
    rows, _ = read(JSON, tmp_path, text, FLAT)
    assert [(u.path, u.count, u.row) for u in rows["media"].unknown] == [("a b", 2, 1)]
    assert [(u.path, u.count) for u in rows["dataset"].unknown] == [("q", 1)]
    assert [(u.path, u.count) for u in rows["data"].unknown] == [("x", 1)]
    assert cells(rows["data"], "@start", "@path") == [(5, "/x")]


def test_nested_records_name_their_enclosing_row_and_their_pointer(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "imagePath": "a.png",
            "size": {"width": 3, "q": 1},
            "shapes": [
                {"label": "x"},
                {"label": "y", "flags": {"a/b": True}, "at": [1, 2.5, 3]},
            ],
            "text": '{"items": [{"a": 3}]}',
        }
    )
    rows, findings = read(JSON, tmp_path, text, DEEP)
    assert cells(rows["media"], "imagePath", "size/width", "@path") == [("a.png", 3, None)]
    assert cells(rows["annotation"], "label", "at/1", "@parent", "@path") == [
        ("x", None, 0, "/shapes/0"),
        ("y", 2.5, 0, "/shapes/1"),
    ]
    assert cells(rows["attribute"], "{key}", ".", "@parent", "@path") == [
        ("a/b", "true", 1, "/shapes/1/flags/a~1b")
    ]
    assert cells(rows["note"], "a", "@path") == [(3, "/text/items/0")]
    assert [u.path for u in rows["annotation"].unknown] == ["at/2"]
    assert [u.path for u in rows["media"].unknown] == ["size/q"]
    assert not findings


def test_captured_names_are_typed_and_those_that_are_no_number_are_misfits(tmp_path: Path) -> None:
    rows, _ = read(JSON, tmp_path, '{"names":{"0":"crane","x":"van"}}', NAMES)
    assert cells(rows["category"], "{number}", ".", "@path") == [
        (0, "crane", "/names/0"),
        (None, "van", "/names/x"),
    ]
    assert [(m.row, m.actual) for m in rows["category"].misfits] == [(1, '"x"')]


def test_what_is_not_wanted_is_not_read(tmp_path: Path) -> None:
    text = '{"images":[{"id":1}],"annotations":[{"id":1,"bbox":[1]}]}'
    rows, _ = read(JSON, tmp_path, text, FLAT, want={"annotation": frozenset({"id"})})
    assert set(rows) == {"annotation"}
    assert [c for c in rows["annotation"].frame.columns if not c.startswith("@")] == ["id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("json.empty", 1, 1, "")]),
        (" \n", [("json.empty", 1, 1, "")]),
        ("[1]", [("json.type", 1, 1, "")]),
        ("3", [("json.type", 1, 1, "")]),
        ("nul", [("json.syntax", 1, 4, "")]),
        ("\ufeff" + EMPTY, [("json.bom", 1, 1, "")]),
        (EMPTY + "\n x", [("json.syntax", 2, 2, "")]),
        (EMPTY.encode("utf-16"), [("json.encoding", 1, 1, "")]),
        (EMPTY.encode("utf-16-le"), [("json.encoding", 1, 1, "")]),
        (
            '{"images":[],"annotations":[{"id":1,\n"é":2,"area":NaN}]}',
            [("json.nonfinite", 2, 14, "/annotations/0/area")],
        ),
        (
            '{"images":[],"annotations":[{"id":1,"id":1}]}',
            [("json.duplicate-key", 1, 37, "/annotations/0/id")],
        ),
        (
            '{"images":[],"annotations":[{"id":1,"\\u0069d":1}]}',
            [("json.duplicate-key", 1, 37, "/annotations/0/id")],
        ),
        ('{"images":[],"annotations":[],"images":[]}', [("json.duplicate-key", 1, 31, "/images")]),
        ('{"images":[],"annotations":[{"id":1,}]}', [("json.syntax", 1, 37, "/annotations/0")]),
        ('{"images":[],"annotations":[{"id":1},]}', [("json.syntax", 1, 38, "/annotations/0")]),
        ('{"images":[],"annotations":[{"id":1}', [("json.syntax", 1, 37, "/annotations/0")]),
        ('{"annotations":[]}', [("media.missing", 1, 1, "")]),
        ('{"images":null,"annotations":[]}', [("media.missing", 1, 11, "/images")]),
        ('{"images":{},"annotations":[]}', [("media.type", 1, 11, "/images")]),
        ('{"images":[1],"annotations":[]}', [("media.type", 1, 12, "/images/0")]),
        (
            b'{"images":[{"file_name":"a\xff"}],"annotations":[]}',
            [("json.encoding", 1, 27, "/images/0/file_name")],
        ),
        (
            '{"images":[{"file_name":"\\ud800"}],"annotations":[]}',
            [("json.encoding", 1, 26, "/images/0/file_name")],
        ),
        (
            '{"images":[{"x":' + "[" * 70 + "]" * 70 + '}],"annotations":[]}',
            [("json.depth", 1, 78, "/images/0/x" + "/0" * 61)],
        ),
    ],
)
@pytest.mark.parametrize("step", [1, 1 << 22])
def test_a_fault_is_told_once_with_its_exact_place(
    tmp_path: Path, text: str | bytes, expected: list[tuple[str, int, int, str]], step: int
) -> None:
    _, findings = read(JsonBinding(step), tmp_path, text, FLAT)
    assert told(findings) == expected


def test_a_byte_order_mark_is_a_should_and_the_content_is_read(tmp_path: Path) -> None:
    rows, findings = read(JSON, tmp_path, '\ufeff{"images":[{"id":1}],"annotations":[]}', FLAT)
    assert findings[0].level is Level.SHOULD
    assert cells(rows["media"], "id") == [(1,)]


def test_rows_before_a_fault_of_syntax_are_kept(tmp_path: Path) -> None:
    text = '{"images":[{"id":7}],"annotations":[{"id":1},{"id":2},{"id":3 "area":1},{"id":4}]}'
    for step in (1, 1 << 22):
        rows, findings = read(JsonBinding(step), tmp_path, text, FLAT)
        assert cells(rows["annotation"], "id") == [(1,), (2,)]
        assert cells(rows["media"], "id") == [(7,)]
        assert told(findings) == [("json.syntax", 1, text.index('"area"') + 1, "/annotations/2/id")]


def test_a_value_that_a_finding_has_told_is_marked_so(tmp_path: Path) -> None:
    text = '{"images":[],"annotations":[{"area":NaN,"segmentation":[[1,NaN]],"id":4}]}'
    rows, findings = read(JSON, tmp_path, text, FLAT)
    assert [(m.field, m.told) for m in rows["annotation"].misfits] == [
        ("area", True),
        ("segmentation", True),
    ]
    assert cells(rows["annotation"], "id", "area", "segmentation") == [(4, None, None)]
    assert [f.rule for f in findings] == ["json.nonfinite"] * 2


def test_a_text_cut_anywhere_never_raises_and_never_passes(tmp_path: Path) -> None:
    text = (
        '{"info":{"version":"é\\u00e9"},"images":[{"id":1}],"x":[true,null],'
        '"annotations":[{"id":-1.5e3,"segmentation":{"a":[1,2]}}]}'
    ).encode()
    for end in range(len(text)):
        for step in (1, 1 << 22):
            _, findings = read(JsonBinding(step), tmp_path, text[:end], FLAT)
            rules = {f.rule for f in findings}
            assert rules & {"json.syntax", "json.empty"}, text[:end]
    assert not read(JSON, tmp_path, text, FLAT)[1]


def test_nesting_of_a_hundred_thousand_levels_is_a_finding(tmp_path: Path) -> None:
    deep = "[" * 100_000
    for text in (
        deep,
        deep + "]" * 100_000,
        '{"images":[],"annotations":[{"x":' + deep + "]" * 100_000 + "}]}",
        '{"images":[],"annotations":[],"x":' + '{"a":' * 100_000 + "1" + "}" * 100_001,
    ):
        _, findings = read(JSON, tmp_path, text, FLAT)
        assert {f.rule for f in findings} <= {"json.depth", "json.syntax", "json.type"}
        assert "json.depth" in {f.rule for f in findings}


def test_many_wrong_cuts_do_not_make_reading_quadratic(tmp_path: Path) -> None:
    text = '{"images":[{"file_name":"' + "},{" * 700_000 + '"}],"annotations":[]}'
    start = time.perf_counter()
    rows, findings = read(JsonBinding(64), tmp_path, text, FLAT)
    assert time.perf_counter() - start < 5
    assert rows["media"].frame.height == 1
    assert not findings


def test_a_record_beyond_the_limit_is_passed_over_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annostd.bindings.json_array.LARGEST", 1000)
    big = json.dumps({"id": 5, "file_name": "},{" * 500})
    text = f'{{"images":[{{"id":1}},{big},{{"id":2}}],"annotations":[]}}'
    rows, findings = read(JsonBinding(10), tmp_path, text, FLAT)
    assert cells(rows["media"], "id", "@index") == [(1, 0), (2, 2)]
    assert told(findings) == [("json.size", 1, 21, "/images/1")]


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    batches = list(JSON.read(tmp_path, [(0, file("none.json"))], FLAT, None, 10))
    assert [f.rule for batch in batches for f in batch.findings] == ["json.unreadable"]


def test_a_list_where_names_are_expected_is_told(tmp_path: Path) -> None:
    _, findings = read(JSON, tmp_path, '{"names":["crane"]}', NAMES)
    assert told(findings) == [("category.type", 1, 10, "/names")]
    _, findings = read(JSON, tmp_path, '{"names":{"0":"crane"}}', LISTED)
    assert told(findings) == [("category.type", 1, 10, "/names")]


def test_a_list_at_the_top_is_read_where_the_plan_says_so(tmp_path: Path) -> None:
    made = plan(source("annotation", "/*", "id:i", "score:n"))
    for step in (1, 1 << 22):
        rows, findings = read(JsonBinding(step), tmp_path, '[{"id":1},{"id":2,"x":1}]', made)
        assert cells(rows["annotation"], "id") == [(1,), (2,)]
        assert [u.path for u in rows["annotation"].unknown] == ["x"]
        assert not findings


def test_a_scalar_where_members_are_declared_is_a_misfit_of_each(tmp_path: Path) -> None:
    made = plan(source("media", "/images/*", "size/width:i", "size/height:i"))
    rows, _ = read(JSON, tmp_path, '{"images":[{"size":5},{"size":null}]}', made)
    assert [(m.row, m.field, m.actual) for m in rows["media"].misfits] == [
        (0, "size/width", "5"),
        (0, "size/height", "5"),
    ]


def test_choices_of_a_captured_step_leave_other_members_alone(tmp_path: Path) -> None:
    made = plan(source("attribute", "/data/{kind:num|text}/*", "{kind}:s", "val:v"))
    text = '{"data":{"num":[{"val":1}],"other":[{"val":2}],"text":[{"val":3}]}}'
    rows, _ = read(JSON, tmp_path, text, made)
    assert cells(rows["attribute"], "{kind}", "val", "@index", "@path") == [
        ("num", "1", 0, "/data/num/0"),
        ("text", "3", 0, "/data/text/0"),
    ]
    assert [u.path for u in rows["data"].unknown] == ["data/other"]
    assert field("{kind}:s").capture == "kind"


def test_a_test_of_a_place_says_nothing_of_the_members_below_it(tmp_path: Path) -> None:
    made = plan_of(
        """files: {data: {path: data.json, carrier: json}}
tables:
  thing:
    from: data
    rows: /things/*
    variants:
      boxed:
        where: {box/0: {type: present}}
        set: {sort: boxed}
        columns: {name: {at: box/0/name, type: string}}
      bare: {set: {sort: bare}}
"""
    )
    text = '{"things":[{"box":[{"name":"a","hue":1},{"name":"b"}]},{"box":[]}]}'
    rows, _ = read(JSON, tmp_path, text, made.files[0])
    assert cells(rows["thing"], "box/0/name") == [("a",), (None,)]
    assert [(u.path, u.count) for u in rows["thing"].unknown] == [("box/0/hue", 1), ("box/1", 1)]
