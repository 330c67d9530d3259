"""The one law of merging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.standard.merge import merge
from annostd.standard.yaml_tree import MapNode, compose, marks, plain

if TYPE_CHECKING:
    from annostd.errors import Fault


def tree(text: str, file: str = "x.yaml") -> MapNode:
    node, faults = compose(text, file)
    assert faults == ()
    assert isinstance(node, MapNode)
    return node


def merged(base: str, patch: str, place: str = "standard") -> tuple[object, list[Fault]]:
    faults: list[Fault] = []
    return plain(merge(tree(base), tree(patch), faults, place)), faults


@pytest.mark.parametrize(
    ("base", "patch", "result"),
    [
        ("{a: {b: 1, c: 2}}", "{a: {c: 3, d: 4}}", {"a": {"b": 1, "c": 3, "d": 4}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": [3]}),
        ("{a: {b: 1}}", "{a: null}", {"a": None}),
        ("{a: 1}", "{a: {b: 1}}", {"a": {"b": 1}}),
        (
            "{files: {a: {captures: {b: {default: c}}}}}",
            "{files: {a: {captures: {b: remove}}}}",
            {"files": {"a": {"captures": {}}}},
        ),
        (
            "{conventions: {image: {origin: 1, decimals: 0}}}",
            "{conventions: {image: {decimals: remove}}}",
            {"conventions": {"image": {"origin": 1}}},
        ),
    ],
)
def test_mappings_merge_all_else_replaces_and_remove_removes(
    base: str, patch: str, result: object
) -> None:
    assert merged(base, patch) == (result, [])


@pytest.mark.parametrize(
    "free",
    [
        "{examples: {base: {media: [{name: remove}]}, note: remove}}",
        "{tables: {media: {columns: {a: {values: {delete: remove}}}}}}",
        "{tables: {media: {variants: {b: {columns: {a: {values: {delete: remove}}}}}}}}",
        "{rules: {a: {examples: {pass: remove}}}}",
        "{x-own: {a: remove}}",
        "{dialects: {names: {short: {tables: {media: remove}}}}}",
    ],
)
def test_remove_is_a_word_like_any_other_in_data_and_kept_for_later_in_dialects(free: str) -> None:
    assert merged("{}", free) == (plain(tree(free)), [])


@pytest.mark.parametrize(
    "name", ["values", "examples", "default", "variants", "dialects", "columns"]
)
def test_a_column_or_table_may_bear_the_name_of_a_key(name: str) -> None:
    base = f"{{tables: {{{name}: {{columns: {{{name}: {{doc: a}}, b: {{}}}}}}}}}}"
    patch = f"{{tables: {{{name}: {{columns: {{{name}: remove}}}}}}}}"
    assert merged(base, patch) == ({"tables": {name: {"columns": {"b": {}}}}}, [])


def test_a_dialect_can_be_removed_by_who_inherits_it() -> None:
    base = "{dialects: {names: {long: {doc: a}, short: {doc: b}}}}"
    assert merged(base, "{dialects: {names: {short: remove}}}") == (
        {"dialects": {"names": {"long": {"doc": "a"}}}},
        [],
    )


def test_a_remove_of_nothing_is_a_fault_at_its_place() -> None:
    _, (fault,) = merged("{rules: {a: {}}}", "{rules: {b: remove}}")
    assert (fault.line, fault.column) == (1, 13)
    assert fault.message == "'b' is not inherited, expected a part that can be removed"


def test_every_node_keeps_the_place_of_the_file_it_came_from() -> None:
    base = tree("{rules: {a: {level: MUST, when: b}}}", "base.yaml")
    patch = tree("{rules: {a: {level: SHOULD}}}", "patch.yaml")
    found = marks(merge(base, patch, []))
    assert found["rules", "a"].file == "patch.yaml"
    assert found["rules", "a", "level"].file == "patch.yaml"
    assert found["rules", "a", "when"].file == "base.yaml"
