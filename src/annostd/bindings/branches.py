"""From raw rows to the tree that a file is to hold: the way of the walk, backwards.

A branch is JSON text (a leaf), members by name, or a list; rows stay visible in it, so that what
stood in the files they came from can be found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from annostd.bindings.cell_texts import json_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.bindings.tree_shape import Shape, Site
    from annostd.plan.model import Field, Step


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row was read: its file, where it began and ended there, its pointer if it has one."""

    file: int
    start: int
    end: int
    path: str | None


@dataclass(slots=True)
class Row:
    """A row: what its record holds, and where it was read (None: it is new)."""

    site: Site
    body: Branch
    spot: Spot | None


@dataclass(slots=True)
class Embedded:
    """A branch that is written as JSON inside a text."""

    body: Branch


@dataclass(slots=True)
class Printed:
    """A list whose records are printed already."""

    texts: pl.Series


Branch: TypeAlias = str | dict[str, "Branch"] | list["Branch"] | Row | Embedded | Printed


def grow(
    shape: Shape, rows: Mapping[str, pl.DataFrame], printed: Mapping[str, pl.Series]
) -> Branch:
    """Build the tree of one file from its rows; `printed` holds records that are printed already.

    Lists and maps without rows are made where their source is required or `empty` says so.
    """
    is_list = any(
        site.source.locator[:1] and site.source.locator[0].kind == "each" for site in shape.sites
    )
    root = Row(shape.sites[0], [] if is_list else {}, None) if shape.sites else None
    if root is None:
        return {}
    for site in shape.sites:
        if site.source.name in printed:
            _put(root, site.source.locator[:-1], {}, Printed(printed[site.source.name]))
        else:
            _plant(site, rows, [root])
    return root.body


def planted(site: Site, rows: Mapping[str, pl.DataFrame]) -> list[Row]:
    """Make the rows of an outermost source, each with all that stands inside it."""
    frame = rows.get(site.source.name)
    made = rows_of(site, frame) if frame is not None else []
    for child in site.children:
        _plant(child, rows, made)
    return made


def _plant(site: Site, rows: Mapping[str, pl.DataFrame], outer: Sequence[Row]) -> None:
    """Put the rows of a source, and those inside them, into the rows that enclose them."""
    frame = rows.get(site.source.name)
    if site.source.required is not None or site.source.empty == "write":
        for row in outer:
            _make_empty(row, site.source.locator)
    if frame is None:
        return
    parents = frame["@parent"].to_list() if "@parent" in frame.columns else [0] * frame.height
    keys = _keys(site, frame)
    planted = rows_of(site, frame)
    for number, row in enumerate(planted):
        caught = {name: texts[number] or str(number) for name, texts in keys.items()}
        _put(outer[parents[number] or 0], site.source.locator, caught, row)
    for child in site.children:
        _plant(child, rows, planted)


def rows_of(site: Site, frame: pl.DataFrame) -> list[Row]:
    """Make the rows of a source of its raw frame, without those inside them."""
    columns = _texts(site, frame)
    spots = _spots(frame)
    return [
        Row(site, _body(site, columns, number), spots[number]) for number in range(frame.height)
    ]


def _spots(frame: pl.DataFrame) -> list[Spot | None]:
    if not {"@file", "@start", "@end"} <= set(frame.columns):
        return [None] * frame.height
    path = pl.col("@path") if "@path" in frame.columns else pl.lit(None, pl.String)
    places = frame.select("@file", "@start", "@end", path.alias("@path")).rows()
    return [
        Spot(*place) if place[0] is not None and place[1] is not None else None for place in places
    ]


def _texts(site: Site, frame: pl.DataFrame) -> list[tuple[Field, list[str | None]]]:
    """Print the fields that are members of the record, column by column."""
    return [
        (item, field_texts(item, frame).to_list())
        for item in site.source.fields
        if item.capture is None and item.name in frame.columns
    ]


def field_texts(item: Field, frame: pl.DataFrame) -> pl.Series:
    """Print one field's column as JSON text."""
    series = frame[item.name]
    if series.dtype == pl.Null:
        return series.cast(pl.String)
    return series if item.kind == "value" else json_texts(series)


def _keys(site: Site, frame: pl.DataFrame) -> dict[str, list[str | None]]:
    """Give the texts of captures that the locator's names are made of."""
    names = {step.name for step in site.source.locator if step.kind == "capture"}
    found: dict[str, list[str | None]] = {name: [None] * frame.height for name in names}
    for item in site.source.fields:
        if item.capture in names and item.name in frame.columns:
            found[str(item.capture)] = frame[item.name].cast(pl.String).to_list()
    return found


def _body(site: Site, columns: Sequence[tuple[Field, list[str | None]]], number: int) -> Branch:
    """Build what a record holds of its own."""
    body: dict[str, Branch] = {}
    whole: str | None = None
    for item, texts in columns:
        text = texts[number]
        if not item.path:
            whole = text if text is not None else whole
        elif text is not None:
            holder = body
            for step in item.path[:-1]:
                below = holder.setdefault(step, {})
                if not isinstance(below, dict):
                    break
                holder = below
            else:
                holder[item.path[-1]] = text
    if not body and (whole is not None or not _is_object(site)):
        return whole if whole is not None else "null"
    return _with_lists(body) if any(map(str.isdecimal, _all_names(body))) else body


def _is_object(site: Site) -> bool:
    return site.needs_members or site.needs_items or not site.source.fields


def _all_names(body: Branch) -> Iterator[str]:
    if isinstance(body, dict):
        for name, below in body.items():
            yield name
            yield from _all_names(below)


def _with_lists(body: Branch) -> Branch:
    """Make lists of members that are positions; positions left out are null."""
    if not isinstance(body, dict):
        return body
    if not body or not all(name.isdecimal() for name in body):
        return {name: _with_lists(below) for name, below in body.items()}
    length = 1 + max(map(int, body))
    return [_with_lists(body.get(str(index), "null")) for index in range(length)]


def _make_empty(row: Row, locator: Sequence[Step]) -> None:
    """Make the list or map that rows of a source would stand in."""
    if len(locator) > 1 and all(step.kind == "member" for step in locator[:-1]):
        last = locator[-1]
        if last.kind == "each":
            _put(row, locator[:-1], {}, [])
        elif last.kind == "capture":
            _put(row, locator[:-1], {}, {})


def _put(outer: Row, locator: Sequence[Step], caught: Mapping[str, str], what: Branch) -> None:
    """Put a branch where a locator leads to from a row, making what is not there yet."""
    holder = outer.body
    if not locator:
        _merge_root(outer, what)
        return
    for step, following in zip(locator, [*locator[1:], None], strict=True):
        below: Branch = what
        if following is not None:
            below = [] if following.kind == "each" else {}
        if isinstance(holder, list):
            holder.append(below)
        elif isinstance(holder, dict):
            name = caught[step.name] if step.kind == "capture" else step.name
            below = _entered(holder, name, below, is_text=step.text, is_last=following is None)
        holder = below


def _entered(
    holder: dict[str, Branch], name: str, made: Branch, *, is_text: bool, is_last: bool
) -> Branch:
    """Find or make a member; what stands there already is kept unless rows replace it."""
    known = holder.get(name)
    if isinstance(known, Embedded):
        return known.body
    if isinstance(known, Row) and not is_last:
        return known.body
    if isinstance(known, (dict, list)) and (not is_last or isinstance(made, (dict, list))):
        return known
    if isinstance(known, Row) and isinstance(made, Row):
        return _joined(known, made)
    if isinstance(known, dict) and isinstance(made, Row) and isinstance(made.body, dict):
        made.body = {**made.body, **known}
    holder[name] = Embedded(made) if is_text else made
    return made


def _joined(known: Row, made: Row) -> Branch:
    """Let two rows be one record: what either holds, both hold."""
    if isinstance(known.body, dict) and isinstance(made.body, dict):
        for name, below in made.body.items():
            known.body.setdefault(name, below)
        made.body = known.body
    return known.body


def _merge_root(outer: Row, what: Branch) -> None:
    """Let a row be the enclosing record itself: its members join those that are there."""
    body = what.body if isinstance(what, Row) else what
    if isinstance(body, dict) and isinstance(outer.body, dict):
        for name, below in body.items():
            outer.body.setdefault(name, below)
        if isinstance(what, Row):
            what.body = outer.body
    elif not outer.body:
        outer.body = body
