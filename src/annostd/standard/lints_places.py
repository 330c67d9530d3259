"""Lints: templates, captures and places fit one another, so that what is read can be written."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from annostd.standard import grammar
from annostd.standard import members as m
from annostd.standard.draft import place_of
from annostd.standard.lints_references import unknown
from annostd.standard.merge import fault_at, mapping
from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.errors import Fault
    from annostd.standard.draft import Draft, SourceView
    from annostd.standard.model import File, Mark

_ORDINAL = "order"


def _scalars(node: MapNode, key: str) -> tuple[ScalarNode, ...]:
    member = node.members.get(key)
    found = member.items if isinstance(member, ListNode) else () if member is None else (member,)
    return tuple(
        item for item in found if isinstance(item, ScalarNode) and isinstance(item.value, str)
    )


def _texts(draft: Draft) -> Iterator[ScalarNode]:
    """Give every template of the document; locators have captures and are not among them."""
    for _, file in m.parts(draft.document, "files"):
        yield from _scalars(file, "path")
    for source in draft.sources:
        yield from _scalars(source.tree, "text")
        for _, column, _noun in source.columns():
            places = (place for place in _scalars(column, "at") if "{" in str(place.value))
            yield from (*places, *_scalars(column, "text"), *_scalars(column, "generate"))


def templates(draft: Draft) -> Iterator[Fault]:
    """Find templates that cannot be parsed."""
    for node in _texts(draft):
        yield from grammar.text_faults(node, grammar.template_complaints)


def adjacent_fields(draft: Draft) -> Iterator[Fault]:
    """Find fields that touch in templates that take texts apart (files `of` a table need not)."""
    for _, file in m.parts(draft.document, "files"):
        if "of" not in file.members:
            for node in _scalars(file, "path"):
                yield from grammar.text_faults(node, grammar.touching)
    for source in draft.sources:
        for node in _scalars(source.tree, "text"):
            yield from grammar.text_faults(node, grammar.touching)


def _captures(source: SourceView) -> set[str]:
    """List the captures that a source's columns, tests and joins bind."""
    places = [place for column in source.rows.columns.values() for place in column.at]
    places += [str(value) for _, value in m.text_pairs(source.tree, "by")]
    places += [condition.at for condition in source.rows.where]
    return {field for place in places if "{" in place for field in grammar.fields(place)}


def _locator_captures(locator: str | None) -> tuple[str, ...]:
    return grammar.fields(locator) if locator and "{" in locator else ()


def bound_fields(draft: Draft) -> Iterator[Fault]:
    """Find fields of a row's text that no column binds, and columns that stand nowhere in it."""
    for source in draft.sources:
        for node in _scalars(source.tree, "text"):
            text = str(node.value)
            bound = _bound_places(draft, source)
            for field in grammar.fields(text):
                if field not in bound:
                    mark = node.place(grammar.field_offset(text, field))
                    yield fault_at(
                        mark,
                        f"the field '{field}' of '{source.name}' is bound by no column,"
                        f" expected one with at: {field}",
                    )
            yield from _unplaced(draft, source, grammar.fields(text))


def _bound_places(draft: Draft, source: SourceView) -> set[str]:
    places = {place for column in source.rows.columns.values() for place in column.at}
    places |= {condition.at for condition in source.rows.where}
    places |= {value for _, value in m.text_pairs(source.tree, "by")}
    places |= set(_fields_used(draft, source.table))
    inner = [other for other in draft.sources if source in draft.enclosing(other)]
    for other in inner:
        places |= {(other.rows.rows or "").partition("/")[0]}
        places |= {
            place
            for column in other.rows.columns.values()
            for place in column.at
            if not other.rows.rows
        }
    return places | {field for place in places if "{" in place for field in grammar.fields(place)}


def _fields_used(draft: Draft, table: str) -> Iterator[str]:
    """Give the fields of a table's lines that rows around them name, as `table.field`."""
    for other in draft.sources:
        named = [other.rows.rows or ""]
        named += [place for column in other.rows.columns.values() for place in column.at]
        for whole in named:
            owner, dot, field = whole.partition(".")
            if dot and owner == table:
                yield field


def fields_of_lines(draft: Draft) -> Iterator[Fault]:
    """Find places in files of lines, written `table.field`, that no line has."""
    for source in draft.sources:
        if not any(
            draft.files[r].carrier == "lines" for r in draft.roles(source) if r in draft.files
        ):
            continue
        nodes = [*_scalars(source.tree, "rows")]
        for _, column, _noun in source.columns():
            nodes.extend(_scalars(column, "at"))
        for node in nodes:
            table, dot, field = str(node.value).partition(".")
            if not (dot and table.isidentifier() and field.isidentifier()):
                continue
            if table not in draft.tables:
                yield unknown(node.mark, "table", table, sorted(draft.tables), "")
                continue
            known = [
                f for each in draft.of_table(table) for f in grammar.fields(each.rows.text or "")
            ]
            if field not in known:
                yield unknown(node.mark, "field", field, known, f" in lines of '{table}'")


def _unplaced(draft: Draft, source: SourceView, fields: tuple[str, ...]) -> Iterator[Fault]:
    """Find columns that name no field of their row's text; a table's may be of another variant."""
    if not fields:
        return
    filled = _filled(draft, source)
    for key, node, column in source.columns():
        said = _scalars(node, "at")
        if not said and (
            source.variant is not None or column.name in filled or column.name in fields
        ):
            continue
        for place in said or (ScalarNode(column.name, key.mark),):
            name = str(place.value)
            if "{" not in name and "." not in name and name not in fields:
                where = f" in the text of '{source.name}'"
                yield unknown(place.mark, "field", name, fields, where)


def _filled(draft: Draft, source: SourceView) -> set[str]:
    """List the columns that enclosing rows and files fill."""
    tables = {outer.table for outer in draft.around(source)[1:]}
    tables |= {
        file.of for role in draft.roles(source) if (file := draft.files.get(role)) and file.of
    }
    return tables | {name for name in (source.rows.enclosing, source.rows.enclosing_target) if name}


def bound_captures(draft: Draft) -> Iterator[Fault]:
    """Find captures of paths and locators that no column binds and that have no default."""
    for role, file in draft.files.items():
        tree = draft.file_tree(role)
        bound = _bound_in_role(draft, role, file)
        places = (*_scalars(tree, "path"), *_scalars(mapping(tree, "listed"), "at"))
        for node in places:
            for field in grammar.fields(str(node.value)) if "{" in str(node.value) else ():
                yield from _path_field(draft, file, node, field, bound)
    for source in draft.sources:
        for field in _locator_captures(source.rows.rows):
            inner = [other for other in draft.sources if source in draft.around(other)]
            if not any(field in _captures(other) for other in inner):
                mark = _field_mark(source.tree, "rows", field)
                yield fault_at(
                    mark,
                    f"the capture '{field}' of '{source.name}' is bound by no column,"
                    f' expected one with at: "{{{field}}}"',
                )


def _field_mark(tree: MapNode, key: str, field: str) -> Mark:
    node = tree.members[key]
    if isinstance(node, ScalarNode):
        return node.place(grammar.field_offset(str(node.value), field))
    return place_of(tree, key)


def _bound_in_role(draft: Draft, role: str, file: File) -> set[str]:
    """List the captures of a role with a default or bound, also by the table that it is `of`."""
    sources = [*draft.in_role(role), *(draft.of_table(file.of) if file.of else ())]
    defaults = {name for name, capture in file.captures.items() if capture.default is not None}
    return defaults | {field for source in sources for field in _captures(source)}


def _path_field(
    draft: Draft, file: File, node: ScalarNode, field: str, bound: set[str]
) -> Iterator[Fault]:
    mark = node.place(grammar.field_offset(str(node.value), field))
    table, dot, column = field.partition(".")
    if not dot:
        if field not in bound:
            yield fault_at(
                mark,
                f"the capture '{field}' of '{file.role}' is bound by no column and has no default,"
                " expected one of them",
            )
    elif table != file.of:
        yield fault_at(
            mark,
            f"'{field}' is a column of '{table}',"
            " expected one of the table that the files are 'of'",
        )
    elif table in draft.tables and column not in draft.columns_of(table):
        known = sorted(draft.columns_of(table))
        yield unknown(mark, "column", column, known, f" in '{table}'")


def known_captures(draft: Draft) -> Iterator[Fault]:
    """Find columns at captures, and descriptions of captures, that no path or locator has."""
    for source in draft.sources:
        known = _available(draft, source)
        for _, node, _column in source.columns():
            for place in _scalars(node, "at"):
                text = str(place.value)
                for field in grammar.fields(text) if "{" in text else ():
                    if field not in known:
                        mark = place.place(grammar.field_offset(text, field))
                        yield unknown(mark, "capture", field, sorted(known), " here")
    for role, file in draft.files.items():
        fields = _role_captures(draft, role, set())
        for name, key in mapping(draft.file_tree(role), "captures").keys.items():
            if name not in fields and file.path:
                where = f" in the path of '{role}'"
                yield unknown(key.mark, "field", name, sorted(fields), where)


def _available(draft: Draft, source: SourceView) -> set[str]:
    found = {_ORDINAL}
    for outer in draft.around(source):
        found |= set(_locator_captures(outer.rows.rows))
    for role in draft.roles(source):
        found |= _role_captures(draft, role, set())
    return found


def _role_captures(draft: Draft, role: str, seen: set[str]) -> set[str]:
    """List the captures of a role: of its paths, its list, the role that it stands beside."""
    file = draft.files.get(role)
    if file is None or role in seen:
        return set()
    seen.add(role)
    found = {field for path in file.path for field in grammar.fields(path) if "." not in field}
    found |= set(file.captures) if not file.path else set()
    if file.listed is not None:
        found |= set(_locator_captures(file.listed.at))
    if file.beside is not None:
        found |= _role_captures(draft, file.beside.role, seen)
    for other in draft.of_table(file.of) if file.of else ():
        for owner in draft.roles(other):
            found |= _role_captures(draft, owner, seen)
    return found


def disjoint_paths(draft: Draft) -> Iterator[Fault]:
    """Find two roles whose paths fit one name; files `of` a table are looked up, not recognised."""
    searched = [
        (role, node)
        for role, file in draft.files.items()
        if not file.of
        for node in _scalars(draft.file_tree(role), "path")
    ]
    for (left, one), (right, two) in combinations(searched, 2):
        if left == right:
            continue
        both = grammar.clash(str(one.value), str(two.value), "path")
        if both is not None:
            yield fault_at(
                two.mark,
                f"the paths of '{left}' and '{right}' both fit '{both}', expected no such name",
            )
