"""What the yaml carrier reads, prints, and says of bad input."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.yaml import YAML
from annostd.bindings.yaml_parse import parse
from annostd.bindings.yaml_tree import TREE
from annostd.bindings.yaml_write import dump
from annostd.columns.raw import Origin, Place
from tests.bindings.tree_plans import LISTED, NAMES, ROLE, cells, file, plan, read, source

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.findings import Finding

DATA = '# kept\nnc: 2\ntrain: [a, "b"]\nfoo: {bar: 1.50}\nnames:\n  0: crane\n  1: "yes"\n'


def told(findings: list[Finding]) -> list[tuple[str, int | None, int | None, str | None]]:
    """Give rule and place of findings."""
    return [(f.rule, f.location.line, f.location.column, f.location.pointer) for f in findings]


def test_names_that_are_numbers_are_captured_as_numbers(tmp_path: Path) -> None:
    rows, findings = read(YAML, tmp_path, DATA, NAMES, name="a.yaml")
    assert cells(rows["category"], "{number}", ".", "@start", "@end", "@path") == [
        (0, "crane", 6, 6, "/names/0"),
        (1, "yes", 7, 7, "/names/1"),
    ]
    assert cells(rows["dataset"], "nc", "train") == [(2, '["a", "b"]')]
    assert [u.path for u in rows["dataset"].unknown] == ["foo"]
    assert not findings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("0o17", 15),
        ("0x1F", 31),
        ("+12", 12),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("True", True),
        ("~", None),
        ("", None),
        ('"1"', "1"),
        ("!!str 1", "1"),
        ("2024-01-01", "2024-01-01"),
        ("|\n  a\n  b", "a\nb\n"),
    ],
)
def test_scalars_are_those_of_the_core_schema(text: str, value: object) -> None:
    root = parse(f"k: {text}\n").root
    assert root is not None
    assert root.members is not None
    node = root.members["k"]
    kinds: dict[type, Any] = {bool: "boolean", int: "integer", float: "number", str: "string"}
    assert TREE.cell(node, kinds.get(type(value), "string")) == (value, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("yaml.empty", 1, 1, "")]),
        ("# only a comment\n", [("yaml.empty", 1, 1, "")]),
        ("- 1\n", [("yaml.type", 1, 1, "")]),
        ("nc: 1\n\tx: 2\n", [("yaml.syntax", 2, 1, "/nc")]),
        ("nc: 1\nnames: [a, b\n", [("yaml.syntax", 3, 1, "/names/2")]),
        ("nc: 1\nnc: 2\nnames: {}\n", [("yaml.duplicate-key", 2, 1, "/nc")]),
        ("names: {0: a, 0: b}\n", [("yaml.duplicate-key", 1, 15, "/names/0")]),
        ("names: {0: &x a, 1: *x}\n", [("yaml.alias", 1, 21, "/names/1")]),
        ("names: {? [1] : a}\n", [("yaml.key", 1, 11, "/names")]),
        ("names: {}\n---\nnames: {}\n", [("yaml.documents", 2, 1, "")]),
        ("names: {0: .nan}\n", [("yaml.nonfinite", 1, 12, "/names/0")]),
        ("names: {0: !!python/name:os.system x}\n", [("yaml.tag", 1, 12, "/names/0")]),
        ("nc: 1\n", [("category.missing", 1, 1, "")]),
        ("names:\n", [("category.missing", 1, 7, "/names")]),
        ("names: [a]\n", [("category.type", 1, 8, "/names")]),
        (b"names: {0: \xff}\n", [("yaml.encoding", 1, 12, None)]),
        (b"\xef\xbb\xbfnames: {}\n", [("yaml.bom", 1, 1, "")]),
        ("names: {}\n".encode("utf-16"), [("yaml.encoding", 1, 1, "")]),
        ("names: {0: a\0}\n", [("yaml.syntax", 1, 13, "")]),
        ("[" * 100_000, [("yaml.depth", 1, 65, "/0" * 64)]),
    ],
)
def test_a_fault_is_told_once_with_its_exact_place(
    tmp_path: Path, text: str | bytes, expected: list[tuple[str, int, int, str | None]]
) -> None:
    _, findings = read(YAML, tmp_path, text, NAMES, name="a.yaml")
    assert told(findings) == expected


def test_an_alias_bomb_is_refused_without_being_unfolded(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    _, findings = read(YAML, tmp_path, "\n".join(lines), NAMES, name="a.yaml")
    assert {f.rule for f in findings} == {"yaml.alias", "category.missing"}


def test_damage_never_raises(tmp_path: Path) -> None:
    rng = random.Random(1)  # noqa: S311
    raw = DATA.encode()
    for end in range(len(raw)):
        read(YAML, tmp_path, raw[:end], NAMES, name="a.yaml")
    for _ in range(300):
        damaged = bytearray(raw)
        for _ in range(3):
            damaged[rng.randrange(len(raw))] = rng.choice(b"\0\xff:{}[]&*!|>'\"\t\n-?%@#")
        read(YAML, tmp_path, bytes(damaged), NAMES, name="a.yaml")


def test_records_and_values_are_located(tmp_path: Path) -> None:
    rows, _ = read(YAML, tmp_path, DATA, NAMES, name="a.yaml")
    row = rows["category"].frame.select("@file", "@start", "@end", "@index", "@path").rows()[1]
    found = YAML.locate(tmp_path, file("a.yaml"), NAMES.sources[1], Place(*row), None)
    assert (found.line, found.column, found.pointer) == (7, 6, "/names/1")
    row = rows["dataset"].frame.select("@file", "@start", "@end", "@index", "@path").rows()[0]
    found = YAML.locate(tmp_path, file("a.yaml"), NAMES.sources[0], Place(*row), ("nc",))
    assert (found.line, found.column, found.pointer) == (2, 5, "/nc")


def frames(root: Path, text: str) -> dict[str, pl.DataFrame]:
    """Read a text into raw frames."""
    rows, _ = read(YAML, root, text, NAMES, name="a.yaml")
    return {name: part.frame for name, part in rows.items() if name != ROLE}


def test_block_style_is_written_with_numbers_as_names(tmp_path: Path) -> None:
    text = b"".join(YAML.write(NAMES, frames(tmp_path, DATA), None)).decode()
    assert text == "nc: 2\ntrain:\n- a\n- b\nnames:\n  0: crane\n  1: 'yes'\n"


def test_nothing_changed_returns_the_text_itself(tmp_path: Path) -> None:
    origin = Origin(tmp_path, [file("a.yaml", name="a")], 0)
    assert b"".join(YAML.write(NAMES, frames(tmp_path, DATA), origin)) == DATA.encode()


def test_a_change_keeps_undeclared_members_and_order(tmp_path: Path) -> None:
    rows = frames(tmp_path, DATA)
    rows["dataset"] = rows["dataset"].with_columns(nc=pl.lit(3, pl.Int64))
    origin = Origin(tmp_path, [file("a.yaml", name="a")], 0)
    text = b"".join(YAML.write(NAMES, rows, origin)).decode()
    assert list(yaml.safe_load(text)) == ["nc", "train", "foo", "names"]
    assert yaml.safe_load(text)["nc"] == 3
    assert yaml.safe_load(text)["foo"] == {"bar": 1.5}


def test_a_list_of_names_comes_back(tmp_path: Path) -> None:
    rows, _ = read(YAML, tmp_path, "names: [a, 'no']\n", LISTED, name="a.yaml")
    text = b"".join(YAML.write(LISTED, {"category": rows["category"].frame}, None)).decode()
    assert text == "names:\n- a\n- 'no'\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_any_text_that_is_written_is_read_back(texts: list[str]) -> None:
    import json

    printed = dump(json.dumps({"k": texts}))
    root = parse(printed).root
    assert root is not None
    assert root.members is not None
    items = root.members["k"].items or []
    assert [TREE.cell(node, "string") for node in items] == [(text, True) for text in texts]


def test_texts_that_are_json_are_read_inside_yaml(tmp_path: Path) -> None:
    made = plan(source("note", "/text!json/*", "a:i"), carrier="yaml")
    rows, findings = read(YAML, tmp_path, 'text: \'[{"a": 1}, {"a": 2}]\'\n', made, name="a.yaml")
    assert cells(rows["note"], "a", "@start", "@path") == [(1, 1, "/text/0"), (2, 1, "/text/1")]
    assert not findings
