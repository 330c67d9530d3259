"""A loss is a difference between the tables and those that reading the output back gives."""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.api import convert, read
from annostd.converters.media import are_rows
from annostd.findings import LossKind
from tests.laws.datasets import alike, dialects_of, named, shipped, write_draft
from tests.laws.difference import difference
from tests.laws.sides import Side
from tests.laws.strategies import drafts

if TYPE_CHECKING:
    from annostd.api.tables import Dataset
    from annostd.reports import ConversionReport

CLOSE = 1e-6


def assert_nothing_to_write(report: ConversionReport, before: Dataset) -> None:
    """Ask that a target was refused for a reason: nothing can stand there, or a value is asked for.

    A value is asked for where the target requires what rows of the source may do without: a size,
    too, where pictures are missing and it counts in fractions of them. A tier whose name has a
    blank in it is no speaker that stands in a line, a class without a name none that is named.
    """
    assert report.refused
    media = before.tables.rows("media")
    lost = sum(loss.count for loss in report.losses if loss.what == "media")
    sizes = before.tables.frames["media"]
    unsized = "width" not in sizes.columns or sizes["width"].has_nulls()
    tiers = before.tables.frames.get("layer")
    unsaid = tiers is not None and any(len(str(name).split()) != 1 for name in tiers["name"])
    classes = before.tables.frames.get("category")
    unsaid |= classes is not None and "name" in classes.columns and classes["name"].has_nulls()
    for reason in report.refused:
        if unsaid and "would not read back" in reason:
            continue
        is_asked = "supply it with --set" in reason
        is_asked = is_asked or (unsized and "--set media.width" in reason)
        assert is_asked or ("has no place for anything" in reason and lost == media), reason


def supplied(target: str, report: ConversionReport, before: Dataset) -> dict[str, str]:
    """Supply the values that a target asks for: of names one that is there, if any is."""
    known = {"annotation.agent": "somebody", "annotation.event": "IP", "annotation.value": "x"}
    known["media.end"] = "1e6"
    agents = before.tables.frames.get("agent")
    if agents is not None and agents.height:
        known["annotation.agent"] = agents["name"][0]
    asked = " ".join(report.refused)
    return {
        name: value
        for name, value in known.items()
        if f"{target} requires it" in asked and f"--set {name}=" in asked
    }


@pytest.mark.parametrize("standard", shipped())
@given(data=st.data())
def test_losses_are_the_difference_that_reading_back_shows(
    standard: str, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    target = data.draw(st.sampled_from(alike(standard)), label="target")
    is_seen = target == standard and are_rows(chosen.plan.files)  # by its pictures alone
    media = "copy" if is_seen else "none"
    convert_to = partial(convert, to=target, standard=named(chosen), allow_loss=True, media=media)
    with tempfile.TemporaryDirectory() as name:
        source, written = Path(name) / "source", Path(name) / "written"
        write_draft(draft, source)
        before = read(source, standard=named(chosen))
        report = convert_to(source, written)
        if report.refused:
            report = convert_to(source, written, values=supplied(target, report, before))
        if not report.written:
            assert_nothing_to_write(report, before)
            return
        after = read(written, standard=target if target != standard else named(chosen))
        found = difference(
            Side.of(before.opened.choice.plan, before.tables),
            Side.of(after.opened.choice.plan, after.tables),
        )
    told: Counter[tuple[str, str]] = Counter()
    for loss in report.losses:
        told[str(loss.kind), loss.what] += loss.count
    assert dict(told) == dict(+found.counts)
    for loss in report.losses:
        if loss.kind is LossKind.ROUNDED and loss.error is not None:
            assert abs(loss.error - found.errors[loss.what]) <= CLOSE
