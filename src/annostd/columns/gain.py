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

    `heights` counts them by table; `kept` are those that later rows may refer to. Rows that other
    parts may have too are told apart: `shared` has those that stand in several files, by source,
    `created` the names of those that exist because they are named, in order.
    """

    heights: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    shared: Mapping[str, pl.DataFrame] = field(default_factory=dict)
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
        table: new[table][known.plan.tables[table].created or "name"]
        for table in known.references.created
        if table in new
    }
    added = ((name, rows.added()) for name, rows in retained.shared.items())
    shared = {name: rows for name, rows in added if rows is not None}
    apart = common_tables(known)
    return Gain(
        {table: count for table, count in heights.items() if table not in apart},
        {table: rows for table, rows in new.items() if table not in apart},
        shared,
        created,
        known.joins.taken(),
        known.references.unmet(),
    )


def common_tables(known: Known) -> frozenset[str]:
    """Name the tables whose rows may be those of several parts."""
    shared = {rows.source.table for rows in known.retained.shared.values()}
    return frozenset(shared | known.references.created.keys())


def absorb(
    known: Known, file: FilePlan, gain: Gain, before: Mapping[str, int]
) -> tuple[dict[str, Move], dict[str, pl.DataFrame]]:
    """Add what a part of a role has gained; `before` counts the rows known before its parts.

    Gives where its rows are now, and by table those rows that it shares with other parts and is the
    first to have.
    """
    moves, first = _name(known, gain, before)
    shared, shared_first = _share(known, gain, before)
    moves, first = moves | shared, first | shared_first
    for table, count in gain.heights.items():
        start = known.retained.heights.get(table, 0)
        moves[table] = shift(before.get(table, 0), count, start)
    for table, count in gain.heights.items():
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


def _name(
    known: Known, gain: Gain, before: Mapping[str, int]
) -> tuple[dict[str, Move], dict[str, pl.DataFrame]]:
    """Make the rows that exist because a part names them, where they were not there."""
    moves, first = {}, {}
    for table, names in gain.created.items():
        created = known.references.created[table]
        new = created_rows(known.plan, table, created, names)
        if new is not None:
            known.retained.add(table, new)
            first[table] = new
        moves[table] = Move(before.get(table, 0), created.find(names).cast(pl.Int64).to_numpy())
    return moves, first


def _share(
    known: Known, gain: Gain, before: Mapping[str, int]
) -> tuple[dict[str, Move], dict[str, pl.DataFrame]]:
    """Find the rows of a part that stand in several files among those of the others."""
    moves, first = {}, {}
    for name, rows in gain.shared.items():
        _, source = known.homes[name]
        placed = known.retained.share(source, rows.drop("@row", "@new"))
        known.retained.keep(source, placed)
        start = before.get(source.table, 0)
        pairs = pl.DataFrame({"old": rows["@row"], "new": placed["@row"]}).unique("old").sort("old")
        numbers = pairs.filter(pl.col("old") >= start)["new"].cast(pl.Int64)
        moves[source.table] = Move(start, numbers.to_numpy())
        new = placed.filter("@new")
        if new.height:
            first[source.table] = new
    return moves, first


def _own(known: Known, file: FilePlan, frame: pl.DataFrame) -> None:
    """Let rows stand for their files."""
    names = [*known.homes]
    for number in frame["@source"].unique(maintain_order=True):
        _, source = known.homes[names[number]]
        known.owners.note(file, source, frame.filter(pl.col("@source") == number))
