"""Tables of one standard to tables that another can say, row by row and column by column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.converters.enclosing import enclose
from annostd.converters.gaps import fill_gaps
from annostd.converters.losses import table_losses
from annostd.converters.media import are_rows
from annostd.converters.model import Mapped
from annostd.converters.outlines import without
from annostd.converters.rows import follow_late
from annostd.converters.scattering import Scattered, scatter
from annostd.converters.splits import Splits, single_splits
from annostd.converters.table import map_table
from annostd.converters.tokens import part_texts
from annostd.converters.untold import untold_tables
from annostd.converters.work import Work, environment_of, is_record, reach
from annostd.plan.order import put_behind
from annostd.plan.sources import walk
from annostd.tables.dataset import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annostd.plan.model import Plan


def map_tables(
    source: Tables,
    source_plan: Plan,
    plan: Plan,
    values: Mapping[str, str],
    *,
    placed_media: bool = False,
) -> Mapped:
    """Map all tables of a dataset to what the target can say.

    `values` are constants for `table.column` that the caller supplies. Rows and values that the
    target cannot hold are losses; what has no place without a decision of the caller is `refused`.
    With `placed_media` the pictures are put beside, so that their headers are there to be read.
    """
    standing, goes_back = source.standing, _goes_back(source, source_plan, plan)
    work = Work(source, source_plan, plan, values, placed_media)
    splits, scattered = _begun(source, work, goes_back=goes_back)
    del source
    for table in _in_order(plan):
        if table in work.source.frames or is_record(plan, table):
            work.mapped[table] = map_table(work, table, environment_of(work))
    for table, (said, count) in scattered.rows.items():
        work.mapped[table].derived[said] = count
    if not goes_back:
        # of outlines losses are told by what was measured of them
        work.source = without(work.source)
    follow_late(work)
    media = work.mapped.get("media")
    losses = [] if media is None or media.frame.is_empty() else list(splits.losses)
    for table, mapped in work.mapped.items():
        if table not in scattered.whole:
            losses.extend(table_losses(work, table, mapped))
    losses.extend((*scattered.losses, *untold_tables(work)))
    fill_gaps(work)
    maps = work.mapped.items()
    return Mapped(
        Tables(
            {table: m.frame for table, m in maps},
            {table: m.forms for table, m in maps},
            standing,
        ),
        tuple(losses),
        {f"{table}.{name}": count for table, m in maps for name, count in m.derived.items()},
        {f"{table}.{name}": ids for table, m in maps for name, ids in m.ids.items()},
        splits.notes,
        (*(reason for _, m in maps for reason in m.refused), *_unseen(work)),
    )


def _unseen(work: Work) -> Iterator[str]:
    """Refuse to write media without the pictures by which alone the target knows them."""
    media = work.mapped.get("media")
    if media is None or media.frame.is_empty() or work.placed_media:
        return
    if are_rows(work.plan.files):
        name = work.plan.standard.id
        yield f"{name} knows a medium by its picture alone; --media copy or link puts it there"


def _begun(source: Tables, work: Work, *, goes_back: bool) -> tuple[Splits, Scattered]:
    """Make the tables of a work such as its target can take: one split, rows that stand in others.

    Also gives what was told of the splits, and of rows that were made of texts and of lists.
    """
    plan = work.plan
    splits = Splits(source) if goes_back else single_splits(source, plan)
    tables = splits.tables
    if not goes_back:
        tables = enclose(tables, plan, lambda held: reach(work.source_plan, lambda: held, {}))
    parted = part_texts(tables, plan)
    scattered = scatter(parted.tables, work.source_plan, plan)
    work.source, work.made = scattered.tables, scattered.columns
    made = replace(scattered, tables=Tables(), rows={**parted.made, **scattered.rows})
    return replace(splits, tables=Tables()), made


def _goes_back(source: Tables, source_plan: Plan, plan: Plan) -> bool:
    """Tell whether rows go back into the files that they were read from."""
    own, target = source_plan.standard, plan.standard
    media = source.frames.get("media")
    read = media is not None and "@file" in media.columns
    return read and own.id == target.id and own.chosen == target.chosen


def _in_order(plan: Plan) -> list[str]:
    """Order the tables so that what others refer to comes first, and what counts others last."""
    placed = [
        s.table for file in plan.files for s in walk(file.sources) if s.variants and not s.join
    ]
    created = [table.name for table in plan.tables.values() if table.teller]
    late = {
        table.name
        for table in plan.tables.values()
        for column in table.columns.values()
        if column.derive is not None
        and any(need.measure == "count" for need in column.derive.needs)
    }
    order = put_behind(list(dict.fromkeys([*created, *placed])), lambda t: _named(plan, t))
    return [t for t in order if t not in late] + [t for t in order if t in late]


def _named(plan: Plan, table: str) -> set[str]:
    """List the tables that rows of one name, and those that they stand in."""
    columns = plan.tables[table].columns.values()
    return {column.refers[0] for column in columns if column.refers is not None} - {table}
