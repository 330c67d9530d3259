"""A conversion's report as text: what was written or why not, what was derived, what was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.findings import LossKind
from annostd.reports.lines import Role, Span, counted, line
from annostd.reports.text_report import by_rule, dialects, place_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.findings import Loss
    from annostd.reports.lines import Line
    from annostd.reports.model import ConversionReport

SHOWN = 3
"""How many places and ids are shown; the JSON report has all of them."""

_KINDS = {LossKind.LOST: Role.ERROR, LossKind.ROUNDED: Role.NOTE, LossKind.DERIVABLE: Role.NOTE}


def conversion_text(report: ConversionReport) -> Iterator[Line]:
    """The report's lines."""
    yield outcome_line(report)
    yield from (line("  ", Span(reason, Role.ERROR)) for reason in report.refused)
    if report.counts:
        rows = ", ".join(f"{count:,} {table}" for table, count in report.counts.items())
        yield line(f"  rows: {rows}")
    for name, count in report.derived.items():
        yield line("  ", Span("derived", Role.NOTE), f"  {name}, {counted(count, 'value')}")
    for kind in _KINDS:
        for loss in report.losses:
            if loss.kind is kind:
                yield from _loss(loss)
    yield from _ids(report)
    yield from _output(report)
    yield from (line("  ", Span("note", Role.NOTE), f"  {note}") for note in report.notes)


def outcome_line(report: ConversionReport) -> Line:
    """The first line: what became of it, from what, into what."""
    target = f"{report.target}{dialects(report.target)}"
    standards = f" ({report.source}{dialects(report.source)} to {target})"
    paths = f": {report.source_path} -> {report.target_path}"
    if report.refused:
        return line(Span("refused, nothing written", Role.ERROR), paths, standards)
    if report.written:
        number = f", {counted(report.files, 'file')}"
        return line(Span("written", Role.GOOD), paths, standards, number)
    return line(Span("would be written", Role.GOOD), paths, standards)


def _loss(loss: Loss) -> Iterator[Line]:
    kind = Span(f"{loss.kind.value:<7}", _KINDS[loss.kind])
    unit = f" {loss.unit}" if loss.unit else ""
    error = "" if loss.error is None else f", at most by {loss.error:.6g}{unit}"
    number = counted(loss.count, "place")
    yield line("  ", kind, f"  {loss.what}, {number}{error}: {loss.reason}")
    for place in loss.places[:SHOWN] if loss.kind is LossKind.LOST else ():
        yield line("      ", Span(place_text(place), Role.FAINT))


def _ids(report: ConversionReport) -> Iterator[Line]:
    for table, ids in report.ids.items():
        first = ", ".join(f"{old} -> {new}" for old, new in list(ids.items())[:SHOWN])
        more = ", …" if len(ids) > SHOWN else ""
        name = Span("ids", Role.NOTE)
        yield line("  ", name, f"      {table}, {len(ids):,} new: {first}{more}")


def _output(report: ConversionReport) -> Iterator[Line]:
    for findings in by_rule(report.findings):
        first = findings[0]
        number = counted(len(findings), "finding")
        name = Span("output", Role.NOTE)
        yield line("  ", name, f"   {first.level} {first.rule}, {number}: {first.message}")
