"""All that is wrong with a standard's file, each fault at its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from annostd.errors import StandardError
from annostd.standard import (
    lints_columns,
    lints_grammars,
    lints_heads,
    lints_places,
    lints_profile,
    lints_references,
    lints_rules,
    lints_variants,
)
from annostd.standard.complete import gaps, rule_gaps
from annostd.standard.draft import draft
from annostd.standard.meta_schema import check
from annostd.standard.read import read
from annostd.standard.resolve import apply_dialects, dialects, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from annostd.errors import Fault
    from annostd.standard.draft import Draft
    from annostd.standard.locate import Library
    from annostd.standard.yaml_tree import MapNode

Lints: TypeAlias = "tuple[Callable[[Draft], Iterator[Fault]], ...]"

LINTS: Lints = (
    lints_references.source_places,
    lints_references.column_references,
    lints_references.made_rows,
    lints_references.file_references,
    lints_references.join_references,
    lints_references.gaps,
    lints_references.sorted_by,
    lints_references.rule_references,
    lints_references.clauses,
    lints_places.templates,
    lints_places.adjacent_fields,
    lints_places.bound_fields,
    lints_places.fields_of_lines,
    lints_places.bound_captures,
    lints_places.known_captures,
    lints_places.disjoint_paths,
    lints_grammars.grammars,
    lints_grammars.bound_tokens,
    lints_variants.told_apart,
    lints_heads.heads,
    lints_columns.value_maps,
    lints_columns.ranges,
    lints_columns.choices,
    lints_columns.levels,
    lints_columns.forms,
    lints_columns.canonical_names,
    lints_columns.derivations,
    lints_columns.fixed_tables,
    lints_columns.generated,
    lints_rules.expressions,
    lints_rules.scopes,
    lints_rules.examples,
    lints_rules.changes,
)
"""What is judged, in each dialect."""

PUBLISHING: Lints = (lints_rules.shown_by_examples,)
"""What is judged besides where a standard is to be shipped."""


def lint(path: Path, library: Library, *, shipped: bool = False) -> tuple[Fault, ...]:
    """Find every fault of a standard's or fragment's file, in order of file and place.

    Each dialect is judged on its own, the others being the default. `shipped` asks for examples
    of every rule. Raises `UsageError` where the file cannot be read.
    """
    own, broken = read(path)
    if own is None:
        return tuple(sorted(broken))
    if "fragment" in own.members:
        return tuple(sorted({*broken, *check(own), *_fragment(own)}))
    try:
        resolved = resolve(path, library)
    except StandardError as error:
        return error.faults
    faults = set(resolved.faults)
    if not resolved.is_whole:
        return tuple(sorted(faults))
    faults |= _judged(resolved.tree, LINTS + (PUBLISHING if shipped else ()))
    if "extends" in own.members and resolved.base is not None:
        faults |= {
            *lints_profile.removals(own),
            *lints_profile.loosened(resolved.base, resolved.tree),
        }
    return tuple(sorted(faults))


def needed(path: Path, library: Library) -> tuple[str, ...]:
    """List the `table.column` that data of other formats cannot supply, so that a caller must.

    Raises `StandardError`, `UsageError`.
    """
    document, _ = apply_dialects(resolve(path, library).tree, {}, [])
    sources = draft(document, []).sources
    return tuple(
        dict.fromkeys(name for source in sources for name in lints_columns.own_required(source))
    )


def _judged(tree: MapNode, lints: Lints) -> set[Fault]:
    """Judge the default dialects, then each other alternative alone; its own faults name it."""
    found = _judge(tree, {}, lints)
    for axis, alternatives in dialects(tree).items():
        for name in list(alternatives.members)[1:]:
            more = _judge(tree, {axis: name}, lints) - found
            told = f" (in the dialect {axis}: {name})"
            found |= {replace(fault, message=fault.message + told) for fault in more}
    return found


def _judge(tree: MapNode, chosen: dict[str, str], lints: Lints) -> set[Fault]:
    faults: list[Fault] = []
    document, _ = apply_dialects(tree, chosen, faults)
    faults.extend(gaps(document))
    judged = draft(document, faults)
    return {*faults, *(fault for judge in lints for fault in judge(judged))}


def _fragment(own: MapNode) -> Iterator[Fault]:
    judged = draft(own, [])
    yield from lints_rules.expressions(judged)
    yield from lints_rules.scopes(judged)
    yield from rule_gaps(own)
