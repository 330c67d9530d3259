"""The language's JSON Schema, and the interpreter that must judge as a library does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.standard.meta_schema import check, language
from annostd.standard.model import Json
from annostd.standard.read import parse, read
from annostd.standard.yaml_tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
STANDARDS = sorted((ROOT / "standards").rglob("*.yaml"))
BROKEN = sorted((ROOT / "conformance" / "standards").rglob("*.yaml"))
ORACLE = jsonschema.Draft202012Validator(language())
INTERESTING: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, 99, 1.5, 1.0, "", "remove", "MUST", "a", "A b", "x y", "media.id",
    "1.0.0", [], [1], ["a"], [None, 3], [[]], {}, {"a": 1}, {"x-own": 1}, {"type": "string"},
    {"level": "MAY"},
)  # fmt: skip
KEYS = (
    "id",
    "at",
    "values",
    "x-own",
    "Bad Key",
    "fragment",
    "media",
    "level",
    "columns",
    "base",
    "where",
)


def document(path: Path) -> dict[str, Json]:
    node, faults = read(path)
    assert faults == ()
    value = plain(node) if node is not None else {}
    assert isinstance(value, dict)
    return value


def places(value: Json) -> Iterator[tuple[dict[str, Json], str] | tuple[list[Json], int]]:
    """Every member of every mapping and list, however deep."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield value, key
            yield from places(member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield value, index
            yield from places(item)


@st.composite
def mutants(draw: st.DrawFn) -> dict[str, Json]:
    """A shipped document with one to three members changed, renamed, added or left out."""
    value = copy.deepcopy(document(draw(st.sampled_from(STANDARDS))))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(places(value))))
        if isinstance(holder, dict) and isinstance(key, str):
            how = draw(st.sampled_from(["change", "rename", "add", "drop"]))
            if how == "change":
                holder[key] = copy.deepcopy(draw(st.sampled_from(INTERESTING)))
            elif how == "rename":
                holder[draw(st.sampled_from(KEYS))] = holder.pop(key)
            elif how == "add":
                holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(
                    draw(st.sampled_from(INTERESTING))
                )
            else:
                del holder[key]
        elif isinstance(holder, list) and isinstance(key, int):
            holder[key] = copy.deepcopy(draw(st.sampled_from(INTERESTING)))
        if not value:
            break
    return value


@given(mutants())
def test_the_interpreter_and_the_library_agree_on_mutated_standards(value: dict[str, Json]) -> None:
    node, faults = parse(json.dumps(value).encode(), "x.yaml")
    assert faults == ()
    assert node is not None
    assert bool(check(node)) == bool(list(ORACLE.iter_errors(value)))


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.parent.name)
def test_what_is_shipped_is_what_the_language_knows(path: Path) -> None:
    node, _ = read(path)
    assert node is not None
    assert check(node) == ()
    assert list(ORACLE.iter_errors(document(path))) == []


def test_the_schema_is_one_and_uses_only_what_the_interpreter_knows() -> None:
    jsonschema.Draft202012Validator.check_schema(language())
    known = {
        "$schema", "$id", "$defs", "$ref", "title", "description", "if", "then", "else", "anyOf",
        "type", "const", "enum", "pattern", "minimum", "maximum", "items", "minItems", "maxItems",
        "minProperties", "required", "propertyNames", "properties", "patternProperties",
        "additionalProperties", "x-keys",
    }  # fmt: skip
    used: set[str] = set()
    for schema in schemas(language()):
        used |= set(schema)
    assert used <= known


def test_every_property_says_what_it_is() -> None:
    for schema in schemas(language()):
        for name, member in schema.get("properties", {}).items():
            described = member if "anyOf" not in member else {**member, **member["anyOf"][0]}
            target = language()["$defs"].get(str(described.get("$ref", "")).rpartition("/")[2], {})
            assert "description" in {**target, **member}, name


def schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in ("$defs", "properties", "patternProperties"):
        for member in schema.get(keyword, {}).values():
            yield from schemas(member)
    for keyword in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
        yield from schemas(schema.get(keyword))
    for option in schema.get("anyOf", []):
        yield from schemas(option)


def test_all_faults_are_found_at_once_each_at_its_place() -> None:
    node, _ = parse(b"annostd: 1\nid: A\nversion: 1\nstatus: drft\nrules: []\nfoo: 1\n", "x.yaml")
    assert node is not None
    assert [(fault.line, fault.column) for fault in check(node)] == [
        (1, 1), (1, 1), (1, 1), (1, 1), (2, 5), (3, 10), (4, 9), (5, 8), (6, 1),
    ]  # fmt: skip
