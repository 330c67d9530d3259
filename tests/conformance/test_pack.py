"""The packed tables of the cases are what their script packs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl

from annostd.conformance.compare import compare_folders

ROOT = Path(__file__).parents[2] / "conformance"
BROKEN = "parquet.syntax"


def test_the_tables_of_the_cases_are_what_the_script_packs(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "pack.py", tmp_path], check=True)
    packed = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.parquet")}
    committed = {path.relative_to(ROOT) for path in ROOT.rglob("*.parquet")}
    assert packed <= committed
    assert all(BROKEN in path.parts for path in committed - packed)
    assert len(packed) > 100
    for name in sorted(packed):
        old, new = (pl.read_parquet(folder / name) for folder in (ROOT, tmp_path))
        assert old.schema == new.schema, name
        assert old.equals(new), name


def test_packed_tables_are_compared_by_what_they_hold(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    for name, other, kind in (
        ("one", frame, "zstd"),
        ("same", frame, "uncompressed"),
        ("row", frame.with_columns(b=pl.lit("x")), "zstd"),
        ("more", pl.concat([frame, frame]), "zstd"),
        ("type", frame.cast({"a": pl.Int32}), "zstd"),
    ):
        (tmp_path / name).mkdir()
        other.write_parquet(tmp_path / name / "a.parquet", compression=kind)  # type: ignore[arg-type]
    told = {
        name: list(compare_folders(tmp_path / "one", tmp_path / name))
        for name in ("same", "row", "more", "type")
    }
    assert told["same"] == []
    assert told["row"] == ["a.parquet row 1 is (2, 'x'), expected (2, None)"]
    assert told["more"] == ["a.parquet has 4 rows, expected 2"]
    assert "has the columns" in told["type"][0]
