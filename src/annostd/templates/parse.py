"""Parse the text of a template into its pieces."""

from __future__ import annotations

import re
from typing import Final

from annostd.templates.model import (
    Literal,
    Optional,
    Piece,
    Slot,
    SlotKind,
    Template,
    TemplateFault,
    slots,
)
from annostd.templates.subset import subset
from annostd.templates.tree import may_be_empty

LONGEST: Final = 4096
DEEPEST: Final = 8
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_WIDTH: Final = re.compile(r"0[1-9][0-9]?")
_SUFFIXES: Final[dict[str, SlotKind]] = {
    "": "text",
    "*": "rest",
    "**": "lines",
    "+": "list",
    "/": "folders",
}


def parse(text: str) -> Template:
    """Parse a template; raise TemplateFault with the offset of what is wrong."""
    if not text:
        raise TemplateFault("the template is empty")
    if len(text) > LONGEST:
        raise TemplateFault(
            f"the template is {len(text)} characters long, expected at most {LONGEST}"
        )
    reader = _Reader(text)
    template = Template(text, reader.pieces(0))
    _refuse_twins(template)
    return template


def _refuse_twins(template: Template) -> None:
    """Refuse two fields of one name."""
    seen: set[str] = set()
    for slot in slots(template.pieces):
        if slot.name in seen:
            raise TemplateFault(
                f"the field {slot.name} stands here twice, expected once", slot.offset
            )
        seen.add(slot.name)


class _Reader:
    """A template's text and how far it is read."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def pieces(self, depth: int) -> tuple[Piece, ...]:
        """Read pieces up to the end, or up to the `]` of the optional part they are in."""
        found: list[Piece] = []
        while self.at < len(self.text):
            if self.text[self.at] == "]" and depth and not self.is_escape(depth):
                break
            found.append(self.piece(depth))
        return tuple(found)

    def is_escape(self, depth: int) -> bool:
        """Tell whether a doubled brace or bracket starts here; `]]` ends two optional parts."""
        pair = self.text[self.at : self.at + 2]
        return pair in ("{{", "}}", "[[") or (pair == "]]" and depth <= 1)

    def piece(self, depth: int) -> Piece:
        """Read the piece that starts here."""
        char = self.text[self.at]
        if self.is_escape(depth) or char not in "{}[]":
            return self.literal(depth)
        if char == "{":
            return self.slot()
        if char == "[":
            return self.optional(depth)
        raise TemplateFault(
            f"{char!r} closes nothing, write {char * 2!r} for the character", self.at
        )

    def literal(self, depth: int) -> Literal:
        """Read text that stands as it is."""
        start = self.at
        chars: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "{}[]" and not self.is_escape(depth):
                break
            if "\ud800" <= char <= "\udfff":
                raise TemplateFault("half of a surrogate pair is no character", self.at)
            self.at += 2 if char in "{}[]" else 1
            chars.append(char)
        return Literal("".join(chars), start)

    def optional(self, depth: int) -> Optional:
        """Read a part that may be left out."""
        start = self.at
        if depth == DEEPEST:
            raise TemplateFault(f"optional parts are nested more than {DEEPEST} deep", start)
        self.at += 1
        inner = self.pieces(depth + 1)
        if self.at == len(self.text):
            raise TemplateFault("the optional part is not closed; write '[[' for a bracket", start)
        self.at += 1
        if not slots(inner):
            raise TemplateFault("the optional part has no field to tell whether it is there", start)
        return Optional(inner, start)

    def slot(self) -> Slot:
        """Read a field."""
        start = self.at
        name = _NAME.match(self.text, start + 1)
        if name is None:
            raise TemplateFault("expected a field's name; write '{{' for a brace", start)
        self.at = name.end()
        if self.text.startswith(":", self.at):
            self.at += 1
            return self.described(name[0], start)
        end = self.text.find("}", self.at)
        kind = _SUFFIXES.get(self.text[self.at : end]) if end >= 0 else None
        if kind is None:
            raise TemplateFault(
                f"the field {name[0]} is not closed, expected one of }} : +}} *}} **}} /}}",
                self.at,
            )
        self.at = end + 1
        return Slot(name[0], kind, offset=start)

    def described(self, name: str, start: int) -> Slot:
        """Read what stands behind a field's colon: a width or a pattern."""
        begin = self.at
        end = self.pattern_end()
        if end is None:
            raise TemplateFault(f"the pattern of {name} is not closed, expected '}}'", begin)
        pattern = self.text[begin:end]
        self.at = end + 1
        if _WIDTH.fullmatch(pattern):
            return Slot(name, "digits", width=int(pattern), offset=start)
        try:
            found = subset(pattern)
        except TemplateFault as fault:
            raise TemplateFault(fault.message, begin + fault.offset) from None
        if may_be_empty(found):
            raise TemplateFault(f"the pattern of {name} fits the empty text", begin)
        return Slot(name, "pattern", pattern, offset=start)

    def pattern_end(self) -> int | None:
        """Find the brace that ends a pattern, past its own braces, classes and escapes."""
        depth = 0
        in_class = False
        at = self.at
        while at < len(self.text):
            char = self.text[at]
            if char == "\\":
                at += 1
            elif in_class:
                in_class = char != "]"
            elif char == "[":
                in_class = True
            elif char == "{":
                depth += 1
            elif char == "}":
                if depth == 0:
                    return at
                depth -= 1
            at += 1
        return None
