"""Rotated boxes and ellipses: parts, bounds, corners, and every form from every other."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables.geometry import Form, parse_form, slotted

QUAD = parse_form("quad")
TURNED = parse_form("cx cy w h angle", "rotated_box")
DEGREES = parse_form("x1 y1 x2 y2 angle", "rotated_box", angle="degree")
LEFTWARDS = parse_form("x y w h angle", "rotated_box", angle="degree", turn="anticlockwise")
CORNERS = parse_form("corners")
CIRCLE = parse_form("cx cy px py", "ellipse")
RADII = parse_form("cx cy rx ry", "ellipse")
OVAL = parse_form("cx cy rx ry angle", "ellipse")
SIZE = (pl.lit(64.0), pl.lit(48.0))


def frame(form: Form, *values: float) -> pl.DataFrame:
    return pl.DataFrame(
        {f"g.{slot}": [value] for slot, value in zip(form.slots, values, strict=True)}
    )


def parts(form: Form, *values: float) -> dict[str, float]:
    made = {name: e.alias(name) for name, e in slotted.parts(form, "g").items()}
    return frame(form, *values).select(**made).row(0, named=True)


def bounds(form: Form, *values: float) -> tuple[float, ...]:
    return frame(form, *values).select(**slotted.bounds(form, "g")).row(0)


def written(source: Form, target: Form, *values: float) -> tuple[float | None, ...]:
    made = slotted.convert(source, target, "g", SIZE)
    return frame(source, *values).select(**made.slots).row(0)


def test_opposite_corners_are_a_box_from_whichever_they_were_dragged() -> None:
    for values in ((9, 5, 1, 2), (1, 2, 9, 5), (9, 2, 1, 5), (1, 5, 9, 2)):
        assert bounds(CORNERS, *values) == (1, 2, 9, 5)
    assert written(parse_form("x y w h"), CORNERS, 1, 2, 8, 3) == (1, 2, 9, 5)
    assert written(CORNERS, CORNERS, 9, 5, 1, 2) == (9, 5, 1, 2)


def test_the_last_pixel_of_inclusive_corners_belongs_to_the_box() -> None:
    assert bounds(parse_form("corners", ends="inclusive"), 6, 4, 4, 3) == (4, 3, 7, 5)


def test_four_corners_are_a_turned_box() -> None:
    found = parts(QUAD, 4, 1, 7, 4, 5, 6, 2, 3)
    assert found["cx"] == 4.5
    assert found["cy"] == 3.5
    assert found["width"] == pytest.approx(3 * math.sqrt(2))
    assert found["height"] == pytest.approx(2 * math.sqrt(2))
    assert found["angle"] == pytest.approx(math.pi / 4)
    assert found["area"] == pytest.approx(12)
    assert bounds(QUAD, 4, 1, 7, 4, 5, 6, 2, 3) == (2, 1, 7, 6)


def test_an_angle_turns_clockwise_on_the_screen_unless_said_otherwise() -> None:
    assert written(TURNED, QUAD, 4, 4, 4, 2, math.pi / 2) == pytest.approx((5, 2, 5, 6, 3, 6, 3, 2))
    assert parts(DEGREES, 2, 3, 6, 5, 90)["angle"] == pytest.approx(math.pi / 2)
    assert parts(LEFTWARDS, 2, 3, 4, 2, 90)["angle"] == pytest.approx(-math.pi / 2)


@pytest.mark.parametrize("target", [QUAD, TURNED, DEGREES, LEFTWARDS], ids=lambda f: str(f.slots))
@given(
    st.tuples(
        st.floats(-50, 50),
        st.floats(-50, 50),
        st.floats(0.5, 50),
        st.floats(0.5, 50),
        st.floats(-3.1, 3.1),
    )
)
def test_a_turned_box_is_the_same_box_in_every_form(
    target: Form, values: tuple[float, ...]
) -> None:
    there = [value for value in written(TURNED, target, *values) if value is not None]
    assert written(target, TURNED, *there) == pytest.approx(values, abs=1e-6)


def test_a_circle_is_its_centre_and_a_point_on_its_rim() -> None:
    assert parts(CIRCLE, 4, 4, 7, 8)["rx"] == 5
    assert bounds(CIRCLE, 4, 4, 7, 8) == (-1, -1, 9, 9)
    assert written(CIRCLE, RADII, 4, 4, 7, 8) == (4, 4, 5, 5)
    assert written(RADII, CIRCLE, 4, 4, 5, 5) == (4, 4, 9, 4)
    assert written(CIRCLE, CIRCLE, 4, 4, 7, 8) == (4, 4, 7, 8)


def test_a_form_has_no_numbers_for_an_ellipse_that_it_cannot_say() -> None:
    assert written(RADII, CIRCLE, 4, 4, 5, 3) == (None,) * 4
    assert written(OVAL, RADII, 4, 4, 5, 3, 1.0) == (None,) * 4
    assert written(OVAL, RADII, 4, 4, 5, 3, 0.0) == (4, 4, 5, 3)


def test_the_bounds_of_a_turned_ellipse_are_those_of_its_sides() -> None:
    assert bounds(OVAL, 0, 0, 5, 3, math.pi / 2) == pytest.approx((-3, -5, 3, 5))


def test_corners_in_fractions_are_turned_in_pixels() -> None:
    quarters = parse_form("quad", unit="fraction")
    made = written(quarters, TURNED, 0.25, 0.25, 0.75, 0.25, 0.75, 0.5, 0.25, 0.5)
    assert made == pytest.approx((32, 18, 32, 12, 0))
    back = [value for value in made if value is not None]
    assert written(TURNED, quarters, *back) == pytest.approx(
        (0.25, 0.25, 0.75, 0.25, 0.75, 0.5, 0.25, 0.5)
    )


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("cx cy w h", "rotated_box", "a rotated box has no angle"),
        ("cx cy w angle", "rotated_box", "the vertical axis has 1 slots"),
        ("cx cy rx", "ellipse", "the slots cx cy rx make no ellipse"),
        ("corners", "ellipse", "the form 'corners' is of box, expected ellipse"),
        ("x y z", "keypoints", "each point of keypoints has the slots x y z"),
        ("x y visibility", "polyline", "each point of polyline has the slots x y visibility"),
    ],
)
def test_slots_that_do_not_determine_a_geometry_are_refused(
    text: str, kind: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_form(text, kind)  # type: ignore[arg-type]


def test_an_angle_between_fractions_is_refused() -> None:
    with pytest.raises(ValueError, match="are in fractions, expected pixel"):
        parse_form("cx cy w h angle", "rotated_box", unit="fraction")
