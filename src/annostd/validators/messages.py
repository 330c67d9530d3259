"""Texts of findings: what stands there, then what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.expressions import Typed, vectorise
from annostd.tables.numbers import shortest
from annostd.tables.times import render_times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.plan.model import RulePlan

LONGEST = 120
_FAULTS: Mapping[str, str] = {
    "missing": "{what} is missing, expected {expected}",
    "type": "{what} is {actual}, expected {expected}",
    "value": "{what} is {actual}, expected {expected}",
    "sequence": "{what} is {actual}, expected {expected} here",
    "range": "{what} is {actual}, expected {expected}",
    "pattern": "{what} is {actual}, expected {expected}",
    "length": "{what} is {actual}, expected {expected}",
    "duplicate": "{what} {actual} is given more than once, expected once",
    "order": "{what} is {actual}, expected {expected}",
    "dangling": "{what} names {actual}, expected {expected}",
    "variant": "the row is of no known kind ({actual}), expected {expected}",
    "differs": "{what} is {actual}, expected {expected}",
    "unknown-key": "{what} is not declared by the standard",
}


def fault_message(rule: str, actual: str | None, expected: str, *, inside: bool = False) -> str:
    """Say what a generated rule found; `rule` is its id.

    `inside`: what was found is a number of several that are the value.
    """
    *names, fault = rule.split(".")
    what = names[-1] if names else rule
    shown = shorten(actual) if actual is not None else "nothing"
    text = _FAULTS.get(fault, "{what} is {actual}, expected {expected}")
    if inside:
        text = "{what} holds {actual}, expected {expected}"
    return text.format(what=what, actual=shown, expected=expected)


def shorten(text: str) -> str:
    """Cut a text from data to what fits a line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def written_messages(rule: RulePlan, environment: pl.DataFrame) -> list[str]:
    """Print a rule's message for each row of an environment."""
    pieces = [
        pl.lit(piece) if isinstance(piece, str) else _text(environment, piece, rule)
        for piece in rule.message
    ]
    if environment.height == 0:
        return []
    texts = environment.select(pl.concat_str(pieces).alias("@message")).to_series()
    return (
        [shorten(text) for text in texts.gather_every(1)]
        if len(texts) == environment.height
        else [shorten(texts[0])] * environment.height
    )


def _text(environment: pl.DataFrame, piece: Typed, rule: RulePlan) -> pl.Series:
    value = environment.select(vectorise(piece, rule.parameters).alias("@value")).to_series()
    if len(value) != environment.height:
        value = pl.Series("@value", [value[0]] * environment.height, dtype=value.dtype)
    return as_text(value)


def as_text(value: pl.Series) -> pl.Series:
    """Print values as their files would spell them; `nothing` where they are missing."""
    if value.dtype == pl.Float64:
        text = shortest(value)
    elif value.dtype.is_decimal():
        text = render_times(value)
    elif value.dtype == pl.List(pl.String):
        text = value.list.join(", ")
    elif value.dtype == pl.Boolean:
        text = value.cast(pl.String)
    else:
        text = value.cast(pl.String, strict=False)
    return text.fill_null("nothing")
