"""A standard's file as a tree: bytes, size, encoding."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from annostd.errors import Fault, UsageError
from annostd.standard.yaml_tree import MapNode, compose

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1 << 20
KEPT = 64
"""How many parsed files are kept: standards share fragments, and what they extend."""


def read(path: Path) -> tuple[MapNode | None, tuple[Fault, ...]]:
    """Read a YAML file of at most `MAX_BYTES`; the tree is None where it is no mapping at all.

    Raises `UsageError` where the file cannot be opened. Places name the file as `path` spells it.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise UsageError(f"cannot read {path}: {reason}") from error
    return parse(data, str(path))


@lru_cache(maxsize=KEPT)
def parse(data: bytes, file: str) -> tuple[MapNode | None, tuple[Fault, ...]]:
    """Read the bytes of one YAML document whose top is a mapping; the same give the same tree."""
    if len(data) > MAX_BYTES:
        return None, (
            Fault(file, 1, 1, f"the file is larger than {MAX_BYTES} bytes, expected less"),
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        return None, (
            Fault(
                file, line, column, f"byte 0x{data[error.start]:02X} is no UTF-8, expected UTF-8"
            ),
        )
    node, faults = compose(text, file)
    if node is None or isinstance(node, MapNode):
        return node, faults
    return None, (
        *faults,
        Fault(file, node.mark.line, node.mark.column, "the top is no mapping, expected one"),
    )
