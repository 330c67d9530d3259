"""JSON as a tree that is decoded as far as it is looked at: nodes are pieces of the text itself.

A text must be sound before it becomes a tree (`json_mend` makes it so): well formed, UTF-8.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from msgspec import Raw

from annostd.bindings.trees import LEAST, MOST, Cell, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import Kind

_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_ITEMS = msgspec.json.Decoder(list[Raw])
_ANY = msgspec.json.Decoder(Raw)
_NUMBER = msgspec.json.Decoder(float)
_INTEGER = msgspec.json.Decoder(int | float)
_STRING = msgspec.json.Decoder(str)
EXACT = 2**53
"""Floats from here on do not tell all integers apart."""
_OBJECT, _LIST, _NULL, _TRUE = b"{[nt"
_FIRSTS: dict[str, bytes] = {"string": b'"', "boolean": b"tf"}
_DIGITS = b"-0123456789"


class Unsound(Exception):
    """A text is no JSON that can be read as a tree: broken, or nested too deep."""


def address(buffer: object) -> int:
    """Tell where a buffer stands in memory: the difference of two is a byte offset."""
    codes = np.frombuffer(buffer, np.uint8)  # type: ignore[call-overload]
    place: int = codes.__array_interface__["data"][0]
    return place


def sound(buffer: bytes | memoryview) -> Raw:
    """Take a whole text as one node.

    Raises:
        Unsound: it is not well formed, or is nested deeper than can be read.
    """
    try:
        return _ANY.decode(buffer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unsound from error


class JsonTree:
    """One JSON text as a tree.

    `buffer` is the text (kept alive by its nodes), `offset` where it begins in its file, `told` the
    sorted offsets in the file of values already reported. `fixed` is the span of every node where
    the text stands inside a string of another.
    """

    __slots__ = ("_base", "_fixed", "_known", "_told")

    def __init__(
        self,
        buffer: bytes | memoryview,
        offset: int = 0,
        told: Sequence[int] = (),
        fixed: tuple[int, int] | None = None,
    ) -> None:
        self._base = address(buffer) - offset if len(buffer) else 0
        self._told = told
        self._fixed = fixed
        self._known: tuple[Raw, Mapping[str, Raw] | None] | None = None

    def members(self, node: Raw) -> Mapping[str, Raw] | None:
        """List the members of an object; None where the node is no object."""
        if self._known is not None and self._known[0] is node:
            return self._known[1]
        found = _MEMBERS.decode(node) if memoryview(node)[0] == _OBJECT else None
        self._known = (node, found)
        return found

    def items(self, node: Raw) -> Sequence[Raw] | None:
        """List the items of a list; None where the node is no list."""
        return _ITEMS.decode(node) if memoryview(node)[0] == _LIST else None

    def is_null(self, node: Raw) -> bool:
        """Tell whether the node is null."""
        return memoryview(node)[0] == _NULL

    def cell(self, node: Raw, kind: Kind) -> tuple[Cell, bool]:
        """Give the value as a column of that kind holds it, and whether it fits."""
        if self._told and self.is_told(node):
            return None, False
        return cell(node, kind)

    def text(self, node: Raw) -> str:
        """Give the node as it is written."""
        return bytes(node).decode("utf-8", "replace")

    def span(self, node: Raw) -> tuple[int, int]:
        """Tell the byte offsets of the node in its file."""
        if self._fixed is not None:
            return self._fixed
        start = address(node) - self._base
        return start, start + memoryview(node).nbytes

    def is_told(self, node: Raw) -> bool:
        """Tell whether the reader has already reported a value inside the node."""
        if not self._told:
            return False
        start, end = self.span(node)
        at = bisect_left(self._told, start)
        return at < len(self._told) and self._told[at] < end

    def embedded(self, node: Raw) -> tuple[Tree[Raw], Raw] | None:
        """Read a string that is itself JSON; None where it is no string or does not hold JSON."""
        value, fits = cell(node, "string")
        if not fits or not isinstance(value, str):
            return None
        text = value.encode()
        try:
            inner = sound(text)
        except Unsound:
            return None
        return JsonTree(text, fixed=self.span(node)), inner


def cell(node: Raw, kind: Kind) -> tuple[Cell, bool]:
    """Give a value as a column of that kind holds it, and whether it fits (null does)."""
    first = memoryview(node)[0]
    if first == _NULL:
        return None, True
    if kind == "value":
        return bytes(node).decode(), True
    if first not in _FIRSTS.get(kind, _DIGITS):
        return None, False
    if kind == "string":
        return _STRING.decode(node), True
    return (first == _TRUE, True) if kind == "boolean" else _number(node, kind)


def _number(node: Raw, kind: Kind) -> tuple[Cell, bool]:
    try:
        return (_NUMBER.decode(node), True) if kind == "number" else _integer(node)
    except msgspec.ValidationError:  # beyond what a number can hold
        return None, False


def _integer(node: Raw) -> tuple[Cell, bool]:
    number = _INTEGER.decode(node)
    if isinstance(number, float) and abs(number) >= EXACT:
        number = Decimal(bytes(node).decode())
    if number != int(number) or not LEAST <= number <= MOST:
        return None, False
    return int(number), True
