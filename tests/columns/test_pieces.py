"""Rows that are pieces of a field of a line: cut out, put together, told where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from annostd.api import convert, read, validate
from annostd.columns.pieces import cut_pieces, joined_pieces
from annostd.plan.model import Pieces
from tests.plan.made import HEAD, plan_of, source_of

if TYPE_CHECKING:
    from pathlib import Path

CREWS = """files:
  log: {path: "{day}.log", carrier: lines, captures: {day: {default: monday}}}
tables:
  boat:
    from: log
    text: "{name}: {crew*}"
    columns: {name: {type: string, key: file}}
  sailor:
    in: boat
    rows: crew
    text: "{task}={who}"
    columns:
      task: {type: string, values: [deck, mast], required: true}
      who:  {refers: boat.name}
"""


def frame(*crews: str) -> pl.DataFrame:
    count = len(crews)
    places = {"@file": [0] * count, "@start": range(1, count + 1), "@end": range(1, count + 1)}
    return pl.DataFrame({"name": ["x"] * count, "crew": list(crews), **places})


def test_a_line_hands_over_the_field_that_is_cut() -> None:
    plan = plan_of(CREWS)
    boat, sailor = source_of(plan, "boat"), source_of(plan, "sailor")
    assert [field.name for field in boat.fields] == ["name", "crew"]
    assert boat.template is not None
    assert sailor.pieces == Pieces("crew", boat.template)
    assert "boat.crew.value" in plan.rules


def test_blanks_part_pieces_and_what_is_none_is_a_fault() -> None:
    plan = plan_of(CREWS)
    sailor = source_of(plan, "sailor")
    cut = cut_pieces(sailor, source_of(plan, "boat"), frame("deck=ann  mast=bo", "", "x deck=cy y"))
    rows = cut.rows.frame.select("@parent", "@start", "@index", "task", "who").rows()
    assert rows == [(0, 1, 0, "deck", "ann"), (0, 1, 1, "mast", "bo"), (2, 3, 1, "deck", "cy")]
    (fault,) = cut.faults
    assert (fault.rule, fault.rows.to_list()) == ("boat.crew.value", [2])
    assert fault.actual is not None
    assert fault.actual.to_list() == ["x"]
    assert cut.again.to_list() == ["deck=ann mast=bo", None, "deck=cy"]


def test_pieces_are_joined_in_the_field_that_the_line_owes() -> None:
    sailor = source_of(plan_of(CREWS), "sailor")
    raw = pl.DataFrame(
        {"@parent": [0, 0, 2], "task": ["deck", "mast", "deck"], "who": ["ann", "bo", "cy"]},
        schema_overrides={"@parent": pl.UInt32},
    )
    assert joined_pieces(sailor, raw, 3).to_list() == ["deck=ann mast=bo", "", "deck=cy"]


def made(tmp_path: Path, text: str) -> tuple[Path, Path]:
    standard = tmp_path / "made.yaml"
    standard.write_text(HEAD + CREWS, "utf-8")
    data = tmp_path / "data"
    data.mkdir()
    (data / "monday.log").write_text(text, "utf-8")
    return standard, data


def test_a_finding_stands_at_its_token_in_its_piece(tmp_path: Path) -> None:
    standard, data = made(tmp_path, "😊: deck=😊  keel=ann\nann: mast=bo\n")
    (report,) = validate(data, standard=str(standard))
    found = [(f.rule, f.location.line, f.location.column) for f in report.findings]
    assert found == [
        ("sailor.task.value", 1, 12),
        ("sailor.who.dangling", 2, 11),
    ]


def test_lines_with_pieces_that_are_none_go_back_as_they_were(tmp_path: Path) -> None:
    text = "ann: deck=bo  x mast=ann\nbo: \n"
    standard, data = made(tmp_path, text)
    out = tmp_path / "out"
    report = convert(data, out, to=str(standard), standard=str(standard), allow_loss=True)
    assert report.written
    assert (out / "monday.log").read_text("utf-8") == text
    assert read(out, standard=str(standard)).tables.rows("sailor") == 2
