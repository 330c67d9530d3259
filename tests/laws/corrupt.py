"""Data that is wrong in ways that nobody chose: values, members, tokens and elements changed."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING

import polars as pl
import yaml
from lxml import etree

from tests.laws.roles import carriers_of

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from annostd.plan.model import Plan

VALUES: tuple[object, ...] = (None, "x", "7", -1, 0, 1.5, 10**9, True, [], [1], {})
TOKENS = ("x", "-1", "0", "1.5", "nan", "1e400", "7", "é")
OFTEN = 0.08


def corrupt(folder: Path, plan: Plan, random: Random) -> None:
    """Corrupt some of the values of every file that is text."""
    for path, carrier in carriers_of(folder, plan):
        data = path.read_bytes()
        if carrier == "json":
            path.write_text(json.dumps(_value(json.loads(data), random)), "utf-8")
        elif carrier == "jsonl":
            lines = [json.dumps(_value(json.loads(line), random)) for line in data.splitlines()]
            path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        elif carrier == "yaml":
            changed = _value(yaml.safe_load(data), random)
            path.write_text(yaml.safe_dump(changed, sort_keys=False), "utf-8")
        elif carrier == "parquet":
            _table(pl.read_parquet(data), random).write_parquet(path)
        elif carrier == "xml":
            path.write_bytes(_elements(data, random))
        elif carrier in {"tokens", "lines"}:
            lines = [_line(line, random) for line in data.decode().splitlines()]
            path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _table(frame: pl.DataFrame, random: Random) -> pl.DataFrame:
    """Leave out values, take those of other rows or none that can be, and retype a column."""
    made = []
    for column in frame.get_columns():
        values = [None if random.random() < OFTEN else value for value in column]
        if random.random() < OFTEN and column.dtype.is_numeric():
            values = [random.choice([-1, 0, 7, 10**9]) for _ in values]
        if random.random() < OFTEN and column.dtype == pl.String:
            values = [random.choice(TOKENS) for _ in values]
        changed = pl.Series(column.name, values, dtype=column.dtype, strict=False)
        is_scalar = column.dtype.is_numeric() or column.dtype == pl.Boolean
        if random.random() < OFTEN and is_scalar:
            changed = changed.cast(pl.String)
        if random.random() > OFTEN / 4:
            made.append(changed)
    return pl.DataFrame(made)


def _value(value: object, random: Random, depth: int = 0) -> object:
    if depth > 1 and random.random() < OFTEN:
        return random.choice(VALUES)
    if isinstance(value, dict):
        kept = {k: _value(v, random, depth + 1) for k, v in value.items()}
        if depth and kept and random.random() < OFTEN:
            del kept[random.choice(list(kept))]
        return kept
    if isinstance(value, list):
        items = [_value(each, random, depth + 1) for each in value]
        if items and random.random() < OFTEN:
            items.append(random.choice(items))
        return items
    return value


def _elements(data: bytes, random: Random) -> bytes:
    root = etree.fromstring(data)
    for element in list(root.iter())[1:]:
        parent = element.getparent()
        if parent is None or random.random() > OFTEN:
            continue
        how = random.choice(["text", "remove", "twice"])
        if how == "remove":
            parent.remove(element)
        elif how == "twice":
            parent.append(deepcopy(element))
        elif not len(element):
            element.text = random.choice(TOKENS)
    return bytes(etree.tostring(root, encoding="UTF-8"))


def _line(line: str, random: Random) -> str:
    tokens = [random.choice(TOKENS) if random.random() < OFTEN else t for t in line.split(" ")]
    if random.random() < OFTEN:
        tokens.pop()
    return " ".join(tokens)
