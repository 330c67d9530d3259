"""The schema of a line of JSON Lines against the conformance cases: no engine is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from annostd.conformance.cases import find_cases
from annostd.findings import Level, Phase
from annostd.schemas import generate_json_schema, json_schema
from tests.schemas.judges import beyond, plan_of, role_of

if TYPE_CHECKING:
    from annostd.conformance.cases import Case

ROOT = Path(__file__).parents[2] / "conformance"
ROLES = {"chat-messages": "chats", "preference-pairs": "pairs"}
CASES = [case for case in find_cases([ROOT]) if case.standard in ROLES]


def lines(case: Case) -> dict[int, object]:
    """Read the lines of a case that are JSON."""
    found: dict[int, object] = {}
    for path in (case.folder / "in").glob("train.jsonl"):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                found[number] = json.loads(line.decode())
            except ValueError:
                continue
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.standard}/{case.name}")
def test_a_schema_says_of_a_line_what_was_expected(case: Case) -> None:
    said = json.loads((case.folder / "expected.json").read_text("utf-8"))
    chosen = said.get("dialects")
    if chosen is None and case.rule is None:
        return  # told from the data, which no schema does
    axes = plan_of(case.standard).standard.dialects.items()
    named = {axis: chosen for axis, options in axes if chosen in {o.name for o in options}}
    assert not chosen or named
    plan = plan_of(case.standard, **named)
    role = role_of(plan, ROLES[case.standard])
    judge = Draft202012Validator(generate_json_schema(plan, role))
    excused = beyond(json_schema.unsayable(plan, role))
    for number, document in lines(case).items():
        rules = {f["rule"] for f in said["findings"] if f.get("line") == number}
        known = [plan.rules[rule] for rule in rules if rule in plan.rules]
        must = [rule for rule in known if rule.level is Level.MUST]
        errors = [error.message for error in judge.iter_errors(document)]
        if not any(rule.phase in {Phase.IO, Phase.STRUCTURE} for rule in must):
            assert errors == [], number
        if {rule.id for rule in must if rule.phase is Phase.STRUCTURE} - excused:
            assert errors, number
