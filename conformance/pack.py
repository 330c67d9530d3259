"""Pack the tables of the cases: `python conformance/pack.py [FOLDER]`.

A `tables.json` beside a case says everything: path below the case → the columns of a Parquet file
with their types, and the rows. What is packed is committed; another version of the library may
pack it to other bytes, the tables are the same.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
TYPES: dict[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "text": pl.String(),
    "boolean": pl.Boolean(),
    "time": pl.Decimal(38, 18),
    "numbers": pl.List(pl.Float64),
    "lists of numbers": pl.List(pl.List(pl.Float64)),
    "texts": pl.List(pl.String),
    "lists of integers": pl.List(pl.List(pl.Int64)),
}


def pack(columns: dict[str, str], rows: list[list[object]], path: Path) -> None:
    """Pack rows into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = []
    for at, (name, kind) in enumerate(columns.items()):
        values = [row[at] for row in rows]
        if kind == "time":
            values = [None if value is None else Decimal(str(value)) for value in values]
        made.append(pl.Series(name, values, dtype=TYPES[kind]))
    pl.DataFrame(made).write_parquet(path, compression="zstd")


def pack_all(into: Path) -> None:
    """Pack the tables of all cases below a folder."""
    for source in sorted(HERE.rglob("tables.json")):
        for path, table in json.loads(source.read_bytes()).items():
            place = into / source.parent.relative_to(HERE) / path
            pack(table["columns"], table["rows"], place)


if __name__ == "__main__":
    pack_all(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
