"""YAML as a tree: values of the 1.2 core schema, places, and no text that is read in two ways."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annostd.standard import yaml_tree
from annostd.standard.model import Mark
from annostd.standard.read import MAX_BYTES, parse, read
from annostd.standard.yaml_tree import MapNode, ScalarNode, compose, marks, plain

ROOT = Path(__file__).parents[2]
STANDARDS = sorted((ROOT / "standards").rglob("*.yaml"))
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff\u2028\u2029")
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXTS.filter(lambda key: len(key) < 100), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_every_json_text_is_read_as_the_value_that_json_reads(value: object) -> None:
    node, faults = compose(json.dumps(value, ensure_ascii=False), "x.yaml")
    assert faults == ()
    assert node is not None
    assert plain(node) == value
    assert json.dumps(plain(node), sort_keys=True) == json.dumps(value, sort_keys=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-2.5E-3", -0.0025),
        ("1.0.0", "1.0.0"),
        ("y", "y"),
        ("N", "N"),
        ("-", "-"),
        ("1 2", "1 2"),
        ("0.x", "0.x"),
        ("1:99", "1:99"),
        ("12e", "12e"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    node, faults = compose(
        f"[{text}]" if text != "-" and text else f"a: {text!r}" if text else "a:", "x.yaml"
    )
    assert faults == ()
    assert node is not None
    found = plain(node)
    assert isinstance(found, (dict, list))
    assert (found["a"] if isinstance(found, dict) else found[0]) == value


def test_places_are_one_based_and_count_code_points() -> None:
    node, _ = compose('𝄞a: {b: "ü", c: [1, 2]}\n', "x.yaml")
    assert node is not None
    assert marks(node) == {
        (): Mark("x.yaml", 1, 1),
        ("𝄞a",): Mark("x.yaml", 1, 1),
        ("𝄞a", "b"): Mark("x.yaml", 1, 9),
        ("𝄞a", "c"): Mark("x.yaml", 1, 14),
        ("𝄞a", "c", 0): Mark("x.yaml", 1, 18),
        ("𝄞a", "c", 1): Mark("x.yaml", 1, 21),
    }


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a: one two", 4),
        ('a: "one two"', 5),
        ("a: 'one two'", 5),
        ('a: "one\\u0020two"', 4),
        ("a: one\n  two", 4),
        ("a: >-\n  one two", 4),
    ],
)
def test_a_place_inside_a_text_is_exact_where_the_text_stands_as_it_is(
    text: str, column: int
) -> None:
    node, _ = compose(text, "x.yaml")
    assert isinstance(node, MapNode)
    scalar = node.members["a"]
    assert isinstance(scalar, ScalarNode)
    exact = scalar.inset is not None
    assert scalar.place(4) == Mark("x.yaml", 1, column + 4 if exact else column)


def test_a_byte_order_mark_is_no_column() -> None:
    node, faults = parse("\ufeffa: 1\n".encode(), "x.yaml")
    assert faults == ()
    assert node is not None
    assert node.mark == Mark("x.yaml", 1, 1)


def test_a_large_file_is_refused_unread() -> None:
    node, (fault,) = parse(b"a: " + b"x" * MAX_BYTES, "x.yaml")
    assert node is None
    assert fault.message == "the file is larger than 1048576 bytes, expected less"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_nesting_bomb_is_a_fault_and_neither_slow_nor_a_crash(opening: str) -> None:
    _, faults = parse(opening.encode() * 50_000, "x.yaml")
    assert "the nesting is deeper than 64" in faults[-1].message


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    lines = [
        "a0: &a0 [x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)),
    ]
    node, faults = compose("\n".join(lines), "x.yaml")
    assert node is not None
    assert faults[0].message == "the anchor &a0 stands here, expected none"
    assert sum("alias" in fault.message for fault in faults) == 29 * 9


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.parent.name)
def test_the_pure_loader_reads_the_same_tree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(path)
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)
    assert read(path) == fast


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.parent.name)
def test_the_shipped_files_mean_the_same_to_readers_of_yaml_1_1(path: Path) -> None:
    node, _ = read(path)
    assert node is not None
    other = yaml.load(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    assert json.loads(json.dumps(other)) == json.loads(json.dumps(plain(node)))
