"""Schemas against the conformance cases: what was expected by hand, no engine asked."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from lxml import etree

from annostd.conformance.cases import find_cases
from annostd.findings import Level, Phase
from annostd.schemas import (
    generate_json_schema,
    generate_relax_ng,
    generate_xsd,
    json_schema,
    relax_ng,
    xsd,
)
from annostd.templates import match
from tests.schemas.judges import beyond, plan_of, role_of

if TYPE_CHECKING:
    from annostd.conformance.cases import Case
    from annostd.plan import FilePlan, Plan
    from annostd.templates import Template

ROOT = Path(__file__).parents[2] / "conformance"
TREES = {
    "coco-instances": ("instances", ".json"),
    "pascal-voc": ("label", ".xml"),
    "yolo-detect": ("dataset", ".yaml"),
    "yolo-segment": ("dataset", ".yaml"),
}
CASES = [case for case in find_cases([ROOT]) if case.standard in TREES]


class Loader(yaml.CSafeLoader):
    """YAML 1.2 of the JSON kinds: a date is a text, and so is `no`."""


Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":bool"))]
    for sign, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


@cache
def parts(standard: str, names: str | None) -> tuple[Plan, FilePlan]:
    plan = plan_of(standard, **({"names": names} if names else {}))
    return plan, role_of(plan, TREES[standard][0])


@cache
def json_judge(standard: str, names: str | None) -> Draft202012Validator:
    return Draft202012Validator(generate_json_schema(*parts(standard, names)))


@cache
def xml_judges(standard: str) -> tuple[etree.RelaxNG, etree.XMLSchema]:
    relax = etree.fromstring(generate_relax_ng(*parts(standard, None)).encode())
    schema = etree.fromstring(generate_xsd(*parts(standard, None)).encode())
    return etree.RelaxNG(relax), etree.XMLSchema(schema)


@cache
def paths_of(standard: str) -> list[Template]:
    """List the templates of the paths that the role's files have in any layout."""
    layouts = plan_of(standard).standard.dialects["layout"]
    plans = [plan_of(standard, layout=option.name) for option in layouts]
    return [path for plan in plans for path in role_of(plan, TREES[standard][0]).paths]


def judged_files(case: Case) -> list[tuple[str, Path]]:
    """List the files of the role that a schema speaks of, as the expectation names them."""
    said = json.loads((case.folder / "expected.json").read_text("utf-8"))
    if "path" in said:
        path = case.folder / said["path"]
        return [(path.name, path)] if path.suffix == TREES[case.standard][1] else []
    root = case.folder / "in"
    found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.*"))}
    return [
        (name, path)
        for name, path in found.items()
        if any(
            match(template, name, mode="path") is not None for template in paths_of(case.standard)
        )
    ]


def expected(case: Case, plan: Plan, file: str) -> tuple[bool, frozenset[str], bool]:
    """Tell if a file is to be accepted, the structure it breaks, if names are undeclared."""
    said = json.loads((case.folder / "expected.json").read_text("utf-8"))
    rules = {f["rule"] for f in said["findings"] if f["file"] == file}
    known = [plan.rules[rule] for rule in rules if rule in plan.rules]
    must = [rule for rule in known if rule.level is Level.MUST]
    early = [rule for rule in must if rule.phase in {Phase.IO, Phase.STRUCTURE}]
    broken = frozenset(rule.id for rule in early if rule.phase is Phase.STRUCTURE)
    # an undeclared name is told once for each kind, at the first
    undeclared = any(f["rule"].endswith(".unknown-key") for f in said["findings"])
    return not early and len(known) == len(rules), broken, undeclared


def finite(text: str) -> float:
    """Read a number; one beyond float64 is no document that is compared."""
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    return value


def plain(value: Any) -> Any:
    """Make names of members texts, as JSON has them."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def read(path: Path) -> Any:
    """Read a JSON or YAML file; None where it is none."""
    try:
        text = path.read_text("utf-8-sig")
        return (
            json.loads(text, parse_float=finite)
            if path.suffix == ".json"
            else plain(yaml.load(text, Loader))  # noqa: S506 - the safe one, narrowed
        )
    except (ValueError, yaml.YAMLError, RecursionError):
        return None


def name_of(case: Case) -> str:
    return f"{case.standard}/{case.name}"


def test_there_are_cases_of_every_standard_that_has_schemas() -> None:
    assert {case.standard for case in CASES} == set(TREES)


@pytest.mark.parametrize(
    "case", [case for case in CASES if TREES[case.standard][1] != ".xml"], ids=name_of
)
def test_a_json_schema_says_of_a_case_what_was_expected(case: Case) -> None:
    for name, path in judged_files(case):
        document = read(path)
        if document is None:
            continue
        is_list = isinstance(document, dict) and isinstance(document.get("names"), list)
        dialect = None if case.standard == "coco-instances" else "list" if is_list else "map"
        plan, file = parts(case.standard, dialect)
        accepted, broken, _ = expected(case, plan, name)
        errors = [
            f"{error.json_path}: {error.message}"
            for error in json_judge(case.standard, dialect).iter_errors(document)
        ]
        if accepted:
            assert errors == [], name
        if broken - beyond(json_schema.unsayable(plan, file)):
            assert errors, (name, broken)


@pytest.mark.parametrize(
    "case", [case for case in CASES if TREES[case.standard][1] == ".xml"], ids=name_of
)
def test_the_schemas_for_xml_say_of_a_case_what_was_expected(case: Case) -> None:
    plan, file = parts(case.standard, None)
    relax, schema = xml_judges(case.standard)
    for name, path in judged_files(case):
        try:
            document = etree.fromstring(path.read_bytes())
        except etree.XMLSyntaxError:
            continue
        accepted, broken, undeclared = expected(case, plan, name)
        if accepted:
            assert relax.validate(document), relax.error_log
            assert schema.validate(document) or undeclared, schema.error_log
        if broken - beyond(relax_ng.unsayable(plan, file)):
            assert not relax.validate(document), (name, broken)
        if broken - beyond(xsd.unsayable(plan, file)):
            assert not schema.validate(document), (name, broken)
