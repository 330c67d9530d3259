"""Members of a mapping by the type they must have; another type is a fault, told elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from annostd.findings import Level
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.standard.model import Json, Scalar
    from annostd.standard.yaml_tree import Node

Word = TypeVar("Word", bound=str)


def scalar(node: MapNode, name: str) -> Scalar:
    """Give a scalar member, None where there is none."""
    member = node.members.get(name)
    return member.value if isinstance(member, ScalarNode) else None


def text(node: MapNode, name: str) -> str | None:
    """Give a member that is a text."""
    value = scalar(node, name)
    return value if isinstance(value, str) else None


def text_or(node: MapNode, name: str, default: str) -> str:
    """Give a member that is a text, else the default."""
    value = scalar(node, name)
    return value if isinstance(value, str) else default


def texts(node: MapNode, name: str) -> tuple[str, ...]:
    """Give the texts of a member that is one or a list of them; integers count as their digits."""
    return tuple(str(value) for value in scalars(node, name) if isinstance(value, (str, int)))


def optional_texts(node: MapNode, name: str) -> tuple[str, ...] | None:
    """Give the texts of a list, None where there is no list."""
    return texts(node, name) if name in node.members else None


def scalars(node: MapNode, name: str) -> tuple[Scalar, ...]:
    """Give the values of a member that is a scalar or a list of scalars."""
    member = node.members.get(name)
    if isinstance(member, ScalarNode):
        return (member.value,)
    if isinstance(member, ListNode):
        return tuple(item.value for item in member.items if isinstance(item, ScalarNode))
    return ()


def choice(node: MapNode, name: str, legal: tuple[Word, ...]) -> Word | None:
    """Give a member that is one of some words."""
    value = scalar(node, name)
    return next((word for word in legal if word == value), None)


def flag(node: MapNode, name: str) -> bool | None:
    """Give a member that is true or false."""
    value = scalar(node, name)
    return value if isinstance(value, bool) else None


def integer(node: MapNode, name: str) -> int | None:
    """Give a member that is an integer."""
    value = scalar(node, name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(node: MapNode, name: str) -> float | None:
    """Give a member that is a number."""
    value = scalar(node, name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def level(node: MapNode, name: str) -> Level | None:
    """Give a level: its name, or true for MUST; false and absent are None."""
    value = scalar(node, name)
    if value is True:
        return Level.MUST
    return Level(value) if isinstance(value, str) and value in Level.__members__ else None


def length(node: MapNode, name: str) -> tuple[int | None, int | None] | None:
    """Give a length: one number that it must be, or two bounds, null being open."""
    member = node.members.get(name)
    if isinstance(member, ListNode):
        bounds = [item.value if isinstance(item, ScalarNode) else None for item in member.items]
        low, high, *_ = (
            value if isinstance(value, int) else None for value in (*bounds, None, None)
        )
        return low, high
    exact = integer(node, name)
    return None if exact is None else (exact, exact)


def pairs(node: MapNode, name: str) -> tuple[tuple[Scalar, Node], ...]:
    """Give the entries of a member that is a mapping, keys as typed in the file."""
    member = node.members.get(name)
    if not isinstance(member, MapNode):
        return ()
    return tuple((member.keys[key].value, value) for key, value in member.members.items())


def text_pairs(node: MapNode, name: str) -> tuple[tuple[str, str], ...]:
    """Give the entries of a mapping of texts."""
    found = pairs(node, name)
    return tuple(
        (str(key), value.value)
        for key, value in found
        if isinstance(value, ScalarNode) and isinstance(value.value, str)
    )


def data(node: MapNode, name: str) -> dict[str, Json]:
    """Give the plain values of a member that is a mapping."""
    member = node.members.get(name)
    return (
        {key: plain(value) for key, value in member.members.items()}
        if isinstance(member, MapNode)
        else {}
    )


def parts(node: MapNode, name: str) -> Iterator[tuple[ScalarNode, MapNode]]:
    """Give the members of a member that are mappings, each with its key, without `x-` keys."""
    member = node.members.get(name)
    if isinstance(member, MapNode):
        for key, value in member.members.items():
            if isinstance(value, MapNode) and not key.startswith("x-"):
                yield member.keys[key], value


def items(node: MapNode, name: str) -> tuple[Node, ...]:
    """Give the items of a member that is a list."""
    member = node.members.get(name)
    return member.items if isinstance(member, ListNode) else ()


def data_of(node: Node) -> dict[str, Json]:
    """Give the plain values of a mapping."""
    value = plain(node)
    return value if isinstance(value, dict) else {}
