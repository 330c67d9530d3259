"""A typed `Standard` from a name or a file, and the same with other dialects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annostd.errors import StandardError, UsageError
from annostd.standard import members as m
from annostd.standard.canonical import digest
from annostd.standard.complete import gaps
from annostd.standard.merge import mapping
from annostd.standard.model import Alternative, Source, Standard
from annostd.standard.resolve import apply_dialects, dialects, resolve
from annostd.standard.typed_files import conventions, files
from annostd.standard.typed_rules import rules
from annostd.standard.typed_tables import tables
from annostd.standard.yaml_tree import MapNode, marks, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.errors import Fault
    from annostd.standard.locate import Library

_SUFFIXES = (".yaml", ".yml")
_PLACES = frozenset({"from", "in", "rows", "required"})
"""What says where rows stand, and whether they have to."""


def load(
    id_or_path: str | Path, library: Library, chosen: Mapping[str, str] | None = None
) -> Standard:
    """Load the standard that an id, an alias, `id@range` or the path of a YAML file names.

    `chosen` names alternatives by axis; the first is taken where none is named. Raises `UsageError`
    where nothing has that name or there is no such dialect, `StandardError` with every fault of
    structure where the file is broken.
    """
    resolved = resolve(find(id_or_path, library), library)
    if resolved.faults:
        raise StandardError(resolved.faults)
    return _typed(resolved.tree, digest(resolved.tree), chosen or {})


def with_dialects(standard: Standard, chosen: Mapping[str, str]) -> Standard:
    """Give the same standard with these alternatives, and on other axes those that it has.

    Raises `UsageError` where there is no such axis or alternative.
    """
    if standard.tree is None:
        raise UsageError(
            f"{standard.id} was not loaded from a file, so its dialects cannot be changed"
        )
    return _typed(standard.tree, standard.digest, {**standard.chosen, **chosen})


def find(id_or_path: str | Path, library: Library) -> Path:
    """Give the file that an id, an alias, `id@range` or a path names.

    A text is a path where it ends in `.yaml` or `.yml`. Raises `UsageError`.
    """
    if isinstance(id_or_path, Path) or id_or_path.endswith(_SUFFIXES):
        return Path(id_or_path)
    return library.find(id_or_path).path


def _typed(tree: MapNode, identity: str, chosen: Mapping[str, str]) -> Standard:
    faults: list[Fault] = []
    document, applied = apply_dialects(tree, chosen, faults)
    faults.extend(gaps(document))
    made = tables(document, faults)
    if faults:
        raise StandardError(faults)
    values = plain(document)
    return Standard(
        m.text_or(tree, "id", ""),
        m.text_or(tree, "version", ""),
        m.text_or(tree, "status", "draft"),
        m.text_or(tree, "title", ""),
        m.text_or(tree, "publisher", ""),
        m.text_or(tree, "domain", ""),
        m.text_or(tree, "licence", ""),
        identity,
        values if isinstance(values, dict) else {},
        marks(document),
        aliases=m.texts(tree, "aliases"),
        doc=m.text(tree, "doc"),
        sources=sources(document),
        extends=m.text(tree, "extends"),
        adapts=m.text(tree, "adapts"),
        conventions=conventions(document),
        files=files(document),
        tables=made,
        rules=rules(document),
        classes=dict(m.text_pairs(document, "classes")),
        dialects=_alternatives(tree),
        chosen=applied,
        base=m.data(mapping(document, "examples"), "base"),
        changes=tuple(m.data_of(item) for item in m.items(tree, "changes")),
        tree=tree,
    )


def sources(document: MapNode) -> dict[str, Source]:
    """Make the sources that clauses cite, by name."""
    return {
        str(key.value): Source(
            m.text_or(node, "title", ""), m.text_or(node, "url", ""), m.text(node, "retrieved")
        )
        for key, node in m.parts(document, "sources")
    }


def _alternatives(tree: MapNode) -> dict[str, tuple[Alternative, ...]]:
    return {
        axis: tuple(
            Alternative(
                name,
                m.text(node, "doc"),
                dict(m.text_pairs(node, "tell")),
                files="files" in node.members,
                rows=any(_PLACES & _keys(table) for _, table in m.parts(node, "tables")),
            )
            for name, node in alternatives.members.items()
            if isinstance(node, MapNode)
        )
        for axis, alternatives in dialects(tree).items()
    }


def _keys(table: MapNode) -> set[str]:
    """Name the keys of a table, and those of its variants."""
    variants = (variant for _, variant in m.parts(table, "variants"))
    return {str(key) for node in (table, *variants) for key in node.members}
