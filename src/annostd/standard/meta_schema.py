"""Whether a file says what the language knows: it interprets `standard.schema.json`.

It finds every fault with its place, and loads faster than any library. Beside the keywords of JSON
Schema it knows `x-keys: scalar`: keys may be numbers and truth values, which JSON has as text.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from annostd.standard.merge import fault_at
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annostd.errors import Fault
    from annostd.standard.yaml_tree import Node

Schema: TypeAlias = dict[str, Any]
PATH = Path(__file__).with_name("standard.schema.json")
_NOUNS = {
    "string": "a text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "a mapping",
}


@cache
def language() -> Schema:
    """Give the JSON Schema of the language, version 1."""
    schema: Schema = json.loads(PATH.read_bytes())
    return schema


def check(node: MapNode) -> tuple[Fault, ...]:
    """Find all that a standard's or fragment's file says against the language, in its order."""
    return tuple(sorted(_faults(language(), node, "the standard")))


def _faults(schema: Schema, node: Node, name: str) -> Iterator[Fault]:
    if isinstance(node, ScalarNode) and node.told:
        return
    for keyword, argument in schema.items():
        judge = _KEYWORDS.get(keyword)
        if judge is not None:
            yield from judge(argument, node, name, schema)


def _dereferenced(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = language()["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _ref(argument: str, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    return _faults(language()["$defs"][argument.removeprefix("#/$defs/")], node, name)


def _if(argument: Schema, node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    fits = not any(_faults(argument, node, name))
    return _faults(schema["then" if fits else "else"], node, name)


def _any_of(argument: list[Schema], node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    for option in argument:
        if next(_faults(option, node, name), None) is None:
            return
    near = [option for option in argument if _is_near(_dereferenced(option), node)]
    if len(near) == 1:
        yield from _faults(near[0], node, name)
    else:
        yield fault_at(node.mark, f"'{name}' is {shown(node)}, expected {expected(schema)}")


def _is_near(option: Schema, node: Node) -> bool:
    """Tell whether an option asks for a value of the type that stands there."""
    is_word = isinstance(node, ScalarNode) and isinstance(node.value, str)
    return ("enum" in option and is_word) or _is_of_type(option.get("type"), node)


def _type(argument: str | list[str], node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    if _is_of_type(argument, node):
        return
    wanted = expected(schema)
    quotable = (
        isinstance(node, ScalarNode)
        and node.value is not None
        and _is_of_type(argument, ScalarNode("", node.mark))
    )
    yield fault_at(
        node.mark, f"'{name}' is {shown(node)}, expected {wanted}{'; quote it' if quotable else ''}"
    )


def _is_of_type(types: str | list[str] | None, node: Node) -> bool:
    if types is None:
        return False
    found = _type_of(node)
    wanted = [types] if isinstance(types, str) else types
    return found in wanted or (found == "integer" and "number" in wanted)


def _type_of(node: Node) -> str:
    if isinstance(node, MapNode):
        return "object"
    if isinstance(node, ListNode):
        return "array"
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "integer" if float(value).is_integer() else "number"


def _const(argument: object, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    if not _is_constant(node, [argument]):
        yield fault_at(node.mark, f"'{name}' is {shown(node)}, expected {json.dumps(argument)}")


def _enum(argument: list[object], node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    if not _is_constant(node, argument):
        guess = suggestion(node.value, argument) if isinstance(node, ScalarNode) else ""
        yield fault_at(node.mark, f"'{name}' is {shown(node)}, expected {expected(schema)}{guess}")


def _is_constant(node: Node, constants: list[object]) -> bool:
    if not isinstance(node, ScalarNode):
        return False
    return any(
        node.value == value and isinstance(node.value, bool) == isinstance(value, bool)
        for value in constants
    )


def suggestion(name: object, known: Sequence[object]) -> str:
    """Say which known name was probably meant, if one is close."""
    from difflib import get_close_matches

    close = get_close_matches(
        str(name), [str(value) for value in known if value != "remove"], n=1, cutoff=0.7
    )
    return f"; did you mean '{close[0]}'?" if close else ""


def _pattern(argument: str, node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    if (
        isinstance(node, ScalarNode)
        and isinstance(node.value, str)
        and not re.search(argument, node.value)
    ):
        wanted = schema.get("title", f"a text that fits {argument}")
        yield fault_at(node.mark, f"'{name}' is {shown(node)}, expected {wanted}")


def _minimum(argument: float, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    value = _number(node)
    if value is not None and value < argument:
        yield fault_at(node.mark, f"'{name}' is {value}, expected at least {argument}")


def _maximum(argument: float, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    value = _number(node)
    if value is not None and value > argument:
        yield fault_at(node.mark, f"'{name}' is {value}, expected at most {argument}")


def _number(node: Node) -> float | None:
    value = node.value if isinstance(node, ScalarNode) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _items(argument: Schema, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _faults(argument, item, name)


def _min_items(argument: int, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    if isinstance(node, ListNode) and len(node.items) < argument:
        yield fault_at(
            node.mark,
            f"'{name}' has {_count(len(node.items), 'item')}, expected at least {argument}",
        )


def _max_items(argument: int, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    if isinstance(node, ListNode) and len(node.items) > argument:
        yield fault_at(
            node.mark,
            f"'{name}' has {_count(len(node.items), 'item')}, expected at most {argument}",
        )


def _min_properties(argument: int, node: Node, name: str, _: Schema) -> Iterator[Fault]:
    if isinstance(node, MapNode) and len(node.members) < argument:
        yield fault_at(
            node.mark, f"'{name}' is empty, expected at least {_count(argument, 'member')}"
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _required(argument: list[str], node: Node, name: str, _: Schema) -> Iterator[Fault]:
    if isinstance(node, MapNode):
        for key in argument:
            if key not in node.members:
                yield fault_at(node.mark, f"{_place(name)} has no '{key}', expected one")


def _place(name: str) -> str:
    return name if name.startswith("the ") else f"'{name}'"


def _property_names(argument: Schema, node: Node, _name: str, _: Schema) -> Iterator[Fault]:
    if isinstance(node, MapNode):
        for name, key in node.keys.items():
            if isinstance(key.value, str) and any(_faults(argument, key, name)):
                yield fault_at(
                    key.mark,
                    f"'{name}' is no name that can stand here, expected {expected(argument)}",
                )


def _properties(_: Schema, node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    return _members(node, name, schema)


def _open_members(argument: object, node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    """Judge members where no `properties` are listed; else `properties` has done so."""
    known = "properties" in schema
    return iter(()) if known or argument is None else _members(node, name, schema)


def _members(node: Node, name: str, schema: Schema) -> Iterator[Fault]:
    if not isinstance(node, MapNode):
        return
    listed: Schema = schema.get("properties", {})
    patterns: Schema = schema.get("patternProperties", {})
    others: Schema | bool = schema.get("additionalProperties", True)
    typed = "x-keys" in schema
    for key, member in node.members.items():
        if node.keys[key].told:
            continue
        if not typed and not isinstance(node.keys[key].value, str):
            yield fault_at(node.keys[key].mark, f"the key {key} is no text, expected it quoted")
        elif key in listed:
            yield from _faults(listed[key], member, key)
        elif (
            pattern := next((found for found in patterns if re.search(found, key)), None)
        ) is not None:
            yield from _below(patterns[pattern], member, key)
        elif others is False:
            yield _unknown_key(node.keys[key], name, list(listed))
        else:
            yield from _below(others, member, key)


def _below(schema: Schema | bool, node: Node, name: str) -> Iterator[Fault]:  # noqa: FBT001 - a schema may be true
    return _faults(schema, node, name) if isinstance(schema, dict) else iter(())


def _unknown_key(key: ScalarNode, _name: str, legal: list[str]) -> Fault:
    known = ", ".join(legal)
    return fault_at(
        key.mark,
        f"unknown key '{key.value}', expected one of {known}{suggestion(key.value, legal)}",
    )


_KEYWORDS: dict[str, Callable[[Any, Node, str, Schema], Iterator[Fault]]] = {
    "$ref": _ref,
    "if": _if,
    "anyOf": _any_of,
    "type": _type,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "items": _items,
    "minItems": _min_items,
    "maxItems": _max_items,
    "minProperties": _min_properties,
    "required": _required,
    "propertyNames": _property_names,
    "properties": _properties,
    "additionalProperties": _open_members,
}


def shown(node: Node) -> str:
    """Say a value in a few words."""
    if isinstance(node, MapNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    value = node.value
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:59]}…'"  # noqa: PLR2004 - fits a line
    return (
        f"the number {value!r}"
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else json.dumps(value)
    )


def expected(schema: Schema) -> str:
    """Say in a few words what a schema asks for."""
    schema = _dereferenced(schema)
    if "title" in schema:
        return str(schema["title"])
    if "anyOf" in schema:
        options = [
            expected(option) for option in schema["anyOf"] if option != {"$ref": "#/$defs/remove"}
        ]
        return " or ".join(dict.fromkeys(options))
    if "enum" in schema:
        values = [str(value) for value in schema["enum"] if value != "remove"]
        return f"one of {', '.join(values)}"
    types = schema.get("type", [])
    return " or ".join(_NOUNS[kind] for kind in ([types] if isinstance(types, str) else types))
