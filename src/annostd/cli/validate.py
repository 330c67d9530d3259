"""`annostd validate`: is a dataset what its standard says?"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annostd.cli import console
from annostd.cli.guard import Exit, verb
from annostd.cli.options import (
    As,
    Cache,
    Engine,
    FailOn,
    FollowLinks,
    Form,
    MediaRoot,
    Quiet,
    Standards,
)
from annostd.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.reports import Line, Report

EXAMPLES = """
Examples:

    annostd validate data/

    annostd validate data/ --as our-boxes@1 --fail-on should

    annostd validate a/ b/ --format json --output report.json

    annostd validate data/ --cache ~/.cache/annostd
"""


@verb
def validate(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="A dataset: a folder or a single file.")
    ],
    *,
    standard: As = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the report.")] = Form.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report here.", show_default=False),
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Exit 1 from this level on.")] = FailOn.MUST,
    require: Annotated[
        list[str] | None,
        typer.Option(metavar="CLASS", help="A class that must be evaluated, such as media."),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Judge only this rule.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Do not judge this rule.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="Places shown of each rule in text; 0: all.")
    ] = 5,
    media_root: MediaRoot = None,
    follow_links: FollowLinks = False,
    engine: Engine = "local",
    cache: Cache = None,
    standards: Standards = None,
    quiet: Quiet = False,
) -> Exit:
    """Judge datasets by a standard: which rules they keep, and where they do not.

    Exit code: 0 conforms, 1 findings at or above --fail-on, 2 could not be judged, 3 incomplete.
    """
    from annostd import api

    with console.progress("validate", quiet=quiet) as progress:
        reports = api.validate(
            paths,
            standard=standard,
            standards=standards or (),
            media_root=media_root,
            require=require or (),
            select=select or (),
            ignore=ignore or (),
            follow_links=follow_links,
            engine=engine,
            cache=cache,
            progress=progress,
        )
    again = _again(standard, media_root, standards or ())
    _print(reports, form, output, _text(reports, again, limit or None, quiet=quiet))
    if not quiet:
        _notes(reports)
    return _code(reports, Level(fail_on.value.upper()))


def _text(
    reports: Sequence[Report], again: Sequence[str], limit: int | None, *, quiet: bool
) -> Iterator[Line]:
    from annostd.reports import text_report, verdict_line

    for index, report in enumerate(reports):
        if quiet:
            yield verdict_line(report)
            continue
        if index:
            yield ()
        command = shlex.join(["annostd", "validate", report.path, *again])
        yield from text_report(report, command, limit)


def _print(
    reports: Sequence[Report], form: Form, output: Path | None, lines: Iterator[Line]
) -> None:
    from annostd.reports import json_reports, plain

    if output is not None:
        texts = (plain(spans) + "\n" for spans in lines)
        console.save(output, json_reports(reports) if form is Form.JSON else texts)
    elif form is Form.JSON:
        console.emit(json_reports(reports))
    else:
        console.show(lines)


def _notes(reports: Sequence[Report]) -> None:
    for report in reports:
        for text in report.notes:
            console.note(f"note: {text}")


def _again(
    standard: str | None, media_root: Path | None, standards: Sequence[Path]
) -> tuple[str, ...]:
    """The options that decide what a rule sees, as they must be said once more."""
    options = {"--as": standard, "--media-root": media_root}
    words = [word for name, value in options.items() if value for word in (name, str(value))]
    return (*words, *(word for folder in standards for word in ("--standards", str(folder))))


def _code(reports: Sequence[Report], at: Level) -> Exit:
    from annostd.reports import Verdict

    if any(report.fails(at) for report in reports):
        return Exit.FINDINGS
    if any(report.verdict is Verdict.INCOMPLETE for report in reports):
        return Exit.INCOMPLETE
    return Exit.FINE
