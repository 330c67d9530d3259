"""The files of the carrier `tokens` as trees."""

from __future__ import annotations

import os
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from annostd.bindings.bytes import Undecodable, decode, read_bytes
from annostd.bindings.placed_files import Opener
from annostd.bindings.placed_nodes import Flaw, Parsed
from annostd.bindings.placed_tree import PlacedTree
from annostd.bindings.tokens_read import parse_tokens

if TYPE_CHECKING:
    from annostd.templates.tokens import Grammar

LARGEST = 1 << 26
"""How many bytes a file may have: every token becomes an object."""
TREE = PlacedTree()


def opener_of(grammar: Grammar) -> Opener:
    """Give what opens files of a grammar."""
    return Opener("tokens", TREE, partial(_open_tree, grammar))


def _open_tree(grammar: Grammar, path: str) -> Parsed:
    """Read a file as a tree; the last ones are kept, known by name, time and size."""
    status = os.stat(path)  # noqa: PTH116
    return _open(grammar, path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _open(grammar: Grammar, path: str, _time: int, size: int) -> Parsed:
    if size > LARGEST:
        message = f"the file has {size} bytes, expected at most {LARGEST}"
        return Parsed(None, (Flaw("size", 1, 1, message),))
    return parse_bytes(read_bytes(path), grammar)


def parse_bytes(data: bytes, grammar: Grammar) -> Parsed:
    """Read bytes in one of the encodings of a grammar as the tree that the grammar says."""
    found = decode(data, grammar.encodings)
    if isinstance(found, Undecodable):
        flaw = Flaw("encoding", found.line, found.column, found.message)
        return Parsed(None, (flaw,))
    if "\0" in found.text:
        before = found.text[: found.text.index("\0")]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = "a byte 0x00 stands here, expected text; UTF-16 begins with a byte order mark"
        return Parsed(None, (Flaw("encoding", *place, message),))
    if not found.text.strip():
        return Parsed(None, (Flaw("empty", 1, 1, "the file is empty, expected tokens"),))
    parsed = parse_tokens(found.text, grammar)
    if found.marked and found.encoding == "utf-8" and "utf-8-sig" not in grammar.encodings:
        message = "the file begins with a byte order mark, expected none in utf-8"
        return Parsed(parsed.root, (Flaw("bom", 1, 1, message), *parsed.flaws))
    return parsed
