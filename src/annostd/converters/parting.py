"""Raw rows of many files, encoded together, parted into those of each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from annostd.columns.nesting import WITHIN, roots

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from annostd.plan.model import FilePlan, Source

_Bounds: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int64]]"
TOGETHER = 8192
"""How many files are encoded at once."""


def batched(numbers: Sequence[int], count: int) -> Iterator[Sequence[int]]:
    """Cut a list into pieces of a length; the last may be shorter."""
    return (numbers[start : start + count] for start in range(0, len(numbers), count))


def split_by_file(
    role: FilePlan, rows: Mapping[str, pl.DataFrame], files: Sequence[int]
) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield the rows of each file, in the order of `files`, which are rising numbers.

    Rows of outermost sources stand in the order of their `@origin`, which becomes `@file`; without
    one, they belong to every file. Rows inside them go with their `@parent`, and name its row in
    the part, as those inside rows of their own source name that.
    """
    bounds: dict[str, _Bounds] = {}
    present = [source for source in role.sources if source.name in rows]
    for source in present:
        _bound(source, rows, _by_origin(rows[source.name], files), bounds)
    for index in range(len(files)):
        parts: dict[str, pl.DataFrame] = {}
        for source in present:
            starts, ends = bounds[source.name]
            if starts[index] < ends[index]:
                _part(source, rows, bounds, (index, 0), parts)
        yield parts


def _by_origin(frame: pl.DataFrame, files: Sequence[int]) -> _Bounds:
    """Tell from which to which row each file's rows stand."""
    if "@origin" not in frame.columns:
        return np.zeros(len(files), np.int64), np.full(len(files), frame.height, np.int64)
    return _between(frame["@origin"], np.asarray(files), np.asarray(files) + 1)


def _between(sorted_: pl.Series, lower: NDArray[np.int64], upper: NDArray[np.int64]) -> _Bounds:
    values = sorted_.to_numpy()
    return np.searchsorted(values, lower), np.searchsorted(values, upper)


def _bound(
    source: Source, rows: Mapping[str, pl.DataFrame], own: _Bounds, bounds: dict[str, _Bounds]
) -> None:
    bounds[source.name] = own
    for child in source.children:
        if child.name in rows:
            _bound(child, rows, _between(roots(rows[child.name]), *own), bounds)


def _part(
    source: Source,
    rows: Mapping[str, pl.DataFrame],
    bounds: Mapping[str, _Bounds],
    at: tuple[int, int],
    parts: dict[str, pl.DataFrame],
) -> None:
    """Cut out the rows of a source; `at` is the file's index and the first row of the parents."""
    index, first = at
    start, end = (int(each[index]) for each in bounds[source.name])
    part = rows[source.name].slice(start, end - start)
    for name, before in (("@parent", first), (WITHIN, start)):
        if before and name in part.columns:
            part = part.replace_column(part.get_column_index(name), part[name] - before)
    parts[source.name] = part.rename({"@origin": "@file"}, strict=False)
    for child in source.children:
        if child.name in rows:
            _part(child, rows, bounds, (index, start), parts)
