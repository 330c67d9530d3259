"""The difference of two datasets' tables, said without the engine: what a loss is by definition."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from annostd.plan.sources import walk
from annostd.tables.schema import GEOMETRIES, TABLES
from tests.laws.gathered import points_apart, said_elsewhere, untold, whole
from tests.laws.given_back import falls_back, is_counted, is_ordinal, is_shelved, is_union
from tests.laws.outlines import Outline
from tests.laws.solids import apart
from tests.laws.told_apart import (
    Pairs,
    Row,
    are_named,
    by_key,
    class_of,
    differs,
    in_order,
    label,
    names,
    numbered,
    ordinals,
    stem,
)

if TYPE_CHECKING:
    from annostd.plan.model import ColumnPlan
    from tests.laws.sides import Side

NEAR = 1.5
"""How far, in pixels, rounding may move an edge."""
EXACT = 1e-9
CLOSE = 1e-6
PRINTED = 0.01
"""How far, in pixels, an outline that was made of a box may stand from it."""


@dataclass(slots=True)
class Difference:
    """Losses by kind and name with their count, and the largest rounding error by name."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Comparison:
    before: Side
    after: Side
    pairs: dict[str, Pairs] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)
    found: Difference = field(default_factory=Difference)


def difference(before: Side, after: Side) -> Difference:
    """Say what the tables read first hold and the others do not."""
    work = _Comparison(before, after)
    for table in _ordered(before):
        rows = before.rows[table]
        if not rows:
            continue
        if table not in after.plan.tables:
            work.found.counts += untold(before.plan, after.plan, table, rows)
            continue
        work.pairs[table] = _aligned(work, table)
        kept = {old for old, _ in work.pairs[table]}
        gone = [row for number, row in enumerate(rows) if number not in kept]
        said = said_elsewhere(before.plan, after.plan, table)
        back = sum(
            row.get(said) is not None or (table == "annotation" and _is_gap(before, row))
            for row in gone
        )
        for kind, count in (("lost", len(gone) - back), ("derivable", back)):
            if count:
                work.found.counts[kind, table] += count
        for column in before.plan.tables[table].columns.values():
            _column(work, table, column)
    return work.found


def _ordered(side: Side) -> list[str]:
    """Order the tables so that media and categories come before what refers to them."""
    return sorted(
        side.rows, key=lambda table: (table not in {"media", "category"}, table in NESTED)
    )


NESTED = {"part": "turn", "call": "turn"}
"""Tables whose rows stand in rows of another than media."""


def _aligned(work: _Comparison, table: str) -> Pairs:
    old, new = work.before.rows[table], work.after.rows.get(table, [])
    bound = work.after.plan.tables[table].columns.get("name")
    if table == "media" and not (are_named(old, bound) and are_named(new)):
        known = all(any(row.get("split") for row in rows) for rows in (old, new))
        return by_key(ordinals(old), ordinals(new)) if known else in_order(old, new)
    if table in {"tool", "turn", "part", "call", "preference"}:
        return _within(work, table)
    if table == "annotation":
        return _annotations(work, old, new)
    keys = _keys(work, table, old, new)
    if keys is not None:
        return by_key(*keys)
    return in_order(old, new)


def _keys(
    work: _Comparison, table: str, old: list[Row], new: list[Row]
) -> tuple[list[object], list[object]] | None:
    """Name the rows on either side, where something tells them apart."""
    if table == "media":
        tell = stem if all(row.get("path") for row in new) else label
        return [tell(row) for row in old], [tell(row) for row in new]
    if table in {"category", "agent"}:
        return names(whole(work.before.plan, table, old)), names(whole(work.after.plan, table, new))
    if table == "attribute":
        return numbered(_owners(work, old)), numbered([_owner(work.after, row) for row in new])
    return None


def _within(work: _Comparison, table: str) -> Pairs:
    """Align the rows in each row around them: a row that was written says what the old one did."""
    outer = NESTED.get(table, "media")
    old, new = work.before.rows[table], work.after.rows.get(table, [])
    bound = [work.before.plan.tables[table].columns, work.after.plan.tables[table].columns]
    shared = [n for n in bound[0] if n in bound[1] and n in TABLES[table]]
    plain = [n for n in shared if bound[0][n].refers is None]
    pairs: Pairs = []
    for was, now in work.pairs.get(outer, []):
        left = [n for n, row in enumerate(old) if row.get(outer) == was]
        for b in (n for n, row in enumerate(new) if row.get(outer) == now):
            known = (n for n in left if all(old[n].get(c) == new[b].get(c) for c in plain))
            a = next((n for n in known if _can_be_said(work, old[n], table)), None)
            if a is not None:
                pairs.append((a, b))
                left.remove(a)
    assert len(pairs) == len(new), f"a row of {table} was read back that nobody wrote"
    return pairs


def _owners(work: _Comparison, rows: list[Row]) -> list[object]:
    """Name attributes by what they are said of, as it is numbered in what was read back."""
    numbers: dict[object, int] = {}
    for old, new in work.pairs.get("annotation", []):
        numbers.setdefault(old, new)
    return [
        _owner(work.before, {**row, "annotation": numbers.get(row.get("annotation"), "gone")})
        if row.get("annotation") is not None
        else _owner(work.before, row)
        for row in rows
    ]


def _owner(side: Side, row: Row) -> object:
    """Name an attribute by the annotation or the medium that it is said of, and its name."""
    at = row.get("media")
    name = stem(side.rows["media"][at]) if isinstance(at, int) else None
    return row.get("annotation"), None if row.get("annotation") is not None else name, row["name"]


def _annotations(work: _Comparison, old: list[Row], new: list[Row]) -> Pairs:
    """Align the annotations of each medium in order, by class and place; parts with their whole."""
    pairs: Pairs = []
    taken: set[int] = set()
    is_same = work.before.plan.standard.id == work.after.plan.standard.id
    written = [n for n, row in enumerate(new) if is_same or not _is_gap(work.after, row)]
    for was, now in (*work.pairs["media"], (None, None)):
        own = [n for n, row in enumerate(old) if row.get("media") == was]
        left = [n for n in own if _can_be_said(work, old[n])]
        right = [n for n in written if new[n].get("media") == now]
        size = _size(work, was, now)
        for a in left:
            due = _rows_due(work, old[a], size)
            names = _named_points(work.before, old[a])
            split = points_apart(work.before.plan, work.after.plan, old[a], names)
            due += split
            same = [b for b in right if b not in taken and _is_same(work, old[a], new[b], size)]
            taken.update(same[:due])
            pairs.extend((a, b) for b in same[:due])
            if split:
                work.apart.add(same[due - 1])
                work.found.counts["lost", "annotation.keypoints"] += 1
    assert len(taken) == len(written), "an annotation was read back that nobody wrote"
    return pairs


def _is_gap(side: Side, row: Row) -> bool:
    """Tell a row that only says that others leave time free, which its standard fills."""
    sources = [s for file in side.plan.files for s in walk(file.sources)]
    home = sources[cast("int", row["@source"])].variants[cast("int", row.get("@variant") or 0)]
    return home.gaps is not None


def _size(work: _Comparison, was: object, now: object) -> tuple[int, int]:
    """Give the size of a medium; that of one pixel where neither side knows it."""
    known = ((work.before, was), (work.after, now))
    for row in (side.rows["media"][at] for side, at in known if isinstance(at, int)):
        width, height = row.get("width"), row.get("height")
        if isinstance(width, int) and isinstance(height, int):
            return width, height
    return 1, 1


def _is_same(work: _Comparison, old: Row, new: Row, size: tuple[int, int]) -> bool:
    """Tell whether one may be what became of the other: the same class at the same place."""
    if class_of(work.before.rows, old) != class_of(work.after.rows, new):
        return False
    ends = ("interval.start", "interval.end")
    if any(old.get(end) is not None and old.get(end) != new.get(end) for end in ends):
        return False
    places = [*_rings(work.before, old, size), *_places(work.before, old, size)]
    seen = _places(work.after, new, size)
    if not places and not seen:
        return True
    return any(place.near(other, NEAR) for place in places for other in seen)


def _can_be_said(work: _Comparison, row: Row, table: str = "annotation") -> bool:
    """Tell whether the target can say what changes the meaning of a row; else it may not stand."""
    bound = work.after.plan.tables[table].columns
    changes = (c for c in TABLES[table].values() if c.neutral is not None)
    return all(c.name in bound or row.get(c.name) in (None, c.neutral, *c.tame) for c in changes)


def _rows_due(work: _Comparison, row: Row, size: tuple[int, int]) -> int:
    """Tell how many rows are made of one: as many as it has parts where the target holds one."""
    form = work.after.tables.forms.get("annotation", {}).get("polygons")
    parts = len(_rings(work.before, row, size))
    return max(parts, 1) if form is not None and form.parts == "one" else 1


def _named_points(side: Side, row: Row) -> object:
    """Give the names of the points of an object's class."""
    at = row.get("category")
    return side.rows["category"][at].get("keypoints") if isinstance(at, int) else None


def _places(side: Side, row: Row, size: tuple[int, int]) -> list[Outline]:
    return [o for name in GEOMETRIES if (o := side.outline(row, name, size)) is not None]


def _rings(side: Side, row: Row, size: tuple[int, int]) -> list[Outline]:
    outline = side.outline(row, "polygons", size)
    return [Outline([ring]) for ring in outline.rings] if outline is not None else []


def _column(work: _Comparison, table: str, column: ColumnPlan) -> None:
    if column.name in {"shape", "kind"} or (column.implied and not column.canonical):
        return
    if column.type in GEOMETRIES:
        _geometry(work, table, column)
        return
    lost = [
        (a, b)
        for a, b in work.pairs[table]
        if not (table == "annotation" and b in work.apart)
        if _is_lost(work, table, column, work.before.rows[table][a], work.after.rows[table][b])
    ]
    for a in {a for a, _ in lost}:
        b = next(new for old, new in lost if old == a)
        rows = work.before.rows[table][a], work.after.rows[table][b]
        split = column.name == "area" and sum(old == a for old, _ in lost) > 1
        back = not split and _is_derivable(work, table, column, rows)
        kind = "derivable" if back else "lost"
        work.found.counts[kind, f"{table}.{column.name}"] += 1


def _is_lost(work: _Comparison, table: str, column: ColumnPlan, old: Row, new: Row) -> bool:
    was = _plain(work.before, column, old)
    if was is None or was == []:
        return False
    canonical = TABLES.get(table, {}).get(column.name)
    if canonical is not None and canonical.neutral is not None and was == canonical.neutral:
        return False
    bound = work.after.plan.tables[table].columns.get(column.name)
    named = column.refers[0] if column.refers is not None else ""
    if bound is not None and named in {table, "annotation", "media"}:
        return (old.get(column.name), new.get(column.name)) not in work.pairs[named]
    return bound is None or differs(was, _plain(work.after, bound, new))


def _plain(side: Side, column: ColumnPlan, row: Row) -> object:
    """Give a value as it can be compared: of a reference what tells the row named apart."""
    value = row.get(column.name)
    if column.refers is None or not isinstance(value, int):
        return sorted(value) if isinstance(value, list) else value
    target = side.rows[column.refers[0]][value]
    if column.refers[0] == "media":
        return stem(target)
    return target.get("name") or sorted((k, repr(v)) for k, v in target.items() if "@" not in k)


def _geometry(work: _Comparison, table: str, column: ColumnPlan) -> None:
    """Compare a geometry of each row with that of the row, or of the rows, made of it."""
    if column.type == "interval":
        _interval(work, table, column.name)
        return
    if column.type == "cuboid":
        _cuboid(work, table, column.name)
        return
    name = f"{table}.{column.name}"
    made: dict[int, list[int]] = {}
    for a, b in work.pairs[table]:
        made.setdefault(a, []).append(b)
    for a, several in made.items():
        old = work.before.rows[table][a]
        rows = [work.after.rows[table][b] for b in several]
        size = _size(work, old.get("media"), rows[0].get("media"))
        was = work.before.outline(old, column.name, size)
        if was is None:
            continue
        now = [o for row in rows if (o := work.after.outline(row, column.name, size)) is not None]
        if not now:
            own = len(set(several) - work.apart) == 1
            whole = own and _is_bounds(work, column.name, (old, rows[0]), was, size)
            work.found.counts["derivable" if whole else "lost", name] += 1
            continue
        parts = [was] if len(now) == 1 else [Outline([ring]) for ring in was.rings]
        work.found.counts["lost", name] += len(now) > 1
        error = max(part.apart(other) for part, other in zip(parts, now, strict=True))
        if error > EXACT:
            work.found.counts["rounded", name] += 1
            work.found.errors[name] = max(error, work.found.errors.get(name, 0.0))


def _interval(work: _Comparison, table: str, name: str) -> None:
    """Compare the ends of intervals; they are exact."""
    ends = [f"{name}.{end}" for end in ("start", "end")]
    for a, b in work.pairs[table]:
        old, new = work.before.rows[table][a], work.after.rows[table][b]
        was, now = [old.get(end) for end in ends], [new.get(end) for end in ends]
        if was[0] is not None and was != now:
            work.found.counts["lost", f"{table}.{name}"] += 1


def _cuboid(work: _Comparison, table: str, name: str) -> None:
    """Compare the corners of cuboids."""
    for a, b in work.pairs[table]:
        was = work.before.solid(work.before.rows[table][a], name)
        now = work.after.solid(work.after.rows[table][b], name)
        what = f"{table}.{name}"
        if was is not None and now is None:
            work.found.counts["lost", what] += 1
        elif was is not None and now is not None and apart(was, now) > EXACT:
            work.found.counts["rounded", what] += 1
            work.found.errors[what] = max(apart(was, now), work.found.errors.get(what, 0.0))


def _is_bounds(
    work: _Comparison, column: str, rows: tuple[Row, Row], box: Outline, size: tuple[int, int]
) -> bool:
    """Tell whether a box that is gone is just the bounds of the outline that is still there."""
    for name in ("polygons", "mask", "keypoints") if column == "box" else ():
        kept = work.after.outline(rows[1], name, size)
        if kept is not None:
            outline = work.before.outline(rows[0], name, size)
            return kept.near(box, PRINTED) if outline is None else outline.near(box, CLOSE)
    return False


def _is_derivable(work: _Comparison, table: str, column: ColumnPlan, rows: tuple[Row, Row]) -> bool:
    """Tell whether the target gives a value that is gone back by a rule."""
    old, new = rows
    value, declared = old[column.name], column.column
    if declared.default is not None and value == declared.default:
        return True
    made = is_shelved(work.before.plan, column) or is_counted(column)
    if made or is_ordinal(column, work.before.rows[table]):
        return True
    if table == "media" and column.name in {"width", "height"}:
        return any(f.file.carrier == "image" and f.sources for f in work.after.plan.files)
    if column.name == "split" and is_union(work.before.rows["media"], old, new):
        return True
    if (table, column.name) == ("annotation", "category"):
        return class_of(work.before.rows, old) == class_of(work.after.rows, new)
    return falls_back(table, column, rows) or (column.name == "area" and _is_area(work, old, new))


def _is_area(work: _Comparison, old: Row, new: Row) -> bool:
    size = _size(work, old.get("media"), new.get("media"))
    kept = next((n for n in ("polygons", "mask", "box") if work.after.outline(new, n, size)), "")
    box = work.before.outline(old, "box", size)
    if not kept and box is not None and _is_bounds(work, "box", (old, new), box, size):
        kept = "box"
    own, made = work.before.outline(old, kept, size), work.after.outline(new, kept, size)
    outline, close = (own, CLOSE) if own is not None else (made, PRINTED)
    area = old.get("area")
    if outline is None or not isinstance(area, float):
        return False
    return abs(outline.area - area) <= close * (abs(outline.area) + 1)
