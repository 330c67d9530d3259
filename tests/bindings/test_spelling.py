"""Texts that say the same."""

from __future__ import annotations

import pytest

from annostd.bindings.spelling import is_default, is_same
from annostd.plan.model import Field


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("a", "a", True),
        ("0.50", "0.5", True),
        ("5e-1", "0.5", True),
        ("007", "7", True),
        ("0.1000000000000000055", "0.1", True),
        ("-0", "0", True),
        ("9007199254740993", "9007199254740992", False),
        ("1_0", "10", False),
        ("nan", "NaN", False),
        ("1e999", "2e999", False),
        ("٣", "3", False),
        ("0x10", "16", False),
        ("", "0", False),
        ("1.0 2", "1 2.0", True),
        ("1 2", "1 3", False),
        ("1.00,2.50;3.00,4.00", "1,2.5;3,4", True),
        ("1.00,2.50;3.00,4.00", "1,2.5,3,4", False),
        ("1, 2", "1,2", True),
        ("1,2", "1 2", False),
        ("a,b", "a,c", False),
    ],
)
def test_a_text_is_the_same_as_itself_and_as_the_same_number(
    old: str, new: str, *, same: bool
) -> None:
    assert is_same(old, new) is same


@pytest.mark.parametrize(
    ("default", "new", "expected"),
    [
        (None, "0", False),
        ('"0"', "0", True),
        ("0", "0.0", True),
        ("false", "false", True),
        ('"Unspecified"', "Unspecified", True),
        ("Unspecified", "Unspecified", True),
        ("0", "1", False),
    ],
)
def test_a_default_is_compared_as_the_text_it_is_written_as(
    default: str | None, new: str, *, expected: bool
) -> None:
    assert is_default(Field("f", ("f",), "string", default=default), new) is expected
