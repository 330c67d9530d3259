"""Rows of many files are encoded together, and each file gets its own back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd import api
from annostd.api.choice import compiled
from annostd.api.once import library, load
from annostd.converters import parting, placing

if TYPE_CHECKING:
    from pathlib import Path

PLAN = compiled(load("pascal-voc", library()), {}).plan
ROLE = next(file for file in PLAN.files if file.role == "label")
MEDIA = ROLE.sources[0]
OBJECTS = MEDIA.children[0]
DOCUMENT = """<annotation><!-- {name} --><filename>{name}.jpg</filename>
<size><width>64</width><height>48</height><depth>3</depth></size>
{objects}</annotation>
"""
OBJECT = """<object><name>{name}</name><mood>calm</mood>
<bndbox><xmin>{x}</xmin><ymin>1</ymin><xmax>40</xmax><ymax>30.50</ymax></bndbox></object>
"""


def written(folder: Path, counts: list[int]) -> dict[str, str]:
    """Write documents with so many objects each."""
    texts = {}
    for number, count in enumerate(counts):
        objects = "".join(OBJECT.format(name=f"c{n % 2}", x=number + n + 1) for n in range(count))
        texts[f"{number}.xml"] = DOCUMENT.format(name=number, objects=objects)
    (folder / "Annotations").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "Annotations" / name).write_text(text, "utf-8")
    return texts


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_documents_stay_as_they_are_however_many_are_encoded_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(placing, "TOGETHER", together)
    texts = written(tmp_path / "in", [2, 0, 1, 3, 0])
    done = api.convert(tmp_path / "in", tmp_path / "out", to="pascal-voc", standard="pascal-voc")
    assert done.written
    out = tmp_path / "out" / "Annotations"
    assert {path.name: path.read_text("utf-8") for path in out.iterdir()} == texts


def test_rows_go_with_their_file_and_name_their_parent_in_it() -> None:
    media = pl.DataFrame({"n": ["a", "b", "d"], "@origin": [4, 7, 7]})
    objects = pl.DataFrame({"v": [1, 2, 3, 4], "@parent": pl.Series([0, 1, 2, 2], dtype=pl.UInt32)})
    rows = {MEDIA.name: media, OBJECTS.name: objects}
    first, none, last = parting.split_by_file(ROLE, rows, [4, 5, 7])
    assert first[MEDIA.name].to_dicts() == [{"n": "a", "@file": 4}]
    assert first[OBJECTS.name].to_dicts() == [{"v": 1, "@parent": 0}]
    assert none == {}
    assert last[MEDIA.name]["n"].to_list() == ["b", "d"]
    assert last[OBJECTS.name].to_dicts() == [
        {"v": 2, "@parent": 0},
        {"v": 3, "@parent": 1},
        {"v": 4, "@parent": 1},
    ]


def test_rows_without_an_origin_belong_to_every_file() -> None:
    rows = {MEDIA.name: pl.DataFrame({"n": ["a"]})}
    parts = list(parting.split_by_file(ROLE, rows, [0, 1]))
    assert [part[MEDIA.name]["n"].to_list() for part in parts] == [["a"], ["a"]]


def test_the_last_piece_of_a_list_may_be_shorter() -> None:
    assert list(parting.batched([1, 2, 3], 2)) == [[1, 2], [3]]
    assert list(parting.batched([], 2)) == []


PAGE = """<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
<Metadata><Creator>hand</Creator><Created>2026-01-01T00:00:00</Created>
<LastChange>2026-01-02T00:00:00</LastChange></Metadata>
<Page imageFilename="{name}.png" imageWidth="64" imageHeight="48">{regions}</Page></PcGts>
"""


def regions(depths: list[int]) -> str:
    """Print regions that each hold another one, so many deep."""
    outline = '<Coords points="1,1 9,1 9,9 1,9"/>'
    text = ""
    for number, depth in enumerate(depths):
        begins = [f'<TextRegion id="r{number}-{at}">{outline}\n' for at in range(depth)]
        text += "".join(begins) + "</TextRegion>\n" * depth
    return text


@pytest.mark.parametrize("together", [1, 2, 100])
def test_rows_inside_rows_of_their_own_kind_stay_in_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(placing, "TOGETHER", together)
    shapes = {"a": [3, 1, 2], "b": [], "c": [1, 4], "d": [2, 3]}
    texts = {f"{n}.xml": PAGE.format(name=n, regions=regions(s)) for n, s in shapes.items()}
    (tmp_path / "in").mkdir()
    for name, text in texts.items():
        (tmp_path / "in" / name).write_text(text, "utf-8")
    done = api.convert(tmp_path / "in", tmp_path / "out", to="page-xml", standard="page-xml")
    assert done.written
    assert {p.name: p.read_text("utf-8") for p in (tmp_path / "out").iterdir()} == texts
