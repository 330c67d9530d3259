"""JSON Schemas and the engine hold each other to what a standard says of structure."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from annostd.bindings import BINDINGS
from annostd.schemas.json_schema import generate_json_schema, unsayable
from tests.schemas.json_documents import changed, documents
from tests.schemas.judges import beyond, engine, plan_of, role_of

if TYPE_CHECKING:
    from annostd.plan import FilePlan, Plan

ROLES = {
    ("coco-instances", "instances"): "annotations/instances_train.json",
    ("yolo-detect", "dataset"): "data.yaml",
    ("yolo-detect:list", "dataset"): "data.yaml",
    ("yolo-segment", "dataset"): "data.yaml",
}
READABLE = [
    role
    for role, path in ROLES.items()
    if {"json": "json", "yaml": "yaml"}[path.rpartition(".")[2]] in BINDINGS
]


@cache
def parts(role: tuple[str, str]) -> tuple[Plan, FilePlan, Draft202012Validator, frozenset[str]]:
    name, _, names = role[0].partition(":")
    plan = plan_of(name, **({"names": names} if names else {}))
    file = role_of(plan, role[1])
    judge = Draft202012Validator(generate_json_schema(plan, file))
    return plan, file, judge, beyond(unsayable(plan, file))


@pytest.mark.parametrize("role", ROLES, ids=":".join)
def test_a_schema_is_a_schema(role: tuple[str, str]) -> None:
    plan, file, *_ = parts(role)
    Draft202012Validator.check_schema(generate_json_schema(plan, file))


@pytest.mark.parametrize("role", ROLES, ids=":".join)
def test_a_schema_takes_nothing_but_an_object_at_the_top(role: tuple[str, str]) -> None:
    _, _, judge, _ = parts(role)
    others: list[Any] = [None, [], 1, "x", True]
    assert not any(judge.is_valid(value) for value in others)


@given(data=st.data())
def test_a_schema_accepts_every_sound_document(data: st.DataObject) -> None:
    _, file, judge, _ = parts(data.draw(st.sampled_from(list(ROLES))))
    document = data.draw(documents(file))
    assert [error.message for error in judge.iter_errors(document)] == []


@given(data=st.data())
def test_schema_and_engine_agree_on_a_changed_document(data: st.DataObject) -> None:
    role = data.draw(st.sampled_from(READABLE))
    plan, file, judge, unjudged = parts(role)
    document: Any = data.draw(changed(file))
    verdict = engine(plan, {ROLES[role]: json.dumps(document).encode()})
    errors = [error.message for error in judge.iter_errors(document)]
    if verdict.is_accepted:
        assert errors == [], "the schema refuses what the engine accepts"
    if verdict.broken - unjudged:
        assert errors, f"the schema lets {verdict.broken} pass"
