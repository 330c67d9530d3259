"""Which variant a row is of: native tests of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.columns.variants import count_items
from tests.columns.made import decoded, told
from tests.plan.made import shipped, things

if TYPE_CHECKING:
    from annostd.plan import Plan


def plan_where(test: str, carrier: str) -> Plan:
    """Make a standard whose rows are `hit` where the test holds, else `miss`."""
    more = f"""    variants:
      hit: {{where: {{k: {test}}}, set: {{n: 1}}}}
      miss: {{set: {{n: 0}}}}
"""
    if carrier == "json":
        return things("a: {}", more=more)
    return things("k: {}", carrier=carrier, more=more, rows='text: "{k} {j}"')


def hits(test: str, raw: list[object], carrier: str = "json") -> str:
    """Say the rows that are `hit`, as `x`, and the others, as `.`."""
    found = decoded(plan_where(test, carrier), "thing", {"k": raw})
    assert found.frame["n"].dtype == pl.Int64
    return "".join("x" if number else "." for number in found.frame["n"])


@pytest.mark.parametrize(
    ("test", "raw", "expected"),
    [
        ("a", ["a", "b", None], "x.."),
        ("'a b'", ["a b", "ab"], "x."),
        ("[a, c]", ["a", "b", "c"], "x.x"),
        ("[null, a]", ["a", None, "b"], "xx."),
        ("1", [1, 2, None], "x.."),
        ("true", [True, False, None], "x.."),
        ("0.5", [0.5, 1.0, None], "x.."),
        ("[1, a]", ["1", '"a"', '"1"', "1.0", "null"], "xx.x."),
        ("['a b', 1]", ['"a b"', '"ab"', '"a\\u0020b"'], "x.x"),
        ("[null, []]", ["null", None, "[]", "[ ]", "[1]"], "xxxx."),
        ("{type: object}", ["{}", "[]", None], "x.."),
        ("{type: array}", ["{}", "[]", None], ".x."),
        ("{type: string}", ['"1"', "1", "null"], "x.."),
        ("{type: boolean}", ["true", '"true"', "1"], "x.."),
        ("{type: number}", ["1.5", "-1", '"1"'], "xx."),
        ("{type: integer}", ["1.5", "-1", '"1"'], ".x."),
        ("{type: present}", ["1", "null", None], "x.."),
        ("{type: 'null'}", ["1", "null", None], ".xx"),
        ("{type: [array, object]}", ["[]", "{}", "1"], "xx."),
        ("{not: array}", ["[]", "{}", "null", None], ".xxx"),
        ("{pattern: 'a+'}", ['"aa"', '"a\\u0061"', '"ab"', "null", "5"], "xx..."),
        ("{length: 2}", ["[1,2]", "[[1,2]]", '"ab"', "{}", "null"], "x.x.."),
        ("{length: 0}", ["[ ]", "[1]", '""', None], "x.x."),
        ("{length: [1, null]}", ["[]", "[ 1]", '"a"', '""', None], ".xx.."),
        ("{length: [null, 1]}", ["[]", "[1]", "[1,2]", "5"], "xx.."),
        ("{type: array, length: [2, 3]}", ["[1]", "[1,2]", '"ab"'], ".x."),
    ],
)
def test_a_json_row_is_of_the_first_variant_whose_tests_hold(
    test: str, raw: list[object], expected: str
) -> None:
    assert hits(test, raw) == expected


@pytest.mark.parametrize(
    ("test", "raw", "expected"),
    [
        ("a", ["a", "b", None], "x.."),
        ("1", ["1", "01", "2", "x"], "xx.."),
        ("{type: present}", ["", "a", None], "xx."),
        ("{type: string}", ["", "a", None], "xx."),
        ("{type: integer}", ["1", "1.5", None], "x.."),
        ("{pattern: 'a+'}", ["aa", "ab", None], "x.."),
        ("{length: 2}", ["ab", "abc", None], "x.."),
        ("{length: [1, null]}", ["", "a", None], ".x."),
    ],
)
def test_a_row_of_text_is_tested_by_its_text(test: str, raw: list[object], expected: str) -> None:
    assert hits(test, raw, "lines") == expected


def test_every_test_of_a_variant_has_to_hold() -> None:
    plan = things(
        "a: {}",
        more="""    variants:
      both: {where: {k: a, j: b}, set: {n: 1}}
      none: {set: {n: 0}}
""",
    )
    found = decoded(plan, "thing", {"k": ["a", "a", "x"], "j": ["b", "x", "b"]})
    assert found.frame["n"].to_list() == [1, 0, 0]


def test_a_captured_name_can_tell_variants_apart() -> None:
    plan = things(
        'k: {at: "{k}"}',
        rows='rows: "/t/{k}"',
        more='    variants: {a: {where: {"{k}": a}, set: {n: 1}}, b: {set: {n: 2}}}\n',
    )
    found = decoded(plan, "thing", {"{k}": ["a", "z"]})
    assert found.frame["n"].to_list() == [1, 2]


def test_a_row_of_no_variant_is_a_fault_with_the_kinds_that_there_are() -> None:
    plan = things(
        "id: {type: integer, key: true}\na: {}",
        more="    variants: {x: {where: {k: x}, set: {n: 1}}, y: {where: {k: y}, set: {n: 2}}}\n",
    )
    found = decoded(plan, "thing", {"id": [5, 6, 7], "a": ["p", "q", "r"], "k": ["y", "z", "x"]})
    (fault,) = found.faults
    assert told([fault]) == [("thing.variant", [1], ["z"], "one of the kinds x, y")]
    assert fault.path == ("k",)
    frame = found.frame
    assert frame["id"].to_list() == [5, 6, 7], "others may name it by its key"
    assert frame["a"].to_list() == ["p", None, "r"]
    assert frame["n"].to_list() == [2, None, 1]
    assert frame["@variant"].to_list() == [1, None, 0]


def test_rows_of_no_variant_at_all_have_their_places_and_nothing_else() -> None:
    plan = things("a: {}", more="    variants: {x: {where: {k: x}, set: {n: 1}}}\n")
    frame = decoded(plan, "thing", {"k": ["y", "z"]}).frame
    assert frame["@index"].to_list() == [0, 1]
    assert frame["@variant"].to_list() == [None, None]
    assert "n" not in frame.columns


def test_rows_stay_in_order_whatever_their_variants() -> None:
    coco = shipped("coco")
    rle = '{"size":[1,1],"counts":[0,1]}'
    found = decoded(
        coco,
        "annotation",
        {"id": [1, 2, 3, 4], "segmentation": ["[]", rle, "[[0,0,1,0,1,1]]", None]},
    )
    assert found.frame["id"].to_list() == [1, 2, 3, 4]
    assert found.frame["shape"].to_list() == ["box", "mask", "polygon", "box"]
    assert found.frame["@index"].to_list() == [0, 1, 2, 3]


def test_faults_of_a_variant_are_at_the_rows_of_the_batch() -> None:
    coco = shipped("coco")
    found = decoded(
        coco, "annotation", {"id": [1, 2, 3], "segmentation": ["[]", "[[0,0,1]]", "[[0,0,1,0,1]]"]}
    )
    odd = [fault for fault in found.faults if fault.rule == "annotation.polygons.length"]
    assert [fault.rows.to_list() for fault in odd] == [[1, 2]]
    assert found.frame["polygons@bad"].to_list() == [None, True, True]


def test_items_are_counted_in_lists_and_characters_in_texts() -> None:
    raw = pl.Series(["[]", "[1,[2,3]]", '"äb"', "5", None])
    assert count_items(raw).to_list() == [0, 2, 2, -1, None]
