"""Grammars of token texts: a file as a sequence of numbers, quoted texts and flags.

Only a token that stands free counts: a number, a text in `"…"` (a quote in it is doubled), a flag
`<…>`. All other words are for people, `!` begins a remark up to the end of its line. A grammar
is written as the file looks, line by line, in a list:

- `"{name}"`, `{name}`: a text, a number that is a field; `"{name:a|b}"`: one of these texts, and
  `"{:a|b}"` one of which nothing is kept
- `"a"`, `<a>`, `1`: tokens that always stand there
- `{#name}`: how many items the list `name` has; `{#}` in a word: the number of an item, from 1
- `each: name` with `lines`: the items of a list, each a record; `either`: one of several sequences,
  told apart by their first tokens
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from annostd.templates.model import TemplateFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TokenKind: TypeAlias = Literal["number", "text", "flag"]
Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class Words:
    """What is written for people; `is_ordinal`: the number of the item."""

    text: str
    is_ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A token that always stands there."""

    kind: TokenKind
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A token that is a field of the record; `choices` are the texts that it may be (none: any).

    Without a name nothing is kept of it.
    """

    kind: TokenKind
    name: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """A number that says how many items a list has."""

    name: str


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a list, one after another."""

    name: str
    body: Run


@dataclass(frozen=True, slots=True)
class Either:
    """One of several sequences; written is the first whose choices fit and lists are there."""

    options: tuple[Run, ...]


Part: TypeAlias = Words | Constant | Value | Count | Items | Either
Run: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The grammar of a file, and the encodings that its text may have."""

    body: Run
    encodings: tuple[str, ...] = ("utf-8",)


_NAME = r"[a-z_][a-z0-9_]*"
_WORD = re.compile(
    rf"""
    (?P<blank>[ \t]+)
  | (?P<remark>!.*)
  | "\{{(?:(?P<text>{_NAME})|(?=:))(?::(?P<choices>[^"{{}}]+))?\}}"(?=[ \t]|$)
  | "(?P<quoted>(?:[^"{{}}]|"")*)"(?=[ \t]|$)
  | (?P<flag><[^<>{{}}]+>)(?=[ \t]|$)
  | \{{(?P<number>{_NAME})\}}(?=[ \t]|$)
  | \{{\#(?P<count>{_NAME})\}}(?=[ \t]|$)
  | (?P<constant>[+-]?[0-9][^ \t]*)
  | (?P<word>[^ \t"<{{!0-9+-][^ \t{{]*(?:\{{\#\}}[^ \t{{]*)*)(?=[ \t]|$)
    """,
    re.VERBOSE,
)
_ORDINAL = "{#}"


def parse_grammar(said: Json, encodings: Sequence[str] = ("utf-8",)) -> Grammar:
    """Parse a grammar as a standard says it: a list of lines, `each` and `either`.

    Raises TemplateFault where a line is broken, a name stands twice in one record, or two
    sequences of an `either` begin alike.
    """
    body = _sequence(said)
    _check(body)
    return Grammar(body, tuple(encodings))


def parse_line(text: str) -> Run:
    """Parse one line of a grammar; raises TemplateFault."""
    parts: list[Part] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise TemplateFault(
                'what stands here is neither a word nor a token, expected {name}, "{name}",'
                ' {#name}, a number, "text" or <flag> with blanks around',
                at,
            )
        parts.extend(_parts(match))
        at = match.end()
    return (*parts, Words("\n"))


def _parts(match: re.Match[str]) -> Iterator[Part]:
    kind = match.lastgroup or ""
    said = match.group(kind)
    if kind in _TOKENS:
        yield _TOKENS[kind](said)
    elif kind == "choices":
        yield Value("text", match.group("text") or "", tuple(said.split("|")))
    else:
        for place, piece in enumerate(said.split(_ORDINAL)):
            if place:
                yield Words("", is_ordinal=True)
            if piece:
                yield Words(piece)


_TOKENS: Mapping[str, Callable[[str], Part]] = {
    "text": lambda name: Value("text", name),
    "number": lambda name: Value("number", name),
    "count": Count,
    "quoted": lambda text: Constant("text", text.replace('""', '"')),
    "flag": lambda text: Constant("flag", text),
    "constant": lambda text: Constant("number", text),
}


def _sequence(said: Json) -> Run:
    parts: list[Part] = []
    for item in said if isinstance(said, list) else [said]:
        if isinstance(item, str):
            parts.extend(parse_line(item))
        elif isinstance(item, dict) and isinstance(item.get("each"), str):
            parts.append(Items(str(item["each"]), _sequence(item.get("lines"))))
        elif isinstance(item, dict) and isinstance(options := item.get("either"), list):
            parts.append(Either(tuple(_sequence(option) for option in options)))
        else:
            raise TemplateFault(
                "a part is no line, expected a text, 'each' with 'lines' or 'either'"
            )
    return tuple(parts)


def _check(body: Run) -> None:
    """Ask that a record has each name once, and that sequences begin in different ways."""
    for names in _names(body):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise TemplateFault(f"the name '{twice}' stands twice in one record, expected once")
    for part in body:
        if isinstance(part, Items):
            if not firsts(part.body):
                raise TemplateFault(f"an item of '{part.name}' has no token, expected one")
            _check(part.body)
        elif isinstance(part, Either):
            _apart(part)
            for option in part.options:
                _check(option)


def _names(body: Run) -> Iterator[list[str]]:
    """List the fields and lists of a record, for each way through its alternatives."""
    found: list[list[str]] = [[]]
    for part in body:
        if isinstance(part, Items) or (isinstance(part, Value) and part.name):
            found = [[*names, part.name] for names in found]
        elif isinstance(part, Either):
            ways = [way for option in part.options for way in _names(option)]
            found = [[*names, *way] for names in found for way in ways]
    yield from found


def _apart(either: Either) -> None:
    seen: list[Part] = []
    for option in either.options:
        own = firsts(option)
        if not own:
            raise TemplateFault("a sequence of 'either' has no token, expected one to tell it by")
        if any(alike(one, other) for one in own for other in seen):
            raise TemplateFault("two sequences of 'either' begin alike, expected different tokens")
        seen.extend(own)


def firsts(body: Run) -> list[Part]:
    """List the tokens that a sequence may begin with."""
    found: list[Part] = []
    for part in body:
        if isinstance(part, Words):
            continue
        if isinstance(part, Items):
            found.extend(firsts(part.body))  # and what follows, since a list may be empty
            continue
        if isinstance(part, Either):
            found.extend(first for option in part.options for first in firsts(option))
        else:
            found.append(part)
        break
    return found


def alike(one: Part, other: Part) -> bool:
    """Tell whether one token can be both."""
    kinds = [_kind(part) for part in (one, other)]
    if kinds[0] != kinds[1]:
        return False
    texts = [_texts(part) for part in (one, other)]
    return not texts[0] or not texts[1] or not texts[0].isdisjoint(texts[1])


def _kind(part: Part) -> TokenKind:
    return part.kind if isinstance(part, Constant | Value) else "number"


def _texts(part: Part) -> frozenset[str]:
    if isinstance(part, Constant):
        return frozenset({part.text})
    return frozenset(part.choices) if isinstance(part, Value) else frozenset()


def record_of(body: Run, steps: Sequence[str]) -> Run | None:
    """Find the record of items of a list below a record; None where no list leads there."""
    for step in steps:
        below = next((part for part in parts_of(body) if _is_list(part, step)), None)
        if not isinstance(below, Items):
            return None
        body = below.body
    return body


def parts_of(body: Run) -> Iterator[Part]:
    """Yield the parts of a record, those of all its alternatives among them."""
    for part in body:
        if isinstance(part, Either):
            for option in part.options:
                yield from parts_of(option)
        else:
            yield part


def _is_list(part: Part, name: str) -> bool:
    return isinstance(part, Items) and part.name == name


def choices_of(body: Run, name: str) -> frozenset[str]:
    """Collect the texts that tokens of a name may be, in any record."""
    found: set[str] = set()
    for part in parts_of(body):
        if isinstance(part, Value) and part.name == name:
            found.update(part.choices)
        elif isinstance(part, Items):
            found.update(choices_of(part.body, name))
    return frozenset(found)
