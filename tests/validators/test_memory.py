"""What is remembered of a dataset is what judging it again would find."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.bindings import shares
from annostd.bindings.store import Store
from annostd.conformance.cases import case_folders, find_cases
from annostd.errors import UsageError
from annostd.reports import json_reports
from annostd.validators import parts

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.validators.summary import Judged
    from annostd.validators.work import Work

CASES = find_cases(case_folders())
LABEL = "<annotation><filename>{0}.jpg</filename><size><width>9</width><height>9</height><depth>3"
LABEL += "</depth></size><object><name>{1}</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>{2}"
LABEL += "</xmax><ymax>5</ymax></bndbox></object></annotation>"


@pytest.fixture(autouse=True)
def a_file_is_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be a part, and this process do all."""
    monkeypatch.setattr(shares, "FILES", 1)
    monkeypatch.setattr("annostd.engines.local.processors", lambda: 1)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """List the parts that are judged, by the numbers of their files."""
    seen: list[tuple[int, ...]] = []

    def judge(work: Work, numbers: tuple[int, ...]) -> Judged:
        if work.file.file.carrier != "image":  # of which only the beginning is read, each time
            seen.append(numbers)
        return judge_part(work, numbers)

    judge_part = parts.judge_part
    monkeypatch.setattr(parts, "judge_part", judge)
    return seen


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Make a dataset of three files, one of them with a fault."""
    folder = tmp_path / "data" / "Annotations"
    folder.mkdir(parents=True)
    for name, label, right in (("a", "cat", 5), ("b", "dog", 20), ("c", "cat", 9)):
        (folder / f"{name}.xml").write_text(LABEL.format(name, label, right))
    return folder


def report(folder: Path, standard: str, cache: Path | None = None) -> str:
    """Validate, and print the report as JSON."""
    return "".join(json_reports(api.validate(folder, standard=standard, cache=cache)))


@pytest.mark.parametrize("standard", sorted({case.standard for case in CASES}))
def test_every_case_is_remembered_as_it_is(
    standard: str, tmp_path: Path, judged: list[tuple[int, ...]]
) -> None:
    mine = [case for case in CASES if case.standard == standard]
    for case in mine[:: 1 + len(mine) // 25]:
        folder = case.folder / "in"
        whole = report(folder, standard)
        assert report(folder, standard, tmp_path / "cache") == whole, case.name
        before = len(judged)
        assert report(folder, standard, tmp_path / "cache") == whole, case.name
        # what a part of which a file is broken may name is judged as a whole, each time
        assert len(judged) == before, case.name


def test_a_changed_file_is_judged_again_and_no_other(
    labels: Path, tmp_path: Path, judged: list[tuple[int, ...]]
) -> None:
    cache = tmp_path / "cache"
    first = report(labels.parent, "pascal-voc", cache)
    assert "box-outside-media" in first
    assert len(judged) == 3
    (labels / "b.xml").write_text(LABEL.format("b", "bird", 8))
    second = report(labels.parent, "pascal-voc", cache)
    assert len(judged) == 4
    assert second == report(labels.parent, "pascal-voc")
    assert "box-outside-media" not in second.partition('"findings"')[2]


def test_a_file_more_moves_the_others_and_changes_nothing_of_them(
    labels: Path, tmp_path: Path, judged: list[tuple[int, ...]]
) -> None:
    cache = tmp_path / "cache"
    report(labels.parent, "pascal-voc", cache)
    (labels / "aa.xml").write_text(LABEL.format("aa", "zebra", 10))
    again = report(labels.parent, "pascal-voc", cache)
    assert len(judged) == 4
    assert again == report(labels.parent, "pascal-voc")


def test_what_is_asked_for_is_part_of_what_is_remembered(
    labels: Path, tmp_path: Path, judged: list[tuple[int, ...]]
) -> None:
    cache = tmp_path / "cache"
    report(labels.parent, "pascal-voc", cache)
    report(labels.parent, "pascal-voc:zero-based", cache)
    api.validate(labels.parent, standard="pascal-voc", cache=cache, ignore=["box-outside-media"])
    assert len(judged) == 9


def test_another_version_does_not_believe_it(
    labels: Path, tmp_path: Path, judged: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    report(labels.parent, "pascal-voc", cache)
    monkeypatch.setattr("annostd.reports.tool_version", lambda: "0.0.0")
    report(labels.parent, "pascal-voc", cache)
    assert len(judged) == 6


@pytest.mark.parametrize("suffix", ["json", "parquet"])
@pytest.mark.parametrize("cut", [0, 1, 40])
def test_an_entry_that_was_changed_is_judged_again(
    labels: Path, tmp_path: Path, judged: list[tuple[int, ...]], suffix: str, cut: int
) -> None:
    cache = tmp_path / "cache"
    whole = report(labels.parent, "pascal-voc", cache)
    for path in cache.rglob(f"*.{suffix}"):
        data = path.read_bytes()
        flipped = bytes([data[-40] ^ 1])
        path.write_bytes(data[:-40] + flipped + data[-39:] if cut == 1 else data[: -cut or None])
    if cut == 0:
        for path in cache.rglob(f"*.{suffix}"):
            path.unlink()
    assert report(labels.parent, "pascal-voc", cache) == whole
    assert len(judged) == 6


def test_a_file_changed_while_it_is_judged_is_not_remembered(
    labels: Path, tmp_path: Path, judged: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_part = parts.judge_part

    def changing(work: Work, numbers: tuple[int, ...]) -> Judged:
        (labels / "a.xml").write_text(LABEL.format("a", "dog", 7))
        return judge_part(work, numbers)

    cache = tmp_path / "cache"
    with monkeypatch.context() as patch:
        patch.setattr(parts, "judge_part", changing)
        report(labels.parent, "pascal-voc", cache)
    (labels / "a.xml").write_text(LABEL.format("a", "cat", 5))
    again = report(labels.parent, "pascal-voc", cache)
    assert len(judged) == 4
    assert again == report(labels.parent, "pascal-voc")


def test_a_full_disk_costs_nothing_but_the_memory(
    labels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annostd.bindings.store._write", full)
    whole = report(labels.parent, "pascal-voc")
    assert report(labels.parent, "pascal-voc", tmp_path / "cache") == whole
    assert not list((tmp_path / "cache").rglob("*.json"))


def test_a_cache_in_the_dataset_is_refused(labels: Path) -> None:
    with pytest.raises(UsageError, match="lies in the dataset"):
        report(labels.parent, "pascal-voc", labels / "cache")


def test_a_cache_that_cannot_be_made_is_refused(labels: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be made: Not a directory"):
        report(labels.parent, "pascal-voc", tmp_path / "file" / "cache")


def test_an_entry_is_json_and_parquet(labels: Path, tmp_path: Path) -> None:
    report(labels.parent, "pascal-voc", tmp_path / "cache")
    kinds = {path.suffix for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert kinds == {".json", ".parquet"}


def test_an_entry_of_another_layout_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path, "annostd 1")
    store.put("ab12", b'{"a": 1}', {})
    assert store.get("ab12") == (b'{"a": 1}', {})
    path = tmp_path / "ab" / "ab12.json"
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":2'))
    assert store.get("ab12") is None
    shutil.rmtree(tmp_path / "ab")
    assert store.get("ab12") is None
