"""Print values by a template: one row, or whole columns."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.errors import UsageError
from annostd.templates.automaton import has_one_way
from annostd.templates.characters import common, of
from annostd.templates.model import Literal, Optional, Slot, Unfit, fields, slots
from annostd.templates.neighbours import neighbours
from annostd.templates.pattern import is_unambiguous, is_unicode, match, pattern
from annostd.templates.reading import Reading
from annostd.templates.shape import held_by
from annostd.templates.tree import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.templates.model import Blanks, Mode, Piece, Template

_DOTS: Final = r"(?:^|/)\.\.?(?:/|$)"
_MOST_SHOWN: Final = 60
_UNPADDED: Final = "[0-9]+"


def render(
    template: Template,
    values: Mapping[str, str | None],
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
    read_back: bool = True,
) -> str | Unfit:
    """Print one row; a missing value is None or not in `values`.

    Unfit where a needed value is missing, where one cannot stand in its field, and where the text
    would be taken apart otherwise than it was put together (not asked where `read_back` is False:
    a path that is only looked for). `{x:06}` is padded, missing folders are none.
    """
    texts = _padded(template, values)
    reading = Reading(mode, blanks)
    unfit = next(filter(None, _unfits(template, texts, reading)), None)
    if unfit is not None:
        return unfit
    printed = _printed(template.pieces, texts)
    if isinstance(printed, Unfit):
        return printed
    if mode == "path" and re.search(_DOTS, printed):
        return Unfit(
            None, printed, f"the path is {_shown(printed)}, expected no folder '.' or '..'"
        )
    if not read_back or is_unambiguous(template, mode=mode, blanks=blanks):
        return printed
    read = match(template, printed, mode=mode, blanks=blanks)
    if read == texts:
        return printed
    return Unfit(
        None, printed, f"the text {_shown(printed)} does not read back as {_shown(str(texts))}"
    )


def render_expr(template: Template, columns: Mapping[str, pl.Expr]) -> pl.Expr:
    """Print whole columns, one String expression per field; null where a needed value is missing.

    Values are not judged: ask `fits_expr` of each field, or `reads_back_expr` of the row, before. A
    template without fields gives one row.
    """
    return _expression(template.pieces, _columns(template, columns))


def fits_expr(
    template: Template,
    field: str,
    value: pl.Expr | None = None,
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
) -> pl.Expr:
    """Tell of each value of a String column whether it can stand in a field; null if it is missing.

    The column is the one of the field's name where `value` is not given.
    """
    asked = pl.col(field) if value is None else value
    spelled, _ = _fits(template, field, Reading(mode, blanks))
    width = next(slot.width for slot in slots(template.pieces) if slot.name == field)
    asked = _zeros_before(asked, width) if width else asked
    fits = asked.str.contains(f"^(?:{spelled})$")
    return fits & ~asked.str.contains(_DOTS) if mode == "path" else fits


def reads_back_expr(
    template: Template,
    columns: Mapping[str, pl.Expr],
    *,
    mode: Mode = "line",
    blanks: Blanks = "exact",
) -> pl.Expr:
    """Tell of each row whether it can be printed, and its text be taken apart into the same values.

    Slower than `fits_expr` of each field, which says the same of templates that are unambiguous.
    """
    printed = render_expr(template, columns)
    made = pattern(template, mode=mode, blanks=blanks)
    wanted = _columns(template, columns)
    same = [printed.is_not_null()]
    if mode == "path":
        paths = (printed, *wanted.values())
        same.extend(~path.str.contains(_DOTS).fill_null(value=False) for path in paths)
    for index, name in enumerate(made.names):
        read = printed.str.extract_groups(made.text).struct.field(f"g{index}")
        full = printed.str.contains(made.text)
        read = pl.when(full).then(read.fill_null("")) if name in made.empty else read
        same.extend((full, read.eq_missing(wanted[name])))
    return pl.all_horizontal(same).fill_null(value=False)


def _padded(template: Template, values: Mapping[str, str | None]) -> dict[str, str]:
    """Take the values of a template that are given, as they are to be printed."""
    outer = {piece.name for piece in template.pieces if isinstance(piece, Slot)}
    texts: dict[str, str] = {}
    for slot in slots(template.pieces):
        value = values.get(slot.name)
        if value is None and slot.kind == "folders" and slot.name in outer:
            value = ""
        if value is not None:
            short = slot.kind == "digits" and re.fullmatch(_UNPADDED, value)
            texts[slot.name] = value.zfill(slot.width) if short else value
    return texts


def _printed(pieces: tuple[Piece, ...], texts: Mapping[str, str]) -> str | Unfit:
    """Print pieces; Unfit names a field that is missing."""
    parts: list[str] = []
    for piece in pieces:
        part: str | Unfit
        if isinstance(piece, Literal):
            part = piece.text
        elif isinstance(piece, Slot):
            part = texts.get(
                piece.name, Unfit(piece.name, None, f"{piece.name} is missing, expected text")
            )
        elif any(slot.name in texts for slot in slots(piece.pieces)):
            part = _printed(piece.pieces, texts)
        else:
            part = ""
        if isinstance(part, Unfit):
            return part
        parts.append(part)
    return "".join(parts)


def _columns(template: Template, columns: Mapping[str, pl.Expr]) -> dict[str, pl.Expr]:
    """Take a template's columns as they are to be printed; one that is not given is null."""
    outer = {piece.name for piece in template.pieces if isinstance(piece, Slot)}
    found: dict[str, pl.Expr] = {}
    for slot in slots(template.pieces):
        column = columns.get(slot.name, pl.lit(None, dtype=pl.String))
        if slot.kind == "digits":
            column = _zeros_before(column, slot.width)
        elif slot.kind == "folders" and slot.name in outer:
            column = column.fill_null("")
        found[slot.name] = column
    return found


def _zeros_before(column: pl.Expr, width: int) -> pl.Expr:
    """Pad a column of digits; what is no number stays as it is."""
    padded = column.str.zfill(width)
    return pl.when(column.str.contains(f"^{_UNPADDED}$")).then(padded).otherwise(column)


def _expression(pieces: tuple[Piece, ...], columns: Mapping[str, pl.Expr]) -> pl.Expr:
    """Print pieces of whole columns."""
    parts: list[pl.Expr] = []
    for piece in pieces:
        if isinstance(piece, Literal):
            parts.append(pl.lit(piece.text))
        elif isinstance(piece, Slot):
            parts.append(columns[piece.name])
        else:
            parts.append(_optional(piece, columns))
    return parts[0] if len(parts) == 1 else pl.concat_str(parts)


def _optional(piece: Optional, columns: Mapping[str, pl.Expr]) -> pl.Expr:
    """Print an optional part of whole columns."""
    missing = pl.all_horizontal(columns[slot.name].is_null() for slot in slots(piece.pieces))
    return pl.when(missing).then(pl.lit("")).otherwise(_expression(piece.pieces, columns))


def _unfits(
    template: Template,
    texts: Mapping[str, str],
    reading: Reading,
) -> Iterator[Unfit | None]:
    """Judge each value for its field."""
    for slot in slots(template.pieces):
        value = texts.get(slot.name)
        if value is None:
            continue
        if not _stands(template, slot.name, value, reading):
            yield Unfit(
                slot.name,
                value,
                f"{slot.name} is {_shown(value)}, {_wanted(template, slot, value, reading)}",
            )
        if reading.mode == "path" and re.search(_DOTS, value):
            yield Unfit(
                slot.name, value, f"{slot.name} is {_shown(value)}, expected no folder '.' or '..'"
            )


def _shown(text: str) -> str:
    """Quote a text for a message, the start of a long one."""
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def _stands(template: Template, field: str, value: str, reading: Reading) -> bool:
    """Tell whether a value can stand in a field, in time linear in the value."""
    fits, is_simple = _fits(template, field, reading)
    if is_simple or not is_unicode(value):
        return is_unicode(value) and re.fullmatch(fits, value) is not None
    return bool(pl.Series([value]).str.contains(f"^(?:{fits})$")[0])


@lru_cache(maxsize=4096)
def _fits(template: Template, field: str, reading: Reading) -> tuple[str, bool]:
    """Spell what a field may hold, and whether Python's `re` may match it."""
    if field not in fields(template):
        raise UsageError(
            f"the template has no field {field}",
            f"its fields are {', '.join(fields(template))}",
        )
    tree = held_by(template, field, reading)
    return regex(tree), has_one_way(tree)


def _wanted(template: Template, slot: Slot, value: str, reading: Reading) -> str:
    """Say what a field wanted of a value that cannot stand in it."""
    near = neighbours(template, reading.mode)[slot.name]
    wanted = {
        "digits": f"expected digits, {slot.width} of them or more",
        "pattern": f"expected what fits {slot.pattern}",
        "folders": "expected folders, each with its slash",
    }
    if slot.kind in wanted:
        return wanted[slot.kind]
    if value == "":
        return "expected text"
    foreign = [char for char in "\n\r\0/" if char in value and not common(reading.inside, of(char))]
    blanks = [char for char in " \t" if slot.kind == "text" and reading.is_loose and char in value]
    literals = [text for text in (*near.following, near.before) if text and text in value]
    for refused in (*foreign, *literals, *blanks):
        return f"expected no {refused!r} in it"
    return "expected text that ends where the next piece starts"
