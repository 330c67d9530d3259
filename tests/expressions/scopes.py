"""Scopes and frames made by hand; types are texts: `integer pixel`, `list of string`."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, get_args

import polars as pl

from annostd.expressions import NUMBER, Need, Type, Typed, Value, columns
from annostd.expressions.types import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

KINDS: tuple[Kind, ...] = get_args(Kind)
DTYPES: Mapping[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "time": pl.Decimal(38, 18),
    "reference": pl.UInt32(),
    "any": pl.String(),
    "spans": pl.List(pl.List(pl.Int64())),
}


def type_from(text: str) -> Type:
    """The type that a text says."""
    words = text.split()
    kind = next(kind for kind in KINDS if kind == words[0])
    if words[1:2] == ["of"]:
        return Type(kind, item=type_from(words[2]))
    if words[1:2] == ["to"]:
        return Type(kind, table=words[2])
    return Type(kind, unit=" ".join(words[1:]) or None)


@dataclass(frozen=True)
class HandScope:
    """A scope that holds what it is given: `types` by dotted name."""

    types: Mapping[str, Type]
    parameters: Mapping[str, Type] = field(default_factory=dict)
    tables: Collection[str] = ()
    namers: Collection[str] = ()
    texts: Collection[str] = ()
    constants: Collection[str] = ()
    keys: Collection[str] = ()
    grouped: bool = False
    paired: bool = False

    def column(self, path: tuple[str, ...]) -> Type | None:
        return self.types.get(".".join(path))

    def parameter(self, name: str) -> Type | None:
        return self.parameters.get(name)

    def says_texts(self, table: str, column: str) -> bool:
        return f"{table}.{column}" in self.texts

    def is_namer(self, table: str, column: str) -> bool:
        return f"{table}.{column}" in self.namers

    def names(self, path: tuple[str, ...]) -> Sequence[str]:
        size = len(path)
        split = [tuple(name.split(".")) for name in self.types]
        return sorted({name[size] for name in split if len(name) > size and name[:size] == path})


def scope_from(
    types: Mapping[str, str],
    parameters: Collection[str] = (),
    *,
    grouped: bool = False,
    keys: Collection[str] = (),
) -> HandScope:
    """A scope of types as texts, with number parameters."""
    typed = {name: type_from(text) for name, text in types.items()}
    return HandScope(typed, dict.fromkeys(parameters, NUMBER), grouped=grouped, keys=keys)


def needed(typed: Typed) -> Mapping[Need, Type]:
    """What an expression reads, and of what type."""
    return {column.need: column.type for column in columns(typed.node)}


def frame(typed: Typed, rows: Sequence[Mapping[str, Value]]) -> pl.DataFrame:
    """The rows' environment as columns; a key that a row does not have is null."""
    return pl.DataFrame(
        {
            need.key: _series([row.get(need.key) for row in rows], _dtype(type_))
            for need, type_ in needed(typed).items()
        }
        | {"@row": pl.Series(range(len(rows)), dtype=pl.UInt32)}
    )


def _series(values: list[Value], dtype: pl.DataType) -> pl.Series:
    """A column of values; times may be written as texts."""
    return pl.Series(
        [
            Decimal(value) if dtype.is_decimal() and isinstance(value, str) else value
            for value in values
        ],
        dtype=dtype,
    )


def environment(typed: Typed, row: Mapping[str, Value]) -> dict[str, Value]:
    """The row's environment with every key that the expression reads."""
    return {need.key: row.get(need.key) for need in needed(typed)}


def _dtype(type_: Type) -> pl.DataType:
    if type_.kind == "list" and type_.item is not None:
        return pl.List(_dtype(type_.item))
    return DTYPES[type_.kind]
