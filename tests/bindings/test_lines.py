"""Reading lines: rows, places, faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.lines import LINES
from annostd.columns.raw import DataFile
from annostd.findings import Level
from tests.bindings.plans import ROLE, YOLO, files, found, place, plan, source, told, whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from annostd.columns.raw import RawBatch
    from annostd.plan.model import FilePlan

NAMES = plan("lines", source("category", "", ".", "{order}", "{stem}"), blanks="any")
MANY = 65536


def read(root: Path, data: bytes, role: FilePlan = YOLO, rows: int = MANY) -> list[RawBatch]:
    return list(LINES.read(root, files(root, {"a.txt": data}), role, None, rows))


def tokens(batches: Sequence[RawBatch]) -> list[tuple[str, int]]:
    return [(row["category"], row["@start"]) for row in whole(batches, "annotation")]


def test_a_line_becomes_a_row_of_texts_with_its_place(tmp_path: Path) -> None:
    (row,) = whole(read(tmp_path, b"1 0.50 .25 2e-1 nan\n"), "annotation")
    assert row == {
        "category": "1", "cx": "0.50", "cy": ".25", "w": "2e-1", "h": "nan",
        "@file": 10, "@start": 1, "@end": 1, "@index": 0, "@parent": None, "@path": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"1 a b c d\n2 a b c d\n",
        b"1 a b c d\n2 a b c d",
        b"1 a b c d\r\n2 a b c d\r\n",
        b"1 a b c d\r2 a b c d\r",
        b"1\ta\tb  c d \n  2 a b c d\t\n",
    ],
)
def test_line_ends_and_blanks_of_any_kind_part_the_same_rows(tmp_path: Path, data: bytes) -> None:
    batches = read(tmp_path, data)
    assert tokens(batches) == [("1", 1), ("2", 2)]
    assert found(batches) == []


def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    batches = read(tmp_path, b"\n1 a b c d\r\n \t\r\n\r\n2 a b c d\n\n")
    assert tokens(batches) == [("1", 2), ("2", 5)]
    assert [row["@index"] for row in whole(batches, "annotation")] == [0, 1]


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n", b"  "])
def test_a_file_without_rows_is_fine(tmp_path: Path, data: bytes) -> None:
    batches = read(tmp_path, data)
    assert (tokens(batches), found(batches)) == ([], [])
    assert batches[0].rows["annotation"].frame["category"].dtype == pl.String


def test_comments_are_no_rows_even_where_they_fit_the_template(tmp_path: Path) -> None:
    role = plan("lines", *YOLO.sources, blanks="any", comment="#")
    batches = read(tmp_path, b"# 1 2 3 4\n  #x\n1 a b c d\n", role)
    assert (tokens(batches), found(batches)) == ([("1", 3)], [])


@pytest.mark.parametrize(
    ("line", "count"), [("1 2 3 4", "4 tokens"), ("1 2 3 4 5 6", "6 tokens"), ("x", "1 token")]
)
def test_a_line_with_other_tokens_is_told_with_both_counts(
    tmp_path: Path, line: str, count: str
) -> None:
    batches = read(tmp_path, f"1 a b c d\n{line}\n3 a b c d\n".encode())
    (finding,) = found(batches)
    assert finding.rule == "lines.template"
    assert finding.location.line == 2
    assert (
        finding.message
        == f"the line has {count}, expected 5: {{category}} {{cx}} {{cy}} {{w}} {{h}}"
    )
    assert (finding.actual, finding.object) == (line, "#1")
    assert [(row["category"], row["@index"]) for row in whole(batches, "annotation")] == [
        ("1", 0),
        ("3", 2),
    ]


def test_a_long_line_is_quoted_short(tmp_path: Path) -> None:
    (finding,) = found(read(tmp_path, b"7 " * 500_000))
    assert finding.message.startswith("the line has 500000 tokens")
    assert len(finding.actual or "") == 80


def test_exact_blanks_are_not_counted_as_tokens(tmp_path: Path) -> None:
    role = plan("lines", source("pair", "", "a", "b", text="{a}: {b}"))
    batches = read(tmp_path, b"k:  v w\nk v\n", role)
    assert [(row["a"], row["b"]) for row in whole(batches, "pair")] == [("k", " v w")]
    assert [each.message for each in found(batches)] == [
        "the line fits no template, expected {a}: {b}"
    ]


def test_each_line_goes_to_the_first_source_that_fits(tmp_path: Path) -> None:
    role = plan(
        "lines",
        source("size", "", "w", "h", text="size {w} {h}"),
        source("point", "", "x", "y", "z", text="{x} {y}[ {z}]"),
        blanks="any",
    )
    batches = read(tmp_path, b"size 4 5\n1 2\n3 4 5\nsize 6 7\n1\n", role)
    sizes, points = whole(batches, "size"), whole(batches, "point")
    assert [(row["w"], row["@start"], row["@index"]) for row in sizes] == [("4", 1, 0), ("6", 4, 3)]
    assert [(row["x"], row["z"], row["@index"]) for row in points] == [
        ("1", None, 1),
        ("3", "5", 2),
    ]
    (finding,) = found(batches)
    assert finding.message == "the line has 1 token, expected 2 to 3: {x} {y}[ {z}]"


def test_a_list_field_takes_any_number_of_tokens(tmp_path: Path) -> None:
    role = plan("lines", source("p", "", "c", "points", text="{c} {points+}"), blanks="any")
    batches = read(tmp_path, b"1 .1 .2 .3\n2\n", role)
    assert [row["points"] for row in whole(batches, "p")] == [".1 .2 .3"]
    assert "expected at least 2:" in found(batches)[0].message


def test_a_source_without_template_takes_whole_lines_with_order_and_captures(
    tmp_path: Path,
) -> None:
    rows = whole(read(tmp_path, "traffic light\r\n\r\n é \n".encode(), NAMES), "category")
    assert [(row["."], row["{order}"], row["{stem}"]) for row in rows] == [
        ("traffic light", "0", "a"),
        ("é", "1", "a"),
    ]


def test_only_wanted_fields_are_handed_over_and_unwanted_lines_are_still_told_apart(
    tmp_path: Path,
) -> None:
    role = plan(
        "lines",
        source("size", "", "w", text="size {w}"),
        source("any", "", "x", "y", text="{x} {y}"),
        blanks="any",
    )
    made = files(tmp_path, {"a.txt": b"size 1\na b\n"})
    (batch,) = LINES.read(tmp_path, made, role, {"any": frozenset({"y"})}, MANY)
    assert list(batch.rows) == ["any"]
    assert batch.rows["any"].frame.columns[:2] == ["y", "@file"]
    assert [row["y"] for row in whole([batch], "any")] == ["b"]
    assert batch.findings == ()


def test_a_file_that_is_only_named_is_passed_over(tmp_path: Path) -> None:
    missing = [(0, DataFile(ROLE, "gone.txt", {}, exists=False))]
    assert list(LINES.read(tmp_path, missing, YOLO, None, MANY)) == []


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    made = [(0, DataFile(ROLE, "gone.txt", {})), (1, DataFile(ROLE, "folder.txt", {}))]
    batches = list(LINES.read(tmp_path, made, YOLO, None, MANY))
    assert [(each.rule, each.location.file) for each in found(batches)] == [
        ("lines.unreadable", "gone.txt"),
        ("lines.unreadable", "folder.txt"),
    ]


def test_a_byte_order_mark_is_a_should_finding_and_no_part_of_the_text(tmp_path: Path) -> None:
    batches = read(tmp_path, b"\xef\xbb\xbf1 a b c d\n")
    assert tokens(batches) == [("1", 1)]
    assert [(each.rule, each.level) for each in found(batches)] == [("lines.bom", Level.SHOULD)]


@pytest.mark.parametrize(
    ("newline", "data", "expected"),
    [
        ("any", b"1\r\n2\n3", []),
        ("lf", b"1\n2\n", []),
        ("lf", b"", []),
        ("lf", b"1\n2\r\n3\r\n", [(2, "CRLF")]),
        ("lf", b"1\n2", [(2, "nothing")]),
        ("crlf", b"1\r\n2\r\n", []),
        ("crlf", b"1\r\n2\n3\n", [(2, "LF")]),
        ("crlf", b"\n", [(1, "LF")]),
        ("crlf", b"1\r\n2", [(2, "nothing")]),
    ],
)
def test_the_first_line_that_ends_in_another_way_is_told(
    tmp_path: Path, newline: str, data: bytes, expected: list[tuple[int, str]]
) -> None:
    role = plan("lines", source("number", "", "x", text="{x*}"), newline=newline)
    batches = list(LINES.read(tmp_path, files(tmp_path, {"a.txt": data}), role, None, MANY))
    assert [(each.rule, each.level) for each in found(batches)] == [
        ("lines.newline", Level.SHOULD) for _ in expected
    ]
    assert [(each.location.line, each.actual) for each in found(batches)] == expected


def test_a_wrong_end_far_down_in_a_large_file_is_told_once(tmp_path: Path) -> None:
    data = b"1234567\n" * (1 << 20) + b"1234567\r\n" * (1 << 20)
    role = plan("lines", source("number", "", "x", text="{x}"), newline="lf")
    batches = list(LINES.read(tmp_path, files(tmp_path, {"a.txt": data}), role, None, MANY))
    assert [each.location.line for each in found(batches)] == [(1 << 20) + 1]


def test_bytes_that_are_not_utf8_cost_their_line_only(tmp_path: Path) -> None:
    batches = read(tmp_path, "1 é b c d\n".encode() + b"2 \xe9 b c d\r\n3 a b c d\n")
    assert tokens(batches) == [("1", 1), ("3", 3)]
    assert [row["@index"] for row in whole(batches, "annotation")] == [0, 2]
    assert told(batches) == [("lines.encoding", "a.txt", 2, 3)]
    assert found(batches)[0].message == "the byte 0xe9 is not utf-8, expected text in utf-8"


def test_a_nul_byte_costs_its_line_only(tmp_path: Path) -> None:
    batches = read(tmp_path, "1 a b c d\n2 é\0 b c d\n3 a b c d\n".encode())
    assert tokens(batches) == [("1", 1), ("3", 3)]
    assert told(batches) == [("lines.encoding", "a.txt", 2, 4)]


def test_utf16_that_is_not_listed_is_one_finding(tmp_path: Path) -> None:
    batches = read(tmp_path, "1 a b c d\n2 a b c d\n".encode("utf-16"))
    assert tokens(batches) == []
    assert told(batches) == [("lines.encoding", "a.txt", 1, 1)]
    assert "begins as utf-16" in found(batches)[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_listed_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    role = plan("lines", *YOLO.sources, blanks="any", encoding=("utf-8", "utf-16", "latin-1"))
    batches = read(tmp_path, "é a b c d\n".encode(encoding), role)
    assert (tokens(batches), found(batches)) == ([("é", 1)], [])


def test_other_separators_of_unicode_end_no_line(tmp_path: Path) -> None:
    batches = read(tmp_path, "a\x0bb\u2028c\x85d 1 2 3 4\n".encode())
    assert tokens(batches) == [("a\x0bb\u2028c\x85d", 1)]


def test_a_big_file_is_read_in_pieces_with_lines_counted_through(tmp_path: Path) -> None:
    line = b"1 0.500000 0.500000 0.500000 0.500000\r\n"
    count = (9 << 20) // len(line)
    batches = read(tmp_path, line * count + b"bad\r\n2 a b c d")
    assert len(batches) > 2
    rows = whole(batches, "annotation")
    assert [row["@index"] for row in rows] == [*range(count), count + 1]
    assert [row["@start"] for row in rows] == [*range(1, count + 1), count + 2]
    assert told(batches) == [("lines.template", "a.txt", count + 1, None)]
    assert found(batches)[0].object == f"#{count}"


def test_a_line_longer_than_a_piece_is_one_line(tmp_path: Path) -> None:
    token = b"7" * (5 << 20)
    batches = read(tmp_path, b"1 a b c d\n2 " + token + b" b c d\n3 a b c d\n")
    rows = whole(batches, "annotation")
    assert [(row["category"], row["@start"], len(row["cx"])) for row in rows] == [
        ("1", 1, 1),
        ("2", 2, 5 << 20),
        ("3", 3, 1),
    ]


def test_a_line_without_end_is_a_finding_not_a_full_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annostd.bindings.lines_text._LONGEST", 1 << 20)
    batches = read(tmp_path, b"1 a b c d\n" + b"7" * (6 << 20))
    assert "lines.size" in {each.rule for each in found(batches)}


@pytest.mark.parametrize("rows", [1, 2, 3, 1000])
def test_the_size_of_batches_changes_nothing(tmp_path: Path, rows: int) -> None:
    contents = {
        "a.txt": b"1 a b c d\nx\n2 a b c d\n3 \xff b c d\n4 a b c d\n",
        "b.txt": b"",
        "c.txt": b"\xef\xbb\xbf\n5 a b c d\n",
    }
    made = files(tmp_path, contents)
    all_at_once = list(LINES.read(tmp_path, made, YOLO, None, MANY))
    parted = list(LINES.read(tmp_path, made, YOLO, None, rows))
    assert whole(parted, "annotation") == whole(all_at_once, "annotation")
    assert sorted(told(parted), key=str) == sorted(told(all_at_once), key=str)
    assert len(all_at_once) == 1


def test_locate_gives_line_and_column_in_code_points(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": "\r\n é  \U0001d4b3\tb c d\r\n".encode()})
    (row,) = whole(list(LINES.read(tmp_path, made, YOLO, None, MANY)), "annotation")
    where = [
        LINES.locate(tmp_path, made[0][1], YOLO.sources[0], place(row), path)
        for path in (None, ("category",), ("cx",), ("cy",), ("absent",))
    ]
    assert [(each.line, each.column) for each in where] == [
        (2, None),
        (2, 2),
        (2, 5),
        (2, 7),
        (2, None),
    ]


def test_locate_does_not_count_a_byte_order_mark(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"\xef\xbb\xbf1 a b c d"})
    (row,) = whole(list(LINES.read(tmp_path, made, YOLO, None, MANY)), "annotation")
    assert LINES.locate(tmp_path, made[0][1], YOLO.sources[0], place(row), ("cx",)).column == 3


def test_locate_finds_fields_of_a_template_that_fits_in_several_ways(tmp_path: Path) -> None:
    role = plan("lines", source("s", "", "a", "b", "c", text="{a} {b+} {c+}"), blanks="any")
    made = files(tmp_path, {"a.txt": b"1 1  1 2\n"})
    (row,) = whole(list(LINES.read(tmp_path, made, role, None, MANY)), "s")
    columns = [
        LINES.locate(tmp_path, made[0][1], role.sources[0], place(row), (name,)).column
        for name in ("a", "b", "c")
    ]
    texts = [row["a"], row["b"], row["c"]]
    assert [
        b"1 1  1 2"[(at or 0) - 1 :].startswith(text.encode())
        for at, text in zip(columns, texts, strict=True)
    ] == [True] * 3
    assert columns == sorted(columns, key=lambda at: at or 0)


def test_a_wide_encoding_is_read_whole_whatever_its_size(tmp_path: Path) -> None:
    role = plan("lines", *YOLO.sources, blanks="any", encoding=("utf-16",))
    count = 20_000
    batches = read(tmp_path, ("\u0a0a a b c d\n" * count).encode("utf-16"), role)
    assert len(whole(batches, "annotation")) == count


def test_locate_survives_a_file_that_is_gone(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"1 a b c d\n"})
    (row,) = whole(list(LINES.read(tmp_path, made, YOLO, None, MANY)), "annotation")
    (tmp_path / "a.txt").unlink()
    assert LINES.locate(tmp_path, made[0][1], YOLO.sources[0], place(row), ("cx",)).line == 1


@given(data=st.binary(max_size=200), rows=st.integers(1, 4))
def test_no_bytes_make_reading_fail_or_lose_a_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, rows: int
) -> None:
    batches = read(tmp_path_factory.mktemp("any"), data, NAMES, rows)
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    filled = sum(1 for line in lines if line.strip(b" \t\x0b\x0c"))
    told_lines = sum(each.rule == "lines.encoding" for each in found(batches))
    bare = data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data.startswith(
        (b"\xef\xbb\xbf", b"\0\0\xfe\xff")
    )
    assert bare or len(whole(batches, "category")) + told_lines == filled


KINDS = plan(
    "lines",
    source("size", "", "w", "h", text="SIZE {w} {h}"),
    source("mark", "", "kind", "x", text="{kind:DOT|DASH} {x}"),
    blanks="any",
)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"SIZ 1 2", "the line begins with SIZ, expected one of SIZE, DOT, DASH"),
        (b"size 1 2", "the line begins with size, expected one of SIZE, DOT, DASH"),
        (b"SIZE 1", "the line has 2 tokens, expected 3: SIZE {w} {h}"),
        (b"DASH", "the line has 1 token, expected 2: {kind:DOT|DASH} {x}"),
    ],
)
def test_the_first_token_tells_which_kind_of_line_was_expected(
    tmp_path: Path, line: bytes, message: str
) -> None:
    assert [each.message for each in found(read(tmp_path, line + b"\n", KINDS))] == [message]
