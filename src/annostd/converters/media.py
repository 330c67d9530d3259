"""Where media go in the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.patterns import is_per_row
from annostd.bindings.targets import place_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.plan.model import FilePlan
    from annostd.tables.dataset import Tables


def media_targets(
    tables: Tables, roles: Sequence[FilePlan], placed: pl.Series | None
) -> list[str | None]:
    """Give each medium's path in the output: `placed` where rows are files, else by pictures."""
    media = tables.frames["media"]
    if placed is not None:
        return placed.to_list()
    for role in roles:
        if role.file.carrier == "image" and any(map(is_per_row, role.paths)):
            return place_rows(role, _values(media)).paths.to_list()
    return [None] * media.height


def _values(media: pl.DataFrame) -> pl.DataFrame:
    """Give the values that a picture's path may name: columns of the medium, and captures."""
    columns = []
    for name, dtype in media.schema.items():
        if name.startswith("@") or "(" in name:
            continue
        value = (
            pl.col(name).list.first()
            if dtype == pl.List(pl.String)
            else pl.col(name).cast(pl.String)
        )
        columns.extend([value.alias(f"media.{name}"), value.alias(name)])
    return media.select(columns)
