"""Values gathered of the rows that name their row: read, judged, written and converted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd import convert, read, validate
from annostd.errors import StandardError
from tests.plan.made import HEAD, plan_of

if TYPE_CHECKING:
    from pathlib import Path

POSES = """conventions:
  image: {unit: pixel, origin: 0, ends: exclusive}
files:
  data: {path: "data.json", carrier: json}
tables:
  media:
    from: data
    rows: /pictures/*
    set: {kind: image}
    columns: {id: {key: true, required: true, generate: "{n}"}, path: {required: true}}
  category:
    from: data
    rows: /kinds/*
    columns: {name: {key: true, required: true}, keypoints: {gathers: joint.name}}
  joint:
    in: category
    rows: joints/*
    columns: {name: {type: string, required: true}}
  annotation:
    from: data
    rows: /people/*
    set: {shape: keypoints}
    columns:
      media: {at: picture, refers: media.id, required: true}
      category: {at: kind, refers: category.name, required: true}
      keypoints:
        {gathers: keypoint.place, named: category.keypoints, form: "x y visibility", required: true}
  keypoint:
    in: annotation
    rows: nodes/*
    columns:
      name: {key: annotation, required: true}
      place: {at: at, form: "x y", length: 2, required: true}
      visibility: {at: seen, values: {"yes": visible, "no": hidden, out: absent}, required: true}
"""
KINDS = [{"name": "hand", "joints": [{"name": "tip"}, {"name": "base"}, {"name": "side"}]}]
NODES: list[dict[str, object]] = [
    {"name": "side", "at": [9, 8], "seen": "no"},
    {"name": "tip", "at": [5, 7.5], "seen": "yes"},
]


def _standard(folder: Path) -> str:
    place = folder / "poses.yaml"
    place.write_text(HEAD + POSES, "utf-8")
    return str(place)


def _data(folder: Path, nodes: list[dict[str, object]]) -> Path:
    place = folder / "in"
    place.mkdir()
    people = [{"picture": 1, "kind": "hand", "nodes": nodes}]
    pictures = [{"id": 1, "path": "a.png"}]
    text = json.dumps({"pictures": pictures, "kinds": KINDS, "people": people})
    (place / "data.json").write_text(text, "utf-8")
    return place


def test_points_stand_in_the_order_of_the_names_and_one_that_is_not_there_is_absent(
    tmp_path: Path,
) -> None:
    tables = read(_data(tmp_path, NODES), standard=_standard(tmp_path)).tables.frames
    assert tables["category"]["keypoints"].to_list() == [["tip", "base", "side"]]
    assert tables["annotation"]["keypoints"].to_list() == [[[5, 7.5, 2, 0, 0, 0, 9, 8, 1]]]


def test_what_is_written_again_is_what_was_read(tmp_path: Path) -> None:
    standard, source = _standard(tmp_path), _data(tmp_path, NODES)
    assert convert(source, tmp_path / "out", to=standard, standard=standard).written
    before, after = ((f / "data.json").read_text("utf-8") for f in (source, tmp_path / "out"))
    assert json.loads(after) == json.loads(before)


@pytest.mark.parametrize(
    ("node", "rule", "place"),
    [
        ({"name": "tail", "at": [1, 2], "seen": "yes"}, "keypoint.name.dangling", "/name"),
        ({"name": "tip", "at": [1, 2], "seen": "yes"}, "keypoint.name.duplicate", "/name"),
        ({"name": "base", "at": [1], "seen": "yes"}, "keypoint.place.length", "/at"),
        ({"name": "base", "at": [1, 2], "seen": "so"}, "keypoint.visibility.value", "/seen"),
    ],
)
def test_a_point_that_cannot_be_gathered_is_found_where_it_stands(
    tmp_path: Path, node: dict[str, object], rule: str, place: str
) -> None:
    (report,) = validate(_data(tmp_path, [*NODES, node]), standard=_standard(tmp_path))
    found = {(finding.rule, finding.location.pointer) for finding in report.findings}
    assert (rule, f"/people/0/nodes/2{place}") in found
    assert {each for each, _ in found} == {rule}


def test_points_of_a_class_that_names_none_are_no_value(tmp_path: Path) -> None:
    source, standard = _data(tmp_path, []), _standard(tmp_path)
    data = json.loads((source / "data.json").read_text("utf-8"))
    data["kinds"] = [{"name": "hand"}]
    (source / "data.json").write_text(json.dumps(data), "utf-8")
    (report,) = validate(source, standard=standard)
    assert [finding.rule for finding in report.findings] == ["annotation.keypoints.missing"]


def test_points_go_to_another_standard_and_come_back(tmp_path: Path) -> None:
    standard, source = _standard(tmp_path), _data(tmp_path, NODES)
    sizes = {"media.width": "64", "media.height": "48"}
    there = convert(source, tmp_path / "coco", to="coco-keypoints", standard=standard, values=sizes)
    assert there.written, there.refused
    assert [loss.what for loss in there.losses if str(loss.kind) == "lost"] == []
    back = convert(tmp_path / "coco", tmp_path / "back", to=standard, allow_loss=True)
    assert back.written, back.refused
    tables = read(tmp_path / "back", standard=standard).tables.frames
    assert tables["annotation"]["keypoints"].to_list() == [[[5, 7.5, 2, 0, 0, 0, 9, 8, 1]]]
    assert tables["keypoint"]["name"].to_list() == ["tip", "base", "side"]
    assert tables["category"]["keypoints"].equals(pl.Series([["tip", "base", "side"]]))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gathers: joint.name", "gathers: joint.word", "gathers 'joint.word', which is not there"),
        ("gathers: joint.name", "gathers: media.path", "of which none names its row"),
        ("named: category.keypoints, ", "", "expected texts for a list of texts"),
        ("gathers: joint.name", "gathers: joint.name, at: joints", "'at' of a column that is"),
        ("{at: kind, ", "{named: category.keypoints, at: kind, ", "'named' without 'gathers'"),
    ],
)
def test_what_cannot_be_gathered_does_not_compile(old: str, new: str, message: str) -> None:
    with pytest.raises(StandardError, match=message):
        plan_of(POSES.replace(old, new, 1))
