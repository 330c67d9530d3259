"""The part of a standard's page that lists its rules: written ones whole, generated in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.generators.markdown import code, link, sentence, table, text
from annostd.generators.rules import RuleWords, example_lines, obligation, rule_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.plan.model import Plan, RulePlan
    from annostd.standard.model import Example


def lines(plan: Plan) -> Iterator[str]:
    """Write the part: written rules by class, then generated ones."""
    written = [rule for rule in plan.rules.values() if rule.check is None]
    generated = [rule for rule in plan.rules.values() if rule.check is not None]
    yield "## Rules"
    yield ""
    yield f"{code(f'annostd explain {plan.standard.id}/RULE')} says the same."
    yield ""
    for rule in sorted(written, key=lambda rule: (rule.class_name, rule.id)):
        yield from _written(plan, rule)
    yield "### Rules that the declarations imply"
    yield ""
    rows = (_row(rule_words(plan, rule)) for rule in generated)
    yield from table(("rule", "level", "class", "what it obliges to"), rows)


def _written(plan: Plan, rule: RulePlan) -> Iterator[str]:
    said = plan.standard.rules[rule.id]
    yield f"### {code(rule.id)}"
    yield ""
    yield f"{rule.level}, class {code(rule.class_name)}"
    yield ""
    message = f" Else it says {code(said.message)}." if said.message else ""
    yield f"**What.** {sentence(said.doc or obligation(plan, rule))}{message}"
    yield ""
    if said.why:
        yield from (f"**Why.** {sentence(said.why)}", "")
    yield from _examples("Example", "Breaks the rule:", said.failing)
    yield from _examples("Instead", "Keeps it:", said.passing)
    if rule.clause:
        yield from (f"**Source.** {_source(plan, rule.clause)}", "")


def _examples(heading: str, words: str, examples: Sequence[Example]) -> Iterator[str]:
    if not examples:
        return
    yield f"**{heading}.** {words}"
    yield ""
    for example in examples:
        yield "- " + "; ".join(code(line) for line in example_lines(example))
    yield ""


def _source(plan: Plan, clause: str) -> str:
    name, _, place = clause.partition("#")
    source = plan.standard.sources.get(name)
    if source is None:
        return code(clause)
    return link(source.title, source.url) + (f", {text(place)}" if place else "")


def _row(words: RuleWords) -> tuple[str, ...]:
    return code(words.id), str(words.level), code(words.class_name), sentence(words.what)
