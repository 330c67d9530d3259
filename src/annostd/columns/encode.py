"""Typed rows of one source to raw rows: the inverse of decoding, in the order of the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.codecs import rle
from annostd.codecs.number_lists import render_json_numbers, render_separated
from annostd.columns.cells import held
from annostd.columns.decode import TYPED_CARRIERS
from annostd.columns.documents import is_document, print_documents
from annostd.columns.geometry import PAIR, visibilities
from annostd.columns.items import encode_items, is_listed
from annostd.columns.natives import RAW, native_text, raw_cells, raw_constant
from annostd.columns.spans import encode_spans
from annostd.columns.texts import quoted, unquoted
from annostd.columns.times import encode_intervals
from annostd.plan.divisions import SPAN
from annostd.tables import lists
from annostd.tables.geometry.forms import PLACED
from annostd.tables.geometry.points import VISIBILITY, recoded, without_visibility
from annostd.tables.lists import filled
from annostd.tables.numbers import shortest
from annostd.tables.schema import GEOMETRIES, POINTED, SLOTTED
from annostd.tables.times import render_times
from annostd.templates import always, extract

if TYPE_CHECKING:
    from collections.abc import Callable

    from annostd.plan.model import ColumnPlan, Field, Source, Variant
    from annostd.standard.model import Condition


def encode(
    source: Source,
    frame: pl.DataFrame,
    key_of: Callable[[str, str], pl.Series | None],
    carrier: str,
) -> pl.DataFrame:
    """Encode the rows of a source: one raw column per field, null where the member is left out.

    `frame` holds the rows' typed columns and `@variant`; `key_of` gives a column of the table that
    references name.
    """
    coded = carrier in TYPED_CARRIERS
    columns: dict[str, pl.Series] = {}
    for index, variant in enumerate(source.variants):
        mine = (frame["@variant"] == index).fill_null(value=False)
        cells = _Cells(source, frame, key_of, coded=coded)
        for name, values in cells.variant(variant).items():
            own = values if mine.all() else pl.select(pl.when(mine).then(values)).to_series()
            known = columns.get(name)
            columns[name] = own if known is None else _first(known, own)
    made = []
    for field in source.fields:
        dtype = RAW[field.kind] if coded else pl.String()
        known = columns.get(field.name)
        nothing = filled(None, frame.height, dtype)
        made.append((nothing if known is None else known).alias(field.name))
    return pl.DataFrame(made) if made else pl.DataFrame({"@none": [0] * frame.height}).drop("@none")


class _Cells:
    """Encodes the columns of one variant over all rows of its source."""

    def __init__(
        self,
        source: Source,
        frame: pl.DataFrame,
        key_of: Callable[[str, str], pl.Series | None],
        *,
        coded: bool,
    ) -> None:
        self.fields: dict[str, Field] = {field.name: field for field in source.fields}
        self.frame = frame
        self.key_of = key_of
        self.coded = coded
        self.owed = always(source.template) if source.template is not None else frozenset()

    def variant(self, variant: Variant) -> dict[str, pl.Series]:
        """Encode every column of a variant, and the constants by which it is told."""
        made: dict[str, pl.Series] = {}
        for condition in variant.where:
            made.update(self._constant(condition))
        for plan in variant.columns:
            if not plan.implied and plan.gather is None:
                made.update(self._column(plan))
        return made

    def _constant(self, condition: Condition) -> dict[str, pl.Series]:
        """Put back the one value that a test asks for."""
        if condition.constants is None or len(condition.constants) != 1:
            return {}
        (constant,) = condition.constants
        if constant is None:
            return {}
        kind = self.fields[condition.at].kind
        height = self.frame.height
        return {condition.at: raw_constant(constant, kind, height, coded=self.coded)}

    def _column(self, plan: ColumnPlan) -> dict[str, pl.Series]:
        if plan.type in GEOMETRIES:
            return self._geometry(plan)
        if plan.name not in self.frame.columns:
            return {}
        values = self.frame[plan.name]
        if plan.type == "reference":
            values = self._keys(plan, values)
        if plan.type == "strings" and not is_listed(plan):
            values = values.list.first()
        if plan.template is not None:
            return _taken_apart(plan, values)
        name = plan.fields[0]
        if plan.type == "spans" and self.fields[name].path == (SPAN,):
            return {name: values}
        return {name: self._cell(plan, values, self.fields[name])}

    def _with_absent(self, plan: ColumnPlan, text: pl.Series, field: Field) -> pl.Series:
        """Write the spelling of missing where the member may not be left out."""
        spellings = [native_text(s) for s in plan.column.absent if s not in {None, ""}]
        owed = plan.column.required is not None or field.name in self.owed
        if not owed or not spellings or field.capture is not None:
            return text
        return text.fill_null(spellings[0])

    def _keys(self, plan: ColumnPlan, rows: pl.Series) -> pl.Series:
        table, key = plan.refers or ("", "")
        keys = self.key_of(table, key)
        if keys is None:
            return filled(None, len(rows), pl.String)
        return keys.gather(rows)

    def _cell(self, plan: ColumnPlan, values: pl.Series, field: Field) -> pl.Series:
        """Print a value as its field wants it: typed, JSON text, or plain text."""
        coded = self.coded and field.capture is None
        if plan.column.values:
            text = _natives(plan, values, field, coded=coded)
        elif is_document(plan):
            text = print_documents(values, plan, field, coded=coded)
        elif plan.type == "spans":
            text = encode_spans(values, plan)
        elif plan.type in {"texts", "edges"} or is_listed(plan):
            text = encode_items(values, plan)
        elif plan.type == "time":
            text = render_times(values, plan.unit or "second")
        elif plan.type == "json" and (field.kind == "value" and coded):
            text = values
        else:
            plain = unquoted(values) if plan.type == "json" else values
            text = raw_cells(plain, field.kind, coded=coded)
        if self.coded:
            is_null = coded and field.kind == "value" and None in plan.column.absent
            return text.fill_null("null") if is_null else text
        return self._with_absent(plan, text, field)

    def _geometry(self, plan: ColumnPlan) -> dict[str, pl.Series]:
        if plan.type in SLOTTED:
            return self._slotted(plan)
        if plan.type == "interval":
            return encode_intervals(plan, self.frame, coded=self.coded)
        name = plan.fields[0]
        if plan.type in POINTED:
            if plan.name not in self.frame.columns:
                return {}
            return {name: self._points(plan, self.frame[plan.name])}
        if plan.form is not None and plan.form.codec == PLACED:
            return self._placed(plan)
        return {name: _mask(plan, self.frame)}

    def _slotted(self, plan: ColumnPlan) -> dict[str, pl.Series]:
        slots = plan.form.slots if plan.form is not None else ()
        columns = [f"{plan.name}.{slot}" for slot in slots]
        if columns[0] not in self.frame.columns:
            return {}
        if len(plan.fields) == 1:
            return {plan.fields[0]: self._listed(plan, columns)}
        if self.coded:
            pairs = zip(plan.fields, columns, strict=True)
            return {name: self.frame[column] for name, column in pairs}
        said = str(next(iter(plan.column.absent), None) or "").split()
        none: list[str | None] = [*said] if said else [None] * len(slots)
        return {
            name: shortest(self.frame[column]).fill_null(pl.lit(word, pl.String))
            for name, column, word in zip(plan.fields, columns, none, strict=True)
        }

    def _listed(self, plan: ColumnPlan, columns: list[str]) -> pl.Series:
        """Print slots as one list, of pairs where the form says so."""
        there = self.frame[columns[0]].is_not_null()
        numbers = [self.frame[name].filter(there).cast(pl.Float64).to_numpy() for name in columns]
        flat = pl.Series(np.stack(numbers, axis=1).reshape(-1), nan_to_null=True)
        kept = there.to_numpy()
        packed = lists.nested(flat, kept * np.int64(len(columns)), ~kept)
        is_paired = plan.form is not None and plan.form.layout == "pairs"
        return self._numbers(plan, _paired(packed, PAIR) if is_paired else packed)

    def _points(self, plan: ColumnPlan, values: pl.Series) -> pl.Series:
        form = plan.written
        if form is None or plan.form is None:
            return values
        if plan.said is not None:
            values = without_visibility(values, plan.form)
        if VISIBILITY in form.slots and plan.column.values:
            natives, codes = visibilities(plan)
            values, _ = recoded(values, form, codes, natives)
        if form.layout == "pairs":
            return self._numbers(plan, _paired(values.list.first(), len(form.slots)))
        return self._numbers(plan, values.list.first() if form.parts == "one" else values)

    def _placed(self, plan: ColumnPlan) -> dict[str, pl.Series]:
        """Print a picture, and the corners of its place."""
        text = f"{plan.name}.text"
        if text not in self.frame.columns or plan.form is None:
            return {}
        columns = [f"{plan.name}.{slot}" for slot in plan.form.slots]
        return {
            plan.fields[0]: quoted(self.frame[text]),
            plan.fields[1]: self._listed(plan, columns),
        }

    def _numbers(self, plan: ColumnPlan, values: pl.Series) -> pl.Series:
        if self.coded:
            return render_json_numbers(values)
        return render_separated(values, plan.column.separators or (" ",))


def _first(known: pl.Series, own: pl.Series) -> pl.Series:
    if known.dtype != own.dtype:
        known, own = known.cast(pl.String), own.cast(pl.String)
    return pl.select(pl.coalesce(known, own)).to_series()


def _taken_apart(plan: ColumnPlan, values: pl.Series) -> dict[str, pl.Series]:
    """Give the captures that a composed value was made of; no folder at all is the empty one."""
    if plan.template is None:
        return {}
    parts, _ = extract(plan.template, values.cast(pl.String), mode="path")
    made = {name: parts[name.strip("{}")] for name in plan.fields}
    return {name: part.fill_null("") if name == "{folder}" else part for name, part in made.items()}


def _natives(plan: ColumnPlan, values: pl.Series, field: Field, *, coded: bool) -> pl.Series:
    """Map canonical back to native values; of several natives of one value the first is written."""
    made = filled(None, len(values), RAW[field.kind] if coded else pl.String())
    for native, value in reversed(plan.column.values):
        if native is not None:
            mine = (values == held(value, plan.type)).fill_null(value=False)
            made = raw_constant(native, field.kind, len(values), coded=coded).zip_with(mine, made)
    return made


def _paired(numbers: pl.Series, stride: int) -> pl.Series:
    """Cut lists of numbers into points of so many each."""
    counts = lists.lengths(numbers) // stride
    points = lists.nested(lists.leaves(numbers), np.full(int(counts.sum()), stride))
    return lists.nested(points, counts, numbers.is_null().to_numpy())


def _quoted(texts: pl.Series) -> pl.Series:
    """Print compressed counts as JSON strings; only the backslash among them is escaped."""
    return '"' + texts.str.replace_all("\\", "\\\\", literal=True) + '"'


def _mask(plan: ColumnPlan, frame: pl.DataFrame) -> pl.Series:
    names = [f"{plan.name}.{part}" for part in ("height", "width", "runs")]
    if any(name not in frame.columns for name in names):
        return filled(None, frame.height, pl.String)
    counts = render_json_numbers(frame[names[2]].cast(pl.List(pl.Float64)))
    if f"{plan.name}.packed" in frame.columns:
        packed = frame[f"{plan.name}.packed"].fill_null(value=False)
        counts = counts.zip_with(~packed, _quoted(rle.render(frame[names[2]])))
    parts = (pl.lit('{"size":['), pl.col("h"), pl.lit(","), pl.col("w"), pl.lit('],"counts":'))
    rows = pl.DataFrame({"h": frame[names[0]], "w": frame[names[1]], "c": counts})
    return rows.select(pl.concat_str(*parts, pl.col("c"), pl.lit("}")).alias("mask"))["mask"]
