"""From rows to documents at array speed.

The text of a whole batch of files is built column by column.

Elements stand in the order of the fields and children of the plan, grouped under the parents that
they share, indented by two blanks, without an XML declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from annostd.bindings.frames import file_numbers
from annostd.bindings.xml_parse import SPACE
from annostd.bindings.xml_shape import Node, Record, Shape, in_order, shape
from annostd.columns.nesting import WITHIN, depths
from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.plan.model import FilePlan, Step

# what XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets); surrogates are in no series
_NO_CHARACTER = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x{FFFE}\\x{FFFF}]"
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = {**_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def unfit(values: pl.Series) -> pl.Series:
    """Tell which texts an XML value cannot give back.

    These are texts with characters that XML has not, or with white space outside.
    """
    outside = values.str.strip_chars(SPACE) != values
    return (values.str.contains(_NO_CHARACTER) | outside).fill_null(value=False)


def print_files(
    plan: FilePlan, rows: Mapping[str, pl.DataFrame], *, single: bool
) -> Iterator[tuple[int, bytes]]:
    """Print documents: one for each file that `@file` names.

    With `single` all rows go into one, as file 0.
    """
    made = shape(plan)
    numbers = [0] if single else file_numbers(plan, rows)
    frames = {
        record.source.name: _owned(record, rows[record.source.name], numbers, single=single)
        for record in made.records
        if record.source.name in rows
    }
    printer = _Printer(frames, made)
    text = printer.content(made.document, _Level(pl.DataFrame(), len(numbers), -1))
    for number, document in zip(numbers, text.to_list(), strict=True):
        if document.count("\n<") - document.count("\n</") > 1:
            raise UsageError(f"rows of {plan.role} make several root elements, expected one a file")
        yield number, (document[1:] or bare_root(made, plan)).encode("utf-8") + b"\n"


def bare_root(made: Shape, plan: FilePlan) -> str:
    """Print the root element of a document without rows."""
    name = next((step.name for source in plan.sources for step in source.locator[:1]), "")
    if not name:
        raise UsageError(f"files of {plan.role} have a root of no name, expected one to write")
    return f"<{name}/>" if made.namespace is None else f'<{name} xmlns="{made.namespace}"/>'


def print_record(made: Shape, record: Record, values: Mapping[str, str | None]) -> str:
    """Print the element of one row without the rows inside it, not indented."""
    frame = pl.DataFrame(
        {
            item.name: pl.Series([values.get(item.name)], dtype=pl.String)
            for item in record.source.fields
        }
    )
    printer = _Printer({}, made)
    level = _Level(frame, 1, 0)
    name = printer.name(record, level)
    return str(printer.element(record.node, name, level, always=True)[0]).strip()


@dataclass(frozen=True, slots=True)
class _Level:
    """The rows whose elements are printed: their frame, their number, how deep they stand.

    `numbers` are theirs in the whole frame of their source (None: the frame is whole).
    """

    frame: pl.DataFrame
    height: int
    depth: int
    numbers: pl.Series | None = None

    def deeper(self, steps: int = 1) -> _Level:
        """Give the same rows some elements further inside."""
        return replace(self, depth=self.depth + steps)


@dataclass(slots=True)
class _Printer:
    frames: Mapping[str, pl.DataFrame]
    shape: Shape
    inside: dict[str, pl.Series] = field(default_factory=dict)

    def content(self, node: Node, level: _Level) -> pl.Series:
        """Print the children of a node for each row, "" where there are none."""
        parts = [self._child(child, level.deeper()) for child in in_order(node)]
        return _concat(parts, level.height)

    def _child(self, child: Node | tuple[Step, Record | Node], level: _Level) -> pl.Series:
        if isinstance(child, Node):
            return self.element(child, _repeat(child.name, level.height), level, always=False)
        target = child[1]
        if isinstance(target, Node):
            raise UsageError("rows below elements of any name cannot be written")
        return self._rows(target, level)

    def element(self, node: Node, names: pl.Series, level: _Level, *, always: bool) -> pl.Series:
        """Print an element for each row, "" where nothing is in it (unless `always`)."""
        indent = "\n" + "  " * level.depth
        text = _first(node.texts, level)
        attributes = _concat(
            [_attribute(name, _first(fields, level)) for name, fields in node.attributes.items()],
            level.height,
        )
        content = self.content(node, level)
        frame = pl.DataFrame({"n": names, "t": text, "a": attributes, "c": content})
        name, value, inside = pl.col("n"), pl.col("t"), pl.col("c")
        opening = pl.concat_str(
            pl.lit(indent + "<"), name, pl.lit(self._namespace(level)), pl.col("a")
        )
        body = _escape(pl.col("t"), text, _TEXT).fill_null("") + inside
        ending = pl.when(inside == "").then(pl.lit("")).otherwise(pl.lit(indent))
        empty = (inside == "") & (value.is_null() | (value == ""))
        printed = (
            pl.when(empty)
            .then(opening + "/>")
            .otherwise(
                pl.concat_str(opening, pl.lit(">"), body, ending, pl.lit("</"), name, pl.lit(">"))
            )
        )
        if always:
            return frame.select(printed.alias("e"))["e"]
        there = value.is_not_null() | (inside != "") | (pl.col("a") != "")
        return frame.select(pl.when(there).then(printed).otherwise(pl.lit("")).alias("e"))["e"]

    def name(self, record: Record, level: _Level) -> pl.Series:
        """Give the name of each row's element.

        It is the step's, or the value of the field that captures it.
        """
        if record.step.kind == "member":
            return _repeat(record.step.name, level.height)
        fields = [
            item.name for item in record.source.fields if item.capture == record.step.name != ""
        ]
        names = _first(fields, level)
        if names.null_count() and len(names):
            raise UsageError(f"rows of {record.source.name} have no name for their element")
        return names

    def _rows(self, record: Record, level: _Level) -> pl.Series:
        """Print the rows of a source, joined for each row of what they stand in."""
        name = record.source.name
        frame = self.frames.get(name)
        if frame is None or not frame.height:
            return _repeat("", level.height)
        if name in self.inside:
            return self.inside[name]
        if WITHIN in frame.columns:
            return self._nested(record, frame, level)
        inner = _Level(frame, frame.height, level.depth)
        printed = self.element(record.node, self.name(record, inner), inner, always=True)
        return _joined(frame["@owner"], printed, _numbers(level))

    def _nested(self, record: Record, frame: pl.DataFrame, level: _Level) -> pl.Series:
        """Print rows that stand in one another: the innermost first, each within its outer one."""
        found = depths(frame[WITHIN])
        deep = pl.Series(found)
        inside = _repeat("", frame.height)
        steps = len(record.source.locator)
        for depth in range(int(found.max()), -1, -1):
            numbers = (deep == depth).arg_true().cast(pl.UInt32)
            rows = frame[numbers]
            inner = _Level(rows, rows.height, level.depth + depth * steps, numbers)
            self.inside[record.source.name] = inside.gather(numbers)
            printed = self.element(record.node, self.name(record, inner), inner, always=True)
            del self.inside[record.source.name]
            if depth == 0:
                return _joined(rows["@owner"], printed, _numbers(level))
            every = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
            inside = _joined(rows[WITHIN], printed, every)
        return _repeat("", level.height)

    def _namespace(self, level: _Level) -> str:
        if level.depth or self.shape.namespace is None:
            return ""
        return f' xmlns="{self.shape.namespace}"'


def _owned(
    record: Record, frame: pl.DataFrame, numbers: Sequence[int], *, single: bool
) -> pl.DataFrame:
    """Add `@owner`: the row of the enclosing source, or the position of the file, of each row."""
    if record.enclosed:
        owner = frame["@parent"].cast(pl.UInt32)
    elif single:
        owner = pl.repeat(0, frame.height, dtype=pl.UInt32, eager=True)
    else:
        owner = frame["@file"].replace_strict(
            numbers, list(range(len(numbers))), return_dtype=pl.UInt32
        )
    nested = frame[WITHIN].null_count() if WITHIN in frame.columns else frame.height
    if owner.null_count() > frame.height - nested:
        raise UsageError(f"rows of {record.source.name} stand in no row, expected one for each")
    return frame.with_columns(owner.alias("@owner"))


def _joined(owners: pl.Series, texts: pl.Series, numbers: pl.Series) -> pl.Series:
    """Join the texts of rows for each row that they stand in, of those of these numbers."""
    joined = (
        pl.DataFrame({"owner": owners, "text": texts})
        .group_by("owner", maintain_order=True)
        .agg(pl.col("text").str.join(""))
    )
    places = pl.DataFrame({"owner": numbers})
    found = places.join(joined, on="owner", how="left", maintain_order="left")
    return found["text"].fill_null("")


def _numbers(level: _Level) -> pl.Series:
    if level.numbers is not None:
        return level.numbers
    return pl.int_range(level.height, dtype=pl.UInt32, eager=True)


def _first(fields: Sequence[str], level: _Level) -> pl.Series:
    """Give the first value that is there of several fields that stand in one place."""
    frame = level.frame
    found = [frame[name].cast(pl.String) for name in fields if name in frame.columns]
    if not found:
        return pl.repeat(None, level.height, dtype=pl.String, eager=True)
    return found[0] if len(found) == 1 else pl.select(pl.coalesce(found)).to_series()


def _attribute(name: str, values: pl.Series) -> pl.Series:
    text = _escape(pl.col("v"), values, _ATTRIBUTE)
    frame = pl.DataFrame({"v": values})
    return frame.select(
        pl.concat_str(pl.lit(f' {name}="'), text, pl.lit('"')).fill_null("").alias("v")
    )["v"]


def _escape(column: pl.Expr, values: pl.Series, signs: Mapping[str, str]) -> pl.Expr:
    """Escape a column; most hold nothing to escape, and looking costs a third of replacing."""
    if values.str.contains_any(list(signs)).any():
        return column.str.replace_many(dict(signs))
    return column


def _repeat(text: str, height: int) -> pl.Series:
    return pl.repeat(text, height, dtype=pl.String, eager=True)


def _concat(parts: Sequence[pl.Series], height: int) -> pl.Series:
    if not parts:
        return _repeat("", height)
    if len(parts) == 1:
        return parts[0]
    named = [part.alias(str(place)) for place, part in enumerate(parts)]
    return pl.DataFrame(named).select(pl.concat_str(pl.all()).alias("c"))["c"]
