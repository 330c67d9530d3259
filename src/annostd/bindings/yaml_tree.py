"""The files of the carrier `yaml` as trees."""

from __future__ import annotations

import os
from functools import lru_cache

from annostd.bindings.bytes import byte_order_mark, read_bytes
from annostd.bindings.placed_nodes import Flaw, Parsed
from annostd.bindings.placed_tree import PlacedTree
from annostd.bindings.yaml_parse import LARGEST, parse

TREE = PlacedTree(parse)


def open_tree(path: str) -> Parsed:
    """Read a file as a tree; the last ones are kept, known by name, time and size.

    Raises:
        OSError: it is not there, is a folder, or is not permitted.
    """
    status = os.stat(path)  # noqa: PTH116
    return _open(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _open(path: str, _time: int, size: int) -> Parsed:
    if size > LARGEST:
        message = f"the file has {size} bytes, expected at most {LARGEST}"
        return Parsed(None, (Flaw("size", 1, 1, message, ""),))
    return parse_bytes(read_bytes(path))


def parse_bytes(data: bytes) -> Parsed:
    """Read bytes as a tree: UTF-8, without a byte order mark, one document that is not empty."""
    length, encoding = byte_order_mark(data)
    flaws: list[Flaw] = []
    if encoding not in {None, "utf-8"}:
        message = f"the file begins as {encoding}, expected utf-8"
        return Parsed(None, (Flaw("encoding", 1, 1, message, "", encoding, "utf-8"),))
    if length:
        message = "the file begins with a byte order mark, expected none"
        flaws.append(Flaw("bom", 1, 1, message, ""))
    try:
        text = data[length:].decode()
    except UnicodeDecodeError as error:
        before = data[length : length + error.start].decode()
        column = len(before) - (before.rfind("\n") + 1) + 1
        shown = f"0x{data[length + error.start]:02x}"
        message = f"the byte {shown} is no character, expected text in utf-8"
        place = (before.count("\n") + 1, column)
        return Parsed(None, (*flaws, Flaw("encoding", *place, message, None, shown, "utf-8")))
    found = parse(text)
    if found.root is None and not found.flaws:
        message = "the file is empty, expected a document"
        flaws.append(Flaw("empty", 1, 1, message, ""))
    return Parsed(found.root, (*flaws, *found.flaws))
