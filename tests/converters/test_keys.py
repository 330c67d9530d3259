"""Keys of the target: kept where they fit, else all made anew, with the map."""

from __future__ import annotations

import polars as pl
import pytest

from annostd.api.choice import compiled
from annostd.columns.cells import DTYPES
from annostd.converters.keys import Given, KindOfKey, fit_kinds, generate, kept_keys, new_keys
from annostd.standard import Library, load

LIBRARY = Library.of()


def fitted(
    standard: str, place: str, given: list[object] | None, scope: list[str]
) -> tuple[list[object], dict[str, str]]:
    plan = compiled(load(standard, LIBRARY), {}).plan
    table, _, name = place.partition(".")
    column = plan.tables[table].columns[name]
    values = None if given is None else pl.Series(name, given)
    kept = kept_keys(plan, table, column, values, pl.Series(scope))
    if kept is not None:
        return kept.to_list(), {}
    dtype = DTYPES[column.type]
    made = generate(column.column.generate, len(scope), dtype)
    nothing = pl.Series([None] * len(scope), dtype=dtype)
    keys = new_keys(nothing if values is None else values, made, dtype)
    return keys.values.to_list(), dict(keys.changed)


@pytest.mark.parametrize("given", [[3, 17, 90], [0, 2, 1], [7, 7, 8]])
def test_numbers_are_kept_where_they_may_have_gaps_and_are_unique(given: list[object]) -> None:
    kept, changed = fitted("coco", "category.id", given, ["", "", ""])
    unique = len(set(given)) == 3
    assert kept == (given if unique else [1, 2, 3])
    assert (changed == {}) == unique


def test_numbers_with_a_gap_are_made_anew_where_a_rule_forbids_gaps() -> None:
    kept, changed = fitted("yolo", "category.number", [3, 17, 90], ["", "", ""])
    assert (kept, changed) == ([0, 1, 2], {"3": "0", "17": "1", "90": "2"})
    assert fitted("yolo", "category.number", [2, 0, 1], ["", "", ""]) == ([2, 0, 1], {})


def test_keys_may_repeat_in_another_file() -> None:
    assert fitted("coco", "media.id", [1, 1], ["train", "val"]) == ([1, 1], {})


def test_keys_that_were_given_twice_are_told_apart_by_their_row() -> None:
    kept, changed = fitted("coco", "media.id", [1, 5, 1], ["", "", ""])
    assert (kept, changed) == ([1, 2, 3], {"5": "2", "1 (row 3)": "3"})


def test_texts_that_are_no_numbers_and_missing_keys_are_made_anew() -> None:
    assert fitted("coco", "media.id", ["a", "2"], ["", ""]) == ([1, 2], {"a": "1"})
    assert fitted("coco", "media.id", [4, None], ["", ""]) == ([1, 2], {"4": "1"})
    assert fitted("coco", "media.id", None, ["", ""]) == ([1, 2], {})


def test_a_key_that_nothing_generates_keeps_what_it_has() -> None:
    assert fitted("voc", "media.name", ["a", "a"], ["", ""]) == (["a", "a"], {})
    assert fitted("voc", "media.name", None, ["", ""]) == ([None, None], {})


@pytest.mark.parametrize(
    ("template", "made"),
    [("{n}", ["1", "2"]), ("{n0}", ["0", "1"]), ("T{n}", ["T1", "T2"]), ("x", ["x", "x"])],
)
def test_rows_are_numbered_by_a_template(template: str, made: list[str]) -> None:
    found = generate(template, 2, pl.String())
    assert found is not None
    assert found.to_list() == made


def test_nothing_is_made_without_a_template() -> None:
    assert generate(None, 2, pl.String()) is None


def kinds_fitted(ids: list[str | None]) -> tuple[list[str | None], dict[str, str]]:
    """Fit keys of brat's rows: a span, a relation, an equivalence that has none, a span."""
    plan = compiled(load("brat", LIBRARY), {}).plan
    rows = [[True, False, False, True], [False, True, False, False]]
    sources = [s for file in plan.files for s in file.sources if s.table == "annotation"][:2]
    kinds = [
        KindOfKey(next(c for c in source.variants[0].columns if c.name == "id"), own, line)
        for source, own, line in zip(
            sources, map(pl.Series, rows), [source.template for source in sources], strict=True
        )
    ]
    keys = fit_kinds(plan, "annotation", kinds, Given(pl.Series(ids), pl.Series([""] * 4)))
    return keys.values.to_list(), dict(keys.changed)


def test_keys_of_several_kinds_are_kept_where_each_fits_its_line() -> None:
    assert kinds_fitted(["T4", "R4", None, "T2"]) == (["T4", "R4", None, "T2"], {})


@pytest.mark.parametrize(
    "ids", [["T4", "T5", None, "T2"], ["T4", "R4", None, "T4"], ["T4", "R1", None, None]]
)
def test_keys_of_several_kinds_are_made_anew_each_its_own_way(ids: list[str | None]) -> None:
    assert kinds_fitted(ids)[0] == ["T1", "R1", None, "T2"]
