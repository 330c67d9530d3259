"""Entries kept in a folder from one run to the next: JSON with tables in Parquet, each by its key.

An entry of another version, or one that was changed or cut, is as if it were not there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT: Final = 1
"""The number of how entries are laid out; any other is not read."""


class _Entry(msgspec.Struct, frozen=True):
    """What stands in the JSON of an entry: `tables` are the digests of the tables, in order."""

    format: int
    tool: str
    said: msgspec.Raw
    names: tuple[str, ...]
    tables: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of entries that `tool`, a name with its version, wrote."""

    folder: Path
    tool: str

    def get(self, key: str) -> tuple[bytes, dict[str, pl.DataFrame]] | None:
        """Give the JSON and the tables of an entry; None where there is none that is sound."""
        try:
            entry = msgspec.json.decode(self._path(key, "json").read_bytes(), type=_Entry)
            if (entry.format, entry.tool) != (FORMAT, self.tool) or entry.digest != _seal(entry):
                return None
            texts = [self._path(key, f"{n}.parquet").read_bytes() for n in range(len(entry.tables))]
        except (OSError, msgspec.DecodeError):
            return None
        if tuple(map(digest, texts)) != entry.tables:
            return None
        tables = (pl.read_parquet(BytesIO(text)) for text in texts)
        return bytes(entry.said), dict(zip(entry.names, tables, strict=True))

    def put(self, key: str, said: bytes, tables: Mapping[str, pl.DataFrame]) -> None:
        """Keep an entry, whole or not at all: what cannot be written is not kept."""
        texts = [_parquet(table) for table in tables.values()]
        sums = tuple(map(digest, texts))
        entry = _Entry(FORMAT, self.tool, msgspec.Raw(said), tuple(tables), sums, "")
        entry = msgspec.structs.replace(entry, digest=_seal(entry))
        try:
            for number, text in enumerate(texts):
                _write(self._path(key, f"{number}.parquet"), text)
            _write(self._path(key, "json"), msgspec.json.encode(entry))
        except OSError:
            return

    def _path(self, key: str, suffix: str) -> Path:
        return self.folder / key[:2] / f"{key}.{suffix}"


def open_store(folder: Path, tool: str) -> Store:
    """Open a folder of entries, which is made where it is not there.

    Raises UsageError where it cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the cache {folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"the cache {folder} cannot be written to")
    return Store(folder, tool)


def digest(data: bytes) -> str:
    """Give the BLAKE2b digest of bytes."""
    return blake2b(data, digest_size=16).hexdigest()


def _seal(entry: _Entry) -> str:
    return digest(msgspec.json.encode(msgspec.structs.replace(entry, digest="")))


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    table.write_parquet(buffer, compression="lz4", statistics=False)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it appears whole."""
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
