"""Where files go: paths made of values, what cannot be a name, which names clash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.bindings.names import folded
from annostd.bindings.paths import SUSPECT, WRONG, confine
from annostd.bindings.patterns import is_per_row, native
from annostd.templates import Unfit, fields, fits_expr, reads_back_expr, render, render_expr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annostd.plan.model import FilePlan
    from annostd.templates import Template

_HIDDEN: Final = r"(?:^|/)\."
_BREAKS: Final = r"[\n\r]"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A row whose values make no path, and why: the end of a sentence about the row."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The paths of rows (null for those in `faults`), relative with `/`."""

    paths: pl.Series
    faults: tuple[Unplaced, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two paths that cannot stand together, by their positions in the paths given.

    They are equal for a system that is blind to case and normal form, or one is a folder of the
    other.
    """

    first: int
    second: int


def place_rows(plan: FilePlan, rows: pl.DataFrame) -> Placed:
    """Print the first path template of a role for every row.

    No value can leave its folder or hide a file. Where files are found by their names, what is
    printed is read back, and a path given only where that gives the same values.

    Args:
        plan: the role, with the captures that it shares (`with_shared_captures`).
        rows: canonical texts, a column for each field; what is missing is the capture's default.

    """
    if not plan.paths:
        return Placed(pl.Series("path", [None] * rows.height, dtype=pl.String), ())
    template = plan.paths[0]
    rows = _with_defaults(plan, template, rows)
    columns = native(plan, template, rows)
    if not columns.width:
        return Placed(pl.Series("path", [template.text] * rows.height, dtype=pl.String), ())
    cells = {name: pl.col(name) for name in columns.columns}
    printed = columns.select(
        render_expr(template, cells).alias("path"),
        _fits(template, cells).alias("good"),
    )
    printed = printed.with_columns(pl.col("good") & _is_plain(printed["path"]))
    faults = tuple(
        Unplaced(row, _explain(template, (rows, columns, printed), row))
        for row in (~printed["good"]).arg_true().to_list()
    )
    return Placed(printed.select(pl.when("good").then("path").alias("path"))["path"], faults)


def _with_defaults(plan: FilePlan, template: Template, rows: pl.DataFrame) -> pl.DataFrame:
    """Fill in the defaults of captures that nothing gives."""
    columns = []
    for name in fields(template):
        capture = plan.file.captures.get(name)
        if capture is None or capture.default is None:
            continue
        known = pl.col(name).cast(pl.String) if name in rows.columns else pl.lit(None, pl.String)
        columns.append(known.fill_null(capture.default).alias(name))
    return rows.with_columns(columns)


def _fits(template: Template, cells: dict[str, pl.Expr]) -> pl.Expr:
    """Tell of each row whether its values can stand in the path, and be read again from it.

    The files of rows are found by printing the same again, so there it is enough that values fit.
    """
    if not is_per_row(template):
        return reads_back_expr(template, cells, mode="path")
    fit = [fits_expr(template, name, cell, mode="path") for name, cell in cells.items()]
    return pl.all_horizontal(
        render_expr(template, cells).is_not_null(), *(each.fill_null(value=True) for each in fit)
    )


def _is_plain(paths: pl.Series) -> pl.Series:
    """Tell of each path that it is relative, normal, short enough, and hides nothing."""
    doubtful = (paths.str.contains(SUSPECT) | paths.str.contains(_HIDDEN)).arg_true().to_list()
    bad = [row for row in doubtful if _fault(paths[row]) is not None]
    return pl.Series([True]).new_from_index(0, paths.len()).scatter(bad, [False] * len(bad))


def _fault(path: str) -> str | None:
    """Say what is wrong with a path that is to be made."""
    found = confine(path)
    if found.fault is not None:
        return WRONG[found.fault]
    if found.path != path:
        return "is not normal"
    return "names a hidden file" if re.search(_HIDDEN, path) else None


def _explain(
    template: Template, frames: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame], row: int
) -> str:
    """Say why the values of a row make no path; the frames are given values, texts and paths."""
    given, texts, printed = (frame.row(row, named=True) for frame in frames)
    for name, text in texts.items():
        if text is None and given.get(name) is not None:
            return f"{name} is {given[name]}, for which there is no name in {template}"
    path = printed["path"]
    wrong = None if path is None else _fault(path)
    unfit = render(template, texts, mode="path")
    if isinstance(unfit, Unfit) and (wrong is None or unfit.field is not None):
        return unfit.message
    return f"the path {path} {wrong}, expected a plain path that fits {template}"


def find_clashes(paths: Iterable[str]) -> list[Clash]:
    """Find paths that cannot stand together, each once, beside the first that it clashes with.

    Judged on the case-folded NFC name, since some systems know no other; the files of all roles
    belong in one call.
    """
    first: dict[str, int] = {}
    clashes = []
    for index, path in enumerate(paths):
        known = first.setdefault(folded(path), index)
        if known != index:
            clashes.append(Clash(known, index))
    folders: dict[str, int] = {}
    for path, index in first.items():
        folders.setdefault(path.rpartition("/")[0], index)
    for folder, index in folders.items():
        parts = folder.split("/")
        for end in range(1, len(parts) + 1):
            known = first.get("/".join(parts[:end]), index)
            if known != index:
                clashes.append(Clash(min(known, index), max(known, index)))
    return sorted(set(clashes), key=lambda clash: (clash.second, clash.first))


def as_lines(paths: Sequence[str]) -> list[int]:
    """List the positions of paths that cannot stand as lines of a list file."""
    series = pl.Series(paths, dtype=pl.String)
    stripped = series.str.strip_chars()
    return (series.str.contains(_BREAKS) | (stripped != series)).arg_true().to_list()
