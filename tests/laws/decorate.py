"""Liberties that files of a dataset may take and that writing the same standard has to keep."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import polars as pl
from lxml import etree

from tests.laws.roles import carriers_of

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from annostd.plan.model import Plan

BLANKS = (" ", "  ", "\t", " \t ")
RECORDS = 2
"""How deep records stand: a value that is an object is one value, and has no members of its own."""
EXTRAS = ("x_note", "größe", "a b")


def decorate(folder: Path, plan: Plan, random: Random) -> None:
    """Decorate every file of a dataset as its carrier allows."""
    for path, carrier in carriers_of(folder, plan):
        data = path.read_bytes()
        if carrier == "json":
            path.write_text(_json(json.loads(data), random, 0), "utf-8")
        elif carrier == "jsonl":
            lines = [_json(json.loads(line), random, 0) for line in data.splitlines()]
            ends = random.choice(["\n", "\r\n"])
            path.write_text("".join(line.replace("\n", " ") + ends for line in lines), "utf-8")
        elif carrier == "xml":
            path.write_bytes(_xml(data, random))
        elif carrier == "lines":
            path.write_text(_lines(data.decode(), random), "utf-8")
        elif carrier == "tokens":
            path.write_text(_tokens(data.decode(), random), "utf-8")
        elif carrier == "parquet":
            _table(pl.read_parquet(data), random).write_parquet(path)
        elif carrier == "yaml":
            path.write_text(f"# kept\n{data.decode()}x_note: [1, two]  # kept\n", "utf-8")


def _table(frame: pl.DataFrame, random: Random) -> pl.DataFrame:
    """Give a table a column that is not declared, its columns in any order, and in other widths."""
    if random.random() < 0.5:
        frame = frame.with_columns(pl.Series(random.choice(EXTRAS), range(frame.height)))
    names = list(frame.columns)
    random.shuffle(names)
    made = frame.select(names)
    return made.cast({pl.String: pl.Categorical}) if random.random() < 0.3 else made


def _json(value: object, random: Random, depth: int) -> str:
    """Print JSON with undeclared members, members in any order, and numbers in any spelling."""
    if isinstance(value, dict):
        members = list(value.items())
        if random.random() < 0.3:
            random.shuffle(members)
        if depth <= RECORDS and random.random() < 0.3:
            extra: object = random.choice([None, {"k": [1, None, "},{"]}, -0.0, "é", True])
            members.insert(random.randint(0, len(members)), (random.choice(EXTRAS), extra))
        gap = random.choice(["", " ", "\n"])
        inner = (f"{json.dumps(k)}:{gap}{_json(v, random, depth + 1)}" for k, v in members)
        return "{" + f",{gap}".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(each, random, depth + 1) for each in value) + "]"
    return _spelled(value, random)


def _spelled(value: object, random: Random) -> str:
    if isinstance(value, float) and random.random() < 0.2:
        return f"{value!r}0" if "." in repr(value) and "e" not in repr(value) else repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and random.random() < 0.2:
        return f"{value}.0" if abs(value) < 2**40 else str(value)
    return json.dumps(value, ensure_ascii=random.random() < 0.5)


def _xml(data: bytes, random: Random) -> bytes:
    root = etree.fromstring(data)
    for element in list(root.iter()):
        if isinstance(element, etree._Comment) or not len(element):
            continue
        if random.random() < 0.3:
            element.insert(random.randint(0, len(element)), etree.Comment(" kept <&> "))
        if random.random() < 0.2:
            extra = etree.SubElement(element, "x_note", kept="'yes' & \"so\"")
            extra.text = " spaced  out "
        if random.random() < 0.2:
            element.append(etree.ProcessingInstruction("tool", "kept"))
        if random.random() < 0.2:
            element[0].tail = "\n\n\t"
    return bytes(etree.tostring(root, xml_declaration=random.random() < 0.5, encoding="UTF-8"))


def _lines(text: str, random: Random) -> str:
    made = []
    lines = text.splitlines()
    parts = "" in lines  # where blank lines part others, more of them stand only beside these
    for line in lines:
        tokens = [_token(token, random) for token in line.split()]
        made.append(random.choice(["", " "]) + random.choice(BLANKS).join(tokens))
        if random.random() < 0.2 and not (parts and line):
            made.append("")
    return "\n".join(made) + random.choice(["", "\n"] if made else [""])


def _tokens(text: str, random: Random) -> str:
    """Put words and remarks between tokens, and spell some decimals with zeros behind them."""
    made = []
    for line in text.splitlines():
        label, sign, value = line.partition(" = ")
        made.append(f"{label}{sign}{_token(value.strip(), random)} ")
        if random.random() < 0.2:
            made.append(random.choice(["! 3 <kept> remarks", "words [1]: between", ""]))
    return "\n".join(made) + "\n"


def _token(token: str, random: Random) -> str:
    """Spell a decimal with zeros behind it."""
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", token) and random.random() < 0.3:
        return f"{token}00"
    return token
