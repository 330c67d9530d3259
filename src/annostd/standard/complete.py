"""What a standard must say once all that it inherits is laid together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.standard import members as m
from annostd.standard.merge import fault_at
from annostd.standard.yaml_tree import MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.yaml_tree import ScalarNode

_RULE = {"level": "MUST, SHOULD or MAY", "class": "a conformance class", "require": "an expression"}
_LISTED = {"by": "the role of the file that lists", "at": "a locator in that file"}
_BESIDE = {"role": "a role of files", "suffix": "the suffix of the file's name"}
_JOIN = {"from": "a role of files", "by": "pairs of a column and a place"}


def gaps(document: MapNode) -> Iterator[Fault]:
    """Find what is left out of a standard, its rules, files and joins, placed at their name."""
    if "tables" not in document.members:
        yield fault_at(document.mark, "the standard has no 'tables', expected them")
    yield from rule_gaps(document)
    for key, file in m.parts(document, "files"):
        yield from _file_gaps(key, file)
    for _, table in m.parts(document, "tables"):
        for key, join in m.parts(table, "join"):
            yield from _missing(f"the join '{key.value}'", key, join, _JOIN)


def rule_gaps(document: MapNode) -> Iterator[Fault]:
    """Find what is left out of the rules of a standard or fragment, placed at their id."""
    for key, rule in m.parts(document, "rules"):
        yield from _missing(f"the rule '{key.value}'", key, rule, _RULE)


def _missing(what: str, key: ScalarNode, node: MapNode, needed: dict[str, str]) -> Iterator[Fault]:
    for name, meaning in needed.items():
        if name not in node.members:
            yield fault_at(key.mark, f"{what} has no '{name}', expected {meaning}")


def _file_gaps(key: ScalarNode, file: MapNode) -> Iterator[Fault]:
    what = f"the file '{key.value}'"
    yield from _missing(what, key, file, {"carrier": "the name of a carrier"})
    if "path" not in file.members and "beside" not in file.members:
        yield fault_at(key.mark, f"{what} has no 'path', expected one, or 'beside'")
    for name, needed in (("listed", _LISTED), ("beside", _BESIDE)):
        part = file.members.get(name)
        if isinstance(part, MapNode):
            yield from _missing(f"'{name}'", file.keys[name], part, needed)
