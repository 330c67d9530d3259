"""Generated rules of a plan: what declarations oblige, each with a permanent id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.findings import Level, Phase
from annostd.plan.divisions import pieces_inside
from annostd.plan.gathers import NAME
from annostd.plan.model import RulePlan
from annostd.plan.sources import walk
from annostd.tables.schema import GEOMETRIES
from annostd.templates import fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Marked, Source, TablePlan

_CLASSES = {
    "duplicate": ("identity", Phase.REFERENCE),
    "dangling": ("reference", Phase.REFERENCE),
    "differs": ("consistency", Phase.SEMANTIC),
    "order": ("order", Phase.REFERENCE),
}
_TREES = frozenset({"json", "jsonl", "yaml", "xml", "parquet"})
_CARRIER_FAULTS = {
    "json": (
        "syntax",
        "encoding",
        "bom",
        "nonfinite",
        "duplicate-key",
        "depth",
        "empty",
        "size",
        "type",
        "unreadable",
    ),
    "jsonl": (
        "syntax",
        "encoding",
        "bom",
        "nonfinite",
        "duplicate-key",
        "depth",
        "size",
        "unreadable",
    ),
    "yaml": (
        "syntax",
        "encoding",
        "bom",
        "nonfinite",
        "duplicate-key",
        "key",
        "tag",
        "alias",
        "documents",
        "depth",
        "empty",
        "size",
        "type",
        "unreadable",
    ),
    "xml": (
        "syntax",
        "encoding",
        "doctype",
        "root",
        "duplicate",
        "depth",
        "empty",
        "size",
        "unreadable",
    ),
    "lines": ("template", "blank", "newline", "encoding", "bom", "size", "unreadable"),
    "text": ("encoding", "bom", "size", "unreadable"),
    "tokens": ("syntax", "count", "rest", "encoding", "bom", "empty", "size", "unreadable"),
    "image": ("syntax", "empty", "type", "unreadable"),
    "parquet": ("syntax", "unreadable"),
}
_SOFT = {
    "rest": Level.SHOULD,
    "outside-root": Level.SHOULD,
    "root": Level.SHOULD,
    "listed-twice": Level.SHOULD,
    "name": Level.SHOULD,
    "unlisted": Level.MAY,
    "turned": Level.SHOULD,
    "dialect": Level.SHOULD,
}


def generated_rules(
    files: Sequence[FilePlan], tables: Mapping[str, TablePlan], *, is_told: bool
) -> Iterator[RulePlan]:
    """Yield the rules that files, tables and columns imply.

    `is_told`: there is a dialect that the data may speak for.
    """
    for table in tables.values():
        yield from _table_rules(table, files)
        for plan in _columns(table, files):
            yield from _column_rules(table, plan)
    yield from _file_rules(files)
    if is_told:
        yield _named("layout.dialect", "layout", Phase.IO, _SOFT["dialect"])


def _columns(table: TablePlan, files: Sequence[FilePlan]) -> Iterator[ColumnPlan]:
    """Yield every binding of every column: variants may oblige differently."""
    seen: set[tuple[str, str]] = set()
    for source in _sources(table, files):
        for variant in source.variants:
            for plan in variant.columns:
                key = (plan.name, repr(plan.column))
                if key not in seen:
                    seen.add(key)
                    yield plan


def _sources(table: TablePlan, files: Sequence[FilePlan]) -> list[Source]:
    return [source for file in files for source in walk(file.sources) if source.table == table.name]


def _marks(table: TablePlan, files: Sequence[FilePlan]) -> list[Marked]:
    """List what tags in rows of a table mark."""
    every = (source.marked for file in files for source in walk(file.sources))
    return [marked for marked in every if marked is not None and marked.table == table.name]


def _table_rules(table: TablePlan, files: Sequence[FilePlan]) -> Iterator[RulePlan]:
    sources = _sources(table, files)
    own = [source for source in sources if source.join is None]
    if any(source.required for source in own):
        level = next(source.required for source in own if source.required)
        yield _rule(table.name, None, "missing", level)
    if any(variant.where for source in own for variant in source.variants):
        yield _rule(table.name, None, "variant", Level.MUST)
    if any(source.shared for source in own):
        # rows without a key are the file's own words about itself
        keyed = any(column.column.key for column in table.columns.values())
        yield _rule(table.name, None, "differs", Level.MUST if keyed else Level.SHOULD)
    trees = {file.role for file in files if file.file.carrier in _TREES}
    if any(source.file in trees for source in own):
        yield _rule(table.name, None, "type", Level.MUST)
        refused = any(source.unknown == "refuse" for source in own)
        yield _rule(table.name, None, "unknown-key", Level.MUST if refused else Level.MAY)
    yield from _field_rules(table, files)
    for source in own:
        if source.sorted is not None:
            yield _rule(table.name, source.sorted, "order", Level.MUST)
    yield from _join_rules(table.name, sources)


def _join_rules(table: str, sources: Sequence[Source]) -> Iterator[RulePlan]:
    own = [source for source in sources if source.join is None]
    given = {p.name for s in own for v in s.variants for p in v.columns if not p.implied}
    for source in sources:
        if source.join is None:
            continue
        plans = source.variants[0].columns
        obliged = {
            "dangling": True,
            "missing": source.join.missing == "error",
            "duplicate": all(plan.type != "strings" for plan in plans),
            "differs": any(plan.name in given for plan in plans),
            "order": source.sorted is not None,
        }
        given |= {plan.name for plan in plans}
        for fault, is_obliged in obliged.items():
            if is_obliged:
                yield _rule(table, source.join.name, fault, Level.MUST)


def _field_rules(table: TablePlan, files: Sequence[FilePlan]) -> Iterator[RulePlan]:
    """Yield the rules about fields of lines of which other rows are made."""
    for marked in _marks(table, files):
        for fault in ("value", "sequence"):
            yield _rule(table.name, marked.tag, fault, Level.MUST)
    cut = (field for source in _sources(table, files) for field in pieces_inside(source))
    for field in dict.fromkeys(cut):
        yield _rule(table.name, field, "value", Level.MUST)


def _column_rules(table: TablePlan, plan: ColumnPlan) -> Iterator[RulePlan]:
    column = plan.column
    if plan.implied:
        return
    if plan.gather is not None and plan.gather.named:
        yield _rule(plan.gather.table, NAME, "dangling", Level.MUST, column.clause)
    obliged = {
        "missing": column.required is not None,
        "type": plan.gather is None,
        "value": bool(column.values),
        "range": column.minimum is not None or column.maximum is not None,
        "pattern": column.pattern is not None,
        "length": column.length is not None or plan.type in GEOMETRIES,
        "duplicate": bool(column.key),
        "dangling": plan.refers is not None and not column.create,
        "differs": is_redundant(plan),
    }
    levels = {
        "missing": column.required,
        "differs": column.agrees.level if column.agrees else None,
    }
    for fault, is_obliged in obliged.items():
        if is_obliged:
            level = levels.get(fault) or Level.MUST
            yield _rule(table.name, plan.name, fault, level, column.clause)


def is_redundant(plan: ColumnPlan) -> bool:
    """Tell whether a column's derived value can differ from the one read.

    A geometry that is made of the row's own shape is that shape; it differs only where a
    tolerance is declared, that is where the shape may be another geometry.
    """
    if plan.column.derive is None:
        return False
    return plan.column.agrees is not None or plan.type not in GEOMETRIES


def _file_rules(files: Sequence[FilePlan]) -> Iterator[RulePlan]:
    sources = (source for file in files for source in file.sources)
    is_divided = any(source.division not in {None, "file"} for source in sources)
    is_ended = any(f.file.newline != "any" for f in files if f.file.carrier == "lines")
    idle = {("lines", "blank"): not is_divided, ("lines", "newline"): not is_ended}
    for carrier in {file.file.carrier: None for file in files}:
        for fault in _CARRIER_FAULTS.get(carrier, ()):
            if idle.get((carrier, fault)):
                continue
            yield _named(
                f"{carrier}.{fault}", "structure", Phase.IO, _carrier_level(carrier, fault)
            )
    for file in files:
        if file.file.carrier in _TREES and file.sources:
            yield _named(f"{file.role}.unknown-key", "structure", Phase.STRUCTURE, Level.MAY)
    for fault in _layout_faults(files):
        level = _SOFT.get(fault, Level.MUST)
        yield _named(f"layout.{fault}", "layout", Phase.IO, level)
    if any(_is_looked_for(file) for file in files):
        for fault in ("size-differs", "turned"):
            level = _SOFT.get(fault, Level.MUST)
            yield _named(f"media.{fault}", "media", Phase.MEDIA, level)


def _carrier_level(carrier: str, fault: str) -> Level:
    if (carrier, fault) in {("image", "type"), ("lines", "blank")}:
        return Level.MAY
    return Level.SHOULD if fault in {"bom", "newline"} else Level.MUST


def _layout_faults(files: Sequence[FilePlan]) -> list[str]:
    is_named = any(file.file.listed or _names_media(file) for file in files)
    outside = ["outside-root"] if is_named else []
    faults = ["missing", "name", "name-encoding", *outside, "link", "unfit", "unreadable"]
    if any(file.file.listed for file in files):
        faults += ["root", "listed-twice", "unlisted", "encoding"]
    if any(file.file.beside for file in files):
        faults += [*(["clash"] if _may_clash(files) else []), "orphan", "none"]
    return faults


def _may_clash(files: Sequence[FilePlan]) -> bool:
    """Tell whether names of files that others stand beside may differ by their suffix alone."""
    owners = {file.file.beside.role for file in files if file.file.beside}
    return any(
        len(file.paths) > 1 or "." not in getattr(file.paths[0].pieces[-1], "text", "")
        for file in files
        if file.role in owners and file.paths
    )


def _names_media(file: FilePlan) -> bool:
    """Tell whether the paths of a role are made of what rows say."""
    return any("." in name for template in file.paths for name in fields(template))


def _is_looked_for(file: FilePlan) -> bool:
    """Tell whether files of a role are found by paths that stand in the data."""
    return file.file.carrier == "image" and file.file.of is not None


def _rule(
    table: str, column: str | None, fault: str, level: Level, clause: str | None = None
) -> RulePlan:
    parts = [table, column, fault] if column is not None else [table, fault]
    class_name, phase = _CLASSES.get(fault, ("structure", Phase.STRUCTURE))
    if column is None and fault == "differs":
        class_name, phase = "identity", Phase.REFERENCE
    return RulePlan(
        id=".".join(part for part in parts if part),
        level=level,
        class_name=class_name,
        phase=phase,
        table=table,
        message=(),
        check=(table, column, fault),
        clause=clause,
    )


def _named(rule: str, class_name: str, phase: Phase, level: Level) -> RulePlan:
    return RulePlan(rule, level, class_name, phase, None, (), ("", None, rule))
