"""Texts of findings: actual, then expected."""

from __future__ import annotations

import polars as pl
import pytest

from annostd.validators.messages import LONGEST, as_text, fault_message, shorten


@pytest.mark.parametrize(
    ("rule", "actual", "message"),
    [
        ("media.width.missing", None, "width is missing, expected an integer"),
        ("media.width.type", "x", "width is x, expected an integer"),
        ("media.id.duplicate", "7", "id 7 is given more than once, expected once"),
        ("annotation.media.dangling", "9", "media names 9, expected an integer"),
        ("annotation.variant", "y", "the row is of no known kind (y), expected an integer"),
        ("media.width.odd", None, "width is nothing, expected an integer"),
    ],
)
def test_a_fault_is_said_with_actual_and_expected(
    rule: str, actual: str | None, message: str
) -> None:
    assert fault_message(rule, actual, "an integer") == message


def test_a_number_among_several_is_held_by_the_value() -> None:
    said = fault_message("annotation.polygons.range", "1.25", "at most 1", inside=True)
    assert said == "polygons holds 1.25, expected at most 1"


def test_a_long_text_is_cut_to_what_fits() -> None:
    assert shorten("x" * LONGEST) == "x" * LONGEST
    assert shorten("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.5, 3.0, None], ["0.5", "3", "nothing"]),
        ([1, None], ["1", "nothing"]),
        ([True, None], ["true", "nothing"]),
        ([["a", "b"], None], ["a, b", "nothing"]),
        (["x", None], ["x", "nothing"]),
    ],
)
def test_values_are_printed_as_files_spell_them(values: list[object], texts: list[str]) -> None:
    assert as_text(pl.Series(values)).to_list() == texts
