"""Making a JSON text readable without moving a byte: what is no value is replaced by one as long.

Numbers that are none, halves of surrogate pairs and bytes that are not UTF-8 are written over and
their places remembered, so that fast readers can read all the rest; `json_scan` reports them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from annostd.bindings.json_scan import DEPTH, LONE, lone_surrogates

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRING_OR_NONFINITE = re.compile(rb'"(?:[^"\\]++|\\.)*+"|NaN|-?Infinity', re.DOTALL)
_WORDS = {b"NaN": b"0e0", b"Infinity": b"0.000000", b"-Infinity": b"-0.000000"}
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_KEPT_DOWN = bytes(b for b in range(256) if b not in b"{}[]")
_REPLACEMENT = b"\\ufffd"


@dataclass(frozen=True, slots=True)
class Mended:
    """A text as long as the one it was made from, and the sorted offsets of what was replaced."""

    text: bytes
    marks: tuple[int, ...]


def mend(data: bytes) -> Mended:
    """Replace what keeps a text from being read; `data` begins outside any string."""
    text, marks = _mend_bytes(data)
    if b"NaN" in text or b"Infinity" in text or LONE.search(text) is not None:
        text, more = _mend_tokens(text)
        marks = sorted({*marks, *more})
    return Mended(text, tuple(marks))


def _mend_bytes(data: bytes) -> tuple[bytes, list[int]]:
    if data.isascii():
        return data, []
    made = data.decode("utf-8", "surrogateescape").encode("utf-8", "replace")
    if made == data:
        return data, []
    differs = np.frombuffer(data, np.uint8) != np.frombuffer(made, np.uint8)
    marks: list[int] = np.flatnonzero(differs).tolist()
    return made, marks


def _mend_tokens(data: bytes) -> tuple[bytes, list[int]]:
    marks: list[int] = []

    def replace(match: re.Match[bytes]) -> bytes:
        token = match.group()
        if not token.startswith(b'"'):
            marks.append(match.start())
            return _WORDS[token]
        if LONE.search(token) is None:
            return token
        made = bytearray(token)
        for offset, _ in lone_surrogates(token):
            made[offset : offset + len(_REPLACEMENT)] = _REPLACEMENT
            marks.append(match.start() + offset)
        return bytes(made)

    return _STRING_OR_NONFINITE.sub(replace, data), marks


def is_flawless(data: bytes, depth: int = 0) -> bool:
    """Tell quickly whether a text is one sound JSON value: what is not must be scanned.

    Sound: well formed, UTF-8, finite numbers, no member twice in an object, no half of a surrogate
    pair, containers nested no deeper than allowed (`depth` of them already stand around it).
    """
    try:
        _PLAIN.decode(data.decode())
    except (ValueError, RecursionError):
        return False
    return LONE.search(data) is None and deepest(data) + depth <= DEPTH


def deepest(data: bytes) -> int:
    """Measure how deep the containers of a well-formed text are nested."""
    if data.count(b"[") + data.count(b"{") <= 1:
        return data.count(b"[") + data.count(b"{")
    brackets = _STRINGS.sub(b"", data).translate(None, _KEPT_DOWN)
    codes = np.frombuffer(brackets, np.uint8)
    steps = np.where((codes == ord("[")) | (codes == ord("{")), 1, -1)
    return int(np.cumsum(steps).max(initial=0))


def _unique(pairs: Sequence[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError


def _refuse(_: str) -> NoReturn:
    raise ValueError


_PLAIN = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_int=float)
