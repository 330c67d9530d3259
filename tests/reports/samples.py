"""Reports to print: a harmless one and one whose every text is hostile."""

from __future__ import annotations

from annostd.findings import Finding, Level, Location, Loss, LossKind, Phase, Tally
from annostd.reports import (
    ConversionReport,
    Dialect,
    Identity,
    Report,
    Verdict,
    in_order,
)

HOSTILE = "[red]x[/] \x1b[31m\x07\x9b2J\u202e\n\ud800:smile:"
SHAPES = Identity("shapes", "1.0.0", "0" * 64, {"layout": Dialect("official", "told")})
DOTS = Identity("dots", "2.1.0", "1" * 64)


def finding(
    rule: str = "box-outside-media",
    level: Level = Level.SHOULD,
    line: int = 3,
    message: str = "the box ends at 70, expected at most 64",
    text: str = "a.json",
) -> Finding:
    place = Location(text, line, 5, pointer=f"/annotations/{line}/bbox")
    return Finding(rule, level, "geometry", Phase.SEMANTIC, place, message, "#3", "70", "64")


def report(*findings: Finding, verdict: Verdict = Verdict.CONFORMS, path: str = "data") -> Report:
    return Report(
        path=path,
        standard=SHAPES,
        verdict=verdict,
        classes={"structure": "evaluated", "media": "no images found"},
        counts={"media": 2, "annotation": 1234},
        rules={"box-outside-media": Tally(passed=1, failed=2, blocked=1)},
        findings=in_order(findings),
        tool="0.0.0",
    )


def conversion(*losses: Loss, written: bool = True, **more: object) -> ConversionReport:
    found = ConversionReport("in", "out", SHAPES, DOTS, written, losses=losses, tool="0.0.0")
    for name, value in more.items():
        object.__setattr__(found, name, value)
    return found


LOST = Loss(LossKind.LOST, "annotation.mask", "dots has no masks", 7, (Location("a.json", 9, 2),))
ROUNDED = Loss(
    LossKind.ROUNDED, "annotation.box", "6 decimals", 40, error=0.00123456789, unit="pixel"
)
