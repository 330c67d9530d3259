"""Rules over groups, pairs, keys and the dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.expressions import BOOLEAN, INTEGER, NUMBER, STRING, Need, Type, check, parse
from annostd.findings import Level, Phase, Tally
from annostd.plan.model import RulePlan
from annostd.validators.groups import (
    BLOCKED,
    judge_dataset,
    judge_duplicates,
    judge_groups,
    judge_neighbours,
    judge_pairs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.expressions import Typed

COLUMNS = {"id": INTEGER, "name": STRING, "size": NUMBER, "flag": BOOLEAN}


@dataclass(frozen=True)
class Scope:
    """The columns above, in a group or in pairs."""

    grouped: bool = False
    paired: bool = False
    tables: frozenset[str] = frozenset({"media"})
    constants: frozenset[str] = field(default_factory=frozenset)

    def column(self, path: tuple[str, ...]) -> Type | None:
        return COLUMNS.get(path[0]) if len(path) == 1 else None

    def parameter(self, name: str) -> Type | None:
        return NUMBER if name == "most_rows" else None

    def says_texts(self, table: str, column: str) -> bool:
        return False

    def is_namer(self, table: str, column: str) -> bool:
        return False

    def names(self, path: tuple[str, ...]) -> Sequence[str]:
        return () if path else tuple(COLUMNS)


def typed(text: str, scope: Scope) -> Typed:
    return check(parse(text), scope)


def rule(require: str, message: tuple[str | Typed, ...] = ("no",), **more: object) -> RulePlan:
    scope = Scope(grouped="pairs" not in more, paired="pairs" in more)
    when = more.pop("when", None)
    made = RulePlan(
        "r", Level.MUST, "c", Phase.SEMANTIC, "media", message,
        require=typed(require, scope),
        when=typed(when, Scope(paired=scope.paired)) if isinstance(when, str) else None,
    )  # fmt: skip
    parts = [part for part in (made.when, made.require) if part is not None]
    needs = frozenset().union(*(part.needs for part in parts))
    for name, value in {"needs": needs, **more}.items():
        object.__setattr__(made, name, value)
    return made


ROWS = pl.DataFrame(
    {"id": [1, 2, 3, 4], "name": ["a", "b", "a", None], "size": [1.0, 2.0, 3.0, 4.0]}
)
NAME = (Need(("name",)),)


def test_a_broken_group_is_told_at_each_of_its_rows() -> None:
    message = ("has ", typed("count()", Scope(grouped=True)), " of ", typed("name", Scope()))
    tally, rows, messages = judge_groups(rule("count() == 1", message, per=NAME), ROWS, {})
    assert tally == Tally(passed=1, failed=1)
    assert rows["id"].to_list() == [1, 3]
    assert messages == ("has 2 of a", "has 2 of a")


def test_rows_to_which_a_rule_over_groups_does_not_apply_are_left_out() -> None:
    found = judge_groups(rule("count() == 1", per=NAME, when="size < 3"), ROWS, {})
    assert found[0] == Tally(passed=2, not_applicable=2)


def test_a_rule_over_groups_without_any_row_is_not_judged() -> None:
    found = judge_groups(rule("count() == 1", per=NAME, when="size > 9"), ROWS, {})
    assert found[0] == Tally(not_applicable=4)
    assert found[2] == ()


def test_a_group_of_all_rows_is_told_at_the_first() -> None:
    message = ("up to ", typed("most(size)", Scope(grouped=True)))
    tally, rows, messages = judge_groups(rule("most(size) < 4", message, per=()), ROWS, {})
    assert (tally, rows["id"].to_list(), messages) == (Tally(failed=1), [1], ("up to 4",))
    assert judge_groups(rule("most(size) < 5", per=()), ROWS, {})[0] == Tally(passed=1)


def test_what_is_unknown_of_a_group_fails() -> None:
    frame = ROWS.with_columns(pl.lit(None, pl.Float64).alias("size"))
    assert judge_groups(rule("most(size) < 4", per=()), frame, {})[0] == Tally(failed=1)


def test_a_rule_over_groups_can_count_a_table() -> None:
    counted = Need(("media",), "count")
    made = rule("count() < count(media)", per=(), needs=frozenset({counted}))
    assert judge_groups(made, ROWS, {"media": 5})[0] == Tally(passed=1)
    assert judge_groups(made, ROWS, {"media": 4})[0] == Tally(failed=1)


def test_each_pair_is_judged_once_and_told_at_both_rows() -> None:
    made = rule("a.size + b.size > 4", pairs=NAME)
    tally, rows, messages = judge_pairs(made, ROWS, {})
    assert (tally, rows["id"].to_list(), messages) == (Tally(failed=1), [1, 3], ("no", "no"))
    assert judge_pairs(rule("a.size + b.size > 3", pairs=NAME), ROWS, {})[0] == Tally(passed=1)


def test_pairs_are_the_same_however_few_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = rule("a.size + b.size > 4", pairs=NAME)
    sizes = pl.Series([float(n % 5) for n in range(12)])
    frame = pl.concat([ROWS.head(1)] * 12).with_columns(sizes.alias("size"))
    whole = judge_pairs(made, frame, {})
    monkeypatch.setattr("annostd.validators.groups.PAIRS", 7)
    tally, rows, messages = judge_pairs(made, frame, {})
    assert (tally, messages) == (whole[0], whole[2])
    assert rows.equals(whole[1])
    assert tally.passed + tally.failed == 12 * 11 // 2


def test_pairs_to_which_a_rule_does_not_apply_are_not_judged() -> None:
    made = rule("a.size > 9", pairs=NAME, when="a.size > 9")
    tally, rows, _ = judge_pairs(made, ROWS, {})
    assert (tally, rows.height) == (Tally(), 0)


def neighbours(sizes: list[float | None], blocked: int | None = None) -> pl.DataFrame:
    """Make rows of two groups that alternate, of which one may be blocked."""
    return pl.DataFrame(
        {
            "id": range(len(sizes)),
            "name": ["x" if n % 2 else "y" for n in range(len(sizes))],
            "size": pl.Series(sizes, dtype=pl.Float64),
            BLOCKED: [n == blocked for n in range(len(sizes))],
        }
    )


def test_each_row_and_the_next_of_its_group_are_judged_and_told_at_the_second() -> None:
    made = rule("a.size < b.size", pairs=NAME, is_adjacent=True)
    frame = neighbours([1, 9, 2, 8, 3, 10])
    tally, rows, messages = judge_neighbours(made, frame, {})
    assert (tally, rows["id"].to_list(), messages) == (Tally(passed=3, failed=1), [3], ("no",))


def test_beside_a_blocked_row_no_neighbours_are_judged() -> None:
    made = rule("a.size < b.size", pairs=NAME, is_adjacent=True)
    frame = neighbours([3, 0, 2, 0, 1, 1], blocked=2)
    tally, rows, _ = judge_neighbours(made, frame, {})
    assert (tally, rows["id"].to_list()) == (Tally(passed=1, failed=1, blocked=2), [3])


def test_neighbours_to_which_a_rule_does_not_apply_are_counted() -> None:
    made = rule("a.size > 9", pairs=NAME, is_adjacent=True, when="a.size > 2")
    tally, rows, _ = judge_neighbours(made, neighbours([1, 2, 3, 4]), {})
    assert (tally, rows.height) == (Tally(not_applicable=2), 0)


def test_a_group_of_which_a_row_is_blocked_is_not_judged() -> None:
    made = rule("sum(size) > 9", per=NAME)
    tally, rows, _ = judge_groups(made, neighbours([1, 1, 1, 1], blocked=2), {})
    assert (tally, rows["id"].to_list()) == (Tally(failed=1, blocked=1), [1, 3])


@pytest.mark.parametrize(
    ("require", "tally", "text"),
    [
        ("count(media) == 2", Tally(passed=1), None),
        ("count(media) == 3", Tally(failed=1), "2 media"),
    ],
)
def test_a_rule_on_the_dataset_counts_its_tables(
    require: str, tally: Tally, text: str | None
) -> None:
    message = (typed("count(media)", Scope(grouped=True)), " media")
    made = rule(require, message, needs=frozenset({Need(("media",), "count")}))
    assert judge_dataset(made, {"media": 2}) == (tally, text)


def test_keys_are_unique_in_their_scope_and_missing_ones_are_no_duplicates() -> None:
    frame = pl.DataFrame({"id": [1, 1, 2, None, None], "file": [0, 1, 1, 1, 1]})
    tally, rows = judge_duplicates(frame, ["id"])
    assert (tally, rows["id"].to_list()) == (Tally(passed=1, failed=2), [1, 1])
    assert judge_duplicates(frame, ["id", "file"])[0] == Tally(passed=3)


def test_keys_of_rows_that_are_parts_of_others_are_compared_within_these() -> None:
    frame = pl.DataFrame({"id": [1, 1, 2, 2, 3, 3], "of": [None, 0, None, None, 0, 0]})
    tally, rows = judge_duplicates(frame, ["id", "of"], "of")
    assert (tally, rows["id"].to_list()) == (Tally(passed=2, failed=4), [2, 2, 3, 3])
