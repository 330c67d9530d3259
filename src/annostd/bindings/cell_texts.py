"""Raw columns as JSON text, at array speed."""

from __future__ import annotations

import polars as pl

from annostd.tables.numbers import shortest

_CONTROL = [chr(code) for code in range(32)]
_SHORT = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = [*_CONTROL, '"', "\\"]
_ESCAPES = [*(_SHORT.get(code, f"\\u{ord(code):04x}") for code in _CONTROL), '\\"', "\\\\"]
_SPECIAL = r'[\x00-\x1f"\\]'


def json_texts(series: pl.Series) -> pl.Series:
    """Print a raw column as JSON text; null stays null, and so does a number that is none.

    A column of text is printed as strings: values that are JSON text already need no printing.
    """
    kind = series.dtype
    if kind == pl.String:
        return quoted(series)
    if kind.is_float():
        return shortest(series)
    return series.cast(pl.String)


def quoted(series: pl.Series) -> pl.Series:
    """Write texts as JSON strings; only what must be escaped is."""
    if series.str.contains(_SPECIAL).any():
        series = series.str.replace_many(_PLAIN, _ESCAPES)
    return '"' + series + '"'
