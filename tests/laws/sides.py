"""The tables of one dataset as rows, with their geometries in half-open pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.laws.outlines import outline_of
from tests.laws.solids import corners

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import Plan
    from annostd.tables.dataset import Tables
    from tests.laws.outlines import Outline
    from tests.laws.solids import Point
    from tests.laws.told_apart import Row


@dataclass(frozen=True, slots=True)
class Side:
    """The tables of one dataset under its plan, as rows."""

    plan: Plan
    tables: Tables
    rows: Mapping[str, list[Row]]

    @classmethod
    def of(cls, plan: Plan, tables: Tables) -> Side:
        rows = {t: frame.rows(named=True) for t, frame in tables.frames.items()}
        return cls(plan, tables, rows)

    def outline(self, row: Row, column: str, size: tuple[int, int]) -> Outline | None:
        """Give a geometry of an annotation in half-open pixels."""
        form = self.tables.forms.get("annotation", {}).get(column)
        return outline_of(row, column, form, size) if form is not None else None

    def solid(self, row: Row, column: str) -> list[Point] | None:
        """Give the corners of a cuboid."""
        form = self.tables.forms.get("annotation", {}).get(column)
        return corners(row, column, form) if form is not None else None
