"""Values that are made of the rows that name their row, said without the engine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from annostd.plan.sources import walk
from tests.laws.order import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.plan.model import ColumnPlan, Gather, Plan, Variant
    from annostd.standard.model import Json
    from tests.laws.strategies import Draft, Row

SLOTS = 3
CLOSE = 1e-6
Read = dict[str, object]


def gathers(plan: Plan) -> Iterator[tuple[str, ColumnPlan, Gather]]:
    """Yield the columns that are gathered, by table."""
    seen: set[tuple[str, str]] = set()
    for source in (source for file in plan.files for source in walk(file.sources)):
        for column in (column for variant in source.variants for column in variant.columns):
            if column.gather is not None and (source.table, column.name) not in seen:
                seen.add((source.table, column.name))
                yield source.table, column, column.gather


def naming_part(plan: Plan, table: str) -> str | None:
    """Name the column by which a row is only a part of another of its table."""
    return next((g.by for owner, _, g in gathers(plan) if owner == g.table == table), None)


def can_gather(draft: Draft, variant: Variant, row: Row) -> bool:
    """Tell whether the class of a row names points, where these make the row."""
    named = [c.gather for c in variant.columns if c.gather is not None and c.gather.named]
    return all(_names(draft, gather, row) for gather in named)


def gather(draft: Draft) -> None:
    """Name the points of rows after those of their class, and give all rows what they gather."""
    for table, column, made in gathers(draft.plan):
        if made.named:
            _name_points(draft, table, made)
        for number, row in enumerate(draft.rows.get(table, [])):
            inside = [r for r in draft.rows.get(made.table, []) if r.get(made.by) == number]
            if _gathers(draft, table, number, column.name):
                _give(draft, (column, made), row, inside)


def _give(draft: Draft, place: tuple[ColumnPlan, Gather], row: Row, inside: list[Row]) -> None:
    column, made = place
    if not made.named:
        if inside:
            row[column.name] = [each[made.column] for each in inside]
        return
    points: list[Json] = []
    for name in _names(draft, made, row):
        at = next((each for each in inside if each["name"] == name), None)
        place_of = cast("list[list[Json]]", at[made.column])[0] if at is not None else [0, 0]
        points.append([*place_of, at["visibility"] if at is not None else "absent"])
    row[column.name] = points


def _gathers(draft: Draft, table: str, number: int, column: str) -> bool:
    """Tell whether a row was made for a variant that gathers a column; the example is of none."""
    name, variant = draft.homes[table][number]
    if not name:
        part = naming_part(draft.plan, table)
        return part is not None and draft.rows[table][number].get(part) is None
    home = next(source for _, source in sources(draft.plan) if source.name == name)
    return any(c.name == column and c.gather for c in home.variants[variant].columns)


def _name_points(draft: Draft, table: str, made: Gather) -> None:
    """Give each point a name of its own among those of the class; leave out those too many."""
    rows, homes = draft.rows.get(made.table, []), draft.homes.get(made.table, [])
    kept = []
    left: dict[Json, list[str]] = {}
    for number, row in enumerate(rows):
        owner = draft.rows[table][cast("int", row[made.by])]
        names = left.setdefault(row[made.by], [*reversed(_names(draft, made, owner))])
        if names:
            row["name"] = names.pop()
            kept.append(number)
    if rows:
        draft.rows[made.table] = [rows[number] for number in kept]
        draft.homes[made.table] = [homes[number] for number in kept]


def _names(draft: Draft, made: Gather, row: Row) -> list[str]:
    """List the points that the class of a row names, in the order of the rows that say so."""
    reference, column = made.named
    at = row.get(reference)
    table = next(
        plan.refers[0]
        for _, source in sources(draft.plan)
        for variant in source.variants
        for plan in variant.columns
        if plan.name == reference and plan.refers is not None
    )
    for owner, each, inner in gathers(draft.plan):
        if (owner, each.name) == (table, column):
            rows = draft.rows.get(inner.table, [])
            return [cast("str", r[inner.column]) for r in rows if r.get(inner.by) == at]
    return cast("list[str]", draft.rows[table][at].get(column) or []) if isinstance(at, int) else []


def untold(before: Plan, after: Plan, table: str, rows: list[Read]) -> Counter[tuple[str, str]]:
    """Count what is lost of rows of a table that the target does not have.

    Where the value that is made of them is there, only what is their own is lost.
    """
    made = next(((t, c.name, g) for t, c, g in gathers(before) if g.table == table), None)
    if made is None:
        return Counter({("lost", table): len(rows)})
    says = made[0] in after.tables and made[1] in after.tables[made[0]].columns
    found = Counter({("derivable" if says else "lost", table): len(rows)})
    for name, column in before.tables[table].columns.items():
        told = name in {made[2].by, made[2].column}
        if not column.canonical and not column.implied and not told:
            found["lost", f"{table}.{name}"] += sum(row.get(name) is not None for row in rows)
    return found


def said_elsewhere(before: Plan, after: Plan, table: str) -> str:
    """Name the column that marks rows which are parts of others that say the same in the target."""
    held = after.tables[table].columns if table in after.tables else {}
    every = ((g.by, c.name) for t, c, g in gathers(before) if t == g.table == table)
    return next((by for by, name in every if name in held), "")


def whole(plan: Plan, table: str, rows: list[Read]) -> list[Read]:
    """Give rows that are only parts of others a name that no row has."""
    by = naming_part(plan, table)
    if by is None:
        return rows
    return [{**row, "name": None if row.get(by) is not None else row["name"]} for row in rows]


def points_apart(before: Plan, after: Plan, row: Read, names: object) -> bool:
    """Tell whether the points of an object become a row of their own, beside that of its shape."""
    gathers_points = any(g.named for _, _, g in gathers(after))
    if before.standard.id == after.standard.id or not gathers_points:
        return False
    parts = cast("list[list[float | None]] | None", row.get("keypoints"))
    if not parts or not isinstance(names, list) or row.get("shape") == "keypoints":
        return False
    numbers = parts[0]
    seen = [n for n in range(0, len(numbers), SLOTS) if numbers[n + 2] != 0]
    each = len(names) * SLOTS == len(numbers) and len(set(names)) == len(names)
    return bool(seen) and each and not _is_framed(row, numbers, seen)


def _is_framed(row: Read, numbers: list[float | None], seen: list[int]) -> bool:
    """Tell whether the shape of an object is a box that is just the bounds of its points."""
    if row.get("shape") != "box":
        return False
    x, y, w, h = (cast("float", row[f"box.{slot}"]) for slot in "xywh")
    xs = [cast("float", numbers[n]) for n in seen]
    ys = [cast("float", numbers[n + 1]) for n in seen]
    around = min(xs), min(ys), max(xs), max(ys)
    edges = zip((x, y, x + w, y + h), around, strict=True)
    return all(abs(a - b) <= CLOSE for a, b in edges)
