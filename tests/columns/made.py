"""Raw rows as bindings hand them over, made by hand, and what they are decoded to."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import polars as pl

from annostd.columns import Assembler, decode
from annostd.columns.natives import RAW
from annostd.columns.raw import DataFile, RawBatch, RawRows
from tests.plan.made import source_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.columns import Batch
    from annostd.columns.decode import Decoded
    from annostd.columns.faults import CellFaults
    from annostd.columns.raw import Misfit
    from annostd.plan import Plan

Columns: TypeAlias = "Mapping[str, object]"
Batches: TypeAlias = "Mapping[str, Columns]"
CODED = frozenset({"json", "yaml", "image"})
PLACES = {
    "@file": pl.UInt32(),
    "@start": pl.Int64(),
    "@end": pl.Int64(),
    "@index": pl.UInt32(),
    "@parent": pl.UInt32(),
    "@path": pl.String(),
}


def carrier_of(plan: Plan, source: str) -> str:
    return plan.standard.files[source_of(plan, source).file].carrier


def raw_rows(
    plan: Plan,
    source: str,
    columns: Columns,
    misfits: Sequence[Misfit] = (),
) -> RawRows:
    """Make raw rows of a source; fields not given are missing, places are those of one list.

    `@file`, `@parent` and `@index` may be among the columns.
    """
    coded = carrier_of(plan, source) in CODED
    given = {name: list(cast("Sequence[object]", values)) for name, values in columns.items()}
    height = len(next(iter(given.values())))
    frame: dict[str, pl.Series] = {}
    for field in source_of(plan, source).fields:
        dtype = RAW[field.kind] if coded else pl.String()
        frame[field.name] = pl.Series(given.get(field.name, [None] * height), dtype=dtype)
    order = list(range(height))
    places = {"@file": [0] * height, "@start": order, "@end": order, "@index": order}
    for name, dtype in PLACES.items():
        values = given.get(name) or places.get(name) or [None] * height
        frame[name] = pl.Series(values, dtype=dtype)
    return RawRows(source, pl.DataFrame(frame), tuple(misfits))


def decoded(
    plan: Plan,
    source: str,
    columns: Columns,
    misfits: Sequence[Misfit] = (),
    want: Mapping[str, frozenset[str]] | None = None,
) -> Decoded:
    """Decode raw rows made of `columns`."""
    rows = raw_rows(plan, source, columns, misfits)
    return decode(source_of(plan, source), rows, carrier=carrier_of(plan, source), want=want)


def told(faults: Sequence[CellFaults]) -> list[tuple[str, list[int], list[str | None] | None, str]]:
    """Say faults as rule, rows, what stands there, what was expected."""
    return [
        (
            fault.rule,
            fault.rows.to_list(),
            fault.actual.to_list() if fault.actual is not None else None,
            fault.expected,
        )
        for fault in faults
    ]


def files(*paths: str, role: str = "data") -> list[DataFile]:
    return [DataFile(role, path, {}) for path in paths]


def taken(
    plan: Plan,
    assembler: Assembler,
    role: str,
    rows: Batches,
) -> Batch:
    """Assemble one batch of a role: raw columns by source."""
    file = next(file for file in plan.files if file.role == role)
    raw = {name: raw_rows(plan, name, columns) for name, columns in rows.items()}
    return assembler.take(file, RawBatch(raw))
