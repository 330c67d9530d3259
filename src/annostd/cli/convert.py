"""`annostd convert`: write a dataset as another standard says, and tell what does not survive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annostd.cli import console
from annostd.cli.guard import Exit, verb
from annostd.cli.options import As, Engine, FollowLinks, Media, MediaRoot, Quiet, Standards
from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """
Examples:

    annostd convert data/ out/ --to our-boxes --dry-run

    annostd convert data/ out/ --to our-boxes --allow-loss --media copy

    annostd convert data/ out/ --to our-boxes@1.2:flat --set category.parent=thing
"""


@verb
def convert(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="The dataset to read.")],
    target: Annotated[Path, typer.Argument(metavar="DST", help="What to write; not there yet.")],
    *,
    to: Annotated[
        str, typer.Option(metavar="STANDARD", help="ID[@RANGE][:DIALECT,…], or a YAML file.")
    ],
    standard: As = None,
    allow_loss: Annotated[
        bool, typer.Option("--allow-loss", help="Write even if something is lost.")
    ] = False,
    media: Annotated[
        Media, typer.Option(help="Leave the media where they are, copy them, or link to them.")
    ] = Media.NONE,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="TABLE.COLUMN=VALUE", help="A value that the target needs."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; tell all.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report here as JSON.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace DST if it is there.")] = False,
    media_root: MediaRoot = None,
    follow_links: FollowLinks = False,
    engine: Engine = "local",
    standards: Standards = None,
    quiet: Quiet = False,
) -> Exit:
    """Convert a dataset to another standard, or to the same.

    Output appears whole or not at all, and what it would lose is told first; only a loss that the
    target cannot give back needs --allow-loss. Exit code: 0 written, 1 refused, 2 not possible.
    """
    from annostd import api
    from annostd.reports import conversion_text, json_conversion, outcome_line

    with console.progress("convert", quiet=quiet) as progress:
        result = api.convert(
            source,
            target,
            to=to,
            standard=standard,
            allow_loss=allow_loss,
            media=media.value,
            values=assignments(values or ()),
            dry_run=dry_run,
            force=force,
            media_root=media_root,
            follow_links=follow_links,
            engine=engine,
            standards=standards or (),
            progress=progress,
        )
    if report is not None:
        console.save(report, json_conversion(result))
    console.show([outcome_line(result)] if quiet else conversion_text(result))
    return Exit.FINDINGS if result.refused else Exit.FINE


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """`TABLE.COLUMN=VALUE` texts as a mapping; UsageError for one that is not of this form."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        table, _, column = name.partition(".")
        if not (table and column and equals):
            raise UsageError(f"--set got {text!r}, expected TABLE.COLUMN=VALUE")
        if name in found:
            raise UsageError(f"--set names {name} twice, expected it once")
        found[name] = value
    return found
