"""Regular expressions as trees, and how they are spelled for Python's `re` and for Rust's regex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from annostd.templates.characters import NOTHING, joined, of, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from annostd.templates.characters import Characters


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    characters: Characters


@dataclass(frozen=True, slots=True)
class Sequence:
    """One tree after another; without parts, the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several trees, the first that fits; without options, no text at all."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A tree `least` to `most` times (None: without end), as often as can be."""

    body: Tree
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A tree whose text is kept, as group `g<index>`."""

    index: int
    body: Tree


Tree: TypeAlias = One | Sequence | Choice | Repeat | Group

EMPTY: Final = Sequence(())
NEVER: Final = Choice(())


def sequence(parts: Iterable[Tree]) -> Tree:
    """Put trees one after another."""
    flat: list[Tree] = []
    for part in parts:
        if part in (NEVER, One(NOTHING)):
            return NEVER
        flat.extend(part.parts if isinstance(part, Sequence) else (part,))
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def choice(options: Iterable[Tree]) -> Tree:
    """Choose between trees; those that fit nothing are left out."""
    flat: list[Tree] = []
    for option in options:
        inner = option.options if isinstance(option, Choice) else (option,)
        flat.extend(each for each in inner if each != One(NOTHING) and each not in flat)
    return flat[0] if len(flat) == 1 else Choice(tuple(flat))


def repeat(body: Tree, least: int, most: int | None = None) -> Tree:
    """Repeat a tree; nothing can be repeated only no times."""
    if body in (NEVER, One(NOTHING)):
        return EMPTY if least == 0 else NEVER
    if body == EMPTY:
        return EMPTY
    return body if (least, most) == (1, 1) else Repeat(body, least, most)


def maybe(body: Tree) -> Tree:
    """Make a tree that may be left out; what may be empty already is as it was."""
    if isinstance(body, Repeat) and body.least == 0:
        return body
    return repeat(body, 0, 1)


def text(literal: str) -> Tree:
    """Make the tree of exactly one text."""
    return sequence(One(of(char)) for char in literal)


def changed(tree: Tree, change: Callable[[Characters], Characters]) -> Tree:
    """Change the sets of characters of a tree; what is left without one fits no text."""
    if isinstance(tree, One):
        return One(change(tree.characters))
    if isinstance(tree, Sequence):
        return sequence(changed(part, change) for part in tree.parts)
    if isinstance(tree, Choice):
        return choice(changed(option, change) for option in tree.options)
    if isinstance(tree, Group):
        return Group(tree.index, changed(tree.body, change))
    return repeat(changed(tree.body, change), tree.least, tree.most)


def letters(tree: Tree) -> Characters:
    """Make the set of all characters that stand in texts of a tree."""
    if isinstance(tree, One):
        return tree.characters
    if isinstance(tree, Sequence | Choice):
        inner = tree.parts if isinstance(tree, Sequence) else tree.options
        return joined(each for part in inner for each in letters(part))
    return letters(tree.body)


def may_be_empty(tree: Tree) -> bool:
    """Tell whether a tree fits the empty text."""
    if isinstance(tree, Sequence):
        return all(may_be_empty(part) for part in tree.parts)
    if isinstance(tree, Choice):
        return any(may_be_empty(option) for option in tree.options)
    if isinstance(tree, Repeat):
        return tree.least == 0 or may_be_empty(tree.body)
    return isinstance(tree, Group) and may_be_empty(tree.body)


def regex(tree: Tree) -> str:
    """Spell a tree, without anchors."""
    if isinstance(tree, One):
        return spelled(tree.characters)
    if isinstance(tree, Sequence):
        return "".join(_inside(part) for part in tree.parts)
    if isinstance(tree, Choice):
        return "|".join(regex(option) for option in tree.options) or spelled(NOTHING)
    if isinstance(tree, Group):
        return f"(?P<g{tree.index}>{regex(tree.body)})"
    body = regex(tree.body)
    atom = body if isinstance(tree.body, One | Group) else f"(?:{body})"
    return atom + _times(tree.least, tree.most)


def _inside(tree: Tree) -> str:
    """Spell a tree as a part of a sequence."""
    return f"(?:{regex(tree)})" if isinstance(tree, Choice) else regex(tree)


def _times(least: int, most: int | None) -> str:
    """Spell how often something is repeated."""
    short = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
    if short is not None:
        return short
    if least == most:
        return f"{{{least}}}"
    return f"{{{least},{'' if most is None else most}}}"
