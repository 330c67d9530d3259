"""Lists in one place: texts and edges, read and written back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.columns import encode
from tests.columns.made import decoded
from tests.plan.made import plan_of, source_of

if TYPE_CHECKING:
    from annostd.plan import Plan

BODY = """files: {data: {path: d.json, carrier: json}}
tables: {category: {from: data, rows: /c/*, columns: {COLUMN}}}
"""
NAMES, PAIRS = "keypoints: {at: k}", "skeleton: {at: k, origin: 1}"


def plan(column: str) -> Plan:
    return plan_of(BODY.replace("COLUMN", column))


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (NAMES, '["tip","é \\" x"]', ["tip", 'é " x']),
        (NAMES, "[]", []),
        (PAIRS, "[[1,2],[3,1]]", [[0, 1], [2, 0]]),
        (PAIRS, "[]", []),
        ("skeleton: {at: k}", "[[0,2]]", [[0, 2]]),
        ("a: {at: k, type: list, items: string}", '["x"]', ["x"]),
        ("a: {at: k, type: list, items: edge}", "[[4,5]]", [[4, 5]]),
    ],
)
def test_a_list_is_read_and_written_as_it_was(column: str, text: str, value: object) -> None:
    compiled = plan(column)
    found = decoded(compiled, "category", {"k": [text, "null", None]})
    assert found.faults == ()
    name = column.partition(":")[0]
    assert found.frame[name].to_list() == [value, None, None]
    whole = found.frame.with_columns(pl.lit(0, pl.UInt8).alias("@variant"))
    raw = encode(source_of(compiled, "category"), whole, lambda *_: None, "json")
    assert raw["k"].to_list() == [text, None, None]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (NAMES, '"tip"'),
        (NAMES, '["tip", 2]'),
        (NAMES, "{}"),
        (PAIRS, "[1, 2]"),
        (PAIRS, "[[1, 2, 3]]"),
        (PAIRS, "[[1, 1.5]]"),
        (PAIRS, "[[true, 2]]"),
        (PAIRS, "[[1, 1e400]]"),
        (PAIRS, "[[1, 99999999999999999999]]"),
        (PAIRS, '[["tip", "base"]]'),
    ],
)
def test_what_is_no_such_list_is_told_and_missing(column: str, text: str) -> None:
    found = decoded(plan(column), "category", {"k": [text, "[]"]})
    (fault,) = found.faults
    name = column.partition(":")[0]
    assert fault.rule == f"category.{name}.type"
    assert fault.rows.to_list() == [0]
    assert found.frame[name].to_list() == [None, []]


def test_a_position_written_as_a_float_is_the_integer() -> None:
    found = decoded(plan(PAIRS), "category", {"k": ["[[1.0, 2]]"]})
    assert found.frame["skeleton"].to_list() == [[[0, 1]]]


def test_splits_that_stand_in_one_place_are_read_and_written_as_a_list() -> None:
    body = """files: {data: {path: d.json, carrier: json}}
tables: {media: {from: data, rows: /m/*, columns: {split: {at: s, items: string}}}}
"""
    compiled = plan_of(body)
    texts = ['["train","trainval"]', "[]", None, '"train"', "[1]"]
    read = decoded(compiled, "media", {"s": texts})
    assert read.frame["split"].to_list() == [["train", "trainval"], [], None, None, None]
    assert [(f.rule, f.rows.to_list()) for f in read.faults] == [("media.split.type", [3, 4])]
    raw = encode(source_of(compiled, "media"), read.frame, lambda *_: None, "json")
    assert raw["s"].to_list() == [*texts[:3], None, None]
