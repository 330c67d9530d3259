"""Records of flat sources printed at array speed: members put together as columns of text."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.branches import field_texts
from annostd.bindings.grafts import name_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.bindings.tree_shape import Shape, Site
    from annostd.plan.model import Step


def is_flat(site: Site, shape: Shape) -> bool:
    """Tell whether a source's records stand in a list of their own, holding only its fields."""
    locator = site.source.locator
    kinds = [step.kind for step in locator]
    if kinds not in (["member", "each"], ["each"]) or site.children or locator[0].text:
        return False
    paths = [item.path for item in site.source.fields if item.capture is None]
    if not paths or any(not path or any(map(str.isdecimal, path)) for path in paths):
        return False
    ends = set(paths)
    if any(path[:length] in ends for path in paths for length in range(1, len(path))):
        return False
    return not any(_reaches(other, locator[0]) for other in shape.sites if other is not site)


def _reaches(site: Site, step: Step) -> bool:
    """Tell whether a source may have something in the member that a step leads to."""
    locator = site.source.locator
    if locator:
        return step.kind != "member" or locator[0].kind != "member" or locator[0].name == step.name
    firsts = {item.path[:1] for item in site.source.fields if item.capture is None}
    return (step.name,) in firsts or any(_reaches(child, step) for child in site.children)


def flat_texts(site: Site, frame: pl.DataFrame) -> pl.Series:
    """Print the records of a flat source."""
    fields = [
        item for item in site.source.fields if item.capture is None and item.name in frame.columns
    ]
    texts = pl.DataFrame(
        {str(number): field_texts(item, frame) for number, item in enumerate(fields)}
    )
    if not fields:
        return pl.Series(["{}"] * frame.height, dtype=pl.String)
    members = _members([(item.path, str(number)) for number, item in enumerate(fields)])
    body = members.str.strip_prefix(", ")
    return texts.select(pl.concat_str([pl.lit("{"), body, pl.lit("}")])).to_series()


def _members(paths: Sequence[tuple[tuple[str, ...], str]]) -> pl.Expr:
    """Make the text of members, each with `, ` before it; those without a value are left out."""
    names = list(dict.fromkeys(path[0] for path, _ in paths))
    parts: list[pl.Expr] = []
    for name in names:
        own = [(path[1:], column) for path, column in paths if path[0] == name]
        begin = f", {name_text(name)}: "
        if not own[0][0]:
            text = pl.col(own[0][1])
            part = pl.concat_str([pl.lit(begin), text])  # null where the value is
        else:
            inner = _members(own).str.strip_prefix(", ")
            there = reduce(or_, [pl.col(column).is_not_null() for _, column in own])
            made = pl.concat_str([pl.lit(begin + "{"), inner, pl.lit("}")])
            part = pl.when(there).then(made)
        parts.append(part.fill_null(""))
    return pl.concat_str(parts)
