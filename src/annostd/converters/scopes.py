"""Which keys may not be equal: those of one table, or of one file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.work import sources_of
from annostd.templates import fields

if TYPE_CHECKING:
    from annostd.converters.work import Work
    from annostd.plan.model import ColumnPlan


def key_scope(work: Work, table: str, key: ColumnPlan, frame: pl.DataFrame) -> pl.Series:
    """Label the rows of a table: those of one label may not have a key twice.

    Where a key is unique in its file, the label is what the path of the file captures for the row,
    or for a row that it refers to; where it is in the enclosing row, the number of that; else it is
    the same for all.
    """
    whole = pl.repeat("", frame.height, dtype=pl.String, eager=True)
    if isinstance(key.column.key, str) and key.column.key in frame.columns:
        return frame[key.column.key].cast(pl.String).fill_null("")
    if key.column.key != "file":
        return whole
    roles = {file.role: file for file in work.plan.files}
    homes = {source.file for _, source in sources_of(work.plan, table)}
    names = {n for home in homes if roles[home].paths for n in fields(roles[home].paths[0])}
    parts = [_captured(work, table, frame, name) for name in sorted(names)]
    known = [part.fill_null("") for part in parts if part is not None]
    return pl.select(pl.concat_str(known, separator="\n")).to_series() if known else whole


def _captured(work: Work, table: str, frame: pl.DataFrame, name: str) -> pl.Series | None:
    own = _bound(work, table, frame, name)
    if own is not None:
        return own
    for plan in work.plan.tables[table].columns.values():
        mapped = work.mapped.get(plan.refers[0]) if plan.refers is not None else None
        if plan.refers is None or mapped is None or plan.name not in frame.columns:
            continue
        value = _bound(work, plan.refers[0], mapped.frame, name)
        if value is not None:
            return value.gather(frame[plan.name])
    return None


def _bound(work: Work, table: str, frame: pl.DataFrame, name: str) -> pl.Series | None:
    """Give what a table's own column says of a capture."""
    for plan in work.plan.tables[table].columns.values():
        if f"{{{name}}}" in plan.fields and plan.name in frame.columns:
            value = frame[plan.name]
            is_list = value.dtype == pl.List(pl.String)
            return value.list.first() if is_list else value.cast(pl.String)
    return None
