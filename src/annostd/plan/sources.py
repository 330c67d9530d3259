"""Sources of a plan: the places where rows stand, as a tree, with the variants that share each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annostd.plan.columns import (
    broken,
    column_plan,
    condition_field,
    constant_column,
    enclosing_column,
    field_name,
    merged,
    native_field,
    native_fields,
)
from annostd.plan.divisions import composed_fields, division_of, marked_by, pieces_of, with_tags
from annostd.plan.model import Field, Source, Step, Variant
from annostd.tables.schema import TABLES
from annostd.templates import fields as template_fields
from annostd.templates import parse as parse_template
from annostd.templates import parse_grammar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annostd.plan.model import ColumnPlan, Kind
    from annostd.standard.model import Condition, File, Join, Mark, Rows, Standard, Table
    from annostd.templates import Grammar

_STEP = re.compile(r"\{([a-z_]+)(?::([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Rows of one table that stand in one place, by the name of their variants."""

    table: str
    file: str | None
    inside: str | None
    rows: tuple[tuple[str | None, Rows], ...]
    join: Join | None = None


def compile_sources(standard: Standard) -> dict[str, tuple[Source, ...]]:
    """Compile every place where rows stand: file role to its sources, each with those inside it."""
    compiler = _Compiler(standard)
    found: dict[str, list[Source]] = {role: [] for role in standard.files}
    for place in compiler.places:
        if place.file is not None:
            found[place.file].append(compiler.source(place, _Site(place.file)))
    return {role: tuple(map(with_tags, sources)) for role, sources in found.items()}


def walk(sources: Iterable[Source]) -> Iterator[Source]:
    """Yield sources and all that stand inside them, the outer one first."""
    for source in sources:
        yield source
        yield from walk(source.children)


def parse_locator(text: str | None) -> tuple[Step, ...]:
    """Parse a locator (`/images/*`, `actions/{name}`, `{k:a|b}`, `x!json`) into steps."""
    steps = []
    for part in (text or "").strip("/").split("/"):
        capture = _STEP.fullmatch(part)
        if capture is not None:
            choices = tuple((capture.group(2) or "").split("|")) if capture.group(2) else ()
            steps.append(Step("capture", capture.group(1), choices))
        elif part == "*":
            steps.append(Step("each"))
        elif part:
            name = part.removesuffix("!json")
            steps.append(Step("member", name, text=name != part))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a source stands: in files of a role, or inside another source."""

    file: str
    parent: Source | None = None
    around: tuple[Step, ...] = ()


class _Compiler:
    """Compiles the places of one standard to sources, each with a name of its own."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.places = [place for table in standard.tables.values() for place in _places(table)]
        self._taken: set[str] = set()
        self._grammars = {role: _grammar(file) for role, file in standard.files.items()}

    def source(self, place: _Place, site: _Site) -> Source:
        """Compile one place, and those inside it."""
        first = place.rows[0][1]
        locator = parse_locator(first.rows)
        ranks = {name: rank for rank, name in enumerate(self.standard.tables[place.table].variants)}
        variants = tuple(
            Variant(
                name,
                _tests(rows),
                rows.constants,
                self._columns(place, rows, site),
                ranks.get(name or "", 0),
                rows.gaps,
            )
            for name, rows in place.rows
        )
        source = Source(
            name=self._name(place, site.parent),
            table=place.table,
            file=site.file,
            locator=locator,
            fields=self._fields(place, variants, self._captures(site, locator)),
            variants=variants,
            template=parse_template(first.text) if first.text is not None else None,
            enclosing=self._enclosing(place, first, site),
            within=self._within(place, site.parent),
            required=first.required,
            shared=first.shared,
            empty=first.empty,
            order=first.order,
            rising=first.rising,
            sorted=first.sorted,
            unknown=first.unknown,
            join=_by_fields(place.join),
            grammar=self._grammars[site.file],
            heads=first.head,
        )
        if self.standard.files[site.file].carrier == "lines":
            read = [plan for variant in variants for plan in variant.columns if not plan.implied]
            pieces = pieces_of(first, site.parent)
            source = replace(
                source,
                pieces=pieces,
                division=division_of(first) if pieces is None else None,
                marked=marked_by(first, read, site.parent),
                composed=composed_fields(variants),
            )
        found = {_kind(inner): inner for inner in self.places if _is_inside(inner, place)}
        again = found.pop(_kind(place), None)
        if again is not None and (site.parent is None or site.parent.table != place.table):
            message = "rows inside rows of their own kind need a variant of their own"
            raise broken(first.mark, f"{message}, 'in' those that they stand in at first")
        site = _Site(site.file, source, (*site.around, *locator))
        children = tuple(self.source(inner, site) for inner in found.values())
        return replace(source, children=children, nests=again is not None)

    def _name(self, place: _Place, parent: Source | None) -> str:
        name = _name(place, self.standard.tables[place.table])
        if name in self._taken and parent is not None:
            name = f"{name}@{parent.name}"
        self._taken.add(name)
        return name

    def _within(self, place: _Place, parent: Source | None) -> tuple[str, ...]:
        """Name the variants of the enclosing row that have such rows, if not all there do."""
        if parent is None:
            return ()
        alike = [(each.inside or "").partition(".") for each in self.places if _alike(each, place)]
        named = {name for table, _, name in alike if table == parent.table}
        here = [variant.name or "" for variant in parent.variants]
        return () if "" in named or named >= {*here} else tuple(n for n in here if n in named)

    def _captures(self, site: _Site, locator: tuple[Step, ...]) -> frozenset[str]:
        """Name what the path of a file, a locator and those around it capture."""
        steps = [*locator, *site.around]
        names = {step.name for step in steps if step.kind == "capture"}
        role = self.standard.files[site.file]
        paths = list(role.path)
        if role.listed is not None:
            names.update(s.name for s in parse_locator(role.listed.at) if s.kind == "capture")
        if role.beside is not None:
            paths.extend(self.standard.files[role.beside.role].path)
        for path in paths:
            names.update(template_fields(parse_template(path)))
        return frozenset(names)

    def _enclosing(self, place: _Place, rows: Rows, site: _Site) -> str | None:
        """Name the reference that the enclosing row, or the owner of the file, fills."""
        if rows.enclosing is not None:
            return rows.enclosing
        if site.parent is not None:
            return site.parent.table if place.join is None else None
        of = self.standard.files[site.file].of
        declared = rows.columns.get(of or "")
        return of if of is not None and of != place.table and declared is None else None

    def _columns(self, place: _Place, rows: Rows, site: _Site) -> tuple[ColumnPlan, ...]:
        """Compile the columns declared, and those that are implied by where the rows stand."""
        table, parent = place.table, site.parent
        plans = {
            name: column_plan(self.standard, table, column) for name, column in rows.columns.items()
        }
        enclosing = self._enclosing(place, rows, site)
        if enclosing is not None:
            outer = parent.table if parent is not None else enclosing
            plans.setdefault(enclosing, enclosing_column(table, enclosing, rows.mark, outer))
        if parent is not None:
            scopes = {self._scope(table, plan) for plan in plans.values()}
            for plan in parent.variants[0].columns:
                owner = plan.name in TABLES.get(table, {}) and TABLES[table][plan.name].is_owner
                wanted = parent.table == table or plan.name in scopes or owner
                if wanted and plan.implied and plan.refers is not None:
                    implied = enclosing_column(table, plan.name, rows.mark, plan.refers[0])
                    plans.setdefault(plan.name, implied)
        for name, constant in rows.constants.items():
            plans.setdefault(name, constant_column(table, name, rows.mark, constant))
        return tuple(plans.values())

    def _scope(self, table: str, plan: ColumnPlan) -> str | bool:
        """Tell within what a column's key is unique, or that which it names a row by."""
        owner, key = plan.refers or (table, plan.name)
        named = self.standard.tables.get(owner)
        sources = [named.rows, *named.variants.values()] if named is not None else []
        column = next((rows.columns[key] for rows in sources if key in rows.columns), None)
        return column.key if column is not None else False

    def _fields(
        self, place: _Place, variants: tuple[Variant, ...], captures: frozenset[str]
    ) -> tuple[Field, ...]:
        fields: list[Field] = []
        for variant in variants:
            for plan in variant.columns:
                if not plan.implied:
                    fields.extend(native_fields(plan, captures, self._referred(plan)))
            fields.extend(condition_field(condition, captures) for condition in variant.where)
        if place.join is not None:
            here, there = place.join.by[0]
            kind = self._key_kind(place.rows[0][1].mark, place.table, here)
            fields.append(native_field(there, kind, captures))
        return merged(fields)

    def _referred(self, plan: ColumnPlan) -> Kind | None:
        """Tell the kind of the key that a reference names, from the table that holds it."""
        if plan.refers is None or not plan.refers[1]:
            return None
        return self._key_kind(plan.column.mark, *plan.refers)

    def _key_kind(self, mark: Mark, table: str, key: str) -> Kind:
        named = self.standard.tables.get(table)
        if named is None:
            raise broken(mark, f"the table {table!r} is unknown")
        joined = [join.rows for join in named.joins.values()]
        sources = [named.rows, *named.variants.values(), *joined]
        column = next((rows.columns[key] for rows in sources if key in rows.columns), None)
        canonical = TABLES.get(table, {}).get(key)
        declared = column.type if column is not None and column.type is not None else None
        kind = declared or (canonical.type if canonical else "string")
        return "integer" if kind == "integer" else "number" if kind == "number" else "string"


def _tests(rows: Rows) -> tuple[Condition, ...]:
    """Give the tests of a variant, each by the name of the field that it reads."""
    return tuple(replace(test, at=field_name(test.at)) for test in rows.where)


def _by_fields(join: Join | None) -> Join | None:
    """Give a join with the names of the fields that hold its keys."""
    if join is None:
        return None
    return replace(join, by=tuple((here, field_name(there)) for here, there in join.by))


def _grammar(file: File) -> Grammar | None:
    return parse_grammar(file.grammar, file.encoding) if file.carrier == "tokens" else None


def _places(table: Table) -> Iterator[_Place]:
    """Group the variants of a table by the place where they stand."""
    rows: dict[str | None, Rows] = dict(table.variants.items()) or {None: table.rows}
    groups: dict[tuple[str | None, ...], list[tuple[str | None, Rows]]] = {}
    for name, variant in rows.items():
        for inside in variant.inside or (None,):
            if variant.file is None and inside is None:
                continue
            key = (variant.file, inside, variant.rows, variant.text, *variant.head)
            groups.setdefault(key, []).append((name, variant))
    for (file, inside, *_), members in groups.items():
        yield _Place(table.name, file, inside, tuple(members))
    for join in table.joins.values():
        yield _Place(table.name, join.rows.file, None, ((None, join.rows),), join)


def _is_inside(inner: _Place, outer: _Place) -> bool:
    if inner.inside is None or outer.join is not None:
        return False
    table, _, variant = inner.inside.partition(".")
    if table == inner.table and not variant:
        message = f"the rows stand inside {table!r}, their own table, expected 'in' a variant of it"
        raise broken(inner.rows[0][1].mark, message)
    return table == outer.table and (not variant or variant in {name for name, _ in outer.rows})


def _alike(one: _Place, other: _Place) -> bool:
    return _kind(one) == _kind(other) and one.inside is not None


def _kind(place: _Place) -> tuple[str | None, ...]:
    """Tell rows of one kind, wherever they stand: a locator, and the variants that share it."""
    first = place.rows[0][1]
    join = place.join.name if place.join is not None else None
    return place.table, join, first.rows, first.text, *(name for name, _ in place.rows)


def _name(place: _Place, table: Table) -> str:
    if place.join is not None:
        return f"{place.table}.{place.join.name}"
    names = [name for name, _ in place.rows]
    if not table.variants or len(names) == len(table.variants):
        return place.table
    return f"{place.table}.{names[0]}"
