"""Printing JSON documents: members on their own lines, one record a line, all else on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.branches import Branch, Printed, Row, grow
from annostd.bindings.grafts import compact, name_text
from annostd.bindings.json_flat import flat_texts, is_flat
from annostd.bindings.json_graft import Archives, grafted_texts
from annostd.bindings.tree_shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from annostd.columns.raw import Origin
    from annostd.plan.model import FilePlan

_MANY = 10_000
_LONG = 1 << 20


def write_document(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
) -> Iterator[bytes]:
    """Print one document of its rows, into what stood in `origin` if that is given."""
    shape = shape_of(plan, None)
    with Archives(origin, plan) as archives:
        printed: dict[str, pl.Series] = {}
        for site in shape.sites:
            frame = rows.get(site.source.name)
            if frame is not None and is_flat(site, shape):
                texts = flat_texts(site, frame)
                if origin is not None:
                    texts = pl.Series(grafted_texts(site, frame, texts, archives), dtype=pl.String)
                printed[site.source.name] = texts
        root = grow(shape, rows, printed)
        if origin is not None:
            root = archives.document(root, shape.document)
        yield from _joined(_document(root))


def _joined(pieces: Iterable[str]) -> Iterator[bytes]:
    """Join small pieces into few."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= _LONG:
            yield "".join(waiting).encode()
            waiting, length = [], 0
    yield "".join(waiting).encode()


def _document(root: Branch) -> Iterator[str]:
    if isinstance(root, dict) and root:
        yield from _members(root, "")
    else:
        yield from _block(root, "")
    yield "\n"


def _members(body: Mapping[str, Branch], indent: str) -> Iterator[str]:
    """Print members on their own lines."""
    begin = f"{{\n{indent}  "
    for name, branch in body.items():
        yield f"{begin}{name_text(name)}: "
        yield from _block(branch, f"{indent}  ")
        begin = f",\n{indent}  "
    yield f"\n{indent}}}"


def _block(branch: Branch, indent: str) -> Iterator[str]:
    """Print a value of the top level: rows one a line, and so those in a single row."""
    body = branch.body if isinstance(branch, Row) else None
    if isinstance(body, dict) and any(map(_holds_records, body.values())):
        yield from _members(body, indent)
        return
    if isinstance(branch, Printed):
        yield from _lines(branch.texts, indent)
    elif isinstance(branch, list) and _holds_records(branch):
        begin = f"[\n{indent}  "
        for item in branch:
            yield begin + compact(item)
            begin = f",\n{indent}  "
        yield f"\n{indent}]"
    elif isinstance(branch, dict) and _holds_records(branch):
        begin = f"{{\n{indent}  "
        for name, below in branch.items():
            yield f"{begin}{name_text(name)}: {compact(below)}"
            begin = f",\n{indent}  "
        yield f"\n{indent}}}"
    else:
        yield compact(branch)


def _lines(texts: pl.Series, indent: str) -> Iterator[str]:
    """Print a list of records that are printed already, many at once."""
    between = f",\n{indent}  "
    begin = f"[\n{indent}  "
    for start in range(0, len(texts), _MANY):
        yield begin + str(texts.slice(start, _MANY).str.join(between).item())
        begin = between
    yield f"\n{indent}]" if len(texts) else "[]"


def _holds_records(branch: Branch) -> bool:
    """Tell a list or a map of records."""
    if not isinstance(branch, (dict, list)):
        return False
    return any(
        isinstance(item, Row) for item in (branch.values() if isinstance(branch, dict) else branch)
    )
