"""Rows whose texts a target joins to one, made of that text where a source has none.

The way back of joining: a blank parts two rows, a line end two blocks. A text that joining would
not give back has none, since what is said of its parts would stand elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.plan.divisions import leaf_of, way
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from annostd.plan.model import Plan, Source
    from annostd.tables.dataset import Tables

_SPACE = " \t\r\n"
_LEVELS = 2
"""A block and the rows in it."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Tables with rows that were made, and by table what was made of what, and how often."""

    tables: Tables
    made: dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where texts stand: the enclosing source and its column, the block, the row and its column."""

    outer: Source
    text: str
    block: Source
    leaf: Source
    part: str


def part_texts(tables: Tables, plan: Plan) -> Parted:
    """Part the texts that a target joins of rows inside, where the source has no such rows."""
    made: dict[str, tuple[str, int]] = {}
    frames = dict(tables.frames)
    for place in _places(plan):
        whole = frames.get(place.outer.table)
        known = [frames.get(source.table) for source in (place.block, place.leaf)]
        if whole is None or place.text not in whole.columns:
            continue
        if any(frame is not None and frame.height for frame in known):
            continue
        blocks, rows = _parted(place, whole)
        if rows.height:
            frames[place.block.table], frames[place.leaf.table] = blocks, rows
            said = f"{place.part} of {place.outer.table}.{place.text}"
            made[place.leaf.table] = (said, rows.height)
    return Parted(replace(tables, frames=frames), made)


def parts_of(text: str) -> list[list[str]] | None:
    """Part a text into blocks of rows; None where joining them does not give it back.

    White space at its end parts nothing.
    """
    body = text.rstrip(_SPACE)
    if not body:
        return []
    blocks = [line.split(" ") for line in body.split("\n")]
    parts = (part for block in blocks for part in block)
    return blocks if all(part and not _has_space(part) for part in parts) else None


def _has_space(part: str) -> bool:
    return any(char in part for char in _SPACE)


def _places(plan: Plan) -> list[_Place]:
    found = []
    for outer in (source for file in plan.files for source in walk(file.sources)):
        for name, table, field in outer.composed:
            leaf = leaf_of(outer, table)
            between = way(outer, leaf) if leaf is not None else []
            if leaf is not None and len(between) == _LEVELS:
                text, part = _column(outer, name), _column(leaf, field)
                found.append(_Place(outer, text, between[0], leaf, part))
    return found


def _column(source: Source, field: str) -> str:
    columns = (plan for variant in source.variants for plan in variant.columns)
    return next((plan.name for plan in columns if plan.fields == (field,)), "")


def _parted(place: _Place, whole: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make the blocks and the rows of all texts, each standing where its text does."""
    standing = whole.select(name for name in whole.columns if name.startswith("@"))
    texts = whole[place.text].fill_null("").to_list()
    owners: list[int] = []
    inside: list[int] = []
    parts: list[str] = []
    for number, text in enumerate(texts):
        for block in parts_of(text) or ():
            inside += [len(owners)] * len(block)
            parts += block
            owners.append(number)
    outer = pl.Series(owners, dtype=pl.UInt32)
    at = outer.gather(inside) if parts else outer
    blocks = standing[outer].with_columns(outer.alias(place.block.enclosing or ""))
    rows = standing[at].with_columns(
        pl.Series(inside, dtype=pl.UInt32).alias(place.leaf.enclosing or ""),
        pl.Series(parts, dtype=pl.String).alias(place.part),
    )
    return blocks, rows
