"""Columns of a standard from its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.findings import Level
from annostd.standard import members as m
from annostd.standard.model import Agreement, Column
from annostd.standard.yaml_tree import MapNode, ScalarNode, plain

if TYPE_CHECKING:
    from annostd.standard.model import Scalar


def columns(rows: MapNode) -> dict[str, Column]:
    """Make the columns of a source of rows by name."""
    return {str(key.value): column(key, node) for key, node in m.parts(rows, "columns")}


def column(key: ScalarNode, node: MapNode) -> Column:
    """Make one column; left out, its place is its own name, unless it is gathered of rows."""
    name = str(key.value)
    gathers = m.text(node, "gathers")
    return Column(
        name,
        m.texts(node, "at") or (() if gathers else (name,)),
        key.mark,
        text=m.text(node, "text"),
        type=m.text(node, "type"),
        items=m.text(node, "items"),
        form=m.text(node, "form"),
        parts=m.choice(node, "parts", ("one", "many")),
        holes=m.choice(node, "holes", ("none", "rings", "even-odd")),
        closed=m.flag(node, "closed"),
        pivot=m.choice(node, "pivot", ("centre", "corner")),
        separators=m.texts(node, "separators"),
        length=m.length(node, "length"),
        unit=m.text(node, "unit"),
        origin=m.integer(node, "origin"),
        ends=m.choice(node, "ends", ("exclusive", "inclusive")),
        decimals=m.integer(node, "decimals"),
        space=m.text(node, "space"),
        refers=m.text(node, "refers"),
        create=bool(m.flag(node, "create")),
        made=_made(node),
        through=m.text(node, "through"),
        key=_key(m.scalar(node, "key")),
        required=m.level(node, "required"),
        default=plain(node.members["default"]) if "default" in node.members else None,
        absent=m.scalars(node, "absent"),
        values=_values(node),
        minimum=m.number(node, "minimum"),
        maximum=m.number(node, "maximum"),
        pattern=m.text(node, "pattern"),
        generate=m.text(node, "generate"),
        derive=m.text(node, "derive"),
        agrees=_agreement(node),
        gathers=gathers,
        named=m.text(node, "named"),
        file=m.text(node, "file"),
        pack=_pack(node),
        doc=m.text(node, "doc"),
        clause=m.text(node, "clause"),
    )


def _made(node: MapNode) -> dict[str, str] | None:
    is_mapping = isinstance(node.members.get("create"), MapNode)
    return dict(m.text_pairs(node, "create")) if is_mapping else None


def _key(value: Scalar) -> bool | str:
    return value if isinstance(value, (bool, str)) else False


def _values(node: MapNode) -> tuple[tuple[Scalar, Scalar], ...]:
    mapped = m.pairs(node, "values")
    if mapped:
        return tuple(
            (native, value.value) for native, value in mapped if isinstance(value, ScalarNode)
        )
    return tuple((value, value) for value in m.scalars(node, "values"))


def _pack(node: MapNode) -> tuple[tuple[str, int], ...]:
    found = m.pairs(node, "pack")
    return tuple(
        (str(key), value.value)
        for key, value in found
        if isinstance(value, ScalarNode) and isinstance(value.value, int)
    )


def _agreement(node: MapNode) -> Agreement | None:
    member = node.members.get("agrees")
    if isinstance(member, MapNode):
        level = m.level(member, "level") or Level.MUST
        return Agreement(
            level,
            float(m.number(member, "absolute") or 0),
            float(m.number(member, "relative") or 0),
        )
    level_alone = m.level(node, "agrees")
    return None if level_alone is None else Agreement(level_alone)
