"""Values of columns, made from what the plan declares of them and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from annostd.templates import Slot, Template
from annostd.templates.model import slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Variant
    from annostd.standard.model import Json

FLOATS = (0.0, -0.0, 1.0, 10.123456789, 1e-7, 0.1, 123456.5, 1e16, 2.5e-10, 33.333333333333336)
TEXTS = (
    "é",
    "größe",
    "日本 語",
    "a \"b\" 'c'",
    "<&>",
    "a,b;c",
    "{x}",
    "#1",
    "10",
    "null",
    "true",
    "~x",
)
TIMES = ("0", "0.1", "0.30000000000000004", "12.5", "0.000000000000000001", "3600")
LARGEST = 2**53
DOCUMENTS: dict[str, list[Json]] = {
    "json": [{}, {"city": "Graz"}, [1.5, None], 7, "é"],
    "list": [[], [1.5, None]],
    "map": [{}, {"city": "Graz", "é": [1.5, None]}],
    "schema": [{}, {"type": "object"}, True, {"properties": {"city": {"type": "string"}}}],
}
"""Values of columns that hold JSON of a declared kind."""
DRAWN = ("jpg", "png", "bmp")
"""Suffixes of pictures that the tests draw."""


_IN_LINES = st.characters(
    min_codepoint=32, exclude_categories=["C", "Zl", "Zp"], include_characters="\t"
)


@dataclass(frozen=True, slots=True)
class Range:
    """The least and largest number that a column declares."""

    least: float | None
    most: float | None

    @classmethod
    def of(cls, plan: ColumnPlan) -> Range:
        return cls(plan.column.minimum, plan.column.maximum)

    def holds(self, value: float) -> bool:
        low = self.least is None or value >= self.least
        return low and (self.most is None or value <= self.most)


def names() -> st.SearchStrategy[str]:
    """Draw names that can stand everywhere: in a path, as a token of a line, as an XML name."""
    return st.from_regex(r"[a-zé][a-z0-9_é]{0,5}", fullmatch=True).filter(_is_portable)


def element_names() -> st.SearchStrategy[str]:
    """Draw names of XML elements."""
    return st.from_regex(r"[A-Za-zé_][A-Za-z0-9_.é-]{0,5}", fullmatch=True)


def texts(carrier: str) -> st.SearchStrategy[str]:
    """Draw texts that a carrier can hold as they are."""
    if carrier in {"lines", "csv"}:
        return st.one_of(names(), st.sampled_from(["日本", "a'b", "<&>", "1e3"]))
    characters = st.characters(
        min_codepoint=32, max_codepoint=0xFFFD, exclude_categories=["C", "Z"]
    )
    drawn = st.text(characters, min_size=1, max_size=8)
    return st.one_of(st.sampled_from(TEXTS), names(), drawn)


def numbers(limits: Range) -> st.SearchStrategy[float]:
    """Draw finite numbers within limits, spelled shortest or long."""
    known = [value for value in FLOATS if limits.holds(value)]
    drawn = st.floats(limits.least, limits.most, allow_nan=False, allow_infinity=False)
    return st.one_of(st.sampled_from(known), drawn) if known else drawn


def times(limits: Range) -> st.SearchStrategy[str]:
    """Draw exact times within limits, as decimal texts."""
    least = Decimal(str(-1000 if limits.least is None else limits.least))
    most = Decimal(str(1000 if limits.most is None else limits.most))
    known = [text for text in TIMES if least <= Decimal(text) <= most]
    drawn = st.decimals(least, most, places=9).map(lambda time: f"{time:f}")
    return st.one_of(st.sampled_from(known), drawn) if known else drawn


def integers(limits: Range) -> st.SearchStrategy[int]:
    """Draw integers within limits."""
    low = None if limits.least is None else int(limits.least)
    high = None if limits.most is None else int(limits.most)
    wide = st.integers(-LARGEST if low is None else low, LARGEST if high is None else high)
    return st.one_of(st.integers(low or 0, (low or 0) + 90).filter(limits.holds), wide)


def slot_texts(slot: Slot, file: FilePlan | None) -> st.SearchStrategy[str]:
    """Draw texts for one field of a path, a locator or a line."""
    capture = file.file.captures.get(slot.name) if file is not None else None
    if capture is not None and capture.values:
        return st.sampled_from([canonical for _, canonical in capture.values])
    if slot.kind == "folders":
        return st.sampled_from(["", "x/", "x/y/"])
    if slot.kind == "digits":
        return st.integers(0, 10**slot.width - 1).map(lambda n: f"{n:0{slot.width}}")
    if slot.kind != "pattern":
        return names()
    if re.fullmatch(r"[\w/|-]+", slot.pattern):
        choices = slot.pattern.split("|")
        return st.sampled_from([c for c in choices if c in DRAWN] or choices)
    return (
        st.from_regex(slot.pattern, fullmatch=True, alphabet=_IN_LINES)
        .map(lambda text: _lower(slot.pattern, text))
        .filter(lambda text: len(text) < 9 or not text.strip("-").isdigit())
    )


def _lower(pattern: str, text: str) -> str:
    """Give a text in small letters, unless it has to have large ones."""
    return text.lower() if re.fullmatch(pattern, text.lower()) else text


def paths() -> st.SearchStrategy[str]:
    """Draw paths of pictures below a folder."""
    folders = st.sampled_from(["", "", "x/", "x/y/"])
    return st.tuples(folders, names(), st.sampled_from(DRAWN)).map(lambda p: f"{p[0]}{p[1]}.{p[2]}")


def scalars(plan: ColumnPlan, carrier: str) -> st.SearchStrategy[Json]:
    """Draw canonical values of a column that is neither a reference nor a geometry nor captured."""
    column = plan.column
    if column.values:
        return st.sampled_from([canonical for _, canonical in column.values])
    typed: dict[str, st.SearchStrategy[Json]] = {
        "integer": integers(Range.of(plan)),
        "number": numbers(Range.of(plan)),
        "boolean": st.booleans(),
        "time": times(Range.of(plan)),
    }
    if plan.type in {"strings", "texts"}:
        return _lists(plan, carrier)
    if plan.type == "json" and column.type in DOCUMENTS:
        return st.sampled_from(DOCUMENTS[column.type])
    if carrier in {"json", "jsonl", "parquet"}:
        typed["json"] = st.one_of(st.integers(0, 9), st.booleans(), texts(carrier))
    if plan.type in typed:
        return typed[plan.type]
    if column.pattern is not None:
        return st.from_regex(re.compile(column.pattern, re.ASCII), fullmatch=True)
    return texts(carrier).filter(lambda text: text not in column.absent)


def tested(plan: ColumnPlan, variant: Variant) -> st.SearchStrategy[Json] | None:
    """Draw values of a type that the variant asks for, in a column that takes any (None: any)."""
    drawn: dict[str, st.SearchStrategy[Json]] = {
        "number": numbers(Range(None, None)).map(lambda number: number),
        "string": texts("json").map(lambda text: text),
        "boolean": st.booleans().map(lambda flag: flag),
        "array": st.sampled_from(DOCUMENTS["list"]),
        "object": st.sampled_from(DOCUMENTS["map"]),
    }
    own = [t for test in variant.where if plan.fields == (test.at,) for t in test.types]
    known = [drawn[kind] for kind in own if kind in drawn]
    return st.one_of(known) if known and plan.type == "json" else None


def _lists(plan: ColumnPlan, carrier: str) -> st.SearchStrategy[Json]:
    """Draw lists of texts; those of splits name one at least."""
    if plan.type == "strings":
        return st.lists(st.sampled_from(["train", "val", "test"]), min_size=1, unique=True)
    return st.lists(texts(carrier), max_size=3, unique=True)


def is_captured(plan: ColumnPlan) -> bool:
    """Tell whether a path or a locator gives a column."""
    return any(name.startswith("{") for name in plan.fields)


def named_in_paths(plan: Plan, table: str, column: str) -> bool:
    """Tell whether the paths of some role name this column."""
    return any(f"{table}.{column}" == slot.name for slot in path_slots(plan.files))


def path_slots(files: Sequence[FilePlan]) -> list[Slot]:
    """List the fields of all path templates."""
    return [slot for file in files for path in file.paths for slot in slots(path.pieces)]


def slot_of(template: Template | None, files: Sequence[FilePlan], name: str) -> Slot:
    """Find how a capture may be spelled: by its template, else by the paths that have it."""
    own = list(slots(template.pieces)) if template is not None else []
    every = [slot for slot in (*own, *path_slots(files)) if slot.name == name]
    return next((slot for slot in every if slot.kind != "text"), Slot(name))


def _is_portable(name: str) -> bool:
    return not re.fullmatch(r"con|prn|aux|nul|(com|lpt)[0-9]", name)
