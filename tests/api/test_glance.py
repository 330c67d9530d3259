"""A glance refuses what cannot fit, and nothing that it cannot tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from annostd.api.beginnings import BYTES, Beginnings
from annostd.api.detect import detect
from annostd.api.glance import refusal
from annostd.api.once import library, load
from annostd.bindings.files import walk_once

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.reports import Candidate

LABELME: dict[str, object] = {
    "version": "5.0.1",
    "flags": {},
    "shapes": [],
    "imagePath": "a.jpg",
    "imageData": None,
    "imageHeight": 4,
    "imageWidth": 4,
}


def glance(root: Path, standard: str, aside: Path) -> str | None:
    """Glance at a folder under a standard."""
    return refusal(walk_once(root), load(standard, library(())), Beginnings(aside))


def seen(root: Path, standard: str) -> Candidate:
    """Detect, and give what was found of one standard."""
    return next(c for c in detect(root).candidates if c.id == standard)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_a_file_without_a_name_that_all_need_is_refused(tmp_path: Path, data: Path) -> None:
    (data / "a.json").write_text('{"images": [], "Shapes": []}')
    reason = "a.json: the member 'shapes' is nowhere in it"
    assert glance(data, "labelme", tmp_path / "aside") == reason
    assert seen(data, "labelme").evidence == (reason,)


def test_an_escaped_name_is_left_open(tmp_path: Path, data: Path) -> None:
    text = json.dumps(LABELME).replace('"shapes"', r'"sh\u0061pes"')
    assert '"shapes"' not in text
    (data / "a.json").write_text(text)
    assert glance(data, "labelme", tmp_path / "aside") is None
    assert seen(data, "labelme").fits


def test_a_name_behind_the_beginning_is_left_open(tmp_path: Path, data: Path) -> None:
    text = json.dumps({"imagePath": "a.jpg", "more": "x" * BYTES} | LABELME)
    assert text.index('"shapes"') > BYTES
    (data / "a.json").write_text(text)
    assert glance(data, "labelme", tmp_path / "aside") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("root", ["annotation", "p:annotation"])
def test_an_element_is_found_in_any_encoding(
    tmp_path: Path, data: Path, encoding: str, root: str
) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><{root} xmlns:p="urn:p"/>'
    path = data / "Annotations" / "a.xml"
    path.parent.mkdir()
    path.write_text(text, encoding)
    assert glance(data, "pascal-voc", tmp_path / "aside") is None


def test_an_element_is_not_found_within_a_longer_name(tmp_path: Path, data: Path) -> None:
    path = data / "Annotations" / "a.xml"
    path.parent.mkdir()
    path.write_text("<annotations><annotated/></annotations>")
    reason = "Annotations/a.xml: the element 'annotation' is nowhere in it"
    assert glance(data, "pascal-voc", tmp_path / "aside") == reason


def test_a_path_of_another_alternative_is_no_reason(tmp_path: Path, data: Path) -> None:
    path = data / "train" / "_annotations.coco.json"
    path.parent.mkdir()
    path.write_text('{"images": [], "annotations": [], "categories": []}')
    assert glance(data, "coco-instances", tmp_path / "aside") is None


def test_files_that_no_alternative_knows_are_told(tmp_path: Path, data: Path) -> None:
    (data / "annotations").mkdir()
    (data / "annotations" / "instances_train.json").write_text("{}")
    reason = glance(data, "coco-keypoints", tmp_path / "aside")
    assert reason is not None
    assert reason.startswith("no file is there whose path fits, expected")
