"""What is known of the rows so far, as a digest: where it is the same, so is what follows."""

from __future__ import annotations

from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING

from annostd.columns.raw import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from annostd.columns.gain import Known


def fingerprint(known: Known) -> str:
    """Digest the rows that others may refer to, and what could not be read; not their places."""
    hashed = blake2b(digest_size=16)
    for name, frame in _frames(known):
        buffer = BytesIO()
        # Parquet says values alone, where other forms also show how these lie in memory
        bare = frame.drop(PLACE, strict=False).rechunk()
        bare.write_parquet(buffer, compression="uncompressed", statistics=False)
        hashed.update(f"{name}\n".encode())
        hashed.update(buffer.getbuffer())
    unmet = known.references.unmet()
    sets = (unmet.absent, unmet.unread, unmet.broken, unmet.in_file.items())
    hashed.update(repr([sorted(each) for each in sets]).encode())
    hashed.update(repr(sorted(known.retained.heights.items())).encode())
    return hashed.hexdigest()


def _frames(known: Known) -> Iterator[tuple[str, pl.DataFrame]]:
    for table in sorted(known.retained.kept):
        frame = known.retained.table(table)
        if frame is not None:
            yield table, frame
    for name, shared in sorted(known.retained.shared.items()):
        yield f"shared {name}", shared.frame()
    for name in sorted(known.joins.names()):
        yield f"join {name}", known.joins.frame(name)
