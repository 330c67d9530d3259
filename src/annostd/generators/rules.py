"""The catalogue of a standard's rules: each in words, with an example that breaks it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.codecs.tags import SCHEMES
from annostd.generators import fault_words, places
from annostd.generators.fault_words import Words
from annostd.plan.gathers import gathered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.findings import Level
    from annostd.plan.model import ColumnPlan, Plan, RulePlan
    from annostd.standard.model import Example, Json

_NAMED: Mapping[str, Mapping[str, Words]] = {
    "layout": fault_words.LAYOUT_FAULTS,
    "media": fault_words.MEDIA_FAULTS,
}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words: what it obliges to, why, what breaks it, what instead, who says so."""

    id: str
    level: Level
    class_name: str
    what: str
    why: str | None = None
    example: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


def catalogue(plan: Plan) -> tuple[RuleWords, ...]:
    """Put every rule of a plan into words, in the plan's order."""
    return tuple(rule_words(plan, rule) for rule in plan.rules.values())


def rule_words(plan: Plan, rule: RulePlan) -> RuleWords:
    """Put one rule into words."""
    if rule.check is None:
        return _written(plan, rule)
    words = _generated(plan, rule)
    return RuleWords(
        rule.id,
        rule.level,
        rule.class_name,
        words.what,
        words.why,
        (words.example,),
        (words.instead,),
        tuple(source_lines(plan, rule.clause)),
    )


def source_lines(plan: Plan, clause: str | None) -> Iterator[str]:
    """Say who says so: the title and the address of what a clause cites."""
    if clause is None:
        return
    name, _, place = clause.partition("#")
    source = plan.standard.sources.get(name)
    if source is None:
        yield clause
        return
    at = f", {place}" if place else ""
    seen = f" (seen {source.retrieved})" if source.retrieved else ""
    yield f"{source.title}{at}{seen}: {source.url}"


def example_lines(example: Example) -> tuple[str, ...]:
    """Write an example as the changes that it makes to the standard's example data."""
    lines = [f"{target} is {_shown(value)}" for target, value in example.set.items()]
    lines += [f"added to {table}: {_shown(dict(row))}" for table, row in example.add]
    lines += [f"without {target}" for target in example.remove]
    return tuple(lines)


def _written(plan: Plan, rule: RulePlan) -> RuleWords:
    said = plan.standard.rules[rule.id]
    return RuleWords(
        rule.id,
        rule.level,
        rule.class_name,
        said.doc or obligation(plan, rule),
        said.why,
        tuple("; ".join(example_lines(example)) for example in said.failing),
        tuple("; ".join(example_lines(example)) for example in said.passing),
        tuple(source_lines(plan, rule.clause)),
    )


def obligation(plan: Plan, rule: RulePlan) -> str:
    """Say which rows a written rule is about, where it applies, and what it requires of them."""
    said = plan.standard.rules[rule.id]
    scope = "in the dataset"
    if said.table is not None and said.pairs is not None:
        each = "each row and the next one" if said.is_adjacent else "each two rows"
        scope = f"{each} of `{said.table}` with the same {_ticked(said.pairs)}"
    elif said.table is not None and said.per is not None:
        groups = f" with the same {_ticked(said.per)}" if said.per else ""
        scope = f"all rows of `{said.table}`{groups}, taken together"
    elif said.table is not None:
        scope = f"each row of `{said.table}`"
    when = f", where `{said.when}`" if said.when else ""
    given = [f"`{name}` is {value:g}" for name, value in rule.parameters.items()]
    parameters = f"; here {', '.join(given)}" if given else ""
    return f"{scope}{when}: `{said.require}`{parameters}"


def _ticked(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _generated(plan: Plan, rule: RulePlan) -> Words:
    table, column, fault = rule.check or ("", None, "")
    if not table:
        kind, _, fault = rule.id.partition(".")
        known = _NAMED.get(kind, fault_words.CARRIER_FAULTS)
        if fault == "unknown-key":
            known = fault_words.TABLE_FAULTS
        return _filled(
            known.get(fault, fault_words.UNSAID), {"table": f"`{kind}`", "place": "the file"}
        )
    if column is None:
        return _filled(fault_words.TABLE_FAULTS[fault], _table_facts(plan, table))
    if column in plan.standard.tables[table].joins:
        return _filled(
            fault_words.JOIN_FAULTS[fault], {"table": f"`{table}`", "join": f"`{column}`"}
        )
    return _filled(fault_words.COLUMN_FAULTS[fault], _column_facts(plan, table, column, fault))


def _filled(words: Words, facts: Mapping[str, str]) -> Words:
    def fill(text: str) -> str:
        for name, value in facts.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    return Words(fill(words.what), fill(words.why), fill(words.example), fill(words.instead))


def _table_facts(plan: Plan, table: str) -> dict[str, str]:
    sources = [source for source in places.sources_of(plan, table) if source.join is None]
    found = [*dict.fromkeys(places.locator(source) or source.file for source in sources)]
    kinds = [variant.name for source in sources for variant in source.variants if variant.name]
    return {
        "table": f"`{table}`",
        "place": " or ".join(f"`{place}`" for place in found) or "the file",
        "limits": _ticked(tuple(dict.fromkeys(kinds))),
    }


def _column_facts(plan: Plan, table: str, name: str, fault: str) -> dict[str, str]:
    found = [column for _, _, column in places.bindings(plan, table, name)]
    if fault != "missing":  # nothing else can be wrong with what is made of rows
        found = [column for column in found if column.gather is None] or found
    column = next((c for c in found if _limits(c, fault)), found[0] if found else None)
    spelled = [*dict.fromkeys(place for each in found for place in places.spelled(each))]
    facts = {"table": f"`{table}`", "column": f"`{name}`", "place": _listed(spelled) or f"`{name}`"}
    if column is not None:
        facts |= {"kind": places.kind(column), "limits": _limits(column, fault)}
        named = next((g.named for _, _, g in gathered(plan) if g.named and g.table == table), None)
        if named is not None and fault == "dangling" and column.refers is None:
            facts["kind"] = f"one of the `{named[1]}` of the `{named[0]}`"
    elif (scheme := places.scheme_of(plan, table, name)) is not None:
        letters = _ticked(tuple(SCHEMES[scheme].letters))
        facts["limits"] = f"`O`, or one of {letters}, a hyphen and a class (`{scheme}`)"
    verbs = _PLURAL if column is not None and len(column.fields) > 1 else _SINGULAR
    return {**facts, **verbs}


_SINGULAR = {"is": "is", "makes": "is", "holds": "holds", "names": "names", "agrees": "agrees"}
_PLURAL = {
    "is": "are",
    "makes": "are together",
    "holds": "hold",
    "names": "name",
    "agrees": "agree",
}


def _listed(names: list[str]) -> str:
    shown = ["the value itself" if name == "." else f"`{name}`" for name in names]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def _limits(column: ColumnPlan, fault: str) -> str:
    said = column.column
    if fault == "value":
        return "one of " + _ticked(tuple(_shown(native) for native, _ in said.values))
    if fault == "range":
        return range_text(column)
    if fault == "pattern":
        return f"a text of the pattern `{said.pattern}`"
    if fault == "length" and said.length is not None:
        least, most = said.length
        return f", from {least or 0} to {'any number' if most is None else most}"
    if fault == "differs":
        return _agreement(column)
    return ""


def range_text(column: ColumnPlan) -> str:
    """Say which numbers a column may hold; "" where any."""
    least, most = column.column.minimum, column.column.maximum
    if least is not None and most is not None:
        return f"from {least:g} to {most:g}"
    return (
        f"at least {least:g}"
        if least is not None
        else f"at most {most:g}"
        if most is not None
        else ""
    )


def _agreement(column: ColumnPlan) -> str:
    agrees = column.column.agrees
    given = [
        text
        for text in (
            f"{agrees.absolute:g}" if agrees and agrees.absolute else "",
            f"{agrees.relative * 100:g} %" if agrees and agrees.relative else "",
        )
        if text
    ]
    within = f" within {' or '.join(given)}" if given else ""
    return f"`{column.column.derive}`{within}"


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
