"""Standards made for a test, from the part of their YAML that matters to it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from annostd.plan import compile_plan
from annostd.plan.sources import walk
from annostd.standard import Library, load

if TYPE_CHECKING:
    from annostd.plan import ColumnPlan, Plan, Source

HEAD = """annostd: 1
id: made
version: "1.0.0"
status: draft
title: A standard for a test
publisher: annostd
domain: vision
licence: CC0-1.0
"""
HEAD_LINES = HEAD.count("\n")


def plan_of(body: str) -> Plan:
    """Load and compile a standard whose YAML behind the head is `body`."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.yaml")
        path.write_text(HEAD + body, "utf-8")
        return compile_plan(load(path, Library.of()))


def shipped(id_: str, **dialects: str) -> Plan:
    """Compile a shipped standard, with alternatives by axis."""
    return compile_plan(load(id_, Library.of(), dialects))


def source_of(plan: Plan, name: str) -> Source:
    """Give the source of this name, wherever it stands."""
    return next(s for file in plan.files for s in walk(file.sources) if s.name == name)


def column_of(plan: Plan, source: str, name: str) -> ColumnPlan:
    """Give the first plan of a column of a source."""
    variants = source_of(plan, source).variants
    return next(column for v in variants for column in v.columns if column.name == name)


def things(columns: str, *, carrier: str = "json", more: str = "", rows: str = "") -> Plan:
    """Compile a standard of one table `thing` with these columns, one a line."""
    lines = "\n".join(f"      {line}" for line in columns.strip().splitlines())
    place = "rows: /things/*" if carrier == "json" else 'text: "{name} {value}"'
    return plan_of(
        f"""files:
  data: {{path: "data.{carrier}", carrier: {carrier}}}
tables:
  thing:
    from: data
    {rows or place}
    columns:
{lines}
{more}"""
    )
