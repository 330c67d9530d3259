"""Divided lines: sections and blocks read, written, and put back into the lines they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.lines import LINES
from annostd.columns.raw import DataFile, Origin
from annostd.errors import UsageError
from tests.bindings.plans import files, found, frames, whole
from tests.plan.made import plan_of
from tests.plan.test_divisions import TRIPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from annostd.columns.raw import RawBatch

ROLE = plan_of(
    TRIPS.replace("carrier: lines,", "carrier: lines, blanks: any, comment: '#',")
).files[0]
LOG = b"TRIP Anna\n\ncod U-a\nhake O\n\nling O\n\nTRIP Bea x\n\ncod O\n\n"
MANY = 65536


def read(root: Path, data: bytes, rows: int = MANY) -> list[RawBatch]:
    return list(LINES.read(root, files(root, {"a.log": data}), ROLE, None, rows))


def places(batches: list[RawBatch]) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.location.line) for finding in found(batches)]


def shape(batches: list[RawBatch]) -> dict[str, list[tuple[object, ...]]]:
    """Say of each source what its rows hold, and where and in what they stand."""
    names = {"trip": "boat", "watch": "{order}", "haul": "word"}
    return {
        name: [
            (row[column], row["@start"], row["@end"], row["@index"], row["@parent"])
            for row in whole(batches, name)
        ]
        for name, column in names.items()
    }


def test_sections_hold_blocks_and_blocks_hold_lines(tmp_path: Path) -> None:
    batches = read(tmp_path, LOG)
    assert shape(batches) == {
        "trip": [("Anna", 1, 6, 0, None), ("Bea x", 8, 10, 1, None)],
        "watch": [("0", 3, 4, 0, 0), ("1", 6, 6, 1, 0), ("2", 10, 10, 2, 1)],
        "haul": [
            ("cod", 3, 3, 1, 0),
            ("hake", 4, 4, 2, 0),
            ("ling", 6, 6, 3, 1),
            ("cod", 10, 10, 5, 2),
        ],
    }
    assert found(batches) == []


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (LOG.replace(b"\n", b"\r\n"), [3, 4, 6, 10]),
        (LOG.replace(b"\n", b"\r"), [3, 4, 6, 10]),
        (LOG.rstrip(b"\n"), [3, 4, 6, 10]),
        (LOG.replace(b"\n\n", b"\n \t\n"), [3, 4, 6, 10]),
        (b"\n\n" + LOG + b"\n\n", [5, 6, 8, 12]),
        (LOG.replace(b"hake", b"# a comment\nhake"), [3, 5, 7, 11]),
        (LOG.replace(b"Anna\n\n", b"Anna\n").replace(b"x\n\n", b"x\n"), [2, 3, 5, 8]),
    ],
)
def test_line_ends_blanks_and_comments_divide_nothing_more(
    tmp_path: Path, data: bytes, lines: list[int]
) -> None:
    batches = read(tmp_path, data)
    seen = shape(batches)
    assert [row[1] for row in seen["haul"]] == lines
    assert [row[4] for row in seen["haul"]] == [0, 0, 1, 2]
    assert [row[4] for row in seen["watch"]] == [0, 0, 1]
    assert found(batches) == []


def test_a_file_may_begin_without_the_line_of_a_section(tmp_path: Path) -> None:
    seen = shape(read(tmp_path, b"cod O\n\nTRIP Bea\n\nling O\n"))
    assert seen["trip"] == [(None, 1, 1, 0, None), ("Bea", 3, 5, 1, None)]
    assert [row[4] for row in seen["watch"]] == [0, 1]


def test_sections_without_blocks_and_files_without_rows(tmp_path: Path) -> None:
    seen = shape(read(tmp_path, b"TRIP Anna\nTRIP Bea\n\n"))
    assert [row[:3] for row in seen["trip"]] == [("Anna", 1, 1), ("Bea", 2, 2)]
    assert seen["watch"] == []
    assert shape(read(tmp_path, b"\n\n")) == {"trip": [], "watch": [], "haul": []}
    assert shape(read(tmp_path, b"")) == {"trip": [], "watch": [], "haul": []}


def test_a_line_that_fits_nothing_parts_nothing_and_makes_no_block(tmp_path: Path) -> None:
    batches = read(tmp_path, b"cod O\nx y z\nhake O\n\nx y z\n\nling O\n")
    seen = shape(batches)
    assert [row[4] for row in seen["haul"]] == [0, 0, 1]
    assert [row[1:3] for row in seen["watch"]] == [(1, 3), (7, 7)]
    assert places(batches) == [("lines.template", 2), ("lines.template", 5)]


def test_more_blank_lines_than_one_are_told_between_blocks_alone(tmp_path: Path) -> None:
    batches = read(tmp_path, b"\n\nTRIP Anna\n\n\ncod O\n\n\n\nhake O\n\n\n")
    assert places(batches) == [("lines.blank", 5), ("lines.blank", 8)]


def test_a_file_is_never_read_in_parts(tmp_path: Path) -> None:
    given = files(tmp_path, {"a.log": LOG, "b.log": b"ling O\n"})
    batches = list(LINES.read(tmp_path, given, ROLE, None, 1))
    assert [len(whole([batch], "haul")) for batch in batches] == [4, 1]
    assert [row["@parent"] for row in whole([batches[1]], "haul")] == [0]


def rows(**tables: Mapping[str, list[object]]) -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame(columns) for name, columns in tables.items()}


def printed(given: Mapping[str, pl.DataFrame]) -> bytes:
    return b"".join(LINES.write(ROLE, given, None))


def test_a_blank_line_stands_behind_each_block_and_each_beginning() -> None:
    given = rows(
        trip={"boat": ["Anna", "Bea"], "haul.word": ["", ""]},
        watch={"@parent": [0, 0, 1]},
        haul={"word": ["cod", "ling", "hake", "eel"], "mark": ["O"] * 4, "@parent": [0, 1, 1, 2]},
    )
    assert printed(given) == (b"TRIP Anna\n\ncod O\n\nling O\nhake O\n\nTRIP Bea\n\neel O\n\n")


def test_only_the_first_section_of_a_file_may_be_without_its_line() -> None:
    given = rows(
        trip={"boat": [None, "Bea"]},
        watch={"@parent": [0, 1]},
        haul={"word": ["cod", "eel"], "mark": ["O", "O"], "@parent": [0, 1]},
    )
    given["trip"] = given["trip"].with_columns(pl.col("boat").cast(pl.String))
    assert printed(given) == b"cod O\n\nTRIP Bea\n\neel O\n\n"
    given["trip"] = given["trip"].reverse()
    with pytest.raises(UsageError, match="row 1 of trip lacks the line that begins it"):
        printed(given)


def test_a_row_that_reads_as_the_beginning_of_a_section_is_refused() -> None:
    given = rows(
        trip={"boat": ["Anna"]},
        watch={"@parent": [0]},
        haul={"word": ["TRIP"], "mark": ["O"], "@parent": [0]},
    )
    with pytest.raises(UsageError, match="'TRIP O' would read as the line that begins a trip"):
        printed(given)


def test_many_files_are_printed_at_once() -> None:
    given = rows(
        trip={"boat": ["Anna", "Bea"], "@file": [0, 3]},
        watch={"@parent": [0, 1]},
        haul={"word": ["cod", "eel"], "mark": ["O", "O"], "@parent": [0, 1]},
    )
    assert dict(LINES.write_files(ROLE, given)) == {
        0: b"TRIP Anna\n\ncod O\n\n",
        3: b"TRIP Bea\n\neel O\n\n",
    }


def origin(root: Path, data: bytes) -> tuple[dict[str, pl.DataFrame], Origin]:
    made = files(root, {"a.log": data})
    read_ = frames(list(LINES.read(root, made, ROLE, None, MANY)))
    listed: dict[int, DataFile] = dict(made)
    return read_, Origin(root, listed, 10)  # type: ignore[arg-type]


LIBERTIES = (
    b"\xef\xbb\xbf\n# log\nTRIP  Anna \n\n\n cod\tU-a\r\n# x\nhake   O\n\t\nling O\nTRIP Bea\neel O"
)


def test_rows_that_stand_where_they_were_leave_each_byte(tmp_path: Path) -> None:
    given, where = origin(tmp_path, LIBERTIES)
    assert b"".join(LINES.write(ROLE, given, where)) == LIBERTIES


def test_a_changed_value_is_replaced_in_its_line_alone(tmp_path: Path) -> None:
    given, where = origin(tmp_path, LIBERTIES)
    given["haul"] = given["haul"].with_columns(
        word=pl.when(pl.col("word") == "hake").then(pl.lit("pike")).otherwise("word")
    )
    given["trip"] = given["trip"].with_columns(
        boat=pl.when(pl.col("boat") == "Bea").then(pl.lit("Eva")).otherwise("boat")
    )
    changed = LIBERTIES.replace(b"hake", b"pike").replace(b"Bea", b"Eva")
    assert b"".join(LINES.write(ROLE, given, where)) == changed


def test_rows_taken_out_or_moved_are_laid_out_anew_with_their_lines(tmp_path: Path) -> None:
    given, where = origin(tmp_path, LIBERTIES)
    given["haul"] = given["haul"].filter(pl.col("word") != "ling")
    given["watch"] = given["watch"].filter(pl.col("@start") != 10)
    given["haul"] = given["haul"].with_columns(pl.Series("@parent", [0, 0, 1], dtype=pl.UInt32))
    assert b"".join(LINES.write(ROLE, given, where)) == (
        b"\xef\xbb\xbfTRIP  Anna \n\n cod\tU-a\nhake   O\n\nTRIP Bea\n\neel O\n\n"
    )


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[str | None, list[list[str]]]]:
    """Draw sections, each with its name and its blocks of words."""
    words = st.sampled_from(["cod", "é", "😊", "U-a"])
    blocks = st.lists(st.lists(words, min_size=1, max_size=3), max_size=3)
    names = st.sampled_from(["Anna", "Bea x", ""])
    made: list[tuple[str | None, list[list[str]]]] = draw(
        st.lists(st.tuples(names, blocks), max_size=3)
    )
    first = draw(st.lists(st.lists(words, min_size=1, max_size=3), max_size=2))
    return [(None, first), *made] if first else made


@given(log=logs(), end=st.sampled_from(["\n", "\r\n"]), last=st.booleans())
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    log: list[tuple[str | None, list[list[str]]]],
    end: str,
    last: bool,  # noqa: FBT001
) -> None:
    root = tmp_path_factory.mktemp("log")
    lines: list[str] = []
    for name, blocks in log:
        lines += [] if name is None else [f"TRIP {name}".rstrip(), ""]
        for block in blocks:
            lines += [*(f"{word} O" for word in block), ""]
    text = end.join(lines) + (end if last and lines else "")
    data = text.encode()
    batches = read(root, data)
    assert found(batches) == []
    seen = {name: whole(batches, name) for name in ("trip", "watch", "haul")}
    back = [
        (
            trip["boat"],
            [
                [haul["word"] for haul in seen["haul"] if haul["@parent"] == at]
                for at, watch in enumerate(seen["watch"])
                if watch["@parent"] == number
            ],
        )
        for number, trip in enumerate(seen["trip"])
    ]
    assert back == log
    given_, where = origin(root, data)
    assert b"".join(LINES.write(ROLE, given_, where)) == data
    anew = printed(given_) if log else b""
    assert anew.split() == data.split()
