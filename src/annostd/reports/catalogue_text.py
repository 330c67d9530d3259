"""Standards and rules as text: a list, what detection saw, a rule explained, cases tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.reports.lines import SEVERITY, Role, Span, counted, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.reports.lines import Line
    from annostd.reports.model import Detection, Entry, Explanation, Trial


def standards_text(entries: Sequence[Entry]) -> Iterator[Line]:
    """A line for each standard: id, version, status, title, aliases."""
    width = max((len(entry.id) for entry in entries), default=0)
    for entry in entries:
        name = Span(f"{entry.id:<{width}}", Role.TITLE)
        aliases = f" (also {', '.join(entry.aliases)})" if entry.aliases else ""
        faint = Span(f"  {entry.version:<7} {entry.status:<9} {entry.domain:<7} ", Role.FAINT)
        yield line(name, faint, f"{entry.title}{aliases}")


def detection_text(detection: Detection) -> Iterator[Line]:
    """The standard found, or that none or several were; then the evidence for each candidate."""
    fitting = [candidate.id for candidate in detection.candidates if candidate.fits]
    if detection.chosen is not None:
        yield line(Span(detection.chosen, Role.GOOD))
    elif fitting:
        yield line(Span("several standards fit", Role.WARNING), f": {', '.join(fitting)}")
    else:
        yield line(Span("no known standard fits", Role.ERROR))
    for candidate in detection.candidates:
        fits = Span("fits", Role.GOOD) if candidate.fits else Span("does not fit", Role.FAINT)
        yield line(f"  {candidate.id} {candidate.version}: ", fits)
        yield from (line(f"    {item}") for item in candidate.evidence)


def explanation_text(explanation: Explanation) -> Iterator[Line]:
    """What a rule obliges to, why, an example that breaks it, what instead, and who says so."""
    rule = Span(f"{explanation.standard}/{explanation.rule}", Role.TITLE)
    level = Span(explanation.level.value, SEVERITY[explanation.level])
    yield line(rule, "  ", level, f"  class {explanation.class_name}, {explanation.version}")
    parts = {
        "what": (explanation.what,),
        "why": (explanation.why,) if explanation.why else (),
        "example": explanation.example,
        "instead": explanation.instead,
        "source": explanation.source,
    }
    for heading, texts in parts.items():
        if texts:
            yield ()
            yield line(Span(heading, Role.TITLE))
            yield from (line(f"  {row}") for text in texts for row in text.splitlines())


def trials_text(trials: Sequence[Trial]) -> Iterator[Line]:
    """Each case that did not come out as expected and how, then how many did."""
    failed = [trial for trial in trials if trial.problems]
    for trial in failed:
        yield line(Span("failed", Role.ERROR), f"  {trial.standard} {trial.case}")
        yield from (line(f"    {problem}") for problem in trial.problems)
    role = Role.ERROR if failed else Role.GOOD
    kept = Span(f"{len(trials) - len(failed):,} of {counted(len(trials), 'case')}", role)
    yield line(kept, " came out as expected")
