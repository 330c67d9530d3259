"""Geometries of one standard in another, where the source has none."""

from __future__ import annotations

import polars as pl
import pytest

from annostd.converters.geometry import make_geometry
from tests.laws.datasets import dialects_of


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_rows_without_a_geometry_have_none_in_the_target_however_many_they_are(rows: int) -> None:
    (plan, *_) = (chosen.plan for chosen in dialects_of("coco-instances"))
    column = plan.tables["annotation"].columns["box"]
    frame = pl.DataFrame({"value": ["x"] * rows}, schema={"value": pl.String})
    unknown = pl.repeat(None, rows, dtype=pl.Int64, eager=True)
    made = make_geometry(frame, {}, column, (unknown, unknown))
    assert {name: values.to_list() for name, values in made.columns.items()} == {
        f"box.{slot}": [None] * rows for slot in ("x", "y", "w", "h")
    }
    assert made.present.to_list() == [False] * rows
