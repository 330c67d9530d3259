"""Canonical JSON as RFC 8785 prints it, and the digest made of it."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.standard.canonical import canonical, digest
from annostd.standard.model import Mark
from annostd.standard.yaml_tree import MapNode, ScalarNode, compose


def tree(text: str) -> MapNode:
    node, faults = compose(text, "x.yaml")
    assert faults == ()
    assert isinstance(node, MapNode)
    return node


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
    ],
)
def test_numbers_are_printed_as_in_the_samples_of_the_rfc(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(ScalarNode(value, Mark("x", 1, 1))) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_back_as_it_was(value: float) -> None:
    assert float(json.loads(canonical(ScalarNode(value, Mark("x", 1, 1))))) == value


def test_keys_are_sorted_by_utf_16_units() -> None:
    printed = canonical(tree('{"\\uFB33": 1, "\\U0001F600": 2, "\\u20AC": 3, "1": 4}'))
    assert printed == '{"1":4,"\u20ac":3,"\U0001f600":2,"\ufb33":1}'


def test_a_whole_number_is_the_same_with_and_without_a_fraction() -> None:
    assert canonical(tree("{a: 10.0, b: 10}")) == '{"a":10,"b":10}'


def test_the_order_of_keys_the_status_and_own_keys_do_not_change_the_digest() -> None:
    one = tree("{id: a, status: draft, rules: {x-note: 1, b: c}}")
    other = tree("{x-made: by hand, rules: {b: c}, status: published, id: a}")
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    "other",
    ["{id: a, values: {'0': false}}", "{id: b, values: {0: false}}", "{id: a, values: {0: 0}}"],
)
def test_everything_else_changes_the_digest(other: str) -> None:
    assert digest(tree("{id: a, values: {0: false}}")) != digest(tree(other))
