"""How a template is read, and the characters that fields are made of then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annostd.templates.characters import Characters, complement, of, without

if TYPE_CHECKING:
    from annostd.templates.model import Blanks, Mode

BLANK: Final = of(" \t")
LINE: Final = complement(of("\n\r"))
FOLDER: Final = complement(of("/\0"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a template is read: as a line or a path, its blanks as any run or exactly.

    `bare` is a line whose outer blanks are already taken off.
    """

    mode: Mode = "line"
    blanks: Blanks = "exact"
    bare: bool = False

    @property
    def is_loose(self) -> bool:
        """Whether a blank fits any run of blanks and tabs."""
        return self.mode == "line" and self.blanks == "any"

    @property
    def inside(self) -> Characters:
        """The characters of a line, or of one folder's or file's name."""
        return FOLDER if self.mode == "path" else LINE

    @property
    def word(self) -> Characters:
        """The characters of a plain field."""
        return without(self.inside, BLANK) if self.is_loose else self.inside
