"""Trees of texts in which certain literals do not occur: a field ends where its literal starts.

The literals make an automaton (Aho and Corasick's); its states are eliminated one by one until a
tree is left, which reads each text in one way since the automaton does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annostd.templates.characters import NOTHING, of, without
from annostd.templates.tree import EMPTY, NEVER, One, Repeat, choice, maybe, repeat, sequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.templates.characters import Characters
    from annostd.templates.tree import Tree

LONGEST: Final = 8
_END: Final = "\0end"
_BEGIN: Final = "\0begin"


def avoiding(characters: Characters, following: tuple[str, ...], before: str = "") -> Tree:
    """Make the tree of texts, not empty, of some characters in which no literal occurs.

    `following` are the literals that may come next: they must not begin earlier. `before` is the
    literal just read: it must not occur again. Of a long literal only the start is looked at.
    """
    literals = _possible((*following, before), characters)
    if all(len(literal) == 1 for literal in literals):
        return repeat(One(without(characters, of("".join(literals)))), 1)
    prefixes = {""} | {literal[:end] for literal in literals for end in range(1, len(literal))}
    edges = _edges(characters, literals, prefixes)
    start = _suffix(before[:LONGEST][1:], prefixes) if before[:LONGEST] in literals else ""
    ahead = set(literals) & {literal[:LONGEST] for literal in following}
    table: dict[str, dict[str, Tree]] = {
        prefix: {to: One(chars) for to, chars in edges[prefix].items()} for prefix in prefixes
    }
    table[_BEGIN] = dict(table[start])
    for prefix in prefixes:
        if not any(_begins_early(prefix, literal, literals) for literal in ahead):
            table[prefix][_END] = EMPTY
    return _eliminated(table, sorted(prefixes, key=lambda prefix: (-len(prefix), prefix)))


def _possible(literals: tuple[str, ...], characters: Characters) -> tuple[str, ...]:
    """Keep the starts of those literals that can occur at all."""
    starts = {literal[:LONGEST] for literal in literals if literal}
    possible = {start for start in starts if without(of(start), characters) == NOTHING}
    return tuple(
        sorted(start for start in possible if not any(o != start and o in start for o in possible))
    )


def _suffix(text: str, prefixes: set[str]) -> str:
    """Find the longest end of a text that is a prefix of a literal."""
    return next(text[at:] for at in range(len(text) + 1) if text[at:] in prefixes)


def _edges(
    characters: Characters,
    literals: tuple[str, ...],
    prefixes: set[str],
) -> Mapping[str, Mapping[str, Characters]]:
    """Make the steps of the automaton; those that complete a literal are left out."""
    letters = sorted(set("".join(literals)))
    other = without(characters, of("".join(letters)))
    edges: dict[str, dict[str, Characters]] = {}
    for prefix in prefixes:
        targets = {"": list(other)}
        for letter in letters:
            if not any((prefix + letter).endswith(literal) for literal in literals):
                to = _suffix(prefix + letter, prefixes)
                targets.setdefault(to, []).extend(of(letter))
        edges[prefix] = {to: tuple(sorted(ranges)) for to, ranges in targets.items() if ranges}
    return edges


def _begins_early(prefix: str, literal: str, literals: tuple[str, ...]) -> bool:
    """Tell whether in a prefix followed by a literal some literal is complete before the end."""
    whole = prefix + literal
    return any(
        whole.endswith(each, 0, end) for each in literals for end in range(len(prefix), len(whole))
    )


def _eliminated(table: dict[str, dict[str, Tree]], order: list[str]) -> Tree:
    """Take states out one by one, joining the steps into and out of each."""
    for state in order:
        steps = table.pop(state)
        loop = repeat(steps.pop(state), 0) if state in steps else EMPTY
        for targets in table.values():
            into = targets.pop(state, None)
            if into is None:
                continue
            for to, tree in steps.items():
                way = _then(into, loop, tree)
                targets[to] = _either(targets.get(to), way)
    return table[_BEGIN].get(_END, NEVER)


def _then(into: Tree, loop: Tree, out: Tree) -> Tree:
    """Go into a state, round it, and out of it."""
    if loop == Repeat(into, 0, None):
        return sequence((repeat(into, 1), out))
    return sequence((into, loop, out))


def _either(one: Tree | None, two: Tree) -> Tree:
    """Choose between two ways, of which one may be the empty text."""
    if one is None:
        return two
    if EMPTY in (one, two):
        return maybe(two if one == EMPTY else one)
    return choice((one, two))
