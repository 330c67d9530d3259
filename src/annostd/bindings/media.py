"""Where media are that rows name: the first hit for the first medium decides for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from annostd.bindings.named import writing_finding
from annostd.bindings.names import name_finding, wrong_names
from annostd.bindings.paths import SUSPECT, confine, inside
from annostd.bindings.patterns import cuts, native
from annostd.bindings.walk import gate_of, scan
from annostd.templates import fields, render_expr

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator
    from pathlib import Path

    from annostd.findings import Finding, Location
    from annostd.plan.model import FilePlan
    from annostd.templates import Template

FOLDER: Final = "@folder"
"""The column that holds the folder ("" or `a/b/`) of the file in which a row stands."""

_TRIED = 100


@dataclass(frozen=True, slots=True)
class MediaPlaces:
    """Where media may be: the dataset's folder, or `override` instead of it."""

    root: Path
    override: Path | None = None
    follow_links: bool = False

    @property
    def folder(self) -> Path:
        """The folder that nothing looked up may leave."""
        return self.override or self.root


@dataclass(frozen=True, slots=True)
class Media:
    """The media of rows: `frame` has for each row `path`, relative to `root`, and `exists`.

    Where no medium was found at all, `found` is False paths are those of the first template.
    """

    root: Path
    frame: pl.DataFrame
    found: bool
    findings: tuple[Finding, ...] = ()


def find_media(
    places: MediaPlaces, plan: FilePlan, rows: pl.DataFrame, place: Callable[[int], Location]
) -> Media:
    """Look up the medium of each row.

    The first place at which one of the first hundred rows has its medium decides for all: the
    folder of the row's own file, then the role's path templates in order; with an override the ends
    of the templates first, the shortest leading. A path that leaves the folder gives
    `layout.outside-root` and its tail is looked up, one that not every system can hold, or tell
    from another, `layout.name`; at most one finding for each row.

    Args:
        places: where to look.
        plan: the role, with the captures that it shares (`with_shared_captures`).
        rows: canonical texts, a column for each field of the templates (`media.path`, `split`), and
            `@folder`, if rows stand in files; what is not there is missing.
        place: finds the place of a row's path, asked only for findings.

    """
    inner, told = _confined(rows, place)
    tries = [_rendered(plan, template, inner) for template in _templates(places, plan)]
    own = _in_own_folder(plan, inner)
    if own is not None and places.override is None:
        tries.insert(0, own)
    if not tries or not rows.height:
        return Media(places.folder, _frame([None] * rows.height, set()), found=False)
    chosen = _first_hit(places, tries)
    paths = tries[chosen or 0]
    names = set() if chosen is None else _existing(places, paths)
    findings = (*told.values(), *_unportable(rows, paths, told.keys(), place))
    return Media(places.folder, _frame(paths, names), chosen is not None, findings)


def _frame(paths: pl.Series | list[None], names: set[str]) -> pl.DataFrame:
    path = pl.Series("path", paths, dtype=pl.String)
    exists = path.is_in(pl.Series(sorted(names), dtype=pl.String).implode())
    return pl.DataFrame([path, exists.fill_null(value=False).alias("exists")])


def _templates(places: MediaPlaces, plan: FilePlan) -> list[Template]:
    """List the templates to try; in a folder of its own, their ends before the whole."""
    if places.override is None:
        return list(plan.paths)
    ends = [cut.after for template in plan.paths for cut in cuts(template)]
    ends = [end for end in ends if fields(end)]
    ends.sort(key=lambda end: len(end.text))
    return list(dict.fromkeys([*ends, *plan.paths]))


def _rendered(plan: FilePlan, template: Template, rows: pl.DataFrame) -> pl.Series:
    """Print a template for every row: null where a field that it needs is missing."""
    columns = native(plan, template, rows)
    if not columns.width:
        return pl.Series([template.text] * rows.height, dtype=pl.String)
    return columns.select(
        render_expr(template, {name: pl.col(name) for name in columns.columns}).alias("path")
    )["path"]


def _in_own_folder(plan: FilePlan, rows: pl.DataFrame) -> pl.Series | None:
    """Give the paths that rows name, taken in the folder of their own file."""
    named = [name for t in plan.paths for name in fields(t) if "." in name and name in rows.columns]
    if FOLDER not in rows.columns or not named:
        return None
    return rows.select((pl.col(FOLDER) + pl.col(named[0])).alias("path"))["path"]


def _confined(
    rows: pl.DataFrame, place: Callable[[int], Location]
) -> tuple[pl.DataFrame, dict[int, Finding]]:
    """Keep the paths that rows name inside: normalised, and without what leads out."""
    told: dict[int, Finding] = {}
    for name in _naming(rows):
        doubtful = rows[name].str.contains(SUSPECT).arg_true().to_list()
        if not doubtful:
            continue
        paths = rows[name].to_list()
        for row in doubtful:
            text = paths[row]
            found = confine(text)
            paths[row] = found.path or None
            if found.fault is not None and found.fault != "empty":
                told[row] = writing_finding(text, found.fault, paths[row], place(row))
        rows = rows.with_columns(pl.Series(name, paths, dtype=pl.String))
    return rows, told


def _unportable(
    rows: pl.DataFrame, paths: pl.Series, told: Container[int], place: Callable[[int], Location]
) -> Iterator[Finding]:
    """Tell the names that some system cannot hold, or not beside another, as they stand."""
    for name in _naming(rows):
        for row, wrong in wrong_names(rows[name], paths).items():
            if row not in told:
                yield name_finding(rows[name][row], place(row), wrong)


def _naming(rows: pl.DataFrame) -> list[str]:
    """List the columns in which rows name their media."""
    return [name for name in rows.columns if "." in name and rows[name].dtype == pl.String]


def _first_hit(places: MediaPlaces, tries: list[pl.Series]) -> int | None:
    """Find which of the tries holds the first medium that is there."""
    heads = [paths.head(_TRIED).to_list() for paths in tries]
    for row in range(len(heads[0])):
        for index, head in enumerate(heads):
            path = head[row]
            if path is not None and _is_file(places, path):
                return index
    return None


def _is_file(places: MediaPlaces, path: str) -> bool:
    if places.follow_links:
        return confine(path).path == path and (places.folder / path).is_file()
    found = inside(places.folder, path)
    return found.path == path and (places.folder / path).is_file()


def _existing(places: MediaPlaces, paths: pl.Series) -> set[str]:
    """List the media in the folders of the paths: one look at each folder, none at each file."""
    folders = paths.str.extract(r"^(.*/)").fill_null("").unique().sort().to_list()
    gate = gate_of(places.folder, follow_links=places.follow_links)
    names: set[str] = set()
    for folder in folders:
        found = inside(places.folder, folder or ".")
        if found.fault == "link" and not places.follow_links:
            continue
        try:
            seen = scan(f"{places.folder}/{folder}", gate, hidden=True)
        except OSError:
            continue
        names.update(folder + name for name in seen.files if name not in seen.links)
    return names
