"""References among the files of one role: whole where their scope is, silent about what is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.bindings import BINDINGS
from annostd.bindings.document import open_document
from annostd.plan import compile_plan
from annostd.standard import Library, load
from annostd.validators.run import validate
from tests.api import deliveries as made
from tests.plan.made import HEAD

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.reports import Report

STANDARD = """files: {data: {path: "{stem}.json", carrier: json}}
tables:
  licence:
    from: data
    rows: /licences/*
    columns: {id: {type: integer, key: true}, name: {}}
  media:
    from: data
    rows: /media/*
    columns:
      id: {type: integer, key: true, required: true}
      path: {required: true}
      licence: {refers: licence.id}
"""


def put(folder: Path, **files: dict[str, list[dict[str, object]]]) -> tuple[Path, str]:
    (folder / "linked.yaml").write_text(HEAD + STANDARD)
    for stem, data in files.items():
        made.put(folder / "in" / f"{stem}.json", json.dumps(data))
    return folder / "in", str(folder / "linked.yaml")


def medium(number: int, **more: object) -> dict[str, object]:
    return {"id": number, "path": f"{number}.png", **more}


def dangling(report: Report) -> list[tuple[str, str]]:
    found = (f for f in report.findings if f.rule.endswith(".dangling"))
    return [(finding.rule, finding.location.file) for finding in found]


def test_a_key_of_the_dataset_is_found_in_a_later_file(tmp_path: Path) -> None:
    data, standard = put(
        tmp_path,
        a={"licences": [], "media": [medium(1, licence=7), medium(9, licence=8)]},
        b={"licences": [{"id": 7, "name": "free"}], "media": [medium(2), medium(3)]},
    )
    (report,) = api.validate(data, standard=standard)
    assert dangling(report) == [("media.licence.dangling", "a.json")]
    media = api.read(data, standard=standard).tables.frames["media"]
    assert media.select("id", "licence").rows() == [(1, 0), (9, None), (2, None), (3, None)]


def test_keys_that_may_stand_in_a_broken_file_are_not_judged(tmp_path: Path) -> None:
    data, standard = put(
        tmp_path,
        a={"licences": [{"id": 1, "name": "free"}], "media": [medium(1, licence=2)]},
    )
    made.put(data / "b.json", '{"licences": [{"id": 2, "name": "fr')
    (report,) = api.validate(data, standard=standard)
    assert [f.rule for f in report.findings] == ["json.syntax"]
    assert report.rules["media.licence.dangling"].skipped == 1
    assert report.rules["media.licence.dangling"].passed == 0
    assert "licence" in report.classes["reference"]


@pytest.mark.parametrize("cut", [25, 60, 120])
@pytest.mark.parametrize("is_last_first", [False, True])
def test_of_splits_with_keys_of_their_own_a_broken_one_takes_nothing_from_the_others(
    tmp_path: Path, cut: int, *, is_last_first: bool
) -> None:
    folder = made.two_splits(tmp_path)
    train, val = (folder / "annotations" / f"instances_{s}2017.json" for s in ("train", "val"))
    sections = json.loads(val.read_text())
    sections["annotations"].append(made.instance(99, 404, 3, (4, 6, 20, 10)))
    val.write_text(json.dumps(sections))
    broken = json.loads(train.read_text())
    if is_last_first:
        broken = dict(reversed(broken.items()))
    text = json.dumps(broken)
    train.write_text(text[:-cut])
    (report,) = api.validate(folder, standard="coco")
    assert dangling(report) == [("annotation.media.dangling", "annotations/instances_val2017.json")]
    assert [f.rule for f in report.findings if "differs" in f.rule] == []


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_what_a_file_lacks_at_its_broken_end_does_not_dangle(tmp_path: Path, batch: int) -> None:
    images = [made.image(n, f"{n}.png") for n in range(1, 9)]
    objects = [made.instance(n, n, 3, (4, 6, 20, 10)) for n in range(1, 9)]
    text = json.dumps({"annotations": objects, "categories": made.CATEGORIES, "images": images})
    made.put(tmp_path / "annotations" / "instances_train.json", text[:-100])
    plan = compile_plan(load("coco", Library.of()))
    document = replace(open_document(tmp_path, plan, BINDINGS), batch=batch)
    outcome = validate(document, document.plan.rules)
    assert [finding.rule for finding in outcome.findings] == ["json.syntax"]
    tally = outcome.tallies["annotation.media.dangling"]
    assert (tally.passed, tally.failed) == (8 - tally.skipped, 0)
    assert tally.skipped > 0
    assert "media" in outcome.unevaluated["reference"]
