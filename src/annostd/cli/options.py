"""Options that several verbs share, each said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Standards: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--standards",
        metavar="DIR",
        envvar="ANNOSTD_STANDARDS",
        help="Add a folder of standards to those that are known; may be given again.",
        show_default=False,
    ),
]
As: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="STANDARD",
        help="ID[@RANGE][:DIALECT,…], or a path to a standard's YAML; detected if left out.",
        show_default=False,
    ),
]
MediaRoot: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--media-root", metavar="DIR", help="Look for the media here.", show_default=False
    ),
]
FollowLinks: TypeAlias = Annotated[
    bool, typer.Option("--follow-links", help="Follow symbolic links that leave the dataset.")
]
Engine: TypeAlias = Annotated[
    str,
    typer.Option("--engine", metavar="NAME", help="Who judges many files: local, ray or spark."),
]
Cache: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Remember here what files were found to be; those that stay are not judged again.",
        show_default=False,
    ),
]
Quiet: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", help="One line of result, no notes, no progress.")
]


class Form(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


class FailOn(StrEnum):
    """The weakest level whose findings make the exit code 1."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Media(StrEnum):
    """What becomes of the media files of a dataset that is converted."""

    NONE = "none"
    COPY = "copy"
    LINK = "link"
