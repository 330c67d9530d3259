"""Take texts apart by a template: one text, or a column of texts at array speed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from annostd.templates.automaton import has_one_way
from annostd.templates.characters import common
from annostd.templates.model import Optional, Pattern, Slot, fields
from annostd.templates.reading import BLANK, Reading
from annostd.templates.shape import shape
from annostd.templates.subset import subset
from annostd.templates.tree import letters, regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.templates.model import Blanks, Mode, Piece, Template


def pattern(
    template: Template,
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
    kinds: Mapping[str, str] | None = None,
) -> Pattern:
    """Make the pattern that fits what a template fits.

    `kinds` give patterns for some fields, an integer's or a number's: the strict pattern fits a
    part of what the lenient one fits, with the same groups. A kind narrows `{x}`, `{x*}` and each
    item of `{x+}`; a field with a pattern of its own keeps it. TemplateFault: a kind fits the empty
    text, or is outside the subset of regular expressions that patterns may use.
    """
    return _pattern(template, Reading(mode, blanks), _sorted(kinds))


def is_unambiguous(
    template: Template,
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
    kinds: Mapping[str, str] | None = None,
) -> bool:
    """Tell whether each text that fits can be taken apart in one way only.

    Then Python's `re` matches in time linear in the text. False also where the template is too
    large to tell.
    """
    return _has_one_way(template, Reading(mode, blanks), _sorted(kinds))


def match(
    template: Template,
    text: str,
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
    kinds: Mapping[str, str] | None = None,
) -> dict[str, str] | None:
    """Take one text apart into its fields, without those that are missing; None if it does not fit.

    Takes time linear in the text, whatever the template.
    """
    reading, narrow = Reading(mode, blanks), _sorted(kinds)
    made = _pattern(template, reading, narrow)
    if not is_unicode(text):
        return None
    if not _has_one_way(template, reading, narrow):
        return _match_linear(made, text)
    found = re.fullmatch(made.text, text)
    if found is None:
        return None
    return _values(made, dict(zip(made.names, found.groups(), strict=True)))


def extract(
    template: Template,
    series: pl.Series,
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
    kinds: Mapping[str, str] | None = None,
) -> tuple[pl.DataFrame, pl.Series]:
    """Take a column of texts apart: a String column per field, and which rows fit.

    A missing field is null, as are all fields of a row that does not fit; a null text does not fit.
    """
    reading = Reading(mode, blanks)
    if _can_be_stripped(template, reading):
        series = series.str.strip_chars(" \t")
        reading = Reading(mode, blanks, bare=True)
    return _extracted(_pattern(template, reading, _sorted(kinds)), series)


def _extracted(made: Pattern, series: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Match a column of texts against a pattern."""
    if not made.names:
        return pl.DataFrame(), series.str.contains(made.text).fill_null(value=False)
    frame = series.str.extract_groups(made.text).struct.unnest()
    frame.columns = list(made.names)
    if made.always is None:
        matched = series.str.contains(made.text).fill_null(value=False)
    else:
        matched = frame[made.always].is_not_null()
    filled = [pl.when(matched).then(pl.col(name).fill_null("")).alias(name) for name in made.empty]
    return frame.with_columns(filled), matched.alias("matched")


@lru_cache(maxsize=1024)
def _pattern(template: Template, reading: Reading, kinds: tuple[tuple[str, str], ...]) -> Pattern:
    """Make a pattern once."""
    outer = [piece for piece in template.pieces if isinstance(piece, Slot)]
    rests = [slot.name for slot in outer if slot.kind == "rest" and reading.is_loose]
    always = next((slot.name for slot in outer if slot.name not in rests), None)
    body = regex(shape(template, reading, kinds))
    return Pattern(f"^(?:{body})$", fields(template), frozenset(rests), always)


@lru_cache(maxsize=1024)
def _has_one_way(template: Template, reading: Reading, kinds: tuple[tuple[str, str], ...]) -> bool:
    """Judge a template once."""
    return has_one_way(shape(template, reading, kinds))


def _match_linear(made: Pattern, text: str) -> dict[str, str] | None:
    """Match one text with the engine that never backtracks."""
    frame, matched = _extracted(made, pl.Series([text], dtype=pl.String))
    if not matched[0]:
        return None
    return _values(made, frame.row(0, named=True) if made.names else {})


def _values(made: Pattern, groups: Mapping[str, str | None]) -> dict[str, str]:
    """Leave missing fields out; a rest of the line that is not there is empty."""
    texts = {
        name: "" if name in made.empty and text is None else text for name, text in groups.items()
    }
    return {name: text for name, text in texts.items() if text is not None}


def _sorted(kinds: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Make kinds hashable."""
    return tuple(sorted(kinds.items())) if kinds else ()


def is_unicode(text: str) -> bool:
    """Tell whether a text can be encoded: half surrogates, from names of files, cannot."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _can_be_stripped(template: Template, reading: Reading) -> bool:
    """Tell whether a line means the same without its outer blanks: then the pattern is one-pass."""
    return (
        reading.is_loose and _is_closed(template.pieces) and _is_closed(template.pieces[::-1], -1)
    )


def _is_closed(pieces: tuple[Piece, ...], end: int = 0) -> bool:
    """Tell whether no piece that may stand at this end of a line needs or takes its outer blanks.

    At the end of a line a blank before an empty rest may be missing, so it is not needed there.
    """
    taken = ""
    for piece in pieces:
        if isinstance(piece, Optional):
            if not _is_closed(piece.pieces[:: end or 1], end):
                return False
            taken = ""
        elif isinstance(piece, Slot):
            if piece.kind not in ("rest", "folders"):
                return not _takes_blanks(piece)
            taken = " \t" if end and piece.kind == "rest" else ""
        else:
            left = piece.text.rstrip(taken) if taken else piece.text
            if left:
                return left[end] not in " \t"
    return True


def _takes_blanks(slot: Slot) -> bool:
    """Tell whether a field may start or end with blanks."""
    if slot.kind != "pattern":
        return slot.kind == "lines"
    return common(letters(subset(slot.pattern)), BLANK) != ()
