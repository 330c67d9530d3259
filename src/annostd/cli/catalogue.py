"""`annostd list`, `explain`, `detect`: what is known, what a rule means, what a dataset is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annostd.cli import console
from annostd.cli.guard import Exit, verb
from annostd.cli.options import As, Standards

DETECT_EXAMPLES = """
Examples:

    annostd detect data/
"""
LIST_EXAMPLES = """
Examples:

    annostd list

    annostd list --standards our-standards/
"""
EXPLAIN_EXAMPLES = """
Examples:

    annostd explain our-boxes/box-outside-media

    annostd explain box-outside-media --as our-boxes
"""


@verb
def detect(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder or a single file.")],
    *,
    standards: Standards = None,
) -> Exit:
    """Tell which standard a dataset follows, with the evidence.

    Exit code: 0 if one is left, 2 if none or several.
    """
    from annostd import api
    from annostd.reports import detection_text

    detection = api.detect(path, standards=standards or ())
    console.show(detection_text(detection))
    return Exit.FINE if detection.chosen is not None else Exit.UNUSABLE


@verb
def list_standards(*, standards: Standards = None) -> Exit:
    """List the standards that are known."""
    from annostd import api
    from annostd.reports import standards_text

    console.show(standards_text(api.list_standards(standards=standards or ())))
    return Exit.FINE


@verb
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="STANDARD/RULE, or RULE with --as.")],
    *,
    standard: As = None,
    standards: Standards = None,
) -> Exit:
    """Explain a rule: what it obliges to, why, an example, what instead, and who says so."""
    from annostd import api
    from annostd.reports import explanation_text

    found = api.explain(rule, standard=standard, standards=standards or ())
    console.show(explanation_text(found))
    return Exit.FINE
