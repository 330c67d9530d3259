"""Geometry cells: boxes, polygons, masks in the form of their source; faults; projections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.columns.masks import decode_masks
from annostd.plan.want import PRESENCE
from tests.columns.made import decoded, told
from tests.plan.made import plan_of

if TYPE_CHECKING:
    from annostd.plan import Plan

BODY = """conventions: {{image: {{unit: {unit}}}}}
files: {{data: {{path: "d.{carrier}", carrier: {carrier}}}}}
tables: {{annotation: {{from: data, {rows}, columns: {{{column}}}}}}}
"""


def shaped(column: str, *, unit: str = "pixel") -> Plan:
    return plan_of(BODY.format(unit=unit, carrier="json", rows="rows: /a/*", column=column))


def in_text(column: str, text: str) -> Plan:
    rows = f'text: "{text}"'
    return plan_of(BODY.format(unit="fraction", carrier="lines", rows=rows, column=column))


LISTED = shaped('box: {at: b, form: "x y w h", required: true}')
SLOTS = ("box.x", "box.y", "box.w", "box.h")


def slots(frame: pl.DataFrame, names: tuple[str, ...] = SLOTS) -> list[tuple[object, ...]]:
    return frame.select(names).rows()


def test_a_box_in_one_list_is_a_column_for_each_slot() -> None:
    found = decoded(LISTED, "annotation", {"b": ["[1, 2.5, 3, 4]"]})
    assert (slots(found.frame), found.faults) == ([(1.0, 2.5, 3.0, 4.0)], ())
    assert found.frame.schema["box.x"] == pl.Float64


@pytest.mark.parametrize(
    ("raw", "rule", "expected"),
    [
        ("[1,2,3]", "annotation.box.length", "4 numbers: x y w h"),
        ("[1,2,3,4,5]", "annotation.box.length", "4 numbers: x y w h"),
        ("[]", "annotation.box.length", "4 numbers: x y w h"),
        ('[1,2,3,"4"]', "annotation.box.type", "a list of 4 numbers"),
        ("5", "annotation.box.type", "a list of 4 numbers"),
        ("[1,2,3,1e999]", "annotation.box.type", "a list of 4 numbers"),
    ],
)
def test_a_list_that_is_no_box_is_a_fault_and_not_missing(
    raw: str, rule: str, expected: str
) -> None:
    found = decoded(LISTED, "annotation", {"b": ["[1,2,3,4]", raw]})
    assert told(found.faults) == [(rule, [1], [raw], expected)]
    assert slots(found.frame)[1] == (None,) * 4
    assert found.frame["box@bad"].to_list() == [False, True]


@pytest.mark.parametrize("raw", ["null", None])
def test_a_box_that_is_not_there_is_missing(raw: str | None) -> None:
    found = decoded(LISTED, "annotation", {"b": [raw]})
    assert told(found.faults) == [("annotation.box.missing", [0], None, "a box: x y w h")]
    assert found.frame["present(box)"].to_list() == [False]


def test_a_box_in_several_fields_is_there_where_all_of_them_are() -> None:
    plan = shaped('box: {at: [b/l, b/t, b/r, b/b], form: "x1 y1 x2 y2", required: true}')
    raw = {"b/l": [1.0, 1.0], "b/t": [2.0, None], "b/r": [3.0, 3.0], "b/b": [4.0, 4.0]}
    found = decoded(plan, "annotation", raw)
    names = ("box.x1", "box.y1", "box.x2", "box.y2")
    assert slots(found.frame, names) == [(1.0, 2.0, 3.0, 4.0), (None,) * 4]
    (fault,) = found.faults
    assert (fault.rule, fault.rows.to_list(), fault.path) == ("annotation.box.missing", [1], None)


def test_a_number_of_a_box_that_is_none_is_a_fault_at_its_own_field() -> None:
    plan = in_text('box: {at: [cx, cy, w, h], form: "cx cy w h"}', "{cx} {cy} {w} {h}")
    raw = {"cx": ["0.5", "x"], "cy": ["0.5", "0.5"], "w": ["0.1", "0.1"], "h": ["0.1", "0.1"]}
    (fault,) = decoded(plan, "annotation", raw).faults
    assert told([fault]) == [("annotation.box.type", [1], ["x"], "a number")]
    assert fault.path == ("cx",)


def test_a_number_outside_its_range_is_a_fault_at_its_field_and_says_what_it_is_a_part_of() -> None:
    column = 'box: {at: [cx, cy, w, h], form: "cx cy w h", minimum: 0, maximum: 1}'
    plan = in_text(column, "{cx} {cy} {w} {h}")
    raw = {"cx": ["0.5"], "cy": ["2"], "w": ["-1"], "h": ["1"]}
    expected = "at least 0 and at most 1, a fraction of the medium (are these pixels?)"
    found = decoded(plan, "annotation", raw)
    assert told(found.faults) == [
        ("annotation.box.range", [0], ["2"], expected),
        ("annotation.box.range", [0], ["-1"], expected),
    ]
    assert found.frame["box@bad"].to_list() == [True]


def test_a_list_with_several_numbers_outside_is_one_fault() -> None:
    plan = shaped('box: {at: b, form: "x y w h", minimum: 0}')
    found = decoded(plan, "annotation", {"b": ["[-1,-2,3,4]", "[1,2,3,4]"]})
    assert told(found.faults) == [("annotation.box.range", [0], ["-1"], "at least 0")]
    assert found.faults[0].inside


def test_a_box_in_one_text_is_taken_apart_by_its_separators() -> None:
    plan = in_text("box: {at: b, form: 'x y w h', separators: [',']}", "{b}")
    found = decoded(plan, "annotation", {"b": ["1, 2,3,4", "1 2 3 4"]})
    assert slots(found.frame) == [(1.0, 2.0, 3.0, 4.0), (None,) * 4]
    assert [rule for rule, *_ in told(found.faults)] == ["annotation.box.type"]


BOUNDS = [f"bounds(polygons).{edge}" for edge in ("x1", "y1", "x2", "y2")]
MANY = shaped("polygons: {at: p, form: flat, parts: many, required: true}")


def test_polygons_are_lists_of_parts_and_empty_is_not_missing() -> None:
    raw = ["[[0,0,4,0,4,4]]", "[[0,0,1,0,1,1],[2,2,3,2,3,3]]", "[]", "null"]
    found = decoded(MANY, "annotation", {"p": raw})
    assert found.frame["polygons"].to_list() == [
        [[0, 0, 4, 0, 4, 4]],
        [[0, 0, 1, 0, 1, 1], [2, 2, 3, 2, 3, 3]],
        [],
        None,
    ]
    assert found.frame["present(polygons)"].to_list() == [True, True, True, False]
    assert [rule for rule, *_ in told(found.faults)] == ["annotation.polygons.missing"]


@pytest.mark.parametrize(
    ("raw", "fault", "expected"),
    [
        ("[1,2]", "type", "a list of lists of numbers"),
        ("[[0,0,1,0,1]]", "length", "an even count of numbers"),
        ('[["a"]]', "type", "a list of lists of numbers"),
    ],
)
def test_what_is_no_outline_is_a_fault(raw: str, fault: str, expected: str) -> None:
    found = decoded(MANY, "annotation", {"p": [raw]})
    assert told(found.faults) == [(f"annotation.polygons.{fault}", [0], [raw], expected)]


def test_an_outline_of_one_part_is_one_list() -> None:
    plan = shaped("polygons: {at: p, form: flat, parts: one}")
    found = decoded(plan, "annotation", {"p": ["[0,0,4,0,4,4]", "null", "[]"]})
    assert found.frame["polygons"].to_list() == [[[0, 0, 4, 0, 4, 4]], None, [[]]]
    assert decoded(plan, "annotation", {"p": ["[[0,0]]"]}).faults[0].expected == "a list of numbers"


def test_an_outline_in_a_text_is_numbers_between_separators() -> None:
    plan = in_text("polygons: {at: p, form: flat, parts: one}", "{p+}")
    found = decoded(plan, "annotation", {"p": ["0 0 0.5 0  0.5 1", "0 zero", None]})
    assert found.frame["polygons"].to_list() == [[[0, 0, 0.5, 0, 0.5, 1]], None, None]
    assert told(found.faults)[0][:2] == ("annotation.polygons.type", [1])


def test_of_an_outline_outside_its_range_the_first_number_that_is_outside_is_shown() -> None:
    plan = shaped("polygons: {at: p, form: flat, minimum: 0, maximum: 1}")
    raw = ["[[0,0.5],[0.25,1.25,-1,0]]", "[[0,0]]", "[[],[-1,2]]", "null"]
    found = decoded(plan, "annotation", {"p": raw})
    (fault,) = told(found.faults)
    assert fault[:3] == ("annotation.polygons.range", [0, 2], ["1.25", "-1"])
    assert found.faults[0].inside


@pytest.mark.parametrize(
    ("limits", "raw", "fault"),
    [
        ("minimum: 0", "[[0,0],[1,-1]]", ("range", "at least 0")),
        ("maximum: 1", "[[0,0],[1,2]]", ("range", "at most 1")),
        ("length: [6, null]", "[[0,0,1,0,1,1],[0,0]]", ("length", "at least 6 numbers")),
        ("length: [null, 4]", "[[0,0,1,0,1,1],[0,0]]", ("length", "at most 4 numbers")),
    ],
)
def test_limits_hold_for_every_part_of_an_outline(
    limits: str, raw: str, fault: tuple[str, str]
) -> None:
    plan = shaped(f"polygons: {{at: p, form: flat, {limits}}}")
    found = decoded(plan, "annotation", {"p": [raw, "[]", "null"]})
    ((rule, rows, _, expected),) = told(found.faults)
    assert (rule, rows, expected) == (f"annotation.polygons.{fault[0]}", [0], fault[1])


@pytest.mark.parametrize(
    ("parts", "columns"),
    [
        (None, {"present(polygons)", "polygons"}),
        (PRESENCE, {"present(polygons)"}),
        (frozenset(), {"present(polygons)"}),
        (frozenset({"area"}), {"present(polygons)", "area(polygons)"}),
        (frozenset({"points", "parts"}),
         {"present(polygons)", "points(polygons)", "parts(polygons)"}),
        (frozenset({"", "bounds"}),
         {"present(polygons)", "polygons", *BOUNDS}),
    ],
)  # fmt: skip
def test_of_an_outline_only_what_is_wanted_is_kept(
    parts: frozenset[str] | None, columns: set[str]
) -> None:
    want = None if parts is None else {"polygons": parts}
    found = decoded(MANY, "annotation", {"p": ["[[0,0,4,0,4,4]]"]}, want=want)
    assert {name for name in found.frame.columns if not name.startswith("@")} == columns


def test_measures_of_an_outline_are_in_the_numbers_of_its_source() -> None:
    want = {"polygons": frozenset({"area", "bounds", "points"})}
    frame = decoded(MANY, "annotation", {"p": ["[[0,0,4,0,4,4],[9,9]]"]}, want=want).frame
    assert frame["area(polygons)"].to_list() == [8.0]
    assert frame["bounds(polygons).x2"].to_list() == [9.0]
    assert frame["points(polygons)"].to_list() == [[3, 1]]


def test_presence_reads_nothing_of_an_outline() -> None:
    want = {"polygons": PRESENCE}
    found = decoded(MANY, "annotation", {"p": ['"anything"', "null", None]}, want=want)
    assert found.frame["present(polygons)"].to_list() == [True, False, False]
    assert [rule for rule, *_ in told(found.faults)] == ["annotation.polygons.missing"]


MASKED = shaped("mask: {at: m, form: coco-rle}")


def test_a_mask_has_its_sides_and_its_runs_plain_or_compressed() -> None:
    raw = ['{"size":[2,3],"counts":[1,2,3]}', '{"counts":"123","size":[2,3]}', "null", None]
    found = decoded(MASKED, "annotation", {"m": raw})
    assert found.frame["mask.height"].to_list() == [2, 2, None, None]
    assert found.frame["mask.width"].to_list() == [3, 3, None, None]
    assert found.frame["mask.runs"].to_list() == [[1, 2, 3], [1, 2, 3], None, None]
    assert found.frame["mask.total"].to_list() == [6, 6, None, None]
    assert found.frame["present(mask)"].to_list() == [True, True, False, False]
    assert found.faults == ()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ('{"size":[2],"counts":[1]}', "length"),
        ('{"size":[2,3,4],"counts":[1]}', "length"),
        ('{"size":[-2,3],"counts":[1]}', "type"),
        ('{"size":[2,3],"counts":[-1]}', "type"),
        ('{"size":[2,3],"counts":[9999999999]}', "type"),
        ('{"size":[2,3],"counts":"\\u0000"}', "type"),
        ('{"size":[2,3]}', "type"),
        ('{"size":[2.5,3],"counts":[1]}', "type"),
        ("[1,2]", "type"),
        ('"text"', "type"),
    ],
)
def test_what_is_no_mask_is_a_fault_of_its_row_alone(raw: str, fault: str) -> None:
    sound = '{"size":[1,1],"counts":[0,1]}'
    found = decoded(MASKED, "annotation", {"m": [sound, raw]})
    ((rule, rows, actual, _),) = told(found.faults)
    assert (rule, rows, actual) == (f"annotation.mask.{fault}", [1], [raw])
    assert found.frame["mask.runs"].to_list() == [[0, 1], None]
    assert found.frame["mask.height"].to_list() == [1, None]
    assert found.frame["mask@bad"].to_list() == [False, True]


def test_texts_that_are_several_values_when_joined_are_no_masks() -> None:
    one = '{"size":[1,1],"counts":[1]}'
    found = decode_masks(pl.Series([f"{one},{one}", one]))
    assert found.faulty.to_list() == [True, False]
    assert found.runs.to_list() == [None, [1]]


def test_the_measures_of_a_mask_are_those_wanted() -> None:
    raw = {"m": ['{"size":[2,2],"counts":[1,2,1]}']}
    frame = decoded(MASKED, "annotation", raw, want={"mask": frozenset({"area", "bounds"})}).frame
    assert frame["area(mask)"].to_list() == [2.0]
    assert frame["bounds(mask).x2"].to_list() == [2.0]
    assert "mask.runs" not in frame.columns
