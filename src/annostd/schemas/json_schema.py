"""JSON Schema 2020-12 of one file role whose files are trees of objects, lists and scalars.

Of JSON Lines it is the schema of what stands on one line.

An oracle for the engine, made of the plan only: it refuses no document that the engine accepts, and
any document of which the engine says that it breaks an obligatory rule of structure, but for what
`unsayable` lists.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from annostd.findings import Level
from annostd.plan.sources import walk
from annostd.schemas.gaps import Gap, beyond_structure
from annostd.schemas.json_merge import merged
from annostd.schemas.json_values import Schema, name_schema, value_schema, with_null
from annostd.schemas.json_variants import fits
from annostd.schemas.words import described, marker, title, urn
from annostd.tables.geometry.forms import PLACED
from annostd.tables.schema import POINTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import ColumnPlan, FilePlan, Plan, Source, Step, Variant
    from annostd.standard.model import Json

CARRIERS = frozenset({"json", "jsonl", "yaml"})
_NAMED = {"json": "JSON", "schema": "a JSON Schema"}
_WHOLE = "that the count of numbers of a ring is a multiple of {}"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def generate_json_schema(plan: Plan, file: FilePlan) -> Schema:
    """Make the schema of the files of a role, as plain values."""
    standard = plan.standard
    head: Schema = {
        "$schema": DRAFT,
        "$id": urn(plan, file.role),
        "$comment": _comment(plan, file),
        "title": title(standard, file.role),
    }
    if file.file.doc or standard.doc:
        head["description"] = file.file.doc or standard.doc
    sources = (_Source(plan, source) for source in file.sources)
    whole: Schema = reduce(merged, (source.at_root() for source in sources), {})
    return {**head, **whole}


def unsayable(plan: Plan, file: FilePlan) -> tuple[Gap, ...]:
    """List what the schema of a role cannot say."""
    gaps = list(beyond_structure(plan, file))
    for source in walk(file.sources):
        if any(step.text for step in source.locator):
            gaps.append(Gap(f"what stands in the text that holds the rows of {source.table}"))
        columns = {plan.name: plan for variant in source.variants for plan in variant.columns}
        gaps.extend(gap for plan in columns.values() for gap in _gaps(source.table, plan))
        if file.file.carrier == "jsonl" and not source.locator and source.required:
            gaps.append(Gap("that a file has a line", (f"{source.table}.missing",)))
    return (*gaps, Gap("that a float, or an integer in a name, is not beyond 64 bits"))


def _comment(plan: Plan, file: FilePlan) -> str:
    gaps = "; ".join(str(gap) for gap in unsayable(plan, file))
    return f"{marker(plan.standard)}. A schema cannot say: {gaps}"


def _gaps(table: str, plan: ColumnPlan) -> Iterator[Gap]:
    form = plan.written
    if plan.type in POINTED and form is not None and form.layout == "flat":
        yield Gap(_WHOLE.format(len(form.slots)), (f"{table}.{plan.name}.length",))
    if plan.type in POINTED and plan.column.values:
        yield Gap("which numbers say visibility", (f"{table}.{plan.name}.value",))
    if plan.form is not None and plan.form.codec == PLACED:
        yield Gap("that a text is a picture", (f"{table}.{plan.name}.type",))
    elif plan.type == "mask":
        rule = f"{table}.{plan.name}.type"
        yield Gap("that compressed counts give no negative run", (rule,))
    if plan.type == "json" and plan.column.type in {"json", "schema"}:
        rule = f"{table}.{plan.name}.type"
        yield Gap(f"that the {plan.name} of a {table} is {_NAMED[plan.column.type]}", (rule,))
    if plan.fields and plan.fields[0].startswith("{") and plan.column.maximum is not None:
        yield Gap(f"how great the number {plan.fields[0]} is", (f"{table}.{plan.name}.range",))


class _Source:
    """Makes the schema of one source's records and of the way to them."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self.plan = plan
        self.source = source
        self.must = source.required is Level.MUST
        others = [s for file in plan.files for s in walk(file.sources)]
        self.closed = any(s.table == source.table and s.unknown == "refuse" for s in others)
        self.kinds = {field.name: field.kind for field in source.fields}
        self.paths = {field.name: field.path for field in source.fields if field.capture is None}

    def at_root(self) -> Schema:
        """Make the schema of a document that holds the records."""
        schema = self.way(self.source.locator, closed=False)
        return _without_null(schema)

    def way(self, steps: Sequence[Step], *, closed: bool) -> Schema:
        """Make the schema of the value that the steps of the locator start from."""
        if not steps:
            return self.record()
        step, rest = steps[0], steps[1:]
        inner = self.way(rest, closed=closed)
        if step.kind == "each":
            return self._may_be_null({"type": "array", "items": inner})
        if step.kind == "capture":
            return self._may_be_null(self._captured(step, inner))
        if step.text:
            inner = {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": inner,
            }
        member = inner if self.must or rest else with_null(inner)
        schema: Schema = {"type": "object", "properties": {step.name: member}}
        if self.must:
            schema["required"] = [step.name]
        if closed:
            schema["additionalProperties"] = False
        return self._may_be_null(schema)

    def record(self) -> Schema:
        """Make the schema of one record, with what stands inside it."""
        source = self.source
        if not source.variants:
            return {}
        schema = self._kind()
        rows = self.plan.standard.tables[source.table]
        if rows.rows.doc:
            schema["description"] = rows.rows.doc
        shared = _shared(source)
        for plan in shared:
            schema = merged(schema, self.column(plan, constrain=True))
        for variant in source.variants:
            for plan in variant.columns:
                schema = merged(schema, self.column(plan, constrain=False))
        for child in source.children:
            if child.within:
                continue
            inner = _Source(self.plan, child)
            schema = merged(schema, inner.way(child.locator, closed=self.closed))
            schema["type"] = _without_null(schema).get("type", "object")
        return self._variants(schema, shared)

    def column(self, plan: ColumnPlan, *, constrain: bool) -> Schema:
        """Make the schema of a record that says where a column stands and what it may be."""
        schema: Schema = {}
        for name in plan.fields if not plan.implied else ():
            if name not in self.paths:
                continue
            must = constrain and plan.column.required is Level.MUST
            value: Schema = {}
            if constrain:
                value = value_schema(plan, self.kinds[name], name)
                value = self._present(plan, value) if must else self._absent(plan, value)
                doc = described(self.source.table, plan)
                if doc and len(self.paths[name]):
                    value = {**value, "description": doc}
            schema = merged(schema, self._nested(self.paths[name], value, must=must))
        return schema

    def _nested(self, path: Sequence[str], value: Schema, *, must: bool) -> Schema:
        for depth, step in reversed(list(enumerate(path))):
            kinds: Json = "object" if must or depth == 0 else ["object", "null"]
            if step.isdecimal():
                kinds = "array" if must or depth == 0 else ["array", "null"]
                before: list[Json] = [{} for _ in range(int(step))]
                listed: Schema = {"type": kinds, "prefixItems": [*before, value]}
                value = {**listed, "minItems": int(step) + 1} if must else listed
                continue
            value = {"type": kinds, "properties": {step: value}}
            if must:
                value["required"] = [step]
            if self.closed:
                value["additionalProperties"] = False
        return value

    def _kind(self) -> Schema:
        """Say what a record must be: an object for members that are declared, a list for items."""
        firsts = {path[0] for path in self.paths.values() if path}
        steps = {child.locator[0].kind for child in self.source.children if child.locator}
        if any(not name.isdecimal() for name in firsts) or steps & {"member", "capture"}:
            return {"type": "object"}
        return {"type": "array"} if firsts or "each" in steps else {}

    def _captured(self, step: Step, inner: Schema) -> Schema:
        if step.choices:
            return {"type": "object", "properties": dict.fromkeys(step.choices, inner)}
        schema: Schema = {"type": "object", "additionalProperties": inner}
        plans = (plan for variant in self.source.variants[:1] for plan in variant.columns)
        for plan in plans:
            if plan.fields == (f"{{{step.name}}}",):
                names = name_schema(plan)
                if names:
                    schema["propertyNames"] = names
        return schema

    def _variants(self, schema: Schema, shared: Sequence[ColumnPlan]) -> Schema:
        """Let the first variant whose tests a record keeps say the rest of it."""
        variants = self.source.variants
        if len(variants) == 1 and not variants[0].where:
            return schema
        chain: Json = False
        for variant in reversed(variants):
            own = self._variant(variant, shared)
            if variant.where:
                chain = {"if": fits(variant.where), "then": own, "else": chain}
            else:
                chain = own
        return merged(schema, chain) if isinstance(chain, dict) else schema

    def _variant(self, variant: Variant, shared: Sequence[ColumnPlan]) -> Schema:
        schema: Schema = {}
        for plan in variant.columns:
            if plan not in shared:
                schema = merged(schema, self.column(plan, constrain=True))
        for child in self.source.children:
            if variant.name in child.within:
                inner = _Source(self.plan, child)
                schema = merged(schema, inner.way(child.locator, closed=self.closed))
        schema.pop("additionalProperties", None)
        return schema

    def _may_be_null(self, schema: Schema) -> Schema:
        return schema if self.must else with_null(schema)

    def _present(self, plan: ColumnPlan, value: Schema) -> Schema:
        """Refuse the native spellings of missing."""
        if plan.column.absent:
            value = {**value, "not": {"enum": list(plan.column.absent)}}
        return value or {"not": {"type": "null"}}

    def _absent(self, plan: ColumnPlan, value: Schema) -> Schema:
        """Allow the native spellings of missing, null among them."""
        value = with_null(value)
        spellings = [spelling for spelling in plan.column.absent if spelling is not None]
        return {"anyOf": [value, {"enum": list(spellings)}]} if spellings and value else value


def _shared(source: Source) -> list[ColumnPlan]:
    """List the columns that are the same in every variant."""
    first, *others = source.variants
    return [plan for plan in first.columns if all(plan in other.columns for other in others)]


def _without_null(schema: Schema) -> Schema:
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    left = [kind for kind in kinds if kind != "null"]
    return {**schema, "type": left[0] if len(left) == 1 else left}
