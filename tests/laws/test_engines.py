"""The two engines of the rule language agree on every shipped rule over generated tables."""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from annostd.api.choice import open_plan
from annostd.columns.assemble import Assembler
from annostd.expressions import interpret, interpret_group, vectorise
from annostd.plan.want import want_for_rules
from annostd.validators.judge import Judge, batch_rows
from annostd.validators.run import batches
from tests.laws.corrupt import corrupt
from tests.laws.datasets import dialects_of, shipped, write_draft
from tests.laws.strategies import drafts

if TYPE_CHECKING:
    import polars as pl

    from annostd.columns.assemble import Batch
    from annostd.expressions import Typed
    from annostd.plan.model import RulePlan


@given(data=st.data())
def test_both_engines_agree_on_every_shipped_rule(data: st.DataObject) -> None:
    standard = data.draw(st.sampled_from(shipped()), label="standard")
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_draft(draft, folder)
        if data.draw(st.booleans(), label="corrupted"):
            corrupt(folder, chosen.plan, data.draw(st.randoms(use_true_random=False)))
        document = open_plan(folder, chosen.plan)
        rules = {n: r for n, r in document.plan.rules.items() if r.check is None and r.table}
        document = replace(document, want=want_for_rules(document.plan, document.plan.rules))
        assembler = Assembler(document.plan, document.files, document.want)
        judge = Judge(document.plan, document, rules, assembler)
        for batch in batches(assembler, document):
            for rule in rules.values():
                _compare(judge, batch, rule)


def _compare(judge: Judge, batch: Batch, rule: RulePlan) -> None:
    table = rule.table or ""
    if table not in batch.frames or batch.frames[table].is_empty():
        return
    flat = judge.environment(batch).flatten(batch_rows(batch, table), rule.needs)
    for typed in (rule.when, rule.require):
        if typed is None:
            continue
        if typed.grouped:
            _agree_on_group(rule, typed, flat)
        else:
            _agree_on_rows(rule, typed, flat)


def _agree_on_rows(rule: RulePlan, typed: Typed, flat: pl.DataFrame) -> None:
    fast = flat.select(vectorise(typed, rule.parameters).alias("v"))["v"].to_list()
    slow = [interpret(typed, row, rule.parameters) for row in flat.rows(named=True)]
    fast = fast * len(slow) if len(fast) == 1 else fast
    assert list(map(_plain, fast)) == list(map(_plain, slow)), rule.id


def _agree_on_group(rule: RulePlan, typed: Typed, flat: pl.DataFrame) -> None:
    fast = flat.select(vectorise(typed, rule.parameters).alias("v"))["v"][0]
    slow = interpret_group(typed, flat.rows(named=True), rule.parameters)
    assert _plain(fast) == _plain(slow), rule.id


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value
