"""Splits where a target holds one for each medium: unions derivable, the rest lost."""

from __future__ import annotations

import polars as pl
import pytest

from annostd.api.choice import compiled
from annostd.converters.splits import Splits, single_splits
from annostd.findings import LossKind
from annostd.standard import Library, load
from annostd.tables.dataset import Tables

LIBRARY = Library.of()


def single(splits: list[list[str] | None], to: str = "coco") -> Splits:
    frame = pl.DataFrame({"split": pl.Series(splits, dtype=pl.List(pl.String))})
    return single_splits(Tables({"media": frame}), compiled(load(to, LIBRARY), {}).plan)


def kept(found: Splits) -> list[list[str] | None]:
    return found.tables.frames["media"]["split"].to_list()


def test_one_split_each_costs_nothing() -> None:
    found = single([["train"], ["val"], None])
    assert (kept(found), found.losses, found.notes) == ([["train"], ["val"], None], (), ())


@pytest.mark.parametrize("order", [["train", "trainval"], ["trainval", "train"]])
def test_a_union_of_others_goes_and_is_derivable(order: list[str]) -> None:
    found = single([order, ["trainval", "val"]])
    assert kept(found) == [["train"], ["val"]]
    (loss,) = [each.loss for each in found.losses]
    assert (loss.kind, loss.count) == (LossKind.DERIVABLE, 2)


def test_a_split_that_only_overlaps_is_lost_and_the_first_kept() -> None:
    found = single([["train", "test"], ["train"], ["test"]])
    assert kept(found) == [["train"], ["train"], ["test"]]
    (loss,) = [each.loss for each in found.losses]
    assert (loss.kind, loss.count) == (LossKind.LOST, 1)


def test_a_split_equal_to_one_other_is_no_union() -> None:
    found = single([["train", "all"], ["train", "all"]])
    assert [each.loss.kind for each in found.losses] == [LossKind.LOST]


def test_no_split_at_all_is_noted() -> None:
    assert single([None, None]).notes == ("no split is given; all media are written as train",)


def test_a_target_that_lists_its_splits_keeps_them_all() -> None:
    found = single([["train", "trainval"]], "voc")
    assert (kept(found), found.losses) == ([["train", "trainval"]], ())


def test_a_split_that_the_target_cannot_name_is_lost_and_the_rest_stays() -> None:
    found = single([["val", "fold 3"], ["fold 3"]], "yolo-detect")
    assert kept(found) == [["val"], None]
    (loss,) = [each.loss for each in found.losses]
    assert (loss.kind, loss.count) == (LossKind.LOST, 2)
    assert loss.reason == "yolo-detect has no split fold 3"


def test_a_dataset_without_media_has_no_splits() -> None:
    plan = compiled(load("coco", LIBRARY), {}).plan
    assert single_splits(Tables(), plan).losses == ()
