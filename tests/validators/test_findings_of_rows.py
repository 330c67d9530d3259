"""Places and objects of findings, derived values and undeclared members, on real files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd import api
from tests.api import deliveries as made

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.findings import Finding


def found(path: Path, standard: str, rule: str) -> list[Finding]:
    (report,) = api.validate(path, standard=standard)
    return [finding for finding in report.findings if finding.rule == rule]


def test_a_rule_on_one_value_points_at_it_and_names_its_object(tmp_path: Path) -> None:
    one = made.instance(7, 1, 3, (4, 6, 20, 10), area=9000)
    folder = made.coco(tmp_path, [made.image(1, "a.png")], [one])
    (finding,) = found(folder, "coco", "annotation.area.differs")
    assert finding.location.pointer == "/annotations/0/area"
    assert finding.location.line == 1
    assert (finding.object, finding.actual, finding.expected) == ("7", "9000", "200")


def test_a_box_that_differs_from_its_outline_shows_all_edges(tmp_path: Path) -> None:
    outline = [[4, 6, 24, 6, 24, 16, 4, 16]]
    one = made.instance(7, 1, 3, (9, 6, 20, 10), segmentation=outline)
    folder = made.coco(tmp_path, [made.image(1, "a.png")], [one])
    (finding,) = found(folder, "coco", "annotation.box.differs")
    assert (finding.actual, finding.expected) == ("9, 6, 29, 16", "4, 6, 24, 16")


def test_a_count_is_compared_with_the_rows_of_all_files(tmp_path: Path) -> None:
    (finding,) = found(made.yolo(tmp_path, nc="3"), "yolo", "dataset.count.differs")
    assert (finding.actual, finding.expected) == ("3", "2")
    assert found(made.yolo(tmp_path / "b", nc="2"), "yolo", "dataset.count.differs") == []


def test_a_row_without_a_key_is_named_by_its_ordinal(tmp_path: Path) -> None:
    folder = made.yolo(tmp_path, lines="0 0.5 0.5 0.1 0.1\n0 0.95 0.5 0.2 0.1\n")
    (finding,) = found(folder, "yolo", "box-outside-media")
    assert (finding.object, finding.location.file) == ("#2", "labels/train/a.txt")
    assert finding.location.line == 2


def test_each_member_of_a_group_is_told(tmp_path: Path) -> None:
    folder = made.yolo(tmp_path, lines="0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.1 0.1\n")
    places = [finding.location.line for finding in found(folder, "yolo", "label-twice")]
    assert places == [1, 2]


def test_a_kind_of_undeclared_member_is_one_finding_with_its_count(tmp_path: Path) -> None:
    two = [made.instance(n, 1, 3, (4, 6, 20, 10), score=0.5) for n in (1, 2)]
    folder = made.coco(tmp_path, [made.image(1, "a.png")], two)
    (finding,) = found(folder, "coco", "annotation.unknown-key")
    assert finding.message == "score is not declared by the standard, 2 times; it is kept"
    assert finding.location.pointer == "/annotations/0/score"


def test_categories_that_files_do_not_share_are_told_where_they_stand(tmp_path: Path) -> None:
    folder = made.two_splits(tmp_path)
    text = made.coco_text([made.image(1, "c.png")], [], made.CATEGORIES[:2])
    made.put(folder / "annotations" / "instances_val2017.json", text)
    (finding,) = found(folder, "coco", "category.differs")
    assert finding.location.file == "annotations/instances_train2017.json"
    assert finding.object == "90"


def test_a_picture_turned_by_its_header_is_told_softly(tmp_path: Path) -> None:
    from PIL import Image

    folder = made.coco(tmp_path, [made.image(1, "a.jpg"), made.image(2, "b.jpg")])
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("L", made.SIZE).save(folder / "a.jpg", "JPEG", exif=turned)
    Image.new("L", made.SIZE[::-1]).save(folder / "b.jpg", "JPEG", exif=turned)
    (finding,) = found(folder, "coco", "media.turned")
    assert (finding.level, finding.object) == ("SHOULD", "1")
    assert found(folder, "coco", "media.size-differs") == []


def test_a_picture_that_is_none_is_told_at_its_file(tmp_path: Path) -> None:
    folder = made.coco(tmp_path, [made.image(1, "a.png")])
    made.put(folder / "a.png", "no picture")
    (finding,) = found(folder, "coco", "image.syntax")
    assert finding.location.file == "a.png"


MEASURED = """annostd: 1
id: measured
version: "1.0.0"
status: draft
title: Pictures listed in one document
publisher: annostd
domain: vision
licence: CC0-1.0
files: {list: {path: "{stem}.xml", carrier: xml}}
tables:
  media: {from: list, rows: /list/pictures/picture, columns: {path: {at: "@file", key: true}}}
"""


def test_an_undeclared_member_of_an_xml_document_has_its_place(tmp_path: Path) -> None:
    standard = tmp_path / "measured.yaml"
    standard.write_text(MEASURED)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.xml").write_text('<list>\n<pictures><picture file="a.png"/></pictures>\n</list>\n')
    (folder / "b.xml").write_text('<list>\n<pictures/>\n<made by="me"/>\n</list>\n')
    (finding,) = found(folder, str(standard), "list.unknown-key")
    where = finding.location
    assert (where.file, where.line, where.xpath) == ("b.xml", 3, "/list/made")
