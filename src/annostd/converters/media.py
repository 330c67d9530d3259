"""Where media go in the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.patterns import is_per_row
from annostd.bindings.targets import place_rows
from annostd.templates import extract, render_expr
from annostd.templates import fields as template_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source
    from annostd.tables.dataset import Tables


def media_targets(
    tables: Tables, roles: Sequence[FilePlan], placed: pl.Series | None
) -> list[str | None]:
    """Give each medium's path in the output: `placed` where rows are files, else by pictures."""
    media = tables.frames["media"]
    if placed is not None:
        return placed.to_list()
    for role in roles:
        joined = next((source for source in role.sources if source.join is not None), None)
        if role.file.carrier != "image":
            continue
        if any(map(is_per_row, role.paths)):
            return place_rows(role, _values(media)).paths.to_list()
        if joined is not None:
            return place_rows(role, _captures(joined, media)).paths.to_list()
    return [None] * media.height


def are_rows(roles: Sequence[FilePlan]) -> bool:
    """Tell whether media are known by their pictures alone: each is a row, and no file lists it."""
    return any(
        role.file.carrier == "image" and role.file.listed is None and source.join is None
        for role in roles
        for source in role.sources
    )


def told_by_picture(plan: Plan, table: str, column: ColumnPlan, frame: pl.DataFrame) -> pl.Series:
    """Tell the values that are read back of the pictures joined to rows, placed by their keys.

    `frame` holds the keys and the column.
    """
    joins = [s for file in plan.files for s in file.sources if s.table == table and s.join]
    whole = pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)
    for source in joins:
        if column.template is not None and any(column in v.columns for v in source.variants):
            cells = {name: pl.col(name) for name in template_fields(column.template)}
            captures = _captures(source, frame)
            made = captures.select(render_expr(column.template, cells).alias("made"))["made"]
            whole = whole & (made == frame[column.name]).fill_null(value=False)
    return whole


def _captures(source: Source, media: pl.DataFrame) -> pl.DataFrame:
    """Give what the path of a joined picture captures: the row's key, and parts of its columns."""
    by = source.join.by if source.join is not None else ()
    found = {there.strip("{}"): media[here].cast(pl.String) for here, there in by}
    for plan in source.variants[0].columns:
        if plan.template is not None and plan.name in media.columns:
            parts, _ = extract(plan.template, media[plan.name].cast(pl.String), mode="path")
            found = {name: parts[name] for name in parts.columns} | found
    return pl.DataFrame(found)


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
