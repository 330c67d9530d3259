"""The words and signs of an expression, and the same text made harmless for Python's parser.

What Python would do with texts, numbers, comments, line breaks and keywords never matters: the
source that it gets has the same length, with every text blanked and every foreign keyword renamed.
"""

from __future__ import annotations

import keyword
import math
import re
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Final

from annostd.expressions.faults import ExpressionFault

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 4000
DEEPEST: Final = 40
LARGEST: Final = 2**63
WORDS: Final = frozenset({"and", "or", "not", "in", "is", "if", "else"})
_BETWEEN: Final = frozenset(
    {*"+-*/%<>,.", "==", "!=", "<=", ">=", "and", "or", "in", "is", "if", "else"}
)
_INSTEAD: Final = {
    "True": "write 'true'",
    "False": "write 'false'",
    "None": "write 'is missing'",
    "null": "write 'is missing'",
}
_SIGNS: Final = {
    "=": "write '=='",
    "&&": "write 'and'",
    "||": "write 'or'",
    "!": "write 'not'",
    "<>": "write '!='",
}
_TOKEN: Final = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
      | (?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.]))
      | (?P<name>[A-Za-z][A-Za-z0-9_]*)
      | (?P<text>"(?:[^"\\\r\n\ud800-\udfff]|\\.)*"|'(?:[^'\\\r\n\ud800-\udfff]|\\.)*')
      | (?P<foreign>\*\*|//|<<|>>|<>|:=|&&|\|\||->|=(?!=)|!(?!=))
      | (?P<sign>==|!=|<=|>=|[-+*/%<>()\[\],.])""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED: Final = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r"}
_SURROGATES: Final = range(0xD800, 0xE000)
_CLOSES: Final = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign at an offset; `kind` is number, name, text or sign."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> tuple[Token, ...]:
    """Cut `text` into tokens, without the blanks; a fault where no token of the language stands."""
    if len(text) > LONGEST:
        raise ExpressionFault(
            f"the expression has {len(text)} characters, expected at most {LONGEST}", LONGEST
        )
    found = tuple(_cut(text))
    if not found:
        raise ExpressionFault("the expression is empty", 0)
    _judge_neighbours(found)
    _judge_brackets(found)
    _judge_order(found)
    return found


def source(text: str, found: tuple[Token, ...]) -> str:
    """Python source of the same length and tokens, without what only Python would see in them."""
    letters = [" "] * len(text)
    for token in found:
        letters[token.offset : token.offset + len(token.text)] = _harmless(token)
    return "".join(letters)


def literal_text(token: Token) -> str:
    r"""The characters that a quoted text stands for: `\\ \' \" \n \t \r \uXXXX` are escapes."""

    def unescape(match: re.Match[str]) -> str:
        code, letter = match.groups()
        if code is not None and int(code, 16) not in _SURROGATES:
            return chr(int(code, 16))
        if code is None and letter in _ESCAPED:
            return _ESCAPED[letter]
        offset = token.offset + 1 + match.start()
        raise ExpressionFault(
            f"'{match[0]}' is not an escape", offset, r"write '\\' for a backslash"
        )

    return _ESCAPE.sub(unescape, token.text[1:-1])


def literal_number(token: Token) -> int | float:
    """The number that a token stands for; an integer may be 2**63, which only `-` makes legal."""
    if token.text.isdigit():
        # Beyond 19 digits Python may refuse to convert at all.
        if len(token.text) > len(str(LARGEST)) or int(token.text) > LARGEST:
            raise ExpressionFault("the number is larger than 9223372036854775807", token.offset)
        return int(token.text)
    number = float(token.text)
    if math.isinf(number):
        raise ExpressionFault("the number is larger than 1.7976931348623157e308", token.offset)
    return number


def _cut(text: str) -> Iterator[Token]:
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None or match.lastgroup == "foreign":
            raise _unreadable(text, offset, match)
        kind = str(match.lastgroup)
        if kind == "name" and match[0] in _INSTEAD:
            raise ExpressionFault(
                f"'{match[0]}' is not part of the rule language", offset, _INSTEAD[match[0]]
            )
        if kind != "blank":
            yield Token(kind, match[0], offset)
        offset = match.end()


def _unreadable(text: str, offset: int, match: re.Match[str] | None) -> ExpressionFault:
    sign = text[offset] if match is None else match[0]
    if sign in "\"'":
        return ExpressionFault(
            "the text has no closing quote on its line, or holds half a character", offset
        )
    if sign.isdecimal():
        return ExpressionFault("the number is not written as in 12, 0.5 or 1e-6", offset)
    if sign == "_":
        return ExpressionFault("a name starts with a letter, not with '_'", offset)
    shown = f"'{sign}'" if sign.isprintable() else f"U+{ord(sign):04X}"
    return ExpressionFault(f"{shown} is not part of the rule language", offset, _SIGNS.get(sign))


def _judge_neighbours(found: tuple[Token, ...]) -> None:
    for left, right in pairwise(found):
        if right.kind != "text":
            continue
        touches = left.offset + len(left.text) == right.offset
        if left.kind == "name" and touches and left.text not in WORDS:
            raise ExpressionFault(f"a text takes no prefix, found '{left.text}'", left.offset)
        if left.kind == "text":
            raise ExpressionFault(
                "two texts stand side by side, expected an operator between them", right.offset
            )


def _judge_brackets(found: tuple[Token, ...]) -> None:
    opened: list[Token] = []
    for token in found:
        if token.kind != "sign":
            continue
        if token.text in "([":
            opened.append(token)
            if len(opened) > DEEPEST:
                raise ExpressionFault(f"brackets are nested more than {DEEPEST} deep", token.offset)
        elif token.text in _CLOSES and (not opened or opened.pop().text != _CLOSES[token.text]):
            raise ExpressionFault(f"'{token.text}' closes nothing", token.offset)
    if opened:
        raise ExpressionFault(f"'{opened[-1].text}' is never closed", opened[-1].offset)


def _judge_order(found: tuple[Token, ...]) -> None:
    """Values and operators alternate; told here, since Python's own places and words vary."""
    value_next, closable = True, ""
    for token, following in zip_longest(found, found[1:]):
        is_fine = token.text == closable or (
            _starts(token) if value_next else _follows(token, following)
        )
        if not is_fine:
            raise ExpressionFault(f"'{token.text}' is not expected here", token.offset)
        # Nothing may stand in the brackets of a call, nor of a list (which says so itself).
        closable = {("(", False): ")", ("[", True): "]"}.get((token.text, value_next), "")
        value_next = _opens(token) if value_next else token.text not in {*_CLOSES, "not"}
    if value_next:
        end = found[-1].offset + len(found[-1].text)
        raise ExpressionFault("the expression ends too early", end)


def _starts(token: Token) -> bool:
    return _opens(token) or (token.kind != "sign" and token.text not in _BETWEEN)


def _opens(token: Token) -> bool:
    return token.text in {"(", "[", "-", "not"}


def _follows(token: Token, following: Token | None) -> bool:
    if token.text == "not":
        return following is not None and following.text == "in"
    return token.text in _BETWEEN or token.text in {"(", ")", "[", "]"}


def _harmless(token: Token) -> str:
    size = len(token.text)
    if token.kind == "text":
        return '"' + "x" * (size - 2) + '"'
    if token.kind == "number":
        return "1" * size
    if token.kind == "name" and keyword.iskeyword(token.text) and token.text not in WORDS:
        return "x" * size
    return token.text
