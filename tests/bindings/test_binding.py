"""What every binding has for nothing: many files written one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.bindings import BINDINGS
from annostd.bindings.binding import parts
from tests.bindings.plans import VOC, files, plan

if TYPE_CHECKING:
    from pathlib import Path


def test_bindings_are_known_by_the_name_of_their_carrier() -> None:
    assert {"xml", "lines", "image", "text", "json", "yaml"} <= set(BINDINGS)


@pytest.mark.parametrize("carrier", ["xml", "lines", "image", "text"])
def test_files_in_which_no_rows_stand_are_not_read(tmp_path: Path, carrier: str) -> None:
    made = files(tmp_path, {"a.txt": b"\0 broken <"})
    batches = list(BINDINGS[carrier].read(tmp_path, made, plan(carrier), None, 10))
    assert all(not batch.rows and not batch.findings for batch in batches)


def test_the_rows_of_many_files_are_divided_with_their_parents_counted_anew() -> None:
    rows = {
        "media": pl.DataFrame({"folder": ["a", "b", "c"], "@file": [5, 3, 5]}),
        "annotation": pl.DataFrame({"name": ["x", "y", "z"], "@parent": [2, 1, 0]}),
        "annotation.part": pl.DataFrame({"name": ["p", "q"], "@parent": [2, 0]}),
    }
    made = {
        number: {name: frame.rows() for name, frame in part.items()}
        for number, part in parts(VOC, rows)
    }
    assert made == {
        3: {"media": [("b", 3)], "annotation": [("y", 0)], "annotation.part": []},
        5: {
            "media": [("a", 5), ("c", 5)],
            "annotation": [("x", 1), ("z", 0)],
            "annotation.part": [("p", 1), ("q", 0)],
        },
    }
