"""A document under lint: its trees, and the nouns they make, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.standard import members as m
from annostd.standard.merge import mapping
from annostd.standard.typed_files import conventions, files
from annostd.standard.typed_rules import rules
from annostd.standard.typed_tables import rows, source_trees, tables
from annostd.standard.yaml_tree import MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.errors import Fault
    from annostd.standard.model import Column, Convention, File, Mark, Rows, Rule, Table
    from annostd.standard.yaml_tree import Node, ScalarNode


@dataclass(frozen=True, slots=True, eq=False)
class SourceView:
    """A source of rows: table, variant or join if it is one, key, tree and noun."""

    table: str
    variant: str | None
    join: str | None
    key: ScalarNode
    tree: MapNode
    rows: Rows

    @property
    def name(self) -> str:
        """The table's name, with the variant's or join's behind a dot."""
        part = self.variant or self.join
        return self.table if part is None else f"{self.table}.{part}"

    def mark(self, name: str) -> Mark:
        """Give the place of a member of the source; of the source where there is none."""
        return place_of(self.tree, name) if name in self.tree.members else self.key.mark

    def columns(self) -> Iterator[tuple[ScalarNode, MapNode, Column]]:
        """Give each column's key, tree and noun."""
        for key, node in m.parts(self.tree, "columns"):
            yield key, node, self.rows.columns[str(key.value)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document with dialects applied, as lints look at it."""

    document: MapNode
    conventions: Mapping[str, Convention]
    files: Mapping[str, File]
    tables: Mapping[str, Table]
    sources: tuple[SourceView, ...]
    rules: Mapping[str, Rule]

    def file_tree(self, role: str) -> MapNode:
        """Give the tree of a role."""
        return mapping(mapping(self.document, "files"), role)

    def of_table(self, table: str) -> tuple[SourceView, ...]:
        """Give the sources of a table, joins included."""
        return tuple(source for source in self.sources if source.table == table)

    def columns_of(self, table: str) -> frozenset[str]:
        """Give the names that a table's sources declare or set."""
        found = self.of_table(table)
        declared = {
            name for source in found for name in (*source.rows.columns, *source.rows.constants)
        }
        return frozenset(declared | {name for row in self.tables[table].fixed for name in row})

    def enclosing(self, source: SourceView) -> tuple[SourceView, ...]:
        """Give the sources that a source's rows may stand in; a table alone means any variant."""
        return tuple(outer for place in source.rows.inside for outer in self._named(place))

    def _named(self, place: str) -> Iterator[SourceView]:
        table, _, part = place.partition(".")
        for source in self.of_table(table):
            if part in (source.variant or "", source.join or "") or (
                not part and source.join is None
            ):
                yield source

    def around(self, source: SourceView) -> tuple[SourceView, ...]:
        """Give a source and all that enclose it, through any depth."""
        found: list[SourceView] = [source]
        for outer in found:
            found.extend(next_ for next_ in self.enclosing(outer) if next_ not in found)
        return tuple(found)

    def roles(self, source: SourceView) -> tuple[str, ...]:
        """Give the roles of the files that a source's rows stand in."""
        return tuple(
            dict.fromkeys(outer.rows.file for outer in self.around(source) if outer.rows.file)
        )

    def in_role(self, role: str) -> tuple[SourceView, ...]:
        """Give the sources whose rows stand in files of a role."""
        return tuple(source for source in self.sources if role in self.roles(source))


def place_of(node: MapNode, name: str) -> Mark:
    """Give the place of a member: a mapping's or list's is its key's."""
    member: Node = node.members[name]
    return node.keys[name].mark if isinstance(member, MapNode) else member.mark


def draft(document: MapNode, faults: list[Fault]) -> Draft:
    """Make a draft; a `remove` in a variant that finds nothing is added to `faults`."""
    views = tuple(
        SourceView(
            found.table,
            found.variant,
            found.join,
            found.key,
            found.tree,
            rows(found.key, found.tree),
        )
        for found in source_trees(document, faults)
    )
    return Draft(
        document,
        conventions(document),
        files(document),
        tables(document, []),
        views,
        rules(document),
    )
