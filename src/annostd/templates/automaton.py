"""Automata of trees: do two fit one text, and can one read a text in two ways?

Each character of a tree is a state (Glushkov's construction), so a way through the automaton is the
way that a backtracking matcher takes through the regular expression. Where no text has two ways, no
start of a text has more ways than there are states: matching takes time linear in the text.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from annostd.templates.characters import common, one_of
from annostd.templates.tree import Choice, Group, One, Repeat, Sequence, may_be_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annostd.templates.characters import Characters
    from annostd.templates.tree import Tree

MOST_PAIRS: Final = 200_000
MOST_PAIRS_ALONE: Final = 20_000
START: Final = 0


class TooLarge(Exception):
    """Two automata have more pairs of states than anyone would wait for."""


@dataclass(slots=True)
class Automaton:
    """States are numbered from 1, START stands before the text; `ends` are those a text may end in.

    `twice` tells that some step can be taken in two ways within one state, `(a*)*`.
    """

    states: list[Characters] = field(default_factory=lambda: [()])
    steps: list[dict[int, None]] = field(default_factory=lambda: [{}])
    ends: frozenset[int] = frozenset()
    twice: bool = False

    def state(self, characters: Characters) -> int:
        """Add a state that is entered by a character of a set."""
        self.states.append(characters)
        self.steps.append({})
        return len(self.states) - 1

    def link(self, sources: Iterable[int], targets: Iterable[int]) -> None:
        """Let all targets follow all sources."""
        targets = tuple(targets)
        for source in sources:
            steps = self.steps[source]
            for target in targets:
                self.twice = self.twice or target in steps
                steps[target] = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of a tree has become: where it is entered, left, and whether it may be empty."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    empty: bool


def automaton(tree: Tree) -> Automaton:
    """Build the automaton of a tree."""
    made = Automaton()
    part = _part(made, tree)
    made.link((START,), part.first)
    made.ends = frozenset((*part.last, START) if part.empty else part.last)
    return made


def _part(made: Automaton, tree: Tree) -> _Part:
    """Build the states and steps of one part."""
    if isinstance(tree, One):
        state = (made.state(tree.characters),)
        return _Part(state, state, empty=False)
    if isinstance(tree, Group):
        return _part(made, tree.body)
    if isinstance(tree, Sequence):
        return _chain(made, [_part(made, part) for part in tree.parts])
    if isinstance(tree, Choice):
        return _fork(made, [_part(made, option) for option in tree.options])
    return _loop(made, tree)


def _chain(made: Automaton, parts: list[_Part]) -> _Part:
    """Put parts one after another."""
    first: list[int] = []
    last: list[int] = []
    empty = True
    for part in parts:
        made.link(last, part.first)
        if empty:
            first.extend(part.first)
        last = [*last, *part.last] if part.empty else list(part.last)
        empty = empty and part.empty
    return _Part(tuple(first), tuple(last), empty)


def _fork(made: Automaton, parts: list[_Part]) -> _Part:
    """Choose between parts."""
    made.twice = made.twice or sum(part.empty for part in parts) > 1
    first = tuple(state for part in parts for state in part.first)
    last = tuple(state for part in parts for state in part.last)
    return _Part(first, last, any(part.empty for part in parts))


def _loop(made: Automaton, tree: Repeat) -> _Part:
    """Write a repeat out: the times it must be, then those it may be."""
    if may_be_empty(tree.body):
        made.twice = True
    if tree.most is None:
        must = [_part(made, tree.body) for _ in range(max(tree.least, 1))]
        made.link(must[-1].last, must[-1].first)
        chained = _chain(made, must)
        return _Part(chained.first, chained.last, chained.empty or tree.least == 0)
    must = [_part(made, tree.body) for _ in range(tree.least)]
    may = [_part(made, tree.body) for _ in range(tree.most - tree.least)]
    rest: list[_Part] = []
    for part in reversed(may):
        chained = _chain(made, [part, *rest])
        rest = [_Part(chained.first, chained.last, empty=True)]
    return _chain(made, [*must, *rest])


def shared_text(left: Tree, right: Tree) -> str | None:
    """Find the shortest text that both trees fit; None proves that there is none."""
    one, two = automaton(left), automaton(right)
    came: dict[tuple[int, int], tuple[int, int] | None] = {(START, START): None}
    queue = deque(came)
    while queue:
        pair = queue.popleft()
        if pair[0] in one.ends and pair[1] in two.ends:
            return _spelled(one, two, came, pair)
        for following in _following(one, two, pair):
            if following not in came:
                came[following] = pair
                queue.append(following)
        if len(came) > MOST_PAIRS:
            raise TooLarge
    return None


def _following(one: Automaton, two: Automaton, pair: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """List the pairs of states that one more character leads to."""
    for left in one.steps[pair[0]]:
        for right in two.steps[pair[1]]:
            if common(one.states[left], two.states[right]):
                yield left, right


def _spelled(
    one: Automaton,
    two: Automaton,
    came: dict[tuple[int, int], tuple[int, int] | None],
    pair: tuple[int, int],
) -> str:
    """Spell the text that leads to a pair of states."""
    chars: list[str] = []
    step: tuple[int, int] | None = pair
    while step is not None and step != (START, START):
        chars.append(one_of(common(one.states[step[0]], two.states[step[1]])))
        step = came[step]
    return "".join(reversed(chars))


def has_one_way(tree: Tree) -> bool:
    """Tell whether a tree reads each text in one way; False also where it is too large to tell."""
    made = automaton(tree)
    if made.twice:
        return False
    back: dict[tuple[int, int], list[tuple[int, int]]] = {(START, START): []}
    queue = deque(back)
    while queue:
        pair = queue.popleft()
        for left, right in _following(made, made, pair):
            following = (min(left, right), max(left, right))
            if following not in back:
                back[following] = []
                queue.append(following)
            back[following].append(pair)
        if len(back) > MOST_PAIRS_ALONE:
            return False
    return not _parted_reach_end(made, back)


def _parted_reach_end(
    made: Automaton,
    back: dict[tuple[int, int], list[tuple[int, int]]],
) -> bool:
    """Tell whether two different states that one text leads to both lead on to an end."""
    queue = deque(pair for pair in back if pair[0] in made.ends and pair[1] in made.ends)
    seen = set(queue)
    while queue:
        pair = queue.popleft()
        if pair[0] != pair[1]:
            return True
        for before in back[pair]:
            if before not in seen:
                seen.add(before)
                queue.append(before)
    return False
