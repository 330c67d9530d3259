"""Validating: a dataset against a standard, to a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from annostd.api.choice import Opened
    from annostd.bindings.store import Store
    from annostd.findings import Finding
    from annostd.plan.model import Plan, RulePlan
    from annostd.reports import Report
    from annostd.validators.run import Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """What a validation is asked for besides its rules.

    `require` are classes that must be evaluated, `ignore` findings of readers to leave out, `store`
    is where it is remembered what files were found to be.
    """

    require: Sequence[str] = ()
    media_root: Path | None = None
    progress: Callable[[int], None] | None = None
    ignore: frozenset[str] = frozenset()
    store: Store | None = None


def validate(
    paths: Path | str | Sequence[Path | str],
    *,
    standard: str | None = None,
    standards: Sequence[Path] = (),
    media_root: Path | None = None,
    require: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    follow_links: bool = False,
    engine: str = "local",
    cache: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Report, ...]:
    """Judge datasets, each a folder or a file, by a standard; detected where none is named.

    `require` names classes that have to be evaluated, `select` and `ignore` rules by id;
    `engine` reads many files (local, ray, spark), and nothing of the report tells which it was;
    `cache` is a folder that remembers what files were found to be, for the next time; `progress`
    is called with the number of rows read. Raises UsageError for what cannot be done at all.
    """
    from pathlib import Path as Folder

    from annostd.engines import open_engine

    wanted = [paths] if isinstance(paths, (str, Folder)) else paths
    runner = open_engine(engine)
    reports = []
    for path in wanted:
        opened = open_dataset(Folder(path), standard, standards, follow_links=follow_links)
        opened = replace(opened, document=replace(opened.document, engine=runner))
        rules, dropped = _selected(opened.choice.plan, select, ignore)
        asked = Asked(require, media_root, progress, dropped, _store(cache, Folder(path)))
        reports.append(report_of(str(path), opened, rules, asked))
    return tuple(reports)


def open_dataset(
    path: Path, standard: str | None, standards: Sequence[Path], *, follow_links: bool = False
) -> Opened:
    """Open a dataset under the standard named, or under the one detected."""
    from annostd.api.choice import name_standard, open_with
    from annostd.api.detect import detect_and_open
    from annostd.api.once import library

    if not path.exists():
        raise UsageError(f"{path} does not exist, expected a folder or a file")
    if standard is None:
        detection, opened = detect_and_open(path, standards)
        if detection.chosen is None or opened is None:
            raise UsageError(
                _undetected(path, [c.id for c in detection.candidates if c.fits]),
                "name the standard with --as; annostd detect shows what was looked at",
            )
        if not follow_links:
            return opened
        standard = detection.chosen
    named, dialects = name_standard(standard, library(standards))
    return open_with(path, named, dialects, follow_links=follow_links)


def report_of(
    path: str, opened: Opened, rules: Mapping[str, RulePlan], asked: Asked | None = None
) -> Report:
    """Judge an opened dataset by rules."""
    from annostd.plan.want import want_for_rules
    from annostd.reports import Report, Verdict, in_order
    from annostd.validators.memory import Memory
    from annostd.validators.run import validate as judge

    asked = asked or Asked()
    plan = opened.document.plan
    document = replace(opened.document, want=want_for_rules(plan, rules))
    memory = Memory(asked.store, _about(opened, rules)) if asked.store is not None else None
    outcome = judge(document, rules, asked.progress, media_root=asked.media_root, memory=memory)
    classes = _classes(rules, outcome)
    unknown = [name for name in asked.require if name not in classes]
    if unknown:
        raise UsageError(
            f"{plan.standard.id} has no class {unknown[0]!r}, "
            f"expected one of {', '.join(sorted(classes))}"
        )
    findings = in_order(f for f in outcome.findings if f.rule not in asked.ignore)
    verdict = _verdict(findings, classes, asked.require)
    tables = [*plan.tables]
    counts = {table: outcome.rows.get(table, 0) for table in tables}
    tallies = {rule: outcome.tallies[rule] for rule in sorted(outcome.tallies)}
    return Report(
        path, opened.choice.identity(), Verdict(verdict), classes, counts, tallies, findings
    )


def _store(cache: Path | None, dataset: Path) -> Store | None:
    from annostd.bindings.store import open_store
    from annostd.reports import tool_version

    if cache is None:
        return None
    if cache.resolve().is_relative_to(dataset.resolve()):
        raise UsageError(f"the cache {cache} lies in the dataset {dataset}, expected it elsewhere")
    return open_store(cache, tool_version())


def _about(opened: Opened, rules: Mapping[str, RulePlan]) -> str:
    """Digest what findings depend on besides the data."""
    from annostd.bindings.store import digest

    standard, links = opened.choice.standard, opened.document.follow_links
    said = (standard.digest, sorted(standard.chosen.items()), sorted(rules), links)
    return digest(repr(said).encode())


def _selected(
    plan: Plan, select: Sequence[str], ignore: Sequence[str]
) -> tuple[dict[str, RulePlan], frozenset[str]]:
    """Choose the rules to be judged; also name the readers' findings that are to be left out.

    What could not be read is told whatever is selected, since nothing else was judged there.
    """
    from annostd.findings import Level, Phase

    chosen = {name.rpartition("/")[2] for name in select}
    dropped = {name.rpartition("/")[2] for name in ignore}
    readers = {"layout", "media", *(file.file.carrier for file in plan.files)}
    for name in sorted(chosen | dropped):
        if name not in plan.rules and name.partition(".")[0] not in readers:
            raise UsageError(
                f"{plan.standard.id} has no rule {name!r}", "annostd explain lists the rules"
            )
    unread = {n for n, r in plan.rules.items() if r.phase is Phase.IO and r.level is Level.MUST}
    wanted = (chosen | unread if chosen else plan.rules.keys()) - dropped
    return {n: r for n, r in plan.rules.items() if n in wanted}, frozenset(dropped)


def _classes(rules: Mapping[str, RulePlan], outcome: Outcome) -> dict[str, str]:
    """Say of each class whether it was evaluated, or why not."""
    names = sorted({rule.class_name for rule in rules.values()})
    return {name: outcome.unevaluated.get(name, "evaluated") for name in names}


def _verdict(
    findings: Sequence[Finding], classes: Mapping[str, str], require: Sequence[str]
) -> str:
    from annostd.findings import Level

    if any(finding.level is Level.MUST for finding in findings):
        return "fails"
    if any(classes[name] != "evaluated" for name in require):
        return "incomplete"
    return "conforms"


def _undetected(path: Path, fitting: Sequence[str]) -> str:
    if fitting:
        return f"{path} fits several standards: {', '.join(fitting)}"
    return f"{path} fits no standard that is known"
