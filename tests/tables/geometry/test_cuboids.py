"""Cuboids: their parts in one frame, and every form from every other."""

from __future__ import annotations

import math
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.tables.geometry import Form, parse_form, slotted
from annostd.tables.geometry.worlds import frame_of
from tests.laws.solids import apart, corners

CAMERA = parse_form(
    "h w l x y z yaw", "cuboid", axes="right-down-forward", point="bottom", decimals=2
)
EXACT = parse_form("h w l x y z yaw", "cuboid", axes="right-down-forward", point="bottom")
LEVEL = parse_form("x y z l w h yaw", "cuboid")
DEGREES = parse_form("x y z l w h yaw", "cuboid", angle="degree")
EAST = parse_form("x y z l w h yaw", "cuboid", axes="right-forward-up", point="bottom")
TURNED = parse_form("x y z qx qy qz qw l w h", "cuboid")
EAST_TURNED = parse_form("x y z qx qy qz qw l w h", "cuboid", axes="right-forward-up")
ANGLES = parse_form("x y z rx ry rz l w h", "cuboid")
SIZE = (pl.lit(64.0), pl.lit(48.0))
CAR = (1.5, 1.6, 4.0, 1.0, 1.7, 30.0, -1.0)
places = st.tuples(*[st.floats(-50, 50)] * 3)
sides = st.tuples(*[st.floats(0.5, 20)] * 3)


def frame(form: Form, *values: float) -> pl.DataFrame:
    return pl.DataFrame({f"g.{s}": [v] for s, v in zip(form.slots, values, strict=True)})


def parts(form: Form, *values: float) -> dict[str, float]:
    made = {name: e.alias(name) for name, e in slotted.parts(form, "g").items()}
    return frame(form, *values).select(**made).row(0, named=True)


def written(source: Form, target: Form, *values: float) -> tuple[float | None, ...]:
    made = slotted.convert(source, target, "g", SIZE)
    return frame(source, *values).select(**made.slots).row(0)


def test_a_camera_s_cuboid_is_ahead_of_it_on_its_bottom() -> None:
    found = parts(CAMERA, *CAR)
    assert (found["x"], found["y"]) == (30.0, -1.0)
    assert found["z"] == pytest.approx(-1.7 + 0.75)
    assert (found["length"], found["width"], found["height"]) == (4.0, 1.6, 1.5)
    assert found["volume"] == pytest.approx(9.6)


@pytest.mark.parametrize(
    ("turn", "yaw"),
    [(0.0, -math.pi / 2), (-math.pi / 2, 0.0), (math.pi / 2, -math.pi), (-math.pi, math.pi / 2)],
)
def test_a_turn_about_down_is_one_against_up_from_the_right(turn: float, yaw: float) -> None:
    assert parts(CAMERA, *CAR[:-1], turn)["yaw"] == pytest.approx(yaw)


def test_another_first_axis_is_another_zero() -> None:
    assert parts(EAST, 2, 5, 1, 4, 2, 3, 0)["yaw"] == pytest.approx(-math.pi / 2)
    found = written(EAST, LEVEL, 2, 5, 1, 4, 2, 3, math.pi / 2)
    assert found == pytest.approx((5, -2, 2.5, 4, 2, 3, 0))


def test_degrees_are_counted_as_such() -> None:
    assert parts(DEGREES, 0, 0, 0, 1, 1, 1, 90)["yaw"] == pytest.approx(math.pi / 2)
    assert written(LEVEL, DEGREES, 0, 0, 0, 1, 1, 1, math.pi / 4)[-1] == pytest.approx(45)


def test_a_quaternion_names_its_scalar_last() -> None:
    half = math.sqrt(0.5)
    assert parts(TURNED, 0, 0, 0, 0, 0, half, half, 1, 1, 1)["yaw"] == pytest.approx(math.pi / 2)
    assert written(LEVEL, TURNED, 1, 2, 3, 4, 5, 6, math.pi / 2) == pytest.approx(
        (1, 2, 3, 0, 0, half, half, 4, 5, 6)
    )


def test_a_quaternion_of_any_length_turns_alike() -> None:
    assert parts(TURNED, 0, 0, 0, 0, 0, 3, 3, 1, 1, 1)["yaw"] == pytest.approx(math.pi / 2)
    assert parts(TURNED, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1)["yaw"] is None


def test_angles_turn_about_z_then_y_then_x() -> None:
    found = written(ANGLES, TURNED, 0, 0, 0, 0, math.pi / 2, 0, 4, 2, 1)
    assert found[3:7] == pytest.approx((0, math.sqrt(0.5), 0, math.sqrt(0.5)))
    found = written(ANGLES, TURNED, 0, 0, 0, math.pi / 2, 0, math.pi / 2, 4, 2, 1)
    assert found[3:7] == pytest.approx((0.5, 0.5, 0.5, 0.5))


def test_a_cuboid_that_leans_has_no_numbers_where_only_a_yaw_is_said() -> None:
    for form in (LEVEL, CAMERA):
        assert written(TURNED, form, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1, 1) == (None,) * 7
    assert written(ANGLES, LEVEL, 0, 0, 0, 0, 0, 1, 4, 2, 1) == pytest.approx((0, 0, 0, 4, 2, 1, 1))


@pytest.mark.parametrize("target", [EXACT, LEVEL, DEGREES, EAST, TURNED, EAST_TURNED, ANGLES])
@given(places, sides, st.floats(-3.1, 3.1))
def test_an_upright_cuboid_is_the_same_in_every_form(
    target: Form, place: tuple[float, ...], size: tuple[float, ...], yaw: float
) -> None:
    values = (*place, *size, yaw)
    there = [v for v in written(LEVEL, target, *values) if v is not None]
    assert written(target, LEVEL, *there) == pytest.approx(values, abs=1e-6)


@pytest.mark.parametrize("target", [EXACT, TURNED, ANGLES])
@given(places, sides, st.floats(-3.1, 3.1))
def test_its_corners_stay_where_they_are(
    target: Form, place: tuple[float, ...], size: tuple[float, ...], yaw: float
) -> None:
    values = (*place, *size, yaw)
    there = written(LEVEL, target, *values)
    old = corners(frame(LEVEL, *values).row(0, named=True), "g", LEVEL)
    made = {f"g.{slot}": value for slot, value in zip(target.slots, there, strict=True)}
    new = corners(made, "g", target)
    assert old is not None
    assert new is not None
    assert apart(old, new) < 1e-9 * 100


@given(places, sides, st.tuples(st.floats(-3.1, 3.1), st.floats(-1.5, 1.5), st.floats(-3.1, 3.1)))
def test_a_leaning_cuboid_is_the_same_by_angles_and_by_quaternion(
    place: tuple[float, ...], size: tuple[float, ...], angles: tuple[float, ...]
) -> None:
    values = (*place, *angles, *size)
    there = [v for v in written(ANGLES, TURNED, *values) if v is not None]
    assert written(TURNED, ANGLES, *there) == pytest.approx(values, abs=1e-6)
    old = corners(frame(ANGLES, *values).row(0, named=True), "g", ANGLES)
    new = corners(frame(TURNED, *there).row(0, named=True), "g", TURNED)
    assert old is not None
    assert new is not None
    assert apart(old, new) < 1e-9 * 100


def test_numbers_of_the_same_form_pass_as_they_stand() -> None:
    values = (0.1 + 0.2, 1.6, 4.0, 1e-9, 1.7, 30.0, 7.0)
    assert written(CAMERA, CAMERA, *values) == values


def test_the_error_of_rounding_is_how_far_a_corner_moved() -> None:
    made = slotted.convert(LEVEL, CAMERA, "g", SIZE)
    source = frame(LEVEL, 30.004, -1.0, 0.0, 4.0, 2.0, 2.0, -math.pi / 2 + 0.004)
    (error,) = source.select(made.error.alias("e"))["e"]
    old = corners(source.row(0, named=True), "g", LEVEL)
    near = source.select(**made.slots).row(0, named=True)
    new = corners({f"g.{slot}": value for slot, value in near.items()}, "g", CAMERA)
    assert old is not None
    assert new is not None
    assert error == pytest.approx(apart(old, new))
    assert error > 0.004


@pytest.mark.parametrize(
    ("text", "conventions", "message"),
    [
        ("x y z l w yaw", {}, "the slots x y z l w yaw make no cuboid, expected x y z l w h and"),
        ("x y z l w h yaw qx qy qz qw", {}, "make no cuboid"),
        ("x y z l w h yaw", {"axes": "right-down"}, "the axes are right-down, expected three"),
        ("x y z l w h yaw", {"axes": "up-left-forward"}, "expected a first one that is level"),
        ("x y z l w h yaw", {"axes": "right-left-up"}, "expected three"),
        ("x y z l w h yaw", {"axes": "forward-right-up"}, "make a left-handed frame"),
        ("x y z l w h yaw", {"unit": "pixel"}, "the unit is 'pixel', expected metre"),
        ("x y z l w h rx ry rz", {"axes": "right-down-forward"}, "expected a third one that is up"),
        ("x y z l w h rx ry rz", {"point": "bottom"}, "about the bottom, expected the centre"),
    ],
)
def test_a_form_that_determines_no_cuboid_is_refused(
    text: str, conventions: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        parse_form(text, "cuboid", **conventions)  # type: ignore[arg-type]


def test_every_right_handed_frame_with_a_level_first_axis_is_read() -> None:
    known = []
    for words in permutations(("forward", "back", "left", "right", "up", "down"), 3):
        try:
            known.append(frame_of("-".join(words)))
        except ValueError:
            continue
    assert len(known) == len(set(known)) == 16


def test_the_error_of_a_turn_rounded_to_a_yaw_is_measured_at_once() -> None:
    turn = (0.0, 0.0, math.sin(0.5), math.cos(0.5))
    made = slotted.convert(TURNED, CAMERA, "g", SIZE)
    found = frame(TURNED, 30.0, -1.0, -0.95, *turn, 4.0, 1.6, 1.5).select(made.error).item()
    far = math.hypot(2.0, 0.8)  # of a corner from the axis that is turned about
    yaw = -1.0 - math.pi / 2
    assert found == pytest.approx(2 * far * math.sin(abs(yaw - round(yaw, 2)) / 2), abs=1e-9)


def test_a_level_cuboid_has_no_negative_zeros_in_its_turn() -> None:
    made = written(LEVEL, TURNED, 1.0, 2.0, 3.0, 4.0, 2.0, 1.5, -1.0)
    assert [math.copysign(1.0, number) for number in made[3:5] if number is not None] == [1.0, 1.0]
