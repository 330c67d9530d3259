"""Lints: the grammar of a file of tokens can be read and written, and rows fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.standard import members as m
from annostd.standard.draft import place_of
from annostd.standard.grammar import Complaint, text_faults
from annostd.standard.lints_references import unknown
from annostd.standard.merge import fault_at
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode, plain
from annostd.templates import TemplateFault, parse_grammar
from annostd.templates.tokens import Items, Value, parse_line, parts_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.draft import Draft, SourceView
    from annostd.standard.model import Column, Mark
    from annostd.standard.yaml_tree import Node
    from annostd.templates.tokens import Run

CARRIER = "tokens"


def grammars(draft: Draft) -> Iterator[Fault]:
    """Find grammars that are missing, needless or broken."""
    for key, file in m.parts(draft.document, "files"):
        node = file.members.get("grammar")
        is_needed = m.text(file, "carrier") == CARRIER
        if node is None:
            if is_needed:
                what = f"the file '{key.value}' has no 'grammar'"
                yield fault_at(key.mark, f"{what}, expected the tokens of its text")
            continue
        mark = place_of(file, "grammar")
        if not is_needed:
            carrier = m.text(file, "carrier")
            yield fault_at(mark, f"the carrier is {carrier}, expected {CARRIER} for a 'grammar'")
        broken = [fault for line in _lines(node) for fault in text_faults(line, _complaints)]
        yield from broken
        if not broken:
            yield from _whole(node, mark)


def _lines(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ListNode):
        for item in node.items:
            if isinstance(item, MapNode):
                yield from _lines(item.members.get("lines", item))
                yield from _lines(item.members.get("either", item))
            else:
                yield from _lines(item)
    elif isinstance(node, ScalarNode):
        yield node


def _complaints(line: str) -> Iterator[Complaint]:
    try:
        parse_line(line)
    except TemplateFault as fault:
        yield Complaint(fault.message, fault.offset)


def _whole(node: Node, mark: Mark) -> Iterator[Fault]:
    try:
        parse_grammar(plain(node))
    except TemplateFault as fault:
        yield fault_at(mark, fault.message)


def bound_tokens(draft: Draft) -> Iterator[Fault]:
    """Find rows and columns without tokens, and tokens and lists that nothing reads or writes."""
    for role, file in draft.files.items():
        body = _parsed(draft, role)
        if body is None or file.carrier != CARRIER:
            continue
        read: list[Run] = []
        for source in draft.in_role(role):
            record = _record(draft, source, body)
            if record is None:
                yield _no_list(source)
                continue
            read.append(record)
            yield from _columns(source, record)
            yield from _fields(source, record)
        mark = place_of(draft.file_tree(role), "grammar")
        for name, record in _lists(body):
            if not any(record is each for each in read):
                yield fault_at(mark, f"no rows are read from the list '{name}', expected a source")


def _parsed(draft: Draft, role: str) -> Run | None:
    node = draft.file_tree(role).members.get("grammar")
    try:
        return parse_grammar(plain(node)).body if node is not None else None
    except TemplateFault:
        return None


def _record(draft: Draft, source: SourceView, body: Run) -> Run | None:
    """Find the tokens of a source's rows; None where its locator leads to none."""
    outer = next(iter(draft.enclosing(source)), None)
    if outer is not None and not source.rows.file:
        around = _record(draft, outer, body)
        if around is None:
            return None
        body = around
    steps = [step for step in (source.rows.rows or "").strip("/").split("/") if step]
    if steps[1::2] != ["*"] * (len(steps) // 2) or len(steps) % 2:
        return None
    return record_of(body, steps[::2])


def _no_list(source: SourceView) -> Fault:
    where = source.rows.rows or ""
    return fault_at(
        source.mark("rows"),
        f"'{where}' leads to no list of the grammar, expected the name of one and /*",
    )


def _lists(body: Run) -> Iterator[tuple[str, Run]]:
    for part in parts_of(body):
        if isinstance(part, Items):
            yield part.name, part.body
            yield from _lists(part.body)


def _columns(source: SourceView, record: Run) -> Iterator[Fault]:
    known = [part.name for part in parts_of(record) if isinstance(part, Value) and part.name]
    for _, node, column in source.columns():
        for place, mark in _places(column, node):
            if place not in known:
                yield unknown(mark, "field", place, known, f" in the grammar of '{source.name}'")


def _places(column: Column, node: MapNode) -> Iterator[tuple[str, Mark]]:
    mark = place_of(node, "at") if "at" in node.members else column.mark
    for place in column.at or (column.name,):
        if "{" not in place:
            yield place, mark


def _fields(source: SourceView, record: Run) -> Iterator[Fault]:
    """Find the tokens that a writer would not know: those with choices have their first."""
    bound = {place for column in source.rows.columns.values() for place in column.at}
    bound |= {column.name for column in source.rows.columns.values() if not column.at}
    bound |= {condition.at for condition in source.rows.where}
    for part in parts_of(record):
        if isinstance(part, Value) and part.name not in bound and not part.choices:
            yield fault_at(
                source.mark("rows"),
                f"the field '{part.name}' of '{source.name}' is bound by no column,"
                f" expected one with at: {part.name}",
            )
