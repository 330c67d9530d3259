"""What the rows of a part add to what is known: told apart, then added to the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.created import created_rows
from annostd.columns.joins import Joins, Taken
from annostd.columns.moves import Move, moved, shift
from annostd.columns.references import References, Unmet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.columns.owners import Owners
    from annostd.columns.retained import Retained
    from annostd.plan.model import FilePlan, Plan, Source


@dataclass(frozen=True, slots=True)
class Known:
    """What an assembler knows of the rows so far."""

    plan: Plan
    homes: Mapping[str, tuple[FilePlan, Source]]
    retained: Retained
    references: References
    joins: Joins
    owners: Owners


@dataclass(frozen=True, slots=True)
class Gain:
    """What new rows of a part add, numbered on from those that were known before it.

    `heights` counts them by table; `kept` are those that later rows may refer to, without rows that
    exist because they are named: of these `created` has the names, in order.
    """

    heights: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    created: Mapping[str, pl.Series] = field(default_factory=dict)
    taken: Taken = field(default_factory=Taken)
    unmet: Unmet = field(default_factory=Unmet)


def gained(known: Known, before: Mapping[str, int]) -> Gain:
    """Tell what was added since there were so many rows of each table."""
    retained = known.retained
    heights = {
        table: count - before.get(table, 0)
        for table, count in retained.heights.items()
        if count > before.get(table, 0)
    }
    new = {
        table: whole.filter(pl.col("@row") >= before.get(table, 0))
        for table in heights
        if (whole := retained.table(table)) is not None
    }
    created = {
        table: new.pop(table)[known.plan.tables[table].created or "name"]
        for table in known.references.created
        if table in new
    }
    return Gain(heights, new, created, known.joins.taken(), known.references.unmet())


def absorb(
    known: Known, file: FilePlan, gain: Gain, before: Mapping[str, int]
) -> tuple[dict[str, Move], dict[str, pl.DataFrame]]:
    """Add what a part of a role has gained; `before` counts the rows known before its parts.

    Gives where its rows are now, and by table those rows that exist because it names them first.
    """
    first = _name(known, gain)
    moves = {
        table: shift(before.get(table, 0), count, known.retained.heights.get(table, 0))
        for table, count in gain.heights.items()
        if table not in gain.created
    }
    for table, names in gain.created.items():
        numbers = known.references.created[table].find(names)
        moves[table] = Move(before.get(table, 0), numbers.cast(pl.Int64).to_numpy())
    for table, count in gain.heights.items():
        if table not in gain.created:
            kept = gain.kept.get(table)
            new = None if kept is None else moved(kept, numbered(known.plan, table), moves)
            known.retained.extend(table, count, new)
            if new is not None:
                _own(known, file, new)
    known.joins.absorb(gain.taken)
    known.references.absorb(gain.unmet)
    return moves, first


def numbered(plan: Plan, table: str) -> dict[str, str]:
    """Name the columns of a table that hold row numbers, with the table that each numbers."""
    types = plan.types.get(table, {})
    named = {name: kind.table for name, kind in types.items() if kind.kind == "reference"}
    return {"@row": table} | {name: into for name, into in named.items() if into is not None}


def _name(known: Known, gain: Gain) -> dict[str, pl.DataFrame]:
    """Make the rows that exist because a part names them, and that were not there."""
    made = {}
    for table, names in gain.created.items():
        new = created_rows(known.plan, table, known.references.created[table], names)
        if new is not None:
            known.retained.add(table, new)
            made[table] = new
    return made


def _own(known: Known, file: FilePlan, frame: pl.DataFrame) -> None:
    """Let rows stand for their files."""
    names = [*known.homes]
    for number in frame["@source"].unique(maintain_order=True):
        _, source = known.homes[names[number]]
        known.owners.note(file, source, frame.filter(pl.col("@source") == number))
