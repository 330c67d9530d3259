"""Big lists of JSON records, read piece by piece: memory is bounded, every record knows its bytes.

The list is cut near each mark at a place that looks like the gap between two records. A wrong cut
(in a string, in a nested list) cannot be read and is taken back: the piece grows, twice as far each
time. If every piece is a valid list body, their concatenation is the unique parse.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.bindings.json_mend import Mended, is_flawless, mend
from annostd.bindings.json_scan import Flaw, scan
from annostd.bindings.json_split import cut_near, rough_end, skip, sound_end, syntax
from annostd.bindings.json_structs import AROUND, Piece, Refused, Structs, is_flat
from annostd.bindings.json_text import release
from annostd.bindings.json_tree import JsonTree, sound
from annostd.bindings.tree_walk import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from msgspec import Raw

    from annostd.bindings.json_split import Section
    from annostd.bindings.json_text import Buffer
    from annostd.bindings.tree_shape import Site
    from annostd.bindings.tree_walk import Walk

STEP = 1 << 22
"""How many bytes are read at once."""
LARGEST = 1 << 26
"""How many bytes one record may have."""
_FEW = 32


def too_large(start: int, end: int, pointer: str) -> Flaw:
    """Make the flaw of a record that has too many bytes."""
    expected = f"at most {LARGEST}"
    message = f"the record has {end - start} bytes, expected {expected}"
    return Flaw("size", start, pointer, message, str(end - start), expected)


@dataclass(frozen=True, slots=True)
class Target:
    """What a list is read for: a source, the walk that gathers its rows, the file's captures."""

    site: Site
    walk: Walk[Raw]
    file: int
    captures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Record:
    """A record of a piece: its node, its ordinal in the list, its offsets in the piece."""

    node: Raw
    index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Parts:
    """A piece taken apart: records in runs that nothing interrupts, and how far they reach."""

    text: bytes
    mended: Mended
    tree: JsonTree
    runs: list[list[_Record]]
    end: int

    def is_marked(self, start: int, end: int) -> bool:
        """Tell whether something between two offsets was mended."""
        marks = self.mended.marks
        return bisect_left(marks, end) > bisect_left(marks, start)


class ArrayReading:
    """One list on its way to rows; `flaws` are what is wrong in it; `is_broken`: it stops early.

    `step` is how many bytes are read at once.
    """

    def __init__(self, data: Buffer, section: Section, target: Target, step: int = STEP) -> None:
        self.flaws: list[Flaw] = []
        self.is_broken = False
        self._data = data
        self._section = section
        self._target = target
        self._step = step
        self._index = 0
        self._around = AROUND if section.name is not None else AROUND - 1
        self._end = section.end if section.is_open else section.end - 1
        self._structs = (
            Structs(target.site, target.file, target.captures) if is_flat(target.site) else None
        )

    def run(self) -> Iterator[None]:
        """Read the list; yields after each piece."""
        at, step = skip(self._data, self._section.start + 1), self._step
        while at < self._end and not self.is_broken:
            cut, _ = cut_near(self._data, at + step, self._end)
            if cut - at > LARGEST and self._is_large(at):
                at, step = self._pass_over(at), self._step
                continue
            taken = self._take(self._data[at:cut], at, is_last=cut == self._end)
            if taken:
                release(self._data, at, at + taken)
                at, step = self._next(at + taken), self._step
                yield
            elif not self.is_broken:
                step *= 2
        if self._section.is_open and not self.is_broken:
            expected = "',' or ']'" if self._index else "a value"
            self._syntax(len(self._data), expected)

    def _is_large(self, at: int) -> bool:
        return self._stop(at) - at > LARGEST

    def _stop(self, at: int) -> int:
        with memoryview(self._data) as view:
            stop = sound_end(view, at)
        return min(self._end, rough_end(self._data, at)[0] if stop is None else stop)

    def _pass_over(self, at: int) -> int:
        """Report a record that is too large, and go to the one behind it."""
        stop = self._stop(at)
        pointer = f"{self._section.pointer}/{self._index}"
        self.flaws.append(too_large(at, stop, pointer))
        self._index += 1
        return self._next(stop)

    def _next(self, at: int) -> int:
        """Go from behind a record to the next, or to the list's end; stay where it is broken."""
        if self.is_broken:
            return at
        data = self._data
        at = skip(data, at)
        if at >= self._end:
            return self._end
        if data[at : at + 1] != b",":
            self._syntax(at, "',' or ']'")
        at = skip(data, at + 1)
        if at >= self._end and not self.is_broken:
            self._syntax(at, "a value")
        return at

    def _syntax(self, at: int, expected: str) -> None:
        pointer = f"{self._section.pointer}/{max(self._index - 1, 0)}"
        self.flaws.append(syntax(self._data, at, pointer, expected))
        self.is_broken = True

    def _take(self, text: bytes, at: int, *, is_last: bool) -> int:
        """Read a piece; tells how many bytes were read, 0 where it was cut in the wrong place."""
        if self._structs is not None:
            try:
                self._accept(self._structs, Piece(text, at, self._index))
            except Refused as refused:
                if refused.is_cut and not is_last and len(text) <= LARGEST:
                    return 0
            else:
                return len(text)
        parts = self._take_apart(text, at, is_last=is_last)
        for run in parts.runs:
            self._read(run, parts, at)
        return parts.end

    def _accept(self, structs: Structs, piece: Piece) -> None:
        accepted = structs.decode(piece)
        sheet = self._target.walk.gathering.sheet(self._target.site)
        for path, count, row in accepted.unknown:
            sheet.count(path, count, sheet.height + row)
        sheet.extend(accepted.frame)
        self._index = max(self._index, piece.index + accepted.frame.height)

    def _take_apart(self, text: bytes, at: int, *, is_last: bool) -> _Parts:
        """Take a piece apart into its records; a record that is cut is left for the next piece."""
        mended = mend(text)
        runs: list[list[_Record]] = [[]]
        place = last = 0
        with memoryview(mended.text) as view:
            while place < len(text) and not self.is_broken:
                stop = sound_end(view, place)
                if stop is not None:
                    node = sound(view[place:stop])
                    runs[-1].append(_Record(node, self._index, place, stop))
                else:
                    pointer = f"{self._section.pointer}/{self._index}"
                    found = scan(text, place, pointer, self._around)
                    if found.is_cut and not is_last:
                        place = last  # the comma behind it is read again
                        break
                    self.flaws.extend(found.moved(at))
                    self.is_broken = found.end is None
                    stop = found.end or place
                    runs.append([])
                self._index += 1
                last = stop
                place = self._between(text, stop, at)
        tree = JsonTree(mended.text, at, [mark + at for mark in mended.marks])
        return _Parts(text, mended, tree, runs, place)

    def _between(self, text: bytes, stop: int, at: int) -> int:
        """Go from behind a record to the next one of the piece; at its end stay there."""
        after = skip(text, stop)
        if after >= len(text):
            return len(text)
        return min(self._next(at + after) - at, len(text))

    def _read(self, run: Sequence[_Record], parts: _Parts, at: int) -> None:
        """Read records that follow each other: at once where they are plain, else by halves."""
        if not run:
            return
        start, end = run[0].start, run[-1].end
        is_marked = parts.is_marked(start, end)
        text = parts.mended.text[start:end]
        if self._structs is not None and not is_marked:
            try:
                self._accept(self._structs, Piece(text, at + start, run[0].index))
            except Refused:
                pass
            else:
                return
        if self._structs is not None and len(run) > _FEW:
            half = len(run) // 2
            self._read(run[:half], parts, at)
            self._read(run[half:], parts, at)
            return
        is_fine = not is_marked and is_flawless(b"[" + text + b"]", self._around - 1)
        for record in run:
            self._walk(record, parts, at, is_fine=is_fine)

    def _walk(self, record: _Record, parts: _Parts, at: int, *, is_fine: bool) -> None:
        """Read one record, and explain it where it is not known to be fine."""
        pointer = f"{self._section.pointer}/{record.index}"
        text = parts.text[record.start : record.end]
        is_fine = is_fine or (
            not parts.is_marked(record.start, record.end) and is_flawless(text, self._around)
        )
        if not is_fine:
            found = scan(text, 0, pointer, self._around)
            self.flaws.extend(found.moved(at + record.start))
            if any(flaw.rule == "depth" for flaw in found.flaws):
                return
        captures = self._target.captures
        found_record = Found(parts.tree, record.node, pointer, record.index, captures)
        self._target.walk.record(self._target.site, found_record, None)
