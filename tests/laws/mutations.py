"""One declared constraint broken in a written file, chosen from the plan."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import polars as pl
import yaml
from lxml import etree

from annostd.columns.raw import Place
from annostd.plan.sources import walk
from annostd.tables.schema import GEOMETRIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hypothesis.vendor.pretty import RepresentationPrinter

    from annostd.api.tables import Dataset
    from annostd.bindings.document import Document
    from annostd.findings import Location
    from annostd.plan.model import ColumnPlan, Field, Source, Variant

Fault = Literal["missing", "type", "value", "range", "length", "duplicate", "dangling"]
Row = dict[str, object]
_NUMBERS = frozenset({"integer", "number", "time", "box", "interval", "texts", "edges"})
NOBODY = 987_654_321
"""A key that no row has."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """What is to be broken: the rule that must find it, where, and the native value that breaks it.

    `value` None: the member is taken out.
    """

    rule: str
    source: Source
    field: Field
    place: Place
    value: object

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:  # noqa: FBT001
        del cycle
        printer.text(f"{self.rule}: {self.value!r} at {self.place}")


def mutations(dataset: Dataset) -> list[Mutation]:
    """List the ways in which one datum of a dataset can break one declared constraint."""
    plan = dataset.opened.document.plan
    numbered = enumerate(source for file in plan.files for source in walk(file.sources))
    found: list[Mutation] = []
    for number, source in numbered:
        frame = dataset.tables.frames.get(source.table)
        if source.join is not None or not source.variants or frame is None:
            continue
        carrier = plan.standard.files[source.file].carrier
        if carrier == "image" or (source.shared and _files(dataset, source) > 1):
            continue
        for at, row in enumerate(frame.rows(named=True)):
            if row["@source"] == number:
                variant = source.variants[cast("int", row.get("@variant", 0))]
                found.extend(_of_row(dataset, (source, variant), (at, row), carrier))
                found.extend(_of_tags(dataset, source, row))
    return found


def _of_tags(dataset: Dataset, source: Source, row: Row) -> Iterator[Mutation]:
    """Break the tags that stand in a row."""
    plan = dataset.opened.document.plan
    every = (each.marked for file in plan.files for each in walk(file.sources))
    tags = {marked.tag for marked in every if marked is not None and marked.table == source.table}
    for field in source.fields:
        if field.name in tags:
            rule = f"{source.table}.{field.name}.value"
            yield Mutation(rule, source, field, _place(row), "x-y")


def _place(row: Row) -> Place:
    file, start, end, index = (cast("int", row[f"@{n}"]) for n in ("file", "start", "end", "index"))
    return Place(file, start, end, index, cast("str | None", row.get("@path")))


def _files(dataset: Dataset, source: Source) -> int:
    """Count the files in which shared rows stand: broken in one they differ in the others."""
    return sum(file.role == source.file for file in dataset.opened.document.files)


def _of_row(
    dataset: Dataset, home: tuple[Source, Variant], member: tuple[int, Row], carrier: str
) -> Iterator[Mutation]:
    source, variant = home
    at, row = member
    plan = dataset.opened.document.plan
    fields = {field.name: field for field in source.fields}
    place = _place(row)
    told = {condition.at for condition in variant.where}
    for column in variant.columns:
        field = fields.get(column.fields[0]) if column.fields else None
        if field is None or field.capture is not None or column.name in told or field.name in told:
            continue
        if not _is_there(column, row) or _is_judged_together(dataset, source.table, column.name):
            continue
        for fault, value in _faults(dataset, (source, column), (at, row), carrier):
            rule = f"{source.table}.{column.name}.{fault}"
            if rule in plan.rules:
                yield Mutation(rule, source, field, place, value)


def _is_judged_together(dataset: Dataset, table: str, name: str) -> bool:
    """Tell whether what a group of rows, or a row of another file, says depends on a value."""
    plan = dataset.opened.document.plan
    joins = plan.standard.tables[table].joins.values()
    if any(name == here for join in joins for here, _ in join.by):
        return True
    rules = plan.rules.values()
    grouped = (rule for rule in rules if rule.table == table and rule.per)
    return any(
        need.path == (name,) and need not in (rule.per or ())
        for rule in grouped
        for need in rule.needs
    )


def _is_there(column: ColumnPlan, row: Row) -> bool:
    name = column.name
    if column.form is not None:
        first = column.form.slots[0] if column.form.slots else ""
        held = {"box": f"{name}.{first}", "interval": f"{name}.start"}
        name = held.get(column.form.kind, name)
    return row.get(name) is not None


def _faults(
    dataset: Dataset,
    bound: tuple[Source, ColumnPlan],
    member: tuple[int, Row],
    carrier: str,
) -> Iterator[tuple[Fault, object]]:
    """Yield the faults of a column with native values that have them."""
    source, column = bound
    at, row = member
    declared = column.column
    typed = carrier in {"json", "jsonl", "yaml"}
    is_key = declared.key and _is_named(dataset, source.table, at)
    can_go = carrier != "lines" and column.fields[0] != "." and not is_key
    if declared.required is not None and can_go:
        yield "missing", None
    packed = carrier == "parquet"  # a column has one type: none of its values is of another
    if column.type in _NUMBERS and not declared.values and not is_key and not packed:
        yield "type", "x"
    if column.type == "string" and typed and not declared.values and not is_key:
        yield "type", {"a": 1}
    if declared.values:
        plain = all(isinstance(native, int) for native, _ in declared.values)
        yield "value", 7 if plain else "7"
    ranged = column.type not in GEOMETRIES - {"interval"}
    if declared.minimum is not None and ranged and not is_key:
        below = int(declared.minimum) - 1
        yield "range", below - (below in declared.absent)
    if declared.maximum is not None and column.type == "box" and len(column.fields) > 1:
        yield "range", int(declared.maximum) + 1
    if column.type == "box" and len(column.fields) == 1 and typed:
        yield "length", [1, 2, 3]
    plan = dataset.opened.document.plan
    needs = (need for rule in plan.rules.values() for need in rule.needs)
    is_counted = any(need.path == (source.table, column.name) for need in needs)
    elsewhere = column.refers is not None and column.refers[0] != source.table
    if column.refers is not None and elsewhere and not declared.create and not is_counted:
        yield "dangling", _nobody(dataset, column, row)
    if declared.key and not is_key:
        yield from _twice(dataset, (source, column), at, row)


def _nobody(dataset: Dataset, column: ColumnPlan, row: Row) -> object:
    """Make a key that no row has; a text begins as the one that it stands for."""
    table, key = column.refers or ("", "")
    known = dataset.tables.frames[table][key][cast("int", row[column.name])]
    return f"{known.rstrip('0123456789')}{NOBODY}" if isinstance(known, str) else NOBODY


def _twice(
    dataset: Dataset, bound: tuple[Source, ColumnPlan], at: int, row: Row
) -> Iterator[tuple[Fault, object]]:
    source, column = bound
    for number, other in enumerate(dataset.tables.frames[source.table].rows(named=True)):
        scope = column.column.key
        apart = isinstance(scope, str) and scope != "file" and other.get(scope) != row.get(scope)
        if (
            number != at
            and not apart
            and other["@file"] == row["@file"]
            and other["@source"] == row["@source"]
            and other.get(column.name) is not None
        ):
            yield "duplicate", other[column.name]
            return


def _is_named(dataset: Dataset, table: str, at: int) -> bool:
    """Tell whether any row refers to this one."""
    plan = dataset.opened.document.plan
    return any(
        column.refers is not None
        and column.refers[0] == table
        and name in dataset.tables.frames
        and column.name in dataset.tables.frames[name].columns
        and at in dataset.tables.frames[name][column.name]
        for name, bound in plan.tables.items()
        for column in bound.columns.values()
    )


def apply(document: Document, mutation: Mutation) -> None:
    """Break the datum in its file."""
    place = mutation.place
    where = document.locate(mutation.source, place.file, place, mutation.field.path)
    path = document.root / where.file
    carrier = document.plan.standard.files[mutation.source.file].carrier
    if carrier == "xml":
        _in_xml(path, where, mutation.value)
    elif carrier == "lines":
        _in_lines(path, where, mutation.value)
    elif carrier == "parquet":
        _in_table(path, where, mutation.value)
    elif carrier == "tokens":
        _in_lines(path, where, f"1{mutation.value}")
    else:
        _in_tree(path, where, mutation.value, carrier)


def _in_table(path: Path, where: Location, value: object) -> None:
    assert where.pointer is not None
    _, row, name = where.pointer.split("/")
    frame = pl.read_parquet(path)
    new = pl.Series(name, [value]).cast(frame[name].dtype)
    frame.with_columns(frame[name].scatter(int(row), new)).write_parquet(path)


def _in_tree(path: Path, where: Location, value: object, carrier: str) -> None:
    if carrier == "jsonl":
        assert where.line is not None
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text(lines[where.line - 1], "utf-8")
        _in_tree(path, where, value, "json")
        lines[where.line - 1] = path.read_text("utf-8") + "\n"
        path.write_text("".join(lines), "utf-8")
        return
    text = path.read_text("utf-8")
    document = json.loads(text) if carrier == "json" else yaml.safe_load(text)
    assert where.pointer is not None
    steps = [s.replace("~1", "/").replace("~0", "~") for s in where.pointer.split("/")[1:]]
    node = document
    for step in steps[:-1]:
        node = node[_step(node, step)]
    last = _step(node, steps[-1])
    if value is None:
        del node[last]
    else:
        node[last] = value
    is_json = carrier == "json"
    dumped = json.dumps(document) if is_json else yaml.safe_dump(document, sort_keys=False)
    path.write_text(dumped, "utf-8")


def _step(node: object, step: str) -> object:
    """Turn a step of a pointer into a key: an index of a list, a number of a map."""
    if isinstance(node, list):
        return int(step)
    known = {str(key): key for key in cast("dict[object, object]", node)}
    return known.get(step, step)


def _in_xml(path: Path, where: Location, value: object) -> None:
    root = etree.fromstring(path.read_bytes())
    assert where.xpath is not None
    way, _, attribute = where.xpath.partition("/@")
    steps = (step.partition("[") for step in way.split("/")[1:])
    plain = "".join(f"/*[local-name()='{name}']{mark}{at}" for name, mark, at in steps)
    (element,) = cast("list[etree._Element]", root.xpath(plain))
    if attribute and value is None:
        del element.attrib[attribute]
    elif attribute:
        element.set(attribute, str(value))
    elif value is None:
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
    else:
        element.text = str(value)
    path.write_bytes(etree.tostring(root, encoding="UTF-8"))


def _in_lines(path: Path, where: Location, value: object) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert where.line is not None
    assert where.column is not None
    line, start = lines[where.line - 1], where.column - 1
    token = re.match(r"[^ \t]*", line[start:])
    rest = line[start + (token.end() if token else 0) :]
    lines[where.line - 1] = f"{line[:start]}{value}{rest}"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
