"""`annostd new`, `lint`, `test`, `generate`: the verbs of who writes a standard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from annostd.cli import console
from annostd.cli.guard import Exit, verb
from annostd.cli.options import Standards

NEW_EXAMPLES = """
Examples:

    annostd new our-boxes --into our-standards/

    annostd new our-rings --like our-boxes --into our-standards/
"""
LINT_EXAMPLES = """
Examples:

    annostd lint our-standards/our-boxes/1.0.0.yaml
"""
TEST_EXAMPLES = """
Examples:

    annostd test

    annostd test our-boxes --standards our-standards/
"""
GENERATE_EXAMPLES = """
Examples:

    annostd generate our-boxes --into build/our-boxes/
"""


@verb
def new(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The standard's id, in kebab-case.")],
    *,
    into: Annotated[Path, typer.Option(metavar="DIR", help="Write it here.")] = Path(),
    like: Annotated[
        str | None,
        typer.Option(metavar="STANDARD", help="Adapt this one.", show_default=False),
    ] = None,
) -> Exit:
    """Write a new standard to start from: commented, and without a fault."""
    from annostd import api

    written = api.new(id_, into, like=like)
    console.show_path(written)
    return Exit.FINE


@verb
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Standards, as YAML.")],
) -> Exit:
    """Report all faults of standards as file:line:column.

    Exit code: 0 without a fault, 1 with some.
    """
    from annostd import api
    from annostd.reports import line

    faults = api.lint(files)
    console.show(line(str(fault)) for fault in faults)
    return Exit.FINDINGS if faults else Exit.FINE


@verb
def try_cases(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="STANDARD…", help="Whose cases; all if left out."),
    ] = None,
    *,
    standards: Standards = None,
) -> Exit:
    """Try the examples and cases of standards: exactly the expected findings, and no other.

    Exit code: 0 if all come out as expected, 1 if not.
    """
    from annostd import conformance
    from annostd.reports import trials_text

    processes = os.cpu_count() or 1
    trials = conformance.test(names or (), standards=standards or (), processes=processes)
    console.show(trials_text(trials))
    return Exit.FINDINGS if any(trial.problems for trial in trials) else Exit.FINE


@verb
def generate(
    standard: Annotated[
        str, typer.Argument(metavar="STANDARD", help="ID[@RANGE][:DIALECT,…], or a YAML file.")
    ],
    *,
    into: Annotated[Path, typer.Option(metavar="DIR", help="Write the files here.")],
    standards: Standards = None,
) -> Exit:
    """Write what follows from a standard: its schemas and its documentation page."""
    from annostd import api

    for path in api.generate(standard, into, standards=standards or ()):
        console.show_path(path)
    return Exit.FINE
