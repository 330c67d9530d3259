"""Every expression in the project's standards parses and checks in the scope of its table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from annostd.expressions import Type, Typed, check, parse, parse_message
from annostd.tables.schema import TABLES
from tests.expressions.scopes import KINDS, HandScope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
DOCUMENTS: dict[str, dict[str, Any]] = {
    path.relative_to(ROOT).as_posix(): yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for path in sorted((ROOT / "standards").rglob("*.yaml"))
}
UNITS = ("pixel", "fraction")
GEOMETRIES = {"box", "polygons"}
DEPTH = 3


def type_of(kind: str, unit: str | None, table: str | None) -> Type:
    if kind in {"strings", "texts"}:
        return Type("list", item=Type("string"))
    for known in KINDS:
        if known == kind:
            return Type(known, unit, table=table)
    return Type("any")


def columns_of(table: str, document: dict[str, Any], unit: str) -> dict[str, Type]:
    """The table's columns, canonical ones and the standard's own, by name."""
    found = {
        column.name: type_of(
            column.type, unit if column.type in GEOMETRIES else column.unit, column.table
        )
        for column in TABLES.get(table, {}).values()
    }
    for name, column in declared(table, document):
        if column != "remove" and (name not in found or "type" in column):
            refers = column.get("refers", "").partition(".")[0]
            kind = "reference" if refers else column.get("type", "string")
            found[name] = type_of(kind, None, refers or None)
    return found


def declared(table: str, document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The columns that the table and its variants declare; constants of variants are texts."""
    rows = document.get("tables", {}).get(table, {})
    for source in (rows, *rows.get("variants", {}).values(), *rows.get("join", {}).values()):
        yield from source.get("columns", {}).items()
        yield from ((name, {}) for name in source.get("set", {}))
        if isinstance(source.get("as"), str):
            yield source["as"], {"refers": table}


def types_of(
    table: str, document: dict[str, Any], unit: str, depth: int = DEPTH
) -> dict[str, Type]:
    """The table's columns with those that its references lead to, by dotted name."""
    found = columns_of(table, document, unit)
    for name, type_ in list(found.items()):
        if type_.table is not None and depth:
            behind = types_of(type_.table, document, unit, depth - 1)
            found |= {f"{name}.{further}": type_ for further, type_ in behind.items()}
    return found


def scope_of(
    table: str, document: dict[str, Any], unit: str, rule: Mapping[str, Any] | None = None
) -> HandScope:
    extent = {f"extent.{side}": Type("integer", unit) for side in ("width", "height")}
    given = (rule or {}).get("parameters", {}).items()
    parameters = {n: Type("number", unit if isinstance(v, dict) else None) for n, v in given}
    return HandScope(
        types_of(table, document, unit) | extent,
        parameters,
        tables={*TABLES, *document.get("tables", {})},
        namers={
            f"{n}.{c.name}" for n, each in TABLES.items() for c in each.values() if c.table == table
        }
        | {
            f"{n}.{name}"
            for n in document.get("tables", {})
            for name, column in declared(n, document)
            if column != "remove" and column.get("refers", "").partition(".")[0] == table
        },
        texts={
            f"{n}.{c.name}"
            for n, each in TABLES.items()
            for c in each.values()
            if c.type == "string"
        }
        | {
            f"{n}.{name}"
            for n in document.get("tables", {})
            for name, column in declared(n, document)
            if column != "remove" and column.get("type") == "string"
        },
        constants={word for each in TABLES.values() for c in each.values() for word in c.values},
        keys=(rule or {}).get("per", ()),
        grouped="per" in (rule or {}),
        paired=not {"pairs", "neighbours"}.isdisjoint(rule or {}),
    )


def units_of(document: dict[str, Any]) -> tuple[str, ...]:
    conventions = document.get("conventions", {})
    space = "image" if "image" in conventions else "time"
    unit = conventions.get(space, {}).get("unit")
    return (unit,) if unit else UNITS


def rules() -> Iterator[Any]:
    for file, document in DOCUMENTS.items():
        for name, rule in document.get("rules", {}).items():
            if "require" in rule and rule != "remove":
                yield pytest.param(document, rule, id=f"{file}:{name}")


def derived() -> Iterator[Any]:
    for file, document in DOCUMENTS.items():
        for table, rows in document.get("tables", {}).items():
            for source in (
                rows,
                *rows.get("variants", {}).values(),
                *rows.get("join", {}).values(),
            ):
                for name, column in source.get("columns", {}).items():
                    if "derive" in column:
                        text = column["derive"]
                        yield pytest.param(document, table, text, id=f"{file}:{table}.{name}")


def told() -> Iterator[Any]:
    for file, document in DOCUMENTS.items():
        for axis, alternatives in document.get("dialects", {}).items():
            for name, alternative in alternatives.items():
                for table, text in alternative.get("tell", {}).items():
                    yield pytest.param(document, table, text, id=f"{file}:{axis}.{name}")


def checked(text: str, scope: HandScope) -> Typed:
    return check(parse(text), scope)


@pytest.mark.parametrize(("document", "rule"), list(rules()))
def test_a_rule_s_expressions_are_true_or_false(
    document: dict[str, Any], rule: dict[str, Any]
) -> None:
    for unit in units_of(document):
        scope = scope_of(rule["for"], document, unit, rule)
        assert checked(rule["require"], scope).type.kind == "boolean"
        row = replace(scope, grouped=False)  # rows are chosen before they are grouped
        assert checked(rule.get("when", "true"), row).type.kind == "boolean"


@pytest.mark.parametrize(("document", "rule"), list(rules()))
def test_a_rule_s_message_is_made_of_expressions(
    document: dict[str, Any], rule: dict[str, Any]
) -> None:
    pieces = parse_message(rule["message"])
    assert any(isinstance(piece, str) for piece in pieces)
    for piece in pieces:
        if not isinstance(piece, str):
            assert rule["message"][piece[1] :].startswith(piece[0] + "}")
            for unit in units_of(document):
                checked(piece[0], scope_of(rule["for"], document, unit, rule))


@pytest.mark.parametrize(("document", "table", "text"), list(derived()))
def test_a_derived_value_is_typed(document: dict[str, Any], table: str, text: str) -> None:
    expected = {"bounds": "box", "area": "number", "outline": "polygons", "count": "integer"}
    expected |= {"sum": "integer", "covered": "string"}
    for unit in units_of(document):
        typed = checked(text, scope_of(table, document, unit))
        either = text.partition(" if ")[0]  # all that a choice may give is of one type
        followed = types_of(table, document, unit).get(either)
        kind = followed.kind if followed is not None else expected[text.partition("(")[0]]
        assert typed.type.kind == kind
        assert typed.needs
        assert all(need.key in text for need in typed.needs)


@pytest.mark.parametrize(("document", "table", "text"), list(told()))
def test_what_tells_a_dialect_is_an_aggregate(
    document: dict[str, Any], table: str, text: str
) -> None:
    for unit in units_of(document):
        typed = checked(text, scope_of(table, document, unit, {"per": []}))
        assert typed.type.kind == "boolean"
        assert typed.grouped


def test_the_standards_hold_rules_derivations_and_tells() -> None:
    assert all(len(list(found())) >= 1 for found in (rules, derived, told))
    assert len(list(rules())) >= 10
