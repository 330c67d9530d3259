"""Lint: nothing is wrong with what is shipped; what is broken is told, exactly and completely."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from annostd.errors import Fault
from annostd.standard.draft import draft
from annostd.standard.lint import LINTS, PUBLISHING, lint, needed
from annostd.standard.locate import Library
from annostd.standard.resolve import apply_dialects, resolve

ROOT = Path(__file__).parents[2]
CASES = ROOT / "conformance" / "standards"
INVALID = sorted((CASES / "invalid").glob("*.yaml"))
SHIPPED = sorted((ROOT / "standards").rglob("*.yaml"))
EXPECTED = re.compile(r"# ([0-9]+):([0-9]+): (.*)")
HEAD = """annostd: 1
id: made
version: "1.0.0"
status: draft
title: A standard for a test
publisher: annostd
domain: vision
licence: CC0-1.0
"""


@cache
def library() -> Library:
    return Library.of((CASES,))


def expected(path: Path) -> tuple[Fault, ...]:
    """What the leading `#` lines of a case say is wrong with it."""
    faults: list[Fault] = []
    for line in path.read_bytes().decode("utf-8", errors="replace").split("\n"):
        found = EXPECTED.fullmatch(line)
        if found is None:
            break
        faults.append(Fault(str(path), int(found[1]), int(found[2]), found[3]))
    return tuple(faults)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_broken_standard_has_exactly_the_faults_that_its_first_lines_name(path: Path) -> None:
    assert expected(path)
    assert lint(path, library(), shipped=True) == expected(path)


def test_there_is_a_case_for_each_kind_of_fault() -> None:
    assert len(INVALID) >= 40


@pytest.mark.parametrize("judge", LINTS + PUBLISHING, ids=lambda judge: judge.__name__)
def test_each_lint_finds_something_in_a_case(judge: object) -> None:
    assert callable(judge)
    assert any(list(judge(made)) for made in drafts())


@cache
def drafts() -> tuple[object, ...]:
    """The documents of all cases that can be parsed, in their default dialects."""
    readable = [path for path in INVALID if not path.stem.startswith("yaml-")]
    trees = [resolve(path, library()).tree for path in readable if "fragment" not in path.stem]
    return tuple(draft(apply_dialects(tree, {}, [])[0], []) for tree in trees)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_is_wrong_with_what_is_shipped(path: Path) -> None:
    assert lint(path, Library.of(), shipped=True) == ()


@pytest.mark.parametrize(
    "path", sorted((CASES / "inherited").glob("*.yaml")), ids=lambda path: path.stem
)
def test_nothing_is_wrong_with_what_the_broken_ones_inherit(path: Path) -> None:
    assert lint(path, library()) == ()


def test_rules_need_no_examples_where_nothing_is_shipped(tmp_path: Path) -> None:
    path = CASES / "invalid" / "rule-without-examples.yaml"
    assert lint(path, library(), shipped=True) != ()
    assert lint(path, library()) == ()


def test_faults_of_an_inherited_file_name_that_file(tmp_path: Path) -> None:
    files = "files: {data: {path: data.json, carrier: json}}\n"
    body = files + "tables: {media: {from: dta, columns: {id: {}}}}\n"
    base = tmp_path / "base.yaml"
    base.write_text(HEAD + body, "utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(HEAD.replace("made", "child") + "adapts: made\n", "utf-8")
    (fault,) = lint(child, Library((tmp_path,)))
    assert (fault.file, fault.line, fault.column) == (str(base), 10, 24)


@pytest.mark.parametrize(
    ("other", "head", "used", "message"),
    [
        ("annostd: 1\nid: other\nversion: '1.0.0'\ndoc: {\n", "adapts: other", 9, "standard"),
        ("annostd: 1\nid: other\nfragment: true\ndoc: {\n", "use: [other]", 7, "fragment"),
    ],
)
def test_what_is_inherited_and_broken_is_told_once_where_it_breaks_and_where_it_is_named(
    tmp_path: Path, other: str, head: str, used: int, message: str
) -> None:
    (tmp_path / "other.yaml").write_text(other, "utf-8")
    path = tmp_path / "made.yaml"
    path.write_text(HEAD + head + "\n", "utf-8")
    here, there = lint(path, Library((tmp_path,)))
    assert here == Fault(
        str(path), 9, used, f"'other' cannot be read, expected a {message} without faults"
    )
    assert there.file == str(tmp_path / "other.yaml")
    assert there.message.startswith("broken YAML")


def test_a_narrowing_profile_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(
        HEAD
        + """extends: plain-boxes@1
tables:
  media:
    unknown: refuse
    columns:
      path:   {required: MUST, pattern: "[a-z]+[.]png"}
      width:  {minimum: 2, maximum: 900, required: true}
      kind:   {values: [image]}
      height: {type: integer}
  annotation:
    columns:
      area: {agrees: {level: MUST, absolute: 1}}
      note: {type: string, length: [2, 5], absent: [""]}
  category: {from: data, rows: names/*, columns: {name: {at: .}}}
rules: {box-flat: {level: MUST}}
""",
        "utf-8",
    )
    assert lint(path, library()) == ()


def test_what_only_the_caller_can_supply_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        HEAD
        + """files: {data: {path: data.json, carrier: json}}
tables:
  media:
    from: data
    columns:
      path: {required: true}
      owner: {type: string, required: true}
      licence_text: {type: string, required: SHOULD, default: none}
      serial: {type: integer, required: true, generate: "{n}"}
  survey: {from: data, rows: surveys/*, columns: {kind: {type: string, required: true}}}
""",
        "utf-8",
    )
    assert lint(path, library()) == ()
    assert needed(path, library()) == ("media.owner",)
