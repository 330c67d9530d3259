"""Examples as patches on example data."""

from __future__ import annotations

import pytest

from annostd.errors import UsageError
from annostd.generators import apply
from annostd.standard.model import Example, Json

BASE: dict[str, Json] = {
    "media": [{"id": 1, "width": 64}, {"id": 2, "width": 32}],
    "category": [{"name": "cat"}],
}


def test_an_assignment_changes_one_value_and_leaves_the_base_alone() -> None:
    made = apply(BASE, Example(set={"media[1].width": 0}))
    assert made["media"] == [{"id": 1, "width": 64}, {"id": 2, "width": 0}]
    assert BASE["media"] == [{"id": 1, "width": 64}, {"id": 2, "width": 32}]


def test_rows_are_added_at_the_end_also_of_a_table_that_has_none() -> None:
    made = apply(BASE, Example(add=(("media", {"id": 3}), ("annotation", {"media": 1}))))
    assert [row["id"] for row in made["media"]] == [1, 2, 3]
    assert made["annotation"] == [{"media": 1}]


def test_rows_are_removed_as_the_base_counts_them() -> None:
    made = apply(BASE, Example(remove=("media[0]", "media[1]"), set={"media[1].width": 1}))
    assert made["media"] == []


def test_equal_rows_are_removed_one_by_one() -> None:
    made = apply({"media": [{"id": 1}, {"id": 1}]}, Example(remove=("media[0]",)))
    assert made["media"] == [{"id": 1}]


def test_a_value_can_be_removed() -> None:
    assert apply(BASE, Example(remove=("media[0].width",)))["media"][0] == {"id": 1}


@pytest.mark.parametrize("target", ["media[2].width", "media.width", "media[0]", "nothing[0].x"])
def test_a_place_that_is_not_there_is_refused(target: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        apply(BASE, Example(set={target: 1}))
