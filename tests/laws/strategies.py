"""Datasets that are valid for a standard by construction, drawn from its plan and nothing else.

A draft holds rows by table as examples do, but a reference is the number of the row it names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from hypothesis import strategies as st

from annostd.plan.sources import walk
from annostd.tables.schema import GEOMETRIES
from tests.laws.cells import cells, is_order, may_miss
from tests.laws.figures import draw_shapes
from tests.laws.gathered import can_gather, gather
from tests.laws.joined import draw_joined
from tests.laws.marks import compose, cover, is_in_block, mark
from tests.laws.naming import hand_on, naming_carrier, only_named, refer, sort_rows
from tests.laws.order import sources
from tests.laws.shapes import joints
from tests.laws.values import (
    DRAWN,
    is_captured,
    named_in_paths,
    names,
    scalars,
    tested,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hypothesis.vendor.pretty import RepresentationPrinter

    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source, Variant
    from annostd.standard.model import Json

MANY = 3
Row = dict[str, "Json"]


@dataclass(slots=True)
class Draft:
    """A dataset in the making: rows by table; references are row numbers.

    `homes` gives for each row the source and the variant that it was made for.
    """

    plan: Plan
    rows: dict[str, list[Row]] = field(default_factory=dict)
    homes: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    taken: dict[tuple[str, str], set[Json]] = field(default_factory=dict)

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:  # noqa: FBT001
        del cycle
        printer.pretty(self.rows)


@st.composite
def drafts(draw: st.DrawFn, plan: Plan) -> Draft:
    """Draw a dataset: the standard's own example, and rows added to every table."""
    draft = Draft(plan)
    _seed(draft)
    for table in plan.tables.values():
        if table.created is not None:
            for _ in range(draw(st.integers(1, MANY))):
                _created(draw, draft, table.name)
    for file, source in sources(plan):
        for row in _places(draw, draft, file, source):
            _row(draw, draft, (file, source), row)
    draw_joined(draw, draft)
    for table in plan.tables.values():
        if table.created is not None:
            only_named(draft, table.name)
    for _, source in sources(plan):
        if source.sorted is not None and source.table in draft.rows:
            sort_rows(draft, source)
    _counted(draft)
    compose(draft)
    gather(draft)
    return draft


def _seed(draft: Draft) -> None:
    """Start from the standard's example: its rows with references as row numbers."""
    from annostd.converters.examples import _row as find

    base = cast("dict[str, list[Row]]", draft.plan.standard.base)
    fixed = {t.name: [{**row} for row in t.fixed] for t in draft.plan.tables.values() if t.fixed}
    base = base | cast("dict[str, list[Row]]", fixed)
    for table, members in base.items():
        columns = draft.plan.tables[table].columns
        for member in members:
            row: Row = {
                **_constants(draft.plan, table),
                **_defaults(draft.plan, table),
                **member,
            }
            for name, plan in columns.items():
                if plan.refers is not None and row.get(name) is not None:
                    row[name] = find(draft.plan, plan.refers[0], row[name], base)
            hand_on(draft, table, row)
            _keep(draft, table, row, ("", 0))


def _constants(plan: Plan, table: str) -> Row:
    """Give the constants that every variant of a table has."""
    every: list[set[tuple[str, Json]]] = [
        set(variant.constants.items())
        for _, source in sources(plan)
        if source.table == table
        for variant in source.variants
    ]
    return dict(set.intersection(*every)) if every else {}


def _defaults(plan: Plan, table: str) -> Row:
    """Give what absence means in a table: the defaults of columns, and of captures of the path.

    What a writer makes without counting stands there, too, when it is read back; in rows of which
    variant a column of some only stands, is not known.
    """
    variants = [v for _, s in sources(plan) if s.table == table for v in s.variants]
    held = [{column.name for column in variant.columns} for variant in variants]
    columns = [
        column
        for column in plan.tables[table].columns.values()
        if all(column.name in names for names in held)
    ]
    found: Row = {
        c.name: c.column.generate
        for c in columns
        if c.column.generate is not None and "{" not in c.column.generate
    }
    found |= {c.name: c.column.default for c in columns if c.column.default is not None}
    for file, source in sources(plan):
        for column in (c for v in source.variants for c in v.columns if source.table == table):
            name = column.fields[0] if column.fields else ""
            capture = file.file.captures.get(name.strip("{}")) if name.startswith("{") else None
            if capture is not None and capture.default is not None:
                default = capture.default
                found[column.name] = [default] if column.type == "strings" else default
    return found


def _keep(draft: Draft, table: str, row: Row, home: tuple[str, int]) -> None:
    draft.rows.setdefault(table, []).append(row)
    draft.homes.setdefault(table, []).append(home)
    for name, value in row.items():
        if isinstance(value, str | int):
            draft.taken.setdefault((table, name), set()).add(_told(draft.plan, table, name, value))


def _told(plan: Plan, table: str, name: str, value: Json) -> Json:
    """Give what tells values of a column apart: of file names only the stem, in either case."""
    if not isinstance(value, str):
        return value
    bound = plan.tables[table].columns.get(name)
    is_path = bound is not None and (
        bound.template is not None or named_in_paths(plan, table, name) or is_captured(bound)
    )
    return PurePosixPath(value).stem.casefold() if is_path else value.casefold()


def _created(draw: st.DrawFn, draft: Draft, table: str) -> None:
    row: Row = {}
    for plan in draft.plan.tables[table].columns.values():
        taken = draft.taken.get((table, plan.name), set())
        drawn = st.one_of(names(), scalars(plan, naming_carrier(draft.plan, table)))
        row[plan.name] = draw(_apart(draft, drawn, table, plan.name, taken))
    _keep(draft, table, row, ("", 0))


def _apart(
    draft: Draft, drawn: st.SearchStrategy[Json], table: str, name: str, taken: set[Json]
) -> st.SearchStrategy[Json]:
    """Draw only values that can be told apart from those taken."""
    return drawn.filter(lambda value: _told(draft.plan, table, name, value) not in taken)


def _places(draw: st.DrawFn, draft: Draft, file: FilePlan, source: Source) -> Iterable[Row]:
    """Draw where new rows stand: each gives the enclosing row, if any."""
    parents = _enclosing(draft, file, source)
    if source.enclosing is not None:
        if _is_one_each(file, source):
            yield from _one_each(draw, draft, source, parents)
            return
        least = 0 if not source.within else 1  # what makes the enclosing row of its variant
        for number in parents:
            for _ in range(draw(st.integers(max(least, int(is_in_block(file, source))), MANY))):
                yield {source.enclosing: number}
    elif _is_single(file, source):
        if not draft.rows.get(source.table):
            yield {}
    else:
        for _ in range(draw(st.integers(0, MANY))):
            yield {}


def _is_one_each(file: FilePlan, source: Source) -> bool:
    """Tell whether an enclosing row holds one row of a source at most."""
    is_tree = file.file.carrier in {"json", "jsonl", "yaml"}
    return is_tree and all(step.kind == "member" for step in source.locator)


def _one_each(
    draw: st.DrawFn, draft: Draft, source: Source, parents: Iterable[int]
) -> Iterable[Row]:
    """Draw at most one row for each enclosing row; one where it is the same record, or required."""
    constants = source.variants[0].constants.items()
    name = source.enclosing or ""
    rows = draft.rows.get(source.table, [])
    taken = {row.get(name) for row in rows if all(row.get(n) == v for n, v in constants)}
    for number in parents:
        due = not source.locator or source.required is not None
        if number not in taken and (due or draw(st.booleans())):
            yield {name: number}


def _is_single(file: FilePlan, source: Source) -> bool:
    """Tell whether a source has one row in all: a record that no key tells from others."""
    if any(step.kind != "member" for step in source.locator) or source.template is not None:
        return False
    if file.file.carrier == "jsonl":
        return False
    columns = [plan for variant in source.variants for plan in variant.columns]
    return not any(plan.column.key or plan.template is not None for plan in columns)


def _enclosing(draft: Draft, file: FilePlan, source: Source) -> list[int]:
    outer = {s.name for s in walk(file.sources) if source in s.children}
    outer |= {source.name} if source.nests else set()
    table = next(
        (
            plan.refers[0]
            for variant in source.variants
            for plan in variant.columns
            if plan.name == source.enclosing and plan.refers
        ),
        "",
    )
    homes = draft.homes.get(table, [])
    around = {s.name: s for s in walk(file.sources)}
    return [
        n
        for n, (name, variant) in enumerate(homes)
        if not outer
        or (
            name in outer
            and (not source.within or around[name].variants[variant].name in source.within)
        )
    ]


def _row(draw: st.DrawFn, draft: Draft, place: tuple[FilePlan, Source], row: Row) -> None:
    """Draw one row of a source in one of its variants, if the rows that it needs are there."""
    file, source = place
    number = draw(st.integers(0, len(source.variants) - 1))
    variant = source.variants[number]
    row = {**dict(variant.constants), **row}
    for plan in sorted(variant.columns, key=lambda plan: not plan.implied):
        if plan.refers is not None and not refer(draw, draft, (source, variant), plan, row):
            return
    hand_on(draft, source.table, row)
    if source.marked is not None and not mark(draw, draft, source, row):
        return
    cover(draw, draft, (source, variant), row)
    for plan in _plain(source, variant, row):
        value = _value(draw, draft, (file, source, variant), plan, row)
        if value is not None:
            row[plan.name] = value
    _follow(draft, variant, row)
    if not can_gather(draft, variant, row) or not draw_shapes(draw, draft, variant, row):
        return
    if _is_repeated(draft, source, row):
        return
    _keep(draft, source.table, row, (source.name, number))


def _plain(source: Source, variant: Variant, row: Row) -> list[ColumnPlan]:
    """List the columns of a variant that hold a value of their own which the row has not yet."""
    composed = {name for name, *_ in source.composed}
    own = (p for p in variant.columns if not (p.implied or p.refers or p.derive or p.gather))
    return [
        plan
        for plan in own
        if plan.type not in GEOMETRIES and plan.name not in row and plan.fields[0] not in composed
    ]


def _follow(draft: Draft, variant: Variant, row: Row) -> None:
    """Give columns that follow from one of the row that a reference names their value."""
    referred = {plan.name: plan.refers[0] for plan in variant.columns if plan.refers is not None}
    for plan in variant.columns:
        for need in plan.derive.needs if plan.derive is not None else ():
            at = row.get(need.path[0])
            if len(need.path) > 1 and isinstance(at, int) and need.path[0] in referred:
                row[plan.name] = draft.rows[referred[need.path[0]]][at].get(need.path[1])


def _is_repeated(draft: Draft, source: Source, row: Row) -> bool:
    """Tell whether a row takes a name in its enclosing row that another one has."""
    captured = [s.name for s in source.locator if s.kind == "capture"]
    if not captured or source.enclosing is None:
        return False
    keys = [
        p.name
        for v in source.variants
        for p in v.columns
        if p.fields and p.fields[0].strip("{}") in captured
    ]
    keys.append(source.enclosing)
    return any(
        all(old.get(k) == row.get(k) for k in keys) for old in draft.rows.get(source.table, [])
    )


def _value(
    draw: st.DrawFn,
    draft: Draft,
    place: tuple[FilePlan, Source, Variant],
    plan: ColumnPlan,
    row: Row,
) -> Json:
    """Draw a value of a column, None where it may be missing and absence says nothing else."""
    file, source, variant = place
    if file.file.carrier == "image" and not is_captured(plan):
        return draw(st.integers(1, 64)) if plan.type == "integer" else None
    if any(f.file.listed and f.file.listed.root in plan.fields for f in draft.plan.files):
        return plan.column.default
    is_joint = plan.type == "edges"
    names = row.get("keypoints")
    drawn = joints(names) if is_joint else tested(plan, variant)
    drawn = cells(draft.plan, (file, source), plan) if drawn is None else drawn
    key = (source.table, plan.name)
    if plan.column.key or plan.template is not None or named_in_paths(draft.plan, *key):
        taken = draft.taken.get(key, set())
        if plan.type == "integer" and (plan.column.minimum is not None or is_order(plan)):
            return max([int(t) for t in taken if isinstance(t, int)], default=-1) + 1
        return draw(_apart(draft, drawn, *key, taken))
    if may_miss(file, plan, variant) and draw(st.booleans()):
        return None
    return draw(drawn)


def _counted(draft: Draft) -> None:
    """Give derived counts of tables their value."""
    for table, plan in draft.plan.tables.items():
        for column in plan.columns.values():
            needs = column.derive.needs if column.derive else ()
            counted = [need.path[0] for need in needs if need.measure == "count"]
            if column.type == "integer" and counted:
                for row in draft.rows.get(table, []):
                    row[column.name] = len(draft.rows.get(counted[0], []))


__all__ = ["DRAWN", "Draft", "drafts", "sources"]
