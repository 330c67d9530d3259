"""Many documents at once: those made of known kinds of pieces, by patterns over all of them.

A kind is learned from the first document that shows it, and counts only if that document then reads
as the parser reads it. Whatever is not exactly as learned is left to the parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from annostd.bindings.xml_learn import ORDER, Kind, Teacher, owners
from annostd.bindings.xml_parse import parse, parser
from annostd.bindings.xml_pieces import cut, mark_of, markers, pieces_of
from annostd.bindings.xml_read import Reading
from annostd.bindings.xml_rows import Laid, rows_of
from annostd.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.bindings.xml_rows import Text
    from annostd.bindings.xml_shape import Shape
    from annostd.columns.raw import RawRows
    from annostd.plan.model import FilePlan
    from annostd.tables.lists import Flags, Integers

KINDS: Final = 64
"""How many kinds of pieces are learned."""
TRIES: Final = 8
"""After how many documents of a batch that teach nothing no more is learned from it."""
LARGEST: Final = 1 << 18
"""Characters of the largest document from which is learned."""
LINES: Final = 1 << 16
"""Documents of so many lines are left to the parser, which may count them in its own way."""


@dataclass(slots=True)
class _Match:
    """The pieces of several documents: whose each is, of which kind, and the how manieth of that.

    `kind` is -1 where a piece is of none. `values` are, by kind, those of its pieces in order.
    """

    whose: Integers
    kind: Integers
    place: Integers
    values: dict[int, pl.DataFrame] = field(default_factory=dict)


class Quick:
    """Reads documents of one role by what it learned of others."""

    def __init__(
        self, plan: FilePlan, shape: Shape, want: Mapping[str, frozenset[str]] | None
    ) -> None:
        self._plan = plan
        self._shape = shape
        self._want = want
        self._names = markers(shape)
        self._owners = owners(shape)
        self._kinds: list[Kind] = []
        self._mark = ""
        self._teacher: Teacher | None = None
        # what is required of the document as a whole does not show in its pieces
        self.is_able = self._owners is not None and all(
            record.enclosed or record.source.required is None or len(record.source.locator) <= 1
            for record in shape.records
        )

    def can_learn(self) -> bool:
        """Tell whether there is room for what other documents may teach."""
        return len(self._kinds) < KINDS

    def read(self, texts: Sequence[Text]) -> tuple[dict[str, RawRows], list[int]]:
        """Read documents; give their rows, and the places in `texts` of those that were left."""
        return self._read(texts, TRIES)

    def _read(self, texts: Sequence[Text], tries: int) -> tuple[dict[str, RawRows], list[int]]:
        mark = self._mark = self._mark or mark_of(texts[0].text, self._names)
        cuts = cut(pl.Series([each.text for each in texts]), mark, self._names)
        pieces = cuts.explode()
        whose = np.repeat(np.arange(len(texts)), cuts.list.len().to_numpy())
        match = _Match(whose, np.full(len(whose), -1), np.zeros(len(whose), dtype=np.int64))
        rest = np.arange(len(whose))
        for number in range(len(self._kinds)):
            rest = self._match(match, pieces, rest, number)
        while tries and len(rest) and len(self._kinds) < KINDS:
            document = int(whose[rest[0]])
            known = len(self._kinds)
            self._learn(texts[document])
            for number in range(known, len(self._kinds)):
                rest = self._match(match, pieces, rest, number)
            if len(rest) and whose[rest[0]] == document:
                tries -= 1
                rest = rest[whose[rest] != document]
        fits = self._fits(match, len(texts))
        laid = Laid(texts, self._kinds, fits, match.whose, match.kind, match.place, match.values)
        rows, lacking = rows_of(laid, self._shape, self._owners or {})
        if len(lacking):
            fits[lacking] = False
            laid = Laid(
                texts, self._kinds, fits, match.whose, match.kind, match.place, match.values
            )
            rows, _ = rows_of(laid, self._shape, self._owners or {})
        return rows, np.flatnonzero(~fits).tolist()

    def _match(self, match: _Match, pieces: pl.Series, rest: Integers, number: int) -> Integers:
        """Find the pieces of a kind among those that are left; give what is left then."""
        if not len(rest):
            return rest
        left = pieces if len(rest) == len(pieces) else pieces.gather(rest)
        groups = left.str.extract_groups(self._kinds[number].pattern).struct.unnest()
        fits = groups["1"].is_not_null()
        hit = fits.to_numpy()
        at = rest[hit]
        match.kind[at] = number
        match.place[at] = np.arange(len(at))
        match.values[number] = groups.filter(fits)
        others: Integers = rest[~hit]
        return others

    def _learn(self, text: Text) -> None:
        """Learn from a document; nothing where it does not then read as the parser reads it."""
        if len(text.text) > LARGEST:
            return
        pieces = pieces_of(text.text, self._names)
        if pieces is None:
            return
        if self._teacher is None:
            made = (name for record in self._shape.records for name, _ in record.captures)
            captures = tuple(dict.fromkeys(name for name in made if name != ORDER))
            names = frozenset(self._names)
            self._teacher = Teacher(
                self._plan, self._shape, self._want, names, self._mark, captures
            )
        new = self._teacher.learn(pieces)
        if not new:
            return
        known = len(self._kinds)
        self._kinds += new
        if not self._is_right(text):
            del self._kinds[known:]

    def _is_right(self, text: Text) -> bool:
        root = parse(text.text.encode(), text.file, parser())
        if isinstance(root, Finding):
            return False
        reading = Reading(self._plan, self._shape, self._want)
        reading.add(root, text.number, text.file)
        batch = reading.take()
        rows, left = self._read([text], 0)
        return (
            not left
            and not batch.findings
            and rows.keys() == batch.rows.keys()
            and all(
                rows[name].frame.equals(found.frame) and rows[name].unknown == found.unknown
                for name, found in batch.rows.items()
            )
        )

    def _fits(self, match: _Match, count: int) -> Flags:
        """Tell which documents are wholly made of known pieces that follow on each other."""
        fits = np.ones(count, dtype=bool)
        fits[match.whose[match.kind < 0]] = False
        if not self._kinds or not len(match.kind):
            return fits & bool(self._kinds)
        states: dict[tuple[str, ...], int] = {(): 0}
        before = np.array([states.setdefault(k.piece.stack, len(states)) for k in self._kinds])
        behind = np.array([states.setdefault(k.piece.ends, len(states)) for k in self._kinds])
        lines = np.array([kind.piece.lines for kind in self._kinds])
        first = np.ones(len(match.whose), dtype=bool)
        first[1:] = match.whose[1:] != match.whose[:-1]
        last = np.append(first[1:], True)
        left = np.where(first, 0, np.append(0, behind[match.kind[:-1]]))
        broken = (before[match.kind] != left) | (last & (behind[match.kind] != 0))
        fits[match.whose[broken]] = False
        total = np.bincount(match.whose, lines[match.kind], count)
        return fits & (total < LINES)
