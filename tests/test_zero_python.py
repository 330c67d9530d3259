"""The promise: a new format costs one YAML file and no Python."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd import convert, detect, generate, lint, read, validate
from annostd.conformance import test as try_cases
from annostd.findings import Level
from annostd.standard import Library, load
from tests.invented import (
    LINES,
    LINES_BROKEN,
    LINES_FILES,
    NESTED,
    NESTED_BROKEN,
    NESTED_FILES,
)
from tests.laws.datasets import (
    alike,
    alternatives,
    draw_picture,
    read_folder,
    tables_of,
    told,
    write_draft,
)
from tests.laws.strategies import drafts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.tables.dataset import Tables


@dataclass(frozen=True, slots=True)
class Invented:
    """A standard that the project does not know: its text, data that conforms, and breaches."""

    id: str
    text: str
    files: Mapping[str, str]
    broken: tuple[tuple[str, str, str, str], ...]

    def install(self, folder: Path) -> Path:
        """Put the standard where `--standards` finds it."""
        place = folder / "standards" / self.id / "1.0.0.yaml"
        place.parent.mkdir(parents=True)
        place.write_text(self.text, "utf-8")
        return folder / "standards"

    def deliver(self, folder: Path) -> Path:
        """Write the data that conforms."""
        write_files(folder, self.files)
        return folder


INVENTED = (
    Invented("marks-by-picture", LINES, LINES_FILES, LINES_BROKEN),
    Invented("nested-shots", NESTED, NESTED_FILES, NESTED_BROKEN),
)
BROKEN = [(each, breach) for each in INVENTED for breach in each.broken]
each_invented = pytest.mark.parametrize("invented", INVENTED, ids=lambda each: each.id)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


def meaning(tables: Tables) -> Counter[tuple[object, ...]]:
    """Say of each annotation what every format of the kind can say: its picture and its class."""
    media, names = tables.frames["media"]["path"], tables.frames["category"]["name"]
    rows = tables.frames["annotation"].select("media", "category").rows()
    return Counter((media[a].rpartition("/")[2], names[b]) for a, b in rows)


@each_invented
def test_lint_finds_nothing_wrong_with_it(invented: Invented, tmp_path: Path) -> None:
    folder = invented.install(tmp_path)
    assert lint([folder / invented.id / "1.0.0.yaml"]) == ()


@each_invented
def test_data_that_conforms_is_detected_and_conforms(invented: Invented, tmp_path: Path) -> None:
    standards = [invented.install(tmp_path)]
    data = invented.deliver(tmp_path / "data")
    assert detect(data, standards=standards).chosen == invented.id
    (report,) = validate(data, standards=standards)
    assert report.standard.id == invented.id
    assert report.verdict == "conforms"
    assert [f for f in report.findings if f.level is not Level.MAY] == []


@pytest.mark.parametrize(
    ("invented", "breach"), [pytest.param(*pair, id=pair[1][-1]) for pair in BROKEN]
)
def test_a_breach_is_found_by_its_rule_in_its_file(
    invented: Invented, breach: tuple[str, str, str, str], tmp_path: Path
) -> None:
    standards = [invented.install(tmp_path)]
    data = invented.deliver(tmp_path / "data")
    file, text, instead, rule = breach
    whole = (data / file).read_text("utf-8")
    assert text in whole
    (data / file).write_text(whole.replace(text, instead, 1), "utf-8")
    (report,) = validate(data, standard=invented.id, standards=standards)
    found = {(f.rule, f.location.file) for f in report.findings if f.rule == rule}
    assert found == {(rule, file)}


@pytest.mark.parametrize("other", alike("coco-instances"))
@each_invented
def test_it_converts_to_every_shipped_standard_of_pictures_and_back(
    invented: Invented, other: str, tmp_path: Path
) -> None:
    standards = [invented.install(tmp_path)]
    data = invented.deliver(tmp_path / "data")
    before = read(data, standard=invented.id, standards=standards)
    for row in before.tables.frames["media"].rows(named=True):
        for folder in ("", "pictures/"):
            draw_picture(data / f"{folder}{row['path']}", row)
    places = [data, tmp_path / "there", tmp_path / "back"]
    names = [invented.id, other, invented.id]
    for (source, target), (own, to) in zip(pairwise(places), pairwise(names), strict=True):
        report = convert(
            source,
            target,
            to=to,
            standard=own,
            standards=standards,
            allow_loss=True,
            media="copy",
        )
        if report.refused and all("supply it with --set" in r for r in report.refused):
            assert not report.written  # what the target requires these pictures do not say
            return
        if not report.written:  # what speaks of other things has no place for pictures
            assert report.refused == (f"{other} has no place for anything that is there",)
            assert any(loss.what == "media" for loss in report.losses)
            return
        assert report.written, report.refused
        if any(loss.what == "annotation" for loss in report.losses):
            # its classes are none of those that the target has
            (lost,) = (loss.count for loss in report.losses if loss.what == "annotation")
            assert lost == before.tables.rows("annotation")
            return
    after = read(places[-1], standard=invented.id, standards=standards)
    assert meaning(after.tables) == meaning(before.tables)


@each_invented
def test_it_comes_back_the_same_in_itself(invented: Invented, tmp_path: Path) -> None:
    standards = [invented.install(tmp_path)]
    data, again = invented.deliver(tmp_path / "data"), tmp_path / "again"
    report = convert(data, again, to=invented.id, standard=invented.id, standards=standards)
    assert report.written, report.refused
    assert report.losses == ()
    for path, text in invented.files.items():
        written = (again / path).read_text("utf-8")
        if path.endswith(".json"):
            assert json.loads(written) == json.loads(text)
        else:
            assert written == text


@each_invented
def test_its_schema_and_page_are_generated(invented: Invented, tmp_path: Path) -> None:
    standards = [invented.install(tmp_path)]
    written = generate(invented.id, tmp_path / "out", standards)
    pages = [path for path in written if path.suffix == ".md"]
    (page,) = pages
    assert "box-outside-media" in page.read_text("utf-8")
    for path in written:
        if path.name.endswith(".schema.json"):
            judge = jsonschema.Draft202012Validator(json.loads(path.read_text("utf-8")))
            judge.validate(json.loads(invented.files["shots.json"]))
    is_tree = "carrier: json" in invented.text
    assert any(path.name.endswith(".schema.json") for path in written) == is_tree


@each_invented
def test_its_examples_and_cases_come_out_as_expected(invented: Invented, tmp_path: Path) -> None:
    folder = invented.install(tmp_path)
    cases = folder / "conformance" / invented.id
    file, text, instead, rule = invented.broken[0]
    invented.deliver(cases / "valid" / "plain" / "in")
    bad = invented.deliver(cases / "invalid" / rule / "one" / "in")
    (bad / file).write_text((bad / file).read_text("utf-8").replace(text, instead, 1), "utf-8")
    unknown = [{"rule": "shots.unknown-key", "file": "shots.json", "pointer": "/by"}]
    known = unknown if "shots.json" in invented.files else []
    found = [*known, {"rule": rule, "file": file}]
    write_files(
        cases,
        {
            "valid/plain/expected.json": json.dumps({"findings": known}),
            f"invalid/{rule}/one/expected.json": json.dumps({"findings": found}),
        },
    )
    trials = try_cases([invented.id], [folder])
    assert [trial for trial in trials if trial.problems] == []
    assert len(trials) > len(invented.broken) // 2 + 2


@each_invented
@given(data=st.data())
def test_the_laws_hold_for_it(invented: Invented, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        library = Library.of((invented.install(Path(name)),))
        chosen = next(iter(alternatives(load(invented.id, library))))
        draft = data.draw(drafts(chosen.plan))
        folder = Path(name) / "data"
        write_draft(draft, folder)
        dataset = read_folder(folder, chosen.choice)
        assert not dataset.findings
        before = told(chosen.plan, tables_of(draft))
        after = told(chosen.plan, dataset.tables)
    for table, rows in before.items():
        assert Counter(after.get(table, [])) == Counter(rows)
