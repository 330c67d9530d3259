"""Joins that list keys, that agree, and rows in order."""

from __future__ import annotations

from annostd.columns import Assembler
from annostd.columns.raw import DataFile
from tests.columns.made import Columns, taken
from tests.plan.made import plan_of

LISTED = """
files:
  data: {path: d.txt, carrier: lines}
  one: {path: one.txt, carrier: lines}
  many: {path: many.txt, carrier: lines}
tables:
  media:
    from: data
    text: "{id}"
    sorted: id
    columns: {id: {type: string, key: true}}
    join:
      one: {from: one, text: "{id} {by}", by: {id: id}, missing: fine, columns: {by: {}}}
      many:
        from: many
        text: "{by} {ids+}"
        by: {id: ids}
        sorted: by
        missing: fine
        columns: {by: {}}
"""
LISTS = [DataFile(role, f"{role}.txt", {}) for role in ("data", "one", "many")]


def listed(one: Columns, many: Columns, data: list[str]) -> list[tuple[str, list[int]]]:
    plan = plan_of(LISTED)
    assembler = Assembler(plan, LISTS)
    faults = list(taken(plan, assembler, "one", {"media.one": one}).faults)
    faults += taken(plan, assembler, "many", {"media.many": many}).faults
    faults += taken(plan, assembler, "data", {"media": {"id": list(data)}}).faults
    faults += assembler.finish().faults
    return [(fault.rule, fault.rows.to_list()) for fault in faults]


def test_a_line_of_a_join_speaks_of_every_row_that_it_lists() -> None:
    one: Columns = {"id": ["a", "b", "c"], "by": ["x", "x", "y"]}
    assert listed(one, {"ids": ["a b", "c"], "by": ["x", "y"]}, ["a", "b", "c"]) == []
    found = listed(one, {"ids": ["a \t z", "c"], "by": ["x", "y"]}, ["a", "b", "c"])
    assert found == [("media.many.dangling", [1])]


def test_joins_that_give_one_column_have_to_agree() -> None:
    one: Columns = {"id": ["a", "b"], "by": ["x", "y"]}
    found = listed(one, {"ids": ["a b"], "by": ["x"]}, ["a", "b"])
    assert found == [("media.many.differs", [1])]


def test_rows_out_of_order_are_told_by_code_point_not_by_language() -> None:
    nothing: Columns = {"id": ["B"], "by": ["x"]}
    many: Columns = {"ids": ["a", "B"], "by": ["y", "x"]}
    assert listed(nothing, many, ["B", "a", "é"]) == [("media.many.order", [1])]
    many = {"ids": ["B a"], "by": ["x"]}
    assert listed(nothing, many, ["a", "B"]) == [("media.id.order", [1])]
    many = {"ids": ["a B"], "by": ["x"]}
    assert listed(nothing, many, ["B", "a"]) == [("media.many.order", [0])]
