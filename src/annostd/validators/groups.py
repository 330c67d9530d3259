"""Rules on groups, pairs and the dataset: rows are gathered per batch and judged at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.expressions import NAMERS, SAID, WHOLE, vectorise
from annostd.findings import Tally
from annostd.validators.messages import as_text, written_messages
from annostd.validators.places import PLACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.columns.environment import Environment, Rows
    from annostd.expressions import Need, Typed
    from annostd.plan.model import RulePlan

_SIDES = ("a", "b")
BLOCKED = "@blocked"
"""The column that marks rows of which a needed cell is faulty, where they keep their place."""
PAIRS = 1 << 21
"""About how many pairs of rows are held at once."""


def gather_rows(environment: Environment, rows: Rows, rule: RulePlan) -> tuple[pl.DataFrame, Tally]:
    """Take what a rule over groups needs of a batch; blocked rows are marked, of pairs left out."""
    needs = [need for need in rows_needs(rule) if need.measure not in WHOLE]
    flat = environment.flatten(rows, needs)
    if "@none" in flat.columns:
        flat = flat.drop("@none")
    places = [name for name in (*PLACED, "@row") if name in rows.frame.columns]
    frame = pl.concat([flat, rows.frame.select(places)], how="horizontal")
    keys = _object_keys(environment, rows)
    frame = frame.with_columns(rows.frame[name] for name in keys if name not in frame.columns)
    blocked = environment.blocked(rows, needs)
    if rule.is_adjacent or rule.per:
        stopped = False if blocked is None else blocked
        return frame.with_columns(pl.lit(stopped).alias(BLOCKED)), Tally()
    if blocked is None:
        return frame, Tally()
    return frame.filter(~blocked), Tally(blocked=int(blocked.sum()))


def judge_groups(
    rule: RulePlan, frame: pl.DataFrame, counts: Mapping[str, int]
) -> tuple[Tally, pl.DataFrame, tuple[str, ...]]:
    """Judge a rule over groups: tally, rows of broken groups, a message for each row.

    A group of all rows (`per: []`) is told at its first row only. A group of which a row is blocked
    is not judged.
    """
    frame, stopped = _unblocked(with_counts(frame, rule, counts), rule)
    skipped = 0
    if rule.when is not None:
        applies = frame.select(
            vectorise(rule.when, rule.parameters).fill_null(value=False).alias("@w")
        )
        kept = frame.filter(applies["@w"])
        skipped = frame.height - kept.height
        frame = kept
    keys = [need.key for need in rule.per or ()]
    if frame.is_empty():
        return Tally(blocked=stopped, not_applicable=skipped), frame, ()
    if not keys:
        return _judge_whole(rule, frame)
    known = frame.drop_nulls(keys)
    grouped = known.group_by(keys, maintain_order=True).agg(
        _require(rule).alias("@holds"),
        pl.len().alias("@size"),
        *(_piece(part).alias(f"@m{i}") for i, part in _typed(rule)),
    )
    broken = grouped.filter(~pl.col("@holds").fill_null(value=False))
    tally = Tally(grouped.height - broken.height, broken.height, stopped, skipped)
    members = known.join(broken, on=keys, how="inner", maintain_order="left")
    return tally, members, tuple(_messages(rule, members))


def _unblocked(frame: pl.DataFrame, rule: RulePlan) -> tuple[pl.DataFrame, int]:
    """Leave out the groups of which a row is blocked: how many rows of them are."""
    if BLOCKED not in frame.columns:
        return frame, 0
    keys = [need.key for need in rule.per or ()]
    stopped = frame.filter(BLOCKED)
    if stopped.is_empty():
        return frame, 0
    return frame.join(
        stopped.select(keys).unique(), on=keys, how="anti", maintain_order="left"
    ).filter(~pl.col(BLOCKED)), stopped.height


def judge_pairs(
    rule: RulePlan, frame: pl.DataFrame, counts: Mapping[str, int]
) -> tuple[Tally, pl.DataFrame, tuple[str, ...]]:
    """Judge a rule over pairs of rows with equal keys, each pair once; told at both rows."""
    keys = [need.key for need in rule.pairs or ()]
    indexed = frame.drop_nulls(keys).with_row_index("@n")
    left, right = (
        indexed.select(
            *keys,
            pl.col("@n").alias(f"{side}.@n"),
            *(pl.col(_stripped(n).key).alias(n.key) for n in rule.needs if n.path[0] == side),
        )
        for side in _SIDES
    )
    broken, judged = [], 0
    for some in _portions(left, right, keys):
        pairs = some.join(right, on=keys, how="inner").filter(pl.col("a.@n") < pl.col("b.@n"))
        pairs = with_counts(pairs, rule, counts)
        if rule.when is not None:
            when = vectorise(rule.when, rule.parameters).fill_null(value=False)
            pairs = pairs.filter(when)
        judged += pairs.height
        broken.append(pairs.filter(~_require(rule)))
    if not judged:
        return Tally(), frame.clear(), ()
    return _told_pairs(rule, frame.drop_nulls(keys), pl.concat(broken), judged)


def judge_neighbours(
    rule: RulePlan, frame: pl.DataFrame, counts: Mapping[str, int]
) -> tuple[Tally, pl.DataFrame, tuple[str, ...]]:
    """Judge a rule over each row and the next one with equal keys; told at the second of them.

    Beside a row that is blocked nothing is judged.
    """
    keys = [need.key for need in rule.pairs or ()]
    known = frame.drop_nulls(keys).with_row_index("@n")
    of_first, of_second = (
        [pl.col(_stripped(n).key).alias(n.key) for n in rule.needs if n.path[0] == side]
        for side in _SIDES
    )
    pairs = known.with_columns(
        *(value.shift(1).over(keys) for value in of_first),
        *of_second,
        pl.col("@n").shift(1).over(keys).alias("@first"),
        (pl.col(BLOCKED) | pl.col(BLOCKED).shift(1).over(keys)).alias("@stopped"),
    ).filter(pl.col("@first").is_not_null())
    stopped = int(pairs["@stopped"].sum())
    pairs = with_counts(pairs.filter(~pl.col("@stopped")), rule, counts)
    judged = pairs
    if rule.when is not None:
        judged = pairs.filter(vectorise(rule.when, rule.parameters).fill_null(value=False))
    broken = judged.filter(~_require(rule))
    skipped = pairs.height - judged.height
    tally = Tally(judged.height - broken.height, broken.height, stopped, skipped)
    return tally, known[broken["@n"]], tuple(written_messages(rule, broken))


def _portions(left: pl.DataFrame, right: pl.DataFrame, keys: list[str]) -> Iterator[pl.DataFrame]:
    """Cut rows so that each cut makes a bounded number of pairs: a big group has very many."""
    sizes = right.group_by(keys).len("@size")
    partners = left.join(sizes, on=keys, how="left", maintain_order="left")["@size"]
    cut = (partners.cast(pl.Int64).fill_null(0).cum_sum() // PAIRS).alias("@cut")
    for number in cut.unique(maintain_order=True):
        yield left.filter(cut == number)


def _told_pairs(
    rule: RulePlan, members: pl.DataFrame, broken: pl.DataFrame, judged: int
) -> tuple[Tally, pl.DataFrame, tuple[str, ...]]:
    """Tell each row of a broken pair once, by the first pair that it is in."""
    texts = pl.Series("@text", written_messages(rule, broken), dtype=pl.String)
    told = broken.select("a.@n", "b.@n").with_columns(texts)
    sides = [told.select(pl.col(f"{side}.@n").alias("@n"), "@text") for side in _SIDES]
    first = pl.concat(sides).unique("@n", keep="first", maintain_order=True).sort("@n")
    tally = Tally(judged - broken.height, broken.height)
    return tally, members[first["@n"]], tuple(first["@text"])


def judge_dataset(rule: RulePlan, counts: Mapping[str, int]) -> tuple[Tally, str | None]:
    """Judge a rule on the whole dataset, which reads counts of tables only."""
    frame = pl.DataFrame(
        {need.key: [counts.get(need.path[0], 0)] for need in rule.needs} or {"@none": [0]}
    )
    if rule.when is not None and not _truth(frame, rule.when, rule):
        return Tally(not_applicable=1), None
    if rule.require is None or _truth(frame, rule.require, rule):
        return Tally(passed=1), None
    texts = [
        piece if isinstance(piece, str) else as_text(frame.select(_piece(piece)).to_series())[0]
        for piece in rule.message
    ]
    return Tally(failed=1), "".join(texts)


def judge_duplicates(
    frame: pl.DataFrame, keys: Sequence[str], apart: str | None = None
) -> tuple[Tally, pl.DataFrame]:
    """Find rows whose keys are given more than once; those that `apart` parts are not compared."""
    needed = [key for key in keys if key != apart and frame[key].null_count()]
    lacking = (
        frame.select(pl.any_horizontal(pl.col(needed).is_null())).to_series() if needed else None
    )
    count = frame.height - (int(lacking.sum()) if lacking is not None else 0)
    # most keys are given once: sorted hashes tell which rows are worth comparing, in little memory
    hashes = frame.select(pl.struct(list(keys)).hash(seed=7).alias("@hash"))["@hash"]
    ordered = np.sort(hashes.to_numpy())
    again = pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
    del ordered
    if again.is_empty():
        return Tally(count), frame.clear()
    near = hashes.is_in(again.implode())
    rows = frame.filter(near if lacking is None else near & ~lacking)
    broken = rows.filter(rows.select(pl.struct(list(keys)).is_duplicated()).to_series())
    return Tally(count - broken.height, broken.height), broken


def rows_needs(rule: RulePlan) -> frozenset[Need]:
    """Give what a rule reads of each row; in pairs both sides are rows of the same table."""
    return rule.needs if rule.pairs is None else frozenset(map(_stripped, rule.needs))


def _stripped(need: Need) -> Need:
    """Name a need of one side of a pair as a need of its row."""
    return replace(need, path=need.path[1:]) if need.path[0] in _SIDES else need


def _judge_whole(
    rule: RulePlan, frame: pl.DataFrame
) -> tuple[Tally, pl.DataFrame, tuple[str, ...]]:
    holds = frame.select(_require(rule).alias("@holds"))["@holds"][0]
    if holds:
        return Tally(passed=1), frame.clear(), ()
    pieces = {f"@m{i}": frame.select(_piece(part)).to_series()[0] for i, part in _typed(rule)}
    first = frame.head(1).with_columns(pl.lit(value).alias(name) for name, value in pieces.items())
    return Tally(failed=1), first, tuple(_messages(rule, first))


def with_counts(frame: pl.DataFrame, rule: RulePlan, counts: Mapping[str, int]) -> pl.DataFrame:
    """Add the numbers of rows of whole tables that a rule reads."""
    return frame.with_columns(
        pl.lit(counts.get(need.path[0], 0), dtype=pl.Int64).alias(need.key)
        for need in rule.needs
        if need.measure == "count"
    )


def with_namers(
    frame: pl.DataFrame, rule: RulePlan, groups: Mapping[str, Sequence[pl.DataFrame]]
) -> pl.DataFrame:
    """Add to each gathered row how many rows name it; `groups` holds the columns that do."""
    for need in rule.needs:
        if need.measure == NAMERS and "@row" in frame.columns:
            named = [part.to_series().cast(pl.UInt32) for part in groups.get(need.key, ())]
            rows = pl.concat(named) if named else pl.Series([], dtype=pl.UInt32)
            counts = pl.DataFrame({"@row": rows.drop_nulls()}).group_by("@row").len(need.key)
            frame = frame.join(counts, on="@row", how="left", maintain_order="left")
            frame = frame.with_columns(pl.col(need.key).fill_null(0).cast(pl.Int64))
    return frame


def with_said(
    frame: pl.DataFrame, rule: RulePlan, groups: Mapping[str, Sequence[pl.DataFrame]]
) -> pl.DataFrame:
    """Add the texts of whole columns that a rule reads; `groups` holds them."""
    for need in rule.needs:
        if need.measure == SAID:
            parts = [part.to_series().cast(pl.String) for part in groups.get(need.key, ())]
            texts = pl.concat(parts) if parts else pl.Series([], dtype=pl.String)
            listed = texts.drop_nulls().unique(maintain_order=True).implode()
            frame = frame.with_columns(pl.lit(listed).first().alias(need.key))
    return frame


def _require(rule: RulePlan) -> pl.Expr:
    if rule.require is None:
        return pl.lit(value=True)
    return vectorise(rule.require, rule.parameters).fill_null(value=False)


def _truth(frame: pl.DataFrame, typed: Typed, rule: RulePlan) -> bool:
    value = frame.select(vectorise(typed, rule.parameters).alias("@v"))["@v"][0]
    return value is True


def _typed(rule: RulePlan) -> list[tuple[int, Typed]]:
    return [(i, part) for i, part in enumerate(rule.message) if not isinstance(part, str)]


def _piece(part: Typed) -> pl.Expr:
    expression = vectorise(part, {})
    return expression if part.grouped else expression.first()


def _messages(rule: RulePlan, rows: pl.DataFrame) -> list[str]:
    if rows.is_empty():
        return []
    pieces = [
        pl.lit(part) if isinstance(part, str) else as_text(rows[f"@m{i}"])
        for i, part in enumerate(rule.message)
    ]
    texts = rows.select(pl.concat_str(pieces).alias("@text"))["@text"]
    return list(texts) if len(texts) == rows.height else [texts[0]] * rows.height


def _object_keys(environment: Environment, rows: Rows) -> list[str]:
    table = environment.plan.tables.get(rows.table)
    columns = table.columns.values() if table is not None else ()
    return [plan.name for plan in columns if plan.column.key and plan.name in rows.frame.columns]
