"""What files hold, as digests; and their state, which tells whether they were changed meanwhile."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PIECE: Final = 1 << 20
SMALL: Final = 65_536
ABSENT: Final = "absent"


def digest_of(path: str) -> str:
    """Give the BLAKE2b digest of a file; one that cannot be read has none, `absent`."""
    hashed = blake2b(digest_size=16)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return ABSENT
    try:
        size = SMALL  # a small file is read in one call
        while data := os.read(descriptor, size):
            hashed.update(data)
            if len(data) < size == SMALL:
                break
            size = PIECE
    except OSError:
        return ABSENT
    finally:
        os.close(descriptor)
    return hashed.hexdigest()


def state_of(paths: Iterable[str]) -> str:
    """Give a digest of the sizes and times of files."""
    hashed = blake2b(digest_size=16)
    for path in paths:
        try:
            found = Path(path).stat()
            hashed.update(f"{found.st_size} {found.st_mtime_ns} {found.st_ino}\n".encode())
        except OSError:
            hashed.update(b"\n")
    return hashed.hexdigest()
