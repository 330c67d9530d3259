"""References: keys replaced by row numbers, and what could not be resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.columns.faults import CellFaults, mark_faulty
from annostd.columns.keys import Created, find_rows
from annostd.columns.retained import references
from annostd.findings import Level, Phase
from annostd.plan.sources import walk
from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annostd.columns.raw import DataFile
    from annostd.columns.retained import Retained
    from annostd.findings import Finding
    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source


_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Unmet:
    """Why references could not be judged.

    Tables that are not there, tables that could not be read, broken files, and rules whose
    references are met within a file, with the table.
    """

    absent: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    in_file: Mapping[str, str] = field(default_factory=dict)


class References:
    """Resolves the references of rows against the rows read so far.

    `alone`: one file is judged by itself, so that what it refers to may be elsewhere.
    """

    def __init__(
        self, plan: Plan, files: Sequence[DataFile], retained: Retained, *, alone: bool
    ) -> None:
        self.created: dict[str, Created] = {
            table.name: Created() for table in plan.tables.values() if table.created
        }
        self._files = files
        self._retained = retained
        self._alone = alone
        self._absent: set[str] = set()
        self._unread: set[str] = set()
        self._broken: set[str] = set()
        self._skipped: dict[str, int] = {}
        self._in_file: dict[str, str] = {}
        self._homes: dict[str, list[tuple[FilePlan, Source]]] = {}
        for file in plan.files:
            for source in walk(file.sources):
                self._homes.setdefault(source.table, []).append((file, source))

    def detach(self, retained: Retained, files: Sequence[DataFile]) -> None:
        """Keep apart what is added from now on: this is a copy of another one."""
        self._retained, self._files = retained, files
        self.created = {table: names.branch() for table, names in self.created.items()}
        self._absent, self._unread = set(self._absent), set(self._unread)
        self._broken, self._in_file = set(self._broken), dict(self._in_file)
        self._skipped = {}

    def unmet(self) -> Unmet:
        """Tell what references did not find."""
        return Unmet(
            frozenset(self._absent),
            frozenset(self._unread),
            frozenset(self._broken),
            dict(self._in_file),
        )

    def absorb(self, unmet: Unmet) -> None:
        """Add what the references of a branch did not find."""
        self._absent |= unmet.absent
        self._unread |= unmet.unread
        self._broken |= unmet.broken
        self._in_file |= unmet.in_file

    def note_broken(self, findings: Iterable[Finding]) -> None:
        """Remember the files that could not be read."""
        self._broken.update(
            f.location.file for f in findings if f.phase is Phase.IO and f.level is Level.MUST
        )

    def resolve(
        self, file: FilePlan, source: Source, frame: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[CellFaults]]:
        """Replace the keys of all references by row numbers; keys without a row are dangling."""
        faults: list[CellFaults] = []
        for plan in references(source):
            if plan.name not in frame.columns:
                continue
            if plan.column.create and plan.refers is not None:
                rows = self.created[plan.refers[0]].find(frame[plan.name])
                frame = frame.with_columns(rows.alias(plan.name))
                continue
            keys = frame[plan.name]
            scope = self._scope(file, frame, *(plan.refers or ("", "")))
            rows = self._find(plan, frame, scope)
            unknown = self._unjudged(plan, frame, scope, rows)
            frame = frame.with_columns(rows.alias(plan.name))
            unmet = keys.is_not_null() & rows.is_null()
            dangling = self._dangling(source, plan, unmet, unknown)
            if scope == "@file" and dangling is not None:
                self._in_file[f"{source.table}.{plan.name}.dangling"] = (plan.refers or ("", ""))[0]
            if dangling is not None:
                faults.append(_fault(source, plan, keys, dangling))
            if unmet.any():  # a row not known may still be there: nothing is judged by it
                frame = mark_faulty(frame, plan.name, unmet)
        return frame, faults

    def unresolved(self) -> Mapping[str, str]:
        """Say which classes could not be evaluated, since what a reference needs is not there."""
        reasons = []
        if self._absent:
            names = ", ".join(sorted(self._absent))
            reasons.append(f"the file is judged alone, without what holds the {names}")
        if self._unread:
            names = ", ".join(sorted(self._unread))
            reasons.append(f"what holds the {names} could not be read")
        return {"reference": "; ".join(reasons)} if reasons else {}

    def unread(self) -> pl.Series:
        """List what the names of broken files say: keys of rows that are there, if unreadable."""
        texts = [text for _, file in self._unreadable() for text in file.captures.values()]
        return pl.Series(texts, dtype=pl.String)

    def look_ahead(self, file: FilePlan) -> bool:
        """Tell whether rows of a role may name ones that stand in later files of the role."""
        role = file.role
        if sum(1 for each in self._files if each.role == role) < _SEVERAL:
            return False
        return self._names_own(file, apart=False)

    def names_own(self, file: FilePlan) -> bool:
        """Tell whether rows of a role may name rows of the same role, be it of the same file."""
        return self._names_own(file, apart=True)

    def _names_own(self, file: FilePlan, *, apart: bool) -> bool:
        for source in walk(file.sources):
            for plan in references(source) if source.join is None else ():
                table, key = plan.refers or ("", "")
                homes = [home for at, home in self._homes.get(table, ()) if at.role == file.role]
                is_apart = any(home.shared or _declared(home, key) == "file" for home in homes)
                if homes and (apart or not is_apart) and not plan.column.create:
                    return True
        return False

    def take_unjudged(self) -> Mapping[str, int]:
        """Hand over how many references were not judged since last asked, by rule."""
        taken, self._skipped = self._skipped, {}
        return taken

    def withdraw(self, rule: str, path: str) -> bool:
        """Tell whether a key found dangling in a file was judged before the file proved broken."""
        if path not in self._broken or rule not in self._in_file:
            return False
        self._unread.add(self._in_file[rule])
        return True

    def broken_files(self) -> frozenset[int]:
        """Tell the files that could not be read, by index."""
        return frozenset(number for number, _ in self._unreadable())

    def broken_roles(self) -> frozenset[str]:
        """Tell the roles of files of which a part could not be read."""
        return frozenset(file.role for _, file in self._unreadable())

    def _unreadable(self) -> list[tuple[int, DataFile]]:
        """List the files that could not be read, by index; where there are none, none is asked."""
        if not self._broken:
            return []
        return [pair for pair in enumerate(self._files) if pair[1].path in self._broken]

    def _find(self, plan: ColumnPlan, frame: pl.DataFrame, scope: str | None) -> pl.Series:
        table, key = plan.refers or ("", "")
        index = self._retained.index(table, key, scope)
        if index is None:
            return filled(None, frame.height, pl.UInt32)
        return find_rows(index, frame[plan.name], frame[scope] if scope else None)

    def _dangling(
        self, source: Source, plan: ColumnPlan, unmet: pl.Series, unknown: pl.Series | None
    ) -> pl.Series | None:
        """Tell the keys without a row; None where there are none. What is unknown is counted."""
        if not unmet.any():
            return None
        if unknown is not None and (unmet & unknown).any():
            self._note_lacking(plan.refers[0] if plan.refers is not None else "")
            rule = f"{source.table}.{plan.name}.dangling"
            self._skipped[rule] = self._skipped.get(rule, 0) + int((unmet & unknown).sum())
            unmet = unmet & ~unknown
        return unmet if unmet.any() else None

    def _unjudged(
        self, plan: ColumnPlan, frame: pl.DataFrame, scope: str | None, rows: pl.Series
    ) -> pl.Series | None:
        """Tell the rows whose key may be that of a row not read; None where there are none."""
        table, key = plan.refers or ("", "")
        if self._lacking(table) is not None:
            return rows.is_null()
        if not self._broken:
            return None
        if scope == "@file":
            broken = self.broken_files()
            return frame["@file"].is_in(list(broken)) if broken else None
        homes = self._homes.get(table, ())
        roles = {home.role for home, source in homes if source.join is None}
        if roles.isdisjoint(self.broken_roles()):
            return None
        if all(_is_captured(source, key) for _, source in homes if source.join is None):
            keys = frame[plan.name]
            return keys.cast(pl.String).is_in(self.unread().implode()).fill_null(value=False)
        return rows.is_null()

    def _note_lacking(self, table: str) -> None:
        lacking = self._lacking(table)
        (self._unread if lacking is None else lacking).add(table)

    def _lacking(self, table: str) -> set[str] | None:
        """Give the tables among which one belongs that has no rows since its files are not read."""
        homes = [home for home, _ in self._homes.get(table, ())]
        if not homes or self._retained.heights.get(table):
            return None
        roles = {home.role for home in homes}
        paths = [file.path for file in self._files if file.role in roles]
        if any(path in self._broken for path in paths):
            return self._unread
        if paths:
            return None
        if self._alone:
            return self._absent
        return self._unread if any(home.file.missing == "error" for home in homes) else None

    def _scope(self, file: FilePlan, frame: pl.DataFrame, table: str, key: str) -> str | None:
        """Tell within which column's values a key resolves; None: in the whole dataset."""
        for home, source in self._homes.get(table, ()):
            if source.join is not None:
                continue
            declared = _declared(source, key)
            if home.role == file.role and (source.shared or declared == "file"):
                return "@file"
            if isinstance(declared, str) and declared in frame.columns:
                return declared
        return None


def _fault(source: Source, plan: ColumnPlan, keys: pl.Series, dangling: pl.Series) -> CellFaults:
    table, key = plan.refers or ("", "")
    field = plan.fields[0]
    return CellFaults(
        f"{source.table}.{plan.name}.dangling",
        source.name,
        plan.name,
        None if field.startswith("{") else tuple(field.split("/")),
        dangling.arg_true().cast(pl.UInt32),
        keys.filter(dangling).cast(pl.String),
        f"the {key} of a {table}",
    )


def _declared(source: Source, key: str) -> bool | str:
    """Tell within what a key column of a source is unique (False: it is no key there)."""
    plans = (p for v in source.variants for p in v.columns if p.name == key)
    plan = next(plans, None)
    return plan.column.key if plan is not None else False


def _is_captured(source: Source, key: str) -> bool:
    """Tell whether the names of files say the keys of their rows."""
    plans = [p for v in source.variants for p in v.columns if p.name == key]
    return bool(plans) and all(name.startswith("{") for plan in plans for name in plan.fields)
