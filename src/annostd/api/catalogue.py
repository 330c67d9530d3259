"""What is known: standards by name, and their rules in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from annostd.plan import Plan
    from annostd.reports import Entry, Explanation
    from annostd.standard import Library, Standard


def load(name: str, standards: Sequence[Path] = ()) -> Standard:
    """Load the standard that `ID[@RANGE][:DIALECT[,DIALECT]]` or the path of a YAML file names.

    `standards` are folders with more of them. Raises UsageError where nothing has that name,
    StandardError where the file is broken.
    """
    from annostd.api.choice import name_standard
    from annostd.api.once import library

    standard, _ = name_standard(name, library(standards))
    return standard


def list_standards(standards: Sequence[Path] = ()) -> tuple[Entry, ...]:
    """List the standards that are known, by id and rising version."""
    from annostd.api.once import library
    from annostd.reports import Entry

    return tuple(
        Entry(entry.id, entry.version, entry.status, entry.title, entry.domain, entry.aliases)
        for entry in library(standards).standards
    )


def explain(rule: str, standard: str | None = None, standards: Sequence[Path] = ()) -> Explanation:
    """Explain a rule: `STANDARD/RULE`, or `RULE` of the standard named or the only one with it.

    Raises UsageError where no standard, or more than one, has a rule of that id.
    """
    from annostd.api.choice import name_standard
    from annostd.api.once import compile_plan, library

    known = library(standards)
    name, _, wanted = rule.rpartition("/")
    chosen = name or standard
    if chosen is None:
        return _explained(_only_plan(wanted, known), wanted)
    plan = compile_plan(name_standard(chosen, known)[0])
    if wanted not in plan.rules:
        raise UsageError(f"{plan.standard.id} has no rule '{wanted}'", _hint(wanted, plan))
    return _explained(plan, wanted)


def _only_plan(rule: str, known: Library) -> Plan:
    """Find the standard that has a rule, in its newest version."""
    from annostd.api.once import compile_plan
    from annostd.api.once import load as load_standard

    newest = {entry.id: entry for entry in known.standards}
    plans = [compile_plan(load_standard(entry.path, known)) for entry in newest.values()]
    having = [plan for plan in plans if rule in plan.rules]
    if not having:
        raise UsageError(
            f"no standard that is known has a rule '{rule}'", "annostd list names the standards"
        )
    if len(having) > 1:
        names = ", ".join(f"{plan.standard.id}/{rule}" for plan in having)
        raise UsageError(f"several standards have a rule '{rule}', expected one of {names}")
    return having[0]


def _hint(rule: str, plan: Plan) -> str | None:
    from annostd.standard.locate import hint

    return hint(rule, list(plan.rules))


def _explained(plan: Plan, rule: str) -> Explanation:
    from annostd.generators import rule_words
    from annostd.reports import Explanation

    words = rule_words(plan, plan.rules[rule])
    return Explanation(
        rule=words.id,
        standard=plan.standard.id,
        version=plan.standard.version,
        level=words.level,
        class_name=words.class_name,
        what=words.what,
        why=words.why,
        example=words.example,
        instead=words.instead,
        source=words.source,
    )
