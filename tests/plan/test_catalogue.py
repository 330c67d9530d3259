"""Every finding that a reader reports stands in the catalogue of the standards that it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import annostd.bindings
from annostd.findings import Level
from tests.plan.made import plan_of

READERS = Path(annostd.bindings.__file__).parent
CARRIERS = ("json", "yaml", "xml", "lines", "text", "image")


def reported(word: str) -> set[str]:
    """List the ids that the readers' code spells out."""
    spelled = re.compile(rf'"({word}\.[a-z-]+)"')
    return {
        rule
        for path in READERS.glob("*.py")
        for rule in spelled.findall(path.read_text(encoding="utf-8"))
        if not rule.endswith(".py")
    }


DIVIDED = '{row: {from: data, rows: block}, cell: {in: row, text: "{x}", columns: {x: {}}}}'


def catalogue(carrier: str) -> set[str]:
    tables, ends = (DIVIDED, ", newline: lf") if carrier == "lines" else ("{}", "")
    return set(
        plan_of(
            f"""files:
  data: {{path: "d/{{stem}}.x", carrier: {carrier}{ends}}}
  listing: {{path: l.yaml, carrier: yaml}}
  listed:
    path: "p/{{name}}.{{ext:png|jpg}}"
    carrier: image
    listed: {{by: listing, at: "{{split:train}}"}}
  beside: {{path: "t/{{name}}.txt", carrier: text, beside: {{role: listed, suffix: .txt}}}}
tables: {tables}
"""
        ).rules
    )


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_a_carrier_reports_is_known(carrier: str) -> None:
    assert reported(carrier) | {f"{carrier}.unreadable"} <= catalogue(carrier)


def test_what_the_layout_reports_is_known() -> None:
    assert "layout.unfit" in reported("layout")
    assert reported("layout") <= catalogue("json")


def test_a_document_of_another_root_has_a_rule_of_its_own() -> None:
    plan = plan_of(
        """files: {data: {path: d.xml, carrier: xml}}
tables:
  thing: {from: data, rows: /r, required: SHOULD, columns: {a: {}}}
  media: {from: data, rows: /r/list/m, required: true, columns: {path: {}}}
"""
    )
    assert plan.rules["xml.root"].level is Level.MUST
    assert "thing.missing" not in plan.rules
    assert "media.missing" in plan.rules
