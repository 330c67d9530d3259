"""Lines that head runs of rows: which rows may stand where, and where new ones go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.bindings.lines_misfits import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from annostd.bindings.lines_text import Lines
    from annostd.plan.model import FilePlan, Source

NOWHERE = ""
"""The head of lines that stand before the first one in their file."""


def heads_of(plan: FilePlan) -> tuple[str, ...]:
    """List the lines that head runs of rows in files of a role, each once."""
    return tuple(dict.fromkeys(head for source in plan.sources for head in source.heads))


def may_stand(source: Source, head: str) -> bool:
    """Tell whether rows of a source may stand below a head; without one of its own all may."""
    return not source.heads or head in source.heads


def head_of(heads: Sequence[str], line: str) -> str | None:
    """Give the head that a line is (None: it is none)."""
    bare = line.strip(BLANKS + "\n") if heads else ""
    return bare if bare in heads else None


@dataclass(frozen=True, slots=True)
class Headed:
    """Lines of files in which heads stand: which are heads, and the one above each of them.

    `above` is a position in `heads`, of which the last is `NOWHERE`.
    """

    heads: tuple[str, ...]
    is_head: NDArray[np.bool_]
    above: NDArray[np.int64]

    @classmethod
    def of(cls, lines: Lines, plan: FilePlan) -> Headed | None:
        """Find the heads in lines of whole files; None where the role has none."""
        heads = (*heads_of(plan), NOWHERE)
        if len(heads) == 1:
            return None
        positions = {head: number for number, head in enumerate(heads[:-1])}
        bare = lines.text.str.strip_chars(BLANKS)
        found = bare.replace_strict(positions, default=None, return_dtype=pl.Int64)
        frame = pl.DataFrame({"file": lines.owner, "head": found})
        above = frame.select(pl.col("head").forward_fill().over("file"))["head"]
        return cls(
            heads, found.is_not_null().to_numpy(), above.fill_null(len(positions)).to_numpy()
        )

    def allow(self, source: Source, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which lines stand where rows of a source may."""
        fits = np.array([may_stand(source, head) for head in self.heads], dtype=np.bool_)
        return fits[self.above[rows]]

    def runs(
        self, rows: NDArray[np.int64], sources: Sequence[Source]
    ) -> Iterator[tuple[NDArray[np.int64], list[Source]]]:
        """Part lines by the head above them, each with the sources whose rows may stand there."""
        for number in np.unique(self.above[rows]).tolist():
            head = self.heads[number]
            mine = rows[self.above[rows] == number]
            yield mine, [source for source in sources if may_stand(source, head)]


def put_in(plan: FilePlan, kept: list[str], source: Source, line: str, end: str) -> None:
    """Put a new row into lines: behind the last one below its head, else below a new head."""
    if kept and not kept[-1].endswith(("\n", "\r")):
        kept[-1] += end
    places, above, heads = [], NOWHERE, heads_of(plan)
    for number, known in enumerate(kept if source.heads else ()):
        above = head_of(heads, known) or above
        if above in source.heads and known.strip():
            places.append(number + 1)
    if source.heads and not places:
        kept.extend([end] * bool(kept))
        kept.append(source.heads[0] + end)
    kept.insert(places[-1] if places else len(kept), line.rstrip("\r\n") + end)


def with_heads(printed: pl.DataFrame, end: str) -> pl.DataFrame:
    """Put a head before the first row of each run; `file`, `line`, and `head` where it has one."""
    before = pl.col("head").shift(1).over("file")
    begins = pl.col("head").is_not_null() & pl.col("head").ne_missing(before)
    first = pl.int_range(pl.len()).over("file") == 0
    gap = pl.when(first).then(pl.lit("")).otherwise(pl.lit(end))
    whole = pl.concat_str(gap, pl.col("head"), pl.lit(end), pl.col("line"))
    return printed.with_columns(pl.when(begins).then(whole).otherwise(pl.col("line")).alias("line"))
