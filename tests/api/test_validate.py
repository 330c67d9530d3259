"""What validating says of real folders: verdict, classes, places, media."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.errors import UsageError
from annostd.reports import Verdict
from tests.api import deliveries as made

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.reports import Report


def judged(path: Path, standard: str, **more: object) -> Report:
    (report,) = api.validate(path, standard=standard, **more)  # type: ignore[arg-type]
    return report


def test_two_files_whose_ids_repeat_are_one_dataset_without_a_finding(tmp_path: Path) -> None:
    report = judged(made.two_splits(tmp_path), "coco")
    assert made.rules(report) == []
    assert report.verdict is Verdict.CONFORMS
    assert report.counts["media"] == 3
    assert report.classes["media"] == "evaluated"


def test_several_paths_give_a_report_each(tmp_path: Path) -> None:
    paths = [made.two_splits(tmp_path / "a"), made.two_splits(tmp_path / "b")]
    assert [report.path for report in api.validate(paths)] == [str(path) for path in paths]


def test_a_path_that_is_not_there_is_no_finding_but_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        api.validate(tmp_path / "nothing")


def test_a_class_that_is_required_and_not_evaluated_makes_it_incomplete(tmp_path: Path) -> None:
    folder = made.coco(tmp_path, [made.image(1, "a.png")])
    report = judged(folder, "coco", require=["media"])
    assert report.verdict is Verdict.INCOMPLETE
    assert report.classes["media"] == "no media files were found"


def test_a_class_that_the_standard_does_not_have_cannot_be_required(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no class 'colours', expected one of"):
        judged(made.two_splits(tmp_path), "coco", require=["colours"])


def test_a_label_file_alone_is_judged_without_the_names_that_it_needs(tmp_path: Path) -> None:
    report = judged(made.yolo(tmp_path) / "labels" / "train" / "a.txt", "yolo")
    assert report.verdict is Verdict.CONFORMS
    assert "judged alone" in report.classes["reference"]


def test_an_unread_list_of_names_leaves_the_reference_class_open(tmp_path: Path) -> None:
    folder = made.yolo(tmp_path)
    made.put(folder / "data.yaml", "names: [")
    report = judged(folder, "yolo")
    assert report.verdict is Verdict.FAILS
    assert report.classes["reference"] == "what holds the category could not be read"
    assert "annotation.category.dangling" not in made.rules(report)


@pytest.mark.parametrize(
    "media",
    ["here/a.png", "images/train/a.png", "images/a.png", "train2017/a.png", "annotations/a.png"],
)
def test_pictures_are_found_in_the_usual_folders(media: str, tmp_path: Path) -> None:
    path = "here/a.png" if media.startswith("here") else "a.png"
    folder = made.coco(tmp_path, [made.image(1, path)])
    made.picture(folder / media)
    if "2017" in media:
        old = folder / "annotations" / "instances_train.json"
        old.rename(old.with_name("instances_train2017.json"))
    assert judged(folder, "coco").classes["media"] == "evaluated"


def test_pictures_are_looked_for_where_the_caller_says(tmp_path: Path) -> None:
    folder = made.coco(tmp_path / "labels", [made.image(1, "a.png"), made.image(2, "b.png")])
    made.picture(tmp_path / "elsewhere" / "a.png", (48, 64))
    report = judged(folder, "coco", media_root=tmp_path / "elsewhere")
    found = made.the(report.findings, "media.size-differs")
    assert (found.object, found.actual, found.expected) == ("1", "64 x 48", "48 x 64")
    assert report.classes["media"] == "1 of 2 media files were not found"
    tally = report.rules["media.size-differs"]
    assert (tally.passed, tally.failed, tally.skipped) == (0, 1, 1)


def test_media_that_no_file_is_there_for_are_skipped_and_not_passed(tmp_path: Path) -> None:
    report = judged(made.coco(tmp_path, [made.image(1, "a.png")]), "coco")
    tally = report.rules["media.size-differs"]
    assert (tally.passed, tally.skipped) == (0, 1)


def test_links_that_leave_the_dataset_are_followed_only_if_asked(tmp_path: Path) -> None:
    folder = made.coco(tmp_path / "data", [made.image(1, "a.png")])
    made.picture(tmp_path / "store" / "a.png")
    (folder / "a.png").symlink_to(tmp_path / "store" / "a.png")
    assert judged(folder, "coco").classes["media"] != "evaluated"
    assert judged(folder, "coco", follow_links=True).classes["media"] == "evaluated"


@pytest.mark.parametrize("layout", ["roboflow", "flat"])
def test_media_are_judged_in_every_layout(layout: str, tmp_path: Path) -> None:
    label = "train/a.xml" if layout == "roboflow" else "a.xml"
    made.put(tmp_path / label, made.voc_text("a.png", [("pear", (5, 7, 24, 16), "")]))
    made.picture((tmp_path / label).with_name("a.png"), (48, 64))
    report = judged(tmp_path, f"pascal-voc:{layout}")
    assert made.rules(report) == ["media.size-differs"]


def test_only_the_rules_selected_are_judged(tmp_path: Path) -> None:
    boxes = [made.instance(1, 1, 3, (50, 0, 20, 5)), made.instance(2, 1, 3, (0, 0, 0, 5))]
    folder = made.coco(tmp_path, [made.image(1, "a.png")], boxes)
    report = judged(folder, "coco", select=["box-degenerate"])
    assert made.rules(report) == ["box-degenerate"]
    assert "box-outside-media" not in report.rules
    assert "box-degenerate" not in made.rules(judged(folder, "coco", ignore=["box-degenerate"]))


@pytest.mark.parametrize(("name", "rule"), [("nul", "name"), ("../a.png", "outside-root")])
def test_the_rules_of_names_can_be_selected_alone(name: str, rule: str, tmp_path: Path) -> None:
    folder = made.coco(tmp_path, [made.image(1, name)])
    report = judged(folder, "coco", select=[f"layout.{rule}"])
    assert made.the(report.findings, f"layout.{rule}").object == "1"


def test_what_cannot_be_read_is_told_whatever_is_selected(tmp_path: Path) -> None:
    made.put(tmp_path / "a.json", '{"images": [')
    report = judged(tmp_path / "a.json", "coco", select=["box-degenerate"])
    assert "json.syntax" in made.rules(report)


def test_a_finding_of_a_reader_can_be_ignored(tmp_path: Path) -> None:
    folder = made.yolo(tmp_path, lines="0 0.5 0.5 0.1\n")
    assert made.rules(judged(folder, "yolo")) == ["lines.template"]
    assert made.rules(judged(folder, "yolo", ignore=["lines.template"])) == []


def test_a_rule_that_nobody_knows_cannot_be_selected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no rule 'box-degenrate'"):
        judged(made.two_splits(tmp_path), "coco", select=["box-degenrate"])


def test_progress_is_told_the_rows_of_each_batch(tmp_path: Path) -> None:
    seen: list[int] = []
    report = judged(made.two_splits(tmp_path), "coco", progress=seen.append)
    assert sum(seen) == sum(report.counts.values())


@pytest.mark.parametrize("text", ["{}", '{"images": [], "annotations": null, "categories": []}'])
def test_a_file_without_its_lists_fails(text: str, tmp_path: Path) -> None:
    made.put(tmp_path / "a.json", text)
    assert "annotation.missing" in made.rules(judged(tmp_path / "a.json", "coco"))


def test_a_dataset_without_any_row_conforms(tmp_path: Path) -> None:
    report = judged(made.coco(tmp_path, [], [], []), "coco")
    assert report.verdict is Verdict.CONFORMS
    assert report.classes["media"] == "there are no media"


def test_rows_of_which_a_cell_is_faulty_are_blocked_and_told_once(tmp_path: Path) -> None:
    bad = made.instance(1, 1, 3, (4, 6, 20, 10), bbox="x")
    report = judged(made.coco(tmp_path, [made.image(1, "a.png")], [bad]), "coco")
    assert made.rules(report) == ["annotation.box.type"]
    assert report.rules["box-outside-media"].blocked == 1
