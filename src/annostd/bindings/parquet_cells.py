"""Columns of a Parquet file to raw columns, and raw columns to those that are written."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from annostd.bindings.cell_texts import json_texts
from annostd.bindings.frames import KINDS
from annostd.bindings.json_mend import is_flawless
from annostd.codecs.number_lists import parse_json_numbers, render_json_numbers
from annostd.tables.lists import filled
from annostd.tables.times import TIME, render_times

if TYPE_CHECKING:
    from annostd.plan.model import Field

_LEAVES: Final[dict[str, pl.DataType]] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "string": pl.String(),
    "time": TIME,
}
_TEXTS = frozenset({pl.String, pl.Categorical, pl.Enum})


GROUP = 65_536
"""Rows of a row group: as many as are read at a time."""


@dataclass(frozen=True, slots=True)
class Column:
    """A raw column: its values (None: it is of another type), and the texts of those that misfit.

    A value that misfits is null; `misfits` holds its row and its text.
    """

    values: pl.Series | None
    misfits: tuple[tuple[int, str], ...] = ()


def written_type(field: Field) -> pl.DataType:
    """Tell the type of the column that a field is written to."""
    if field.items is None:
        return KINDS[field.kind]()
    kind = _LEAVES[field.items.kind]
    for _ in range(field.items.depth):
        kind = pl.List(kind)
    return kind


def read_column(series: pl.Series, field: Field) -> Column:
    """Give the raw column of what stands in the file; numbers of any width are numbers."""
    if series.dtype == pl.Null:
        return Column(filled(None, len(series), KINDS[field.kind]()))
    match field.kind:
        case "string":
            return Column(series.cast(pl.String) if series.dtype.base_type() in _TEXTS else None)
        case "boolean":
            return Column(series if series.dtype == pl.Boolean else None)
        case "integer" | "number":
            return _numbers(series, field)
        case _:
            return _values(series)


def write_column(series: pl.Series, field: Field) -> pl.Series:
    """Give a raw column as it is written: lists and times as such, what else a value is as JSON."""
    kind = written_type(field)
    if field.items is None or series.dtype == pl.Null:
        return series.cast(kind)
    if field.items.kind == "time":
        return series.cast(TIME)
    if field.items.kind == "number":
        values, faulty = parse_json_numbers(series, 1 if field.items.depth == 1 else 2)
        return series if faulty.any() else values.cast(kind)
    found = [None if text is None else json.loads(text) for text in series]
    return pl.Series(series.name, found, dtype=kind)


def printed(columns: list[pl.Series]) -> bytes:
    """Print columns as the bytes of one file."""
    stream = io.BytesIO()
    pl.DataFrame(columns).write_parquet(
        stream, compression="zstd", statistics=True, row_group_size=GROUP
    )
    return stream.getvalue()


def _numbers(series: pl.Series, field: Field) -> Column:
    if not series.dtype.is_numeric():
        return Column(None)
    made = series.cast(KINDS[field.kind], strict=False)
    if field.kind == "number":
        same = made.is_finite()
    else:
        # 1.0 is an integer, 1.5 is none
        same = (made.cast(series.dtype, strict=False) == series).fill_null(value=False)
    wrong = series.is_not_null() & ~same.fill_null(value=False)
    return _without(made, series, wrong)


def _values(series: pl.Series) -> Column:
    """Print what stands for a value of any kind as JSON text; a text is JSON text already."""
    kind = series.dtype
    if kind.base_type() in _TEXTS:
        texts = series.cast(pl.String)
        broken = [text is not None and not is_flawless(text.encode()) for text in texts]
        return _without(texts, texts, pl.Series(broken, dtype=pl.Boolean))
    if kind.is_decimal():
        return _decimals(series)
    if kind.is_numeric() or kind == pl.Boolean:
        texts = json_texts(series)
        return _without(texts, series, series.is_not_null() & texts.is_null())
    return _lists(series)


def _decimals(series: pl.Series) -> Column:
    made = series.cast(TIME, strict=False)
    texts = render_times(made)
    return _without(texts, series, series.is_not_null() & made.is_null())


def _lists(series: pl.Series) -> Column:
    """Print lists of numbers or texts, or lists of such lists."""
    kind, depth = series.dtype, 0
    while isinstance(kind, pl.List | pl.Array):
        kind, depth = cast("pl.DataType", kind.inner), depth + 1
    if not 1 <= depth <= 2:  # noqa: PLR2004 - no value is made of deeper ones
        return Column(None)
    if kind.is_numeric():
        inner = pl.List(pl.Float64)
        plain = series.cast(inner if depth == 1 else pl.List(inner), strict=False)
        texts = render_json_numbers(plain)
        return _without(texts, series, series.is_not_null() & texts.is_null())
    if kind in {pl.String, pl.Null}:
        items = series.to_list()
        printed = [None if i is None else json.dumps(i, ensure_ascii=False) for i in items]
        return Column(pl.Series(series.name, printed, dtype=pl.String))
    return Column(None)


def _without(made: pl.Series, series: pl.Series, wrong: pl.Series) -> Column:
    """Leave out what does not fit, and remember its text."""
    if not wrong.any():
        return Column(made)
    rows = wrong.arg_true()
    texts = [_shown(value) for value in series.gather(rows)]
    kept = made.scatter(rows, None)
    return Column(kept, tuple(zip(rows.to_list(), texts, strict=True)))


def _shown(value: object) -> str:
    return str(value.to_list() if isinstance(value, pl.Series) else value)
