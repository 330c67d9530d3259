"""JSON texts of strings: quoted and unquoted at array speed; only escapes are met one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPED = r'["\\\x00-\x1f]'


def quoted(texts: pl.Series) -> pl.Series:
    """Write strings as JSON texts, characters beyond ASCII as they are; null stays null."""
    plain = pl.select('"' + texts + '"').to_series()
    special = texts.str.contains(_ESCAPED).fill_null(value=False)
    return _spelled(plain, texts, special, lambda text: json.dumps(text, ensure_ascii=False))


def unquoted(texts: pl.Series) -> pl.Series:
    """Read the JSON texts of strings; texts of other values stay as they are, null is missing."""
    is_string = texts.str.starts_with('"')
    inner = texts.str.slice(1).str.strip_suffix('"')
    plain = pl.select(pl.when(is_string).then(inner).when(texts != "null").then(texts)).to_series()
    special = (is_string & texts.str.contains("\\", literal=True)).fill_null(value=False)
    return _spelled(plain, texts, special, json.loads)


def is_string(texts: pl.Series) -> pl.Series:
    """Tell which JSON texts are strings; a missing one is none."""
    return texts.str.starts_with('"').fill_null(value=False)


def without_null(texts: pl.Series) -> pl.Series:
    """Give JSON texts with null as missing."""
    kept = pl.select(pl.when(texts != "null").then(texts)).to_series()
    return kept.alias(texts.name)


def _spelled(
    plain: pl.Series, texts: pl.Series, special: pl.Series, spell: Callable[[str], str]
) -> pl.Series:
    """Put what `spell` makes of the special texts where they stand; `plain` is for the others."""
    if special.any():
        spelled = [spell(text) for text in texts.filter(special)]
        plain = plain.scatter(special.arg_true(), spelled)
    return plain.alias(texts.name)
