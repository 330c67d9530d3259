"""Rows inside others joined to a text, and the runs of them that tags mark: read and written.

The text of an enclosing row has a blank between two rows and a line end between two blocks; spans
count its code points.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.codecs.tags import SCHEMES, Runs, parse_tags, render_tags
from annostd.columns.faults import CellFaults
from annostd.columns.pieces import cut_pieces
from annostd.columns.raw import RawRows
from annostd.plan.divisions import LABEL, SPAN, leaf_of, way
from annostd.plan.sources import walk
from annostd.tables import lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annostd.columns.raw import RawBatch
    from annostd.plan.model import FilePlan, Source

KEPT = "@kept "
"""What begins the name of a column that says what writing a field anew would give, if not the same.

Where that is still to be written, what was read stays.
"""


@dataclass(frozen=True, slots=True)
class Completed:
    """A raw batch with what is made of rows inside others.

    `faults` are tags that are none, or cannot stand where they do; `kept` says by source what
    writing a field anew would give where it is not what was read.
    """

    raw: RawBatch
    faults: tuple[CellFaults, ...] = ()
    kept: Mapping[str, Sequence[pl.Series]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the order of their files: the block and the enclosing row of each, and its text."""

    block: NDArray[np.int64]
    outer: NDArray[np.int64]
    text: pl.Series

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give where each row starts and ends in the text of its enclosing row."""
        lengths = self.text.str.len_chars().fill_null(0).cast(pl.Int64).to_numpy()
        ends = np.cumsum(lengths + 1) - 1
        starts = ends - lengths
        first = np.flatnonzero(np.diff(self.outer, prepend=-1))
        base = np.repeat(starts[first], np.diff(np.append(first, len(starts))))
        return starts - base, ends - base

    def texts(self, height: int) -> pl.Series:
        """Join the texts of each of `height` enclosing rows; without rows inside it is empty."""
        joined = (
            pl.DataFrame({"o": self.outer, "b": self.block, "t": self.text.fill_null("")})
            .group_by("o", "b", maintain_order=True)
            .agg(pl.col("t").str.join(" "))
            .group_by("o", maintain_order=True)
            .agg(pl.col("t").str.join("\n"))
        )
        empty = pl.repeat("", height, dtype=pl.String, eager=True)
        return empty.scatter(joined["o"], joined["t"]) if joined.height else empty


def complete(file: FilePlan, raw: RawBatch) -> Completed:
    """Make of the rows of a batch the texts and the runs that the plan says they hold."""
    made = Completed(raw)
    for outer in walk(file.sources):
        for _, table, inside in outer.composed:
            made = _composed(made, outer, table, inside)
        for source in outer.children:
            if source.marked is not None:
                made = _with_runs(made, outer, source)
            if source.pieces is not None:
                made = _with_pieces(made, outer, source)
    return made


def rows_inside(
    outer: Source, leaf: Source, frames: Mapping[str, pl.DataFrame], text: str
) -> Rows | None:
    """Give the rows of lines inside an enclosing source; None where they were not read.

    `frames` hold by source `@parent`, the row of the enclosing source.
    """
    between = way(outer, leaf)
    if any(source.name not in frames for source in between):
        return None
    frame = frames[leaf.name]
    if text not in frame.columns:
        return None
    at = block = frame["@parent"].cast(pl.Int64)
    for source in reversed(between[:-1]):
        at = frames[source.name]["@parent"].cast(pl.Int64).gather(at)
    return Rows(block.to_numpy(), at.to_numpy(), frame[text])


def mark_rows(rows: Rows, spans: pl.DataFrame, scheme: str) -> tuple[pl.Series, pl.Series]:
    """Write the tags of rows, and tell which spans are so marked.

    `spans` has `outer` (the enclosing row), `span` and `label`, in order of preference: one that
    takes up no run of whole rows in one block, or a row that another has taken, is not marked.
    """
    starts, ends = rows.places()
    fits = _fitting(rows, (starts, ends), spans)
    taken = fits.filter("fits").sort("first", maintain_order=True)
    runs = Runs(taken["first"].to_numpy(), taken["last"].to_numpy(), taken["label"])
    return render_tags(runs, rows.block, scheme), fits["fits"]


def _frames(raw: RawBatch) -> dict[str, pl.DataFrame]:
    return {name: rows.frame for name, rows in raw.rows.items()}


def _composed(made: Completed, outer: Source, table: str, inside: str) -> Completed:
    leaf, known = leaf_of(outer, table), made.raw.rows.get(outer.name)
    name = next((n for n, t, f in outer.composed if (t, f) == (table, inside)), "")
    if leaf is None or known is None or name not in known.frame.columns:
        return made
    rows = rows_inside(outer, leaf, _frames(made.raw), inside)
    if rows is None:
        return made
    frame = known.frame.with_columns(rows.texts(known.frame.height).alias(name))
    changed = {**made.raw.rows, outer.name: replace(known, frame=frame)}
    return replace(made, raw=replace(made.raw, rows=changed))


def _with_runs(made: Completed, outer: Source, source: Source) -> Completed:
    marked = source.marked
    leaf = leaf_of(outer, marked.table) if marked is not None else None
    if marked is None or leaf is None:
        return made
    rows = rows_inside(outer, leaf, _frames(made.raw), marked.text)
    frame = made.raw.rows[leaf.name].frame if rows is not None else None
    if rows is None or frame is None or marked.tag not in frame.columns:
        return made
    tags = frame[marked.tag]
    runs, odd = parse_tags(tags, rows.block, marked.scheme)
    again = render_tags(runs, rows.block, marked.scheme)
    apart = (tags != again).fill_null(value=False).to_numpy()
    wrong = apart & ~_near(odd, rows.block)
    raw = {**made.raw.rows, source.name: _runs(source, frame, rows, runs)}
    anew = pl.select(pl.when(pl.Series(apart)).then(again)).to_series().alias(KEPT + marked.tag)
    kept = {**made.kept, leaf.name: [*made.kept.get(leaf.name, ()), anew]}
    faults = (*made.faults, *_odd(source, leaf, tags, odd), *_misplaced(leaf, tags, again, wrong))
    return Completed(replace(made.raw, rows=raw), faults, kept)


def _with_pieces(made: Completed, outer: Source, source: Source) -> Completed:
    known = made.raw.rows.get(outer.name)
    field = source.pieces.field if source.pieces is not None else ""
    if known is None or field not in known.frame.columns:
        return made
    cut = cut_pieces(source, outer, known.frame)
    read = known.frame[field]
    apart = pl.Series((read != cut.again.fill_null("")).fill_null(value=False))
    anew = pl.select(pl.when(apart).then(cut.again.fill_null(""))).to_series().alias(KEPT + field)
    kept = {**made.kept, outer.name: [*made.kept.get(outer.name, ()), anew]}
    raw = replace(made.raw, rows={**made.raw.rows, source.name: cut.rows})
    return Completed(raw, (*made.faults, *cut.faults), kept)


def _runs(source: Source, frame: pl.DataFrame, rows: Rows, runs: Runs) -> RawRows:
    starts, ends = rows.places()
    pairs = np.stack((starts[runs.start], ends[runs.end - 1]), axis=1).reshape(-1)
    ones = np.ones(len(runs.start), dtype=np.int64)
    spans = lists.nested(lists.nested(pl.Series(pairs, dtype=pl.Int64), ones * 2), ones)
    begin, finish = frame[runs.start], frame[runs.end - 1]
    files = begin["@file"].to_numpy()
    index = np.arange(len(files)) - np.searchsorted(files, files)
    values: dict[str, pl.Series] = {SPAN: spans, LABEL: runs.label, "{order}": pl.Series(index)}
    nothing = pl.repeat(None, len(files), dtype=pl.String, eager=True)
    return RawRows(
        source.name,
        pl.DataFrame(
            {
                **{item.name: values.get(item.name, nothing) for item in source.fields},
                "@file": begin["@file"],
                "@start": begin["@start"],
                "@end": finish["@end"],
                "@index": pl.Series(index, dtype=pl.UInt32),
                "@parent": pl.Series(rows.outer[runs.start], dtype=pl.UInt32),
                "@path": nothing,
            }
        ),
    )


def _near(odd: NDArray[np.bool_], block: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell the rows that are odd or stand beside an odd one in their block."""
    near = odd.copy()
    same = block[1:] == block[:-1]
    near[1:] |= odd[:-1] & same
    near[:-1] |= odd[1:] & same
    return near


def _odd(
    source: Source, leaf: Source, tags: pl.Series, odd: NDArray[np.bool_]
) -> Iterator[CellFaults]:
    """Tell the tags that are none of the scheme."""
    marked = source.marked
    if marked is not None and odd.any():
        letters = ", ".join(SCHEMES[marked.scheme].letters)
        expected = f"O, or one of {letters}, a hyphen and a class"
        yield _fault(leaf, f"{marked.tag}.value", tags, odd, expected)


def _misplaced(
    leaf: Source, tags: pl.Series, again: pl.Series, wrong: NDArray[np.bool_]
) -> Iterator[CellFaults]:
    """Tell the tags that cannot stand where they do, by the tag that can."""
    for tag in again.filter(pl.Series(wrong)).unique(maintain_order=True):
        rows = wrong & (again == tag).to_numpy()
        yield _fault(leaf, f"{tags.name}.sequence", tags, rows, tag)


def _fault(
    leaf: Source, rule: str, tags: pl.Series, rows: NDArray[np.bool_], expected: str
) -> CellFaults:
    at = pl.Series(np.flatnonzero(rows), dtype=pl.UInt32)
    actual = tags.gather(at)
    return CellFaults(f"{leaf.table}.{rule}", leaf.name, None, (tags.name,), at, actual, expected)


def _fitting(
    rows: Rows, places: tuple[NDArray[np.int64], NDArray[np.int64]], spans: pl.DataFrame
) -> pl.DataFrame:
    """Find the run of rows that each span takes up: `first` to `last` (excluded), if it `fits`."""
    starts, ends = places
    standing = pl.DataFrame(
        {"outer": rows.outer, "start": starts, "end": ends, "block": rows.block}
    ).with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))
    asked = spans.select(
        pl.col("outer").cast(pl.Int64),
        "label",
        pl.when(pl.col("span").list.len() == 1).then(pl.col("span").list.first()).alias("span"),
    ).select(
        "outer",
        "label",
        pl.col("span").list.get(0, null_on_oob=True).alias("start"),
        pl.col("span").list.get(1, null_on_oob=True).alias("end"),
    )
    first = standing.select("outer", "start", "block", first="row").unique(
        ["outer", "start"], keep="last", maintain_order=True
    )
    last = standing.select("outer", "end", closes="block", last=pl.col("row") + 1).unique(
        ["outer", "end"], keep="first", maintain_order=True
    )
    found = asked.join(first, on=["outer", "start"], how="left", maintain_order="left").join(
        last, on=["outer", "end"], how="left", maintain_order="left"
    )
    whole = found.select(
        (
            (pl.col("block") == pl.col("closes"))
            & (pl.col("first") < pl.col("last"))
            & pl.col("label").is_not_null()
        )
        .fill_null(value=False)
        .alias("whole")
    )["whole"]
    return found.with_columns(_free(found, whole, len(starts)).alias("fits"))


def _free(found: pl.DataFrame, whole: pl.Series, count: int) -> pl.Series:
    """Of spans that share a row keep the first."""
    taken = np.zeros(count, dtype=np.bool_)
    fits = whole.to_numpy().copy()
    for at in np.flatnonzero(fits).tolist():
        first, last = found["first"][at], found["last"][at]
        fits[at] = not taken[first:last].any()
        if fits[at]:
            taken[first:last] = True
    return pl.Series(fits)
