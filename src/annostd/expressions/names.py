"""Names looked up in a scope: columns, parts and measures of geometries, tables, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annostd.expressions.aggregates import AGGREGATES
from annostd.expressions.faults import ExpressionFault, nearest
from annostd.expressions.nodes import Call, Choices, Name, Operation
from annostd.expressions.terms import Column
from annostd.expressions.types import (
    INTEGER,
    MEASURES,
    NAMERS,
    NUMBER,
    OWN,
    PARTS,
    SAID,
    STRING,
    Need,
    Type,
    unit_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from annostd.expressions.nodes import Node
    from annostd.expressions.types import Measure, Scope

EXTENT: Final = "extent"
"""The medium in the unit of the geometry judged; the scope types its `width` and `height`."""

NATIVE: Final = "native"
"""The measure whose parts are the slots of a geometry's form, as they stand in the source."""

MEASURE_NAMES: Final = frozenset(name for measures in MEASURES.values() for name in measures)
_PAIR: Final = ("a", "b")
_AGGREGATES: Final = frozenset(function.name for function in AGGREGATES)
_SLOTTED: Final = frozenset({"box", "rotated_box", "ellipse", "cuboid"})
_PATH: Final = 2


@dataclass(frozen=True, slots=True)
class Context:
    """A scope, and whether single rows are seen, in a group only inside an aggregate.

    `points`: single points of a row are seen, what is said of each is not a list but one value.
    """

    scope: Scope
    rows: bool
    points: bool = False


def find(name: Name, scope: Scope) -> Column | None:
    """The column, or part of a geometry, that a name stands for; None where there is none.

    `ExpressionFault` where the geometry is there but not the part.
    """
    prefix, tail = _split(name, scope)
    type_ = scope.column(tail)
    if len(tail) > 1 and tail[-2] == EXTENT and type_ is not None:
        return Column(Need(name.path[:-1], part=tail[-1]), type_, name.offset)
    if type_ is not None:
        return Column(Need(name.path), type_, name.offset)
    owner = scope.column(tail[:-1]) if len(tail) > 1 else None
    if owner is None or owner.kind not in PARTS:
        return None
    part = _choose(PARTS[owner.kind], tail[-1], name.offsets[-1], f"{owner} has no part")
    need = Need((*prefix, *tail[:-1]), part=tail[-1])
    return Column(need, part.of(unit_of(owner)), name.offset)


def of_points(node: Node, scope: Scope) -> Iterator[Column]:
    """The columns in a node that say something of each point, each once."""
    found: dict[str, Column] = {}
    for name in _names(node):
        _, tail = _split(name, scope)
        owner = scope.column(tail[:-1]) if len(tail) > 1 else None
        part = PARTS.get(owner.kind, {}).get(tail[-1]) if owner is not None else None
        column = find(name, scope) if part is not None and part.type.item is not None else None
        if column is not None:
            found.setdefault(column.need.key, column)
    yield from found.values()


def is_of_points(column: Column) -> bool:
    """Whether a column says something of each point of a geometry."""
    return column.need.measure is None and column.need.part is not None


def _names(node: Node) -> Iterator[Name]:
    """The names that stand for one value each where the node does: not those of aggregates."""
    if isinstance(node, Call) and node.function in _AGGREGATES:
        return
    if isinstance(node, Name):
        yield node
    parts = {Call: "arguments", Operation: "operands", Choices: "items"}.get(type(node))
    for inner in getattr(node, parts) if parts is not None else ():
        yield from _names(inner)


def unknown(name: Name, scope: Scope) -> ExpressionFault:
    """The fault that a name stands for nothing, at the first part that is not known."""
    prefix, tail = _split(name, scope)
    for end in range(len(tail)):
        known = set(scope.names(tail[:end]))
        if tail[end] not in known and scope.column(tail[: end + 1]) is None:
            offset = name.offsets[len(prefix) + end]
            words = {*known, *scope.constants} if end == 0 else known
            subject = f"'{'.'.join(tail[:end])}' has no" if end else "there is no column"
            return ExpressionFault(f"{subject} '{tail[end]}'", offset, nearest(tail[end], words))
    message = f"'{'.'.join(name.path)}' is not a value"
    return ExpressionFault(message, name.offset)


def is_measured(call: Call, scope: Scope) -> bool:
    """Whether the one argument of a call is a geometry, which may have a measure of its name."""
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Name):
        return False
    type_ = scope.column(_split(call.arguments[0], scope)[1])
    return type_ is not None and type_.kind in MEASURES


def measured(call: Call, scope: Scope) -> Column:
    """The value of a measure, `area(polygons)`, or of a part of it, `bounds(polygons).x1`."""
    name, kind, unit = _geometry(call, scope)
    measure = _choose(MEASURES[kind], call.function, call.offset, f"{kind} has no measure")
    type_ = measure.of(unit)
    needed = None if kind == "box" and call.function == "bounds" else call.function
    if call.part is None:
        return Column(Need(name.path, needed), type_, call.offset)
    parts = PARTS.get(type_.kind, {})
    fault = f"'{call.function}' gives {type_}, which has no part"
    part = _choose(parts, call.part, call.part_offset, fault)
    return Column(Need(name.path, needed, call.part), part.of(type_.unit), call.offset)


def native(call: Call, scope: Scope) -> Column:
    """The value of a slot of a geometry's form, as it stands in the source: `native(box).x1`."""
    name, kind, _ = _geometry(call, scope)
    if call.part is None or kind not in _SLOTTED:
        raise ExpressionFault(
            f"'{NATIVE}' is of the slots of a box, as in {NATIVE}(box).x1", call.offset
        )
    return Column(Need(name.path, NATIVE, call.part), NUMBER, call.offset)


def counted(call: Call, scope: Scope) -> Column | None:
    """The number of rows of a table, `count(annotation)`, or of those whose column names this row.

    `count(turn.answers)` is such a column. None where the argument is neither. Where a column has
    the table's name, the column wins if it can be counted.
    """
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Name):
        return None
    name = call.arguments[0]
    if len(name.path) == _PATH and not (scope.grouped or scope.paired):
        return _namers(name, call.offset, scope)
    if len(name.path) != 1 or name.path[0] not in scope.tables:
        return None
    column = None if scope.paired else scope.column(name.path)
    if column is not None and (scope.grouped or column.kind == "list"):
        return None
    return Column(Need(name.path, "count"), INTEGER, call.offset)


def _namers(name: Name, offset: int, scope: Scope) -> Column | None:
    table, column = name.path
    own = scope.column(name.path)
    if table not in scope.tables or (own is not None and own.kind == "list"):
        return None
    if not scope.is_namer(table, column):
        if own is not None:
            return None
        message = f"'{column}' of {table} refers to no row of this table"
        raise ExpressionFault(message, name.offsets[1])
    return Column(Need(name.path, NAMERS), INTEGER, offset)


def said(name: Name, scope: Scope) -> Column | None:
    """The texts that a column of any table says, at the right of `in`; None where it is none such.

    A column of the row, references followed, wins over one of a table of that name.
    """
    if len(name.path) != _PATH or scope.grouped or scope.paired:
        return None
    if name.path[0] not in scope.tables or scope.column(name.path) is not None:
        return None
    if not scope.says_texts(*name.path):
        message = f"'{name.path[1]}' of {name.path[0]} is no column of texts"
        raise ExpressionFault(message, name.offsets[1])
    return Column(Need(name.path, SAID), Type("list", item=STRING), name.offset)


def is_shared(column: Column, scope: Scope) -> bool:
    """Whether a column is the same in all rows of a group: a key, or what follows from one."""
    if column.need.measure == "count":
        return True
    keys: Collection[str] = getattr(scope, "keys", ())
    path = column.need.path
    starts = {".".join(path[: end + 1]) for end in range(len(path))}
    return column.need.key in keys or not starts.isdisjoint(keys)


def _split(name: Name, scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The row of a pair that a name starts with, and the rest."""
    if not scope.paired:
        return (), name.path
    if name.path[0] not in _PAIR:
        raise ExpressionFault(
            f"'{name.path[0]}' names no row of the pair, expected a.… or b.…", name.offset
        )
    if len(name.path) == 1:
        raise ExpressionFault(
            f"'{name.path[0]}' is a row, expected one of its columns", name.offset
        )
    return name.path[:1], name.path[1:]


def _geometry(call: Call, scope: Scope) -> tuple[Name, str, str | None]:
    """The name, kind and unit of the geometry that is a measure's one argument."""
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Name):
        raise ExpressionFault(f"'{call.function}' takes the name of one geometry", call.offset)
    name = call.arguments[0]
    _, tail = _split(name, scope)
    type_ = scope.column(tail)
    if tail[-1] == OWN and (len(tail) == 1 or type_ is not None):
        return name, OWN, type_.unit if type_ is not None else None
    if type_ is None:
        raise unknown(name, scope)
    if type_.kind not in MEASURES:
        raise ExpressionFault(
            f"'{call.function}' takes a geometry, '{'.'.join(name.path)}' is {type_}", name.offset
        )
    return name, type_.kind, unit_of(type_)


def _choose(known: Mapping[str, Measure], name: str, offset: int, fault: str) -> Measure:
    if name not in known:
        hint = nearest(name, known) or (f"there are {', '.join(known)}" if known else None)
        raise ExpressionFault(f"{fault} '{name}'", offset, hint)
    return known[name]
