"""Writing lines: anew, and into the files that rows came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.lines import LINES, unfit
from annostd.columns.raw import Origin
from annostd.errors import UsageError
from tests.bindings.plans import YOLO, files, frames, plan, source, whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from annostd.plan.model import FilePlan


def rows(*lines: str, **more: Any) -> dict[str, pl.DataFrame]:
    names = ("category", "cx", "cy", "w", "h")
    values = [dict(zip(names, line.split(), strict=True)) for line in lines]
    frame = pl.DataFrame(values, schema=dict.fromkeys(names, pl.String))
    return {"annotation": frame.with_columns(pl.Series(key, value) for key, value in more.items())}


def printed(
    role: FilePlan, given: Mapping[str, pl.DataFrame], origin: Origin | None = None
) -> bytes:
    return b"".join(LINES.write(role, given, origin))


def regrafted(root: Path, data: bytes, role: FilePlan = YOLO, **change: pl.Expr) -> bytes:
    made = files(root, {"a.txt": data})
    read = frames(list(LINES.read(root, made, role, None, 1000)))
    changed = {name: frame.with_columns(**change) for name, frame in read.items()}
    return printed(role, changed, Origin(root, dict(made), 10))  # type: ignore[arg-type]


def test_rows_are_lines_with_a_final_newline() -> None:
    assert printed(YOLO, rows("1 .1 .2 .3 .4", "0 1 1 1 1")) == b"1 .1 .2 .3 .4\n0 1 1 1 1\n"


def test_no_rows_are_an_empty_file() -> None:
    assert printed(YOLO, rows()) == b""
    assert printed(YOLO, {}) == b""


def test_the_newline_and_encoding_of_the_role_are_written() -> None:
    role = plan("lines", *YOLO.sources, blanks="any", newline="crlf", encoding=("latin-1",))
    assert printed(role, rows("é 1 2 3 4")) == b"\xe9 1 2 3 4\r\n"


def test_a_source_without_template_writes_whole_lines() -> None:
    role = plan("lines", source("category", "", "{order}", "."))
    given = {"category": pl.DataFrame({"{order}": ["0", "1"], ".": ["traffic light", "van"]})}
    assert printed(role, given) == b"traffic light\nvan\n"


def test_kinds_of_line_are_written_one_after_the_other_and_optional_parts_left_out() -> None:
    role = plan(
        "lines", source("s", "", "w", text="size {w}"), source("p", "", "x", "y", text="{x}[ {y}]")
    )
    given = {
        "p": pl.DataFrame({"x": ["1", "2"], "y": [None, "5"]}),
        "s": pl.DataFrame({"w": ["9"]}),
    }
    assert printed(role, given) == b"size 9\n1\n2 5\n"


def test_a_row_that_lacks_a_value_is_refused_not_dropped() -> None:
    given = {"annotation": rows("1 1 1 1 1")["annotation"].with_columns(w=pl.lit(None, pl.String))}
    with pytest.raises(UsageError, match="row 0 of annotation lacks a value"):
        printed(YOLO, given)


def test_many_files_are_printed_at_once_as_each_is_alone() -> None:
    given = rows("1 1 1 1 1", "2 2 2 2 2", "3 3 3 3 3", **{"@file": [7, 3, 7]})
    assert list(LINES.write_files(YOLO, given)) == [
        (3, b"2 2 2 2 2\n"),
        (7, b"1 1 1 1 1\n3 3 3 3 3\n"),
    ]


def test_line_ends_and_nul_fit_no_line() -> None:
    assert unfit(pl.Series(["a b", "a\nb", "a\r", "\0", None])).to_list() == [
        False, True, True, True, False,
    ]  # fmt: skip


ODD = b"# head\r\n\r\n 1  .50\t0.250 2e-1 1.0 \r\nnot a row\r\n2 0 0 0 0"


def test_unchanged_rows_give_the_original_bytes(tmp_path: Path) -> None:
    assert regrafted(tmp_path, ODD) == ODD


def test_equal_numbers_keep_their_spelling_and_others_are_replaced_in_place(tmp_path: Path) -> None:
    given = regrafted(tmp_path, ODD, cx=pl.lit("0.5"), w=pl.lit("0.2"), h=pl.lit("1"))
    assert given == (b"# head\r\n\r\n 1  .50\t0.250 2e-1 1.0 \r\nnot a row\r\n2 0.5 0 0.2 1")


def test_a_text_that_looks_alike_is_another_text(tmp_path: Path) -> None:
    assert regrafted(tmp_path, b"cat 1 1 1 1\n", category=pl.lit("cat2")) == b"cat2 1 1 1 1\n"
    assert regrafted(tmp_path, b"nan 1 1 1 1\n", category=pl.lit("NaN")) == b"NaN 1 1 1 1\n"
    big = str(2**53 + 1).encode()
    assert regrafted(tmp_path, big + b" 1 1 1 1", category=pl.lit(str(2**53))).startswith(
        str(2**53).encode() + b" "
    )


def test_rows_that_are_gone_leave_and_new_ones_are_appended(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"1 1 1 1 1\r\n\r\n2 2 2 2 2\r\n3 3 3 3 3"})
    read = frames(list(LINES.read(tmp_path, made, YOLO, None, 1000)))["annotation"]
    new = read.tail(1).with_columns(
        pl.lit("9").alias("category"), pl.lit(None, pl.UInt32).alias("@file")
    )
    origin = Origin(tmp_path, dict(made), 10)  # type: ignore[arg-type]
    given = {"annotation": pl.concat([read.filter(pl.col("category") != "2"), new])}
    assert printed(YOLO, given, origin) == b"1 1 1 1 1\r\n\r\n3 3 3 3 3\r\n9 3 3 3 3\r\n"


def test_rows_from_another_file_bring_their_spelling(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.txt": b"1 1 1 1 1\n", "b.txt": b"2 .50 1 1 1\n"})
    read = frames(list(LINES.read(tmp_path, made, YOLO, None, 1000)))["annotation"]
    given = {"annotation": read.with_columns(cx=pl.col("cx").replace(".50", "0.5"))}
    for number, expected in (
        (10, b"1 1 1 1 1\n2 .50 1 1 1\n"),
        (None, b"1 1 1 1 1\n2 .50 1 1 1\n"),
    ):
        origin = Origin(tmp_path, dict(made), number)  # type: ignore[arg-type]
        assert printed(YOLO, given, origin) == expected


def test_a_missing_value_keeps_the_token_that_says_so(tmp_path: Path) -> None:
    role = plan(
        "lines", source("s", "", "a", "b", text="{a} {b}", absent={"b": ["-10"]}), blanks="any"
    )
    null = pl.lit(None, pl.String)
    assert regrafted(tmp_path, b"1  -10\n", role, b=null) == b"1  -10\n"


def test_an_optional_part_comes_and_goes(tmp_path: Path) -> None:
    role = plan("lines", source("s", "", "a", "b", text="{a}[ {b}]"), blanks="any")
    assert regrafted(tmp_path, b"1\n2 3\n", role, b=pl.lit("4")) == b"1 4\n2 4\n"
    assert regrafted(tmp_path, b"1\n2 3\n", role, b=pl.lit(None, pl.String)) == b"1\n2\n"


def test_lines_that_are_no_text_are_carried_through_byte_by_byte(tmp_path: Path) -> None:
    data = b"1 1 1 1 1\n2 \xe9 1 1 1\n3 1 \0 1 1\n4 1 1 1 1\n"
    assert regrafted(tmp_path, data) == data
    made = regrafted(tmp_path, data, cy=pl.lit("2"))
    assert made == b"1 1 2 1 1\n2 \xe9 1 1 1\n3 1 \0 1 1\n4 1 2 1 1\n"


def test_a_byte_order_mark_and_encoding_stay(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf1 1 1 1 1\n"
    assert regrafted(tmp_path, data, category=pl.lit("2")) == b"\xef\xbb\xbf2 1 1 1 1\n"


TOKEN = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@given(lines=st.lists(st.tuples(TOKEN, TOKEN, TOKEN, TOKEN, TOKEN), max_size=6))
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, ...]]
) -> None:
    root = tmp_path_factory.mktemp("back")
    given = rows(*(" ".join(line) for line in lines))
    made = files(root, {"a.txt": printed(YOLO, given)})
    back = whole(list(LINES.read(root, made, YOLO, None, 1000)), "annotation")
    assert [tuple(row.values())[:5] for row in back] == lines
