"""Which generated rules can fail at all: what no file can break is not listed as an obligation.

A text that stands in XML is always a string, a field of a line is always there, a record of one
whole value has no member that is not declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.plan.divisions import PAIRS
from annostd.plan.sources import walk
from annostd.tables.geometry.forms import PLACED
from annostd.tables.schema import GEOMETRIES
from annostd.templates import Optional, Slot
from annostd.templates import fields as template_fields
from annostd.templates.tokens import choices_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import ColumnPlan, Field, FilePlan, RulePlan, Source, Variant
    from annostd.templates import Piece

_TYPED = frozenset({"json", "jsonl", "yaml", "parquet"})
_DOCUMENTS = frozenset({"json", "list", "map", "schema"})
_NUMBERS = frozenset({"integer", "number", "time"})


def can_fail(rule: RulePlan, files: Sequence[FilePlan]) -> bool:
    """Tell whether any data can break a generated rule."""
    table, column, fault = rule.check or ("", None, "")
    if not table:
        return _is_role_open(rule.id, files)
    found = [(f, s) for f in files for s in walk(f.sources) if s.table == table]
    homes = [(file.file.carrier, source) for file, source in found]
    if column is None:
        return not found or any(
            _can_table(f.file.carrier, s, fault, is_outermost=s in f.sources) for f, s in found
        )
    plans = [
        (_Home(carrier, source, variant), plan)
        for carrier, source in homes
        for variant in source.variants
        for plan in variant.columns
        if plan.name == column
    ]
    if fault == "duplicate" and all(
        _is_path(home.source, plan, files) or _is_member(home, plan) for home, plan in plans
    ):
        return not plans
    return not plans or any(_can_column(*each, fault) for each in plans)


def _is_path(source: Source, plan: ColumnPlan, files: Sequence[FilePlan]) -> bool:
    """Tell whether a key is all that tells the paths of its files apart, one row a file."""
    role = next(file for file in files if file.role == source.file)
    names = [template_fields(path) for path in role.paths]
    is_record = bool(source.locator) or source.grammar is not None
    is_single = is_record and all(step.kind == "member" for step in source.locator)
    held = [name.strip("{}") for name in plan.fields]
    return is_single and source.template is None and names == [tuple(held)]


def _is_member(home: _Home, plan: ColumnPlan) -> bool:
    """Tell whether a key is the name of a member of the row around, of which there is one."""
    steps = home.source.locator
    names = [f"{{{step.name}}}" for step in steps[-1:] if step.kind == "capture"]
    is_single = all(step.kind == "member" for step in steps[:-1])
    is_name = home.carrier in _TYPED and [*plan.fields] == names
    return is_name and is_single and plan.column.key == home.source.enclosing


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a column stands."""

    carrier: str
    source: Source
    variant: Variant


def _is_role_open(rule: str, files: Sequence[FilePlan]) -> bool:
    """Tell whether a document has members outside of any record; other rules can always fail."""
    role, _, fault = rule.rpartition(".")
    plan = next((file for file in files if file.role == role), None)
    if fault != "unknown-key" or plan is None:
        return True
    return all(len(source.locator) > (plan.file.carrier == "xml") for source in plan.sources)


def _can_table(carrier: str, source: Source, fault: str, *, is_outermost: bool) -> bool:
    """Tell of a table; a record that is also that of an enclosing row is judged as the latter."""
    is_own = bool(source.locator) or is_outermost
    if fault == "unknown-key" and (is_own or carrier == "xml"):
        return carrier == "xml" or not any(f.path in {(), (".",)} for f in _members(source))
    if fault == "unknown-key":
        return False
    if fault == "type":
        is_line = is_outermost and carrier == "jsonl"
        return carrier in _TYPED and (bool(source.locator) or is_line)
    if fault == "missing":
        is_root = carrier == "xml" and len(source.locator) <= int(is_outermost)
        return source.join is None and not is_root
    if fault == "variant":
        tested = all(variant.where for variant in source.variants)
        covered = _is_named(source) or _is_exhausted(source) or _is_halved(source)
        return tested and not covered
    return True


def _is_named(source: Source) -> bool:
    """Tell whether the variants are told by the name of a step, and cover all that it may be."""
    tests = [variant.where for variant in source.variants]
    for step in source.locator:
        place = f"{{{step.name}}}"
        named = [t[0].constants or () for t in tests if len(t) == 1 and t[0].at == place]
        if step.choices and {*step.choices} <= {name for names in named for name in names}:
            return True
    return False


def _is_halved(source: Source) -> bool:
    """Tell whether one variant is told by a value that is there, and another by its absence."""
    only = [variant.where[0] for variant in source.variants if len(variant.where) == 1]
    there = {test.at for test in only if test.types == ("present",) and test.constants is None}
    return any(test.at in there and test.constants == (None,) for test in only)


def _is_exhausted(source: Source) -> bool:
    """Tell whether each token that the variants are told by makes a row one of them."""
    tests = [test for variant in source.variants for test in variant.where]
    if source.grammar is None or len({test.at for test in tests}) != 1:
        return False
    constants = {value for test in tests for value in test.constants or ()}
    if any(test.length == (1, None) for test in tests):
        return "" in constants
    return choices_of(source.grammar.body, tests[0].at) <= constants


def _can_column(home: _Home, plan: ColumnPlan, fault: str) -> bool:
    if fault == "missing":
        is_owed = plan.column.required is not None and not _is_tested(home.variant, plan)
        return is_owed and _may_be_left_out(home.source, plan)
    if fault == "type":
        return _may_be_of_another_type(home.carrier, plan) and not _is_typed(home.variant, plan)
    if fault == "value" and all(isinstance(native, bool) for native, _ in plan.column.values):
        return len(plan.column.values) == 1  # what is neither is of another type
    if fault == "length" and plan.type in GEOMETRIES:
        is_placed = plan.form is not None and plan.form.codec == PLACED
        is_listed = len(plan.fields) == 1 and (plan.form is None or len(plan.form.slots) != 1)
        return is_listed or is_placed or plan.column.length is not None
    return True


def _may_be_left_out(source: Source, plan: ColumnPlan) -> bool:
    """Captures are always there, and so are the fields of a line outside of `[…]`.

    A field that is there may still say that nothing is.
    """
    if plan.gather is not None:
        return True
    names = {field.name for field in _members(source)}
    if not names & set(plan.fields) or source.marked is not None:
        return False
    if any(plan.column.absent):
        return True
    if source.grammar is not None:
        return False
    if source.template is None:
        return True
    optional = set(_optional(source.template.pieces))
    return not names & set(plan.fields) <= _slots(source.template.pieces) - optional


def _is_tested(variant: Variant, plan: ColumnPlan) -> bool:
    """Tell whether only rows that have the column's value are of the variant."""
    return any(
        test.at in plan.fields
        and (test.types or test.length or test.pattern or test.constants or "null" in test.negated)
        and "null" not in test.types
        and None not in (test.constants or ())
        for test in variant.where
    )


def _is_typed(variant: Variant, plan: ColumnPlan) -> bool:
    """Tell whether only rows whose value is of the column's type are of the variant."""
    return any(
        test.at in plan.fields and test.types == (plan.type,) and plan.type in {"string", "boolean"}
        for test in variant.where
    )


def _may_be_of_another_type(carrier: str, plan: ColumnPlan) -> bool:
    """A capture and a text carrier give text, a picture numbers; some columns take any value."""
    is_held = plan.type == "json" and plan.column.type in _DOCUMENTS
    if carrier == "image" or (plan.type == "json" and not (is_held or plan.column.values)):
        return False
    if carrier in _TYPED and not all(name.startswith("{") for name in plan.fields):
        return True
    if is_held:
        return True
    natives = [native for native, _ in plan.column.values]
    if natives:
        return not any(isinstance(native, str) for native in natives)
    if plan.type == "spans":
        return plan.column.form == PAIRS
    return plan.type in _NUMBERS | GEOMETRIES | {"boolean"} or _names_a_number(plan)


def _names_a_number(plan: ColumnPlan) -> bool:
    return plan.type == "reference" and plan.column.type in _NUMBERS


def _members(source: Source) -> list[Field]:
    return [field for field in source.fields if field.capture is None]


def _slots(pieces: Sequence[Piece]) -> set[str]:
    return {piece.name for piece in pieces if isinstance(piece, Slot)} | set(_optional(pieces))


def _optional(pieces: Sequence[Piece]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Optional):
            yield from _slots(piece.pieces)
