"""What conversions lose, derive, round and renumber, and where that stands in the source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from annostd import api
from tests.api import deliveries as made
from tests.api.test_convert import run

if TYPE_CHECKING:
    from pathlib import Path

BOX = (4, 6, 20, 10)
MASK = {"size": [48, 64], "counts": [0, 2, 46, 2, 3022]}


def one(root: Path, **more: object) -> Path:
    return made.coco(
        root, [made.image(1, "a.png")], [made.instance(5, 1, 3, BOX, **more)], made.CATEGORIES[:1]
    )


def test_numbers_are_kept_where_the_target_allows_them(tmp_path: Path) -> None:
    report = run(made.yolo(tmp_path / "in"), tmp_path / "out", "coco", standard="yolo")
    text = (tmp_path / "out" / "annotations" / "instances_train.json").read_bytes()
    assert [category["id"] for category in json.loads(text)["categories"]] == [0, 1]
    assert report.ids == {}
    assert made.loss_of(report, "category.number", "derivable").count == 2


def test_numbers_with_gaps_become_positions_and_the_report_has_the_map(tmp_path: Path) -> None:
    report = run(made.two_splits(tmp_path / "in"), tmp_path / "out", "yolo", standard="coco")
    assert report.ids == {"category.number": {"3": "0", "17": "1", "90": "2"}}
    assert made.lost(report)["category.id"] == 3
    assert "category.number" not in made.lost(report)


def test_a_source_without_numbers_gets_them_in_order(tmp_path: Path) -> None:
    source = made.voc(tmp_path / "in")
    run(source, tmp_path / "coco", "coco", standard="voc")
    text = (tmp_path / "coco" / "annotations" / "instances_train.json").read_bytes()
    assert [category["id"] for category in json.loads(text)["categories"]] == [1, 2]
    run(source, tmp_path / "yolo", "yolo", standard="voc")
    assert "  0: pear\n  1: plum\n" in (tmp_path / "yolo" / "data.yaml").read_text()


def test_ids_of_several_files_are_kept_where_the_target_has_several(tmp_path: Path) -> None:
    report = run(made.two_splits(tmp_path / "in"), tmp_path / "out", "coco:roboflow")
    assert report.ids == {}


def test_ids_of_several_files_are_made_anew_in_one_and_each_is_in_the_map(tmp_path: Path) -> None:
    report = run(made.two_splits(tmp_path / "in"), tmp_path / "out", "coco:single-file")
    assert report.ids == {
        "media.id": {"1 (row 3)": "3"},
        "annotation.id": {"1 (row 3)": "3"},
    }
    assert made.rules(report) == []


def test_a_split_that_is_the_union_of_others_is_derivable(tmp_path: Path) -> None:
    source = made.voc(tmp_path / "in", {"train": "ab", "val": "c", "trainval": "abc"})
    report = run(source, tmp_path / "out", "coco", standard="voc")
    assert made.loss_of(report, "media.split", "derivable").count == 3
    assert "media.split" not in made.lost(report)


def test_a_medium_in_two_splits_keeps_the_first_and_loses_the_other(tmp_path: Path) -> None:
    source = made.voc(tmp_path / "in", {"train": "ab", "val": "c", "test": "a"})
    report = run(source, tmp_path / "out", "coco", standard="voc")
    assert made.lost(report)["media.split"] == 1
    assert made.loss_of(report, "media.split").objects == ("a",)
    assert len(made.tree(tmp_path / "out")) == 3


def test_no_split_in_the_source_gives_the_first_and_says_so(tmp_path: Path) -> None:
    report = run(made.voc(tmp_path / "in"), tmp_path / "out", "yolo", standard="voc")
    assert "no split is given; all media are written as train" in report.notes


def test_rounding_into_inclusive_pixels_is_stated_in_pixels(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in", bbox=[4.5, 6.25, 19.75, 10]), tmp_path / "out", "voc")
    loss = made.loss_of(report, "annotation.box", "rounded")
    assert (loss.count, loss.error, loss.unit) == (1, 0.5, "pixel")
    text = (tmp_path / "out" / "Annotations" / "a.xml").read_text()
    assert "<xmin>6</xmin>" in text
    assert "<ymin>7</ymin>" in text
    assert "<xmax>24</xmax>" in text
    assert "<ymax>16</ymax>" in text


def test_a_box_that_whole_pixels_would_close_becomes_one_and_is_counted(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in", bbox=[5.6, 5.6, 0.3, 0.3]), tmp_path / "out", "voc")
    assert report.derived["annotation.box widened to one pixel"] == 1
    text = (tmp_path / "out" / "Annotations" / "a.xml").read_text()
    assert "<xmin>6</xmin><ymin>6</ymin><xmax>6</xmax><ymax>6</ymax>" in "".join(text.split())


def test_what_a_target_gives_back_by_rule_is_no_loss(tmp_path: Path) -> None:
    lines = "0 0.5 0.5 0.25 0.25\n1 0.5 0.5 0.5 0.5\n"
    report = run(made.yolo(tmp_path / "in", lines), tmp_path / "out", "voc", standard="yolo")
    assert made.lost(report) == {}


def test_values_that_are_the_default_are_derivable_and_the_others_lost(tmp_path: Path) -> None:
    report = run(made.voc(tmp_path / "in"), tmp_path / "out", "yolo", standard="voc")
    assert made.loss_of(report, "annotation.truncated").count == 3
    assert made.loss_of(report, "annotation.truncated", "derivable").count == 3


def test_outlines_are_drawn_of_boxes_and_boxes_found_of_outlines(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in"), tmp_path / "seg", "yolo-segment", standard="coco")
    assert report.derived["annotation.polygons from box"] == 1
    reasons = {loss.what: loss.reason for loss in report.losses if loss.kind == "derivable"}
    assert reasons["annotation.box"] == "the bounds of its polygons"
    assert reasons["annotation.area"] == "the area of its box"
    back = run(tmp_path / "seg", tmp_path / "voc", "voc", standard="yolo-segment", values=SIZE)
    assert back.derived == {"annotation.box from polygons": 1}


SIZE = {"media.width": "64", "media.height": "48"}


def test_a_mask_gives_its_bounds_where_no_box_is_said(tmp_path: Path) -> None:
    folder = one(tmp_path / "in", segmentation=MASK, bbox=[0, 0, 2, 2], area=4)
    report = run(folder, tmp_path / "out", "voc", standard="coco")
    assert made.lost(report)["annotation.mask"] == 1
    assert report.counts["annotation"] == 1


def test_an_object_whose_only_shape_the_target_cannot_hold_is_lost_by_its_id(
    tmp_path: Path,
) -> None:
    report = run(one(tmp_path / "in", segmentation=MASK), tmp_path / "out", "yolo-segment")
    loss = made.loss_of(report, "annotation")
    assert (loss.count, loss.objects) == (1, ("5",))
    assert loss.places[0].pointer == "/annotations/0"


def test_rows_that_mean_something_else_are_left_out_and_counted(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in", segmentation=MASK, iscrowd=1), tmp_path / "out", "voc")
    loss = made.loss_of(report, "annotation")
    assert loss.reason == "rows with crowd cannot be told apart in pascal-voc"
    assert (loss.count, loss.objects) == (1, ("5",))
    assert report.counts["annotation"] == 0


def test_an_outline_of_several_parts_is_split_and_told_once(tmp_path: Path) -> None:
    parts = [[4, 6, 14, 6, 14, 16], [14, 6, 24, 6, 24, 16]]
    report = run(one(tmp_path / "in", segmentation=parts), tmp_path / "out", "yolo-segment")
    loss = made.loss_of(report, "annotation.polygons")
    assert (loss.count, loss.objects) == (1, ("5",))
    assert made.lost(report)["annotation.id"] == 1
    assert report.counts["annotation"] == 2


def test_what_could_not_be_read_is_lost_with_its_place(tmp_path: Path) -> None:
    lines = "0 0.5 0.5 0.1\n7 0.5 0.5 0.1 0.1\n0 x 0.5 0.1 0.1\n0 0.5 0.5 0.1 0.1\n"
    source = made.yolo(tmp_path / "in", lines=lines)
    report = run(source, tmp_path / "out", "coco", standard="yolo")
    assert report.counts["annotation"] == 1
    line = made.loss_of(report, "lines.template").places[0]
    assert (line.file, line.line) == ("labels/train/a.txt", 1)
    assert made.loss_of(report, "annotation.category").places[0].line == 2
    assert made.loss_of(report, "annotation.box").places[0].line == 3


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [("labels", "label", "layout.none"), ("images/val", "images/vl", "layout.missing")],
)
def test_files_that_were_not_read_are_never_all_background(
    old: str, new: str, rule: str, tmp_path: Path
) -> None:
    source = made.yolo(tmp_path / "in")
    (source / old).rename(source / new)
    report = run(source, tmp_path / "out", "coco", standard="yolo", allow_loss=False)
    assert not report.written
    assert rule in made.lost(report)


def test_members_that_nobody_declares_are_lost_elsewhere(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in", score=0.5), tmp_path / "out", "voc", standard="coco")
    assert made.lost(report)["annotation.score"] == 1


def test_classes_that_no_object_has_are_lost_where_only_objects_name_them(tmp_path: Path) -> None:
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")], [made.instance(1, 1, 17, BOX)])
    report = run(source, tmp_path / "out", "voc", standard="coco")
    assert made.lost(report)["category"] == 2
    names = api.read(tmp_path / "out", standard="voc").tables.frames["category"]["name"]
    assert names.to_list() == ["plum"]


def test_a_dataset_of_which_nothing_is_said_loses_nothing(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in"), tmp_path / "out", "voc", standard="coco")
    assert "dataset" not in made.lost(report)


def test_what_faithful_data_break_is_told_and_not_repaired(tmp_path: Path) -> None:
    report = run(one(tmp_path / "in", bbox=[50, 1, 20, 20], area=400), tmp_path / "out", "voc")
    assert report.written
    assert made.rules(report) == ["box-outside-media"]
