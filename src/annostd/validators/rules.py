"""Rules on rows: judged per batch over the flat environment, all rules of a table at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from annostd.expressions import vectorise
from annostd.findings import Tally
from annostd.tables.lists import filled
from annostd.validators.messages import written_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.columns.environment import Environment, Rows
    from annostd.plan.model import RulePlan


@dataclass(frozen=True, slots=True)
class Broken:
    """The rows of a table that broke a rule: their positions (UInt32), and a message for each."""

    rule: RulePlan
    rows: pl.Series
    messages: tuple[str, ...]


def judge_rows(
    environment: Environment, rows: Rows, rules: Sequence[RulePlan]
) -> Iterator[tuple[RulePlan, Tally, Broken | None]]:
    """Judge rules on rows: what each was kept by, and the rows that broke it.

    An unknown `when` means that the rule does not apply; an unknown `require` is a failure; a row
    of which a needed cell is faulty is blocked.
    """
    if not rules or rows.frame.is_empty():
        return
    needs = sorted(frozenset().union(*(rule.needs for rule in rules)), key=lambda need: need.key)
    flat = environment.flatten(rows, needs)
    for rule, tests in _judged(flat, rules):
        blocked = environment.blocked(rows, rule.needs)
        tally, broken = _outcome(rule, tests, flat, blocked)
        yield rule, tally, broken


def judge_gathered(rule: RulePlan, flat: pl.DataFrame) -> tuple[Tally, Broken | None]:
    """Judge a rule on rows that were gathered: all that it reads stands in `flat`, by key."""
    ((_, tests),) = _judged(flat, [rule])
    return _outcome(rule, tests, flat, None)


def _judged(
    flat: pl.DataFrame, rules: Sequence[RulePlan]
) -> Iterator[tuple[RulePlan, tuple[pl.Series, pl.Series]]]:
    """Tell for each rule the rows that it applies to, and those that keep it."""
    judged = flat.select(
        [
            expression.alias(f"{index}{name}")
            for index, rule in enumerate(rules)
            for name, expression in _tests(rule)
        ]
    )
    for index, rule in enumerate(rules):
        tests = (_whole(judged[f"{index}{name}"], flat.height) for name in "wr")
        applies, holds = tests
        yield rule, (applies, holds)


def _outcome(
    rule: RulePlan,
    tests: tuple[pl.Series, pl.Series],
    flat: pl.DataFrame,
    blocked: pl.Series | None,
) -> tuple[Tally, Broken | None]:
    applies, holds = tests
    height = flat.height
    stopped = 0
    if blocked is not None:
        stopped = int(blocked.sum())
        applies = applies & ~blocked
    fails = applies & ~holds
    failed, applied = int(fails.sum()), int(applies.sum())
    tally = Tally(applied - failed, failed, stopped, height - applied - stopped)
    if not failed:
        return tally, None
    messages = written_messages(rule, flat.filter(fails))
    return tally, Broken(rule, fails.arg_true().cast(pl.UInt32), tuple(messages))


def _tests(rule: RulePlan) -> Iterator[tuple[str, pl.Expr]]:
    when = vectorise(rule.when, rule.parameters) if rule.when else pl.lit(value=True)
    require = vectorise(rule.require, rule.parameters) if rule.require else pl.lit(value=True)
    yield "w", when.fill_null(value=False)
    yield "r", require.fill_null(value=False)


def _whole(values: pl.Series, height: int) -> pl.Series:
    """Stretch a constant result over all rows."""
    if len(values) == height:
        return values
    return filled(values[0], height, pl.Boolean)
