"""Reports as JSON: one object, always the same bytes for the same report.

Text is escaped to ASCII, so that nothing in it can reach a terminal as a control character.
`report.schema.json`, beside this file, tells the shape.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias, cast

from annostd.errors import UsageError
from annostd.reports.model import tool_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.errors import AnnostdError
    from annostd.findings import Finding, Location, Loss, Tally
    from annostd.reports.model import ConversionReport, Identity, Report

Object: TypeAlias = dict[str, object]

TOOL = "annostd"


def report_schema() -> Object:
    """The JSON Schema (2020-12) of all that this module prints."""
    text = files("annostd.reports").joinpath("report.schema.json").read_text("utf-8")
    return cast("Object", json.loads(text))


def json_reports(reports: Sequence[Report]) -> Iterator[str]:
    """The report as one object, several as a list, in pieces; each finding on its own line."""
    if len(reports) == 1:
        yield from _pieces(_report(reports[0]), reports[0].findings)
    else:
        yield "["
        for index, report in enumerate(reports):
            yield ",\n" if index else "\n"
            yield from _pieces(_report(report), report.findings)
        yield "\n]"
    yield "\n"


def json_conversion(report: ConversionReport) -> Iterator[str]:
    """The report of a conversion as one object, in pieces; each finding on its own line."""
    yield from _pieces(_conversion(report), report.findings)
    yield "\n"


def json_error(error: AnnostdError) -> str:
    """What stands for a report where nothing could be judged."""
    message, hint = str(error), None
    if isinstance(error, UsageError):
        message, hint = error.message, error.hint
    fault = {"message": message, "hint": hint}
    return json.dumps({"tool": _tool(tool_version()), "error": fault}) + "\n"


def _report(report: Report) -> Object:
    return {
        "tool": _tool(report.tool),
        "standard": _identity(report.standard),
        "verdict": report.verdict.value,
        "classes": dict(report.classes),
        "counts": dict(report.counts) | {"rules": _tallies(report.rules)},
    }


def _conversion(report: ConversionReport) -> Object:
    return {
        "tool": _tool(report.tool),
        "source": _identity(report.source),
        "target": _identity(report.target),
        "written": report.written,
        "refused": list(report.refused),
        "files": report.files,
        "counts": dict(report.counts),
        "derived": dict(report.derived),
        "losses": [_loss(loss) for loss in report.losses],
        "ids": {table: dict(ids) for table, ids in report.ids.items()},
        "notes": list(report.notes),
    }


def _pieces(head: Object, findings: Sequence[Finding]) -> Iterator[str]:
    yield json.dumps(head, indent=1).removesuffix("\n}") + ',\n "findings": ['
    for index, finding in enumerate(findings):
        yield (",\n  " if index else "\n  ") + json.dumps(_finding(finding))
    yield "\n ]\n}" if findings else "]\n}"


def _tool(version: str) -> Object:
    return {"name": TOOL, "version": version}


def _identity(identity: Identity) -> Object:
    return {
        "id": identity.id,
        "version": identity.version,
        "dialects": {axis: asdict(dialect) for axis, dialect in identity.dialects.items()},
        "digest": identity.digest,
    }


def _tallies(rules: Mapping[str, Tally]) -> Object:
    return {
        rule: {
            "pass": tally.passed,
            "fail": tally.failed,
            "blocked": tally.blocked,
            "not_applicable": tally.not_applicable,
            "skipped": tally.skipped,
        }
        for rule, tally in rules.items()
    }


def _loss(loss: Loss) -> Object:
    return {
        "kind": loss.kind.value,
        "what": loss.what,
        "reason": loss.reason,
        "count": loss.count,
        "error": loss.error,
        "unit": loss.unit,
        "places": [_place(place) for place in loss.places],
        "objects": list(loss.objects),
    }


def _finding(finding: Finding) -> Object:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "class": finding.class_name,
        "phase": finding.phase.value,
        **_place(finding.location),
        "object": finding.object,
        "actual": finding.actual,
        "expected": finding.expected,
        "message": finding.message,
    }


def _place(place: Location) -> Object:
    found: Object = {"file": place.file, "line": place.line, "column": place.column}
    if place.pointer is not None:
        found["pointer"] = place.pointer
    if place.xpath is not None:
        found["xpath"] = place.xpath
    return found
