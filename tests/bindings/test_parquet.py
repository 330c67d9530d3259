"""What the carrier of Parquet reads, where it says that things stand, and what it prints."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.bindings.parquet import PARQUET
from annostd.columns.raw import Origin, Place, RawRows
from annostd.findings import Level
from annostd.plan.model import ColumnPlan, Items, Variant
from annostd.standard.model import Column
from tests.bindings.tree_plans import MARK, cells, file, plan, source

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.findings import Finding
    from annostd.plan.model import FilePlan

ITEMS = {
    "outline": Items("number", 2),
    "box": Items("number", 1),
    "at": Items("time", 0),
    "labels": Items("string", 1),
    "edges": Items("integer", 2),
}
NAMES = ("id:i", "score:n", "name:s", "ok:b", "any:v", *(f"{name}:v" for name in ITEMS))


def table(*fields: str, owed: str | None = None) -> FilePlan:
    """Make the plan of a table; rows must have the field `owed`."""
    made = source("thing", "", *fields, required=Level.MUST if owed else None)
    columns = [Column(name=f.name, at=(), mark=MARK) for f in made.fields if f.name == owed]
    plans = [
        ColumnPlan(c.name, "integer", replace(c, required=Level.SHOULD), (c.name,), False)  # noqa: FBT003
        for c in columns
    ]
    items = tuple(replace(each, items=ITEMS.get(each.name)) for each in made.fields)
    variants = (Variant(None, (), {}, tuple(plans)),)
    return plan(replace(made, fields=items, variants=variants), carrier="parquet")


THINGS = table(*NAMES, "{order}:i", "{name}:s")
RAW = pl.DataFrame(
    {
        "id": [1, None],
        "score": [0.5, None],
        "name": ["é", None],
        "ok": [True, None],
        "any": ['{"a": 1}', "null"],
        "outline": ["[[1,2.5],[]]", None],
        "box": ["[1,2,3]", None],
        "at": ["0.000000000000000001", None],
        "labels": ['["a","\\"b"]', None],
        "edges": ["[[0,1]]", "[]"],
    }
)


def packed(frame: pl.DataFrame) -> bytes:
    """Print a frame as Parquet, by nothing of what is tested."""
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def read(
    root: Path, data: bytes, made: FilePlan = THINGS, rows: int = 10
) -> tuple[list[RawRows], list[Finding]]:
    """Read bytes as the one file of a role: the batches, and what is found."""
    (root / "a.parquet").write_bytes(data)
    files = [(3, file("a.parquet", name="a"))]
    batches = list(PARQUET.read(root, files, made, None, rows))
    found = [finding for batch in batches for finding in batch.findings]
    return [part for batch in batches for part in batch.rows.values()], found


def test_columns_have_the_types_that_hold_their_values() -> None:
    data = b"".join(PARQUET.write(THINGS, {"thing": RAW}, None))
    frame = pl.read_parquet(data)
    assert frame.schema == {
        "id": pl.Int64,
        "score": pl.Float64,
        "name": pl.String,
        "ok": pl.Boolean,
        "any": pl.String,
        "outline": pl.List(pl.List(pl.Float64)),
        "box": pl.List(pl.Float64),
        "at": pl.Decimal(38, 18),
        "labels": pl.List(pl.String),
        "edges": pl.List(pl.List(pl.Int64)),
    }
    assert frame["outline"].to_list() == [[[1.0, 2.5], []], None]
    assert frame["labels"].to_list() == [["a", '"b'], None]


def test_what_is_written_is_what_is_read_batch_by_batch(tmp_path: Path) -> None:
    data = b"".join(PARQUET.write(THINGS, {"thing": RAW}, None))
    (first, second), findings = read(tmp_path, data, rows=1)
    for at, part in enumerate((first, second)):
        assert part.frame.height == 1
        assert part.frame["@index"].to_list() == [at]
        assert cells(part, "{order}", "{name}") == [(at, "a")]
        for name in ("id", "score", "name", "ok", "any", "outline", "box", "at"):
            assert part.frame[name].to_list() == RAW[name].to_list()[at : at + 1], name
        assert part.misfits == ()
    assert first.frame["labels"].to_list() == ['["a", "\\"b"]']
    assert findings == []


def test_numbers_of_any_width_are_read_and_what_does_not_fit_is_told(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": pl.Series([1.0, 1.5, 1e30]),
            "score": pl.Series([1.0, float("nan"), None], dtype=pl.Float32),
            "name": pl.Series(["a", "b", None], dtype=pl.Categorical),
            "any": ["[1", "1", None],
        }
    )
    (part,), findings = read(tmp_path, packed(frame))
    assert cells(part, "id", "score", "name", "any") == [
        (1, 1.0, "a", None),
        (None, None, "b", "1"),
        (None, None, None, None),
    ]
    told = sorted((each.field, each.row, each.actual, each.told) for each in part.misfits)
    assert told == [
        ("any", 0, "[1", False),
        ("id", 1, "1.5", False),
        ("id", 2, "1e+30", False),
        ("score", 1, "nan", False),
    ]
    assert findings == []


def test_a_column_of_another_type_is_told_once_and_its_values_are_not_missing(
    tmp_path: Path,
) -> None:
    made = table("id:i", owed="id")
    parts, findings = read(tmp_path, packed(pl.DataFrame({"id": ["1", "2", "3"]})), made, rows=2)
    told = [(f.rule, f.level, f.location.pointer, f.actual, f.expected) for f in findings]
    assert told == [("thing.id.type", Level.MUST, "/id", "String", "Int64")]
    assert [(each.row, each.told) for part in parts for each in part.misfits] == [
        (0, True),
        (1, True),
        (0, True),
    ]


def test_a_column_that_must_be_there_is_told_once(tmp_path: Path) -> None:
    made = table("id:i", "name:s", owed="id")
    (part,), findings = read(tmp_path, packed(pl.DataFrame({"x/y": [1, 2]})), made)
    told = [(f.rule, f.level, f.location.file, f.location.pointer) for f in findings]
    assert told == [("thing.id.missing", Level.SHOULD, "a.parquet", None)]
    assert cells(part, "id", "name") == [(None, None), (None, None)]
    assert [(each.path, each.count, each.row) for each in part.unknown] == [("x~1y", 2, 0)]


def test_rows_that_must_be_there_are_told(tmp_path: Path) -> None:
    made = table("id:i", owed="id")
    _, findings = read(tmp_path, packed(pl.DataFrame({"id": []}, schema={"id": pl.Int64})), made)
    assert [finding.rule for finding in findings] == ["thing.missing"]


def test_places_are_rows_and_columns(tmp_path: Path) -> None:
    place = Place(0, 6, 6, 5)
    (made,) = THINGS.sources
    here = file("a.parquet")
    assert PARQUET.locate(tmp_path, here, made, place, None).pointer == "/5"
    assert PARQUET.locate(tmp_path, here, made, place, ("a/b",)).pointer == "/5/a~1b"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"PAR1", "does not begin"),
        (b'{"id": 1}' * 9, "does not begin"),
        (packed(RAW)[:-1], "does not end"),
        (b"PAR1" + b"\xff\xff\xff\x7fPAR1", "is shorter than its footer"),
        (b"PAR1" + b"\0" * 9 + b"\x09\0\0\0PAR1", "has no footer"),
    ],
)
def test_what_is_no_whole_file_is_told(tmp_path: Path, data: bytes, said: str) -> None:
    parts, findings = read(tmp_path, data)
    assert parts == []
    ((rule, message),) = [(each.rule, each.message) for each in findings]
    assert rule == "parquet.syntax"
    assert f"the file {said}" in message


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").mkdir()
    (batch,) = PARQUET.read(tmp_path, [(0, file("a.parquet"))], THINGS, None, 10)
    assert [finding.rule for finding in batch.findings] == ["parquet.unreadable"]


def test_cut_at_every_length_nothing_is_raised(tmp_path: Path) -> None:
    data = packed(RAW)
    for length in range(0, len(data), 7):
        _, findings = read(tmp_path, data[:length])
        assert [finding.rule for finding in findings] == ["parquet.syntax"]


@pytest.mark.parametrize("seed", range(4))
def test_with_flipped_bits_nothing_is_raised(tmp_path: Path, seed: int) -> None:
    data, chance = packed(pl.concat([RAW] * 3)), random.Random(seed)  # noqa: S311 - no secret depends on it
    for _ in range(50):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 3)):
            broken[chance.randrange(len(data))] ^= 1 << chance.randint(0, 7)
        _, findings = read(tmp_path, bytes(broken), rows=2)
        assert {f.rule for f in findings} <= {
            "parquet.syntax",
            *(f"thing.{what}" for what in ("type", "missing")),
        }


def test_where_nothing_changed_the_file_is_as_it_was(tmp_path: Path) -> None:
    old = pl.DataFrame({"x": [7, 8], "id": pl.Series([1, 2], dtype=pl.Int8), "name": ["a", None]})
    data = packed(old)
    (part,), _ = read(tmp_path, data)
    origin = Origin(tmp_path, [file("a.parquet", name="a")], 0)
    assert b"".join(PARQUET.write(THINGS, {"thing": part.frame}, origin)) == data


def test_what_is_not_declared_or_not_understood_stays_beside_what_changed(tmp_path: Path) -> None:
    old = pl.DataFrame({"x": [7, 8], "id": [1.5, 2.0], "name": ["a", "b"], "box": ["[1,", "[2]"]})
    (part,), _ = read(tmp_path, packed(old))
    frame = part.frame.with_columns(name=pl.Series(["c", "b"]), score=pl.Series([None, 0.5]))
    origin = Origin(tmp_path, [file("a.parquet", name="a")], 0)
    written = pl.read_parquet(b"".join(PARQUET.write(THINGS, {"thing": frame}, origin)))
    assert written.rows(named=True) == [
        {"x": 7, "id": 1.5, "name": "c", "box": "[1,", "score": None},
        {"x": 8, "id": 2.0, "name": "b", "box": "[2]", "score": 0.5},
    ]
    assert written.schema["id"] == pl.Float64


def test_the_beginning_of_a_long_file_is_a_whole_file(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": range(100_000)})
    (tmp_path / "a.parquet").write_bytes(packed(frame))
    data = PARQUET.beginning(tmp_path / "a.parquet", 65_536)
    assert len(data) <= 65_536
    assert pl.read_parquet(data)["id"].to_list() == list(range(64))
    (tmp_path / "b.parquet").write_bytes(b"no table")
    assert PARQUET.beginning(tmp_path / "b.parquet", 4) == b"no t"


def test_a_broken_column_that_is_not_declared_counts_where_all_is_asked_for(
    tmp_path: Path,
) -> None:
    stream = io.BytesIO()
    frame = pl.DataFrame({"id": [1, 2], "x": ["a" * 50, "b"]})
    frame.write_parquet(stream, compression="zstd", statistics=False)
    data = stream.getvalue()
    packed_at = data.rindex(b"\x28\xb5\x2f\xfd")
    broken = data[:packed_at] + b"\0\0\0\0" + data[packed_at + 4 :]
    _, findings = read(tmp_path, broken)
    assert [finding.rule for finding in findings] == ["parquet.syntax"]
    files, want = [(0, file("a.parquet"))], {"thing": frozenset({"id"})}
    (batch,) = PARQUET.read(tmp_path, files, THINGS, want, 10)
    assert cells(batch.rows["thing"], "id") == [(1,), (2,)]
    assert batch.findings == ()
