"""Make many shards of few: `python -m benchmarks.shards TABLES COPIES INTO`.

TABLES is a dataset of annostd-tables; each copy has numbers and names of its own, as many shards as
the original, and three faults: a category and a medium that are not there, and a number that the
first annotation of all has too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

NOWHERE: Final = -1


def repeat(tables: Path, copies: int, into: Path) -> int:
    """Write copies of a dataset; gives the number of annotations."""
    into.mkdir(parents=True)
    pl.read_parquet(tables / "category.parquet").write_parquet(into / "category.parquet")
    media = [pl.read_parquet(path) for path in sorted((tables / "media").iterdir())]
    annotations = [pl.read_parquet(path) for path in sorted((tables / "annotation").iterdir())]
    many_media, many = sum(map(len, media)), sum(map(len, annotations))
    for copy in range(copies):
        for number, (shard, rows) in enumerate(zip(media, annotations, strict=True)):
            name = f"{copy * len(media) + number:05}.parquet"
            shown = pl.concat_str(pl.lit(f"{copy:03}-"), pl.col("name")).alias("name")
            path = pl.concat_str(pl.lit(f"{copy:03}/"), pl.col("path")).alias("path")
            moved = shard.with_columns(pl.col("id") + copy * many_media, shown, path)
            _write(moved, into / "media" / name)
            moved = rows.with_columns(
                pl.col("id") + copy * many, pl.col("media") + copy * many_media
            )
            _write(_faulty(moved) if number == 0 else moved, into / "annotation" / name)
    return copies * many


def _faulty(rows: pl.DataFrame) -> pl.DataFrame:
    at = pl.int_range(pl.len())
    return rows.with_columns(
        pl.when(at == 10).then(NOWHERE).otherwise(pl.col("category")).alias("category"),
        pl.when(at == 20).then(NOWHERE).otherwise(pl.col("media")).alias("media"),
        pl.when(at == 30).then(1).otherwise(pl.col("id")).alias("id"),
    )


def _write(rows: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    rows.write_parquet(path, compression="zstd", row_group_size=65_536)


def main(words: Sequence[str]) -> int:
    """Make the dataset, and say how large it is."""
    tables, copies, into = words
    count = repeat(Path(tables), int(copies), Path(into))
    sys.stdout.write(f"{count:,} annotations in {into}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
