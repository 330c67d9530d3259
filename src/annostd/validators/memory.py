"""What parts were found to be, remembered from one run to the next."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl

from annostd.bindings.bytes import folder_prefix
from annostd.bindings.digests import digest_of, state_of
from annostd.columns.fingerprint import fingerprint
from annostd.columns.gain import Gain
from annostd.columns.joins import Taken
from annostd.columns.references import Unmet
from annostd.findings import Finding, Tally  # noqa: TC001  msgspec reads the types of fields
from annostd.validators.summary import Judged, Judgement, Summary, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from annostd.bindings.store import Store
    from annostd.engines import Engine
    from annostd.validators.work import Work

_FILE = "@file"


class _Said(msgspec.Struct, frozen=True):
    """All of a judged part that is no table."""

    findings: tuple[Finding, ...]
    rows: dict[str, int]
    tallies: dict[str, Tally]
    unknown: tuple[tuple[str, str, int], ...]
    groups: tuple[tuple[str, int], ...]
    heights: dict[str, int]
    absent: tuple[str, ...]
    unread: tuple[str, ...]
    broken: tuple[str, ...]
    in_file: dict[str, str]
    unlike: tuple[tuple[str, str, str], ...]


_DECODER = msgspec.json.Decoder(_Said)


@dataclass(frozen=True, slots=True)
class Part:
    """Some files of a role: their numbers, what they hold, and their states when that was read."""

    numbers: tuple[int, ...]
    key: str
    states: Sequence[str]


@dataclass(frozen=True, slots=True)
class Memory:
    """Remembers in a store; `about` digests all that findings depend on besides data."""

    store: Store
    about: str

    def parts(
        self, work: Work, divided: Sequence[tuple[int, ...]], engine: Engine
    ) -> Iterator[Part]:
        """Find out the keys of parts: by what their files hold, and what is known before them."""
        before = f"{self.about} {work.file.role} {work.document.single} "
        before += fingerprint(work.assembler.known)
        for numbers, (key, states) in zip(
            divided, engine.map_light(digest_part, (work, before), divided), strict=True
        ):
            yield Part(numbers, key, states)

    def recall(self, part: Part) -> Judged | None:
        """Give what a part was found to be; None where that is not known."""
        entry = self.store.get(part.key)
        if entry is None:
            return None
        text, tables = entry
        try:
            said = _DECODER.decode(text)
        except msgspec.DecodeError:
            return None
        numbers = np.array(part.numbers)
        return _judged(said, {n: _numbered(t, lambda at: numbers[at]) for n, t in tables.items()})

    def remember(self, work: Work, part: Part, judged: Judged) -> None:
        """Keep what a part was found to be, unless its files were changed meanwhile."""
        if [state_of(path) for path in _paths(work, part.numbers)] != part.states:
            return
        numbers = np.array(part.numbers)
        said, tables = _told(judged)
        placed = {
            name: _numbered(table, lambda at: np.searchsorted(numbers, at))
            for name, table in tables.items()
        }
        self.store.put(part.key, msgspec.json.encode(said), placed)


def digest_part(common: tuple[Work, str], numbers: Sequence[int]) -> tuple[str, list[str]]:
    """Give the key of a part, and the state of each of its files before it was read."""
    work, before = common
    files = work.document.files
    owners = work.assembler.known.owners.find(
        work.file, pl.DataFrame({_FILE: pl.Series(numbers, dtype=pl.UInt32)})
    )
    hashed = blake2b(before.encode(), digest_size=20)
    states = []
    for number, path, row in zip(numbers, _paths(work, numbers), owners, strict=True):
        file = files[number]
        owner = files[file.owner].path if file.owner is not None else None
        about = (file.path, sorted(file.captures.items()), file.splits, file.exists, owner, row)
        held, state = digest_of(path)
        hashed.update(f"{about!r} {held}\n".encode())
        states.append(state)
    return hashed.hexdigest(), states


def _paths(work: Work, numbers: Sequence[int]) -> list[str]:
    folder = folder_prefix(work.document.root)
    return [folder + work.document.files[number].path for number in numbers]


def _numbered(table: pl.DataFrame, number: Callable[[np.ndarray], np.ndarray]) -> pl.DataFrame:
    """Number the files of rows anew."""
    if _FILE not in table.columns or table[_FILE].null_count():
        return table
    files = pl.Series(_FILE, number(table[_FILE].to_numpy()), dtype=pl.UInt32)
    return table.with_columns(files)


def _told(judged: Judged) -> tuple[_Said, dict[str, pl.DataFrame]]:
    summary, gain = judged.judgement.summary, judged.gain
    groups = [(name, frame) for name, frames in summary.groups.items() for frame in frames]
    tables = {f"group {at}": frame for at, (_, frame) in enumerate(groups)}
    tables |= {f"unknown {at}": each.first for at, each in enumerate(summary.unknown.values())}
    tables |= {f"kept {table}": frame for table, frame in gain.kept.items()}
    tables |= {f"shared {name}": frame for name, frame in gain.shared.items()}
    tables |= {f"created {table}": names.to_frame() for table, names in gain.created.items()}
    tables |= {f"taken {name}": keys.to_frame() for name, keys in gain.taken.keys.items()}
    unlike = gain.taken.unlike
    tables |= {f"unlike {at}": rows.to_frame() for at, rows in enumerate(unlike.values())}
    said = _Said(
        judged.judgement.findings,
        dict(summary.rows),
        dict(summary.tallies),
        tuple((*place, each.count) for place, each in summary.unknown.items()),
        tuple((name, at) for at, (name, _) in enumerate(groups)),
        dict(gain.heights),
        tuple(gain.unmet.absent),
        tuple(gain.unmet.unread),
        tuple(gain.unmet.broken),
        dict(gain.unmet.in_file),
        tuple(unlike),
    )
    return said, tables


def _judged(said: _Said, tables: Mapping[str, pl.DataFrame]) -> Judged:
    def named(kind: str) -> dict[str, pl.DataFrame]:
        start = f"{kind} "
        return {n.removeprefix(start): t for n, t in tables.items() if n.startswith(start)}

    groups: dict[str, tuple[pl.DataFrame, ...]] = {}
    for name, at in said.groups:
        groups[name] = (*groups.get(name, ()), tables[f"group {at}"])
    unknown = {
        (source, path): Unknown(count, tables[f"unknown {at}"])
        for at, (source, path, count) in enumerate(said.unknown)
    }
    unlike = {place: tables[f"unlike {at}"].to_series() for at, place in enumerate(said.unlike)}
    gain = Gain(
        said.heights,
        named("kept"),
        named("shared"),
        {table: names.to_series() for table, names in named("created").items()},
        Taken({name: keys.to_series() for name, keys in named("taken").items()}, unlike),
        Unmet(
            frozenset(said.absent),
            frozenset(said.unread),
            frozenset(said.broken),
            said.in_file,
        ),
    )
    summary = Summary(said.rows, said.tallies, groups, unknown)
    return Judged(Judgement(said.findings, summary), gain)
