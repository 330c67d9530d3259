"""Encoding: the inverse of decoding, for sources of every column type and every kind of carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from annostd.codecs import pictures
from annostd.columns import decode, encode
from annostd.columns.cells import DTYPES
from annostd.columns.natives import json_text
from annostd.columns.raw import RawRows
from tests.columns.made import PLACES, carrier_of, decoded
from tests.plan.made import plan_of, shipped, source_of, things

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.plan import Plan, Source
    from annostd.tables.schema import ColumnType

COLUMNS = """
integer: {type: integer, at: i}
number: {type: number, at: f}
text: {at: t}
boolean: {type: boolean, at: b}
flag: {values: {0: false, 1: true}, at: g}
spelled: {values: {"yes": true, "no": false}, at: s}
mixed: {values: {0: false, "no": true}, at: m}
any: {type: any, at: a}
named: {type: any, values: {x: 1, y: z}, at: n}
absent: {type: integer, absent: [""], at: e}
"""
PICTURE = pictures.render(
    pl.Series([2]), pl.Series([3]), pl.Series([[0, 6]], dtype=pl.List(pl.Int64))
).item()
FINITE = st.floats(allow_nan=False, allow_infinity=False)
Columns: TypeAlias = "Mapping[str, tuple[ColumnType, st.SearchStrategy[object]]]"
TYPED: Columns = {
    "integer": ("integer", st.integers(-(2**63), 2**63 - 1)),
    "number": ("number", FINITE),
    "text": ("string", st.text()),
    "boolean": ("boolean", st.booleans()),
    "flag": ("boolean", st.booleans()),
    "spelled": ("boolean", st.booleans()),
    "mixed": ("boolean", st.booleans()),
    "any": ("json", st.sampled_from(["5", '"a"', "[1]", '{"k":null}', '""'])),
    "named": ("json", st.sampled_from(["1", '"z"'])),
    "absent": ("integer", st.integers(0, 9)),
}


def no_key(table: str, key: str) -> pl.Series | None:
    return None


def again(
    plan: Plan,
    name: str,
    frame: pl.DataFrame,
    key_of: Callable[[str, str], pl.Series | None] = no_key,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Encode typed rows, and decode what came of it; give both."""
    source, carrier = source_of(plan, name), carrier_of(plan, name)
    raw = encode(source, frame, key_of, carrier)
    assert raw.columns == [field.name for field in source.fields]
    height = frame.height
    places = {
        place: pl.Series(range(height) if place == "@index" else [0] * height, dtype=dtype)
        for place, dtype in PLACES.items()
        if place != "@path"
    }
    rows = RawRows(name, raw.with_columns(**places))
    found = decode(source, rows, carrier=carrier, want=None)
    assert found.faults == ()
    return raw, found.frame


@st.composite
def typed(draw: st.DrawFn, columns: Columns) -> pl.DataFrame:
    """Draw rows with a value of its type in each column, or none."""
    height = draw(st.integers(1, 4))
    frame = {
        name: pl.Series(
            draw(st.lists(st.none() | each, min_size=height, max_size=height)), dtype=DTYPES[kind]
        )
        for name, (kind, each) in columns.items()
    }
    return pl.DataFrame(frame).with_columns(pl.lit(0, pl.UInt8).alias("@variant"))


@given(typed(TYPED))
def test_json_rows_of_every_type_are_read_back_as_they_were_written(frame: pl.DataFrame) -> None:
    _, found = again(things(COLUMNS), "thing", frame)
    assert_frame_equal(found.select(list(TYPED)), frame.select(list(TYPED)))


@given(typed({**TYPED, "any": ("json", st.text().map(json_text))}))
def test_xml_rows_of_every_type_are_read_back_as_they_were_written(frame: pl.DataFrame) -> None:
    plan = things(COLUMNS, carrier="xml", rows="rows: /t/*")
    raw, found = again(plan, "thing", frame)
    assert set(raw.dtypes) == {pl.String()}
    assert_frame_equal(found.select(list(TYPED)), frame.select(list(TYPED)))


POLYGONS = st.lists(
    st.lists(st.tuples(FINITE, FINITE), max_size=4).map(lambda p: [n for xy in p for n in xy]),
    max_size=3,
)


@pytest.mark.parametrize(
    ("carrier", "column"),
    [
        ("json", "box: {at: b, form: 'x y w h'}"),
        ("json", "box: {at: [a, b, c, d], form: 'x y w h'}"),
        ("xml", "box: {at: [a, b, c, d], form: 'x y w h'}"),
        ("xml", "box: {at: b, form: 'x y w h', separators: [',']}"),
    ],
)
@given(st.lists(st.none() | st.tuples(FINITE, FINITE, FINITE, FINITE), min_size=1, max_size=4))
def test_boxes_keep_every_digit_in_one_field_or_several(
    carrier: str, column: str, boxes: list[tuple[float, ...] | None]
) -> None:
    plan = geometry(carrier, column)
    slots = [f"box.{slot}" for slot in "xywh"]
    columns = zip(*[box or (None,) * 4 for box in boxes], strict=True)
    frame = pl.DataFrame(
        [pl.Series(slot, each, dtype=pl.Float64) for slot, each in zip(slots, columns, strict=True)]
    ).with_columns(pl.lit(0, pl.UInt8).alias("@variant"))
    _, found = again(plan, "annotation", frame)
    assert_frame_equal(found.select(slots), frame.select(slots), check_exact=True)
    assert found["present(box)"].to_list() == [box is not None for box in boxes]


def geometry(carrier: str, column: str) -> Plan:
    return plan_of(
        f"""files: {{data: {{path: "d.{carrier}", carrier: {carrier}}}}}
tables: {{annotation: {{from: data, rows: /a/*, columns: {{{column}}}}}}}
"""
    )


@given(st.lists(st.none() | POLYGONS, min_size=1, max_size=4))
def test_outlines_of_many_parts_keep_every_digit(outlines: list[list[list[float]] | None]) -> None:
    plan = geometry("json", "polygons: {at: p, form: flat}")
    series = pl.Series("polygons", outlines, dtype=pl.List(pl.List(pl.Float64)))
    frame = pl.DataFrame([series]).with_columns(pl.lit(0, pl.UInt8).alias("@variant"))
    _, found = again(plan, "annotation", frame)
    assert_frame_equal(found.select("polygons"), frame.select("polygons"), check_exact=True)


@pytest.mark.parametrize("carrier", ["json", "xml"])
@given(st.lists(st.none() | POLYGONS.map(lambda parts: [[0.0, 0.5], *parts][:1]), min_size=1))
def test_outlines_of_one_part_keep_every_digit(
    carrier: str, outlines: list[list[list[float]] | None]
) -> None:
    plan = geometry(carrier, "polygons: {at: p, form: flat, parts: one}")
    series = pl.Series("polygons", outlines, dtype=pl.List(pl.List(pl.Float64)))
    frame = pl.DataFrame([series]).with_columns(pl.lit(0, pl.UInt8).alias("@variant"))
    _, found = again(plan, "annotation", frame)
    assert_frame_equal(found.select("polygons"), frame.select("polygons"), check_exact=True)


@given(st.lists(st.none() | st.lists(st.integers(0, 2**31 - 1)), min_size=1, max_size=4))
def test_masks_keep_their_sides_and_runs(runs: list[list[int] | None]) -> None:
    plan = geometry("json", "mask: {at: m, form: coco-rle}")
    sides = pl.Series([None if each is None else 3 for each in runs], dtype=pl.Int64)
    frame = pl.DataFrame(
        {
            "mask.height": sides,
            "mask.width": sides,
            "mask.runs": pl.Series(runs, dtype=pl.List(pl.Int64)),
        }
    ).with_columns(pl.lit(0, pl.UInt8).alias("@variant"))
    _, found = again(plan, "annotation", frame)
    assert_frame_equal(found.select(frame.columns[:3]), frame.select(frame.columns[:3]))


def written(plan: Plan, name: str, columns: Mapping[str, object], variant: int = 0) -> pl.DataFrame:
    frame = pl.DataFrame(columns).with_columns(pl.lit(variant, pl.UInt8).alias("@variant"))
    return encode(source_of(plan, name), frame, no_key, carrier_of(plan, name))


def test_a_reference_is_written_as_the_key_of_its_row() -> None:
    plan = shipped("coco")
    frame = pl.DataFrame({"media": pl.Series([1, None, 0], dtype=pl.UInt32), "@variant": [2, 2, 2]})
    asked: list[tuple[str, str]] = []

    def key_of(table: str, key: str) -> pl.Series | None:
        asked.append((table, key))
        return pl.Series([70, 80]) if table == "media" else None

    raw = encode(source_of(plan, "annotation"), frame, key_of, "json")
    assert raw["image_id"].to_list() == [80, None, 70]
    assert ("media", "id") in asked


def test_a_reference_to_a_table_without_that_key_is_left_out() -> None:
    frame = pl.DataFrame({"media": pl.Series([0], dtype=pl.UInt32), "@variant": [2]})
    raw = encode(source_of(shipped("coco"), "annotation"), frame, no_key, "json")
    assert raw["image_id"].to_list() == [None]


def test_a_field_that_no_column_of_the_rows_fills_is_left_out_in_its_own_type() -> None:
    raw = written(things(COLUMNS), "thing", {"text": ["x"]})
    assert raw["i"].to_list() == [None]
    assert raw.schema["i"] == pl.Int64
    assert raw.schema["f"] == pl.Float64


def test_the_one_value_that_a_variant_is_told_by_is_put_back_and_a_choice_is_not() -> None:
    plan = things(
        "a: {}",
        more="""    variants:
      one: {where: {k: 1, j: "x"}, set: {n: 1}}
      two: {where: {k: [2, 3]}, set: {n: 2}}
      none: {where: {k: null}, set: {n: 3}}
""",
    )
    frame = pl.DataFrame({"n": [1, 2, 3], "@variant": pl.Series([0, 1, 2], dtype=pl.UInt8)})
    raw = encode(source_of(plan, "thing"), frame, no_key, "json")
    assert raw["k"].to_list() == ["1", None, None]
    assert raw["j"].to_list() == ["x", None, None]


def test_a_constant_is_spelled_in_a_text() -> None:
    plan = things("a: {}", carrier="xml", rows="rows: /t/*",
                  more="    variants: {one: {where: {k: 1}, set: {n: 1}}}\n")  # fmt: skip
    raw = written(plan, "thing", {"a": ["x"]})
    assert raw.row(0, named=True) == {"a": "x", "k": "1"}


def test_rows_of_several_variants_fill_the_same_field() -> None:
    rows = {
        "polygons": pl.Series([[[0.0, 0.0, 1.0, 0.0, 1.0, 1.0]], None]),
        "mask.height": [None, 1],
        "mask.width": [None, 2],
        "mask.runs": [None, [0, 2]],
        "@variant": pl.Series([1, 0], dtype=pl.UInt8),
    }
    raw = encode(source_of(shipped("coco"), "annotation"), pl.DataFrame(rows), no_key, "json")
    assert raw["segmentation"].to_list() == [
        "[[0,0,1,0,1,1]]",
        '{"size":[1,2],"counts":[0,2]}',
    ]


def test_a_composed_value_is_taken_apart() -> None:
    raw = written(shipped("yolo"), "media", {"path": ["a/b/x.png", "y.jpg", "no picture"]})
    assert raw["{folder}"].to_list() == ["a/b/", "", ""]
    assert raw["{stem}"].to_list() == ["x", "y", None]
    assert raw["{ext}"].to_list() == ["png", "jpg", None]


def test_of_several_natives_of_one_value_the_first_is_written() -> None:
    plan = things('a: {values: {"yes": true, "y": true, "no": false}}')
    assert written(plan, "thing", {"a": [True, False]})["a"].to_list() == ["yes", "no"]


def test_a_missing_text_that_has_to_be_there_is_written_as_missing_is_spelled() -> None:
    plan = things(
        'a: {absent: ["-"], required: true}\nb: {absent: ["-"]}', carrier="xml", rows="rows: /t/*"
    )
    raw = written(plan, "thing", {"a": pl.Series(["x", None]), "b": pl.Series(["x", None])})
    assert (raw["a"].to_list(), raw["b"].to_list()) == (["x", "-"], ["x", None])


def test_a_split_is_written_as_its_first_name() -> None:
    raw = written(shipped("coco"), "media", {"split": pl.Series([["train"], None])})
    assert raw["{split}"].to_list() == ["train", None]


def test_a_source_without_fields_has_a_row_for_each() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  media: {from: data, rows: /m/*, columns: {id: {}}}
  annotation: {in: media, rows: /a/*, set: {shape: none}, columns: {}}
"""
    )
    source: Source = source_of(plan, "annotation")
    assert source.fields == ()
    assert written(plan, "annotation", {"shape": ["none"]}).columns == []


def test_null_is_written_where_the_standard_names_it_as_a_spelling_of_missing() -> None:
    plan = things("a: {absent: [null]}\nb: {}\n")
    frame = pl.DataFrame(
        {"a": ["x", None], "b": ["x", None], "@variant": [0, 0]},
        schema_overrides={"@variant": pl.UInt8},
    )
    raw, _ = again(plan, "thing", frame)
    assert raw["a"].to_list() == ['"x"', "null"]
    assert raw["b"].to_list() == ["x", None]


@pytest.mark.parametrize(
    ("column", "fields"),
    [
        ("box: {at: p, form: corners}", {"p": "[[9,5],[1,2]]"}),
        ("rotated_box: {at: p, form: quad}", {"p": "[[4,1],[7,4],[5,6],[2,3]]"}),
        ("ellipse: {at: p, form: 'cx cy px py'}", {"p": "[[4,4],[7,8]]"}),
        ("ellipse: {at: p, form: 'cx cy rx ry'}", {"p": "[4,4,7,8]"}),
        ("cuboid: {at: p, form: 'x y z l w h yaw'}", {"p": "[1,2,3,4,5,6,-3.5]"}),
        ("cuboid: {at: p, form: 'x y z qx qy qz qw l w h'}", {"p": "[1,2,3,0,0,0,2,4,5,6]"}),
        ("polyline: {at: p, form: pairs}", {"p": "[[1,2],[3,4.5]]"}),
        ("polygons: {at: p, form: pairs, parts: one}", {"p": "[[1,2],[3,4],[5,6]]"}),
        ("keypoints: {at: p, form: flat}", {"p": "[1,2,3,4]"}),
        (
            "keypoints: {at: p, form: 'x y visibility', values: {0: absent, 7: visible}}",
            {"p": "[1,2,7,0,0,0]"},
        ),
        (
            "mask: {at: [m, p], form: png-at}",
            {"m": f'"{PICTURE}"', "p": "[[4,3],[6.5,4]]"},
        ),
    ],
)
def test_numbers_of_every_form_are_written_as_they_were_read(
    column: str, fields: dict[str, str]
) -> None:
    body = """files: {data: {path: d.json, carrier: json}}
tables: {annotation: {from: data, rows: /a/*, columns: {COLUMN}}}
"""
    plan = plan_of(body.replace("COLUMN", column))
    found = decoded(plan, "annotation", {name: [text, "null"] for name, text in fields.items()})
    assert found.faults == ()
    raw = encode(source_of(plan, "annotation"), found.frame, no_key, "json")
    assert {name: raw[name].to_list() for name in fields} == {
        name: [text, None] for name, text in fields.items()
    }


def test_a_token_that_no_line_can_leave_out_says_that_nothing_is_there() -> None:
    body = """files: {data: {path: "d.txt", carrier: lines, blanks: any}}
tables:
  thing:
    from: data
    text: "{a} {b}[ {c}]"
    columns: {a: {}, b: {type: integer, absent: "-"}, c: {type: integer, absent: "-"}}
"""
    plan = plan_of(body)
    frame = pl.DataFrame(
        {"a": ["x"], "b": [None], "c": [None], "@variant": [0]},
        schema_overrides={"b": pl.Int64, "c": pl.Int64, "@variant": pl.UInt8},
    )
    raw = encode(source_of(plan, "thing"), frame, no_key, "lines")
    assert raw.row(0, named=True) == {"a": "x", "b": "-", "c": None}


def test_numbers_that_together_say_missing_are_read_and_written_as_such() -> None:
    plan = plan_of(
        """files: {data: {path: d.txt, carrier: lines, blanks: any}}
tables:
  annotation:
    from: data
    text: "{a} {b} {c} {d}"
    columns: {box: {at: [a, b, c, d], form: "x1 y1 x2 y2", minimum: 0, absent: ["-1 -1 -1 -1"]}}
"""
    )
    raw = {"a": ["-1", "1", "-1.0"], "b": ["-1", "2", "-1"], "c": ["-1", "3", "-1"]}
    found = decoded(plan, "annotation", raw | {"d": ["-1", "4", "9"]})
    assert found.frame["present(box)"].to_list() == [False, True, True]
    assert [(f.rule, f.rows.to_list()) for f in found.faults] == [  # of each number
        ("annotation.box.range", [2]),
        ("annotation.box.range", [2]),
        ("annotation.box.range", [2]),
    ]
    made = written(plan, "annotation", {f"box.{s}": [None, 1.0] for s in ("x1", "y1", "x2", "y2")})
    assert [made[name].to_list() for name in "abcd"] == [["-1", "1"]] * 4
