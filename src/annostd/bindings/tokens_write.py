"""Printing texts of tokens: the grammar's own lines, with the values of a tree in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from annostd.bindings.branches import grow
from annostd.bindings.bytes import Undecodable, byte_order_mark, decode, read_bytes
from annostd.bindings.grafts import compact, graft, graft_rows, is_same
from annostd.bindings.placed_tree import PlacedArchive
from annostd.bindings.tokens_tree import TREE, opener_of
from annostd.bindings.tree_shape import shape_of
from annostd.errors import UsageError
from annostd.templates.tokens import Constant, Count, Either, Items, Value, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from annostd.columns.raw import Origin
    from annostd.plan.model import FilePlan
    from annostd.templates.tokens import Grammar, Run

Record: TypeAlias = "dict[str, object]"


class _Number(str):
    """A number as it is spelled."""

    __slots__ = ()


def write_text(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
) -> Iterator[bytes]:
    """Print one file of its rows.

    With an origin its bytes return where nothing has changed, else its encoding; numbers that are
    equal keep their spelling.
    """
    grammar = plan.sources[0].grammar if plan.sources else None
    if grammar is None:
        return
    shape = shape_of(plan, None)
    root = grow(shape, rows, {})
    mark, encoding = b"", grammar.encodings[0]
    if origin is not None and origin.file is not None:
        archive = PlacedArchive(origin, TREE, opener_of(grammar).open)
        old = archive.root(origin.file)
        data = read_bytes(archive.path(origin.file))
        root = (
            graft_rows(root, archive) if old is None else graft(old, root, shape.document, archive)
        )
        if old is not None and is_same(compact(root), TREE.text(old.node)):
            yield data
            return
        found = decode(data, grammar.encodings)
        if not isinstance(found, Undecodable):
            mark, encoding = data[: byte_order_mark(data)[0]], found.encoding
    yield mark + print_tokens(grammar, compact(root)).encode(encoding)


def print_tokens(grammar: Grammar, text: str) -> str:
    """Print a tree, given as JSON text, by its grammar.

    Raises UsageError where a field of the grammar has no value.
    """
    value = json.loads(text, parse_int=_Number, parse_float=_Number)
    return "".join(_printed(grammar.body, value if isinstance(value, dict) else {}, 1))


def _printed(body: Run, record: Record, ordinal: int) -> Iterator[str]:
    for part in body:
        if isinstance(part, Constant):
            yield _quoted(part.text) if part.kind == "text" else part.text
        elif isinstance(part, Value):
            yield _value(part, record)
        elif isinstance(part, Count):
            yield str(len(_items(record, part.name)))
        elif isinstance(part, Items):
            for number, item in enumerate(_items(record, part.name), 1):
                yield from _printed(part.body, item, number)
        elif isinstance(part, Either):
            yield from _printed(_option(part, record), record, ordinal)
        else:
            yield str(ordinal) if part.is_ordinal else part.text


def _items(record: Record, name: str) -> list[Record]:
    found = record.get(name)
    return (
        [item if isinstance(item, dict) else {} for item in found]
        if isinstance(found, list)
        else []
    )


def _value(part: Value, record: Record) -> str:
    value = record.get(part.name) if part.name else None
    if value is None and part.choices:
        value = part.choices[0]
    if not isinstance(value, str):
        raise UsageError(f"the field {part.name} has no {part.kind} to be written")
    return _quoted(value) if part.kind == "text" else value


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _option(either: Either, record: Record) -> Run:
    """Choose the first sequence whose choices and lists are those of the record."""
    return next((each for each in either.options if _suits(each, record)), either.options[0])


def _suits(option: Run, record: Record) -> bool:
    for part in parts_of(option):
        if isinstance(part, Items) and part.name not in record:
            return False
        if isinstance(part, Value) and part.choices:
            value = record.get(part.name, part.choices[0])
            if value not in part.choices:
                return False
    return True
