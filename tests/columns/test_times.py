"""Times and intervals in cells: exact both ways, whatever the carrier; what is none is told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.columns import encode
from tests.columns.made import CODED, carrier_of, decoded, told
from tests.plan.made import plan_of, source_of

if TYPE_CHECKING:
    from annostd.plan import Plan

BODY = """conventions: {{time: {{unit: {unit}}}}}
files: {{data: {{path: "d.{carrier}", carrier: {carrier}}}}}
tables: {{annotation: {{from: data, {rows}, columns: {{{column}}}}}}}
"""
PAIR = 'interval: {at: [s, e], form: "start end", minimum: 0, required: true}'
LIST = 'interval: {at: t, form: "start duration"}'


def in_json(column: str, unit: str = "second") -> Plan:
    return plan_of(BODY.format(unit=unit, carrier="json", rows="rows: /a/*", column=column))


def in_text(column: str, text: str, unit: str = "second") -> Plan:
    rows = f'text: "{text}"'
    return plan_of(BODY.format(unit=unit, carrier="lines", rows=rows, column=column))


def back(plan: Plan, frame: pl.DataFrame) -> dict[str, list[object]]:
    """Encode decoded rows again."""
    whole = frame.with_columns(pl.lit(0, pl.UInt8).alias("@variant"))
    carrier = carrier_of(plan, "annotation")
    raw = encode(source_of(plan, "annotation"), whole, lambda *_: None, carrier)
    return raw.to_dict(as_series=False)


@pytest.mark.parametrize("text", ["0.30000000000000004", "0", "12.5", "-3.25", "0.000001"])
def test_a_time_is_written_as_it_was_read(text: str) -> None:
    for plan in (in_json("at: {type: time}"), in_text("at: {type: time}", "{at}")):
        found = decoded(plan, "annotation", {"at": [text]})
        assert (found.frame["at"].to_list(), found.faults) == ([Decimal(text)], ())
        assert back(plan, found.frame) == {"at": [text]}


def test_a_time_in_milliseconds_is_held_in_seconds() -> None:
    plan = in_text("at: {type: time}", "{at}", "millisecond")
    found = decoded(plan, "annotation", {"at": ["12.5"]})
    assert found.frame["at"].to_list() == [Decimal("0.0125")]
    assert back(plan, found.frame) == {"at": ["12.5"]}


def test_the_unit_of_the_column_wins() -> None:
    plan = in_text("at: {type: time, unit: microsecond}", "{at}", "millisecond")
    assert decoded(plan, "annotation", {"at": ["5"]}).frame["at"].to_list() == [Decimal("0.000005")]


@pytest.mark.parametrize("raw", ['"0.5"', "true", "[1]", "1e40", "0.0000000000000000001"])
def test_a_json_value_that_is_no_time_is_a_fault(raw: str) -> None:
    found = decoded(in_json("at: {type: time}"), "annotation", {"at": [raw]})
    assert [fault.rule for fault in found.faults] == ["annotation.at.type"]
    assert found.frame["at"].to_list() == [None]


def test_limits_of_a_time_stand_in_its_unit() -> None:
    plan = in_text("at: {type: time, minimum: 5, maximum: 10}", "{at}", "millisecond")
    found = decoded(plan, "annotation", {"at": ["4.999", "5", "10", "10.001"]})
    assert told(found.faults) == [
        ("annotation.at.range", [0, 3], ["4.999", "10.001"], "at least 5 and at most 10")
    ]


@pytest.mark.parametrize("carrier", ["json", "lines"])
def test_an_interval_in_two_places_is_written_as_it_was_read(carrier: str) -> None:
    plan = in_json(PAIR) if carrier in CODED else in_text(PAIR, "{s} {e}")
    found = decoded(plan, "annotation", {"s": ["0.1", "0"], "e": ["0.3", "2.50"]})
    assert found.faults == ()
    assert found.frame["interval.start"].to_list() == [Decimal("0.1"), Decimal(0)]
    assert back(plan, found.frame) == {"s": ["0.1", "0"], "e": ["0.3", "2.5"]}


@pytest.mark.parametrize("carrier", ["json", "lines"])
def test_an_interval_in_one_list_is_written_as_it_was_read(carrier: str) -> None:
    is_json = carrier in CODED
    plan = in_json(LIST) if is_json else in_text(LIST, "{t*}")
    raw = "[ 0.1, 0.2]" if is_json else "0.1  0.2"
    found = decoded(plan, "annotation", {"t": [raw]})
    ends = found.frame.select("interval.start", "interval.end").row(0)
    assert ends == (Decimal("0.1"), Decimal("0.3"))
    assert back(plan, found.frame) == {"t": ["[0.1,0.2]" if is_json else "0.1 0.2"]}


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("[1]", "length"),
        ("[1,2,3]", "length"),
        ("[]", "length"),
        ('["1","2"]', "type"),
        ("5", "type"),
        ("[1,1e20]", "type"),
    ],
)
def test_a_list_that_is_no_interval_is_a_fault_and_not_missing(raw: str, fault: str) -> None:
    found = decoded(in_json(LIST), "annotation", {"t": [raw]})
    assert [each.rule for each in found.faults] == [f"annotation.interval.{fault}"]
    assert found.frame["interval@bad"].to_list() == [True]


def test_each_slot_of_an_interval_is_judged_at_its_own_place() -> None:
    plan = in_text(PAIR, "{s} {e}")
    found = decoded(plan, "annotation", {"s": ["-1", "x"], "e": ["1", "2"]})
    assert [(fault.rule, fault.path, fault.rows.to_list()) for fault in found.faults] == [
        ("annotation.interval.type", ("s",), [1]),
        ("annotation.interval.range", ("s",), [0]),
    ]


def test_half_an_interval_is_missing() -> None:
    plan = in_json(PAIR)
    found = decoded(plan, "annotation", {"s": ["1"], "e": [None]})
    assert [fault.rule for fault in found.faults] == ["annotation.interval.missing"]
    assert found.faults[0].expected == "an interval: start end"
