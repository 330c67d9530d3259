"""The command `annostd`: its verbs, in the order of its help."""

from __future__ import annotations

import gc
import os
from typing import Annotated

import typer

from annostd.cli import authoring, catalogue, convert, validate
from annostd.cli.guard import debugging, end_on_termination

EXAMPLES = """
Examples:

    annostd list

    annostd validate data/

    annostd convert data/ out/ --to our-boxes --allow-loss
"""
ALLOCATIONS = 50_000
"""How many objects are made before the young ones are looked through: a small run makes as many."""
VERBS = (
    ("validate", validate.validate, validate.EXAMPLES),
    ("convert", convert.convert, convert.EXAMPLES),
    ("detect", catalogue.detect, catalogue.DETECT_EXAMPLES),
    ("list", catalogue.list_standards, catalogue.LIST_EXAMPLES),
    ("explain", catalogue.explain, catalogue.EXPLAIN_EXAMPLES),
    ("lint", authoring.lint, authoring.LINT_EXAMPLES),
    ("generate", authoring.generate, authoring.GENERATE_EXAMPLES),
    ("test", authoring.try_cases, authoring.TEST_EXAMPLES),
    ("new", authoring.new, authoring.NEW_EXAMPLES),
)

app = typer.Typer(
    name="annostd",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog=EXAMPLES,
)


def show_version(asked: bool) -> None:  # noqa: FBT001  the signature is typer's
    """Print the version and end, if it was asked for."""
    if asked:
        from annostd.reports import tool_version

        typer.echo(f"annostd {tool_version()}")
        raise typer.Exit


@app.callback()
def root(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the trace of an internal error.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=show_version),
    ] = False,
) -> None:
    """Standards for annotation datasets: validate and convert, one YAML file a format."""
    debugging.set(debug)


def main() -> None:
    """Run the command line of this process."""
    # numpy's BLAS would start threads that wait busily; no matrix is ever multiplied here
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    end_on_termination()
    gc.set_threshold(ALLOCATIONS)
    try:
        app()
    finally:
        gc.freeze()  # what is alive at the end goes with the process, and needs no looking through


for _name, _function, _examples in VERBS:
    app.command(_name, epilog=_examples)(_function)
