"""Texts of tokens read by their grammar: first the tokens, then the tree that they are."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from annostd.bindings.placed_nodes import Flaw, Parsed, PlacedNode
from annostd.templates.tokens import Constant, Count, Either, Items, Value, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annostd.bindings.placed_nodes import Scalar
    from annostd.templates.tokens import Grammar, Part, Run, TokenKind

_BREAK = re.compile(r"\r\n?|\n")
_WORD = re.compile(
    r"""
    \s+ | ![^\r\n]*
  | "(?P<text>(?:[^"]|"")*+)(?P<closing>"(?P<glued>\S)?)?
  | (?P<flag><[^<>\r\n]*(?P<end>>)?)
  | (?P<number>[+-]\S+|-|[0-9]\S*)
  | \S+
    """,
    re.VERBOSE,
)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_LONG = 400
_SHOWN = 40
_NOUNS: dict[TokenKind, str] = {"number": "a number", "text": "a text", "flag": "a flag"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token: what it is, what it says, where it begins and ends in the text."""

    kind: TokenKind
    text: str
    start: int
    end: int


Follows: TypeAlias = "Callable[[Token | None], bool]"
"""What may come behind a sequence: a token, or the end."""


class _Stop(Exception):
    """The text cannot be read any further."""


@dataclass(slots=True)
class _Lines:
    """Where the lines of a text begin."""

    text: str
    starts: list[int] = field(default_factory=lambda: [0])

    def __post_init__(self) -> None:
        self.starts += [match.end() for match in _BREAK.finditer(self.text)]

    def place(self, offset: int) -> tuple[int, int]:
        """Give the 1-based line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def parse_tokens(text: str, grammar: Grammar) -> Parsed:
    """Read a text as the tree that its grammar says.

    Nothing of a text is read in which a token is missing or not closed; a list with another number
    of items than is said has those that are there.
    """
    reader = _Reader(text)
    root = reader.record(0)
    try:
        reader.tokens.extend(_tokens(text, reader))
        reader.run(grammar.body, root, _is_end)
    except _Stop:
        return Parsed(None, tuple(reader.flaws))
    rest = reader.token()
    if rest is not None:
        message = f"{_told(rest)} stands behind the end, expected nothing"
        reader.flaw("rest", rest.start, message, (rest.text, None))
    return Parsed(root, tuple(reader.flaws))


def _nothing(_: Token | None) -> bool:
    return False


def _is_end(token: Token | None) -> bool:
    return token is None


def _tokens(text: str, reader: _Reader) -> Iterator[Token]:
    for match in _WORD.finditer(text):
        start, end = match.span()
        if (quoted := match.group("text")) is not None:
            _check_quotes(match, reader)
            said = _BREAK.sub("\n", quoted.replace('""', '"'))
            yield Token("text", said, start, end)
        elif (flag := match.group("flag")) is not None:
            if match.group("end") is None:
                reader.stop(start, f"the flag {_short(flag)} is not closed, expected >", flag)
            yield Token("flag", flag, start, end)
        elif (number := match.group("number")) is not None:
            yield Token("number", number, start, end)


def _check_quotes(match: re.Match[str], reader: _Reader) -> None:
    if match.group("closing") is None:
        reader.stop(match.start(), 'a text begins here and is not closed, expected a " behind it')
    glued = match.group("glued")
    if glued is not None:
        reader.stop(
            match.start("glued"),
            f'{glued} stands right behind the " that closes a text,'
            ' expected a blank, or "" for a quote in the text',
            glued,
        )


def _told(token: Token) -> str:
    return f"the {token.kind} {_short(token.text)}"


def _short(text: str) -> str:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return shown.encode("unicode_escape").decode() if not shown.isprintable() else shown


class _Reader:
    """Tokens on their way to a tree."""

    def __init__(self, text: str) -> None:
        self.lines = _Lines(text)
        self.tokens: list[Token] = []
        self.flaws: list[Flaw] = []
        self.at = 0

    def token(self) -> Token | None:
        """Give the token that comes next."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def record(self, offset: int) -> PlacedNode:
        """Begin a record."""
        line, column = self.lines.place(offset)
        return PlacedNode(line, column, line, members={})

    def flaw(
        self, rule: str, offset: int, message: str, sides: tuple[str | None, str | None]
    ) -> None:
        """Note what is wrong at an offset."""
        self.flaws.append(Flaw(rule, *self.lines.place(offset), message, None, *sides))

    def stop(self, offset: int, message: str, actual: str | None = None) -> NoReturn:
        """Note what is wrong, and give up."""
        self.flaw("syntax", offset, message, (actual, None))
        raise _Stop

    def run(
        self,
        body: Run,
        node: PlacedNode,
        follows: Follows,
        counts: dict[str, Token] | None = None,
    ) -> None:
        """Read a sequence into a record; `follows` tells what may come behind it."""
        counts = {} if counts is None else counts
        for number, part in enumerate(body):
            if isinstance(part, Words):
                continue
            if isinstance(part, Items):
                rest = body[number + 1 :]
                self._items(part, node, counts.get(part.name), _behind(rest, follows))
            elif isinstance(part, Either):
                rest = body[number + 1 :]
                self.run(self._chosen(part), node, _behind(rest, follows), counts)
            else:
                token = self._take(part)
                if isinstance(part, Value) and part.name:
                    self._attach(node, part.name, self._leaf(token))
                elif isinstance(part, Count):
                    counts[part.name] = token
        last = self.tokens[self.at - 1].end if self.at else 0
        node.end = self.lines.place(max(last - 1, 0))[0]

    def _attach(self, node: PlacedNode, name: str, value: PlacedNode) -> None:
        if node.members is not None:
            node.members[name] = value

    def _leaf(self, token: Token) -> PlacedNode:
        line, column = self.lines.place(token.start)
        last = self.lines.place(token.end - 1)[0]
        return PlacedNode(line, column, last, text=token.text, scalar=_scalar(token))

    def _take(self, part: Part) -> Token:
        token = self.token()
        if token is None or not _fits(part, token):
            self._unexpected(token, [part])
            raise _Stop
        self.at += 1
        return token

    def _chosen(self, either: Either) -> Run:
        token = self.token()
        for option in either.options:
            if _begins(option, token, _nothing):
                return option
        self._unexpected(token, [part for option in either.options for part in _heads(option)])
        raise _Stop

    def _unexpected(self, token: Token | None, parts: list[Part]) -> None:
        wanted = " or ".join(dict.fromkeys(map(_wanted, parts)))
        if token is None:
            end = self.tokens[-1].end if self.tokens else 0
            self.flaw("syntax", end, f"the text ends here, expected {wanted}", (None, wanted))
        else:
            message = f"{_told(token)} stands here, expected {wanted}"
            self.flaw("syntax", token.start, message, (token.text, wanted))

    def _items(
        self,
        part: Items,
        node: PlacedNode,
        count: Token | None,
        follows: Follows,
    ) -> None:
        """Read the items of a list: as many as are said, fewer or more where that shows."""
        line, column = self._place_of_next()
        items: list[PlacedNode] = []
        made = PlacedNode(line, column, line, items=items)
        self._attach(node, part.name, made)
        said = self._number(count, part.name) if count is not None else None

        def goes_on(token: Token | None) -> bool:
            return _begins(part.body, token, _nothing) or follows(token)

        while True:
            token = self.token()
            due = said is not None and len(items) < said
            if not _begins(part.body, token, _nothing):
                if due and not follows(token):
                    self._unexpected(token, _heads(part.body))
                    raise _Stop
                break
            if not due and follows(token):
                break
            item = self.record(token.start if token is not None else 0)
            self.run(part.body, item, goes_on)
            items.append(item)
        made.end = items[-1].end if items else line
        if count is not None and said is not None and said != len(items):
            found = f"{len(items)} stand there" if len(items) != 1 else "1 stands there"
            message = f"the number of {part.name} is {count.text} and {found}, expected as many"
            self.flaw("count", count.start, message, (count.text, str(len(items))))

    def _place_of_next(self) -> tuple[int, int]:
        token = self.token()
        if token is not None:
            return self.lines.place(token.start)
        return self.lines.place(self.tokens[-1].end if self.tokens else 0)

    def _number(self, count: Token, name: str) -> int:
        if not _INTEGER.fullmatch(count.text) or len(count.text) > _LONG:
            message = f"the number of {name} is {_short(count.text)}, expected a whole number"
            self.flaw("syntax", count.start, message, (count.text, "a whole number"))
            raise _Stop
        return int(count.text)


def _behind(rest: Run, follows: Follows) -> Follows:
    return lambda token: _begins(rest, token, follows)


def _begins(body: Run, token: Token | None, follows: Follows) -> bool:
    """Tell whether a sequence, or what follows it where it may be empty, begins with a token."""
    for part in body:
        if isinstance(part, Words):
            continue
        if isinstance(part, Items):
            if _begins(part.body, token, _nothing):
                return True
        elif isinstance(part, Either):
            return any(_begins(option, token, follows) for option in part.options)
        else:
            return token is not None and _fits(part, token)
    return follows(token)


def _heads(body: Run) -> list[Part]:
    for part in body:
        if isinstance(part, Either):
            return [head for option in part.options for head in _heads(option)]
        if isinstance(part, Items):
            return _heads(part.body)
        if not isinstance(part, Words):
            return [part]
    return []


def _fits(part: Part, token: Token) -> bool:
    if isinstance(part, Constant):
        return (part.kind, part.text) == (token.kind, token.text)
    if isinstance(part, Value):
        return part.kind == token.kind and (not part.choices or token.text in part.choices)
    return token.kind == "number"


def _wanted(part: Part) -> str:
    if isinstance(part, Constant):
        return f'"{part.text}"' if part.kind == "text" else part.text
    if isinstance(part, Value):
        if part.choices:
            return " or ".join(f'"{choice}"' for choice in part.choices)
        return f"{_NOUNS[part.kind]} ({part.name})"
    return f"the number of {part.name}" if isinstance(part, Count) else ""


def _scalar(token: Token) -> Scalar:
    if token.kind != "number" or len(token.text) > _LONG:
        return "string"
    if _INTEGER.fullmatch(token.text):
        return "integer"
    return "number" if _NUMBER.fullmatch(token.text) else "string"
