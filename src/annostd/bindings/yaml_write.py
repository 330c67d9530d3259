"""Printing YAML documents: block style, order kept, text quoted where it would be misread."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from annostd.bindings.branches import grow
from annostd.bindings.bytes import read_bytes
from annostd.bindings.grafts import compact, graft, graft_rows, is_same
from annostd.bindings.placed_tree import PlacedArchive
from annostd.bindings.tree_shape import shape_of
from annostd.bindings.yaml_scalar import resolve
from annostd.bindings.yaml_tree import TREE, open_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from annostd.columns.raw import Origin
    from annostd.plan.model import FilePlan

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NEVER = 1 << 30


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Writes plain values; text that a reader of YAML 1.1 or 1.2 would take for more is quoted."""

    def ignore_aliases(self, _: object) -> bool:
        """Write equal values out each time."""
        return True


def _text(dumper: Any, value: str) -> Any:
    style = None if resolve(value) == "string" else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def write_document(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
) -> Iterator[bytes]:
    """Print one document of its rows.

    With an origin, undeclared members and order return; the text itself returns (comments, style)
    only where nothing has changed.
    """
    shape = shape_of(plan, None)
    root = grow(shape, rows, {})
    if origin is not None:
        archive = PlacedArchive(origin, TREE, open_tree)
        old = archive.root(origin.file)
        if old is None:
            root = graft_rows(root, archive)
        else:
            root = graft(old, root, shape.document, archive)
            if is_same(compact(root), TREE.text(old.node)) and origin.file is not None:
                yield read_bytes(archive.path(origin.file))
                return
    yield dump(compact(root)).encode()


def dump(text: str) -> str:
    """Print JSON text as YAML; names that are whole numbers are written as numbers."""
    value = json.loads(text, object_pairs_hook=_members)
    made: str = yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=_NEVER,
    )
    return made.removesuffix("...\n")


def _members(pairs: Sequence[tuple[str, object]]) -> dict[str | int, object]:
    return {int(name) if _NUMBER.fullmatch(name) else name: value for name, value in pairs}
