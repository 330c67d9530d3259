"""Joins: columns of the same rows that stand in another file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.decode import key_name, said_name
from annostd.columns.faults import CellFaults
from annostd.templates import lists

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from annostd.plan.model import Source


@dataclass(frozen=True, slots=True)
class Taken:
    """The keys with which rows took joins up, and the rows of joins that say something else."""

    keys: Mapping[str, pl.Series] = field(default_factory=dict)
    unlike: Mapping[tuple[str, str, str], pl.Series] = field(default_factory=dict)


class Joins:
    """Rows of joins, read before the rows that they complete."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._taken: dict[str, list[pl.Series]] = {}
        self._apart: dict[tuple[str, str, str], list[pl.Series]] = {}
        self._gathered: dict[tuple[str, frozenset[str], pl.DataType], pl.DataFrame] = {}

    def detach(self) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self._taken, self._apart = {}, {}

    def names(self) -> list[str]:
        """Name the joins of which there are rows."""
        return [*self._frames]

    def taken(self) -> Taken:
        """Tell what was taken up."""
        keys = {name: pl.concat(parts) for name, parts in self._taken.items()}
        return Taken(keys, {place: pl.concat(parts) for place, parts in self._apart.items()})

    def absorb(self, taken: Taken) -> None:
        """Add what a branch took up."""
        for name, keys in taken.keys.items():
            self._taken.setdefault(name, []).append(keys)
        for place, rows in taken.unlike.items():
            self._apart.setdefault(place, []).append(rows)

    def add(self, source: Source, frame: pl.DataFrame) -> None:
        """Keep rows of a join."""
        self._gathered = {}
        self._sources[source.name] = source
        self._frames.setdefault(source.name, []).append(with_each_key(source, frame))

    def frame(self, name: str) -> pl.DataFrame:
        """Give all rows of a join, one for each key."""
        parts = self._frames[name]
        if len(parts) > 1:
            self._frames[name] = [pl.concat(parts, how="diagonal_relaxed")]
        return self._frames[name][0]

    def complete(
        self, source: Source, frame: pl.DataFrame, broken: Collection[str] = ()
    ) -> tuple[pl.DataFrame, list[CellFaults]]:
        """Add to rows of a source the columns that the joins of its table have for them.

        Rows that a join has nothing for are faults where it has to have something for each, unless
        its role is `broken`: what is not there may be what could not be read.
        """
        faults: list[CellFaults] = []
        given = {
            plan.name: source.file
            for variant in source.variants
            for plan in variant.columns
            if plan.name in frame.columns
        }
        own = frozenset(given)
        for name, join in self._sources.items():
            if join.table == source.table:
                here, there = _by(join)
                keys = self._keys(name, frame[here].dtype)
                self._taken.setdefault(name, []).append(frame[here].drop_nulls())
                lacking = ~frame[here].is_in(keys.implode()).fill_null(value=False)
                owed = join.join is not None and join.join.missing == "error"
                if owed and join.file not in broken and lacking.any():
                    faults.append(_missing(source, join, lacking))
                frame = self._completed(join, frame, keys.alias(there), (given, own))
        return frame, faults

    def finish(self, unread: pl.Series) -> tuple[CellFaults, ...]:
        """Tell the rows of joins that no row took up, that are there twice, or that disagree.

        `unread` are keys of rows that could not be read.
        """
        faults = []
        for name, join in self._sources.items():
            keys = self._keys(name, self._taken[name][0].dtype if name in self._taken else None)
            lost = self._lost(name, keys, unread)
            if lost.any():
                faults.append(
                    _fault(join, "dangling", lost, keys, f"the {_by(join)[0]} of a {join.table}")
                )
            again = keys.is_duplicated() & keys.is_not_null()
            if not _is_gathered(join) and again.any():
                faults.append(_fault(join, "duplicate", again, keys, "once"))
        for (name, column, other), rows in self._apart.items():
            faults.append(self._disagreeing(name, column, other, pl.concat(rows)))
        return tuple(faults)

    def _lost(self, name: str, keys: pl.Series, unread: pl.Series) -> pl.Series:
        """Tell the rows of a join that name no row."""
        lost = keys.is_not_null()
        if name in self._taken:
            lost = lost & ~keys.is_in(pl.concat(self._taken[name]).implode())
        if keys.dtype == pl.String:
            lost = lost & ~keys.is_in(unread.implode())
        return lost

    def _keys(self, name: str, dtype: pl.DataType | None) -> pl.Series:
        """Give the keys of a join's rows, in the type of the keys that they name."""
        keys = self.frame(name)[_by(self._sources[name])[1]]
        return keys if dtype in {None, keys.dtype} else keys.cast(dtype, strict=False)

    def _completed(
        self,
        join: Source,
        frame: pl.DataFrame,
        keys: pl.Series,
        said: tuple[dict[str, str], frozenset[str]],
    ) -> pl.DataFrame:
        """Add the columns of one join.

        `said` names what gave each column before, and the columns that are the row's own: what
        their references say is a key yet, not the number of a row.
        """
        given, own = said
        here, there = _by(join)
        said_by = (join.name, own, keys.dtype)
        if said_by not in self._gathered:
            self._gathered[said_by] = self._one_a_key(join, keys, own)
        gathered = self._gathered[said_by]
        columns = [name for name in gathered.columns if name not in {there, "@at"}]
        known = {column: frame[column] for column in columns if column in given}
        kept = frame.drop([column for column in columns if column in frame.columns])
        found = kept.join(gathered, left_on=here, right_on=there, how="left", maintain_order="left")
        for column, values in known.items():
            unlike = (found[column] != values).fill_null(value=False)
            if unlike.any():
                apart = self._apart.setdefault((join.name, column, given[column]), [])
                apart.append(found["@at"].filter(unlike))
            found = found.with_columns(pl.select(pl.coalesce(values, found[column])).to_series())
        given.update((column, _name(join)) for column in columns if column not in given)
        return found.drop("@at")

    def _one_a_key(self, join: Source, keys: pl.Series, own: frozenset[str]) -> pl.DataFrame:
        """Put the rows of a join together that have one key; `@at` is the first of them."""
        rows = self.frame(join.name).with_columns(keys).with_row_index("@at")
        columns = [plan.name for plan in join.variants[0].columns if plan.name in rows.columns]
        rows = rows.with_columns(
            pl.col(said_name(column)).alias(column)
            for column in columns
            if column in own and said_name(column) in rows.columns
        )
        return rows.group_by(keys.name, maintain_order=True).agg(
            pl.col("@at").first(),
            *(
                pl.col(column).explode()
                if rows[column].dtype == pl.List(pl.String)
                else pl.col(column).first()
                for column in columns
            ),
        )

    def _disagreeing(self, name: str, column: str, other: str, rows: pl.Series) -> CellFaults:
        join, frame = self._sources[name], self.frame(name)
        said = said_name(column) if said_name(column) in frame.columns else column
        plan = next(plan for plan in join.variants[0].columns if plan.name == column)
        return CellFaults(
            f"{join.table}.{_name(join)}.differs",
            name,
            column,
            plan.fields[:1],
            rows.cast(pl.UInt32),
            frame[said].gather(rows).cast(pl.String),
            f"the {column} that {other} gives",
        )


def with_each_key(join: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """Give each key a row of its own where a row of a join lists several."""
    there = _by(join)[1]
    if not is_listing(join):
        return frame
    return frame.with_columns(pl.col(there).str.extract_all("[^ \\t]+")).explode(there)


def is_listing(join: Source) -> bool:
    """Tell whether a row of a join lists the keys of several rows."""
    place = join.join.by[0][1] if join.join is not None else ""
    return join.template is not None and place in lists(join.template)


def _is_gathered(join: Source) -> bool:
    """Tell whether a row may stand several times, as each time adds to a list."""
    return any(plan.type == "strings" for plan in join.variants[0].columns)


def _name(join: Source) -> str:
    return join.name.partition(".")[2]


def _by(join: Source) -> tuple[str, str]:
    """Name the key column of the table, and the one that names it in the join's rows."""
    here, there = join.join.by[0] if join.join is not None else ("", "")
    return here, key_name(there)


def _missing(source: Source, join: Source, lacking: pl.Series) -> CellFaults:
    name = _name(join)
    return CellFaults(
        f"{source.table}.{name}.missing",
        source.name,
        None,
        None,
        lacking.arg_true().cast(pl.UInt32),
        None,
        f"a row in the {name}",
    )


def _fault(join: Source, fault: str, rows: pl.Series, keys: pl.Series, expected: str) -> CellFaults:
    return CellFaults(
        f"{join.table}.{_name(join)}.{fault}",
        join.name,
        None,
        (_by(join)[1].removeprefix("@by:"),),
        rows.arg_true().cast(pl.UInt32),
        keys.filter(rows).cast(pl.String),
        expected,
    )
