from __future__ import annotations

from dataclasses import replace

import pytest

from annostd.tables.geometry import Form, is_same, parse_form


@pytest.mark.parametrize(
    "text",
    ["x y w h", "x1 y1 x2 y2", "cx cy w h", "x1 x2 y1 y2", "h w cy cx", "x2 y2 w h", "cx x2 y1 cy"],
)
def test_a_slot_list_is_a_box_with_its_slots_in_order(text: str) -> None:
    assert parse_form(text) == Form("box", slots=tuple(text.split()))


def test_the_conventions_stand_in_the_form() -> None:
    form = parse_form("x1 y1 x2 y2", origin=1, ends="inclusive", decimals=0)
    expected = Form("box", ("x1", "y1", "x2", "y2"), origin=1, ends="inclusive", decimals=0)
    assert form == expected


def test_named_forms_are_of_polygons_and_masks() -> None:
    assert parse_form("flat", unit="fraction", decimals=6) == Form(
        "polygons", ("x", "y"), layout="flat", unit="fraction", decimals=6
    )
    assert parse_form("pairs") == Form("polygons", ("x", "y"), layout="pairs")
    assert parse_form("coco-rle") == Form("mask", codec="coco-rle")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x y w h x", "the slot 'x' stands 2 times, expected once"),
        ("x x1 y h", "'x' and 'x1' are the same edge, expected one of them"),
        ("x y w", "the vertical axis has 1 slots (y), expected 2 out of y y1 y2 cy h"),
        (
            "x1 x2 w y1 y2",
            "the horizontal axis has 3 slots (x1 x2 w), expected 2 out of x x1 x2 cx w",
        ),
        ("", "the horizontal axis has 0 slots (none), expected 2 out of x x1 x2 cx w"),
        ("x y z w", "the form has the slot 'z', expected slots out of x x1 x2 cx w y y1 y2 cy h, "),
        ("flat pairs", "the form has the slot 'flat', expected slots out of "),
    ],
)
def test_slots_that_do_not_determine_a_box_are_refused_with_the_reason(
    text: str, reason: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        parse_form(text)
    assert str(caught.value).startswith(reason)


def test_conventions_that_contradict_each_other_are_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="the unit is 'inch', expected pixel or fraction"):
        parse_form("x y w h", unit="inch")
    with pytest.raises(ValueError, match="the ends are 'open', expected exclusive or inclusive"):
        parse_form("x y w h", ends="open")
    with pytest.raises(ValueError, match="the origin of a fraction is 1, expected 0"):
        parse_form("x y w h", unit="fraction", origin=1)
    with pytest.raises(ValueError, match="the ends of a fraction are inclusive"):
        parse_form("x y w h", unit="fraction", ends="inclusive")
    with pytest.raises(ValueError, match="the decimals are -1, expected 0 or more"):
        parse_form("x y w h", decimals=-1)


def test_forms_are_the_same_whatever_the_order_and_spelling_of_slots() -> None:
    assert is_same(parse_form("x1 y1 x2 y2"), parse_form("x x2 y y2"))
    assert not is_same(parse_form("x1 y1 x2 y2"), parse_form("x y w h"))
    assert not is_same(parse_form("x1 y1 x2 y2"), parse_form("x1 y1 x2 y2", origin=1))


def test_forms_are_the_same_unless_the_target_declares_other_decimals() -> None:
    exact, rough = parse_form("x y w h"), parse_form("x y w h", decimals=2)
    assert is_same(rough, exact)
    assert is_same(rough, rough)
    assert not is_same(exact, rough)
    assert not is_same(replace(rough, decimals=3), rough)
