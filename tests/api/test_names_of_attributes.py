"""Attributes and members may bear any name, those that the engine gives its own columns too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from annostd import api

if TYPE_CHECKING:
    from pathlib import Path

STANDARD = """annostd: 1
id: crowded
version: "1.0.0"
status: draft
title: Members with the names of places
publisher: annostd
domain: vision
licence: CC0-1.0
files: {list: {path: "list.EXT", carrier: CARRIER}}
tables:
  media:
    from: list
    rows: ROWS
    columns:
      path: {at: "@path", key: true}
      name: {at: "@owner"}
      row: {at: "@row", type: integer}
    variants:
      text:
        where: {"@file": text}
        set: {kind: text}
        columns: {source: {at: "@source", type: string}}
      page:
        where: {"@file": page}
        set: {kind: page}
        columns: {variant: {at: "@variant", type: string}}
"""
ROWS = (
    {"@path": "a", "@owner": "me", "@row": 3, "@file": "text", "@source": "s"},
    {"@path": "b", "@owner": "you", "@row": 4, "@file": "page", "@variant": "v"},
)


def xml() -> str:
    lines = ("".join(f' {k[1:]}="{v}"' for k, v in row.items()) for row in ROWS)
    return "<list>\n" + "".join(f"  <m{line}/>\n" for line in lines) + "</list>\n"


def made(folder: Path, carrier: str, count: int = 2) -> Path:
    rows = "/list/m" if carrier == "xml" else "/list/*"
    text = STANDARD.replace("EXT", carrier).replace("CARRIER", carrier).replace("ROWS", rows)
    (folder / "crowded.yaml").write_text(text)
    (folder / "in").mkdir()
    data = xml() if carrier == "xml" else json.dumps({"list": ROWS[:count]})
    (folder / "in" / f"list.{carrier}").write_text(data)
    return folder / "in"


@pytest.mark.parametrize("carrier", ["xml", "json"])
def test_they_are_read_told_apart_and_written(tmp_path: Path, carrier: str) -> None:
    data, standard = made(tmp_path, carrier), str(tmp_path / "crowded.yaml")
    (report,) = api.validate(data, standard=standard)
    assert report.findings == ()
    media = api.read(data, standard=standard).tables.frames["media"]
    columns = ["path", "name", "row", "kind", "source", "variant"]
    assert media.select(columns).rows() == [
        ("a", "me", 3, "text", "s", None),
        ("b", "you", 4, "page", None, "v"),
    ]


def test_they_are_written_anew(tmp_path: Path) -> None:
    data, standard = made(tmp_path, "json", count=1), str(tmp_path / "crowded.yaml")
    other = tmp_path / "other.yaml"
    text = STANDARD.replace("id: crowded", "id: other").replace("EXT", "xml")
    other.write_text(text.replace("CARRIER", "xml").replace("ROWS", "/list/m"))
    written = api.write(
        api.read(data, standard=standard), tmp_path / "out", to=str(other), allow_loss=True
    )
    assert written.refused == ()
    again = api.read(tmp_path / "out", standard=str(other)).tables.frames["media"]
    assert again.select("path", "name", "kind").rows() == [("a", "me", "text")]
