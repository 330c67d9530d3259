from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from annostd.errors import Fault, StandardError, UsageError
from annostd.reports import json_conversion, json_error, json_reports, report_schema
from tests.reports.samples import HOSTILE, LOST, ROUNDED, conversion, finding, report

if TYPE_CHECKING:
    from annostd.reports import Report

SCHEMA = Draft202012Validator(report_schema())


def printed(*reports: Report) -> str:
    return "".join(json_reports(reports))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize(
    "text",
    [
        printed(report()),
        printed(report(finding(), finding(line=9))),
        printed(report(finding()), report()),
        "".join(json_conversion(conversion(LOST, ROUNDED, findings=(finding(),)))),
        json_error(UsageError("no such path: x", hint="name one")),
        json_error(StandardError([Fault("a.yaml", 1, 2, "unknown key")])),
    ],
)
def test_all_that_is_printed_is_json_of_the_schema(text: str) -> None:
    assert list(SCHEMA.iter_errors(json.loads(text))) == []


def test_the_schema_refuses_what_is_not_a_report() -> None:
    broken = json.loads(printed(report(finding())))
    broken["findings"][0]["extra"] = 1
    assert not SCHEMA.is_valid(broken)
    assert not SCHEMA.is_valid({"tool": broken["tool"]})


def test_keys_stand_in_the_promised_order() -> None:
    found = json.loads(printed(report(finding())))
    assert list(found) == ["tool", "standard", "verdict", "classes", "counts", "findings"]
    assert list(found["standard"]) == ["id", "version", "dialects", "digest"]
    assert list(found["counts"]["rules"]["box-outside-media"]) == [
        "pass", "fail", "blocked", "not_applicable", "skipped",
    ]  # fmt: skip
    assert list(found["findings"][0]) == [
        "rule", "level", "class", "phase", "file", "line", "column", "pointer",
        "object", "actual", "expected", "message",
    ]  # fmt: skip


def test_several_reports_are_a_list_in_the_given_order() -> None:
    found = json.loads(printed(report(finding()), report()))
    assert [len(one["findings"]) for one in found] == [1, 0]


def test_neither_path_nor_note_of_this_machine_is_printed() -> None:
    assert "/secret/place" not in printed(report(path="/secret/place"))


def test_findings_are_in_the_order_of_file_position_and_rule() -> None:
    later = finding(text="b.json", line=1)
    rule = finding(rule="a-rule", line=3)
    found = json.loads(printed(report(later, finding(), rule, finding(line=2))))
    places = [(one["file"], one["line"], one["rule"]) for one in found["findings"]]
    assert places == sorted(places)


def test_hostile_text_reaches_no_terminal_and_survives() -> None:
    text = printed(report(finding(message=HOSTILE)))
    assert text.replace("\n", "").isprintable()
    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"] == HOSTILE


@given(st.lists(st.text(), max_size=4))
def test_the_same_findings_in_any_order_give_the_same_bytes(messages: list[str]) -> None:
    findings = [finding(line=i + 1, message=text) for i, text in enumerate(messages)]
    assert printed(report(*findings)) == printed(report(*reversed(findings)))
