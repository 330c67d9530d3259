"""Splits: one for each medium where the target can hold no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.converters.model import Lost, lose
from annostd.findings import Loss, LossKind
from annostd.plan.sources import walk
from annostd.tables.dataset import Tables

if TYPE_CHECKING:
    from annostd.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Splits:
    """The tables with at most one split for each medium, and what that cost."""

    tables: Tables
    losses: tuple[Lost, ...] = ()
    notes: tuple[str, ...] = ()


def single_splits(source: Tables, plan: Plan) -> Splits:
    """Leave each medium one split where the target's files hold one.

    A split that is the union of others (trainval) is derivable; of the rest the first is kept and
    the others are lost.
    """
    media = source.frames.get("media")
    if media is None or not _holds_one(plan):
        return Splits(source)
    if "split" not in media.columns or media["split"].null_count() == media.height:
        return Splits(source, notes=_default_note(plan))
    several = media["split"].list.len() > 1
    if not several.any():
        return Splits(source)
    unions = _unions(media)
    kept = media["split"].list.eval(pl.element().filter(~pl.element().is_in(unions)))
    kept = pl.select(pl.when(several).then(kept).otherwise(media["split"])).to_series()
    derivable = int((media["split"].list.len() - kept.list.len()).sum())
    beyond = int((kept.list.len() - 1).clip(0).sum())
    losses = []
    if derivable:
        reason = f"the split {', '.join(unions)} is the union of others"
        loss = Loss(LossKind.DERIVABLE, "media.split", reason, derivable)
        losses.append(lose(loss, "media", (media["split"].list.len() > kept.list.len()).arg_true()))
    if beyond:
        reason = f"a medium can be in one split in {plan.standard.id}"
        loss = Loss(LossKind.LOST, "media.split", reason, beyond)
        losses.append(lose(loss, "media", (kept.list.len() > 1).arg_true()))
    single = media.with_columns(kept.list.head(1).alias("split"))
    return Splits(Tables({**source.frames, "media": single}, source.forms), tuple(losses))


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
