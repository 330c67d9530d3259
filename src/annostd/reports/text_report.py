"""A validation's report as text: the verdict first, then rule by rule what is wrong and where."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from annostd.reports.lines import SEVERITY, Role, Span, counted, line
from annostd.reports.model import STRENGTH, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.findings import Finding, Location
    from annostd.reports.lines import Line
    from annostd.reports.model import Identity, Report

EVALUATED = "evaluated"
_VERDICTS = {
    Verdict.CONFORMS: Span("conforms to", Role.GOOD),
    Verdict.FAILS: Span("fails", Role.ERROR),
    Verdict.INCOMPLETE: Span("incomplete against", Role.WARNING),
}


def text_report(report: Report, again: str, limit: int | None) -> Iterator[Line]:
    """The report's lines.

    `again` is the command that validates the same once more, `limit` the number of places shown of
    each rule (None: all).
    """
    yield verdict_line(report)
    yield line(f"  {coverage(report.classes)}")
    if report.counts:
        rows = ", ".join(f"{count:,} {table}" for table, count in report.counts.items())
        yield line(f"  read: {rows}")
    yield from _skipped(report)
    groups = by_rule(report.findings)
    for findings in groups:
        yield ()
        yield from _rule(report, findings, again, limit)
    if groups:
        rule = f"{report.standard.id}/{groups[0][0].rule}"
        why = Span(f"annostd explain {rule}", Role.COMMAND)
        yield ()
        yield line("why, and what instead: ", why)


def verdict_line(report: Report) -> Line:
    """The first line: path, verdict, standard, how many findings of each level."""
    standard = f" {report.standard}{dialects(report.standard)}"
    levels = [finding.level for finding in report.findings]
    tally = ", ".join(f"{levels.count(level)} {level}" for level in STRENGTH if level in levels)
    path = Span(report.path, Role.TITLE)
    return line(path, ": ", _VERDICTS[report.verdict], standard, f"; {tally or 'no findings'}")


def dialects(identity: Identity) -> str:
    """Which alternatives were taken and how, in brackets; empty where there is no choice."""
    chosen = [
        f"{axis} {dialect.alternative}, {dialect.how}"
        for axis, dialect in identity.dialects.items()
    ]
    return f" ({'; '.join(chosen)})" if chosen else ""


def coverage(classes: Mapping[str, str]) -> str:
    """Which classes the verdict covers, and why not the others."""
    evaluated = [name for name, state in classes.items() if state == EVALUATED]
    others = [f"{name} ({state})" for name, state in classes.items() if state != EVALUATED]
    covered = f"classes {', '.join(evaluated)}" if evaluated else "no class evaluated"
    return f"{covered}; not evaluated: {', '.join(others)}" if others else covered


def by_rule(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings rule by rule, the strongest level first, then by rule id."""
    groups: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[STRENGTH[finding.level], finding.rule].append(finding)
    return [groups[key] for key in sorted(groups)]


def place_text(place: Location) -> str:
    """`file:line:column`, and the pointer or XPath where there is one."""
    numbers = [str(number) for number in (place.line, place.column) if number is not None]
    deep = place.pointer or place.xpath
    return ":".join([place.file or ".", *numbers]) + (f" {deep}" if deep else "")


def finding_lines(finding: Finding) -> Iterator[Line]:
    """The place of a finding, then what is wrong there, with actual and expected."""
    name = Span(f" ({finding.object})" if finding.object else "", Role.FAINT)
    yield line(f"    {place_text(finding.location)}", name)
    yield line(f"      {finding.message}{_contrast(finding)}")


def _skipped(report: Report) -> Iterator[Line]:
    unjudged = {
        "blocked": sum(1 for tally in report.rules.values() if tally.blocked),
        "skipped": sum(1 for tally in report.rules.values() if tally.skipped),
    }
    parts = [f"{counted(number, 'rule')} {state}" for state, number in unjudged.items() if number]
    if parts:
        yield line(f"  not judged everywhere: {', '.join(parts)}")


def _rule(report: Report, findings: list[Finding], again: str, limit: int | None) -> Iterator[Line]:
    first = findings[0]
    tally = report.rules.get(first.rule)
    judged = f" of {tally.passed + tally.failed:,} judged" if tally and tally.failed else ""
    level = Span(f"{first.level:<6}", SEVERITY[first.level])
    number = f"  {counted(len(findings), 'finding')}{judged}"
    yield line(level, "  ", Span(first.rule, Role.TITLE), number)
    for finding in findings[:limit]:
        yield from finding_lines(finding)
    if limit is not None and len(findings) > limit:
        rest = Span(f"{again} --select {first.rule} --limit 0", Role.COMMAND)
        yield line(f"    and {len(findings) - limit:,} more: ", rest)


def _contrast(finding: Finding) -> str:
    """Actual and expected, where the message does not name them itself."""
    parts = [
        f"{name} {value}"
        for name, value in (("actual", finding.actual), ("expected", finding.expected))
        if value is not None and value not in finding.message
    ]
    return f" ({', '.join(parts)})" if parts else ""
