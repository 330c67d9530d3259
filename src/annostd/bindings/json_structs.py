"""Lists of flat JSON objects at array speed: typed records made from the fields, then columns.

What is accepted here is certain: well formed, in UTF-8, every member declared or learned, none
twice (each `:` of the text is accounted for), every value of its field's kind, no nesting too deep.
All else is refused as a whole and read by the walk, which explains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl
from msgspec import UNSET, Raw

from annostd.bindings.collector import without_collector
from annostd.bindings.frames import KINDS, raw_frame
from annostd.bindings.json_mend import deepest, is_flawless
from annostd.bindings.json_scan import DEPTH
from annostd.bindings.json_tree import EXACT, address
from annostd.bindings.trees import LEAST, MOST, captured, escape
from annostd.tables.lists import filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from annostd.bindings.tree_shape import Site
    from annostd.plan.model import Kind

    Offsets = npt.NDArray[np.int64]

AROUND = 2
"""Containers that stand around a record: the document and the list."""
_LEARNED = 64
_STRETCH = 1 << 18
_BETWEEN = b"\0"
"""No JSON text holds it."""
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)` - at `\$\[[^\]]*\]`", re.DOTALL)
_COLON = re.compile(rb"\\u003[aA]")
_OBJECTS = msgspec.json.Decoder(list[dict[str, Raw]])
_ITEMS = msgspec.json.Decoder(list[Raw])
_TYPES: Mapping[str, object] = {
    "integer": int | float | None | msgspec.UnsetType,
    "number": float | None | msgspec.UnsetType,
    "string": str | None | msgspec.UnsetType,
    "boolean": bool | None | msgspec.UnsetType,
    "value": Raw | msgspec.UnsetType,
}


class Refused(Exception):
    """A piece is not plain; `is_cut`: it may have been cut in the wrong place."""

    def __init__(self, *, is_cut: bool = False) -> None:
        super().__init__()
        self.is_cut = is_cut


@dataclass(frozen=True, slots=True)
class Piece:
    """Records of a list: their text without brackets, its byte offset, the first one's ordinal."""

    text: bytes
    start: int
    index: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Rows of a piece, and per undeclared member how many have it and which is the first."""

    frame: pl.DataFrame
    unknown: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """A member's values: as a series (None: not wanted), how many records have it, its colons."""

    series: pl.Series | None
    present: int
    colons: int
    objects: tuple[bytes, ...] = ()
    first: int = 0


def is_flat(site: Site) -> bool:
    """Tell whether a source's records can be read here: only members of the record itself."""
    trie = site.trie
    return (
        site.is_wanted
        and not site.children
        and trie.every is None
        and not trie.fields
        and not trie.whole
        and bool(trie.members)
        and all(
            (below.whole or below.record) and not below.has_below() and len(below.fields) <= 1
            for below in trie.members.values()
        )
        and site.needs_members
    )


class Structs:
    """The records of one source in one file, with the undeclared members met so far."""

    def __init__(self, site: Site, file: int, captures: Mapping[str, str]) -> None:
        self._site = site
        self._file = file
        self._captures = captures
        self._kinds: dict[str, Kind] = dict.fromkeys(site.trie.members, "value")
        self._named = {
            name: site.fields[below.fields[0]].name
            for name, below in site.trie.members.items()
            if below.fields
        }
        for name, below in site.trie.members.items():
            if below.fields:
                self._kinds[name] = site.fields[below.fields[0]].kind
        self._learned: list[str] = []
        self._decoder = self._make()

    def _make(self) -> msgspec.json.Decoder[list[msgspec.Struct]]:
        names = [*self._kinds, *self._learned]
        attributes = [f"f{number}" for number in range(len(names))]
        types = [_TYPES[self._kinds.get(name, "value")] for name in names]
        struct = msgspec.defstruct(
            "Record",
            [(attribute, kind, UNSET) for attribute, kind in zip(attributes, types, strict=True)],
            rename=dict(zip(attributes, names, strict=True)),
            forbid_unknown_fields=True,
            gc=False,
        )
        self._attributes = dict(zip(names, attributes, strict=True))
        return msgspec.json.Decoder(list[struct])  # type: ignore[valid-type]

    def decode(self, piece: Piece) -> Accepted:
        """Read a piece.

        Raises:
            Refused: it is not plain.
        """
        with without_collector():
            return self._columns(piece, b"[" + piece.text + b"]")

    def _records(self, text: bytes) -> list[msgspec.Struct]:
        while True:
            try:
                return self._decoder.decode(text)
            except msgspec.ValidationError as error:
                match = _UNKNOWN.fullmatch(str(error))
                if match is None or len(self._learned) >= _LEARNED:
                    raise Refused from error
                self._learned.append(match.group(1))
                self._decoder = self._make()
            except msgspec.DecodeError as error:
                raise Refused(is_cut="truncated" in str(error)) from error
            except (UnicodeDecodeError, RecursionError) as error:
                raise Refused from error

    def _columns(self, piece: Piece, text: bytes) -> Accepted:
        records = self._records(text)
        _check_text(text)
        columns = {
            name: _column(
                list(map(attrgetter(attribute), records)),
                self._kinds.get(name, "value"),
                is_wanted=name in self._named,
            )
            for name, attribute in self._attributes.items()
        }
        colons = sum(
            column.colons + column.present * (1 + name.count(":"))
            for name, column in columns.items()
        )
        if colons != np.count_nonzero(np.frombuffer(text, np.uint8) == ord(":")):
            raise Refused
        objects = [cell for column in columns.values() for cell in column.objects]
        _check_objects(objects)
        starts, ends = _spans(text, len(records), objects)
        unknown = tuple(
            (escape(name), columns[name].present, columns[name].first)
            for name in self._learned
            if columns[name].present and self._site.counts
        )
        height = len(records)
        places: dict[str, pl.Series] = {
            "@file": pl.repeat(self._file, height, dtype=pl.UInt32, eager=True),
            "@start": pl.Series(starts + (piece.start - 1)),
            "@end": pl.Series(ends + (piece.start - 1)),
            "@index": pl.int_range(piece.index, piece.index + height, eager=True, dtype=pl.UInt32),
        }
        frame = raw_frame(self._fields(columns, places["@index"]), places, self._frame_kinds())
        return Accepted(frame, unknown)

    def _frame_kinds(self) -> dict[str, type[pl.DataType]]:
        return {item.name: KINDS[item.kind] for item in self._site.fields}

    def _fields(self, columns: Mapping[str, _Column], index: pl.Series) -> dict[str, pl.Series]:
        members = {field: name for name, field in self._named.items()}
        made: dict[str, pl.Series] = {}
        for item in self._site.fields:
            series = columns[members[item.name]].series if item.name in members else None
            if series is not None:
                made[item.name] = series
            elif item.capture == "order":
                made[item.name] = index
            else:
                made[item.name] = self._constant(item.capture or "", item.kind, len(index))
        return made

    def _constant(self, name: str, kind: Kind, height: int) -> pl.Series:
        text = self._captures.get(name)
        value, fits = captured(text, kind) if text is not None else (None, True)
        if not fits:
            raise Refused
        return filled(value, height, KINDS[kind])


def _check_text(text: bytes) -> None:
    """Refuse bytes that are not UTF-8 in what was passed over, and colons that are escaped."""
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise Refused from error
    if b"\\" in text and b"\\u003" in text and _COLON.search(text) is not None:
        raise Refused


def _check_objects(objects: Sequence[bytes]) -> None:
    """Refuse values that are or hold objects in which a member stands twice."""
    if not objects:
        return
    joined = b"[" + b",".join(objects) + b"]"
    try:
        count = sum(map(len, _OBJECTS.decode(joined)))
    except msgspec.ValidationError:  # lists that hold objects
        count = -1
    if count != joined.count(b":") and not is_flawless(joined, AROUND - 1):
        raise Refused


def _column(values: list[object], kind: Kind, *, is_wanted: bool) -> _Column:
    if kind == "value":
        return _raw_column(values, is_wanted=is_wanted)
    try:
        series = pl.Series(values, dtype=KINDS[kind])
        present = len(values)
    except (TypeError, ValueError, OverflowError):
        given = [None if value is UNSET else value for value in values]
        present = len(values) - sum(value is UNSET for value in values)
        series = pl.Series(
            [_whole(value) for value in given] if kind == "integer" else given, dtype=KINDS[kind]
        )
    colons = 0
    if kind == "string":
        colons = int(series.str.count_matches(":", literal=True).sum())
    return _Column(series, present, colons)


def _whole(value: object) -> int | None:
    """Make an integer of a number that is one, and that a column holds and a float tells apart."""
    if value is None:
        return None
    if isinstance(value, float) and value == (found := int(value)) and abs(found) < EXACT:
        return found
    if isinstance(value, int) and LEAST <= value <= MOST:
        return value
    raise Refused


def _raw_column(values: list[object], *, is_wanted: bool) -> _Column:
    try:
        joined, first, present = _BETWEEN.join(values), 0, len(values)  # type: ignore[arg-type]
    except TypeError:
        if values.count(UNSET) == len(values):
            return _Column(pl.Series([None] * len(values), dtype=pl.String), 0, 0)
        given = [value if isinstance(value, Raw) else b"" for value in values]
        joined, present = _BETWEEN.join(given), len(given) - given.count(b"")
        first = next((row for row, text in enumerate(given) if text), 0)
    objects, colons = tuple(_objects(joined)), joined.count(b":")
    if not is_wanted:
        return _Column(None, present, colons, objects, first)
    series = pl.Series(joined.split(_BETWEEN), dtype=pl.Binary).cast(pl.String)
    missing = (series == "null") | (series == "")
    if missing.any():
        series = series.zip_with(~missing, pl.Series([None], dtype=pl.String))
    return _Column(series, present, colons, objects, first)


def _objects(joined: bytes) -> Iterator[bytes]:
    """Yield the values that are or hold objects."""
    at = joined.find(b"{")
    while at >= 0:
        end = joined.find(_BETWEEN, at)
        yield joined[joined.rfind(_BETWEEN, 0, at) + 1 : end if end >= 0 else None]
        at = joined.find(b"{", end) if end >= 0 else -1


def _spans(text: bytes, count: int, objects: Sequence[bytes]) -> tuple[Offsets, Offsets]:
    """Find where the records of a list of objects stand: offsets of their braces, the end behind.

    Braces are counted, not parsed. Each record has one pair of its own; where no others are there
    but those of values known to hold one pair each, none stands in a string and depth is certain.
    """
    codes = np.frombuffer(text, np.uint8)
    starts, ends = _places(codes, "{"), _places(codes, "}")
    opens = starts, _places(codes, "[")
    if len(starts) == len(ends) == count:
        ends = ends + 1
    elif len(starts) == len(ends) == count + len(objects) and all(
        cell.startswith(b"{") and cell.count(b"{") == cell.count(b"}") == 1 for cell in objects
    ):
        braces = np.concatenate([starts, ends])
        order = np.argsort(braces, kind="stable")
        steps = np.repeat(np.array([1, -1]), len(starts))[order]
        depth = np.cumsum(steps)
        braces = braces[order]
        starts, ends = braces[(depth == 1) & (steps == 1)], braces[depth == 0] + 1
    else:
        items = _ITEMS.decode(text)
        origin = address(text)
        starts = np.array([address(item) - origin for item in items], np.int64)
        ends = starts + np.array([memoryview(item).nbytes for item in items], np.int64)
    _check_depth(text, opens, starts, ends)
    return starts, ends


def _places(codes: npt.NDArray[np.uint8], sign: str) -> Offsets:
    """Find a sign, stretch by stretch, as what is made on the way stays in the cache."""
    stretches = range(0, len(codes), _STRETCH)
    found = [np.flatnonzero(codes[at : at + _STRETCH] == ord(sign)) + at for at in stretches]
    return np.concatenate(found)


def _check_depth(text: bytes, opens: Sequence[Offsets], starts: Offsets, ends: Offsets) -> None:
    counts = np.sum([np.searchsorted(of, ends) - np.searchsorted(of, starts) for of in opens], 0)
    for row in np.flatnonzero(counts > DEPTH - AROUND):
        if deepest(text[starts[row] : ends[row]]) > DEPTH - AROUND:
            raise Refused
