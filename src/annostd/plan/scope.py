"""The names and types that a rule of a table can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from annostd.expressions import BOOLEAN, INTEGER, NUMBER, STRING, TIME, Need, Type
from annostd.tables.schema import GEOMETRIES, PLANAR, TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from annostd.expressions.types import Kind
    from annostd.plan.model import ColumnPlan, TablePlan
    from annostd.tables.schema import ColumnType

_PLAIN: Mapping[ColumnType, Type] = {
    "integer": INTEGER,
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "time": TIME,
    "json": Type("any"),
    "strings": Type("list", item=STRING),
    "spans": Type("spans"),
    "texts": Type("list", item=STRING),
    "edges": Type("edges"),
}


SECOND = "second"


def column_type(plan: ColumnPlan) -> Type:
    """Tell the type of a column in rules."""
    if plan.type in {"time", "interval"}:
        return Type(plan.type, unit=SECOND)  # whatever they are written in
    if plan.form is not None:
        return Type(cast("Kind", plan.form.kind), unit=plan.form.unit)
    if plan.type == "reference" and plan.refers is not None:
        return Type("reference", table=plan.refers[0])
    plain = _PLAIN.get(plan.type, STRING)
    return Type(plain.kind, unit=plan.unit, item=plain.item) if plan.unit else plain


def table_types(tables: Mapping[str, TablePlan]) -> dict[str, dict[str, Type]]:
    """Type the columns of every table: those that the standard binds, and the other canonical ones.

    A canonical column that the standard does not bind is always missing; rules of fragments may
    name it.
    """
    found: dict[str, dict[str, Type]] = {}
    for name in {**TABLES, **tables}:
        types: dict[str, Type] = {}
        for column in TABLES.get(name, {}).values():
            if column.type == "reference":
                types[column.name] = Type("reference", table=column.table)
            elif column.type in GEOMETRIES:
                types[column.name] = Type(cast("Kind", column.type))
            else:
                plain = _PLAIN[column.type]
                types[column.name] = Type(plain.kind, unit=column.unit, item=plain.item)
        bound = tables[name].columns if name in tables else {}
        types.update({plan.name: column_type(plan) for plan in bound.values()})
        found[name] = types
    return found


def geometry_unit(types: Mapping[str, Type]) -> str | None:
    """Tell the unit that a table's geometries stand in; None where it has none or several."""
    units = {kind.unit for kind in types.values() if kind.kind in PLANAR and kind.unit}
    return units.pop() if len(units) == 1 else None


@dataclass(frozen=True, slots=True)
class TableScope:
    """The scope of a rule on one table (`table` None: the dataset)."""

    table: str | None
    types: Mapping[str, Mapping[str, Type]]
    parameters: Mapping[str, Type]
    texts: frozenset[str]
    grouped: bool = False
    paired: bool = False
    keys: frozenset[str] = frozenset()

    @property
    def tables(self) -> Collection[str]:
        """The tables that `count(table)` may name."""
        return self.types.keys()

    @property
    def constants(self) -> Collection[str]:
        """The bare words that stand for a text."""
        return self.texts

    def parameter(self, name: str) -> Type | None:
        """Type a parameter of the rule."""
        return self.parameters.get(name)

    def column(self, path: tuple[str, ...]) -> Type | None:
        """Type a column, following references; None where there is no such."""
        if self.table is None:
            return None
        if path[0] == "extent":
            return self._extent(path)
        table: str | None = self.table
        kind: Type | None = None
        for name in path:
            if table is None:
                return None
            kind = self.types.get(table, {}).get(name)
            if kind is None:
                return None
            table = kind.table
        return kind

    def names(self, path: tuple[str, ...]) -> Sequence[str]:
        """List the legal names behind `path`."""
        if not path:
            own = [] if self.table is None else [*self.types.get(self.table, {}), "extent"]
            return [*own, *self.parameters]
        kind = self.column(path)
        return list(self.types.get(kind.table, {})) if kind is not None and kind.table else []

    def says_texts(self, table: str, column: str) -> bool:
        """Tell whether a column of a table holds texts."""
        return self.types.get(table, {}).get(column) == STRING

    def is_namer(self, table: str, column: str) -> bool:
        """Tell whether a column of a table refers to rows of the rule's own table."""
        kind = self.types.get(table, {}).get(column)
        return kind is not None and self.table is not None and kind.table == self.table

    def _extent(self, path: tuple[str, ...]) -> Type | None:
        if path == ("extent",):
            return Type("box", unit=self._unit())
        return Type("number", unit=self._unit()) if path[1:] in {("width",), ("height",)} else None

    def _unit(self) -> str | None:
        return geometry_unit(self.types.get(self.table or "", {}))


def text_constants(tables: Mapping[str, TablePlan]) -> frozenset[str]:
    """Collect the words that rules may compare with without quotes: the values of closed sets."""
    words = {value for table in TABLES.values() for each in table.values() for value in each.values}
    for table in tables.values():
        for plan in table.columns.values():
            words.update(value for _, value in plan.column.values if isinstance(value, str))
    return frozenset(words)


def group_need(name: str, scope: TableScope) -> Need | None:
    """Make the need that groups rows by a column; a geometry is compared as it stands."""
    path = tuple(name.split("."))
    kind = scope.column(path)
    if kind is None:
        return None
    return Need(path, "native") if kind.kind in GEOMETRIES else Need(path)
