"""What each kind of field may hold, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annostd.templates.avoid import avoiding
from annostd.templates.characters import EVERY, LAST, common, of, without
from annostd.templates.model import TemplateFault
from annostd.templates.reading import BLANK, FOLDER, LINE
from annostd.templates.subset import subset
from annostd.templates.tree import (
    One,
    Repeat,
    changed,
    choice,
    may_be_empty,
    maybe,
    repeat,
    sequence,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.templates.characters import Characters
    from annostd.templates.model import Slot, SlotKind
    from annostd.templates.neighbours import Neighbours
    from annostd.templates.reading import Reading
    from annostd.templates.tree import Tree

_DIGIT: Final = One(((ord("0"), ord("9")),))
_POSITIVE: Final = One(((ord("1"), ord("9")),))
_NARROWED: Final = frozenset({"text", "rest", "list"})


@dataclass(frozen=True, slots=True)
class Site:
    """A field in its place: what stands around it, and how its template is read."""

    slot: Slot
    near: Neighbours
    reading: Reading


def field_tree(site: Site) -> Tree:
    """Make the tree of what a field may hold."""
    return _TREES[site.slot.kind](site)


def narrowed_tree(site: Site, kind: Tree | None) -> Tree:
    """Make the tree of a field, of its kind where it has one and no pattern of its own."""
    if kind is None or site.slot.kind not in _NARROWED:
        return field_tree(site)
    allowed = without(_unstarted(site.near, site.reading.word), of(site.near.before[:1]))
    narrow = changed(kind, lambda characters: common(characters, allowed))
    if site.slot.kind == "rest":
        return repeat(narrow, 0, 1)
    if may_be_empty(narrow):
        raise TemplateFault(f"the kind of {site.slot.name} fits the empty text", site.slot.offset)
    return _items(narrow, site.reading) if site.slot.kind == "list" else narrow


def _text(site: Site) -> Tree:
    """Take text up to what follows; of a path column, any folders too."""
    if site.near.spans:
        name = repeat(One(FOLDER), 1)
        return sequence((name, repeat(sequence((text("/"), name)), 0)))
    return avoiding(site.reading.word, site.near.following, site.near.before)


def _pattern(site: Site) -> Tree:
    """Take what fits a pattern; a class given by what it is not stays in its line or folder."""

    def kept(characters: Characters) -> Characters:
        is_negated = characters != () and characters[-1][1] == LAST
        return common(characters, site.reading.inside) if is_negated else characters

    return changed(subset(site.slot.pattern), kept)


def _digits(site: Site) -> Tree:
    """Take digits as they are printed: padded, and more of them only without a leading zero."""
    width = site.slot.width
    more = sequence((_POSITIVE, repeat(_DIGIT, width)))
    return choice((repeat(_DIGIT, width, width), more))


def _lines(site: Site) -> Tree:
    """Take all that is left, over lines."""
    return _any_number(avoiding(EVERY, site.near.following, site.near.before))


def _folders(site: Site) -> Tree:
    """Take folders, each with its slash."""
    name = repeat(One(without(site.reading.word, of("/"))), 1)
    return repeat(sequence((name, text("/"))), 0)


def _list(site: Site) -> Tree:
    """Take items with blanks between."""
    item = One(_unstarted(site.near, without(site.reading.word, BLANK)))
    return _items(repeat(item, 1), site.reading)


def _rest(site: Site) -> Tree:
    """Take the rest of a line, which may be empty; where blanks are loose, without outer ones."""
    near, reading = site.near, site.reading
    if not reading.is_loose:
        return _any_number(avoiding(reading.inside, near.following, near.before))
    starts = "".join(literal[0] for literal in near.following if literal[0] not in " \t")
    inside = without(LINE, of(starts))
    edge = One(without(inside, BLANK))
    tail = sequence((repeat(One(inside), 0), edge))
    return repeat(sequence((edge, maybe(tail))), 0, 1)


_TREES: Final[Mapping[SlotKind, Callable[[Site], Tree]]] = {
    "text": _text,
    "pattern": _pattern,
    "digits": _digits,
    "rest": _rest,
    "lines": _lines,
    "list": _list,
    "folders": _folders,
}


def _unstarted(near: Neighbours, characters: Characters) -> Characters:
    """Take the characters out that start what may come next."""
    return without(characters, of("".join(literal[0] for literal in near.following)))


def _items(item: Tree, reading: Reading) -> Tree:
    """Make the tree of one item or more."""
    gap = repeat(One(BLANK), 1) if reading.is_loose else text(" ")
    return sequence((item, repeat(sequence((gap, item)), 0)))


def _any_number(found: Tree) -> Tree:
    """Let what is not empty be empty too."""
    if isinstance(found, Repeat) and (found.least, found.most) == (1, None):
        return Repeat(found.body, 0, None)
    return maybe(found)
