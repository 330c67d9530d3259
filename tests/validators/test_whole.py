"""Rules that only the whole dataset can judge: on the dataset, on pairs, on counts of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd import api
from tests.api import deliveries as made

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.reports import Report

STANDARD = """
annostd: 1
id: sparse-instances
version: "0.1.0"
status: draft
title: Few objects, none twice
publisher: nobody
domain: vision
licence: CC-BY-4.0
doc: What shipped standards do not ask for.
extends: coco-instances@1
rules:
  too-many-media:
    {level: MUST, class: identity, why: it is, require: count(media) < 3,
     message: "{count(media)} media, expected 2"}
  same-corner:
    {level: SHOULD, class: geometry, for: annotation, pairs: [media], why: it is,
     when: a.area > 1, require: a.box.x1 != b.box.x1, message: "two boxes begin at {a.box.x1}"}
  small-for-so-many:
    {level: SHOULD, class: geometry, for: annotation, why: it is,
     require: area >= count(media), message: "the area is {area}"}
"""


def judged(root: Path, media: int, boxes: list[made.Box]) -> Report:
    made.put(root / "standards" / "sparse-instances" / "0.1.0.yaml", STANDARD)
    images = [made.image(n, f"{n}.png") for n in range(media)]
    rows = [made.instance(n, 0, 3, box) for n, box in enumerate(boxes)]
    folder = made.coco(root / "data", images, rows)
    (report,) = api.validate(
        folder, standard="sparse-instances@0.1.0", standards=[root / "standards"]
    )
    return report


@pytest.mark.parametrize(("media", "found"), [(2, []), (3, ["too-many-media"])])
def test_a_rule_on_the_dataset_is_told_at_its_root(
    media: int, found: list[str], tmp_path: Path
) -> None:
    report = judged(tmp_path, media, [])
    assert made.rules(report) == found
    for finding in report.findings:
        assert (finding.location.file, finding.message) == (".", "3 media, expected 2")


def test_a_broken_pair_is_told_at_both_rows(tmp_path: Path) -> None:
    report = judged(tmp_path, 1, [(1, 1, 4, 4), (1, 9, 4, 4), (2, 1, 4, 4)])
    assert [finding.object for finding in report.findings] == ["0", "1"]
    assert made.rules(report) == ["same-corner"] * 2
    assert report.findings[1].message == "two boxes begin at 1"
    tally = report.rules["same-corner"]
    assert (tally.passed, tally.failed) == (2, 1)


def test_a_rule_on_rows_may_count_a_table(tmp_path: Path) -> None:
    report = judged(tmp_path, 2, [(1, 1, 1, 1), (9, 1, 2, 1)])
    found = made.the(report.findings, "small-for-so-many")
    assert (found.object, found.message) == ("0", "the area is 1")
    tally = report.rules["small-for-so-many"]
    assert (tally.passed, tally.failed) == (1, 1)


NAMED = """
annostd: 1
id: named-instances
version: "0.1.0"
status: draft
title: Every picture has objects
publisher: nobody
domain: vision
licence: CC-BY-4.0
extends: coco-instances@1
rules:
  media-bare:
    {level: SHOULD, class: identity, for: media, why: it is,
     require: count(annotation.media) > 1 and count(media) < 9,
     message: "{path} has {count(annotation.media)} objects"}
  corner-far:
    {level: SHOULD, class: geometry, for: annotation, why: it is,
     require: box.x1 < count(media), message: "the box begins at {box.x1}"}
"""


def test_a_rule_on_rows_may_count_the_rows_that_name_one(tmp_path: Path) -> None:
    made.put(tmp_path / "standards" / "named-instances" / "0.1.0.yaml", NAMED)
    images = [made.image(n, f"{n}.png") for n in range(3)]
    boxes = [(1, (0, 1, 4, 4)), (1, (3, 1, 4, 4)), (2, (2, 1, 4, 4))]
    rows = [made.instance(n, media, 3, box) for n, (media, box) in enumerate(boxes)]
    folder = made.coco(tmp_path / "data", images, rows)
    (report,) = api.validate(
        folder, standard="named-instances@0.1.0", standards=[tmp_path / "standards"]
    )
    told = [(f.rule, f.message) for f in report.findings]
    assert told == [
        ("media-bare", "0.png has 0 objects"),
        ("media-bare", "2.png has 1 objects"),
        ("corner-far", "the box begins at 3"),
    ]
    tally = report.rules["media-bare"]
    assert (tally.passed, tally.failed) == (1, 2)


LISTED = """
annostd: 1
id: listed-instances
version: "0.1.0"
status: draft
title: Every picture bears the name of a class
publisher: nobody
domain: vision
licence: CC-BY-4.0
extends: coco-instances@1
rules:
  media-of-no-class:
    {level: SHOULD, class: identity, for: media, why: it is, when: width > 1,
     require: stem(path) in category.name, message: "{path} is named for no class"}
"""


def test_a_rule_on_rows_may_ask_what_a_column_of_a_table_says(tmp_path: Path) -> None:
    made.put(tmp_path / "standards" / "listed-instances" / "0.1.0.yaml", LISTED)
    images = [made.image(n, f"{name}.png") for n, name in enumerate(["mast", "crane", "mas"])]
    classes = [{"id": 3, "name": "crane"}, {"id": 4, "name": "mast"}]
    folder = made.coco(tmp_path / "data", images, [], classes)
    (report,) = api.validate(
        folder, standard="listed-instances@0.1.0", standards=[tmp_path / "standards"]
    )
    tally = report.rules["media-of-no-class"]
    assert [f.message for f in report.findings] == ["mas.png is named for no class"]
    assert (tally.passed, tally.failed) == (2, 1)
