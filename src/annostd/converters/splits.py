"""Splits: one for each medium where the target can hold no more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.model import Lost, lose
from annostd.findings import Loss, LossKind
from annostd.plan.sources import walk
from annostd.tables.dataset import Tables
from annostd.templates.model import slots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annostd.plan.model import Plan


_UNION = "the split is the union of others"


@dataclass(frozen=True, slots=True)
class Splits:
    """The tables with at most one split for each medium, and what that cost."""

    tables: Tables
    losses: tuple[Lost, ...] = ()
    notes: tuple[str, ...] = ()


def single_splits(source: Tables, plan: Plan) -> Splits:
    """Leave each medium the splits that the target can name, and one where its files hold one.

    A split that is the union of others (trainval) is derivable; of the rest the first is kept and
    the others are lost. A medium that is left without any gets what the target writes by default.
    """
    media = source.frames.get("media")
    held = plan.tables["media"].columns if "media" in plan.tables else {}
    bound = held.get("split")
    if media is None or bound is None or bound.column.items is not None:
        return Splits(source)
    if "split" not in media.columns or media["split"].null_count() == media.height:
        return Splits(source, notes=_default_note(plan) if _holds_one(plan) else ())
    left = _Left(media["split"])
    unions, unsaid = _unions(media), _unsaid(media["split"], plan)
    left.drop([name for name in unsaid if name in unions], LossKind.DERIVABLE, _UNION)
    lost = [name for name in unsaid if name not in unions]
    left.drop(lost, LossKind.LOST, f"{plan.standard.id} has no split {', '.join(lost)}")
    if _holds_one(plan):
        left.drop(unions, LossKind.DERIVABLE, _UNION, keep_one=True)
        reason = f"a medium can be in one split in {plan.standard.id}"
        left.keep(left.splits.list.head(1), LossKind.LOST, reason)
    named = left.splits.list.len() > 0
    nothing = pl.Series("split", [None], dtype=left.splits.dtype)
    single = media.with_columns(left.splits.zip_with(named.fill_null(value=False), nothing))
    tables = Tables({**source.frames, "media": single}, source.forms)
    return Splits(tables, tuple(left.losses))


@dataclass(slots=True)
class _Left:
    """The splits that are left of each medium, and the losses on the way."""

    splits: pl.Series
    losses: list[Lost] = field(default_factory=list)

    def drop(
        self, names: Sequence[str], kind: LossKind, reason: str, *, keep_one: bool = False
    ) -> None:
        """Go on without some splits; with `keep_one` no medium loses its last."""
        kept = self.splits.list.eval(pl.element().filter(~pl.element().is_in(names)))
        if keep_one:
            some = (kept.list.len() > 0).fill_null(value=False)
            kept = kept.zip_with(some, self.splits)
        self.keep(kept, kind, reason)

    def keep(self, kept: pl.Series, kind: LossKind, reason: str) -> None:
        """Go on with fewer splits, and count what is gone."""
        gone = (self.splits.list.len() - kept.list.len()).fill_null(0)
        self.splits = kept.alias("split")
        if gone.sum():
            loss = Loss(kind, "media.split", reason, int(gone.sum()))
            self.losses.append(lose(loss, "media", (gone > 0).arg_true()))


def _unsaid(splits: pl.Series, plan: Plan) -> list[str]:
    """List the splits that the target's paths and listings cannot name."""
    names = splits.explode().drop_nulls().unique(maintain_order=True).to_list()
    tests = list(_tests(plan))
    return [name for name in names if not all(test(name) for test in tests)]


def _tests(plan: Plan) -> Iterator[Callable[[str], bool]]:
    """Yield what the capture that holds a medium's split must be, wherever it is used."""
    field_name = next(iter(plan.tables["media"].columns["split"].fields), "")
    capture = field_name.strip("{}")
    for file in plan.files:
        declared = file.file.captures.get(capture)
        if declared is not None and declared.values:
            known = {canonical for _, canonical in declared.values}
            yield known.__contains__
        elif file.paths:
            for slot in slots(file.paths[0].pieces):
                if slot.name == capture and slot.kind == "pattern":
                    yield _fits(slot.pattern)
        for step in (step for source in walk(file.sources) for step in source.locator):
            if step.name == capture and step.choices:
                yield step.choices.__contains__


def _fits(pattern: str) -> Callable[[str], bool]:
    return lambda name: re.fullmatch(pattern, name) is not None


def _holds_one(plan: Plan) -> bool:
    return any(
        column.name == "split" and source.join is None
        for file in plan.files
        for source in walk(file.sources)
        if source.table == "media"
        for variant in source.variants
        for column in variant.columns
    )


def _default_note(plan: Plan) -> tuple[str, ...]:
    defaults = [
        file.file.captures["split"].default
        for file in plan.files
        if "split" in file.file.captures and file.file.captures["split"].default
    ]
    return (f"no split is given; all media are written as {defaults[0]}",) if defaults else ()


def _unions(media: pl.DataFrame) -> list[str]:
    """Name the splits whose media are exactly those of at least two other splits together."""
    rows = media.select(pl.int_range(pl.len()).alias("row"), "split").explode("split").drop_nulls()
    members = {
        str(name[0]): set(part["row"]) for name, part in rows.group_by("split", maintain_order=True)
    }
    found = []
    for name, own in members.items():
        inner = [rows for other, rows in members.items() if other != name and rows < own]
        if len(inner) > 1 and set().union(*inner) == own:
            found.append(name)
    return found
