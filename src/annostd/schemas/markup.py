"""XML text made of tags: names, attributes, children, in a form that people can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Tag:
    """An element to be printed: with children, or with a text."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment to be printed, a line for each of its lines."""

    lines: tuple[str, ...]


Node: TypeAlias = Tag | Comment


def tag(kind: str, /, *children: Node, text: str | None = None, **attributes: str) -> Tag:
    """Make a tag."""
    return Tag(kind, tuple(attributes.items()), children, text)


def printed(root: Tag, head: Comment, spaces: Mapping[str, str]) -> str:
    """Print a document; `spaces` are attributes of the root that declare namespaces."""
    opened = Tag(root.name, (*spaces.items(), *root.attributes), root.children, root.text)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_lines(head, ""), *_lines(opened, "")]
    return "\n".join(lines) + "\n"


def _lines(node: Node, indent: str) -> Iterator[str]:
    if isinstance(node, Comment):
        yield f"{indent}<!--"
        yield from (f"{indent}  {_uncommented(line)}" for line in node.lines)
        yield f"{indent}-->"
        return
    head = node.name + "".join(f" {key}={quoteattr(value)}" for key, value in node.attributes)
    if node.text is not None:
        yield f"{indent}<{head}>{escape(node.text)}</{node.name}>"
    elif not node.children:
        yield f"{indent}<{head}/>"
    else:
        yield f"{indent}<{head}>"
        for child in node.children:
            yield from _lines(child, indent + "  ")
        yield f"{indent}</{node.name}>"


def _uncommented(text: str) -> str:
    return text.replace("--", "- -")
